/** Plans, binds, runs and translates errors: every statement of the ORM goes through here. */
import { CodecError } from "../codec/codec.ts";
import type { ModelDefinition } from "../definition/definition.ts";
import type { DriverResult } from "../driver/driver.ts";
import { UsageError } from "../errors/errors.ts";
import type { Query } from "../ir/query.ts";
import type { BoundStatement, Plan } from "../plan/planner.ts";
import { type BrokenKey, findBrokenKey } from "./blame.ts";
import type { Executor } from "./connection.ts";
import { translateError } from "./errors.ts";
import { noteQuery } from "./writes.ts";

/**
 * Runs a query through the plan cache.
 *
 * @param action - What the user called, for messages.
 * @returns No promise where the database answers at once: awaiting one costs more than a call.
 */
export function runQuery(
  executor: Executor,
  query: Query,
  values: readonly unknown[],
  model: ModelDefinition,
  action: string,
): DriverResult | Promise<DriverResult> {
  const statement = bind(executor.connection.planner.plan(query), values, model, action);
  return runBound(executor, query, statement, { values, model, action });
}

/** Encodes the values of one execution; one that doesn't fit is the caller's mistake. */
export function bind(
  plan: Plan,
  values: readonly unknown[],
  model: ModelDefinition,
  action: string,
): BoundStatement {
  try {
    return plan.statement(values);
  } catch (error) {
    throw describeFailure(error, model, action);
  }
}

/** What a statement writes, and for whom: to find out why it failed. */
export interface Attempted {
  readonly values: readonly unknown[];
  readonly model: ModelDefinition;
  /** What the user called. */
  readonly action: string;
}

/** Runs a statement that is bound already. */
export function runBound(
  executor: Executor,
  query: Query,
  statement: BoundStatement,
  attempted: Attempted,
): DriverResult | Promise<DriverResult> {
  try {
    const outcome = executor.execute(statement, reads.has(query.kind) ? "read" : "write");
    if (outcome instanceof Promise) return settle(outcome, executor, query, attempted);
    noteQuery(executor, query, attempted.model);
    return outcome;
  } catch (error) {
    return fail(error, executor, query, attempted);
  }
}

async function settle(
  outcome: Promise<DriverResult>,
  executor: Executor,
  query: Query,
  attempted: Attempted,
): Promise<DriverResult> {
  try {
    const result = await outcome;
    noteQuery(executor, query, attempted.model);
    return result;
  } catch (error) {
    // Awaited, so that the stack leads to the caller.
    return await fail(error, executor, query, attempted);
  }
}

async function fail(
  error: unknown,
  executor: Executor,
  query: Query,
  { values, model, action }: Attempted,
): Promise<never> {
  noteQuery(executor, query, model);
  const key = await findBrokenKey(error, executor, { query, values, model });
  throw describeFailure(error, model, action, key);
}

const reads: ReadonlySet<Query["kind"]> = new Set(["select", "count", "exists"]);

/** The error to throw for a failed statement or a value that doesn't fit. */
export function describeFailure(
  error: unknown,
  model: ModelDefinition,
  action: string,
  key?: BrokenKey,
): unknown {
  if (error instanceof CodecError) {
    return new UsageError(`${model.name} ${action}: ${error.message}`, {
      hint: error.hint,
      cause: error,
    });
  }
  return translateError(error, { model, action, key });
}
