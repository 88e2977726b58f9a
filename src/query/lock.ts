/** What `forUpdate` and `forShare` take. */
import { UsageError } from "../errors/errors.ts";
import type { RowLock } from "../ir/query.ts";
import { isPlainObject } from "./plain.ts";

/**
 * Reads the options of a lock.
 *
 * @throws {UsageError} An option is unknown, or both are set.
 */
export function readLock(strength: RowLock["strength"], options: unknown = {}): RowLock {
  const at = strength === "update" ? "forUpdate()" : "forShare()";
  const { skipLocked = false, noWait = false, ...others } = isPlainObject(options) ? options : {};
  const clear = typeof skipLocked === "boolean" && typeof noWait === "boolean";
  if (!isPlainObject(options) || Object.keys(others).length > 0 || !clear) {
    throw new UsageError(`${at} takes the options skipLocked and noWait`, {
      hint: `write ${at.replace("()", "({ skipLocked: true })")}`,
    });
  }
  if (skipLocked && noWait) {
    throw new UsageError(`${at} can't both skip locked rows and fail on them`);
  }
  return { strength, locked: skipLocked ? "skip" : noWait ? "fail" : "wait" };
}
