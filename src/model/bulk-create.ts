/** `bulkCreate`: reads what the user gave, before any SQL. */
import type { ModelDefinition } from "../definition/definition.ts";
import { definitionKey } from "../definition/key.ts";
import { UsageError } from "../errors/errors.ts";
import {
  type ConflictNode,
  ignoreConflicts,
  readConflictUpdate,
  readTarget,
} from "../query/conflict.ts";
import { isPlainObject } from "../query/plain.ts";
import { insertRows } from "../session/bulk.ts";
import { describeFailure } from "../session/run.ts";
import { resolveScope } from "../session/scope.ts";
import { type Bound, checkOptions, classOf, routeFor } from "./bound.ts";
import { connectionOfParents, refuseForeignParents } from "./parents.ts";
import type { WriteOptions } from "./runtime.ts";

/** Options as the user gave them. */
export interface BulkCreateOptions extends WriteOptions {
  readonly returning?: unknown;
  readonly onConflict?: unknown;
}

/** Inserts many rows; gives how many, or their instances. */
export async function bulkCreate(
  bound: Bound,
  rows: unknown,
  options: BulkCreateOptions = {},
): Promise<number | readonly object[]> {
  const constructor = classOf(bound);
  const model = constructor[definitionKey];
  const at = `${model.name}.bulkCreate()`;
  if (!Array.isArray(rows)) throw new UsageError(`${at} expected an array of rows`);
  checkOptions(model.name, "bulkCreate", options, ["returning", "onConflict"]);
  const conflict = readConflict(model, at, options.onConflict);
  const returning = options.returning === true;
  const scope = resolveScope(routeFor(bound, options));
  for (const row of rows) {
    if (typeof row !== "object" || row === null) continue;
    refuseForeignParents(model.name, connectionOfParents(model, row), scope.connection);
  }
  try {
    const { count, instances } = await insertRows(scope, {
      model,
      rows,
      conflict,
      returning: returning ? constructor : undefined,
    });
    return returning ? instances : count;
  } catch (error) {
    throw describeFailure(error, model, "bulkCreate");
  }
}

function readConflict(model: ModelDefinition, at: string, given: unknown): ConflictNode | null {
  if (given === undefined) return null;
  if (given === "ignore") return ignoreConflicts;
  if (!isPlainObject(given) || given["update"] === undefined) {
    throw new UsageError(`${at} expected onConflict to be "ignore" or { columns, update }`, {
      hint: 'write onConflict: { columns: "email", update: ["name"] }',
    });
  }
  const target = readTarget(model, given["columns"], at);
  const { update } = given;
  return { target, update: update === "ignore" ? [] : readConflictUpdate(model, update) };
}
