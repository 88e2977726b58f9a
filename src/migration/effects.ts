/** What each operation makes, changes and needs, as names of things. */
import { enumColumns } from "../ir/apply-enum.ts";
import type { OperationKind, OperationOf } from "../ir/migration.ts";
import type { ColumnIr, DefaultIr, ForeignKeyIr, SchemaPayload } from "../ir/schema.ts";
import type { StorageType } from "../ir/type.ts";

/** Things are paths: `table/<name>/<column>`, `enum/<name>`, `name/<of an index, constraint, table or type>`. */
export interface Effect {
  /** Things that it makes, removes or changes. */
  readonly writes: readonly string[];
  /** Things that must be there, as they are, for it to work. */
  readonly reads: readonly string[];
  /** Why it can't be told, for SQL and code. */
  readonly opaque?: string;
}

/** How the effect of operations of one kind is told; without a schema, of what they may touch. */
export type Effector<Kind extends OperationKind> = (
  operation: OperationOf<Kind>,
  schema: SchemaPayload | undefined,
) => Effect;

const path = (kind: string, ...names: readonly string[]): string =>
  [kind, ...names.map(encodeURIComponent)].join("/");

const column = (table: string, name: string): string => path("table", table, name);
/** An empty name is the table itself, as distinct from any column of it. */
const itself = (table: string): string => column(table, "");
const whole = (table: string): string => path("table", table);
/** What foreign keys can point to. */
const keys = (table: string): string => path("key", table);
/** SQLite has one space of names, in any case. */
const named = (name: string): string => path("name", name.toLowerCase());
const enumeral = (name: string): string => path("enum", name);
const tables = "table";

const opaque = (what: string): Effect => ({ writes: [], reads: [], opaque: what });

export const effects: { readonly [Kind in OperationKind]: Effector<Kind> } = {
  createTable: ({ table }) => {
    const parts = [
      ...table.indexes,
      ...table.uniques,
      ...table.checks,
      ...table.foreignKeys.filter((key) => key.named === true),
      ...(table.excludes ?? []),
    ];
    const others = table.foreignKeys.filter((key) => key.referencedTable !== table.name);
    return {
      writes: [whole(table.name), named(table.name), ...parts.map(({ name }) => named(name))],
      reads: [
        ...others.flatMap(target),
        ...table.columns.flatMap(({ type }) => enumsOf(type).map(enumeral)),
      ],
    };
  },
  dropTable: ({ table }) => ({
    writes: [whole(table), named(table), keys(table), path("comment", table)],
    reads: [],
  }),
  renameTable: ({ table, to }) => ({
    writes: [...[table, to].flatMap((name) => [whole(name), named(name), keys(name)])],
    reads: [],
  }),
  setTableComment: ({ table }) => ({ writes: [path("comment", table)], reads: [itself(table)] }),

  // What an unlogged table may point to, and what a strict one may hold, depends on the rest of it.
  setTableOptions: ({ table }) => ({
    writes: [path("options", table), keys(table)],
    reads: [whole(table)],
  }),

  addColumn: ({ table, column: added, fill }) => ({
    writes: [column(table, added.name)],
    reads: [
      itself(table),
      ...enumsOf(added.type).map(enumeral),
      // Its expression may name any column beside it.
      ...(added.generated === null ? [] : [whole(table)]),
      ...others([fill]),
    ],
  }),
  dropColumn: ({ table, column: name }) => onColumn(table, name),
  renameColumn: ({ table, column: name, to }) => ({
    writes: [column(table, name), column(table, to)],
    reads: [itself(table)],
  }),
  setType: ({ table, column: name, type }) => ({
    writes: [column(table, name)],
    reads: [itself(table), ...enumsOf(type).map(enumeral)],
  }),
  setNullable: ({ table, column: name, fill }) => {
    const { writes, reads } = onColumn(table, name);
    return { writes, reads: [...reads, ...others([fill])] };
  },
  setDefault: ({ table, column: name }) => onColumn(table, name),
  setGenerated: ({ table, column: name }) => ({
    writes: [column(table, name)],
    reads: [whole(table)],
  }),
  setNumbering: ({ table, column: name }) => ({
    writes: [column(table, name)],
    reads: [itself(table), keys(table)],
  }),
  setColumnComment: ({ table, column: name }) => onColumn(table, name),

  addPrimaryKey: ({ table, columns, name }) => ({
    // A key takes no NULL.
    writes: [
      keys(table),
      named(name ?? `${table}_pkey`),
      ...columns.map((each) => column(table, each)),
    ],
    reads: [itself(table)],
  }),
  dropPrimaryKey: ({ table }) => ({ writes: [keys(table)], reads: [itself(table)] }),
  addUnique: ({ table, unique }) => ({
    writes: [named(unique.name), path("unique", table, ...unique.columns)],
    reads: [
      itself(table),
      ...[...unique.columns, ...(unique.include ?? [])].map((name) => column(table, name)),
    ],
  }),
  dropUnique: ({ table, name }) => ({ writes: [named(name), keys(table)], reads: [itself(table)] }),
  addCheck: ({ table, check }) => ({
    writes: [named(check.name)],
    reads: [itself(table), check.kind === "values" ? column(table, check.column) : whole(table)],
  }),
  dropCheck: ({ table, name }) => onName(table, name),
  addForeignKey: ({ table, foreignKey: key }) => ({
    writes: [named(key.name), path("points", table, ...key.columns)],
    reads: [itself(table), ...key.columns.map((name) => column(table, name)), ...target(key)],
  }),
  dropForeignKey: ({ table, name }) => onName(table, name),
  addExclude: ({ table, exclude }) => ({ writes: [named(exclude.name)], reads: [whole(table)] }),
  dropExclude: ({ table, name }) => onName(table, name),
  // It may be the primary key's.
  renameConstraint: ({ table, name, to }) => ({
    writes: [named(name), named(to)],
    reads: [itself(table), keys(table)],
  }),
  validate: ({ table, name }) => onName(table, name),

  createIndex: ({ table, index }) => {
    const { keys: parts = [], where, columns, include = [] } = index;
    const expressions = where !== undefined || parts.some((key) => "expression" in key);
    return {
      writes: [named(index.name)],
      reads: [
        itself(table),
        // SQLite finds the rows of words by the key.
        ...(index.fullText === undefined ? [] : [keys(table)]),
        // SQL may name any column of its table.
        ...(expressions ? [whole(table)] : []),
        ...[...columns, ...include].map((name) => column(table, name)),
      ],
    };
  },
  dropIndex: ({ table, name }, schema) => {
    const of = schema?.tables.find((each) => each.name === table);
    const plain = of?.indexes.some((index) => index.name === name && index.unique !== true);
    // PostgreSQL lets keys point to a unique index.
    const writes = plain === true ? [named(name)] : [named(name), keys(table)];
    return { writes, reads: [itself(table)] };
  },
  renameIndex: ({ table, name, to }) => ({
    writes: [named(name), named(to)],
    reads: [itself(table)],
  }),

  createEnum: ({ enum: { name } }) => ({ writes: [enumeral(name), named(name)], reads: [] }),
  dropEnum: ({ name }) => ({ writes: [enumeral(name), named(name)], reads: [] }),
  renameEnum: ({ name, to }, schema) => ({
    writes: [enumeral(name), enumeral(to), named(name), named(to), ...holders(name, schema)],
    reads: [],
  }),
  // Their order is part of what they are.
  addEnumValue: (operation, schema) => onEnum(operation.enum, schema),
  renameEnumValue: (operation, schema) => onEnum(operation.enum, schema),
  swapEnum: (operation, schema) => onEnum(operation.enum, schema),

  createObject: ({ object: { kind, name } }) => ({
    writes: [path("object", kind, name), named(name)],
    // Their SQL may use whatever there is.
    reads: kind === "function" || kind === "domain" || kind === "type" ? [tables, "enum"] : [],
  }),
  dropObject: ({ object: { kind, name } }) => ({
    writes: [path("object", kind, name), named(name), tables, "enum"],
    reads: [],
  }),
  replaceable: () => opaque("SQL by hand"),
  sql: () => opaque("SQL by hand"),
  backfill: ({ table, set, where }) => ({
    writes: Object.keys(set).map((name) => column(table, name)),
    reads: [whole(table), ...others([...Object.values(set), where])],
  }),
  data: () => opaque("a step in code"),
};

function onColumn(table: string, name: string): Effect {
  return { writes: [column(table, name)], reads: [itself(table)] };
}

function onName(table: string, name: string): Effect {
  return { writes: [named(name)], reads: [itself(table)] };
}

function onEnum(name: string, schema: SchemaPayload | undefined): Effect {
  return { writes: [enumeral(name), ...holders(name, schema)], reads: [] };
}

/** The columns that have an enum's type: their values, defaults and checks are the enum's. */
function holders(name: string, schema: SchemaPayload | undefined): readonly string[] {
  if (schema === undefined) return [tables];
  return schema.tables.flatMap((table) =>
    enumColumns(table, name).map((each: ColumnIr) => column(table.name, each.name)),
  );
}

function target({ referencedTable, referencedColumns }: ForeignKeyIr): readonly string[] {
  return [
    itself(referencedTable),
    keys(referencedTable),
    ...referencedColumns.map((name) => column(referencedTable, name)),
  ];
}

/** A query inside an expression may look at any table. */
function others(sql: readonly (string | DefaultIr | undefined)[]): readonly string[] {
  const texts = sql.map((each) =>
    typeof each === "object" && each.kind === "sql" ? each.sql : each,
  );
  return texts.some((text) => typeof text === "string" && /\bselect\b/i.test(text)) ? [tables] : [];
}

function enumsOf(type: StorageType): readonly string[] {
  if (type.kind === "array") return enumsOf(type.element);
  return type.kind === "enum" && type.name !== null ? [type.name] : [];
}
