/** What `select` takes: property names, or a lambda that gives expressions. */
import type { ModelDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import { isFragment } from "../sql/raw.ts";
import { relationOf, scopeColumns, unknownField } from "./columns.ts";
import { Expression } from "./expression.ts";
import { runLambda } from "./lambda.ts";
import { misuseOf } from "./misuse.ts";
import { refuseSecondLambda } from "./more-arguments.ts";
import type { FieldNode, Picked, ValueFacts } from "./nodes.ts";
import { isPlainObject } from "./plain.ts";
import { Predicate } from "./predicate.ts";
import type { Scope } from "./scope.ts";
import { nameOf } from "./value.ts";
import { WindowFunction } from "./window.ts";

const truth: ValueFacts = { type: { kind: "boolean" }, nullable: false, nullAs: null };

/**
 * Reads what is to be read of each row.
 *
 * @throws {UsageError} Nothing is selected, a property is unknown, or a field is no expression.
 */
export function readPick(
  model: ModelDefinition,
  root: Scope,
  selected: readonly unknown[],
  aggregates: "aggregates" | "rows" = "rows",
): Pick<Picked, "fields" | "single"> {
  const [first] = selected;
  const columns = scopeColumns(root);
  const at = `${model.name}.select()`;
  if (selected.length === 0) throw selectsNothing(at);
  if (typeof first !== "function") {
    return { fields: selected.map((name) => namedField(model, columns, name)), single: false };
  }
  refuseSecondLambda(at, selected);
  const picked = pickedFrom(
    runLambda(() => first(columns)),
    at,
  );
  const ofMany = picked.fields.find(({ expression }) => expression.kind === "aggregate");
  if (ofMany !== undefined && aggregates === "rows") {
    throw new UsageError(`${at} here reads rows one by one, and ${ofMany.property} is of many`, {
      hint: "count them with count(), or compute it in a query of its own",
    });
  }
  return picked;
}

/** The fields of what a lambda gave: an object of expressions, or one alone. */
export function pickedFrom(made: unknown, where: string): Pick<Picked, "fields" | "single"> {
  const only = fieldOf("value", made);
  if (only !== undefined) return { fields: [only], single: true };
  if (!isPlainObject(made) || relationOf(made) !== undefined) {
    throw notAField(made, where);
  }
  const fields = Object.entries(made).map(([property, value]) => {
    const field = fieldOf(property, value);
    if (field === undefined) throw notAField(value, `${where}: the field ${property}`);
    return field;
  });
  if (fields.length === 0) throw selectsNothing(where);
  return { fields, single: false };
}

/** A field of one expression, condition or aggregate; undefined for anything else. */
function fieldOf(property: string, value: unknown): FieldNode | undefined {
  const expression = Expression.find(value);
  const facts = Expression.factsOf(value);
  if (expression !== undefined && facts !== undefined) return { property, expression, facts };
  const aggregate = WindowFunction.aggregateOf(value);
  if (aggregate !== undefined) {
    return { property, expression: aggregate.node, facts: aggregate.facts };
  }
  if (!Predicate.is(value)) return undefined;
  return {
    property,
    expression: { kind: "truth", predicate: Predicate.take(value) },
    facts: truth,
  };
}

function namedField(
  model: ModelDefinition,
  columns: Readonly<Record<string, unknown>>,
  name: unknown,
): FieldNode {
  if (typeof name !== "string") {
    throw new UsageError(`${model.name}.select() expected a lambda or the names of columns`, {
      hint: 'write select((t) => ({ id: t.id })) or select("id")',
    });
  }
  const field = model.byProperty.has(name) ? fieldOf(name, columns[name]) : undefined;
  if (field === undefined) throw unknownField(model, name);
  return field;
}

function selectsNothing(where: string): UsageError {
  return new UsageError(`${where} selects nothing`, { hint: "name at least one field" });
}

function notAField(value: unknown, where: string): UsageError {
  const relation = relationOf(value);
  if (relation !== undefined) {
    return new UsageError(`${where} was given the relation ${relation}`, {
      hint: `select one of its columns, for example t.${relation}.id, or load it with include`,
    });
  }
  const other = misuseOf(value);
  return new UsageError(
    `${where} expected an expression, received ${other?.what ?? nameOf(value)}`,
    {
      hint: isFragment(value)
        ? "say how its value is read: sql`…`.as(z.int())"
        : (other?.hint ??
          "give columns or what is computed of them: select((t) => ({ id: t.id, who: t.author.name }))"),
    },
  );
}
