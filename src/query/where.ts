/** What `where` takes: a lambda, a predicate, or an object of equalities. */
import type { ModelDefinition } from "../definition/definition.ts";
import { linkedColumns } from "../definition/input.ts";
import { UsageError } from "../errors/errors.ts";
import { rootColumns, scopeColumns, unknownField } from "./columns.ts";
import { Expression } from "./expression.ts";
import { manyRows } from "./many-rows.ts";
import type { PredicateNode } from "./nodes.ts";
import { isPlainObject } from "./plain.ts";
import { notAPredicate, Predicate, runPredicate } from "./predicate.ts";
import { rescope } from "./rescope.ts";
import { rootScope, type Scope } from "./scope.ts";
import { findNode } from "./walk.ts";

/**
 * Reads a condition.
 *
 * @throws {UsageError} It is none of the three forms, is empty, or holds a value that can't be compared.
 */
export function readWhere(
  model: ModelDefinition,
  condition: unknown,
  root: Scope = rootScope(model),
): PredicateNode {
  const where = `${model.name}.where()`;
  if (typeof condition === "function") {
    const node = runPredicate(() => condition(scopeColumns(root)), where);
    if (manyRows.used) refuseManyRows(node, where);
    return node;
  }
  // Made without a lambda, a condition is about the rows of the query that takes it.
  const common = rootScope(model);
  if (Predicate.is(condition)) return rescope(Predicate.take(condition), common, root);
  if (isPlainObject(condition)) return rescope(equalities(model, condition), common, root);
  throw notAPredicate(condition, where);
}

/** WHERE stands before rows are put together. */
function refuseManyRows(node: PredicateNode, where: string): void {
  const found = findNode(
    node,
    (inner) => "kind" in inner && (inner.kind === "window" || inner.kind === "aggregate"),
  );
  if (found === undefined) return;
  throw new UsageError(`${where} was given what is computed of many rows`, {
    hint: "keep groups with groupBy(…).having(…); select what a window computes and filter in your program",
  });
}

function equalities(model: ModelDefinition, object: Record<string, unknown>): PredicateNode {
  const entries = Object.entries(object);
  if (entries.length === 0) {
    throw new UsageError(`${model.name}.where() was given an empty object`, {
      hint: "leave where() out to mean all rows",
    });
  }
  return allOf(entries.map(([property, value]) => equality(model, property, value)));
}

function allOf(operands: readonly PredicateNode[]): PredicateNode {
  const [only, second] = operands;
  return only !== undefined && second === undefined ? only : { kind: "and", operands };
}

function equality(model: ModelDefinition, property: string, value: unknown): PredicateNode {
  const relation = model.relations.get(property);
  if (relation?.kind === "foreignKey") {
    const operands = linkedColumns(relation, value).map(([name, part]) =>
      equality(model, name, part),
    );
    return allOf(operands);
  }
  const column = model.byProperty.get(property);
  if (column === undefined) throw unknownField(model, property);
  if (column.type.kind === "json" || column.type.kind === "array") {
    throw new UsageError(`${model.name}.${property} can't be compared in an object of equalities`, {
      hint: "objects take scalar values only, so that data can't carry operators; use a lambda",
    });
  }
  const expression = rootColumns(model)[property];
  if (!(expression instanceof Expression)) throw unknownField(model, property);
  return Predicate.take(expression.eq(value));
}
