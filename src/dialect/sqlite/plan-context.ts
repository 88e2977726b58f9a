import type { PlanBuilder } from "../../ddl/plan-builder.ts";
import type { Operation, OperationKind, OperationOf } from "../../ir/migration.ts";
import type { SchemaPayload, TableIr } from "../../ir/schema.ts";
import type { Pending } from "./plan-rebuild.ts";

/** A plan on its way, as the planners of single operations see it. */
export interface SqlitePlan {
  readonly plan: PlanBuilder;
  /** The schema before the operation at hand, and after it. */
  readonly before: SchemaPayload;
  readonly after: SchemaPayload;
  /** Whether the library is at least of a version. */
  has(version: string): boolean;
  /** What waits for a table to be made or made anew. */
  pending(table: string): Pending | undefined;
  /** Leaves an operation to the making anew of its table. */
  later(table: string, operation: Operation): Pending;
  /** Makes a table, once it is clear how it shall be. */
  create(table: TableIr, operation: Operation): void;
  drop(operation: OperationOf<"dropTable">): void;
  /** Does what waits. */
  flush(): void;
}

/** How operations of one kind become statements; the table is made anew for those that have none. */
export type SqlitePlanner<Kind extends OperationKind> = (
  operation: OperationOf<Kind>,
  plan: SqlitePlan,
) => void;
