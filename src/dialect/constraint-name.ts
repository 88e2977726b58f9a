import { bareName, maxIdentifierBytes, utf8Length, utf8Prefix } from "../util/identifier.ts";

/**
 * The name that PostgreSQL gives to a constraint that was given none.
 *
 * SQLite has no such names, so errors say these on both. A name that is too
 * long loses the end of its table's or columns' part, whichever is longer.
 *
 * @param columns - The columns; none for a primary key.
 *
 * @example
 * ```ts
 * constraintName("post", ["author_id"], "fkey") // => "post_author_id_fkey"
 * ```
 */
export function constraintName(
  table: string,
  columns: readonly string[],
  suffix: "key" | "fkey" | "pkey" | "seq" | "check" | "not_null",
): string {
  const of = columns.join("_");
  const room = maxIdentifierBytes - suffix.length - (of === "" ? 1 : 2);
  const bare = bareName(table);
  let first = utf8Length(bare);
  let second = utf8Length(of);
  while (first + second > room) {
    if (first > second) first -= 1;
    else second -= 1;
  }
  const parts = [utf8Prefix(bare, first), utf8Prefix(of, second), suffix];
  return parts.filter((part) => part !== "").join("_");
}
