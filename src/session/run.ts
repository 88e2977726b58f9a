/** Plans, binds, runs and translates errors: every statement of the ORM goes through here. */
import { CodecError } from "../codec/codec.ts";
import type { ModelDefinition } from "../definition/definition.ts";
import type { DriverResult } from "../driver/driver.ts";
import { UsageError } from "../errors/errors.ts";
import type { Query } from "../ir/query.ts";
import { blameForeignKey } from "./blame.ts";
import type { Executor } from "./connection.ts";
import { translateError } from "./errors.ts";

/**
 * Runs a query through the plan cache.
 *
 * @param action - What the user called, for messages.
 */
export async function runQuery(
  executor: Executor,
  query: Query,
  values: readonly unknown[],
  model: ModelDefinition,
  action: string,
): Promise<DriverResult> {
  try {
    const plan = executor.connection.planner.plan(query);
    return await executor.execute(plan.statement(values), reads.has(query.kind) ? "read" : "write");
  } catch (error) {
    const blamed = await blameForeignKey(error, executor, model, (column) =>
      writtenValue(query, values, column),
    );
    throw describeFailure(blamed, model, action);
  }
}

const reads: ReadonlySet<Query["kind"]> = new Set(["select", "count", "exists"]);

/** The value that a write of one row gave a column; undefined when it gave none. */
function writtenValue(query: Query, values: readonly unknown[], column: string): unknown {
  if (query.kind === "insert") {
    const one = query.shape === "values" && query.rows === 1;
    return one ? values[query.columns.findIndex((given) => given.column === column)] : undefined;
  }
  if (query.kind !== "update") return undefined;
  const value = query.set.find((assignment) => assignment.column === column)?.value;
  return value?.kind === "slot" ? values[value.index] : undefined;
}

/** The error to throw for a failed statement or a value that doesn't fit. */
export function describeFailure(error: unknown, model: ModelDefinition, action: string): unknown {
  if (error instanceof CodecError) {
    return new UsageError(`${model.name} ${action}: ${error.message}`, {
      hint: error.hint,
      cause: error,
    });
  }
  return translateError(error, { model, action });
}
