/** What `get` takes: the primary key, whole and of the right type. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { findDefinition } from "../definition/key.ts";
import { UsageError } from "../errors/errors.ts";
import { rootColumns } from "./columns.ts";
import type { Expression } from "./expression.ts";
import type { PredicateNode } from "./nodes.ts";
import { isPlainObject } from "./plain.ts";
import { nameOf, partsOf, valueOf } from "./value.ts";

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

function keyPart(
  model: ModelDefinition,
  { property }: ColumnDefinition,
  value: unknown,
): PredicateNode {
  if (value === undefined || value === null) {
    throw new UsageError(`the primary key ${model.name}.${property} is ${nameOf(value)}`, {
      hint: "pass the key of one row",
    });
  }
  const self = partsOf(rootColumns(model)[property] as Expression);
  if (isRowOrList(value) && self.facts.transform === undefined) {
    throw new UsageError(
      `${model.name}.get() expected the ${property} of a row, received ${nameOf(value)}`,
      { hint: `give the value itself: get(row.${property}); for other columns write where({ … })` },
    );
  }
  const right = valueOf({ ...self, name: model.name }, value, "get");
  return {
    kind: "compare",
    operator: "=",
    left: self.node,
    right: { ...right, label: self.name },
  };
}

/** What holds a key and is none. */
function isRowOrList(value: unknown): boolean {
  if (isPlainObject(value) || Array.isArray(value)) return true;
  return findDefinition((value as { constructor?: unknown }).constructor) !== undefined;
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
