/** The statements of a query, made of its parts. */
import type { CountQuery, ExistsQuery, SelectQuery } from "../ir/query.ts";
import { Lowering } from "./lower.ts";
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

/** The query for rows of which all columns are read. */
export function instancesQuery(rows: RowsNode): Bound<SelectQuery> {
  return lowered(rows, (lowering) => ({
    kind: "select",
    columns: lowering.rootColumns(),
    ...lowering.slice(rows),
    ...lowering.rows(rows),
  }));
}

/** The query for rows of which something is picked. */
export function pickedQuery(rows: RowsNode, picked: Picked): Bound<SelectQuery> {
  return lowered(rows, (lowering) => lowering.picked(rows, picked));
}

/** How many rows there are; distinct ones and groups are counted as such. */
export function countQuery(rows: RowsNode, picked?: Picked): Bound<CountQuery> {
  return lowered(rows, (lowering): CountQuery => {
    if (picked === undefined || !(picked.distinct || picked.groupBy !== undefined)) {
      return { kind: "count", ...lowering.rows(rows) };
    }
    const all = { ...rows, order: [], limit: null, offset: null };
    const query = lowering.picked(all, picked);
    return { kind: "count", from: { kind: "query", query, alias: "rows" }, joins: [], where: null };
  });
}

/** Whether there is any row. */
export function existsQuery(rows: RowsNode, picked?: Picked): Bound<ExistsQuery> {
  return lowered(rows, (lowering): ExistsQuery => {
    if (picked?.groupBy === undefined) return { kind: "exists", ...lowering.rows(rows) };
    const all = { ...rows, order: [], limit: null, offset: null };
    const query = lowering.picked(all, picked);
    return {
      kind: "exists",
      from: { kind: "query", query, alias: "rows" },
      joins: [],
      where: null,
    };
  });
}
