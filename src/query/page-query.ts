/** The statements behind `page()` and `after()`. */
import type { Expression, OrderTerm, Predicate, Selection, SelectQuery } from "../ir/query.ts";
import { type Position, readCursor } from "./cursor.ts";
import { behind, orderFingerprint, reversed, totalOrder } from "./keyset.ts";
import type { Lowering } from "./lower.ts";
import type { OrderNode } from "./nodes.ts";
import type { ReadPageOptions } from "./page.ts";

/** An order in which every row has one place. */
interface Ordering {
  readonly terms: readonly OrderTerm[];
  readonly fingerprint: string;
}

/** Lowers an order and makes it total; called before anything else is lowered, so that its aliases don't depend on conditions. */
function lowerOrdering(lowering: Lowering, order: readonly OrderNode[]): Ordering {
  const { model } = lowering;
  const terms = totalOrder(
    order.map((node) => lowering.order(node)),
    lowering.keyColumns(),
    model.name,
  );
  return { terms, fingerprint: orderFingerprint(model.table, terms, lowering.values) };
}

/** The total order that `after()` needs, and the condition that keeps the rows behind the cursor. */
export function behindCursor(
  lowering: Lowering,
  order: readonly OrderNode[],
  cursor: string,
): { terms: readonly OrderTerm[]; condition: Predicate } {
  const { terms, fingerprint } = lowerOrdering(lowering, order);
  const position = readCursor(cursor, fingerprint, terms.length);
  return { terms, condition: behindPosition(lowering, terms, position) };
}

/** The statement of a page, and how its rows are read. */
export interface PageQuery {
  readonly query: SelectQuery;
  /** How many of the columns belong to the rows; the sort keys that are not among them follow. */
  readonly width: number;
  /** The position of each sort key. */
  readonly keys: readonly number[];
  readonly ordering: string;
  /** Where it goes on from; the row there was seen, so there is something on that side. */
  readonly from: Position | undefined;
}

/**
 * Lowers a page: one row more than it has, so that it is known whether there are more.
 *
 * @param own - The columns of a row.
 * @param select - Lowers the rest of the query, with the condition of the cursor.
 */
export function pageQuery(
  lowering: Lowering,
  order: readonly OrderNode[],
  { size, cursor, backward }: ReadPageOptions,
  own: readonly Expression[],
  select: (condition: Predicate | undefined) => Selection,
): PageQuery {
  const { terms, fingerprint } = lowerOrdering(lowering, order);
  const from = cursor === undefined ? undefined : readCursor(cursor, fingerprint, terms.length);
  const ordered = backward ? reversed(terms) : terms;
  const condition = from && behindPosition(lowering, ordered, from);
  const columns: Expression[] = [...own];
  const keys = terms.map(({ expression }) => {
    const known = own.findIndex((column) => isSame(column, expression));
    return known >= 0 ? known : columns.push(expression) - 1;
  });
  const query: SelectQuery = {
    kind: "select",
    // A model's own list is known to the plan cache.
    columns: columns.length === own.length ? own : columns,
    ...select(condition),
    orderBy: ordered,
    limit: lowering.count(size + 1),
    offset: null,
    ...lowering.common(),
  };
  return { query, width: own.length, keys, ordering: fingerprint, from };
}

function behindPosition(
  lowering: Lowering,
  terms: readonly OrderTerm[],
  { cells, inclusive }: Position,
): Predicate {
  return behind(terms, cells, inclusive, (cell, type) => lowering.cell(cell, type));
}

function isSame(left: Expression, right: Expression): boolean {
  return (
    left.kind === "column" &&
    right.kind === "column" &&
    left.source === right.source &&
    left.column === right.column
  );
}
