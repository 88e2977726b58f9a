import { isAtLeast } from "../../ddl/version.ts";
import type { Operation } from "../../ir/migration.ts";
import { quoteIdentifier as quote, utf8Prefix } from "../../util/identifier.ts";
import { constraintName } from "../constraint-name.ts";
import type { PlanContext } from "./plan-context.ts";
import { alter } from "./plan-names.ts";

/**
 * Lets columns refuse NULL.
 *
 * On a table in use the constraint is added unproved, and proved in a transaction of its own, beside
 * readers and writers. Before version 18 only a check can be added so; it spares the scan that SET NOT NULL
 * would make under its lock.
 */
export function setNotNull(
  { plan, isOnline, on, version }: PlanContext,
  operation: Operation,
  table: string,
  columns: readonly string[],
): void {
  const head = alter(table);
  const all = (make: (column: string) => string): string => columns.map(make).join(", ");
  const set = all((column) => `ALTER COLUMN ${quote(column)} SET NOT NULL`);
  if (!isOnline(table)) {
    on(table, `${head} ${set}`, operation);
    return;
  }
  if (isAtLeast(version, "18")) {
    const name = (column: string): string => quote(constraintName(table, [column], "not_null"));
    // The names that the server would give.
    const add = all(
      (column) => `ADD CONSTRAINT ${name(column)} NOT NULL ${quote(column)} NOT VALID`,
    );
    on(table, `${head} ${add}`, operation);
    plan.cut();
    plan.add(`${head} ${all((column) => `VALIDATE CONSTRAINT ${name(column)}`)}`, operation);
    plan.cut();
    return;
  }
  const name = (column: string): string => quote(utf8Prefix(`ferro_nn_${column}`, 63));
  const add = all(
    (column) => `ADD CONSTRAINT ${name(column)} CHECK (${quote(column)} IS NOT NULL) NOT VALID`,
  );
  const drop = all((column) => `DROP CONSTRAINT ${name(column)}`);
  on(table, `${head} ${add}`, operation);
  plan.cut();
  plan.add(`${head} ${all((column) => `VALIDATE CONSTRAINT ${name(column)}`)}`, operation);
  plan.cut();
  // Not in one statement: that drops the checks first, and then scans.
  on(table, `${head} ${set}`, operation);
  plan.add(`${head} ${drop}`, operation);
}
