/** What `orderBy` takes: a lambda, an expression or a property name, with a direction. */
import type { ModelDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import { type Columns, relationOf, scopeColumns, unknownField } from "./columns.ts";
import { Order, readNulls } from "./compare.ts";
import { Expression } from "./expression.ts";
import { runLambda } from "./lambda.ts";
import type { OrderNode } from "./nodes.ts";
import { rootScope, type Scope } from "./scope.ts";
import { nameOf } from "./value.ts";

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
  root: Scope = rootScope(model),
): OrderNode {
  const way = readDirection(direction);
  const nulls = (options as { nulls?: unknown } | undefined)?.nulls;
  const columns = scopeColumns(root);
  const made =
    typeof key === "function" ? runLambda(() => key(columns)) : columnNamed(model, key, columns);
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
function columnNamed(model: ModelDefinition, key: unknown, columns: Columns): unknown {
  if (typeof key !== "string") return key;
  if (!model.byProperty.has(key)) throw unknownField(model, key);
  return columns[key];
}

function readDirection(direction: unknown): "asc" | "desc" | undefined {
  if (direction === undefined) return undefined;
  const text = typeof direction === "string" ? direction.toLowerCase() : direction;
  if (text === "asc" || text === "desc") return text;
  throw new UsageError('the direction of orderBy() must be "asc" or "desc"');
}

/** The order of the primary key, so that the first row is always the same one. */
export function keyOrder(model: ModelDefinition, root: Scope): readonly OrderNode[] {
  let order = keyOrders.get(root);
  if (order === undefined) {
    order = model.primaryKey.map(({ property }) =>
      readOrder(model, property, "asc", undefined, root),
    );
    keyOrders.set(root, order);
  }
  return order;
}

const keyOrders = new WeakMap<Scope, readonly OrderNode[]>();
