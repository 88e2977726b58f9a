import {
  AliasNode,
  CommonTableExpressionNameNode,
  CommonTableExpressionNode,
  FromNode,
  GroupByItemNode,
  HavingNode,
  IdentifierNode,
  JoinNode,
  LimitNode,
  OffsetNode,
  type OperationNode,
  OrderByItemNode,
  OrderByNode,
  RawNode,
  SelectionNode,
  SelectModifierNode,
  type SelectQueryNode,
  SetOperationNode,
  type SetOperator as SetWord,
  WhereNode,
  WithNode,
} from "kysely";
import { UsageError } from "../errors/errors.ts";
import type {
  ColumnPair,
  CountQuery,
  Exists,
  ExistsQuery,
  Expression,
  Join,
  OrderTerm,
  Predicate,
  Recursion,
  Selection,
  SelectQuery,
  SetOperator,
  SetSource,
  Slice,
  Source,
} from "../ir/query.ts";
import { type Context, enterScope } from "./context.ts";
import { bindSlot, compileColumn, compileExpression } from "./expression.ts";
import { binary, connect, parens, selection, tableAs, text } from "./nodes.ts";
import { compilePredicate } from "./predicate.ts";

/**
 * `named` gives the columns the names by which a query around this one knows them;
 * `compared` says that its rows are compared with those of others.
 */
export function compileSelect(
  query: SelectQuery,
  outer: Context,
  named: boolean = false,
  compared: boolean = query.distinct === true,
): SelectQueryNode {
  const context = enterScope(outer, query.from, query.joins);
  const { distinct, groupBy = [], having = null } = query;
  const keys = groupBy.map((key) => GroupByItemNode.create(compileExpression(key, context).node));
  const clause = query.lock && context.dialect.lock(query.lock, query.from.alias);
  const sliced = selectOf(query.columns, query, query, context, { named, compared });
  return {
    ...(clause ? lockedBy(sliced, clause) : sliced),
    ...(query.recursion && { with: compileRecursion(query.recursion, outer) }),
    ...(distinct === true && { frontModifiers: [SelectModifierNode.create("Distinct")] }),
    ...(keys.length > 0 && { groupBy: { kind: "GroupByNode", items: keys } }),
    ...(having !== null && { having: HavingNode.create(compilePredicate(having, context)) }),
  };
}

/** A query with the clause that locks its rows. */
export function lockedBy(query: SelectQueryNode, clause: OperationNode): SelectQueryNode {
  return { ...query, endModifiers: [SelectModifierNode.createWithExpression(clause)] };
}

/** How columns are selected: by the names of their places, in the form that equal values share. */
interface SelectForm {
  readonly named?: boolean;
  readonly compared?: boolean;
}

/** `select columns` of a selection and a slice, in a context that has entered the selection. */
export function selectOf(
  columns: readonly Expression[],
  rows: Selection,
  slice: Slice,
  context: Context,
  { named, compared }: SelectForm = {},
): SelectQueryNode {
  const selections = columns.map((column, place) => {
    const operand = compileExpression(column, context);
    const node = compared === true ? context.dialect.canonical(operand) : operand.node;
    return selection(
      named === true ? AliasNode.create(node, IdentifierNode.create(`c${place}`)) : node,
    );
  });
  return { ...selectFrom(rows, context), selections, ...sliceClauses(slice, context) };
}

export function compileCount(query: CountQuery, outer: Context): SelectQueryNode {
  const context = enterScope(outer, query.from, query.joins);
  return { ...selectFrom(query, context), selections: [selection(text`count(*)`)] };
}

export function compileExistsQuery(query: ExistsQuery, outer: Context): SelectQueryNode {
  const context = enterScope(outer, query.from, query.joins);
  const limit = LimitNode.create(text`1`);
  return { ...selectFrom(query, context), selections: [selection(text`1`)], limit };
}

/** The query of an EXISTS: rows of `source` that go with the outer row. */
export function compileExists(
  { source, joins, on, where }: Exists,
  outer: Context,
): SelectQueryNode {
  const context = enterScope(outer, source, joins);
  const query = selectFrom({ from: source, joins, on, where }, context);
  return { ...query, selections: [selection(text`1`)] };
}

function selectFrom({ from, joins, on, where }: Selection, context: Context): SelectQueryNode {
  return {
    kind: "SelectQueryNode",
    from: FromNode.create([sourceNode(from, context)]),
    ...(joins.length > 0 && { joins: joins.map((join) => compileJoin(join, context)) }),
    ...(on === undefined ? whereClause(where, context) : tiedWhere(on, where, context)),
  };
}

/** The WHERE clause of rows that go with an outer row. */
function tiedWhere(
  on: readonly ColumnPair[],
  where: Predicate | null,
  context: Context,
): { readonly where?: WhereNode } {
  const [first, ...rest] = on.map((pair) => equal(pair, context));
  if (first === undefined) return whereClause(where, context);
  const own = where === null ? [] : [parens(compilePredicate(where, context))];
  return { where: WhereNode.create(connect("and", [first, ...rest, ...own])) };
}

/** The WHERE clause, if there is one, to spread into a statement's node. */
export function whereClause(
  where: Predicate | null,
  context: Context,
): { readonly where?: WhereNode } {
  return where === null ? {} : { where: WhereNode.create(compilePredicate(where, context)) };
}

function compileJoin({ kind, source, on }: Join, context: Context): JoinNode {
  if (kind === "cross") return JoinNode.create("CrossJoin", sourceNode(source, context));
  const [first, ...rest] = on.map((pair) => equal(pair, context));
  if (first === undefined) throw new TypeError("a join needs a pair of columns");
  const type = kind === "left" ? "LeftJoin" : "InnerJoin";
  return JoinNode.createWithOn(type, sourceNode(source, context), connect("and", [first, ...rest]));
}

/** A table or a query under its alias. */
function sourceNode(source: Source, context: Context): OperationNode {
  if (source.kind !== "query" && source.kind !== "set") {
    return tableAs(source.table, source.alias);
  }
  const query =
    source.kind === "set"
      ? compileSet(source, context)
      : context.inner.select(source.query, context, true);
  return AliasNode.create(query, IdentifierNode.create(source.alias));
}

const setWords: Readonly<Record<string, SetWord>> = Object.assign(Object.create(null), {
  union: "union",
  unionAll: "union",
  intersect: "intersect",
  except: "except",
} satisfies Record<SetOperator, SetWord>);

function compileSet({ operator, parts }: SetSource, context: Context): SelectQueryNode {
  const word = setWords[operator];
  if (word === undefined) {
    throw new UsageError(`queries are put together by ${Object.keys(setWords).join(", ")}`);
  }
  const all = operator === "unionAll";
  const [first, ...others] = parts.map((part) => compilePart(part, context, !all));
  if (first === undefined) throw new TypeError("a set operation needs queries");
  const setOperations = others.map((part) => SetOperationNode.create(word, part, all));
  return { ...first, setOperations };
}

/** One side of a set operation. An order, a limit or a name of its own would count for the whole. */
function compilePart(query: SelectQuery, context: Context, compared: boolean): SelectQueryNode {
  const node = compileSelect(query, context, true, compared);
  const { orderBy, limit, offset, recursion } = query;
  const whole = orderBy.length === 0 && limit === null && offset === null;
  if (whole && recursion === undefined) return node;
  return {
    kind: "SelectQueryNode",
    from: FromNode.create([AliasNode.create(node, IdentifierNode.create("part"))]),
    selections: [SelectionNode.createSelectAll()],
  };
}

function compileRecursion({ name, start, step }: Recursion, context: Context): WithNode {
  const table = CommonTableExpressionNameNode.create(
    name,
    start.columns.map((_, place) => `c${place}`),
  );
  const union = SetOperationNode.create("union", compilePart(step, context, false), false);
  const found = { ...compilePart(start, context, false), setOperations: [union] };
  const expression = CommonTableExpressionNode.create(table, found);
  return WithNode.create(expression, { recursive: true });
}

function equal({ left, right }: ColumnPair, context: Context): OperationNode {
  return binary(compileColumn(left, context).node, "=", compileColumn(right, context).node);
}

type SliceClauses = Pick<SelectQueryNode, "orderBy" | "limit" | "offset">;

function sliceClauses({ orderBy, limit, offset }: Slice, context: Context): SliceClauses {
  const unlimited = offset === null ? null : context.dialect.unlimited;
  const most = limit === null ? unlimited : context.dialect.count(bindSlot(limit, "count"));
  return {
    ...(orderBy.length > 0 && {
      orderBy: OrderByNode.create(orderBy.map((term) => orderItem(term, context))),
    }),
    ...(most !== null && { limit: LimitNode.create(most) }),
    ...(offset !== null && {
      offset: OffsetNode.create(context.dialect.count(bindSlot(offset, "count"))),
    }),
  };
}

/** One key of ORDER BY. */
export function orderItem(
  { expression, direction, nulls }: OrderTerm,
  context: Context,
): OrderByItemNode {
  const key = context.dialect.sortKey(compileExpression(expression, context));
  if (direction !== "asc" && direction !== "desc") {
    throw new UsageError('an order has the direction "asc" or "desc"');
  }
  if (nulls !== null && nulls !== "first" && nulls !== "last") {
    throw new UsageError('nulls come "first" or "last" in an order');
  }
  const item = OrderByItemNode.create(key, RawNode.createWithSql(direction));
  return nulls === null ? item : OrderByItemNode.cloneWith(item, { nulls });
}
