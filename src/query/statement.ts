/** The statements of a query, made of its parts. */
import type { CountQuery, ExistsQuery, SelectQuery } from "../ir/query.ts";
import { conjunction, Lowering } from "./lower.ts";
import type { Picked, RowsNode } from "./nodes.ts";
import type { Bound } from "./runner.ts";

/** A statement, lowered, with the values of its slots. */
export function lowered<Kind extends Bound<never>["query"] | object>(
  { model, root }: RowsNode,
  build: (lowering: Lowering) => Kind,
): { query: Kind; values: readonly unknown[] } {
  const lowering = new Lowering(model, root);
  const query = build(lowering);
  return { query, values: lowering.values };
}

/** Where the rows come from and which are kept. */
export function selectionOf(
  { where, link }: RowsNode,
  lowering: Lowering,
): ReturnType<Lowering["selection"]> {
  const predicates = where.map((node) => lowering.predicate(node));
  if (link !== null) predicates.push(lowering.linkedTo(link.relation, link.key));
  return lowering.selection(conjunction(predicates));
}

/** The query for rows of which all columns are read. */
export function instancesQuery(rows: RowsNode): Bound<SelectQuery> {
  return lowered(rows, (lowering) => ({
    kind: "select",
    columns: lowering.rootColumns(),
    ...slicedOf(rows, lowering),
  }));
}

/** The query for rows of which something is picked. */
export function pickedQuery(rows: RowsNode, picked: Picked): Bound<SelectQuery> {
  return lowered(rows, (lowering) => pickedSelect(rows, picked, lowering));
}

/** How many rows there are; distinct ones are counted as such. */
export function countQuery(rows: RowsNode, picked?: Picked): Bound<CountQuery> {
  return lowered(rows, (lowering): CountQuery => {
    if (picked === undefined || !picked.distinct) {
      return { kind: "count", ...selectionOf(rows, lowering) };
    }
    const all = { ...rows, order: [], limit: null, offset: null };
    const query = pickedSelect(all, picked, lowering);
    return { kind: "count", from: { kind: "query", query, alias: "rows" }, joins: [], where: null };
  });
}

/** Whether there is any row. */
export function existsQuery(rows: RowsNode): Bound<ExistsQuery> {
  return lowered(rows, (lowering) => ({ kind: "exists", ...selectionOf(rows, lowering) }));
}

function pickedSelect(rows: RowsNode, picked: Picked, lowering: Lowering): SelectQuery {
  const columns = picked.fields.map(({ expression }) => lowering.expression(expression));
  const query: SelectQuery = { kind: "select", columns, ...slicedOf(rows, lowering) };
  return picked.distinct ? { ...query, distinct: true } : query;
}

function slicedOf(rows: RowsNode, lowering: Lowering) {
  const orderBy = rows.order.map((node) => lowering.order(node));
  const selection = selectionOf(rows, lowering);
  return {
    ...selection,
    orderBy,
    limit: rows.limit === null ? null : lowering.count(rows.limit),
    offset: rows.offset === null ? null : lowering.count(rows.offset),
  };
}
