import { inspect, isDeepStrictEqual } from "node:util";
import { runInNewContext } from "node:vm";

/** Checks a value against what the page says it is; gives the value back. */
export function expectValue<T>(value: T, expected: string, place: string): T {
  const shown = inspect(value, { depth: 8, breakLength: Number.POSITIVE_INFINITY, compact: true });
  const forms = typeof value === "string" ? [shown, value, JSON.stringify(value)] : [shown];
  if (!forms.some((form) => matches(form, expected)) && !isLiteral(value, expected)) {
    throw new Error(`${place}: the page says\n  ${expected}\nbut it is\n  ${shown}`);
  }
  return value;
}

/** Checks that `act` throws an error whose name and message begin with what the page says. */
export async function expectThrown(
  act: () => Promise<unknown>,
  expected: string,
  place: string,
): Promise<void> {
  let shown = "nothing";
  try {
    await act();
  } catch (error) {
    shown = String(error);
    if (matches(shown, `${expected}…`)) return;
  }
  throw new Error(
    `${place}: the page says that it throws\n  ${expected}\nbut it threw\n  ${shown}`,
  );
}

/** Whether two texts are the same but for white space; `…` stands for anything. */
export function matches(text: string, pattern: string): boolean {
  const parts = pattern.split("…").map((part) => escapePattern(squeeze(part)));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`).test(squeeze(text));
}

const squeeze = (text: string) => text.replace(/\s+/g, " ").replace(/^ | $/g, "");
const escapePattern = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether the text, read as a literal, equals the value; for an object, also its JSON form. */
function isLiteral(value: unknown, text: string): boolean {
  let literal: unknown;
  try {
    literal = structuredClone(runInNewContext(`(${text})`, {}));
  } catch {
    return false;
  }
  if (isDeepStrictEqual(value, literal)) return true;
  if (typeof value !== "object" || value === null) return false;
  return isDeepStrictEqual(jsonForm(value), literal);
}

function jsonForm(value: object): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return value;
  }
}
