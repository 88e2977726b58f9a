/** Text: matches and functions. */
import { UsageError } from "../errors/errors.ts";
import type { FunctionName, TextMatch } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { ComparedExpression } from "./compare.ts";
import { misuseOf } from "./misuse.ts";
import type { ExpressionNode } from "./nodes.ts";
import { Predicate } from "./predicate.ts";
import {
  bound,
  factsOf,
  findParts,
  nameOf,
  normalOf,
  type Parts,
  partsOf,
  plainExpression,
} from "./value.ts";

const textType: StorageType = { kind: "text" };
const count: StorageType = { kind: "integer" };

interface MatchOptions {
  readonly ignoreCase?: unknown;
}

/** Expressions that may be text. */
export class TextualExpression extends ComparedExpression {
  like(pattern: unknown): Predicate {
    return match(partsOf(this), "like", pattern, "like");
  }

  notLike(pattern: unknown): Predicate {
    return match(partsOf(this), "like", pattern, "notLike", { negated: true });
  }

  ilike(pattern: unknown): Predicate {
    return match(partsOf(this), "ilike", pattern, "ilike");
  }

  notIlike(pattern: unknown): Predicate {
    return match(partsOf(this), "ilike", pattern, "notIlike", { negated: true });
  }

  startsWith(text: unknown, options?: MatchOptions): Predicate {
    return match(partsOf(this), "startsWith", text, "startsWith", options);
  }

  endsWith(text: unknown, options?: MatchOptions): Predicate {
    return match(partsOf(this), "endsWith", text, "endsWith", options);
  }

  contains(text: unknown, options?: MatchOptions): Predicate {
    return match(partsOf(this), "contains", text, "contains", options);
  }

  lower(): this {
    return this.textCall("lower", []);
  }

  upper(): this {
    return this.textCall("upper", []);
  }

  trim(): this {
    return this.textCall("trim", []);
  }

  trimStart(): this {
    return this.textCall("trimStart", []);
  }

  trimEnd(): this {
    return this.textCall("trimEnd", []);
  }

  concat(...others: readonly unknown[]): this {
    return this.textCall(
      "concat",
      others.map((other) => textOperand(partsOf(this), other, "concat")),
    );
  }

  /** As JavaScript counts: from the place `start` to before the place `end`. */
  substring(start: unknown, end?: unknown): this {
    const self = partsOf(this);
    const from = readPlace(self, start);
    const operands: ExpressionNode[] = [bound(from + 1, count, self.name)];
    if (end !== undefined) {
      operands.push(bound(Math.max(0, readPlace(self, end) - from), count, self.name));
    }
    return this.textCall("substring", operands);
  }

  replace(search: unknown, by: unknown): this {
    const self = partsOf(this);
    return this.textCall("replace", [
      textOperand(self, search, "replace"),
      textOperand(self, by, "replace"),
    ]);
  }

  /** Code points. */
  length(): TextualExpression {
    const { node, facts, name } = partsOf(this);
    requireText(partsOf(this), "length");
    const call: ExpressionNode = {
      kind: "function",
      name: "length",
      operands: [node],
      type: count,
    };
    return this.derive(call, factsOf(count, facts.nullable), `${name}.length`);
  }

  /** A plain expression, made of this one. */
  protected derive(node: ExpressionNode, facts: Parts["facts"], name: string): this {
    return plainExpression(node, facts, name) as this;
  }

  private textCall(name: FunctionName, rest: readonly ExpressionNode[]): this {
    const self = partsOf(this);
    requireText(self, name);
    const operands = [self.node, ...rest];
    const nullable = self.facts.nullable || rest.some((node) => node.kind !== "value");
    return this.derive(
      { kind: "function", name, operands, type: textType },
      factsOf(textType, nullable),
      `${self.name}.${name}(…)`,
    );
  }
}

function match(
  self: Parts,
  how: TextMatch,
  pattern: unknown,
  method: string,
  options: MatchOptions & { readonly negated?: boolean } = {},
): Predicate {
  requireText(self, method);
  if (typeof pattern !== "string") {
    throw new UsageError(
      `${self.name}.${method}() expected a string, received ${nameOf(pattern)}`,
      { hint: misuseOf(pattern)?.hint },
    );
  }
  const { ignoreCase = false, negated = false } = options;
  if (typeof ignoreCase !== "boolean") {
    throw new UsageError(`${self.name}.${method}(): ignoreCase must be true or false`);
  }
  return new Predicate({
    kind: "match",
    match: how,
    operand: self.node,
    pattern: bound(normalOf(self.name, textType, pattern, method), textType, self.name),
    negated,
    ...(ignoreCase && { ignoreCase }),
  });
}

function textOperand(self: Parts, value: unknown, method: string): ExpressionNode {
  const parts = findParts(value);
  if (parts !== undefined) {
    requireText(parts, method);
    return parts.node;
  }
  return bound(normalOf(self.name, textType, value, method), textType, self.name);
}

function readPlace({ name }: Parts, place: unknown): number {
  if (typeof place !== "number" || !Number.isSafeInteger(place) || place < 0) {
    throw new UsageError(`${name}.substring() expected whole numbers, 0 or more`);
  }
  return place;
}

function requireText({ name, facts }: Parts, method: string): void {
  const { kind } = facts.type;
  if (kind !== "text" && kind !== "enum") {
    throw new UsageError(`${name}.${method}() needs a text column`, {
      hint: "compare other types with eq(), in() or the ordering methods",
    });
  }
}
