import { UsageError } from "../errors/errors.ts";

/** The options of `explain()`, checked: whether the statement runs. */
export function readExplainOptions(given: unknown = {}): boolean {
  if (typeof given !== "object" || given === null) {
    throw new UsageError("explain() takes its options in an object", {
      hint: "write explain({ analyze: true })",
    });
  }
  const unknown = Object.keys(given).find((option) => option !== "analyze");
  if (unknown !== undefined) {
    throw new UsageError(`explain() has no option "${unknown}"`, { hint: "its option is analyze" });
  }
  const { analyze = false } = given as { analyze?: unknown };
  if (typeof analyze !== "boolean") throw new UsageError("analyze must be true or false");
  return analyze;
}
