/**
 * Queries of the plainest kind are lowered once for each form: rows of one model, where columns of their own
 * are compared with values, sorted by columns. Finding the form takes a tenth of the time of lowering.
 */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import type { SelectQuery } from "../ir/query.ts";
import { Lru } from "../util/lru.ts";
import { conditionsOf } from "./default-scope.ts";
import type { ExpressionNode, PredicateNode, RowsNode } from "./nodes.ts";
import type { Bound } from "./runner.ts";
import { rootScope, type Scope } from "./scope.ts";

/** How many forms are kept for each model. */
const mostForms = 100;

const known = new WeakMap<ModelDefinition, Lru<string, SelectQuery>>();

/**
 * The query for rows of which all columns are read, from the one that was lowered for another of its form.
 *
 * @param lower - Lowers a query of any kind.
 */
export function queryOfForm(rows: RowsNode, lower: () => Bound<SelectQuery>): Bound<SelectQuery> {
  const form = formOf(rows);
  if (form === undefined) return lower();
  let forms = known.get(rows.model);
  if (forms === undefined) {
    forms = new Lru(mostForms);
    known.set(rows.model, forms);
  }
  const query = forms.get(form.key);
  if (query !== undefined) return { query, values: form.values };
  const lowered = lower();
  // What is kept is frozen: planners find the plan of a frozen query without its shape.
  if (areSame(lowered.values, form.values)) forms.set(form.key, Object.freeze(lowered.query));
  return lowered;
}

/** Proves that values stand where lowering puts them, before a form is kept. */
function areSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return (
    left.length === right.length && left.every((value, place) => Object.is(value, right[place]))
  );
}

interface Form {
  /** Everything but the values. */
  readonly key: string;
  readonly values: unknown[];
}

/** The form of a query; undefined for one that is not plain. */
function formOf(rows: RowsNode): Form | undefined {
  const { model, root, order, limit, offset } = rows;
  if (!isPlain(rows) || root !== rootScope(model)) return undefined;
  const form = { key: "", values: [] as unknown[] };
  for (const node of conditionsOf(rows)) if (!addCondition(form, node, root)) return undefined;
  for (const { expression, direction, nulls } of order) {
    const column = columnOf(expression, root);
    if (column === undefined) return undefined;
    form.key += `${direction}${nulls ?? ""} ${column.column}\0`;
  }
  if (limit !== null) {
    form.key += "l";
    form.values.push(limit);
  }
  if (offset !== null) {
    form.key += "o";
    form.values.push(offset);
  }
  return form;
}

/** Whether rows come straight from the model's table. Names every member, so that a new one is thought of here. */
function isPlain({
  model: _model,
  root: _root,
  where: _where,
  order: _order,
  limit: _limit,
  offset: _offset,
  unscoped: _unscoped,
  after,
  link,
  via,
  lock,
  tree,
  distinctOn,
  source,
  among,
  beside,
  ...rest
}: RowsNode): boolean {
  rest satisfies Record<string, never>;
  return (
    after === null &&
    link === null &&
    (via ?? lock ?? tree ?? distinctOn ?? source ?? among ?? beside) === undefined
  );
}

function addCondition(
  form: { key: string; values: unknown[] },
  node: PredicateNode,
  root: Scope,
): boolean {
  if (node.kind === "and") {
    form.key += `&${node.operands.length}`;
    return node.operands.every((operand) => addCondition(form, operand, root));
  }
  if (node.kind !== "compare" || node.right.kind !== "value") return false;
  const { operator, left, right } = node;
  const column = columnOf(left, root);
  // A value of another type than its column's is bound in another way.
  if (column === undefined || right.type !== column.type) return false;
  form.key += `${operator} ${column.column}\0`;
  form.values.push(right.value);
  return true;
}

/** The column of the query's own rows that an expression is. */
function columnOf(node: ExpressionNode, root: Scope): ColumnDefinition | undefined {
  return node.kind === "column" && node.scope === root ? node.column : undefined;
}
