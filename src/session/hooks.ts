/** Methods of an instance that run around its writes, in the transaction of the write. */
import type { Scope } from "./scope.ts";
import { InstanceState } from "./state.ts";
import { atomically } from "./transact.ts";
import { Transaction } from "./transaction.ts";

/** The methods, in the order in which they run. */
export const hookNames = [
  "beforeSave",
  "beforeCreate",
  "afterCreate",
  "afterSave",
  "beforeDelete",
  "afterDelete",
  "afterCommit",
] as const;

type HookName = (typeof hookNames)[number];
type Hooked = Readonly<Record<HookName, () => unknown>>;

/** What every model has until a class overrides it. */
export function noHook(): void {
  // Nothing runs.
}

const hooked = new WeakMap<object, boolean>();

/** Whether a class overrides any of the methods; looked up once for each class. */
export function hasHooks(prototype: object): boolean {
  let has = hooked.get(prototype);
  if (has === undefined) {
    has = hookNames.some((name) => (prototype as Partial<Hooked>)[name] !== noHook);
    hooked.set(prototype, has);
  }
  return has;
}

/** Runs a save with the methods around it. */
export function withSaveHooks(
  scope: Scope,
  instance: object,
  save: (scope: Scope, instance: object) => void | Promise<void>,
): void | Promise<void> {
  if (!hasHooks(Object.getPrototypeOf(instance))) return save(scope, instance);
  const hooks = instance as Hooked;
  return inTransaction(scope, hooks, async (inner) => {
    await hooks.beforeSave();
    const creates = InstanceState.row(instance) === undefined;
    if (creates) await hooks.beforeCreate();
    await save(inner, instance);
    if (creates) await hooks.afterCreate();
    await hooks.afterSave();
  });
}

/** Runs a delete with the methods around it. */
export function withDeleteHooks(
  scope: Scope,
  instance: object,
  remove: (scope: Scope) => Promise<void>,
): Promise<void> {
  if (!hasHooks(Object.getPrototypeOf(instance))) return remove(scope);
  const hooks = instance as Hooked;
  return inTransaction(scope, hooks, async (inner) => {
    await hooks.beforeDelete();
    await remove(inner);
    await hooks.afterDelete();
  });
}

/** One transaction for the write and its methods: what they ask for runs on its connection. */
function inTransaction(
  scope: Scope,
  hooks: Hooked,
  work: (inner: Scope) => Promise<void>,
): Promise<void> {
  return atomically(scope, async (executor) => {
    if (!(executor instanceof Transaction)) return work(scope);
    if (hooks.afterCommit !== noHook) executor.afterCommit(() => hooks.afterCommit());
    await work(executor.scope);
  });
}
