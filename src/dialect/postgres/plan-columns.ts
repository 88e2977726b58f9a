/** Plans operations on columns. */
import { effectiveChecks, emitColumn, emitDefault, emitType } from "../../ddl/column.ts";
import { columnOf, omit, tableOf } from "../../ir/edit.ts";
import type { Operation } from "../../ir/migration.ts";
import { sameData } from "../../ir/same.ts";
import type { ColumnIr, DefaultIr } from "../../ir/schema.ts";
import { quoteIdentifier as quote, quoteQualified } from "../../util/identifier.ts";
import { constraintName } from "../constraint-name.ts";
import { castTo } from "./cast.ts";
import { postgresDdl, quoteText } from "./ddl.ts";
import { addCheck, dropCheck } from "./plan-constraints.ts";
import { type PlanContext, type Planner, tableBefore } from "./plan-context.ts";
import { type Dependents, dropDependents, restoreDependents } from "./plan-dependents.ts";
import { alter, givenNames, quoteBeside } from "./plan-names.ts";
import { setNotNull } from "./plan-not-null.ts";
import { backfill } from "./plan-other.ts";

type ColumnOperation =
  | "addColumn"
  | "dropColumn"
  | "renameColumn"
  | "setType"
  | "setNullable"
  | "setDefault"
  | "setGenerated"
  | "setNumbering"
  | "setColumnComment";

export const columnPlanners: { readonly [Kind in ColumnOperation]: Planner<Kind> } = {
  addColumn: (operation, context) => addColumn(operation, context),
  dropColumn: (operation, context) => {
    const { table, column, keep } = operation;
    const alone = context.isOnline(table);
    if (alone) context.plan.cut();
    if (keep === true) {
      const aside = quote(`_dropped_${column}`);
      context.plan.add(`${alter(table)} RENAME COLUMN ${quote(column)} TO ${aside}`, operation);
      context.plan.add(`${alter(table)} ALTER COLUMN ${aside} DROP NOT NULL`, operation);
    } else context.plan.add(`${alter(table)} DROP COLUMN ${quote(column)}`, operation);
    if (alone) context.plan.cut();
  },
  renameColumn: (operation, context) => {
    const { table, column, to } = operation;
    const { on, before, after } = context;
    on(table, `${alter(table)} RENAME COLUMN ${quote(column)} TO ${quote(to)}`, operation);
    const was = tableOf(before, table);
    for (const [name, renamed] of givenNames(was, tableOf(after, table))) {
      on(table, `${alter(table)} RENAME CONSTRAINT ${quote(name)} TO ${quote(renamed)}`, operation);
    }
    if (!columnOf(was, column).autoincrement) return;
    const sequence = quoteBeside(table, constraintName(table, [column], "seq"));
    const renamed = quote(constraintName(table, [to], "seq"));
    on(table, `ALTER SEQUENCE IF EXISTS ${sequence} RENAME TO ${renamed}`, operation);
  },
  setType: (operation, context) => setType(operation, context),
  setNullable: (operation, context) => {
    const { table, column, nullable, fill } = operation;
    if (nullable) {
      const sql = `${alter(table)} ALTER COLUMN ${quote(column)} DROP NOT NULL`;
      context.on(table, sql, operation);
      return;
    }
    const to = columnOf(tableOf(context.after, table), column);
    if (fill !== undefined) fillColumn(context, operation, to, fill);
    setNotNull(context, operation, table, [column]);
  },
  setDefault: (operation, context) => {
    const { table, column } = operation;
    context.on(
      table,
      defaultSql(table, columnOf(tableOf(context.after, table), column)),
      operation,
    );
  },
  setGenerated: (operation, context) => {
    const { table, column, generated } = operation;
    const was = columnOf(tableBefore(context, table), column);
    if (generated === null && was.generated?.stored === true) {
      const sql = `${alter(table)} ALTER COLUMN ${quote(column)} DROP EXPRESSION`;
      context.on(table, sql, operation);
      return;
    }
    // The values are worked out anew, so the column is made anew, with all that stands on it.
    const dependents = dropDependents(context, table, column, operation, "all");
    const after = tableOf(context.after, table);
    context.on(table, `${alter(table)} DROP COLUMN ${quote(column)}`, operation);
    const bare = { ...after, primaryKey: [], uniques: [] };
    const clause = emitColumn(bare, columnOf(after, column), postgresDdl);
    context.on(table, `${alter(table)} ADD COLUMN ${clause}`, operation);
    restoreDependents(context, table, dependents, operation);
  },
  setNumbering: (operation, context) => {
    const { table, column } = operation;
    const was = columnOf(tableBefore(context, table), column);
    const is = columnOf(tableOf(context.after, table), column);
    for (const sql of numberingSql(table, was, is)) context.on(table, sql, operation);
  },
  setColumnComment: (operation, { plan, after }) => {
    const { table, column, comment } = operation;
    const sql = postgresDdl.comment(table, columnOf(tableOf(after, table), column), comment);
    if (sql !== null) plan.add(sql, operation);
  },
};

/** Defaults that are worked out once for all rows: adding a column with one rewrites nothing. */
const steady =
  /^(?:now\(\)|current_(?:timestamp|date|time)|localtimestamp|localtime|[^()]*)(?:::[\w ]+)?$/i;

function addColumn(operation: Extract<Operation, { op: "addColumn" }>, context: PlanContext): void {
  const { table, column, fill } = operation;
  const after = { ...tableOf(context.after, table), primaryKey: [], uniques: [] };
  const add = (clause: ColumnIr): void =>
    context.on(
      table,
      `${alter(table)} ADD COLUMN ${emitColumn(after, clause, postgresDdl)}`,
      operation,
    );
  const changing =
    column.default?.kind === "sql" && !steady.test(column.default.sql.trim())
      ? column.default
      : null;
  const value = fill ?? (changing !== null && context.isOnline(table) ? changing : undefined);
  if (value === undefined) add(column);
  else if (value.kind === "literal") {
    // A constant rewrites nothing, and leaves no default behind.
    add({ ...column, default: value });
    context.on(table, defaultSql(table, column), operation);
  } else {
    add({ ...column, nullable: true, default: null });
    if (column.default !== null) context.on(table, defaultSql(table, column), operation);
    fillColumn(context, operation, column, value);
    if (!column.nullable) setNotNull(context, operation, table, [column.name]);
  }
  const sequence = postgresDdl.setSequence(table, column);
  if (sequence !== null) context.plan.add(sequence, operation);
  if (column.comment === null) return;
  const comment = postgresDdl.comment(table, column, column.comment);
  if (comment !== null) context.plan.add(comment, operation);
}

/** Gives rows without a value one. */
function fillColumn(
  context: PlanContext,
  operation: Extract<Operation, { op: "addColumn" | "setNullable" }>,
  column: ColumnIr,
  fill: DefaultIr,
): void {
  const { table } = operation;
  const name = quote(column.name);
  const value = emitDefault(column, fill, postgresDdl);
  backfill(context, operation, table, {
    set: `${name} = ${value}`,
    where: `${name} IS NULL`,
  });
}

function defaultSql(table: string, column: ColumnIr): string {
  const head = `${alter(table)} ALTER COLUMN ${quote(column.name)}`;
  return column.default === null
    ? `${head} DROP DEFAULT`
    : `${head} SET DEFAULT ${emitDefault(column, column.default, postgresDdl)}`;
}

function setType(operation: Extract<Operation, { op: "setType" }>, context: PlanContext): void {
  const { table, column, using } = operation;
  const before = tableBefore(context, table);
  const after = tableOf(context.after, table);
  const was = columnOf(before, column);
  const is = columnOf(after, column);
  const spelled = (of: ColumnIr): string =>
    emitType({ ...omit(of, "numbering"), autoincrement: false }, postgresDdl);
  changeChecks(operation, context);
  if (spelled(was) === spelled(is) && using === undefined) return;
  const enumeral = was.type.kind === "enum" || is.type.kind === "enum";
  const dependents: Dependents = dropDependents(
    context,
    table,
    column,
    operation,
    enumeral || was.type.kind !== is.type.kind ? "expressions" : "none",
  );
  const head = `${alter(table)} ALTER COLUMN ${quote(column)}`;
  if (was.default !== null) context.on(table, `${head} DROP DEFAULT`, operation);
  const value = using ?? castTo(quote(column), was, is);
  context.on(table, `${head} TYPE ${spelled(is)} USING ${value}`, operation);
  context.plan.setAside({ columns: [{ table, column }] });
  const later = context.rest.some(
    (next) => next.op === "setDefault" && next.table === table && next.column === column,
  );
  if (is.default !== null && !later) context.on(table, defaultSql(table, is), operation);
  restoreDependents(context, table, dependents, operation);
}

/** A native type checks its values itself: the check of a list goes when it comes, and comes when it goes. */
function changeChecks(
  operation: Extract<Operation, { op: "setType" }>,
  context: PlanContext,
): void {
  const before = tableBefore(context, operation.table);
  const after = tableOf(context.after, operation.table);
  const had = effectiveChecks(before, postgresDdl);
  const has = effectiveChecks(after, postgresDdl);
  for (const check of had) {
    if (!has.some((other) => sameData(other, check))) {
      dropCheck(context, before, check.name, operation);
    }
  }
  for (const check of has) {
    if (!had.some((other) => sameData(other, check))) {
      addCheck(context, operation.table, check, operation);
    }
  }
}

/** A sequence counts in the type of its column, unless it says another. */
function sequenceOptions({ type, numbering }: ColumnIr): string {
  const { options = "" } = numbering ?? {};
  if (options.startsWith("AS ")) return options;
  return `AS ${postgresDdl.columnType(type)}${options === "" ? "" : ` ${options}`}`;
}

function numberingSql(table: string, was: ColumnIr, is: ColumnIr): readonly string[] {
  const column = quote(is.name);
  const head = `${alter(table)} ALTER COLUMN ${column}`;
  const sequence = quoteBeside(table, constraintName(table, [is.name], "seq"));
  const drop = !was.autoincrement
    ? []
    : was.numbering?.kind === "serial"
      ? [`${head} DROP DEFAULT`, `DROP SEQUENCE ${sequence}`]
      : [`${head} DROP IDENTITY`];
  if (!is.autoincrement) return drop;
  const next = `SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(${quoteText(quoteQualified(table))}, ${quoteText(is.name)}), (SELECT coalesce(max(${column}), 0) + 1 FROM ${quoteQualified(table)}), false)`;
  if (is.numbering?.kind === "serial") {
    return [
      ...drop,
      `CREATE SEQUENCE ${sequence} ${sequenceOptions(is)} OWNED BY ${quoteQualified(table)}.${column}`,
      `${head} SET DEFAULT nextval(${quoteText(sequence)})`,
      next,
    ];
  }
  const how = is.numbering?.kind === "always" ? "ALWAYS" : "BY DEFAULT";
  const options = is.numbering?.options === undefined ? "" : ` (${is.numbering.options})`;
  return [...drop, `${head} ADD GENERATED ${how} AS IDENTITY${options}`, next];
}
