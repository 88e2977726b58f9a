/** The statements of a query, made of its parts. */
import type { CountQuery, ExistsQuery, Predicate, SelectQuery } from "../ir/query.ts";
import { refuseBeside } from "./beside.ts";
import { conditionsOf } from "./default-scope.ts";
import { chosenRows } from "./distinct-on.ts";
import { Lowering } from "./lower.ts";
import type { Picked, RowsNode } from "./nodes.ts";
import type { ReadPageOptions } from "./page.ts";
import { behindCursor, type PageQuery, pageQuery } from "./page-query.ts";
import { queryOfForm } from "./plain-query.ts";
import { conjunction } from "./references.ts";
import type { Bound } from "./runner.ts";

/** A statement, lowered, with the values of its slots; `build` gets the rows as they are found. */
export function lowered<Rows extends RowsNode, Kind extends Bound<never>["query"] | object>(
  given: Rows,
  build: (lowering: Lowering, rows: Rows) => Kind,
): { query: Kind; values: readonly unknown[] } {
  const rows = chosenRows(given);
  const lowering = new Lowering(rows.model, rows.root);
  lowering.enter(rows);
  const made = build(lowering, rows);
  const query = "from" in made ? { ...made, ...lowering.common() } : made;
  return { query, values: lowering.values };
}

/** Where the rows come from and which are kept. */
export function selectionOf(
  rows: RowsNode,
  lowering: Lowering,
  behind?: Predicate,
): ReturnType<Lowering["selection"]> {
  const { link } = rows;
  const predicates = conditionsOf(rows).map((node) => lowering.predicate(node));
  if (behind !== undefined) predicates.push(behind);
  if (link !== null) predicates.push(lowering.linkedTo(link.relation, link.key));
  return lowering.selection(conjunction(predicates));
}

/** The query for rows of which all columns are read. */
export function instancesQuery(given: RowsNode): Bound<SelectQuery> {
  return queryOfForm(given, () => lowerInstances(given));
}

function lowerInstances(given: RowsNode): Bound<SelectQuery> {
  return lowered(given, (lowering, rows) => ({
    kind: "select",
    columns: lowering.rootColumns(),
    ...slicedOf(rows, lowering),
  }));
}

/** The query for rows of which something is picked. */
export function pickedQuery(given: RowsNode, picked: Picked): Bound<SelectQuery> {
  return lowered(given, (lowering, rows) => pickedSelect(rows, picked, lowering));
}

/** How many rows there are; distinct ones and groups are counted as such. */
export function countQuery(given: RowsNode, picked?: Picked): Bound<CountQuery> {
  return lowered(given, (lowering, rows): CountQuery => {
    if (picked === undefined || !(picked.distinct || picked.groupBy !== undefined)) {
      return { kind: "count", ...keptOf(rows, lowering) };
    }
    const all = { ...rows, order: [], after: null, limit: null, offset: null };
    const query = pickedSelect(all, picked, lowering);
    return { kind: "count", from: { kind: "query", query, alias: "rows" }, joins: [], where: null };
  });
}

/** Whether there is any row. */
export function existsQuery(given: RowsNode, picked?: Picked): Bound<ExistsQuery> {
  return lowered(given, (lowering, rows): ExistsQuery => {
    if (picked?.groupBy === undefined) return { kind: "exists", ...keptOf(rows, lowering) };
    const all = { ...rows, order: [], after: null, limit: null, offset: null };
    const query = pickedSelect(all, picked, lowering);
    return {
      kind: "exists",
      from: { kind: "query", query, alias: "rows" },
      joins: [],
      where: null,
    };
  });
}

function pickedSelect(rows: RowsNode, picked: Picked, lowering: Lowering): SelectQuery {
  return lowering.picked(rows, picked, () => slicedOf(rows, lowering));
}

/** A page of rows of which all columns are read. */
export function instancesPage(
  given: RowsNode,
  options: ReadPageOptions,
): { query: PageQuery; values: readonly unknown[] } {
  return lowered(given, (lowering, rows) =>
    pageQuery(lowering, rows.order, options, lowering.rootColumns(), (behind) =>
      selectionOf(rows, lowering, behind),
    ),
  );
}

/** A page of rows of which something is picked. */
export function pickedPage(
  given: RowsNode,
  picked: Picked,
  options: ReadPageOptions,
): { query: PageQuery; values: readonly unknown[] } {
  return lowered(given, (lowering, rows) =>
    pageQuery(
      lowering,
      rows.order,
      options,
      picked.fields.map(({ expression }) => lowering.expression(expression)),
      (behind) => selectionOf(rows, lowering, behind),
    ),
  );
}

/** The rows that are kept, with those up to the cursor left out. */
function keptOf(rows: RowsNode, lowering: Lowering): ReturnType<Lowering["selection"]> {
  return selectionOf(rows, lowering, behindOf(rows, lowering)?.condition);
}

function behindOf(rows: RowsNode, lowering: Lowering) {
  const { order, after } = rows;
  if (after === null) return undefined;
  refuseBeside(rows, "after()");
  return behindCursor(lowering, order, after);
}

function slicedOf(rows: RowsNode, lowering: Lowering) {
  const behind = behindOf(rows, lowering);
  const orderBy = behind?.terms ?? rows.order.map((node) => lowering.order(node));
  const selection = selectionOf(rows, lowering, behind?.condition);
  return {
    ...selection,
    orderBy,
    limit: rows.limit === null ? null : lowering.count(rows.limit),
    offset: rows.offset === null ? null : lowering.count(rows.offset),
    ...(rows.lock !== undefined && { lock: rows.lock }),
  };
}
