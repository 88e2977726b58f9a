/** FM4xx: SQLite. FM5xx: what people regret later. */
import type { Operation } from "../../ir/migration.ts";
import type { ColumnIr } from "../../ir/schema.ts";
import { utf8Length } from "../../util/identifier.ts";
import { dotted, type Rule } from "./rule.ts";

/** New columns of an operation, with their table. */
function newColumns(operation: Operation): readonly (readonly [table: string, column: ColumnIr])[] {
  if (operation.op === "addColumn") return [[operation.table, operation.column]];
  if (operation.op !== "createTable") return [];
  return operation.table.columns.map((column) => [operation.table.name, column]);
}

const someColumn =
  (test: (column: ColumnIr) => boolean) =>
  (operation: Operation): string | null => {
    const found = newColumns(operation).find(([, column]) => test(column));
    return found === undefined ? null : dotted(found[0], found[1].name);
  };

/** The rules. */
export const styleRules: readonly Rule[] = [
  {
    id: "FM401",
    severity: "error",
    database: "sqlite",
    when: "PRAGMA foreign_keys in `op.sql`",
    why: "it does nothing inside a transaction, and the runner switches it itself where that is needed",
    rewrite: "leave it out",
    findSql: ({ text }) => /^PRAGMA (?:\S+\.)?FOREIGN_KEYS\b/.test(text),
  },
  {
    id: "FM402",
    severity: "error",
    database: "sqlite",
    when: "DROP TABLE in `op.sql`",
    why: "rows that point to the table with CASCADE or SET NULL are deleted or emptied",
    rewrite: "`op.dropTable`",
    findSql: ({ text }) => /^DROP TABLE\b/.test(text),
  },
  {
    id: "FM407",
    severity: "warning",
    database: "sqlite",
    when: "a key begins or ceases to be numbered by AUTOINCREMENT",
    why: "without it the numbers of deleted rows are given again",
    rewrite: "keep it as it is, unless that is what you want",
    find: (operation) =>
      operation.op === "setNumbering" ? dotted(operation.table, operation.column) : null,
  },
  {
    id: "FM501",
    severity: "info",
    database: "postgres",
    when: "a column of type json",
    why: "it keeps text: no equality, no index",
    rewrite: "jsonb",
    find: someColumn(({ nativeType }) => nativeType?.toLowerCase() === "json"),
  },
  {
    id: "FM503",
    severity: "info",
    database: "postgres",
    when: "a serial column",
    why: "its sequence has rights and an owner of its own",
    rewrite: "an identity column",
    find: someColumn(({ numbering }) => numbering?.kind === "serial"),
  },
  {
    id: "FM504",
    severity: "info",
    database: "postgres",
    when: "a timestamp without a time zone",
    why: "it says no moment: sessions in other zones read another one",
    rewrite: "timestamptz",
    find: someColumn(({ type }) => type.kind === "timestamp"),
  },
  {
    id: "FM505",
    severity: "info",
    database: "postgres",
    when: "a column of type char(n)",
    why: "it is filled up with blanks",
    rewrite: "text",
    find: someColumn(({ nativeType }) => /^(?:char|character|bpchar)\b/i.test(nativeType ?? "")),
  },
  {
    id: "FM507",
    severity: "info",
    database: "both",
    when: "a new table has a foreign key without an index that begins with its columns",
    why: "each delete of a parent scans the table",
    rewrite: "an index on the key's columns",
    find: (operation) => {
      if (operation.op !== "createTable") return null;
      const { foreignKeys, indexes, uniques, primaryKey, name } = operation.table;
      const starts = [primaryKey, ...[...indexes, ...uniques].map(({ columns }) => columns)];
      const bare = foreignKeys.find(
        ({ columns }) => !starts.some((each) => columns.every((column, at) => each[at] === column)),
      );
      return bare === undefined ? null : dotted(name, ...bare.columns);
    },
  },
  {
    id: "FM509",
    severity: "info",
    database: "both",
    when: "a new table has no primary key",
    why: "its rows can't be told apart: no updates by key, no logical replication, no batches",
    rewrite: "a key",
    find: (operation) =>
      operation.op === "createTable" && operation.table.primaryKey.length === 0
        ? dotted(operation.table.name)
        : null,
  },
  {
    id: "FM510",
    severity: "info",
    database: "both",
    when: "an index of more than three columns that isn't unique",
    why: "it is large, and seldom used beyond its first columns",
    rewrite: "fewer columns",
    find: (operation) =>
      operation.op === "createIndex" &&
      operation.index.unique !== true &&
      operation.index.columns.length > 3
        ? dotted(operation.index.name)
        : null,
  },
  {
    id: "FM511",
    severity: "info",
    database: "both",
    when: "an index whose columns another index begins with",
    why: "each write keeps both up to date, and reads need one",
    rewrite: "drop the shorter one",
    find: (operation, { before }) => {
      if (operation.op !== "createIndex" || operation.index.keys !== undefined) return null;
      const { index, table } = operation;
      const others = before.tables.find(({ name }) => name === table)?.indexes ?? [];
      const longer = others.find(
        (each) =>
          each.where === undefined &&
          index.where === undefined &&
          each.keys === undefined &&
          index.columns.every((column, at) => each.columns[at] === column),
      );
      return longer === undefined ? null : `${dotted(index.name)}, as ${dotted(longer.name)}`;
    },
  },
  {
    id: "FM512",
    severity: "info",
    database: "postgres",
    when: "a hash index",
    why: "it answers nothing but equality, which a btree does as well",
    rewrite: "btree",
    find: (operation) =>
      operation.op === "createIndex" && operation.index.method === "hash"
        ? dotted(operation.index.name)
        : null,
  },
  {
    id: "FM514",
    severity: "error",
    database: "postgres",
    when: "a name of more than 63 bytes",
    why: "the server cuts it, and two may meet there",
    rewrite: "a shorter name",
    find: (operation) => {
      const names = newNames(operation).filter((name) => utf8Length(name) > 63);
      return names[0] === undefined ? null : dotted(names[0]);
    },
  },
  {
    id: "FM515",
    severity: "info",
    database: "postgres",
    when: "a value is added to an enum without `before`",
    why: "it becomes the last one, which an order by the column shows",
    rewrite: "say where it stands, with `before`",
    off: true,
    find: (operation) =>
      operation.op === "addEnumValue" && operation.before === undefined
        ? dotted(operation.enum, operation.value)
        : null,
  },
  {
    id: "FM518",
    severity: "info",
    database: "both",
    when: "`op.sql` with DDL that doesn't say what it does to the schema",
    why: "later comparisons with the models don't know of it",
    rewrite: "the same as operations, in `state`",
    findSql: ({ text, hasState }) =>
      !hasState && /^(?:ALTER|CREATE|DROP) (?:TABLE|INDEX|UNIQUE INDEX|TYPE)\b/.test(text),
  },
];

function newNames(operation: Operation): readonly string[] {
  switch (operation.op) {
    case "createTable": {
      const { name, columns, indexes, uniques, checks } = operation.table;
      return [name, ...[...columns, ...indexes, ...uniques, ...checks].map((each) => each.name)];
    }
    case "addColumn":
      return [operation.column.name];
    case "createIndex":
      return [operation.index.name];
    case "renameTable":
    case "renameColumn":
    case "renameIndex":
    case "renameConstraint":
      return [operation.to];
    case "createEnum":
      return [operation.enum.name];
    default:
      return [];
  }
}
