/** Names in SQLite, which cuts none of them. */
import { quoteIdentifier } from "../../util/identifier.ts";

/** Bytes of a name that are still taken; SQLite itself has no limit. */
export const longestName = 1000;

/** Quotes a name. */
export function quote(name: string): string {
  return quoteIdentifier(name, longestName);
}
