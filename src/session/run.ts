/** Plans, binds, runs and translates errors: every statement of the ORM goes through here. */
import { CodecError } from "../codec/codec.ts";
import type { ModelDefinition } from "../definition/definition.ts";
import type { DriverResult } from "../driver/driver.ts";
import { UsageError } from "../errors/errors.ts";
import type { Query } from "../ir/query.ts";
import type { Plan } from "../plan/planner.ts";
import type { Access, Executor } from "./connection.ts";
import { translateError } from "./errors.ts";

/**
 * Runs a query through the plan cache.
 *
 * @param action - What the user called, for messages.
 */
export function runQuery(
  executor: Executor,
  query: Query,
  values: readonly unknown[],
  model: ModelDefinition,
  action: string,
): Promise<DriverResult> {
  const access = reads.has(query.kind) ? "read" : "write";
  return runPlan(executor, () => executor.connection.planner.plan(query), values, access, {
    model,
    action,
  });
}

const reads: ReadonlySet<Query["kind"]> = new Set(["select", "count", "exists"]);

async function runPlan(
  executor: Executor,
  makePlan: () => Plan,
  values: readonly unknown[],
  access: Access,
  { model, action }: { readonly model: ModelDefinition; readonly action: string },
): Promise<DriverResult> {
  try {
    const plan = makePlan();
    return await executor.execute(plan.statement(values), access);
  } catch (error) {
    throw describeFailure(error, model, action);
  }
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
