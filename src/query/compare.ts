/** Comparisons and orderings of expressions. */
import { UsageError } from "../errors/errors.ts";
import type { CompareOperator } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { OrderNode } from "./nodes.ts";
import { Predicate } from "./predicate.ts";
import { findQuery } from "./subquery.ts";
import { ExpressionRoot, isAbsence, operandOf, type Parts, partsOf, valueOf } from "./value.ts";

/** Kinds without sizes to compare, and those that can't even be sorted alike on both databases. */
const unsized: ReadonlySet<StorageType["kind"]> = new Set(["boolean", "json", "bytes", "array"]);
const unsortable: ReadonlySet<StorageType["kind"]> = new Set(["json", "array"]);

/** Whether values of a type sort alike on every database. */
export function isSortable({ kind }: StorageType): boolean {
  return !unsortable.has(kind);
}

/** Whether values of a type are more or less than one another. */
export function hasSize({ kind }: StorageType): boolean {
  return !unsized.has(kind);
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

/** Expressions that can be compared. */
export class ComparedExpression extends ExpressionRoot {
  eq(value: unknown): Predicate {
    if (isAbsence(partsOf(this), value)) return this.isNull();
    return compare(partsOf(this), "=", value, "eq");
  }

  ne(value: unknown): Predicate {
    if (isAbsence(partsOf(this), value)) return this.isNotNull();
    return compare(partsOf(this), "<>", value, "ne");
  }

  isNotDistinctFrom(value: unknown): Predicate {
    return this.eq(value);
  }

  isDistinctFrom(value: unknown): Predicate {
    return this.ne(value);
  }

  gt(value: unknown): Predicate {
    return ordered(partsOf(this), ">", value, "gt");
  }

  gte(value: unknown): Predicate {
    return ordered(partsOf(this), ">=", value, "gte");
  }

  lt(value: unknown): Predicate {
    return ordered(partsOf(this), "<", value, "lt");
  }

  lte(value: unknown): Predicate {
    return ordered(partsOf(this), "<=", value, "lte");
  }

  between(low: unknown, high: unknown): Predicate {
    return between(partsOf(this), low, high, "between");
  }

  notBetween(low: unknown, high: unknown): Predicate {
    return between(partsOf(this), low, high, "notBetween").not();
  }

  in(values: unknown): Predicate {
    return member(partsOf(this), values, false, "in");
  }

  notIn(values: unknown): Predicate {
    return member(partsOf(this), values, true, "notIn");
  }

  isNull(): Predicate {
    return new Predicate({ kind: "isNull", operand: partsOf(this).node, negated: false });
  }

  isNotNull(): Predicate {
    return new Predicate({ kind: "isNull", operand: partsOf(this).node, negated: true });
  }

  asc(options?: { readonly nulls?: "first" | "last" }): Order {
    return order(partsOf(this), "asc", options);
  }

  desc(options?: { readonly nulls?: "first" | "last" }): Order {
    return order(partsOf(this), "desc", options);
  }
}

function compare(self: Parts, operator: CompareOperator, value: unknown, method: string) {
  const right = operandOf(self, value, method);
  return new Predicate({ kind: "compare", operator, left: self.node, right });
}

function ordered(self: Parts, operator: CompareOperator, value: unknown, method: string) {
  requireSize(self, method);
  // NULL is neither more nor less than anything.
  if (value === null) return new Predicate({ kind: "constant", value: false });
  return compare(self, operator, value, method);
}

function between(self: Parts, low: unknown, high: unknown, method: string): Predicate {
  requireSize(self, method);
  if (low === null || high === null) return new Predicate({ kind: "constant", value: false });
  return new Predicate({
    kind: "between",
    operand: self.node,
    low: operandOf(self, low, method),
    high: operandOf(self, high, method),
  });
}

function member(self: Parts, values: unknown, negated: boolean, method: string): Predicate {
  const query = findQuery(values);
  if (query !== undefined) return inQuery(self, query, negated, method);
  const list = values instanceof Set ? [...values] : values;
  if (!Array.isArray(list)) {
    throw new UsageError(`${self.name}.${method}() expected an array or a Set`, {
      hint: `write .${method}([a, b]), or give a query that selects one column`,
    });
  }
  const { facts } = self;
  const present = list.filter((value) => !isAbsence(self, value));
  const members = present.map((value) => valueOf(self, value, method));
  const membership = new Predicate({
    kind: "in",
    operand: self.node,
    values: {
      kind: "value",
      value: members.map(({ value }) => value),
      type: members.find(({ type }) => type !== facts.type)?.type ?? facts.type,
      label: self.name,
    },
    negated,
  });
  if (present.length === list.length) return membership;
  const operand = self.node;
  const absence = new Predicate({ kind: "isNull", operand, negated });
  return negated ? membership.and(absence) : membership.or(absence);
}

function inQuery(
  self: Parts,
  { rows, picked }: NonNullable<ReturnType<typeof findQuery>>,
  negated: boolean,
  method: string,
): Predicate {
  const [field, second] = picked?.fields ?? [];
  if (picked === null || field === undefined || second !== undefined) {
    throw new UsageError(`${self.name}.${method}() needs a query that selects one column`, {
      hint: `select it: ${rows.model.name}.select((t) => t.id)`,
    });
  }
  return new Predicate({ kind: "inQuery", operand: self.node, rows, picked, negated });
}

function order(
  self: Parts,
  direction: "asc" | "desc",
  options: { readonly nulls?: "first" | "last" } = {},
): Order {
  if (!isSortable(self.facts.type)) throw noOrder(self, direction);
  return new Order({ expression: self.node, direction, nulls: readNulls(options.nulls) });
}

function requireSize(self: Parts, method: string): void {
  if (!hasSize(self.facts.type)) throw noOrder(self, method);
}

function noOrder({ name, facts }: Parts, method: string): UsageError {
  return new UsageError(
    `${name}.${method}() needs text, a number or a date; ${facts.type.kind} has no order`,
  );
}

/** Checks a `nulls` option at run time: it may come from a variable. */
export function readNulls(nulls: unknown): "first" | "last" | null {
  if (nulls === undefined || nulls === null) return null;
  if (nulls === "first" || nulls === "last") return nulls;
  throw new UsageError('nulls must be "first" or "last"');
}
