/** Keeps loaded lists in step with changes that are made through their own relation. */
import type { RelationDefinition } from "../definition/definition.ts";
import { isWhole } from "../query/include.ts";
import type { Executor } from "./connection.ts";
import { InstanceState } from "./state.ts";
import { Transaction } from "./transaction.ts";

/**
 * Changes the loaded list of a relation as its rows were changed.
 *
 * A list that was refined stays as it was read: what belongs in it, only the database knows.
 */
export function changeLoaded(
  executor: Executor,
  instance: object,
  { property }: RelationDefinition,
  change: (rows: readonly object[]) => readonly object[],
): void {
  const loaded = InstanceState.relation(instance, property);
  if (loaded === undefined || !isWhole(loaded.node)) return;
  if (executor instanceof Transaction) {
    executor.onRollback(() => InstanceState.setRelation(instance, property, loaded));
  }
  const value = change(loaded.value as readonly object[]);
  InstanceState.setRelation(instance, property, { ...loaded, value });
}
