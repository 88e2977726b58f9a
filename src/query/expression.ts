/** Expressions over columns; each method checks its values before any SQL exists. */
import { CodecError } from "../codec/codec.ts";
import { jsonNull } from "../codec/json.ts";
import { integerBits, isWithinBits } from "../codec/number.ts";
import { valueRules } from "../codec/rules.ts";
import { holdsJsonNull } from "../definition/nullability.ts";
import { UsageError } from "../errors/errors.ts";
import type { ArithmeticOperator, CompareOperator, TextMatch } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { ExpressionNode, OrderNode, ValueFacts, ValueNode } from "./nodes.ts";
import { Predicate } from "./predicate.ts";

/** Kinds without sizes to compare, and those that can't even be sorted alike on both databases. */
const unsized: ReadonlySet<StorageType["kind"]> = new Set(["boolean", "json", "bytes", "array"]);
const unsortable: ReadonlySet<StorageType["kind"]> = new Set(["json", "array"]);
const numeric: ReadonlySet<StorageType["kind"]> = new Set([
  "integer",
  "bigint",
  "float",
  "decimal",
]);

/** Whether values of a type sort alike on every database. */
export function isSortable({ kind }: StorageType): boolean {
  return !unsortable.has(kind);
}

/** A sort key: an expression with a direction. */
export class Order {
  readonly #node: OrderNode;

  constructor(node: OrderNode) {
    this.#node = node;
  }

  /** The node of an order made by this library, or undefined. */
  static find(value: unknown): OrderNode | undefined {
    return typeof value === "object" && value !== null && #node in value ? value.#node : undefined;
  }
}

/** An expression: a column, or arithmetic over columns and values. */
export class Expression {
  readonly #node: ExpressionNode;
  /** The rules and the codec that the values compared with it follow. */
  readonly #facts: ValueFacts;
  /** How the user would write it, for messages. */
  readonly #name: string;

  constructor(node: ExpressionNode, facts: ValueFacts, name: string) {
    this.#node = node;
    this.#facts = facts;
    this.#name = name;
  }

  /** The node of an expression made by this library, or undefined. */
  static find(value: unknown): ExpressionNode | undefined {
    return typeof value === "object" && value !== null && #node in value ? value.#node : undefined;
  }

  /** What is known of an expression's values; undefined for anything else. */
  static factsOf(value: unknown): ValueFacts | undefined {
    return typeof value === "object" && value !== null && #node in value ? value.#facts : undefined;
  }

  eq(value: unknown): Predicate {
    if (this.#isAbsence(value)) return this.isNull();
    return this.#compare("=", value, "eq");
  }

  ne(value: unknown): Predicate {
    if (this.#isAbsence(value)) return this.isNotNull();
    return this.#compare("<>", value, "ne");
  }

  gt(value: unknown): Predicate {
    return this.#ordered(">", value, "gt");
  }

  gte(value: unknown): Predicate {
    return this.#ordered(">=", value, "gte");
  }

  lt(value: unknown): Predicate {
    return this.#ordered("<", value, "lt");
  }

  lte(value: unknown): Predicate {
    return this.#ordered("<=", value, "lte");
  }

  between(low: unknown, high: unknown): Predicate {
    this.#requireSize("between");
    if (low === null || high === null) return new Predicate({ kind: "constant", value: false });
    return new Predicate({
      kind: "between",
      operand: this.#node,
      low: this.#operand(low, "between"),
      high: this.#operand(high, "between"),
    });
  }

  in(values: unknown): Predicate {
    return this.#member(values, false, "in");
  }

  notIn(values: unknown): Predicate {
    return this.#member(values, true, "notIn");
  }

  isNull(): Predicate {
    return new Predicate({ kind: "isNull", operand: this.#node, negated: false });
  }

  isNotNull(): Predicate {
    return new Predicate({ kind: "isNull", operand: this.#node, negated: true });
  }

  like(pattern: unknown): Predicate {
    return this.#match("like", pattern, false, "like");
  }

  notLike(pattern: unknown): Predicate {
    return this.#match("like", pattern, true, "notLike");
  }

  ilike(pattern: unknown): Predicate {
    return this.#match("ilike", pattern, false, "ilike");
  }

  startsWith(text: unknown): Predicate {
    return this.#match("startsWith", text, false, "startsWith");
  }

  endsWith(text: unknown): Predicate {
    return this.#match("endsWith", text, false, "endsWith");
  }

  contains(text: unknown): Predicate {
    return this.#match("contains", text, false, "contains");
  }

  plus(value: unknown): Expression {
    return this.#arithmetic("+", value, "plus");
  }

  minus(value: unknown): Expression {
    return this.#arithmetic("-", value, "minus");
  }

  times(value: unknown): Expression {
    return this.#arithmetic("*", value, "times");
  }

  asc(options?: { readonly nulls?: "first" | "last" }): Order {
    return this.#order("asc", options);
  }

  desc(options?: { readonly nulls?: "first" | "last" }): Order {
    return this.#order("desc", options);
  }

  [Symbol.toPrimitive](): never {
    throw new UsageError(`${this.#name} was used as a plain value`, {
      hint: "compare columns with methods such as .eq(), .gt() and .contains(), not with operators",
    });
  }

  #compare(operator: CompareOperator, value: unknown, method: string): Predicate {
    return new Predicate({
      kind: "compare",
      operator,
      left: this.#node,
      right: this.#operand(value, method),
    });
  }

  #ordered(operator: CompareOperator, value: unknown, method: string): Predicate {
    this.#requireSize(method);
    // NULL is neither more nor less than anything.
    if (value === null) return new Predicate({ kind: "constant", value: false });
    return this.#compare(operator, value, method);
  }

  #member(values: unknown, negated: boolean, method: string): Predicate {
    const list = values instanceof Set ? [...values] : values;
    if (!Array.isArray(list)) {
      throw new UsageError(`${this.#name}.${method}() expected an array or a Set`, {
        hint: `write .${method}([a, b])`,
      });
    }
    const present = list.filter((value) => !this.#isAbsence(value));
    const members = present.map((value) => this.#value(value, method));
    const membership = new Predicate({
      kind: "in",
      operand: this.#node,
      values: {
        kind: "value",
        value: members.map(({ value }) => value),
        type: members.find(({ type }) => type !== this.#facts.type)?.type ?? this.#facts.type,
        label: this.#name,
      },
      negated,
    });
    if (present.length === list.length) return membership;
    return negated ? membership.and(this.isNotNull()) : membership.or(this.isNull());
  }

  #match(match: TextMatch, pattern: unknown, negated: boolean, method: string): Predicate {
    const { kind } = this.#facts.type;
    if (kind !== "text" && kind !== "enum") {
      throw new UsageError(`${this.#name}.${method}() needs a text column`, {
        hint: "compare other types with eq(), in() or the ordering methods",
      });
    }
    if (typeof pattern !== "string") {
      throw new UsageError(
        `${this.#name}.${method}() expected a string, received ${nameOf(pattern)}`,
      );
    }
    const type: StorageType = { kind: "text" };
    return new Predicate({
      kind: "match",
      match,
      operand: this.#node,
      pattern: {
        kind: "value",
        value: this.#normal(type, pattern, method),
        type,
        label: this.#name,
      },
      negated,
    });
  }

  #arithmetic(operator: ArithmeticOperator, value: unknown, method: string): Expression {
    if (!numeric.has(this.#facts.type.kind)) {
      throw new UsageError(`${this.#name}.${method}() needs a numeric column`);
    }
    const right = this.#operand(value, method);
    const node: ExpressionNode = {
      kind: "arithmetic",
      operator,
      left: this.#node,
      right,
      type: this.#facts.type,
    };
    return new Expression(node, this.#facts, `${this.#name}.${method}(…)`);
  }

  #order(direction: "asc" | "desc", options: { readonly nulls?: "first" | "last" } = {}): Order {
    if (unsortable.has(this.#facts.type.kind)) throw this.#noOrder(direction);
    return new Order({
      expression: this.#node,
      direction,
      nulls: readNulls(options.nulls),
    });
  }

  /** An expression, or a value checked against this column. */
  #operand(value: unknown, method: string): ExpressionNode {
    return Expression.find(value) ?? this.#value(value, method);
  }

  #value(value: unknown, method: string): ValueNode {
    if (value === undefined) {
      throw new UsageError(`${this.#name}.${method}() was given undefined`, {
        hint: "leave the condition out when there is no value, or write eq(null) to look for NULL",
      });
    }
    const { type, transform } = this.#facts;
    if (value === null && holdsJsonNull(this.#facts)) {
      return { kind: "value", value: jsonNull, type, label: this.#name };
    }
    const stored = transform === undefined ? value : transform.toStored(value);
    const wide = comparedAs(type);
    const normal = this.#normal(wide, stored, method);
    return {
      kind: "value",
      value: normal,
      type: fits(type, normal) ? type : wide,
      label: this.#name,
    };
  }

  /** Whether a value means NULL; in a column of JSON without NULL, null is a value like others. */
  #isAbsence(value: unknown): boolean {
    return value === null && !holdsJsonNull(this.#facts);
  }

  #normal(type: StorageType, value: unknown, method: string): unknown {
    try {
      return valueRules(type).normalize(value);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new UsageError(`${this.#name}.${method}() ${error.message}`, {
        hint: error.hint,
        cause: error,
      });
    }
  }

  #requireSize(method: string): void {
    if (unsized.has(this.#facts.type.kind)) throw this.#noOrder(method);
  }

  #noOrder(method: string): UsageError {
    return new UsageError(
      `${this.#name}.${method}() needs text, a number or a date; ${this.#facts.type.kind} has no order`,
    );
  }
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

/** Checks a `nulls` option at run time: it may come from a variable. */
export function readNulls(nulls: unknown): "first" | "last" | null {
  if (nulls === undefined || nulls === null) return null;
  if (nulls === "first" || nulls === "last") return nulls;
  throw new UsageError('nulls must be "first" or "last"');
}

/** A value's kind for messages; never the value. */
export function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : typeof value;
}
