/** What `get` takes: the primary key, whole and of the right type. */
import type { ModelDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import { rootColumns } from "./columns.ts";
import { type Expression, nameOf } from "./expression.ts";
import type { PredicateNode } from "./nodes.ts";
import { Predicate } from "./predicate.ts";
import { isPlainObject } from "./where.ts";

/**
 * Reads a primary key: a value, or an object with one value for each column of a composite key.
 *
 * @throws {UsageError} The key is missing, partial, or of the wrong type.
 */
export function readKey(model: ModelDefinition, key: unknown): PredicateNode {
  const columns = model.primaryKey;
  const [only, second] = columns;
  if (only === undefined) {
    throw new UsageError(`${model.name} has no primary key`, {
      hint: "use where() to find its rows",
    });
  }
  const values = second === undefined ? { [only.property]: key } : readComposite(model, key);
  const operands = columns.map(({ property }) => {
    const value = values[property];
    if (value === undefined || value === null) {
      throw new UsageError(`the primary key ${model.name}.${property} is ${nameOf(value)}`, {
        hint: "pass the key of one row",
      });
    }
    return Predicate.take((rootColumns(model)[property] as Expression).eq(value));
  });
  const [predicate] = operands;
  return second === undefined && predicate !== undefined ? predicate : { kind: "and", operands };
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
