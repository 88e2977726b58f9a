/** Names in SQLite, which cuts none of them, and texts. */
import { quoteIdentifier } from "../../util/identifier.ts";
import { assertLiteralText } from "../column-type.ts";

/** Bytes of a name that are still taken; SQLite itself has no limit. */
export const longestName = 1000;

/** Quotes a name. */
export function quote(name: string): string {
  return quoteIdentifier(name, longestName);
}

/** Writes text as a literal. */
export function quoteText(value: string): string {
  assertLiteralText(value);
  return `'${value.replaceAll("'", "''")}'`;
}
