/** Numbers: arithmetic and rounding. */
import { UsageError } from "../errors/errors.ts";
import type { ArithmeticOperator, FunctionName } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { ExpressionNode } from "./nodes.ts";
import { TextualExpression } from "./text.ts";
import { bound, factsOf, findParts, operandOf, type Parts, partsOf } from "./value.ts";

const integer: StorageType = { kind: "integer", dbType: "bigint" };
const float: StorageType = { kind: "float" };
const bigint: StorageType = { kind: "bigint" };
/** The digits of what is calculated are not those of a column. */
const decimal: StorageType = { kind: "decimal", precision: null, scale: null };
const text: StorageType = { kind: "text" };
const digitsType: StorageType = { kind: "integer" };

const numeric: ReadonlySet<StorageType["kind"]> = new Set([
  "integer",
  "bigint",
  "float",
  "decimal",
]);

/** Expressions that may be numbers. */
export class NumericalExpression extends TextualExpression {
  times(value: unknown): this {
    return this.calculate("*", value, "times");
  }

  dividedBy(value: unknown): this {
    const { self, right, type, nullable } = this.numbers(value, "dividedBy");
    if (right.kind === "value" && Number(right.value) === 0) {
      throw new UsageError(`${self.name}.dividedBy() was given 0`);
    }
    const result = type.kind === "integer" ? float : type;
    const mayBeNull = nullable || right.kind !== "value";
    return this.numberCall("dividedBy", [right], result, mayBeNull);
  }

  mod(value: unknown): this {
    const { self, right, type, nullable } = this.numbers(value, "mod");
    if (type.kind === "float") {
      throw new UsageError(`${self.name}.mod() needs whole numbers or decimals`, {
        hint: "the remainder of floats differs between databases",
      });
    }
    if (right.kind === "value" && Number(right.value) === 0) {
      throw new UsageError(`${self.name}.mod() was given 0`);
    }
    return this.numberCall("mod", [right], type, nullable || right.kind !== "value");
  }

  abs(): this {
    const self = requireNumber(partsOf(this), "abs");
    return this.numberCall("abs", [], computedType(self.facts.type), self.facts.nullable);
  }

  /** Half a unit goes away from zero. */
  round(digits: unknown = 0): this {
    const self = requireNumber(partsOf(this), "round");
    if (typeof digits !== "number" || !Number.isInteger(digits) || digits < 0 || digits > 20) {
      throw new UsageError(`${self.name}.round() expected digits from 0 to 20`);
    }
    const operand = bound(digits, digitsType, self.name);
    return this.numberCall("round", [operand], computedType(self.facts.type), self.facts.nullable);
  }

  floor(): this {
    const self = requireNumber(partsOf(this), "floor");
    return this.numberCall("floor", [], computedType(self.facts.type), self.facts.nullable);
  }

  ceil(): this {
    const self = requireNumber(partsOf(this), "ceil");
    return this.numberCall("ceil", [], computedType(self.facts.type), self.facts.nullable);
  }

  asText(): NumericalExpression {
    const self = partsOf(this);
    const { kind } = self.facts.type;
    if (!["integer", "bigint", "decimal", "text", "enum", "uuid"].includes(kind)) {
      throw new UsageError(
        `${self.name}.asText() needs a whole number, a decimal, an enum or a uuid`,
        {
          hint: "other values have another text on each database; format them in your program",
        },
      );
    }
    return this.numberCall("convert", [], text, self.facts.nullable, "asText");
  }

  asFloat(): this {
    return this.numberCall("convert", [], float, readable(partsOf(this), "asFloat"), "asFloat");
  }

  /** The fraction is cut off. */
  asInteger(): this {
    const nullable = readable(partsOf(this), "asInteger");
    return this.numberCall("convert", [], integer, nullable, "asInteger");
  }

  asBigint(): this {
    const nullable = readable(partsOf(this), "asBigint");
    return this.numberCall("convert", [], bigint, nullable, "asBigint");
  }

  asDecimal(): this {
    const self = partsOf(this);
    const nullable = readable(self, "asDecimal");
    if (self.facts.type.kind === "float") {
      throw new UsageError(`${self.name}.asDecimal() needs whole numbers or decimals`, {
        hint: "a float is no exact number",
      });
    }
    return this.numberCall("convert", [], decimal, nullable, "asDecimal");
  }

  protected calculate(operator: ArithmeticOperator, value: unknown, method: string): this {
    const { self, right, type, nullable } = this.numbers(value, method);
    const node: ExpressionNode = { kind: "arithmetic", operator, left: self.node, right, type };
    return this.derive(node, factsOf(type, nullable), `${self.name}.${method}(…)`);
  }

  /** Both sides of a calculation, and the type of what comes out. */
  private numbers(value: unknown, method: string) {
    const own = requireNumber(partsOf(this), method);
    const isDecimal = own.facts.type.kind === "decimal";
    const self = isDecimal ? { ...own, facts: factsOf(decimal, own.facts.nullable) } : own;
    const other = findParts(value);
    if (other !== undefined) {
      requireNumber(other, method);
      requireExact(self, other, method);
    }
    const right = operandOf(
      own.facts.type.kind === "integer" ? asFloatFor(self, value) : self,
      value,
      method,
    );
    const type = widest(self.facts.type, typeBeside(right, other) ?? self.facts.type);
    return { self, right, type, nullable: self.facts.nullable || other?.facts.nullable === true };
  }

  private numberCall(
    name: FunctionName,
    rest: readonly ExpressionNode[],
    type: StorageType,
    nullable: boolean,
    method: string = name,
  ): this {
    const self = partsOf(this);
    const node: ExpressionNode = {
      kind: "function",
      name,
      operands: [self.node, ...rest],
      type,
    };
    return this.derive(node, factsOf(type, nullable), `${self.name}.${method}(…)`);
  }
}

/** Whole numbers times 1.5 are floats, as they are in JavaScript. */
function asFloatFor(self: Parts, value: unknown): Parts {
  const isFraction =
    typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value);
  return isFraction ? { ...self, facts: factsOf(float, self.facts.nullable) } : self;
}

function typeBeside(right: ExpressionNode, other: Parts | undefined): StorageType | undefined {
  return other?.facts.type ?? (right.kind === "value" ? right.type : undefined);
}

/** A float beside decimals or bigints would lose their digits. */
function requireExact(self: Parts, other: Parts, method: string): void {
  const kinds = [self.facts.type.kind, other.facts.type.kind];
  if (!kinds.includes("float") || !(kinds.includes("decimal") || kinds.includes("bigint"))) return;
  const exact = self.facts.type.kind === "float" ? other : self;
  throw new UsageError(
    `${self.name}.${method}() was given ${other.name}: a float is no exact number`,
    {
      hint: `say that digits may be lost: ${exact.name}.asFloat()`,
    },
  );
}

function computedType(type: StorageType): StorageType {
  return type.kind === "decimal" ? decimal : type;
}

/** What an expression and its substitutes are together: of numbers the widest, else as the first one is. */
export function commonType(first: StorageType, others: readonly unknown[]): StorageType {
  return others.reduce<StorageType>((type, other) => {
    const right = findParts(other)?.facts.type;
    if (right === undefined || right.kind === type.kind) return type;
    return numeric.has(type.kind) && numeric.has(right.kind) ? widest(type, right) : type;
  }, first);
}

/** A decimal beside anything exact gives a decimal, a float beside anything a float. */
function widest(left: StorageType, right: StorageType): StorageType {
  for (const type of [float, decimal, bigint]) {
    if (left.kind === type.kind || right.kind === type.kind) {
      return type.kind === "bigint" ? bigint : type;
    }
  }
  // What whole numbers give may be wider than their columns.
  return integer;
}

/** Whether what is read of a number or of text can be NULL: text may hold no number. */
function readable(self: Parts, method: string): boolean {
  if (self.facts.type.kind === "text") return true;
  return requireNumber(self, method).facts.nullable;
}

function requireNumber(self: Parts, method: string): Parts {
  if (!numeric.has(self.facts.type.kind)) {
    throw new UsageError(`${self.name}.${method}() needs a numeric column`, {
      hint:
        self.facts.type.kind === "text" && (method === "plus" || method === "minus")
          ? "text is joined with concat(), and read as a number with asInteger() or asDecimal()"
          : undefined,
    });
  }
  return self;
}
