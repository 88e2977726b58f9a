/** Operations to PostgreSQL's statements. What existed before is changed without blocking readers and writers. */

import type { Plan, PlanOptions } from "../../ddl/plan.ts";
import { PlanBuilder } from "../../ddl/plan-builder.ts";
import { applyOperation } from "../../ir/apply.ts";
import type { Operation, OperationKind } from "../../ir/migration.ts";
import type { SchemaPayload } from "../../ir/schema.ts";
import { columnPlanners } from "./plan-columns.ts";
import { constraintPlanners } from "./plan-constraints.ts";
import type { Planner } from "./plan-context.ts";
import { enumPlanners } from "./plan-enums.ts";
import { otherPlanners } from "./plan-other.ts";
import { tablePlanners } from "./plan-tables.ts";

const planners: { readonly [Kind in OperationKind]: Planner<Kind> } = {
  ...tablePlanners,
  ...columnPlanners,
  ...constraintPlanners,
  ...enumPlanners,
  ...otherPlanners,
};

/** The oldest server that Ferro supports. */
const oldest = "14";

/** @see Dialect.plan */
export function planPostgres(
  before: SchemaPayload,
  operations: readonly Operation[],
  { online = true, version = oldest }: PlanOptions,
): Plan {
  const plan = new PlanBuilder();
  // By their names at the time: tables made here may be filled, but nobody else sees them yet.
  const fresh = new Set<string>();
  const isOnline = (table: string): boolean => online && !fresh.has(table);
  let state = before;
  for (const [at, operation] of operations.entries()) {
    const after = applyOperation(state, operation);
    (planners[operation.op] as Planner<OperationKind>)(operation, {
      plan,
      before: state,
      after,
      rest: operations.slice(at + 1),
      isOnline,
      on: (table, sql, of) => {
        if (isOnline(table)) plan.addOn(table, sql, of);
        else plan.add(sql, of);
      },
      version,
    });
    if (operation.op === "createTable") fresh.add(operation.table.name);
    if (operation.op === "renameTable" && fresh.delete(operation.table)) fresh.add(operation.to);
    state = after;
  }
  return plan.build();
}
