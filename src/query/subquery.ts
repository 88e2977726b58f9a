/** Queries as parts of other queries. */
import type { Picked, RowsNode } from "./nodes.ts";
import type { QueryRunner } from "./runner.ts";

/** The parts of a query. */
export interface QueryParts {
  readonly rows: RowsNode;
  /** Null: rows are read as instances. */
  readonly picked: Picked | null;
  readonly runner: QueryRunner;
}

type ReadParts = (value: object) => QueryParts | undefined;

const readers: ReadParts[] = [];

/** A class of queries says how its own are told, by a private member that nothing else has. */
export function readPartsBy(read: ReadParts): void {
  readers.push(read);
}

/** The parts of a query made by this library, or undefined. */
export function findQuery(value: unknown): QueryParts | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const read of readers) {
    const parts = read(value);
    if (parts !== undefined) return parts;
  }
  return undefined;
}
