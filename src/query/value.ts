/** What every expression is made of, and how values are checked against it. */
import { CodecError } from "../codec/codec.ts";
import { jsonNull } from "../codec/json.ts";
import { integerBits, isWithinBits } from "../codec/number.ts";
import { valueRules } from "../codec/rules.ts";
import { holdsJsonNull } from "../definition/nullability.ts";
import { UsageError } from "../errors/errors.ts";
import type { StorageType } from "../ir/type.ts";
import { misuseOf } from "./misuse.ts";
import type { ExpressionNode, ValueFacts, ValueNode } from "./nodes.ts";

/** The inside of an expression. */
export interface Parts {
  readonly node: ExpressionNode;
  /** The rules and the codec that the values compared with it follow. */
  readonly facts: ValueFacts;
  /** How the user would write it, for messages. */
  readonly name: string;
}

let open: (value: object) => Parts | undefined;

/** The root of all expressions; it holds no JSON-visible state, so that nothing from a request body passes for one. */
export class ExpressionRoot {
  static {
    open = (value) => (#parts in value ? value.#parts : undefined);
  }

  readonly #parts: Parts;

  constructor(node: ExpressionNode, facts: ValueFacts, name: string) {
    this.#parts = { node, facts, name };
  }

  /** The node of an expression made by this library, or undefined. */
  static find(value: unknown): ExpressionNode | undefined {
    return findParts(value)?.node;
  }

  /** What is known of an expression's values; undefined for anything else. */
  static factsOf(value: unknown): ValueFacts | undefined {
    return findParts(value)?.facts;
  }

  [Symbol.toPrimitive](): never {
    throw new UsageError(`${partsOf(this).name} was used as a plain value`, {
      hint: "compare columns with methods such as .eq(), .gt() and .contains(), not with operators",
    });
  }
}

type MakeExpression = (...parts: ConstructorParameters<typeof ExpressionRoot>) => ExpressionRoot;

let make: MakeExpression;

/** Tells how expressions with all their methods are made; the class stands above this file. */
export function makeExpressionsWith(maker: MakeExpression): void {
  make = maker;
}

/** An expression with all its methods. */
export const plainExpression: MakeExpression = (...parts) => make(...parts);

/** The inside of an expression made by this library, or undefined. */
export function findParts(value: unknown): Parts | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return open(value);
}

/** The inside of an expression. */
export function partsOf(expression: ExpressionRoot): Parts {
  return findParts(expression) as Parts;
}

/** An expression, or a value checked against another's facts. */
export function operandOf(self: Parts, value: unknown, method: string): ExpressionNode {
  const other = findParts(value);
  if (other === undefined) return valueOf(self, value, method);
  requireAlike(self, other, method);
  return other.node;
}

/** Types that one database compares, and another refuses or never finds equal. */
function requireAlike(self: Parts, other: Parts, method: string): void {
  const [left, right] = [familyOf(self.facts.type), familyOf(other.facts.type)];
  if (left === undefined || right === undefined || left === right) return;
  throw new UsageError(
    `${self.name}.${method}() was given ${other.name}: ${left} beside ${right}`,
    { hint: "turn one into the other's type, for example with asText() or asInteger()" },
  );
}

/** What values of a type are at large; undefined where that is for the database to say. */
function familyOf({ kind }: StorageType): string | undefined {
  switch (kind) {
    case "integer":
    case "bigint":
    case "float":
    case "decimal":
      return "a number";
    case "boolean":
      return "a boolean";
    case "bytes":
      return "bytes";
    case "text":
    case "uuid":
      return "text";
    default:
      return undefined;
  }
}

/** A value as one of an expression's own: encoded by its codec, refused where it is none. */
export function valueOf({ facts, name }: Parts, value: unknown, method: string): ValueNode {
  if (value === undefined) {
    throw new UsageError(`${name}.${method}() was given undefined`, {
      hint: "leave the condition out when there is no value, or write eq(null) to look for NULL",
    });
  }
  const { type, transform } = facts;
  if (value === null && holdsJsonNull(facts)) {
    return { kind: "value", value: jsonNull, type, label: name };
  }
  const stored =
    transform === undefined
      ? value
      : transform.toStored(requireValue(value, `${name}.${method}()`));
  const wide = comparedAs(type);
  const normal = normalOf(name, wide, stored, method);
  return { kind: "value", value: normal, type: fits(type, normal) ? type : wide, label: name };
}

/** A value before anything else looks at it; codecs of the user's own may be for functions. */
export function requireValue(value: unknown, at: string): unknown {
  const other = typeof value === "object" ? misuseOf(value) : undefined;
  if (other === undefined) return value;
  throw new UsageError(`${at} was given ${other.what}`, { hint: other.hint });
}

/** A value of a type, or the error that says whose it was. */
export function normalOf(name: string, type: StorageType, value: unknown, method: string): unknown {
  try {
    return valueRules(type).normalize(value);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const other = misuseOf(value);
    throw new UsageError(
      other === undefined
        ? `${name}.${method}() ${error.message}`
        : `${name}.${method}() was given ${other.what}`,
      { hint: other?.hint ?? error.hint ?? hintFor(type, value), cause: error },
    );
  }
}

/** What to do about a value of another type, where its type tells what was meant. */
function hintFor(type: StorageType, value: unknown): string | undefined {
  if (type.kind === "enum") return `its members are ${type.values.map(literal).join(", ")}`;
  if (type.kind === "timestamptz" || type.kind === "timestamp") {
    return typeof value === "string" && type.host === "date" ? "write new Date(…)" : undefined;
  }
  const isNumber = type.kind === "integer" || type.kind === "float";
  return isNumber && typeof value === "string" ? "write Number(…)" : undefined;
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}

/** A value of our own making, bound like any other. */
export function bound(value: unknown, type: StorageType, label: string): ValueNode {
  return { kind: "value", value, type, label };
}

/** Whether a value means NULL; in a column of JSON without NULL, null is a value like others. */
export function isAbsence({ facts }: Parts, value: unknown): boolean {
  return value === null && !holdsJsonNull(facts);
}

const int64 = {
  integer: { kind: "integer", dbType: "bigint" },
  bigint: { kind: "bigint" },
} as const;

/** The type that compared values may have: no integer is too large to ask for, only to store. */
function comparedAs(type: StorageType): StorageType {
  return type.kind === "integer" || type.kind === "bigint" ? int64[type.kind] : type;
}

/** Whether a value may be bound as the column's own type; a plan for each width would be one too many. */
function fits(type: StorageType, value: unknown): boolean {
  if (type.kind !== "integer" && type.kind !== "bigint") return true;
  const bits = integerBits(type);
  return bits === undefined || isWithinBits(value as number | bigint, bits);
}

/** Facts of what is computed. */
export function factsOf(type: StorageType, nullable: boolean): ValueFacts {
  return { type, nullable, nullAs: null };
}

/** A value's kind for messages; never the value. */
export function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? (misuseOf(value)?.what ?? "an object") : typeof value;
}
