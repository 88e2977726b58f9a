import { UsageError } from "../index.ts";

/**
 * An option in seconds, as milliseconds; undefined when it was left out.
 *
 * @throws {UsageError} It is no number.
 */
export function seconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text.replace(/s$/, ""));
  if (Number.isFinite(value) && value >= 0 && text !== "") return value * 1000;
  throw new UsageError(`--${option} takes seconds, and was given "${text}"`);
}
