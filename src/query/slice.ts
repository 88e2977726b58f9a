import { UsageError } from "../errors/errors.ts";

/**
 * Reads a limit or an offset.
 *
 * @throws {UsageError} It is no whole number from 0.
 */
export function readCount(count: unknown, method: string): number {
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
    throw new UsageError(`${method}() expected a whole number, 0 or more`);
  }
  return count;
}
