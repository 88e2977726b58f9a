/** What `orderBy` takes: a lambda, an expression or a property name, with a direction. */
import type { ModelDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import { isFragment } from "../sql/raw.ts";
import { type Columns, relationOf, scopeColumns, unknownField } from "./columns.ts";
import { Order, readNulls } from "./compare.ts";
import { Expression } from "./expression.ts";
import { runLambda } from "./lambda.ts";
import { misuseOf } from "./misuse.ts";
import type { OrderNode } from "./nodes.ts";
import { isPlainObject } from "./plain.ts";
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
    const other = misuseOf(made)?.what ?? nameOf(made);
    throw new UsageError(`${model.name}.orderBy() expected a column, received ${other}`, {
      hint: orderHint(model, made),
    });
  }
  const sorted = way === "desc" ? made.desc() : made.asc();
  return { ...(Order.find(sorted) as OrderNode), nulls: readNulls(nulls) };
}

/** How an order that is told in another way is told here. */
function orderHint(model: ModelDefinition, made: unknown): string {
  if (isFragment(made)) return "say what the SQL gives: sql`…`.as(z.number())";
  const [key, way] = Array.isArray(made)
    ? made
    : isPlainObject(made)
      ? (Object.entries(made)[0] ?? [])
      : [];
  if (typeof key === "string" && model.byProperty.has(key)) {
    const direction = String(way).toLowerCase() === "desc" ? "desc" : "asc";
    return `write orderBy("${key}", "${direction}"), once for each key`;
  }
  return misuseOf(made)?.hint ?? "write orderBy((t) => t.title) or orderBy((t) => t.title.desc())";
}

/** A declared column by property; anything else is refused before SQL exists. */
function columnNamed(model: ModelDefinition, key: unknown, columns: Columns): unknown {
  if (typeof key !== "string") return key;
  if (model.byProperty.has(key)) return columns[key];
  const [, minus, name = "", word] = /^([-+]?)(\w+)(?:\s+(asc|desc))?$/i.exec(key) ?? [];
  if (model.byProperty.has(name)) {
    const direction = minus === "-" || word?.toLowerCase() === "desc" ? "desc" : "asc";
    throw new UsageError(`${model.name}.orderBy() takes the direction apart from the column`, {
      hint: `write orderBy("${name}", "${direction}")`,
    });
  }
  throw unknownField(model, key);
}

function readDirection(direction: unknown): "asc" | "desc" | undefined {
  if (direction === undefined) return undefined;
  const text = typeof direction === "string" ? direction.toLowerCase() : direction;
  if (text === "asc" || text === "desc") return text;
  throw new UsageError('the direction of orderBy() must be "asc" or "desc"', {
    hint: 'write orderBy("createdAt", "desc"); each key has its own orderBy()',
  });
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
