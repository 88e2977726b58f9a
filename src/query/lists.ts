/** Lists as expressions: columns of an array type, and JSON values that are arrays. */
import { CodecError } from "../codec/codec.ts";
import { valueRules } from "../codec/rules.ts";
import { UsageError } from "../errors/errors.ts";
import type { ListKind } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { Expression } from "./expression.ts";
import type { ExpressionNode, ValueFacts } from "./nodes.ts";
import { Predicate } from "./predicate.ts";
import { nameOf, requireValue } from "./value.ts";

const count: StorageType = { kind: "integer", dbType: "bigint" };

/** Element types that equal text or numbers stand for in both databases. */
const comparable: ReadonlySet<StorageType["kind"]> = new Set([
  "integer",
  "bigint",
  "float",
  "boolean",
  "text",
  "uuid",
  "enum",
  "date",
  "time",
  "decimal",
]);

/** Whether a list holds every one, or some one, of the given items. */
export function listHas(
  { node, name }: { readonly node: ExpressionNode; readonly name: string },
  test: "every" | "some",
  items: unknown,
  type: StorageType,
  method: string,
): Predicate {
  const list = items instanceof Set ? [...items] : items;
  if (!Array.isArray(list)) {
    throw new UsageError(
      `${name}.${method}() expected an array or a Set, received ${nameOf(items)}`,
    );
  }
  const of: ListKind = type.kind === "array" ? "array" : "json";
  for (const item of list) checkItem(item, of, type, `${name}.${method}()`);
  return new Predicate({
    kind: "list",
    test,
    operand: node,
    of,
    items: { kind: "value", value: normal(type, list, `${name}.${method}()`), type, label: name },
  });
}

function checkItem(item: unknown, of: ListKind, type: StorageType, at: string): void {
  if (item === null || item === undefined) {
    throw new UsageError(`${at} was given ${item}`, {
      hint: "an item of a list is looked for by its value; leave null and undefined out",
    });
  }
  requireValue(item, at);
  const isScalar = ["string", "number", "boolean"].includes(typeof item);
  if (of === "json" && !isScalar) {
    throw new UsageError(`${at} looks for text, numbers and booleans, received ${nameOf(item)}`, {
      hint: "compare the whole value with eq(), or write the condition with sql",
    });
  }
  if (type.kind === "array" && !comparable.has(type.element.kind)) {
    throw new UsageError(`${at} can't look for items of type ${type.element.kind}`, {
      hint: "compare the whole list with eq(), or write the condition with sql",
    });
  }
}

function normal(type: StorageType, list: readonly unknown[], at: string): unknown {
  try {
    return valueRules(type).normalize(list);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new UsageError(`${at}: ${error.message}`, {
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
}

/** How many items a list has; NULL where it is no list. */
export function lengthOf(node: ExpressionNode, of: ListKind, name: string): Expression {
  return new Expression(
    { kind: "listLength", operand: node, of, type: count },
    { type: count, nullable: true, nullAs: null },
    `${name}.length()`,
  );
}

/** A column of an array type. */
export class ListExpression extends Expression {
  readonly #self: { readonly node: ExpressionNode; readonly name: string };
  readonly #type: StorageType;

  constructor(node: ExpressionNode, facts: ValueFacts, name: string) {
    super(node, facts, name);
    this.#self = { node, name };
    this.#type = facts.type;
  }

  has(item: unknown): Predicate {
    return listHas(this.#self, "every", [item], this.#type, "has");
  }

  hasEvery(items: unknown): Predicate {
    return listHas(this.#self, "every", items, this.#type, "hasEvery");
  }

  hasSome(items: unknown): Predicate {
    return listHas(this.#self, "some", items, this.#type, "hasSome");
  }

  at(): never {
    throw new UsageError(
      `${this.#self.name}.at() reads lists in JSON, not columns of an array type`,
      {
        hint: "use has(), or select the column and read the item from its value",
      },
    );
  }

  isEmpty(): Predicate {
    return this.length().eq(0);
  }

  override length(): Expression {
    return lengthOf(this.#self.node, "array", this.#self.name);
  }
}
