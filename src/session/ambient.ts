/** What surrounds the running code: the session and the transaction that it was called in. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Session } from "./session.ts";
import type { Transaction } from "./transaction.ts";

/** Immutable: each scope makes its own. */
export interface Ambient {
  readonly session: Session | undefined;
  readonly transaction: Transaction | undefined;
}

const nothing: Ambient = { session: undefined, transaction: undefined };
const storage = new AsyncLocalStorage<Ambient>();

/** The surroundings of the running code. */
export function ambient(): Ambient {
  const store = storage.getStore() ?? nothing;
  if (store.session?.hasLeft !== true) return store;
  let session: Session | undefined = store.session;
  while (session?.hasLeft === true) session = session.outer;
  return { session, transaction: store.transaction };
}

/** Runs `work` in other surroundings. */
export function runIn<Result>(surroundings: Ambient, work: () => Result): Result {
  return storage.run(surroundings, work);
}

/** Changes the surroundings of the rest of the running function; only `Session.enter()` does. */
export function enterAmbient(surroundings: Ambient): void {
  storage.enterWith(surroundings);
}
