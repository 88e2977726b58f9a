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

/**
 * An option that is a multiple of something; undefined when it was left out.
 *
 * @throws {UsageError} It is no number, or a negative one.
 */
export function ratio(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && text.trim() !== "") return value;
  throw new UsageError(`--${option} takes a number from 0 on, and was given "${text}"`);
}
