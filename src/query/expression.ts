/** Expressions over columns; each method checks its values before any SQL exists. */
import { UsageError } from "../errors/errors.ts";
import { hasSize } from "./compare.ts";
import type { ExpressionNode } from "./nodes.ts";
import { commonType } from "./number.ts";
import { TemporalExpression } from "./time.ts";
import { factsOf, findParts, makeExpressionsWith, operandOf, partsOf } from "./value.ts";

/** An expression: a column, or what is computed of columns and values. */
export class Expression extends TemporalExpression {
  static {
    makeExpressionsWith((...parts) => new Expression(...parts));
  }

  /** The first of this and the others that is not NULL. */
  coalesce(...others: readonly unknown[]): this {
    const self = partsOf(this);
    if (others.length === 0) {
      throw new UsageError(`${self.name}.coalesce() expected what to take instead of NULL`);
    }
    const { transform } = self.facts;
    const type = commonType(self.facts.type, others);
    const rest = others.map((other) => operandOf(self, other, "coalesce"));
    const nullable = others.every((other) => findParts(other)?.facts.nullable === true);
    const node: ExpressionNode = {
      kind: "function",
      name: "coalesce",
      operands: [self.node, ...rest],
      type,
    };
    return this.derive(
      node,
      { ...factsOf(type, nullable), ...(transform && { transform }) },
      `${self.name}.coalesce(…)`,
    );
  }

  /** NULL where this is equal to the other. */
  nullif(other: unknown): this {
    const self = partsOf(this);
    const { type, transform } = self.facts;
    const operands = [self.node, operandOf(self, other, "nullif")];
    return this.derive(
      { kind: "function", name: "nullif", operands, type },
      { ...factsOf(type, true), ...(transform && { transform }) },
      `${self.name}.nullif(…)`,
    );
  }

  /** The most of this and the others; NULLs don't count. */
  greatest(...others: readonly unknown[]): this {
    return this.extreme("greatest", others);
  }

  /** The least of this and the others; NULLs don't count. */
  least(...others: readonly unknown[]): this {
    return this.extreme("least", others);
  }

  private extreme(name: "greatest" | "least", others: readonly unknown[]): this {
    const self = partsOf(this);
    if (others.length === 0) throw new UsageError(`${self.name}.${name}() expected others`);
    const type = commonType(self.facts.type, others);
    if (!hasSize(self.facts.type)) {
      throw new UsageError(`${self.name}.${name}() needs text, a number or a date`);
    }
    const operands = [self.node, ...others.map((other) => operandOf(self, other, name))];
    const nullable =
      self.facts.nullable && others.every((other) => findParts(other)?.facts.nullable === true);
    return this.derive(
      { kind: "function", name, operands, type },
      factsOf(type, nullable),
      `${self.name}.${name}(…)`,
    );
  }
}
