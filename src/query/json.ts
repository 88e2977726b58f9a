/** JSON as expressions: what stands inside is reached by the keys of the column's schema. */
import type { z } from "zod";
import { defOf, enumValues, innerOf, isCodec, type Schema } from "../definition/zod-def.ts";
import { UsageError } from "../errors/errors.ts";
import type { JsonKind } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { Expression } from "./expression.ts";
import type { JsonMethod } from "./json-types.ts";
import { lengthOf, listHas } from "./lists.ts";
import type { ExpressionNode, ValueFacts, ValueNode } from "./nodes.ts";
import { Predicate } from "./predicate.ts";
import { nameOf } from "./value.ts";

const types = {
  text: { kind: "text" },
  number: { kind: "float" },
  boolean: { kind: "boolean" },
  json: { kind: "json" },
} as const satisfies Record<JsonKind, StorageType>;

const keyList: StorageType = { kind: "array", element: { kind: "text" } };

/** Where a JSON expression looks: the column, and the keys and indexes from there. */
interface Place {
  readonly column: ExpressionNode;
  readonly path: readonly (string | number)[];
  /** What the schema says of the value there; undefined where it says nothing. */
  readonly schema: Schema | undefined;
}

/** The compiler refuses this list when it isn't that of the types. */
const methods: Readonly<Record<string, true>> = {
  asBoolean: true,
  asNumber: true,
  asText: true,
  asc: true,
  at: true,
  between: true,
  coalesce: true,
  desc: true,
  eq: true,
  gt: true,
  gte: true,
  has: true,
  hasEvery: true,
  hasKey: true,
  hasSome: true,
  in: true,
  isDistinctFrom: true,
  isEmpty: true,
  isNotDistinctFrom: true,
  isNotNull: true,
  isNull: true,
  length: true,
  lt: true,
  lte: true,
  ne: true,
  notIn: true,
  nullif: true,
} satisfies Record<Extract<JsonMethod, string>, true>;

/** The expression of a JSON column. */
export function jsonColumn(
  node: ExpressionNode,
  facts: ValueFacts,
  name: string,
  schema: z.ZodType,
): JsonExpression {
  // Behind a codec the stored value is another than the schema's.
  const stored = facts.transform === undefined ? schema : undefined;
  return new JsonExpression(node, facts, name, { column: node, path: [], schema: stored });
}

/** A JSON value: a column, or what stands inside one. */
export class JsonExpression extends Expression {
  readonly #node: ExpressionNode;
  readonly #name: string;
  readonly #place: Place;

  constructor(node: ExpressionNode, facts: ValueFacts, name: string, place: Place) {
    super(node, facts, name);
    this.#node = node;
    this.#name = name;
    this.#place = place;
    for (const key of keysOf(place.schema)) {
      if (Object.hasOwn(methods, key)) continue;
      Object.defineProperty(this, key, { get: () => this.at(key) });
    }
  }

  /** What stands under a key, or at an index of a list. */
  at(key: unknown): Expression {
    const isIndex = typeof key === "number" && Number.isSafeInteger(key) && key >= 0;
    if (typeof key !== "string" && !isIndex) {
      throw new UsageError(
        `${this.#name}.at() expected a key or an index from 0, received ${nameOf(key)}`,
      );
    }
    if (typeof key === "string") checkKey(key, `${this.#name}.at()`);
    const { column, path, schema } = this.#place;
    const step = key as string | number;
    const inner = memberOf(schema, step, this.#name);
    const place: Place = { column, path: [...path, step], schema: inner };
    return expressionAt(place, kindOf(inner), `${this.#name}.${String(step)}`);
  }

  /** The value as text; NULL where it is no text. */
  override asText(): Expression {
    return expressionAt(this.#place, "text", `${this.#name}.asText()`);
  }

  /** The value as a number; NULL where it is none. */
  asNumber(): Expression {
    return expressionAt(this.#place, "number", `${this.#name}.asNumber()`);
  }

  /** The value as a boolean; NULL where it is none. */
  asBoolean(): Expression {
    return expressionAt(this.#place, "boolean", `${this.#name}.asBoolean()`);
  }

  /** Whether it is an object with the key. */
  hasKey(key: unknown): Predicate {
    if (typeof key !== "string") {
      throw new UsageError(`${this.#name}.hasKey() expected a string, received ${nameOf(key)}`);
    }
    checkKey(key, `${this.#name}.hasKey()`);
    return new Predicate({
      kind: "hasKey",
      operand: this.#node,
      key: { kind: "value", value: key, type: types.text, label: this.#name },
    });
  }

  has(item: unknown): Predicate {
    return this.#has("every", [item], "has");
  }

  hasEvery(items: unknown): Predicate {
    return this.#has("every", items, "hasEvery");
  }

  hasSome(items: unknown): Predicate {
    return this.#has("some", items, "hasSome");
  }

  isEmpty(): Predicate {
    return this.length().eq(0);
  }

  override length(): Expression {
    return lengthOf(this.#node, "json", this.#name);
  }

  #has(test: "every" | "some", items: unknown, method: string): Predicate {
    return listHas({ node: this.#node, name: this.#name }, test, items, types.json, method);
  }
}

/** PostgreSQL's text holds neither, so no key in it does. */
function checkKey(key: string, at: string): void {
  if (key.includes("\0") || !key.isWellFormed()) {
    throw new UsageError(`${at} was given a key with an illegal character`);
  }
}

function expressionAt(place: Place, as: JsonKind, name: string): Expression {
  const type = types[as];
  const path: ValueNode = { kind: "value", value: place.path, type: keyList, label: name };
  const node: ExpressionNode = { kind: "jsonPath", operand: place.column, path, as, type };
  const facts: ValueFacts = { type, nullable: true, nullAs: null };
  return as === "json"
    ? new JsonExpression(node, facts, name, place)
    : new Expression(node, facts, name);
}

/** What a schema's values are in JSON; "json" where it may be several things. */
function kindOf(schema: Schema | undefined): JsonKind {
  const bare = unwrap(schema);
  if (bare === undefined) return "json";
  const def = defOf(bare);
  switch (def.type) {
    case "string":
    case "template_literal":
      return "text";
    case "number":
    case "int":
      return "number";
    case "boolean":
      return "boolean";
    case "enum":
      return kindOfValues(enumValues(def));
    case "literal":
      return kindOfValues(def.values);
    case "union":
      return kindOfAll(def.options);
    default:
      return "json";
  }
}

function kindOfValues(values: readonly unknown[]): JsonKind {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === 0) return "json";
  if (present.every((value) => typeof value === "string")) return "text";
  if (present.every((value) => typeof value === "number")) return "number";
  return present.every((value) => typeof value === "boolean") ? "boolean" : "json";
}

function kindOfAll(options: readonly Schema[]): JsonKind {
  const kinds = options
    .filter((option) => !["null", "undefined"].includes(defOf(option).type))
    .map(kindOf);
  const [first = "json"] = kinds;
  return kinds.every((kind) => kind === first) ? first : "json";
}

/** The schema of a member; undefined where the schema says nothing of it. */
function memberOf(
  schema: Schema | undefined,
  key: string | number,
  name: string,
): Schema | undefined {
  const bare = unwrap(schema);
  if (bare === undefined) return undefined;
  const def = defOf(bare);
  switch (def.type) {
    case "object": {
      const member = Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
      if (member === undefined && def.catchall === undefined) {
        throw new UsageError(`${name} has no key "${key}"`, {
          hint: `its keys are ${Object.keys(def.shape).join(", ")}`,
        });
      }
      return member ?? def.catchall;
    }
    case "array":
      return typeof key === "number" ? def.element : noMember(name, key);
    case "tuple":
      return typeof key === "number"
        ? (def.items[key] ?? def.rest ?? undefined)
        : noMember(name, key);
    case "record":
      return def.valueType;
    case "string":
    case "number":
    case "boolean":
      return noMember(name, key);
    default:
      return undefined;
  }
}

function noMember(name: string, key: string | number): never {
  throw new UsageError(`${name} has no key ${JSON.stringify(key)}`, {
    hint: "lists are read by index, objects by key",
  });
}

/** The keys that a schema names. */
function keysOf(schema: Schema | undefined): readonly string[] {
  const bare = unwrap(schema);
  return bare !== undefined && defOf(bare).type === "object" ? Object.keys(defOf(bare).shape) : [];
}

/** The schema without what only wraps it; undefined behind a codec or a transform. */
function unwrap(schema: Schema | undefined): Schema | undefined {
  let bare = schema;
  for (let depth = 0; bare !== undefined && depth < 100; depth++) {
    const inner = innerOf(bare);
    if (inner === undefined) break;
    bare = inner;
  }
  if (bare === undefined) return undefined;
  const def = defOf(bare);
  return def.type === "pipe" || def.type === "transform" || isCodec(def) ? undefined : bare;
}
