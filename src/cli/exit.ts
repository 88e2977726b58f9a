/** Exit codes, the same for every command. */
import { FerroError } from "../index.ts";

/** What each exit code says. */
export const exitCodes = {
  0: "done, or nothing to do",
  1: "an error",
  2: "a decision is needed",
  3: "pending, or out of date",
  4: "the database is not what its history says",
  5: "refused by lint, or for what would be lost",
  6: "several heads, or heads that conflict",
  7: "a lock was not to be had",
  8: "history and files disagree",
  9: "a revision is half done: run the same command again",
} as const;

const byCode: Readonly<Record<string, number>> = {
  DECISION_NEEDED: 2,
  SCHEMA_DRIFT: 4,
  DESTRUCTIVE_CHANGE: 5,
  REVISION_CONFLICT: 6,
  MIGRATION_LOCK: 7,
  HISTORY_CHANGED: 8,
  MIGRATION_PARTLY_APPLIED: 9,
};

/** The exit code of a failure. */
export function exitCodeOf(error: unknown): number {
  return error instanceof FerroError ? (byCode[error.code] ?? 1) : 1;
}
