/** What a check that the database holds without a name is called here. */
import { createHash } from "node:crypto";
import { bareName, maxIdentifierBytes, utf8Prefix } from "../util/identifier.ts";

/**
 * A name made of the table and what is checked: the same wherever the check stands, and
 * however many there are.
 *
 * @param body - The expression, or the column and its values.
 */
export function unnamedCheckName(
  table: string,
  body: string | { readonly column: string; readonly values: readonly (string | number)[] },
): string {
  const text =
    typeof body === "string"
      ? body.replace(/\s+/g, " ")
      : JSON.stringify([body.column, body.values]);
  const end = `_check_${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
  return utf8Prefix(bareName(table), maxIdentifierBytes - end.length) + end;
}
