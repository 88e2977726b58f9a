/** Reads the current schema of a PostgreSQL database. */
import type { DriverConnection, DriverValue } from "../../driver/driver.ts";
import { MigrationError } from "../../errors/errors.ts";
import type { EnumIr, ObjectIr, SchemaPayload, UnmanagedIr } from "../../ir/schema.ts";
import { schemaObject } from "../../ir/schema-object.ts";
import { qualifiedName, quoteIdentifier, schemasIn, splitName } from "../../util/identifier.ts";
import { byName, distinct } from "../../util/lists.ts";
import type { IntrospectOptions } from "../introspect-options.ts";
import {
  belongingsQuery,
  type CollationRow,
  type ColumnRow,
  type ConstraintRow,
  collationsQuery,
  columnsQuery,
  constraintsQuery,
  type ExtensionRow,
  extensionsQuery,
  type IndexRow,
  indexesQuery,
  onlyPath,
  otherSchemasQuery,
  pathQuery,
  placeQuery,
  type RelationRow,
  type RoutineRow,
  relationsQuery,
  routinesQuery,
  type SearchRow,
  type SequenceRow,
  searchQuery,
  sequencesQuery,
  type TypeRow,
  typesQuery,
  type UnmanagedRow,
} from "./introspect-queries.ts";
import { ownedSequences, sequenceObject } from "./introspect-sequences.ts";
import { readTable, type TableReading } from "./introspect-table.ts";
import { collationObject, typeObject } from "./introspect-types.ts";

/**
 * Reads tables, types and what belongs to them, in a constant number of queries.
 *
 * All of one moment: in a read-only transaction of its own, or in the one that is open.
 * Needs no rights beyond those on the catalog, which everyone has.
 */
export async function introspectPostgres(
  connection: DriverConnection,
  options: IntrospectOptions = {},
): Promise<SchemaPayload> {
  if (connection.state === "inTransaction") return readHere(connection, options);
  await connection.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    return await readHere(connection, options);
  } finally {
    await connection.script("ROLLBACK");
  }
}

async function readHere(
  connection: DriverConnection,
  { schemas, named = [] }: IntrospectOptions,
): Promise<SchemaPayload> {
  const rowsOf = async (sql: string, parameters: readonly DriverValue[]) =>
    (await connection.query({ sql, parameters, returnsRows: true })).rows;
  const [[oid, here, path] = []] = await rowsOf(placeQuery, []);
  const others = schemas === "all" ? null : distinct([...(schemas ?? []), ...schemasIn(named)]);
  const read =
    others?.length === 0
      ? []
      : (await rowsOf(otherSchemasQuery, [others === null ? null : JSON.stringify(others)])).map(
          (row) => ({
            oid: String(row[0]),
            name: String(row[1]),
          }),
        );
  const inUse = typeof here === "string" ? here : undefined;
  if (inUse === undefined && read.length === 0) {
    throw new MigrationError("the search path leads to no schema", {
      hint: "create the schema first, or name one that exists",
    });
  }
  // A dot would look like that between a schema and a table.
  const [plain, dotted] = partition(read, ({ name }) => !name.includes("."));
  const oids = `{${[inUse === undefined ? "0" : String(oid), ...plain.map((each) => each.oid)].join(",")}}`;

  await rowsOf(pathQuery, [inUse === undefined ? "pg_temp" : onlyPath(quoteIdentifier(inUse))]);
  try {
    const catalog = await readCatalog(connection, oids);
    const payload = assemble(
      catalog,
      plain.map(({ name }) => name),
      dotted.map(({ name }) => name),
    );
    return inUse === undefined ? payload : sayAs(payload, inUse, named);
  } finally {
    // After a failed statement the transaction is over anyway.
    if (connection.state === "inTransaction") await rowsOf(pathQuery, [String(path)]);
  }
}

function partition<T>(list: readonly T[], first: (item: T) => boolean): readonly [T[], T[]] {
  return [list.filter(first), list.filter((item) => !first(item))];
}

/** Names with the schema in use before them, where they are wanted so. */
function sayAs(payload: SchemaPayload, inUse: string, named: readonly string[]): SchemaPayload {
  const wanted = new Set(named.filter((name) => splitName(name).schema === inUse));
  if (wanted.size === 0) return payload;
  const say = (name: string): string => {
    const full = qualifiedName(inUse, name);
    return wanted.has(full) ? full : name;
  };
  return {
    ...payload,
    tables: payload.tables
      .map((table) => ({
        ...table,
        name: say(table.name),
        foreignKeys: table.foreignKeys.map((key) => ({
          ...key,
          referencedTable: say(key.referencedTable),
        })),
      }))
      .sort(byName),
    objects: [schemaObject(inUse), ...(payload.objects ?? [])],
  };
}

/** All that the queries gave. */
interface Catalog {
  readonly relations: readonly RelationRow[];
  readonly columns: readonly ColumnRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
  readonly types: readonly TypeRow[];
  readonly sequences: readonly SequenceRow[];
  readonly extensions: readonly ExtensionRow[];
  readonly collations: readonly CollationRow[];
  readonly routines: readonly RoutineRow[];
  readonly search: readonly SearchRow[];
  readonly belongings: readonly UnmanagedRow[];
}

async function readCatalog(connection: DriverConnection, schemas: string): Promise<Catalog> {
  const read = async <Row>(sql: string): Promise<readonly Row[]> => {
    const { rows } = await connection.query({ sql, parameters: [schemas], returnsRows: true });
    return rows.map(([json]) => JSON.parse(String(json)) as Row);
  };
  return {
    relations: await read<RelationRow>(relationsQuery),
    columns: await read<ColumnRow>(columnsQuery),
    constraints: await read<ConstraintRow>(constraintsQuery),
    indexes: await read<IndexRow>(indexesQuery),
    types: await read<TypeRow>(typesQuery),
    sequences: await read<SequenceRow>(sequencesQuery),
    extensions: await read<ExtensionRow>(extensionsQuery),
    collations: await read<CollationRow>(collationsQuery),
    routines: await read<RoutineRow>(routinesQuery),
    search: await read<SearchRow>(searchQuery),
    belongings: await read<UnmanagedRow>(belongingsQuery),
  };
}

function assemble(
  given: Catalog,
  schemas: readonly string[],
  dotted: readonly string[],
): SchemaPayload {
  const catalog = { ...given, routines: withWhatTheyCall(given.routines) };
  const tables = readTables(catalog);
  const objects = readObjects(catalog, tables, schemas);
  const unmanaged = [
    ...dotted.map((name) => ({ kind: "schema", name, reason: "its name has a dot" })),
    ...tables.flatMap((table) => table.unmanaged),
    ...relationsLeftAlone(catalog.relations),
    ...routinesLeftAlone(catalog.routines),
    ...sequencesLeftAlone(catalog, tables),
    ...catalog.belongings.map(({ table, ...row }): UnmanagedIr => {
      const reason = `a ${row.kind} is kept as it is`;
      return { ...row, ...(table !== null && { table }), reason };
    }),
  ];
  return {
    tables: tables.map(({ table }) => table).sort(byName),
    enums: readEnums(catalog.types),
    ...(objects.length > 0 && { objects }),
    ...(unmanaged.length > 0 && { unmanaged }),
  };
}

function readTables(catalog: Catalog): readonly TableReading[] {
  const columns = Map.groupBy(catalog.columns, ({ table }) => table);
  const constraints = Map.groupBy(catalog.constraints, ({ table }) => table);
  const indexes = Map.groupBy(catalog.indexes, ({ table }) => table);
  const types = new Map(catalog.types.map((type) => [type.oid, type]));
  const sequences = ownedSequences(catalog.sequences, catalog.columns);
  return catalog.relations.filter(isTable).map((relation) =>
    readTable({
      relation,
      columns: columns.get(relation.oid) ?? [],
      constraints: constraints.get(relation.oid) ?? [],
      indexes: indexes.get(relation.oid) ?? [],
      types,
      sequences,
      columnsOf: columns,
    }),
  );
}

function isTable({ kind, partition }: RelationRow): boolean {
  return (kind === "r" || kind === "p") && !partition;
}

function readEnums(types: readonly TypeRow[]): readonly EnumIr[] {
  return types
    .filter(({ kind, here, extension }) => kind === "e" && here && !extension)
    .map(({ name, values }) => ({ name, values: values ?? [] }))
    .sort(byName);
}

/** Extensions, types, sequences and functions that tables may need, in the order to make them. */
function readObjects(
  catalog: Catalog,
  tables: readonly TableReading[],
  schemas: readonly string[],
): readonly ObjectIr[] {
  const owned = new Set(tables.flatMap((table) => table.owned));
  const types = catalog.types.filter(({ here, extension }) => here && !extension);
  const made = [
    ...types.flatMap((type) => ({ oid: type.oid, object: typeObject(type) })),
    ...catalog.routines.map((routine) => ({ oid: routine.oid, object: routineObject(routine) })),
  ];
  const rest = [
    ...catalog.collations.map(collationObject),
    ...catalog.sequences.filter((sequence) => !owned.has(sequence)).map(sequenceObject),
    ...catalog.search.map(({ kind, name, sql }): ObjectIr => ({ kind, name, sql })),
    // In the order in which they were made: a domain may call a function, which may take a type.
    ...made.sort((a, b) => Number(a.oid) - Number(b.oid)).flatMap(({ object }) => object ?? []),
  ];
  const extended = catalog.extensions.filter(({ here }) => !here).map(({ schema }) => schema);
  const places = [
    ...schemasIn([...tables.map(({ table }) => table.name), ...rest.map(({ name }) => name)]),
    ...extended.filter((name) => name !== "public"),
    ...catalog.types
      .filter(({ kind, here }) => kind === "e" && here)
      .flatMap(({ name }) => schemasIn([name])),
  ];
  return [
    ...schemas.filter((name) => places.includes(name)).map(schemaObject),
    ...distinct(extended.filter((name) => name !== "public" && !schemas.includes(name))).map(
      schemaObject,
    ),
    ...catalog.extensions.map(extensionObject),
    ...rest,
  ];
}

function routineObject({ needed, definition, signature, here }: RoutineRow): ObjectIr | null {
  if (!needed || definition === null) return null;
  const sql = here ? unqualified(definition) : definition.trim();
  return { kind: "function", name: signature, sql };
}

/** Needed functions, and those that stand by their names in the text of needed ones. */
function withWhatTheyCall(routines: readonly RoutineRow[]): readonly RoutineRow[] {
  const needed = new Set(routines.filter((routine) => routine.needed));
  for (const { definition } of needed) {
    const words = new Set(definition?.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []);
    for (const other of routines) {
      if (other.definition !== null && words.has(other.name)) needed.add(other);
    }
  }
  return routines.map((routine) => ({ ...routine, needed: needed.has(routine) }));
}

/** The server says the schema of a function whatever the search path is. */
function unqualified(definition: string): string {
  return definition
    .replace(/^(CREATE OR REPLACE FUNCTION )(?:"(?:[^"]|"")+"|[\w$]+)\./, "$1")
    .trim();
}

function extensionObject({ name, schema, here }: ExtensionRow): ObjectIr {
  const place = here ? "" : ` SCHEMA ${quoteIdentifier(schema)}`;
  const sql = `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)}${place}`;
  return { kind: "extension", name, sql };
}

const relationKinds: Readonly<Record<RelationRow["kind"], string>> = {
  r: "table",
  p: "table",
  v: "view",
  m: "materialized view",
  f: "foreign table",
};

function relationsLeftAlone(relations: readonly RelationRow[]): readonly UnmanagedIr[] {
  return relations.flatMap((relation): UnmanagedIr[] => {
    const { name, partition, parents, row_security } = relation;
    const kind = relationKinds[relation.kind];
    if (partition) {
      return [{ kind: "partition", name, reason: `a partition of ${parents?.join(", ")}` }];
    }
    if (!isTable(relation)) return [{ kind, name, reason: `a ${kind} is kept as it is` }];
    const own = (what: string, reason: string): UnmanagedIr => ({
      kind: what,
      name,
      table: name,
      reason,
    });
    return [
      ...(parents === null
        ? []
        : [own("inheritance", `it inherits from ${parents.join(", ")}; made anew, it would not`)]),
      ...(row_security ? [own("row security", "row security stays as it is set")] : []),
      ...(relation.options === null
        ? []
        : [own("storage options", `WITH (${relation.options.join(", ")}) is kept as it is`)]),
    ];
  });
}

/** A sequence with a name or options of its own is made by itself, and belongs to no column then. */
function sequencesLeftAlone(
  { sequences, relations }: Catalog,
  tables: readonly TableReading[],
): readonly UnmanagedIr[] {
  const owned = new Set(tables.flatMap((table) => table.owned));
  return sequences.flatMap((sequence): UnmanagedIr[] => {
    const table = relations.find(({ oid }) => oid === sequence.owner)?.name;
    if (table === undefined || owned.has(sequence)) return [];
    const reason = "it goes with its column; made anew, it would stay when the column is dropped";
    return [{ kind: "sequence owner", name: sequence.name, table, reason }];
  });
}

const routineKinds: Readonly<Record<RoutineRow["kind"], string>> = {
  f: "function",
  p: "procedure",
  a: "aggregate",
  w: "function",
};

function routinesLeftAlone(routines: readonly RoutineRow[]): readonly UnmanagedIr[] {
  return routines
    .filter(({ needed }) => !needed)
    .map(({ kind, signature }) => ({
      kind: routineKinds[kind],
      name: signature,
      reason: `a ${routineKinds[kind]} is kept as it is`,
    }));
}
