/** Queries as parts of other queries. */
import type { Picked, RowsNode } from "./nodes.ts";

/** The member by which a builder gives its parts; a symbol, so that no JSON has it. */
export const queryParts: unique symbol = Symbol("ferro.query");

/** The parts of a query. */
export interface QueryParts {
  readonly rows: RowsNode;
  /** Null: rows are read as instances. */
  readonly picked: Picked | null;
}

/** The parts of a query made by this library, or undefined. */
export function findQuery(value: unknown): QueryParts | undefined {
  if (typeof value !== "object" || value === null || !(queryParts in value)) return undefined;
  return value[queryParts] as QueryParts;
}
