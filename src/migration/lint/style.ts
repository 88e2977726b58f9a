/** FM5xx: what people regret later. */
import type { Operation } from "../../ir/migration.ts";
import type { ColumnIr, ForeignKeyIr, TableIr } from "../../ir/schema.ts";
import { utf8Length } from "../../util/identifier.ts";
import { alterActions } from "./raw.ts";
import { dotted, type LintContext, newColumns, type Rule } from "./rule.ts";
import { typeOf } from "./types.ts";

const someColumn =
  (test: (column: ColumnIr) => boolean) =>
  (operation: Operation): string | null => {
    const found = newColumns(operation).find(([, column]) => test(column));
    return found === undefined ? null : dotted(found[0], found[1].name);
  };

/** The rules. */
export const styleRules: readonly Rule[] = [
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
    id: "FM502",
    severity: "info",
    database: "postgres",
    when: "a new table is numbered by an integer of 32 bits or fewer",
    why: "it ends at 2,147,483,647, and making it wider then writes the table anew, and every key that points to it",
    rewrite: "bigint",
    off: true,
    find: (operation) => {
      if (operation.op !== "createTable") return null;
      const { name, columns, primaryKey } = operation.table;
      const key = columns.find((column) => column.autoincrement && primaryKey[0] === column.name);
      return key !== undefined && ["integer", "smallint"].includes(typeOf(key))
        ? dotted(name, key.name)
        : null;
    },
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
    id: "FM506",
    severity: "info",
    database: "postgres",
    when: "a column of type varchar(n)",
    why: "a lower limit writes the table anew; a check can be changed without that",
    rewrite: "text with a check on the length",
    off: true,
    find: someColumn((column) => typeOf(column).startsWith("varchar(")),
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
      const ordered = indexes.filter(({ fullText }) => fullText === undefined);
      const starts = [primaryKey, ...[...ordered, ...uniques].map(({ columns }) => columns)];
      const bare = foreignKeys.find(
        ({ columns }) => !starts.some((each) => columns.every((column, at) => each[at] === column)),
      );
      return bare === undefined ? null : dotted(name, ...bare.columns);
    },
  },
  {
    id: "FM508",
    severity: "warning",
    database: "both",
    when: "a foreign key whose column has another type than the one it points to",
    why: "each join and each check brings one to the other; what fits the parent may not fit the child",
    rewrite: "the parent's type",
    find: (operation, context) => {
      const found = newKeys(operation).find(([table, key]) => hasOtherType(table, key, context));
      return found === undefined ? null : dotted(found[0].name, ...found[1].columns);
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
      operation.index.fullText === undefined &&
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
      if (index.fullText !== undefined) return null;
      const others = before.tables.find(({ name }) => name === table)?.indexes ?? [];
      const longer = others.find(
        (each) =>
          each.where === undefined &&
          each.fullText === undefined &&
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
    id: "FM513",
    severity: "info",
    database: "both",
    when: "a constraint without a name",
    why: "the database makes one up, and later changes must guess it",
    rewrite: "a name",
    find: (operation) => {
      const checks =
        operation.op === "createTable"
          ? operation.table.checks
          : operation.op === "addCheck"
            ? [operation.check]
            : [];
      const found = checks.find((check) => check.unnamed === true);
      return found === undefined ? null : dotted(found.name);
    },
    findSql: ({ text }) =>
      alterActions(text).some((action) =>
        /^ADD (?:CHECK|UNIQUE|PRIMARY KEY|FOREIGN KEY|EXCLUDE)\b/.test(action),
      ),
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
    id: "FM516",
    severity: "info",
    database: "postgres",
    when: "an enum type",
    why: "its values can't be removed without making the type and every column of it anew",
    rewrite: "text with a check, or a table of values",
    off: true,
    find: (operation) => (operation.op === "createEnum" ? dotted(operation.enum.name) : null),
    findSql: ({ text }) => /^CREATE TYPE\b.*\bAS ENUM\b/.test(text),
  },
  {
    id: "FM517",
    severity: "info",
    database: "postgres",
    when: "a table without its schema in `op.sql`",
    why: "which one is meant depends on the search_path of whoever runs it",
    rewrite: "schema.table",
    off: true,
    findSql: ({ text, table }) =>
      table !== null &&
      !new RegExp(`\\.(?:"${escaped(table)}"|${escaped(table)}(?![\\w$]))`, "i").test(text),
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
  {
    id: "FM519",
    severity: "error",
    database: "both",
    when: "a rule of your own: `rules: [rule((operation, context) => […])]` in ferro.config.ts",
    why: "what it says",
    rewrite: "what it says",
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

/** New foreign keys of an operation, with the table that they are on. */
function newKeys(
  operation: Operation,
): readonly (readonly [Pick<TableIr, "name" | "columns">, ForeignKeyIr])[] {
  if (operation.op === "createTable") {
    return operation.table.foreignKeys.map((key) => [operation.table, key]);
  }
  return operation.op === "addForeignKey"
    ? [[{ name: operation.table, columns: [] }, operation.foreignKey]]
    : [];
}

function hasOtherType(
  { name, columns }: Pick<TableIr, "name" | "columns">,
  { columns: own, referencedTable, referencedColumns }: ForeignKeyIr,
  { before }: LintContext,
): boolean {
  const columnsOf = (table: string): readonly ColumnIr[] =>
    table === name && columns.length > 0
      ? columns
      : (before.tables.find((each) => each.name === table)?.columns ?? []);
  return own.some((column, at) => {
    const child = columnsOf(name).find((each) => each.name === column);
    const parent = columnsOf(referencedTable).find((each) => each.name === referencedColumns[at]);
    return child !== undefined && parent !== undefined && typeOf(child) !== typeOf(parent);
  });
}

function escaped(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
