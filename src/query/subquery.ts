/** Queries as parts of other queries. */
import type { Picked, RowsNode } from "./nodes.ts";
import { Scope } from "./scope.ts";

/** The parts of a query. */
export interface QueryParts {
  readonly rows: RowsNode;
  /** Null: rows are read as instances. */
  readonly picked: Picked | null;
}

/** What a builder of queries has; a method, so that no JSON has it. */
interface HasParts {
  queryParts(): QueryParts;
}

/** The parts of a query made by this library, or undefined. */
export function findQuery(value: unknown): QueryParts | undefined {
  if (typeof value !== "object" || value === null || !("queryParts" in value)) return undefined;
  const { queryParts } = value;
  if (typeof queryParts !== "function") return undefined;
  const parts = (value as HasParts).queryParts();
  return parts.rows.root instanceof Scope ? parts : undefined;
}
