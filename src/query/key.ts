/** What `get` takes: the primary key, whole and of the right type. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import { rootColumns } from "./columns.ts";
import type { Expression } from "./expression.ts";
import type { PredicateNode } from "./nodes.ts";
import { isPlainObject } from "./plain.ts";
import { Predicate } from "./predicate.ts";
import { nameOf } from "./value.ts";

/**
 * Reads a primary key: a value, or an object with one value for each column of a composite key.
 *
 * @throws {UsageError} The key is missing, partial, or of the wrong type.
 */
export function readKey(model: ModelDefinition, key: unknown): PredicateNode {
  const [only, second] = model.primaryKey;
  if (only === undefined) {
    throw new UsageError(`${model.name} has no primary key`, {
      hint: "use where() to find its rows",
    });
  }
  if (second === undefined) return keyPart(model, only, key);
  const values = readComposite(model, key);
  return {
    kind: "and",
    operands: model.primaryKey.map((column) => keyPart(model, column, values[column.property])),
  };
}

/** The values of what `readKey` gave, in the order of the key; undefined where they are not all of their columns' own types. */
export function keyValues(node: PredicateNode): unknown[] | undefined {
  const values: unknown[] = [];
  for (const part of node.kind === "and" ? node.operands : [node]) {
    if (part.kind !== "compare" || part.left.kind !== "column" || part.right.kind !== "value") {
      return undefined;
    }
    if (part.right.type !== part.left.column.type) return undefined;
    values.push(part.right.value);
  }
  return values;
}

function keyPart(model: ModelDefinition, { property }: ColumnDefinition, value: unknown) {
  if (value === undefined || value === null) {
    throw new UsageError(`the primary key ${model.name}.${property} is ${nameOf(value)}`, {
      hint: "pass the key of one row",
    });
  }
  return Predicate.take((rootColumns(model)[property] as Expression).eq(value));
}

function readComposite(model: ModelDefinition, key: unknown): Record<string, unknown> {
  const names = model.primaryKey.map(({ property }) => property);
  const given = isPlainObject(key) ? Object.keys(key) : [];
  if (!isPlainObject(key) || given.some((name) => !names.includes(name))) {
    throw new UsageError(`the primary key of ${model.name} has the parts ${names.join(", ")}`, {
      hint: `write get({ ${names.map((name) => `${name}: …`).join(", ")} })`,
    });
  }
  return key;
}
