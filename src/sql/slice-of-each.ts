import {
  IdentifierNode,
  type OperationNode,
  OrderByNode,
  RawNode,
  type SelectQueryNode,
} from "kysely";
import type { ColumnRef, SelectQuery, Slot } from "../ir/query.ts";
import { type Context, enterScope } from "./context.ts";
import { bindSlot, compileColumn } from "./expression.ts";
import { connect, parens, selection, text } from "./nodes.ts";
import { orderItem, selectOf, withClause } from "./select.ts";

/** A slice of each group: rows are numbered within their group, and chosen by their number. */
export function compileSliceOfEach(
  query: SelectQuery,
  group: readonly ColumnRef[],
  outer: Context,
): RawNode {
  const context = enterScope(outer, query.from, query.joins);
  const { dialect } = context;
  const order = OrderByNode.create(query.orderBy.map((term) => orderItem(term, context)));
  const columns = group.map((column) => compileColumn(column, context).node);
  const number = IdentifierNode.create(numberName(query));
  const over = text`row_number() over (partition by ${list(columns)} ${order})`;
  const numbered = {
    ...selectOf(query.columns, query, { orderBy: [], limit: null, offset: null }, context),
    ...withClause(query, outer),
  };
  const selections = [...(numbered.selections ?? []), selection(text`${over} as ${number}`)];
  const inner = parens({ ...numbered, selections } as SelectQueryNode);
  const count = (slot: Slot) => dialect.count(bindSlot(slot, "count"));
  const { limit, offset } = query;
  const conditions: OperationNode[] = [];
  if (offset !== null) conditions.push(text`${number} > ${count(offset)}`);
  if (limit !== null) {
    const place = offset === null ? number : text`${number} - ${count(offset)}`;
    conditions.push(text`${place} <= ${count(limit)}`);
  }
  const [first = text`true`, ...rest] = conditions;
  return text`select * from ${inner} as ${IdentifierNode.create("numbered")} where ${connect("and", [first, ...rest])} order by ${number}` as RawNode;
}

/** A name for the row number that no selected column has. */
function numberName({ columns }: SelectQuery): string {
  const taken = new Set(columns.map((column) => (column.kind === "column" ? column.column : "")));
  let name = "#";
  while (taken.has(name)) name += "#";
  return name;
}

function list(nodes: readonly OperationNode[]): OperationNode {
  return RawNode.create(["", ...nodes.slice(1).map(() => ", "), ""], nodes);
}
