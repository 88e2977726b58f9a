/** What stands on a column and must make way while its type changes. */
import { effectiveChecks, emitCheck, emitColumn, emitUnique } from "../../ddl/column.ts";
import { isLate } from "../../ddl/create.ts";
import { tableOf } from "../../ir/edit.ts";
import type { Operation } from "../../ir/migration.ts";
import { mentions } from "../../ir/rename-sql.ts";
import type { CheckIr, ColumnIr, IndexIr, UniqueIr } from "../../ir/schema.ts";
import { indexUses } from "../../ir/users.ts";
import { quoteIdentifier as quote } from "../../util/identifier.ts";
import { postgresDdl } from "./ddl.ts";
import { type PlanContext, tableBefore } from "./plan-context.ts";
import { alter, heldUniqueName, indexSql, quoteBeside } from "./plan-names.ts";

/** What was dropped, to be made again. */
export interface Dependents {
  readonly indexes: readonly IndexIr[];
  readonly checks: readonly CheckIr[];
  readonly uniques: readonly UniqueIr[];
  /** Columns whose values are worked out of it, with what stands on them. */
  readonly generated: readonly (readonly [column: ColumnIr, dependents: Dependents])[];
}

/**
 * Drops what stands on a column: "expressions" that the server can't carry over to another type,
 * or "all" when the column itself goes.
 */
export function dropDependents(
  context: PlanContext,
  table: string,
  column: string,
  operation: Operation,
  which: "none" | "expressions" | "all",
): Dependents {
  const before = tableBefore(context, table);
  // No type of a column that others are worked out of can be changed.
  const generated = before.columns
    .filter((each) => each.generated !== null && mentions(each.generated.sql, column))
    .map((each) => [each, dropDependents(context, table, each.name, operation, "all")] as const);
  for (const [{ name }] of generated) {
    context.on(table, `${alter(table)} DROP COLUMN ${quote(name)}`, operation);
  }
  if (which === "none") return { indexes: [], checks: [], uniques: [], generated };
  const gone = new Set(
    generated.flatMap(([, { indexes, checks }]) => [...indexes, ...checks].map(({ name }) => name)),
  );
  const indexes = before.indexes.filter(
    (index) =>
      !gone.has(index.name) &&
      (inExpressions(index, column) || (which === "all" && indexUses(index, column))),
  );
  // Lists of values follow the type by themselves; changeChecks and the enum operations see to them.
  const kept = new Set(tableOf(context.after, table).checks.map(({ name }) => name));
  const checks = effectiveChecks(before, postgresDdl).filter(
    (check) =>
      kept.has(check.name) &&
      !gone.has(check.name) &&
      (check.kind === "sql"
        ? mentions(check.sql, column)
        : which === "all" && check.column === column),
  );
  const uniques =
    which === "all" ? before.uniques.filter(({ columns }) => columns.includes(column)) : [];
  for (const { name } of indexes)
    context.on(table, `DROP INDEX ${quoteBeside(table, name)}`, operation);
  for (const { name } of checks) {
    context.on(table, `${alter(table)} DROP CONSTRAINT ${quote(name)}`, operation);
  }
  return { indexes, checks, uniques, generated };
}

/** Makes again what was dropped; a unique goes with its column and comes back here. */
export function restoreDependents(
  context: PlanContext,
  table: string,
  { indexes, checks, uniques, generated }: Dependents,
  operation: Operation,
): void {
  const after = { ...tableOf(context.after, table), primaryKey: [], uniques: [] };
  for (const [column, dependents] of generated) {
    const clause = emitColumn(after, column, postgresDdl);
    context.on(table, `${alter(table)} ADD COLUMN ${clause}`, operation);
    restoreDependents(context, table, dependents, operation);
  }
  for (const check of checks) {
    const late = isLate(check, postgresDdl) ? " NOT VALID" : "";
    context.on(table, `${alter(table)} ADD ${emitCheck(check, postgresDdl)}${late}`, operation);
  }
  for (const unique of uniques) {
    const sql =
      unique.inline || unique.constraint === true
        ? `${alter(table)} ADD ${emitUnique({ ...unique, name: heldUniqueName(table, unique) }, postgresDdl)}`
        : indexSql(context, table, unique);
    context.on(table, sql, operation);
  }
  for (const index of indexes) {
    context.on(table, indexSql(context, table, index), operation);
  }
}

function inExpressions(index: IndexIr, column: string): boolean {
  const { where, keys = [], fullText } = index;
  return (
    (fullText !== undefined && indexUses(index, column)) ||
    (where !== undefined && mentions(where, column)) ||
    keys.some((key) => "expression" in key && mentions(key.expression, column))
  );
}
