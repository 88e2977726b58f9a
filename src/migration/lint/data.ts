/** FM216, FM305 to FM308: what depends on the rows, and on what stands in the database. */
import { enumOf } from "../../ir/apply-enum.ts";
import type { ColumnIr, DefaultIr, IndexIr, TableIr } from "../../ir/schema.ts";
import { alterActions, readName } from "./raw.ts";
import { dotted, type LintContext, type RawStatement, type Rule, usedTable } from "./rule.ts";
import { mayFail, typeOf } from "./types.ts";

const drops =
  /^DROP (TABLE|INDEX|TYPE)(?: CONCURRENTLY)?(?: IF EXISTS)? (?:\S+\.)?("[^"]+"|[^\s"(),.]+)/;

/** What raw SQL drops and no revision made. */
function dropsForeign(
  { text, table, preceding }: RawStatement,
  { before, fresh }: LintContext,
): boolean {
  const [, kind, written] = drops.exec(text) ?? [];
  if (kind !== undefined && written !== undefined) {
    const name = readName(written);
    const made = preceding.some((each) => each.startsWith("CREATE ") && each.includes(written));
    if (made || fresh.has(name)) return false;
    return !namesOf(kind, before.tables, before).includes(name);
  }
  const columns = before.tables.find(({ name }) => name === table)?.columns;
  if (columns === undefined || preceding.some((each) => / ADD /.test(each))) return false;
  return alterActions(text).some((action) => {
    const [, column] = /^DROP COLUMN (?:IF EXISTS )?("[^"]+"|\S+)/.exec(action) ?? [];
    return column !== undefined && !columns.some(({ name }) => name === readName(column));
  });
}

function namesOf(
  kind: string,
  tables: readonly TableIr[],
  { enums, objects = [] }: LintContext["before"],
): readonly string[] {
  if (kind === "TABLE") return tables.map(({ name }) => name);
  if (kind === "TYPE") return [...enums, ...objects].map(({ name }) => name);
  return tables.flatMap(({ indexes, uniques }) => [...indexes, ...uniques].map(({ name }) => name));
}

/** Columns whose values have no limit: the longest of them is too long for a row of a btree. */
function isUnlimited(column: ColumnIr | undefined): boolean {
  return (
    column !== undefined &&
    column.nativeType === undefined &&
    ["text", "jsonb", "bytea"].includes(typeOf(column))
  );
}

function wideKey(
  table: string,
  { columns, method = "btree", fullText }: Pick<IndexIr, "columns" | "method" | "fullText">,
  context: LintContext,
): string | null {
  if (method !== "btree" || fullText !== undefined) return null;
  const found = usedTable(table, context);
  const wide = columns.find((column) => isUnlimited(found?.columns.find((c) => c.name === column)));
  return wide === undefined ? null : dotted(table, wide);
}

const moments = new Set(["date", "time", "timestamp", "timestamptz"]);
const relative = /^(?:now|today|tomorrow|yesterday)$/i;
const frozenSql = /'(?:now|today|tomorrow|yesterday)'/i;

/** A moment's type before the default, in it, or after it. */
const frozenWords =
  /\b(?:DATE|TIME|TIMESTAMP|TIMESTAMPTZ)\b[^,]*\bDEFAULT ?\(?'(?:NOW|TODAY|TOMORROW|YESTERDAY)'|\bDEFAULT ?\(?(?:(?:DATE|TIME\w*) '(?:NOW|TODAY|TOMORROW|YESTERDAY)'|'(?:NOW|TODAY|TOMORROW|YESTERDAY)' : : (?:DATE|TIME))/;

function isFrozen(value: DefaultIr | null, column: ColumnIr | undefined): boolean {
  if (value === null || column === undefined || !moments.has(column.type.kind)) return false;
  return value.kind === "sql" ? frozenSql.test(value.sql) : relative.test(String(value.value));
}

/** The rules. */
export const dataRules: readonly Rule[] = [
  {
    id: "FM216",
    severity: "error",
    database: "both",
    when: "something is dropped that no revision made",
    why: "it belongs to someone else, or to a history that isn't known here: it can't come back",
    rewrite:
      "take it into the history first, with `ferro pull` or with `state`, then drop it with `op`",
    findSql: dropsForeign,
  },
  {
    id: "FM305",
    severity: "warning",
    database: "both",
    when: "a column's type changes to one that not every value has a form in",
    why: "the change stops at the first row that has none; `upgrade` looks for such rows before it changes anything",
    rewrite: "`using`, which says what becomes of each value; or a data step before",
    find: (operation, context) => {
      if (operation.op !== "setType" || operation.using !== undefined) return null;
      const column = usedTable(operation.table, context)?.columns.find(
        ({ name }) => name === operation.column,
      );
      return column !== undefined && mayFail(typeOf(column), typeOf(operation))
        ? dotted(operation.table, operation.column)
        : null;
    },
  },
  {
    id: "FM306",
    severity: "warning",
    database: "both",
    when: "a value of an enum is removed, and nothing says what its rows get",
    why: "the change stops at the first row that has it; `upgrade` looks for such rows before it changes anything",
    rewrite: "`mapping`, or a backfill before",
    find: (operation, { before }) => {
      if (operation.op !== "swapEnum") return null;
      const { mapping = {}, values } = operation;
      const open = enumOf(before, operation.enum).values.find(
        (value) => !values.includes(value) && !Object.hasOwn(mapping, value),
      );
      return open === undefined ? null : dotted(operation.enum, open);
    },
  },
  {
    id: "FM307",
    severity: "info",
    database: "postgres",
    when: "an index or unique on a column without a limit (text, jsonb, bytea) of a table that is in use",
    why: "a btree takes no value of more than 2,704 bytes, after compression: building it, or a later insert, fails there",
    rewrite: "a limit, an index on a hash of the value, or another method",
    find: (operation, context) => {
      if (operation.op === "createIndex") return wideKey(operation.table, operation.index, context);
      return operation.op === "addUnique"
        ? wideKey(operation.table, operation.unique, context)
        : null;
    },
  },
  {
    id: "FM308",
    severity: "error",
    database: "postgres",
    when: "'now', 'today' or the like as the default of a moment",
    why: "it is worked out once, when the default is set: every later row gets that same moment",
    rewrite: "`now()` or `current_date`, as SQL",
    find: (operation, context) => {
      if (operation.op === "createTable") {
        const { name, columns } = operation.table;
        const found = columns.find((column) => isFrozen(column.default, column));
        return found === undefined ? null : dotted(name, found.name);
      }
      if (operation.op === "addColumn") {
        const { table, column } = operation;
        return isFrozen(column.default, column) ? dotted(table, column.name) : null;
      }
      if (operation.op !== "setDefault") return null;
      const column = context.before.tables
        .find(({ name }) => name === operation.table)
        ?.columns.find(({ name }) => name === operation.column);
      return isFrozen(operation.default, column) ? dotted(operation.table, operation.column) : null;
    },
    findSql: ({ text }) => frozenWords.test(text),
  },
];
