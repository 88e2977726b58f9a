import type { StorageType } from "../ir/type.ts";

/** What SQL compilation asks of a database. Owned by `sql/`; each dialect folder supplies one in `sql.ts`. */
export interface SqlDialect {
  /** "$1" or "?": the placeholder of the given 1-based position. */
  placeholder(position: number): string;
  /** Quotes an identifier; refuses NUL and names over the limit. */
  quote(identifier: string): string;
  /** The type to cast a bound value to where the database can't infer it. */
  castType(type: StorageType): string;
}
