/** What `where` takes: a lambda, a predicate, or an object of equalities. */
import type { ForeignKeyRelation, ModelDefinition } from "../definition/definition.ts";
import { linkedColumns } from "../definition/input.ts";
import { UsageError } from "../errors/errors.ts";
import { rootColumns, scopeColumns, unknownField } from "./columns.ts";
import { Expression } from "./expression.ts";
import { manyRows } from "./many-rows.ts";
import type { PredicateNode } from "./nodes.ts";
import { isPlainObject } from "./plain.ts";
import { notAPredicate, Predicate, runCondition, skip } from "./predicate.ts";
import { rescope } from "./rescope.ts";
import { rootScope, type Scope } from "./scope.ts";
import { nameOf } from "./value.ts";
import { findNode } from "./walk.ts";

/**
 * Reads a condition.
 *
 * @returns Undefined where nothing is left of it but skip.
 * @throws {UsageError} It is none of the three forms, is empty, or holds a value that can't be compared.
 */
export function readWhere(
  model: ModelDefinition,
  condition: unknown,
  root: Scope = rootScope(model),
): PredicateNode | undefined {
  const where = `${model.name}.where()`;
  if (typeof condition === "function") {
    const node = runCondition(() => condition(scopeColumns(root)), where);
    if (node !== undefined && manyRows.used) refuseManyRows(node, where);
    return node;
  }
  if (condition === skip) return undefined;
  // Made without a lambda, a condition is about the rows of the query that takes it.
  const common = rootScope(model);
  if (Predicate.is(condition)) return rescope(Predicate.take(condition), common, root);
  if (isPlainObject(condition)) {
    const node = equalities(model, condition);
    return node && rescope(node, common, root);
  }
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

function equalities(
  model: ModelDefinition,
  object: Record<string, unknown>,
): PredicateNode | undefined {
  const entries = Object.entries(object);
  if (entries.length === 0) {
    throw new UsageError(`${model.name}.where() was given an empty object`, {
      hint: "leave where() out to mean all rows",
    });
  }
  const operands = entries.map(([property, value]) => equality(model, property, value));
  const kept = operands.filter((operand) => operand !== undefined);
  return kept.length === 0 ? undefined : allOf(kept);
}

function allOf(operands: readonly PredicateNode[]): PredicateNode {
  const [only, second] = operands;
  return only !== undefined && second === undefined ? only : { kind: "and", operands };
}

/** What a key asks for; undefined where it is skip. */
function equality(
  model: ModelDefinition,
  property: string,
  value: unknown,
): PredicateNode | undefined {
  const relation = model.relations.get(property);
  if (relation?.kind === "foreignKey") {
    if (value === skip) return undefined;
    if (isPlainObject(value)) throw describesRow(relation, value);
    const operands = linkedColumns(relation, value).map(([name, part]) =>
      equality(model, name, part),
    );
    return allOf(operands.filter((operand) => operand !== undefined));
  }
  const column = model.byProperty.get(property);
  if (column === undefined) throw noEquality(model, property);
  const { type, transform } = column;
  const at = `${model.name}.${property}`;
  if (type.kind === "json" || type.kind === "array") {
    throw new UsageError(`${at} can't be compared in an object of equalities`, {
      hint: "objects take scalar values only, so that data can't carry operators; use a lambda",
    });
  }
  if (value === skip) return undefined;
  if (transform === undefined && (Array.isArray(value) || isPlainObject(value))) {
    throw new UsageError(`${at} was given ${nameOf(value)} in where()`, {
      hint: `an object holds plain values, which are compared with eq; ${inLambda(property, value)}`,
    });
  }
  const expression = rootColumns(model)[property];
  if (!(expression instanceof Expression)) throw unknownField(model, property);
  return Predicate.take(expression.eq(value));
}

/** How a list, or an operator of another library, is said here. */
function inLambda(property: string, value: unknown[] | Record<string, unknown>): string {
  const [first = ""] = Array.isArray(value) ? ["in"] : Object.keys(value);
  const method = methodOf.get(first.replace(/^\$/, "")) ?? "gt";
  const argument = method === "in" || method === "notIn" ? "[…]" : "…";
  return `write where((t) => t.${property}.${method}(${argument}))`;
}

/** Operators as others call them, and the methods that they are here. */
const methodOf: ReadonlyMap<string, string> = new Map([
  ...["contains", "startsWith", "endsWith", "like", "ilike", "between"].map(same),
  ...["gt", "gte", "lt", "lte", "in", "notIn", "ne", "eq"].map(same),
  ["equals", "eq"],
  ["not", "ne"],
  ["nin", "notIn"],
  ["regex", "like"],
  ["search", "contains"],
]);

function same(name: string): [string, string] {
  return [name, name];
}

/** Keys by which other libraries combine conditions. */
const combining: ReadonlyMap<string, string> = new Map([
  ["and", "and"],
  ["or", "or"],
  ["not", "not"],
]);

function noEquality(model: ModelDefinition, property: string): UsageError {
  const at = `${model.name}.where()`;
  const combined = combining.get(property.toLowerCase().replace(/^\$/, ""));
  if (combined !== undefined) {
    return new UsageError(`${at} has no key "${property}"`, {
      hint: `combine conditions in a lambda: where((t) => ${combined}(t.a.eq(…), t.b.gt(…)))`,
    });
  }
  if (property === "where") {
    return new UsageError(`${at} takes the conditions themselves`, {
      hint: "write where({ id: 1 }) or where((t) => t.id.eq(1))",
    });
  }
  const relation = model.relations.get(property);
  if (relation === undefined) return unknownField(model, property);
  const some = relation.kind === "backOne" ? "" : ".some((row) => row";
  const [column] = relation.target.columns;
  const path = `t.${property}${some}.${column?.property}.eq(…)${some === "" ? "" : ")"}`;
  return new UsageError(`${model.name}.${property} can't be compared in an object of equalities`, {
    hint: `it leads to other rows: where((t) => ${path})`,
  });
}

/** A row is meant by what it is like. */
function describesRow(relation: ForeignKeyRelation, value: Record<string, unknown>): UsageError {
  const { model, property, target } = relation;
  const column = Object.keys(value).find((key) => target.byProperty.has(key)) ?? "…";
  return new UsageError(`${model.name}.${property} was given an object in where()`, {
    hint: `give a ${target.name} or its key, or ask about its columns: where((t) => t.${property}.${column}.eq(…))`,
  });
}
