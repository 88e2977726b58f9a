/** Reads the current schema of a PostgreSQL database. */
import type { DriverConnection } from "../../driver/driver.ts";
import { MigrationError } from "../../errors/errors.ts";
import type { EnumIr, ObjectIr, SchemaPayload, UnmanagedIr } from "../../ir/schema.ts";
import { quoteIdentifier } from "../../util/identifier.ts";
import { byName } from "../../util/lists.ts";
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
  pathQuery,
  placeQuery,
  type RelationRow,
  type RoutineRow,
  relationsQuery,
  routinesQuery,
  type SequenceRow,
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
export async function introspectPostgres(connection: DriverConnection): Promise<SchemaPayload> {
  if (connection.state === "inTransaction") return readHere(connection);
  await connection.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    return await readHere(connection);
  } finally {
    await connection.script("ROLLBACK");
  }
}

async function readHere(connection: DriverConnection): Promise<SchemaPayload> {
  const place = await connection.query({ sql: placeQuery, parameters: [], returnsRows: true });
  const [schema, name, path] = (place.rows[0] ?? []).map(String);
  if (schema === undefined || name === undefined || path === undefined) {
    throw new MigrationError("the search path leads to no schema", {
      hint: "create the schema first, or name one that exists",
    });
  }
  const setPath = (value: string) =>
    connection.query({ sql: pathQuery, parameters: [value], returnsRows: true });

  await setPath(onlyPath(quoteIdentifier(name)));
  try {
    return assemble(await readCatalog(connection, schema));
  } finally {
    // After a failed statement the transaction is over anyway.
    if (connection.state === "inTransaction") await setPath(path);
  }
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
  readonly belongings: readonly UnmanagedRow[];
}

async function readCatalog(connection: DriverConnection, schema: string): Promise<Catalog> {
  const read = async <Row>(sql: string): Promise<readonly Row[]> => {
    const { rows } = await connection.query({ sql, parameters: [schema], returnsRows: true });
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
    belongings: await read<UnmanagedRow>(belongingsQuery),
  };
}

function assemble(catalog: Catalog): SchemaPayload {
  const tables = readTables(catalog);
  const objects = readObjects(catalog, tables);
  const unmanaged = [
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
  const sequences = ownedSequences(catalog.sequences);
  return catalog.relations.filter(isTable).map((relation) =>
    readTable({
      relation,
      columns: columns.get(relation.oid) ?? [],
      constraints: constraints.get(relation.oid) ?? [],
      indexes: indexes.get(relation.oid) ?? [],
      types,
      sequences,
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
function readObjects(catalog: Catalog, tables: readonly TableReading[]): readonly ObjectIr[] {
  const owned = new Set(tables.flatMap((table) => table.owned));
  const types = catalog.types.filter(({ here, extension }) => here && !extension);
  return [
    ...catalog.extensions.map(extensionObject),
    ...catalog.collations.map(collationObject),
    ...catalog.sequences.filter((sequence) => !owned.has(sequence)).map(sequenceObject),
    ...types.map(typeObject).filter((type) => type !== null),
    ...catalog.routines.flatMap(({ needed, definition, signature }): ObjectIr[] =>
      needed && definition !== null
        ? [{ kind: "function", name: signature, sql: unqualified(definition) }]
        : [],
    ),
  ];
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
