import { UsageError } from "../errors/errors.ts";
import type { Opener } from "./opener.ts";
import type { Session } from "./session.ts";

/** How isolated a transaction is from others. */
export type IsolationLevel =
  | "read uncommitted"
  | "read committed"
  | "repeatable read"
  | "serializable";

/** Options of `transaction()`. */
export interface TransactionOptions {
  /** A named connection; by default the ambient session's, else the default one. */
  readonly using?: string | undefined;
  /** A session to run in. */
  readonly session?: Session | undefined;
  /** Default: the database's. SQLite is always serializable. */
  readonly isolation?: IsolationLevel | undefined;
  /** Refuse writes. On SQLite such a transaction runs beside the writer. */
  readonly readOnly?: boolean | undefined;
  /** PostgreSQL, with `isolation: "serializable"` and `readOnly`: wait for a snapshot that can't fail. */
  readonly deferrable?: boolean | undefined;
  /**
   * What to do inside another transaction: a savepoint ("nested", the default), the other one itself
   * ("join"), one of its own ("separate"), or refuse ("durable").
   */
  readonly mode?: "nested" | "join" | "separate" | "durable" | undefined;
  /** How often the whole block is run again after a serialization failure, a deadlock or a busy database. Default 0. */
  readonly retries?: number | undefined;
  /** How long the transaction may be open, in milliseconds. Default 300,000. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the running statement and rolls back. */
  readonly signal?: AbortSignal | undefined;
  /** PostgreSQL: a failed statement leaves the transaction usable, at the price of a savepoint for each. Default false. */
  readonly recoverStatements?: boolean | undefined;
}

/** Options with their defaults, and where the transaction was opened. */
export interface ReadTransactionOptions {
  readonly using: string | undefined;
  readonly session: Session | undefined;
  readonly isolation: IsolationLevel | undefined;
  readonly readOnly: boolean;
  readonly deferrable: boolean;
  readonly mode: "nested" | "join" | "separate" | "durable";
  readonly retries: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly recoverStatements: boolean;
  readonly given: TransactionOptions;
  readonly opener: Opener | undefined;
}

const levels: readonly unknown[] = [
  "read uncommitted",
  "read committed",
  "repeatable read",
  "serializable",
];
const modes: readonly unknown[] = ["nested", "join", "separate", "durable"];
const known: ReadonlySet<string> = new Set([
  "using",
  "session",
  "isolation",
  "readOnly",
  "deferrable",
  "mode",
  "retries",
  "timeoutMs",
  "signal",
  "recoverStatements",
]);

/**
 * Checks options at run time: they may come from variables.
 *
 * @throws {UsageError} An option is unknown or out of range.
 */
export function readTransactionOptions(
  given: TransactionOptions,
  opener?: Opener,
): ReadTransactionOptions {
  const unknown = Object.keys(given).find((option) => !known.has(option));
  if (unknown !== undefined) {
    throw new UsageError(`transaction() has no option "${unknown}"`, {
      hint: `its options are ${[...known].join(", ")}`,
    });
  }
  const { isolation, mode = "nested", retries = 0, timeoutMs = 300_000 } = given;
  if (isolation !== undefined && !levels.includes(isolation)) {
    throw new UsageError(`isolation must be one of ${levels.join(", ")}`);
  }
  if (!modes.includes(mode)) throw new UsageError(`mode must be one of ${modes.join(", ")}`);
  requireCount(retries, "retries", 0);
  requireCount(timeoutMs, "timeoutMs", 1);
  return {
    using: given.using,
    session: given.session,
    isolation,
    readOnly: given.readOnly ?? false,
    deferrable: given.deferrable ?? false,
    mode,
    retries,
    timeoutMs,
    signal: given.signal,
    recoverStatements: given.recoverStatements ?? false,
    given,
    opener,
  };
}

function requireCount(value: number, option: string, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new UsageError(`${option} must be a whole number, ${least} or more`);
}
