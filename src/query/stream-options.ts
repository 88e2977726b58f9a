import { UsageError } from "../errors/errors.ts";
import type { ReadStreamOptions } from "./runner.ts";

const known: ReadonlySet<string> = new Set(["batchSize", "identityMap", "signal"]);

/**
 * Checks the options of `stream()`: they may come from variables.
 *
 * @throws {UsageError} One is unknown or out of range.
 */
export function readStreamOptions(given: unknown = {}): ReadStreamOptions {
  if (typeof given !== "object" || given === null) {
    throw new UsageError("stream() takes its options in an object", {
      hint: "write stream({ batchSize: 500 })",
    });
  }
  const unknown = Object.keys(given).find((option) => !known.has(option));
  if (unknown !== undefined) {
    throw new UsageError(`stream() has no option "${unknown}"`, {
      hint: `its options are ${[...known].join(", ")}`,
    });
  }
  const { batchSize = 1000, identityMap = false, signal } = given as Partial<ReadStreamOptions>;
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new UsageError("batchSize must be a whole number, 1 or more");
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new UsageError("signal must be an AbortSignal");
  }
  return { batchSize, identityMap: identityMap === true, signal };
}
