/** Takes instances out of identity maps when a statement has changed their rows behind their backs. */
import type { ModelDefinition } from "../definition/definition.ts";
import type { IdentityMap } from "./identity-map.ts";
import type { Scope } from "./scope.ts";
import { Transaction } from "./transaction.ts";
import { noteEviction } from "./writes.ts";

/** Takes out every instance of a model: which rows a statement met is known to the database alone. */
export function evictModel(scope: Scope, model: ModelDefinition): void {
  noteEviction(scope.executor, model);
  scope.identity?.evictModel(model);
  if (scope.executor instanceof Transaction) scope.executor.noteEvicted(model);
  evictAround(scope, (around) => around.evictModel(model));
}

/**
 * Does the same to the connection's map, which answers outside sessions: a transaction there has a map
 * of its own, and the other one stays right until its commit.
 */
export function evictAround(
  { connection, session, executor, identity }: Scope,
  evict: (around: IdentityMap) => void,
): void {
  const around = connection.identity;
  if (session !== undefined || around === undefined || around === identity) return;
  if (executor instanceof Transaction) executor.onCommit(() => evict(around));
  else evict(around);
}
