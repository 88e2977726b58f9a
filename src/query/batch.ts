/** The statement that reads the related rows of many rows at once. */
import type { RelationDefinition } from "../definition/definition.ts";
import type { ColumnRef, Predicate, SelectQuery } from "../ir/query.ts";
import { viewFilter } from "./columns.ts";
import { conditionsOf } from "./default-scope.ts";
import type { IncludeSpec } from "./include.ts";
import { Lowering } from "./lower.ts";
import type { FieldNode } from "./nodes.ts";
import { keyOrder } from "./order.ts";
import { conjunction } from "./references.ts";
import type { Bound } from "./runner.ts";

/** A statement, and where in its rows the key stands of the row that each was read for. */
export interface Batch extends Bound<SelectQuery> {
  readonly keyAt: readonly number[];
}

/**
 * Reads the rows behind a relation, of all parents with these keys.
 *
 * @param keys - The parents' keys in stored form: a list for each column of the key.
 */
export function relatedRows(
  relation: RelationDefinition,
  spec: IncludeSpec,
  keys: readonly (readonly unknown[])[],
): Batch {
  const { model, limit, offset } = spec;
  const lowering = new Lowering(model, spec.root);
  const reached = lowering.reachedOver(relation);
  const cut = limit !== null || offset !== null;
  // Where rows are cut off, equal ones need an order too.
  const order = cut ? [...spec.order, ...keyOrder(model, spec.root)] : spec.order;
  const orderBy = order.map((node) => lowering.order(node));
  // A foreign key leads to its row whatever the model hides: no instance is to lack what it points to.
  const direct = relation.kind === "foreignKey";
  const where = narrowed(
    lowering,
    relation,
    direct ? { ...spec, unscoped: true } : spec,
    reached,
    keys,
  );
  const { columns, keyAt } =
    spec.picked === null
      ? withKeys(relation, lowering.rootColumns(), reached)
      : fieldsWithKeys(spec.picked.fields, lowering, reached);
  const query: SelectQuery = {
    kind: "select",
    columns,
    ...lowering.selection(where),
    orderBy,
    limit: limit === null ? null : lowering.count(limit),
    offset: offset === null ? null : lowering.count(offset),
    ...(cut && { perGroup: reached }),
    ...lowering.common(),
  };
  return { query, values: lowering.values, keyAt };
}

/**
 * What is computed of the rows behind a relation, for each parent that has any.
 *
 * @param fields - Aggregates over `spec.root`.
 */
export function relatedNumbers(
  relation: RelationDefinition,
  spec: IncludeSpec,
  fields: readonly FieldNode[],
  keys: readonly (readonly unknown[])[],
): Batch {
  const lowering = new Lowering(spec.model, spec.root);
  const groupBy = lowering.reachedOver(relation);
  const where = narrowed(lowering, relation, spec, groupBy, keys);
  const { columns, keyAt } = fieldsWithKeys(fields, lowering, groupBy);
  const query: SelectQuery = {
    kind: "select",
    columns,
    groupBy,
    ...lowering.selection(where),
    orderBy: [],
    limit: null,
    offset: null,
    ...lowering.common(),
  };
  return { query, values: lowering.values, keyAt };
}

function narrowed(
  lowering: Lowering,
  relation: RelationDefinition,
  spec: IncludeSpec,
  reached: readonly ColumnRef[],
  keys: readonly (readonly unknown[])[],
): Predicate | null {
  const { model, root } = spec;
  const among = reached.map((column, index) =>
    lowering.among(column, keys[index] ?? [], `${model.name}.${column.column}`),
  );
  const filter = viewFilter(relation, root);
  const own = conditionsOf(spec);
  const conditions = filter === null ? own : [filter, ...own];
  return conjunction([...among, ...conditions.map((node) => lowering.predicate(node))]);
}

function fieldsWithKeys(
  fields: readonly FieldNode[],
  lowering: Lowering,
  reached: readonly ColumnRef[],
) {
  const columns = fields.map(({ expression }) => lowering.expression(expression));
  return {
    columns: [...columns, ...reached],
    keyAt: reached.map((_, index) => columns.length + index),
  };
}

const linkColumns = new WeakMap<RelationDefinition, readonly ColumnRef[]>();

/** The columns to read: a link's key is not among those of its target. One list for each relation, so that plans find it fast. */
function withKeys(
  relation: RelationDefinition,
  columns: readonly ColumnRef[],
  reached: readonly ColumnRef[],
): { readonly columns: readonly ColumnRef[]; readonly keyAt: readonly number[] } {
  if (relation.kind !== "link") {
    const keyAt = reached.map(({ column }) => columns.findIndex((each) => each.column === column));
    return { columns, keyAt };
  }
  let list = linkColumns.get(relation);
  if (list === undefined) {
    list = [...columns, ...reached];
    linkColumns.set(relation, list);
  }
  return { columns: list, keyAt: reached.map((_, index) => columns.length + index) };
}
