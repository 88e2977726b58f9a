/** Locks on names of a program's own, held until the transaction ends. */
import { createHash } from "node:crypto";
import { UsageError } from "../errors/errors.ts";
import { translateError } from "./errors.ts";
import type { Session } from "./session.ts";
import { runTransaction } from "./transact.ts";
import type { Transaction } from "./transaction.ts";

/** Where an advisory lock is taken. */
export interface AdvisoryLockOptions {
  /** A named connection; by default the transaction's around the call, else as for any call. */
  readonly using?: string | undefined;
  readonly session?: Session | undefined;
}

/** What `tryAdvisoryLock` answers. */
export type AdvisoryLockOutcome<Result> =
  | { readonly acquired: true; readonly result: Result }
  | { readonly acquired: false };

/**
 * Runs `work` in a transaction while no one else runs under the same key.
 *
 * The lock belongs to the transaction: it is let go when the outermost one ends. On
 * PostgreSQL it is an advisory lock of the server; on SQLite every writing transaction
 * excludes all others, so nothing more is needed.
 *
 * @param key - A name, or a 64-bit integer that other programs use as well.
 * @throws {UsageError} The key is neither, or the transaction around the call is read-only.
 *
 * @example
 * ```ts
 * await advisoryLock("nightly-report", async () => {
 *   if ((await Tag.count()) === 0) await Tag.create({ name: "report" });
 * });
 * ```
 */
export async function advisoryLock<Result>(
  key: string | bigint,
  work: () => Result | Promise<Result>,
  options: AdvisoryLockOptions = {},
): Promise<Result> {
  checkKey(key);
  return runTransaction(
    async (transaction) => {
      await takeAdvisoryLock(transaction, key);
      return work();
    },
    { ...options, mode: "join" },
  );
}

/**
 * Runs `work` as `advisoryLock` does, unless someone else holds the key.
 *
 * @returns `{ acquired: true, result }`, or `{ acquired: false }` where the key is taken.
 * On SQLite it waits its turn to write and always acquires.
 *
 * @example
 * ```ts
 * const outcome = await tryAdvisoryLock("nightly-report", () => Tag.count());
 * if (!outcome.acquired) console.log("another process is at it");
 * ```
 */
export async function tryAdvisoryLock<Result>(
  key: string | bigint,
  work: () => Result | Promise<Result>,
  options: AdvisoryLockOptions = {},
): Promise<AdvisoryLockOutcome<Result>> {
  checkKey(key);
  return runTransaction(
    async (transaction) => {
      const acquired = await runLock(transaction, "attempt", key);
      return acquired ? { acquired, result: await work() } : { acquired };
    },
    { ...options, mode: "join" },
  );
}

/** Waits for the lock on a key inside a transaction. */
export async function takeAdvisoryLock(
  transaction: Transaction,
  key: string | bigint,
): Promise<void> {
  await runLock(transaction, "wait", key);
}

async function runLock(
  transaction: Transaction,
  how: "wait" | "attempt",
  key: string | bigint,
): Promise<boolean> {
  const { advisoryLock } = transaction.connection.dialect;
  if (advisoryLock === null) {
    if (!transaction.readOnly) return true;
    throw new UsageError("advisoryLock() was called in a transaction that is read-only", {
      hint: "open the transaction without readOnly: the lock is the right to write",
    });
  }
  try {
    const { rows } = await transaction.execute({
      sql: advisoryLock[how],
      parameters: [lockNumber(key)],
      returnsRows: true,
      prepare: true,
    });
    return how === "wait" || rows[0]?.[0] === "t";
  } catch (error) {
    throw translateError(error, { action: "advisoryLock" });
  }
}

/** The number that stands for a name; 64 bits of a hash, so that two names don't meet. */
function lockNumber(key: string | bigint): bigint {
  if (typeof key === "bigint") return key;
  return createHash("sha256").update(key).digest().readBigInt64BE();
}

function checkKey(key: unknown): void {
  if (typeof key === "string" && key !== "") return;
  if (typeof key === "bigint" && BigInt.asIntN(64, key) === key) return;
  throw new UsageError("the key of an advisory lock is a non-empty string or a 64-bit bigint");
}
