/** FM116 to FM123: what is said of a new column at once, and changes of type (PostgreSQL). */
import type { ColumnIr, SchemaPayload } from "../../ir/schema.ts";
import { isUsed } from "./blocking.ts";
import { addedColumns, readName, retypedColumns } from "./raw.ts";
import { dotted, type LintContext, type RawStatement, type Rule, usedTable } from "./rule.ts";
import { keepsRows, shortType, shrinks, typeOf } from "./types.ts";

/** A change of type, as far as it can be told. */
interface Retype {
  /** Null where the column isn't known. */
  readonly from: string | null;
  readonly to: string;
  readonly fromEnum: boolean;
  /** The values go through an expression: they are worked out anew. */
  readonly using: boolean;
}

const retypeRule = (test: (change: Retype) => boolean): Pick<Rule, "find" | "findSql"> => ({
  find: (operation, context) => {
    if (operation.op !== "setType") return null;
    const { table, column, using } = operation;
    const was = columnOf(context, table, column);
    if (was === undefined) return null;
    const to = typeOf(operation);
    return test({ ...known(was), to, using: using !== undefined }) ? dotted(table, column) : null;
  },
  findSql: ({ text, table }, context) =>
    retypedColumns(text).some(({ column, type, using }) => {
      const was = table === null ? undefined : columnOf(context, table, column);
      return test({ ...known(was), to: shortType(type), using });
    }),
});

function columnOf(context: LintContext, table: string, column: string): ColumnIr | undefined {
  return usedTable(table, context)?.columns.find(({ name }) => name === column);
}

function known(column: ColumnIr | undefined): Pick<Retype, "from" | "fromEnum"> {
  if (column === undefined) return { from: null, fromEnum: false };
  const { type } = column;
  return { from: typeOf(column), fromEnum: type.kind === "enum" && type.name !== null };
}

/** What FM123 says of its own, so that FM121 needn't. */
function isNamedRewrite({ from, to, fromEnum }: Retype): boolean {
  if (from === null) return false;
  return (from === "json" && to === "jsonb") || (fromEnum && to === "text") || shrinks(from, to);
}

/** Domains that check their values, by name. */
function checkedDomains({ objects = [] }: SchemaPayload): readonly string[] {
  return objects
    .filter(({ kind, sql }) => kind === "domain" && /\b(?:CHECK|NOT NULL)\b/i.test(sql))
    .map(({ name }) => name.toLowerCase());
}

const inline =
  (pattern: RegExp) =>
  ({ text }: RawStatement): boolean =>
    addedColumns(text).some(({ definition }) => pattern.test(definition));

/** The rules. */
export const columnRules: readonly Rule[] = [
  {
    id: "FM116",
    severity: "error",
    database: "postgres",
    when: "a column of a domain that checks its values is added to a table that is in use",
    why: "ACCESS EXCLUSIVE lock while the table and all its indexes are written anew",
    rewrite: "the type under the domain, then `op.addCheck`, which is NOT VALID first",
    find: (operation, context) =>
      operation.op === "addColumn" &&
      isUsed(operation, context) &&
      checkedDomains(context.before).includes(typeOf(operation.column))
        ? dotted(operation.table, operation.column.name)
        : null,
    findSql: ({ text }, { before }) =>
      addedColumns(text).some(({ definition }) =>
        checkedDomains(before).includes(readName(/^(?:"[^"]*"|\S+)/.exec(definition)?.[0] ?? "")),
      ),
  },
  {
    id: "FM117",
    severity: "warning",
    database: "postgres",
    when: "a column is added together with a CHECK",
    why: "ACCESS EXCLUSIVE lock during a scan",
    rewrite: "the column first, then `op.addCheck`: NOT VALID, and VALIDATE in a later transaction",
    findSql: inline(/\bCHECK\b/),
  },
  {
    id: "FM118",
    severity: "error",
    database: "postgres",
    when: "a column is added together with UNIQUE",
    why: "ACCESS EXCLUSIVE lock during a scan",
    rewrite: "the column first, then `op.addUnique`: the index is built concurrently",
    findSql: inline(/\bUNIQUE\b/),
  },
  {
    id: "FM119",
    severity: "warning",
    database: "postgres",
    when: "a column is added together with REFERENCES",
    why: "ACCESS EXCLUSIVE lock on the table and SHARE ROW EXCLUSIVE on the one it points to, at the same time",
    rewrite: "the column first, then `op.addForeignKey`, in a transaction of its own",
    findSql: inline(/\bREFERENCES\b/),
  },
  {
    id: "FM120",
    severity: "error",
    database: "both",
    when: "a column that takes no NULL is added without a value for the rows that are there",
    why: "the statement fails as soon as the table has a row",
    rewrite: "`op.addColumn` with a default, or with `fill`: what rows that are there get",
    find: (operation, context) => {
      if (operation.op !== "addColumn" || !isUsed(operation, context)) return null;
      const { table, column, fill } = operation;
      const given =
        column.nullable ||
        column.autoincrement ||
        column.default !== null ||
        column.generated !== null ||
        fill !== undefined;
      return given ? null : dotted(table, column.name);
    },
    findSql: ({ text }) =>
      addedColumns(text).some(
        ({ definition }) =>
          /\bNOT NULL\b|\bPRIMARY KEY\b/.test(definition) &&
          !/\bDEFAULT\b|\bGENERATED\b|\bAS\(|^(?:BIG|SMALL)?SERIAL\b/.test(definition),
      ),
  },
  {
    id: "FM121",
    severity: "error",
    database: "postgres",
    when: "a column of a table that is in use changes to a type that is stored in another way",
    why: "ACCESS EXCLUSIVE lock while the table and its indexes are written anew",
    rewrite: "a new column, a trigger that keeps both, a backfill, and then the other column's end",
    ...retypeRule(
      (change) =>
        change.from === null ||
        ((change.using || !keepsRows(change.from, change.to)) && !isNamedRewrite(change)),
    ),
  },
  {
    id: "FM122",
    severity: "info",
    database: "postgres",
    when: "a column's type becomes wider, and its rows stay as they are",
    why: "ACCESS EXCLUSIVE lock, briefly: nothing is scanned or written",
    rewrite: "nothing: the runner's lock timeout keeps it short",
    ...retypeRule(
      ({ from, to, using }) => from !== null && from !== to && !using && keepsRows(from, to),
    ),
  },
  {
    id: "FM123",
    severity: "error",
    database: "postgres",
    when: "in a table that is in use a text gets a limit, an enum becomes text, or json becomes jsonb",
    why: "ACCESS EXCLUSIVE lock while the table and its indexes are written anew",
    rewrite:
      "for a limit `op.addCheck` on the length; else a new column, a trigger that keeps both, a backfill",
    ...retypeRule(isNamedRewrite),
  },
];
