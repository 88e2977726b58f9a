/** The public face of a transaction: raw SQL on its connection, savepoints, hooks. */
import { UsageError } from "../errors/errors.ts";
import type { SqlFragment } from "../sql/raw.ts";
import { executeRaw, fetchRaw, type RawRow } from "./raw.ts";
import { runNestedIn, runTransaction } from "./transact.ts";
import type { Transaction } from "./transaction.ts";
import { captureOpener, type TransactionOptions } from "./transaction-options.ts";

/** What a transaction's block is given; it dies with the block. */
export interface TransactionHandle {
  /** Runs a statement in the transaction; answers the number of rows changed. */
  execute(sql: string | SqlFragment, parameters?: readonly unknown[]): Promise<number>;
  /** Runs a query in the transaction and gives its rows. */
  fetchAll(sql: string | SqlFragment, parameters?: readonly unknown[]): Promise<RawRow[]>;
  /** Runs a query in the transaction and gives its first row, or null. */
  fetchOne(sql: string | SqlFragment, parameters?: readonly unknown[]): Promise<RawRow | null>;
  /** Runs `work` in a savepoint: if it throws, only its own changes are undone. */
  savepoint<Result>(work: (inner: TransactionHandle) => Result | Promise<Result>): Promise<Result>;
  /** Calls `work` after the outermost commit; never after a rollback. */
  afterCommit(work: () => unknown): void;
}

/**
 * Runs `work` in a transaction: committed when it returns, rolled back when it throws.
 *
 * Everything inside, models and raw SQL alike, runs on one connection. Inside
 * another transaction it is a savepoint, unless `mode` says otherwise.
 *
 * @param work - Gets a handle for raw SQL; its result is the call's.
 * @param options - Connection or session, isolation, retries, deadline (5 minutes), signal.
 * @throws {CommitOutcomeUnknownError} The connection broke while COMMIT was answered.
 * @throws {TransactionAbortedError} PostgreSQL: a statement had failed and the block went on.
 * @throws {SerializationError} It met a concurrent transaction, more often than `retries` allows.
 *
 * @example
 * ```ts
 * await transaction(async (tx) => {
 *   await Tag.create({ name: "sql" });
 *   await tx.execute("update tag set name = 'SQL'");
 * });
 * ```
 */
export async function transaction<Result>(
  work: (handle: TransactionHandle) => Result | Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  if (typeof work !== "function") {
    throw new UsageError("transaction() expected a function", {
      hint: "write transaction(async (tx) => { … })",
    });
  }
  return runTransaction((scope) => work(handleOf(scope)), options, captureOpener(transaction));
}

function handleOf(scope: Transaction): TransactionHandle {
  return {
    execute: (sql, parameters = []) => executeRaw(sql, parameters, {}, scope),
    fetchAll: (sql, parameters = []) => fetchRaw(sql, parameters, {}, "fetchAll", scope),
    fetchOne: async (sql, parameters = []) => {
      const [row] = await fetchRaw(sql, parameters, {}, "fetchOne", scope);
      return row ?? null;
    },
    savepoint: (work) => runNestedIn((inner) => work(handleOf(inner)), scope),
    afterCommit: (work) => scope.afterCommit(work),
  };
}
