/** Reads the options of `page()` and puts a page together. */
import { UsageError } from "../errors/errors.ts";
import { refuseBeside } from "./beside.ts";
import { type Cell, writeCursor } from "./cursor.ts";
import type { RowsNode } from "./nodes.ts";
import type { PageQuery } from "./page-query.ts";
import type { QueryRunner, RowForm } from "./runner.ts";

/** Options that were read: at most one of the cursors is there. */
export interface ReadPageOptions {
  readonly size: number;
  readonly cursor: string | undefined;
  /** Whether the page ends before the cursor instead of beginning after it. */
  readonly backward: boolean;
  readonly total: boolean;
}

const known: ReadonlySet<string> = new Set(["size", "after", "before", "total"]);

/**
 * Checks the options of `page()`: they often come from a request.
 *
 * @throws {UsageError} One is unknown, missing or out of range.
 */
export function readPageOptions(given: unknown): ReadPageOptions {
  if (typeof given !== "object" || given === null) {
    throw new UsageError("page() takes its options in an object", {
      hint: "write page({ size: 20, after: cursor })",
    });
  }
  const unknown = Object.keys(given).find((option) => !known.has(option));
  if (unknown !== undefined) {
    throw new UsageError(`page() has no option "${unknown}"`, {
      hint: `its options are ${[...known].join(", ")}`,
    });
  }
  const { size, after, before, total = false } = given as Record<string, unknown>;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 1) {
    throw new UsageError("the size of a page must be a whole number, 1 or more");
  }
  if (typeof total !== "boolean") throw new UsageError("total must be true or false");
  if (after != null && before != null) {
    throw new UsageError("page() was given both after and before", {
      hint: "a page goes on from one cursor, in one direction",
    });
  }
  const cursor = after ?? before ?? undefined;
  if (cursor !== undefined && typeof cursor !== "string") {
    throw new UsageError(`${after == null ? "before" : "after"} must be a cursor, which is text`);
  }
  return { size, cursor, backward: before != null, total };
}

/** Rows as they were read, with the cells of each. */
interface ReadRows {
  readonly rows: readonly unknown[];
  readonly cells: readonly (readonly Cell[])[];
}

/** Rows in order, and the ways on. */
export interface BuiltPage {
  readonly items: unknown[];
  readonly start: string | null;
  readonly end: string | null;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly next: string | null;
  readonly previous: string | null;
  readonly total: number | undefined;
}

/** The argument of `after()`. */
export function readCursorText(cursor: unknown): string {
  if (typeof cursor === "string") return cursor;
  throw new UsageError("after() expected a cursor, which is text");
}

/** Refuses a page of a query that was sliced in another way. */
export function refuseSliced(rows: RowsNode): void {
  refuseBeside(rows, "page()");
  const { model, limit, offset, after } = rows;
  if (limit === null && offset === null && after === null) return;
  throw new UsageError(`${model.name} page() can't follow limit(), offset() or after()`, {
    hint: "a page has its own size, and its cursor: page({ size, after })",
  });
}

/** Reads a page and counts, where that was asked for. */
export async function readPage(
  runner: QueryRunner,
  { query: made, values }: { readonly query: PageQuery; readonly values: readonly unknown[] },
  form: RowForm,
  options: ReadPageOptions,
  count: () => Promise<number>,
): Promise<BuiltPage> {
  const found = await runner.readWide({ query: made.query, values }, made.width, form);
  const page = buildPage(found, options, made);
  return options.total ? { ...page, total: await count() } : page;
}

/** Makes the page of rows that were read with one too many. */
function buildPage(
  { rows, cells }: ReadRows,
  { size, backward }: ReadPageOptions,
  { keys, ordering, from }: PageQuery,
): BuiltPage {
  const items = rows.slice(0, size);
  const places = cells.slice(0, size).map((row) => keys.map((key) => row[key] ?? null));
  if (backward) {
    items.reverse();
    places.reverse();
  }
  const cursor = (cells: readonly Cell[] | undefined): string | null =>
    cells === undefined ? null : writeCursor(ordering, { cells, inclusive: false });
  // Nothing is left on this side; the way back begins with the row that the page came from.
  const turn =
    items.length === 0 && from !== undefined
      ? writeCursor(ordering, { cells: from.cells, inclusive: !from.inclusive })
      : null;
  const [start, end] = [cursor(places[0]), cursor(places.at(-1))];
  const more = rows.length > size;
  const hasNext = backward ? true : more;
  const hasPrevious = backward ? more : from !== undefined;
  return {
    items,
    start,
    end,
    hasNext,
    hasPrevious,
    next: hasNext ? (end ?? turn) : null,
    previous: hasPrevious ? (start ?? turn) : null,
    total: undefined,
  };
}
