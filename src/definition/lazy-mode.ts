import { UsageError } from "../errors/errors.ts";

/**
 * What the first use of a relation that is not loaded does: `"siblings"` loads it for every row of
 * the same result, `"one"` for this row alone, `"throw"` refuses.
 */
export type LazyMode = "siblings" | "one" | "throw";

/**
 * Reads a mode.
 *
 * @param at - What was given it, for the message.
 * @throws {UsageError} It is none.
 */
export function readLazy(mode: unknown, at: string): LazyMode {
  if (mode === "siblings" || mode === "one" || mode === "throw") return mode;
  throw new UsageError(`${at} must be "siblings", "one" or "throw"`);
}
