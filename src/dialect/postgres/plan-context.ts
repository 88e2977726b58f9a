import type { PlanBuilder } from "../../ddl/plan-builder.ts";
import { tableOf } from "../../ir/edit.ts";
import type { Operation, OperationKind, OperationOf } from "../../ir/migration.ts";
import type { SchemaPayload, TableIr } from "../../ir/schema.ts";

/** Where a plan stands while an operation is planned. */
export interface PlanContext {
  readonly plan: PlanBuilder;
  /** The schema before the operation, and after it. */
  readonly before: SchemaPayload;
  readonly after: SchemaPayload;
  /** The operations that follow. */
  readonly rest: readonly Operation[];
  /** Whether a table must stay readable and writable: it existed before, and that was asked for. */
  isOnline(table: string): boolean;
  /** Adds a statement that locks a table. */
  on(table: string, sql: string, operation: Operation): void;
  readonly version: string;
}

/** How operations of one kind become statements. */
export type Planner<Kind extends OperationKind> = (
  operation: OperationOf<Kind>,
  context: PlanContext,
) => void;

/** The table of an operation as it was before. */
export function tableBefore(context: PlanContext, table: string): TableIr {
  return tableOf(context.before, table);
}
