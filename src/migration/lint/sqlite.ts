/** FM4xx: SQLite. */
import { isAtLeast } from "../../ddl/version.ts";
import type { Operation, OperationKind } from "../../ir/migration.ts";
import type { ColumnIr } from "../../ir/schema.ts";
import { columnUsers } from "../../ir/users.ts";
import { isUsed } from "./blocking.ts";
import { addedColumns, alterActions, readName, splitList } from "./raw.ts";
import { dotted, type LintContext, newColumns, type RawStatement, type Rule } from "./rule.ts";
import { affinityOf } from "./types.ts";

/** What SQLite has no statement for on a table as it stands, whatever its version. */
const rebuilding: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "setTableOptions",
  "setType",
  "setDefault",
  "setGenerated",
  "setNumbering",
  "addPrimaryKey",
  "dropPrimaryKey",
  "addForeignKey",
  "dropForeignKey",
]);

/** The columns that it doesn't add to a table with rows, or at all. */
const refusedColumn =
  /\bUNIQUE\b|\bPRIMARY KEY\b|\bSTORED\b|\bDEFAULT ?(?:\(|CURRENT_)|\bNOT NULL\b(?!.*\bDEFAULT\b)(?<!\bDEFAULT\b.*)|\bREFERENCES\b.*\bDEFAULT (?!NULL)|\bDEFAULT (?!NULL).*\bREFERENCES\b/;

function dropsUsed({ text, table }: RawStatement, { before }: LintContext): boolean {
  const found = before.tables.find(({ name }) => name === table);
  if (found === undefined) return false;
  return alterActions(text).some((action) => {
    const [, written] = /^DROP (?:COLUMN )?("[^"]+"|\S+)$/.exec(action) ?? [];
    return written !== undefined && columnUsers(before, found, readName(written)).length > 0;
  });
}

/** What came with which version. */
const news: readonly (readonly [version: string, words: RegExp])[] = [
  ["3.35", /\bRETURNING\b|^ALTER TABLE\b.*\bDROP (?:COLUMN )?(?!CONSTRAINT)/],
  ["3.37", /^CREATE TABLE\b.*\)(?: WITHOUT ROWID,)? STRICT\b/],
  ["3.38", /- >|\bUNIXEPOCH\(/],
  ["3.39", /\b(?:RIGHT|FULL)(?: OUTER)? JOIN\b|\bIS(?: NOT)? DISTINCT FROM\b/],
  ["3.44", /\b(?:CONCAT|CONCAT_WS|STRING_AGG)\(/],
  ["3.45", /\bJSONB\(|\bJSONB_\w+\(/],
  ["3.53", /^ALTER TABLE\b.*\b(?:SET NOT NULL|DROP NOT NULL|ADD CONSTRAINT|DROP CONSTRAINT)\b/],
];

function isNewer({ targets: { sqlite } }: LintContext, words: string): boolean {
  return (
    sqlite !== undefined &&
    news.some(([version, pattern]) => !isAtLeast(sqlite, version) && pattern.test(words))
  );
}

const meant: Readonly<Partial<Record<ColumnIr["type"]["kind"], readonly string[]>>> = {
  integer: ["integer"],
  bigint: ["integer"],
  float: ["real"],
  text: ["text"],
  uuid: ["text", "blob"],
  bytes: ["blob"],
  date: ["text", "numeric"],
  time: ["text", "numeric"],
  timestamp: ["text", "numeric"],
  timestamptz: ["text", "numeric"],
  json: ["text", "blob"],
};

function hasOtherAffinity({ type, nativeType }: ColumnIr): boolean {
  const wanted = meant[type.kind];
  return (
    nativeType !== undefined && wanted !== undefined && !wanted.includes(affinityOf(nativeType))
  );
}

/** Type names that sound like one thing and are another: STRING is a number, FLOATING POINT an integer. */
const misleading = /^(?:STR|STRING|NSTRING)\b|^FLOATING POINT\b|^POINT\b|^INTERVAL\b/;

/** The rules. */
export const sqliteRules: readonly Rule[] = [
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
    id: "FM403",
    severity: "info",
    database: "sqlite",
    when: "a table that is in use is made anew",
    why: "every row is copied while nobody writes, and the file needs room for them twice",
    rewrite: "nothing for small tables; for large ones a time when nobody writes",
    find: (operation, context) =>
      isUsed(operation, context) && (rebuilding.has(operation.op) || isRefused(operation))
        ? dotted((operation as { readonly table: string }).table)
        : null,
  },
  {
    id: "FM404",
    severity: "error",
    database: "sqlite",
    when: "ADD COLUMN in `op.sql` with UNIQUE, PRIMARY KEY, STORED, NOT NULL without a default, or a default that isn't a constant",
    why: "SQLite refuses it, some of it only where the table has rows",
    rewrite: "`op.addColumn`: the table is made anew where that is needed",
    findSql: ({ text }) =>
      addedColumns(text).some(({ definition }) => refusedColumn.test(definition)),
  },
  {
    id: "FM405",
    severity: "error",
    database: "sqlite",
    when: "DROP COLUMN in `op.sql` of a column that a key, an index or a check uses",
    why: "SQLite refuses it",
    rewrite: "drop what uses it first, then `op.dropColumn`",
    findSql: dropsUsed,
  },
  {
    id: "FM406",
    severity: "error",
    database: "sqlite",
    when: "SQL or a table that needs a newer SQLite than `target` names",
    why: "there it is a syntax error",
    rewrite: "an older form; or raise `target` in ferro.config.ts",
    find: (operation, context) =>
      operation.op === "createTable" &&
      operation.table.strict === true &&
      isNewer(context, "CREATE TABLE T() STRICT")
        ? dotted(operation.table.name)
        : null,
    findSql: ({ text }, context) => isNewer(context, text),
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
    id: "FM408",
    severity: "warning",
    database: "sqlite",
    when: "a type name that SQLite takes for another kind of value than is meant",
    why: "values are brought to that kind when they are stored: in a STRING column '007' becomes 7",
    rewrite: "INTEGER, REAL, TEXT or BLOB",
    find: (operation) => {
      const found = newColumns(operation).find(([, column]) => hasOtherAffinity(column));
      return found === undefined ? null : dotted(found[0], found[1].name);
    },
    findSql: ({ text }) =>
      addedColumns(text).some(({ definition }) => misleading.test(definition)) ||
      createdColumns(text).some((definition) => misleading.test(definition)),
  },
];

/** What ADD COLUMN doesn't take. */
function isRefused(operation: Operation): boolean {
  if (operation.op !== "addColumn") return false;
  const { column, fill } = operation;
  return (
    fill !== undefined ||
    column.autoincrement ||
    column.generated?.stored === true ||
    column.default?.kind === "sql" ||
    (!column.nullable && column.default === null && column.generated === null)
  );
}

/** What a CREATE TABLE says of its columns, from their types on. */
function createdColumns(text: string): readonly string[] {
  const [, list] = /^CREATE (?:TEMP |TEMPORARY )?TABLE [^(]*\((.*)\)/.exec(text) ?? [];
  return splitList(list ?? "").map((item) => item.replace(/^(?:"[^"]*"|\S+) /, ""));
}
