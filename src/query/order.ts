/** What `orderBy` takes: a lambda, an expression or a property name, with a direction. */
import type { ModelDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import { relationOf, rootColumns, unknownField } from "./columns.ts";
import { Expression, nameOf, Order, readNulls } from "./expression.ts";
import type { OrderNode } from "./nodes.ts";

/**
 * Reads one sort key.
 *
 * @throws {UsageError} The key is no column, or the direction is not "asc" or "desc".
 */
export function readOrder(
  model: ModelDefinition,
  key: unknown,
  direction: unknown,
  options: unknown,
): OrderNode {
  const way = readDirection(direction);
  const nulls = (options as { nulls?: unknown } | undefined)?.nulls;
  const made = typeof key === "function" ? key(rootColumns(model)) : columnNamed(model, key);
  const order = Order.find(made);
  if (order !== undefined) {
    if (way !== undefined && way !== order.direction) {
      throw new UsageError(
        `orderBy() was given the direction twice: ${order.direction} and ${way}`,
      );
    }
    return nulls === undefined ? order : { ...order, nulls: readNulls(nulls) };
  }
  const relation = typeof key === "function" ? relationOf(made) : undefined;
  if (relation !== undefined) {
    throw new UsageError(`${model.name}.orderBy() was given the relation ${relation}`, {
      hint: `order by one of its columns, for example orderBy((t) => t.${relation}.id), or by the foreign key's own column`,
    });
  }
  if (!(made instanceof Expression)) {
    throw new UsageError(`${model.name}.orderBy() expected a column, received ${nameOf(made)}`, {
      hint: "write orderBy((t) => t.title) or orderBy((t) => t.title.desc())",
    });
  }
  const sorted = way === "desc" ? made.desc() : made.asc();
  return { ...(Order.find(sorted) as OrderNode), nulls: readNulls(nulls) };
}

/** A declared column by property; anything else is refused before SQL exists. */
function columnNamed(model: ModelDefinition, key: unknown): unknown {
  if (typeof key !== "string") return key;
  if (!model.byProperty.has(key)) throw unknownField(model, key);
  return rootColumns(model)[key];
}

function readDirection(direction: unknown): "asc" | "desc" | undefined {
  if (direction === undefined) return undefined;
  const text = typeof direction === "string" ? direction.toLowerCase() : direction;
  if (text === "asc" || text === "desc") return text;
  throw new UsageError('the direction of orderBy() must be "asc" or "desc"');
}
