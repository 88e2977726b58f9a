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
  CommonRows,
  CommonStep,
  CountQuery,
  Exists,
  ExistsQuery,
  Expression,
  Join,
  OrderTerm,
  Predicate,
  Selection,
  SelectQuery,
  SetOperator,
  SetSource,
  Slice,
  Source,
} from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { type Context, enterScope } from "./context.ts";
import { bindSlot, compileColumn, compileExpression } from "./expression.ts";
import { binary, connect, parens, selection, tableAs, text } from "./nodes.ts";
import { compilePredicate } from "./predicate.ts";

export function compileSelect(
  query: SelectQuery,
  outer: Context,
  form: SelectForm = {},
): SelectQueryNode {
  const context = enterScope(outer, query.from, query.joins);
  const { distinct, groupBy = [], having = null } = query;
  const keys = groupBy.map((key) => GroupByItemNode.create(compileExpression(key, context).node));
  const clause = query.lock && context.dialect.lock(query.lock, query.from.alias);
  const compared = form.compared === true || distinct === true;
  const sliced = selectOf(query.columns, query, query, context, { ...form, compared });
  return {
    ...(clause ? lockedBy(sliced, clause) : sliced),
    ...withClause(query, outer),
    ...(distinct === true && { frontModifiers: [SelectModifierNode.create("Distinct")] }),
    ...(keys.length > 0 && { groupBy: { kind: "GroupByNode", items: keys } }),
    ...(having !== null && { having: HavingNode.create(compilePredicate(having, context)) }),
  };
}

/** A query with the clause that locks its rows. */
export function lockedBy(query: SelectQueryNode, clause: OperationNode): SelectQueryNode {
  return { ...query, endModifiers: [SelectModifierNode.createWithExpression(clause)] };
}

/** How columns are selected. */
export interface SelectForm {
  /** By the names of their places, by which a query around this one knows them. */
  readonly named?: boolean;
  /** In the form that equal values share, since the rows are compared with others. */
  readonly compared?: boolean;
  /** With the types of other rows that they are put together with. */
  readonly types?: readonly StorageType[];
}

/** `select columns` of a selection and a slice, in a context that has entered the selection. */
export function selectOf(
  columns: readonly Expression[],
  rows: Selection,
  slice: Slice,
  context: Context,
  { named, compared, types }: SelectForm = {},
): SelectQueryNode {
  const selections = columns.map((column, place) => {
    const operand = compileExpression(column, context);
    const value = compared === true ? context.dialect.canonical(operand) : operand.node;
    const type = types?.[place];
    const node = type === undefined ? value : context.dialect.typed(value, type);
    return selection(
      named === true ? AliasNode.create(node, IdentifierNode.create(`c${place}`)) : node,
    );
  });
  return { ...selectFrom(rows, context), selections, ...sliceClauses(slice, context) };
}

export function compileCount(query: CountQuery, outer: Context): SelectQueryNode {
  const context = enterScope(outer, query.from, query.joins);
  const selections = [selection(text`count(*)`)];
  return { ...selectFrom(query, context), ...withClause(query, outer), selections };
}

export function compileExistsQuery(query: ExistsQuery, outer: Context): SelectQueryNode {
  const context = enterScope(outer, query.from, query.joins);
  const limit = LimitNode.create(text`1`);
  const selections = [selection(text`1`)];
  return { ...selectFrom(query, context), ...withClause(query, outer), selections, limit };
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

function compileJoin({ kind, source, on, where }: Join, context: Context): JoinNode {
  if (kind === "cross") return JoinNode.create("CrossJoin", sourceNode(source, context));
  const also = where === undefined ? [] : [parens(compilePredicate(where, context))];
  const [first, ...rest] = [...on.map((pair) => equal(pair, context)), ...also];
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
      : context.inner.select(source.query, context, { named: true });
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
  const form = { named: true, compared: !all };
  const [first, ...others] = parts.map((part) => compilePart(part, context, form));
  if (first === undefined) throw new TypeError("a set operation needs queries");
  const setOperations = others.map((part) => SetOperationNode.create(word, part, all));
  return { ...first, setOperations };
}

/** One side of a set operation. An order, a limit or a name of its own would count for the whole. */
function compilePart(query: SelectQuery, context: Context, form: SelectForm): SelectQueryNode {
  const node = compileSelect(query, context, form);
  const { orderBy, limit, offset } = query;
  const whole = orderBy.length === 0 && limit === null && offset === null;
  if (whole && query.with === undefined) return node;
  return {
    kind: "SelectQueryNode",
    from: FromNode.create([AliasNode.create(node, IdentifierNode.create("part"))]),
    selections: [SelectionNode.createSelectAll()],
  };
}

/** The WITH clause, if there is one, to spread into a statement's node. */
export function withClause(
  { with: common = [] }: Selection,
  context: Context,
): { readonly with?: WithNode } {
  const [first, ...others] = common.map((rows) => compileCommon(rows, context));
  if (first === undefined) return {};
  const recursive = common.some(({ step }) => step !== undefined);
  const clause = WithNode.create(first, { recursive });
  return { with: others.reduce(WithNode.cloneWithExpression, clause) };
}

function compileCommon(
  { name, query, step, materialized }: CommonRows,
  context: Context,
): CommonTableExpressionNode {
  const names = query.columns.map((_, place) => `c${place}`);
  const table = CommonTableExpressionNameNode.create(name, names);
  const node = CommonTableExpressionNode.create(
    table,
    step === undefined
      ? compileSelect(query, context, { named: true })
      : compileSteps(query, step, context),
  );
  return materialized === undefined
    ? node
    : CommonTableExpressionNode.cloneWith(node, { materialized });
}

function compileSteps(
  query: SelectQuery,
  { query: step, all, types }: CommonStep,
  context: Context,
): SelectQueryNode {
  const form = { named: true, compared: !all, ...(types && { types }) };
  const union = SetOperationNode.create("union", compilePart(step, context, form), all);
  return { ...compilePart(query, context, form), setOperations: [union] };
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
