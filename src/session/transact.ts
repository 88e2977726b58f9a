/** Opens, nests, retries and ends transactions. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type DriverConnection, DriverError, type DriverResult } from "../driver/driver.ts";
import {
  CommitOutcomeUnknownError,
  DeadlockError,
  RoutingError,
  SerializationError,
  TransactionAbortedError,
  UsageError,
} from "../errors/errors.ts";
import { ambient, runIn } from "./ambient.ts";
import type { Connection, Executor } from "./connection.ts";
import { translateError } from "./errors.ts";
import { IdentityMap } from "./identity-map.ts";
import { Memory } from "./memory.ts";
import type { Opener } from "./opener.ts";
import { namedConnection } from "./registry.ts";
import { resolveScope, type Scope } from "./scope.ts";
import { eitherSignal } from "./signals.ts";
import { endedInside, Transaction } from "./transaction.ts";
import {
  type ReadTransactionOptions,
  readTransactionOptions,
  type TransactionOptions,
} from "./transaction-options.ts";
import { watchOver } from "./watch.ts";

/** The work of a transaction. */
export type TransactionWork<Result> = (transaction: Transaction) => Result | Promise<Result>;

/** Runs `work` in a transaction, nested in the one around it where there is one. */
export async function runTransaction<Result>(
  work: TransactionWork<Result>,
  given: TransactionOptions = {},
  opener?: Opener,
): Promise<Result> {
  const options = readTransactionOptions(given, opener);
  const outer = ambient().transaction;
  // Awaited here and below: a promise that is returned takes three turns of the queue instead of one.
  if (outer === undefined || options.mode === "separate") {
    return await runOutermost(work, options, outer);
  }
  if (options.mode === "durable") {
    throw new UsageError("a durable transaction can't be opened inside another", {
      hint: "move it out of the outer transaction() block, so that its commit is final",
    });
  }
  outer.assertOpen();
  refuseOtherConnection(outer, options);
  refuseOutermostOptions(options);
  if (options.mode === "join") return await work(outer);
  return await runNested(work, outer);
}

/** Runs `work` in a savepoint of `outer`, or of the scope inside it that the call comes from. */
export async function runNestedIn<Result>(
  work: TransactionWork<Result>,
  outer: Transaction,
): Promise<Result> {
  return runNested(work, outer.innermost());
}

/** Runs several statements of one ORM call as one: in a savepoint inside a transaction, else in one of their own. */
export function atomically<Result>(
  { connection, session, executor }: Scope,
  work: (executor: Executor) => Promise<Result>,
): Promise<Result> {
  if (executor instanceof Transaction) return runNested(work, executor);
  const route = session === undefined ? { using: connection.name } : { session };
  return runOutermost(work, readTransactionOptions(route), undefined);
}

async function runOutermost<Result>(
  work: TransactionWork<Result>,
  options: ReadTransactionOptions,
  outer: Transaction | undefined,
): Promise<Result> {
  const scope = resolveScope({ using: options.using, session: options.session, separate: true });
  const { connection } = scope;
  const readOnly = options.readOnly || scope.session?.options.readOnly === true;
  if (encloses(outer, connection) && connection.isSingleWriter(readOnly)) {
    throw new UsageError(
      `a separate transaction on "${connection.name}" would wait for the one around it for ever`,
      {
        hint: "this pool can't hold two transactions: use a nested one, or raise pool.maxConnections",
      },
    );
  }
  const identity = scope.session === undefined ? freshMap(connection) : scope.identity;
  // Once, not for each attempt: a rollback puts them back, and empties the map they are found by.
  const before = new Memory(identity, connection.identity);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const signal = eitherSignal(options.signal, scope.session?.signal);
      const result = await attemptOnce(
        work,
        { ...options, readOnly, signal },
        { ...scope, identity },
        before,
      );
      before.reenter();
      return result;
    } catch (error) {
      if (attempt >= options.retries || !isRetryable(error) || options.signal?.aborted === true) {
        before.reenter();
        throw error;
      }
      await sleep(backoff(attempt), undefined, { signal: options.signal }).catch(() => {
        throw options.signal?.reason;
      });
    }
  }
}

async function attemptOnce<Result>(
  work: TransactionWork<Result>,
  options: ReadTransactionOptions,
  { connection, session, identity }: Scope,
  before: Memory,
): Promise<Result> {
  const { signal, readOnly, recoverStatements } = options;
  signal?.throwIfAborted();
  const acquired = connection.acquire({ signal, label: "transaction" }, readOnly);
  const lease = acquired instanceof Promise ? await acquired : acquired;
  try {
    session?.assertUsable();
  } catch (error) {
    lease.release();
    throw error;
  }
  session?.transactionOpened();
  const transaction = new Transaction({
    connection,
    lease,
    session,
    identity,
    parent: undefined,
    recoverStatements,
    readOnly,
    before,
    enclosing: ambient().transaction,
  });
  let spoiled: unknown;
  let result: Result;
  try {
    result = await runAndCommit(work, transaction, options);
  } catch (error) {
    spoiled = await rollBack(transaction);
    throw translateError(error, { action: "transaction" });
  } finally {
    // A request to cancel that comes late would stop the next user's statement.
    spoiled ??= transaction.doom;
    const text = connection.dialect.afterTransaction(options);
    if (spoiled === undefined && text !== null) spoiled = await reset(lease.connection, text);
    session?.transactionEnded();
    lease.release(spoiled);
  }
  // The connection is back in its pool by now, so that hooks may use it.
  if (transaction.hasAfterCommit) await runHooks(transaction);
  return result;
}

/** Calls every hook; one that fails keeps no other from running, and its error comes out at the end. */
async function runHooks(transaction: Transaction): Promise<void> {
  const failures: unknown[] = [];
  for (const call of transaction.takeAfterCommit()) {
    try {
      await runIn({ session: transaction.session, transaction: undefined }, call);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function runAndCommit<Result>(
  work: TransactionWork<Result>,
  transaction: Transaction,
  options: ReadTransactionOptions,
): Promise<Result> {
  const { connection, lease } = transaction;
  const watch = watchOver(transaction, lease.connection, options);
  try {
    const begun = connection.begin(lease.connection, options);
    if (begun instanceof Promise) await begun;
    const result = await runBlock(work, transaction);
    const committed = commit(transaction, lease.connection);
    if (committed instanceof Promise) await committed;
    transaction.committed();
    return result;
  } catch (error) {
    throw transaction.doom ?? error;
  } finally {
    watch.stop();
  }
}

/** Undoes what a kind of transaction needs on its connection; gives the failure if that can't be done. */
async function reset(connection: DriverConnection, text: string): Promise<unknown> {
  if (connection.state === "broken") return undefined;
  try {
    await connection.script(text);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Runs the block with the transaction around it; statements that come later are refused. */
async function runBlock<Result>(
  work: TransactionWork<Result>,
  transaction: Transaction,
): Promise<Result> {
  const { session } = transaction;
  try {
    const working = runIn({ session, transaction }, () => promised(work, transaction));
    // A block that waits for something else must not outlive its deadline.
    const result = await transaction.orDoom(working);
    transaction.assertOpen();
    return result;
  } finally {
    const ending = transaction.end();
    if (ending !== undefined) await ending;
  }
}

/** A promise of the block's result, its own where it has one. */
function promised<Result>(
  work: TransactionWork<Result>,
  transaction: Transaction,
): Promise<Result> {
  try {
    const outcome = work(transaction);
    return outcome instanceof Promise ? outcome : Promise.resolve(outcome);
  } catch (error) {
    return Promise.reject(error);
  }
}

const commitStatement = { sql: "commit", parameters: [], control: true };

function commit(transaction: Transaction, connection: DriverConnection): void | Promise<void> {
  if (connection.forgetBegin?.() === true) return; // no statement was sent, and none has to be
  if (connection.state === "idle") throw endedInside(transaction.firstFailure);
  if (connection.state === "failedTransaction") throw aborted(transaction);
  const check = ({ command }: DriverResult) => {
    if (command === "ROLLBACK") throw aborted(transaction);
  };
  const fail = (error: unknown): never => {
    if (!(error instanceof DriverError) || isKnownRefusal(error, connection)) throw error;
    throw new CommitOutcomeUnknownError(
      "the answer to COMMIT was lost: the transaction may have been written, or not",
      { hint: "look for what it writes before doing it again", cause: error },
    );
  };
  try {
    const answer = transaction.connection.patiently(() => connection.query(commitStatement));
    return answer instanceof Promise ? answer.then(check).catch(fail) : check(answer);
  } catch (error) {
    return fail(error);
  }
}

/** What a block is told that went on after one of its statements had failed. */
function aborted(transaction: Transaction): TransactionAbortedError {
  return new TransactionAbortedError(
    "the transaction was rolled back: a statement in it had failed, and the block went on",
    {
      hint: "let the error leave the block, or run the statement in a nested transaction(), which can fail alone",
      cause: transaction.firstFailure,
    },
  );
}

/** Whether the database itself refused the commit, so that nothing was written. */
function isKnownRefusal(error: DriverError, connection: DriverConnection): boolean {
  return error.kind !== "connectionLost" && connection.state !== "broken";
}

/** Whether a transaction around the call, however far out, holds a connection of this pool. */
function encloses(outer: Transaction | undefined, connection: Connection): boolean {
  for (let scope = outer; scope !== undefined; scope = scope.parent ?? scope.enclosing) {
    if (scope.connection === connection) return true;
  }
  return false;
}

/** The map of a transaction outside any session: its rows are nobody else's. */
function freshMap(connection: Connection): IdentityMap | undefined {
  return connection.hasIdentityMap ? new IdentityMap({ weak: false }) : undefined;
}

/** Rolls back and restores; gives what makes the connection unfit to be lent again. */
async function rollBack(transaction: Transaction): Promise<unknown> {
  const { connection } = transaction.lease;
  try {
    if (connection.state === "broken") return new Error("the connection broke");
    if (connection.forgetBegin?.() === true) return undefined;
    if (connection.state !== "idle") await connection.script("rollback");
    return undefined;
  } catch (error) {
    return error;
  } finally {
    // A save that nobody awaited has its answer, and takes it over within this turn of the event loop.
    await nextTurn();
    transaction.restore();
  }
}

async function runNested<Result>(
  work: TransactionWork<Result>,
  outer: Transaction,
): Promise<Result> {
  // The parent is ours from here to the end: nothing of it, or of a sibling, runs in between.
  await outer.lock();
  const transaction = new Transaction({
    connection: outer.connection,
    lease: outer.lease,
    session: outer.session,
    identity: outer.identity,
    parent: outer,
    recoverStatements: outer.recoverStatements,
    readOnly: outer.readOnly,
    enclosing: undefined,
    before: new Memory(outer.identity, outer.connection.identity),
  });
  const { connection } = outer.lease;
  const name = transaction.nextSavepoint();
  try {
    await connection.script(`savepoint ${name}`);
    try {
      const result = await runBlock(work, transaction);
      await connection.script(`release savepoint ${name}`);
      transaction.mergeIntoParent();
      return result;
    } catch (error) {
      try {
        if (connection.state !== "broken" && connection.state !== "idle") {
          await connection.script(`rollback to savepoint ${name}; release savepoint ${name}`);
        }
      } finally {
        await nextTurn();
        transaction.restore();
        transaction.before?.reenter();
      }
      throw error;
    }
  } finally {
    outer.unlock();
  }
}

function refuseOtherConnection(
  outer: Transaction,
  { using, session }: ReadTransactionOptions,
): void {
  const named = using === undefined ? session?.connection : namedConnection(using);
  if (named === undefined || named === outer.connection) return;
  throw new RoutingError(
    `a transaction on "${outer.connection.name}" can't hold one on "${named.name}"`,
    { hint: `use mode: "separate" for work that is to be committed by itself on "${named.name}"` },
  );
}

function refuseOutermostOptions({ given }: ReadTransactionOptions): void {
  const outermost = ["isolation", "readOnly", "deferrable", "retries", "timeoutMs"] as const;
  const named = outermost.find((option) => given[option] !== undefined);
  if (named === undefined) return;
  throw new UsageError(`${named} is for the outermost transaction, not for a nested one`, {
    hint: `set it where the outer transaction() is opened, or use mode: "separate"`,
  });
}

function isRetryable(error: unknown): boolean {
  return error instanceof SerializationError || error instanceof DeadlockError;
}

/** Doubling from 10 ms to 1 s, half of it by chance, so that rivals don't meet again. */
function backoff(attempt: number): number {
  const most = Math.min(1000, 10 * 2 ** attempt);
  return most / 2 + Math.random() * (most / 2);
}
