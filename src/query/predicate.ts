import { UsageError } from "../errors/errors.ts";
import { isFragment, type SqlFragment } from "../sql/raw.ts";
import { runLambda } from "./lambda.ts";
import { misuseOf, tellMisuse } from "./misuse.ts";
import type { PredicateNode } from "./nodes.ts";
import { findParts, nameOf } from "./value.ts";

/** Predicates made while a lambda runs, so that one that `&&` swallowed is noticed. */
let made: Set<Predicate> | undefined;

let ofFragment: (fragment: SqlFragment) => PredicateNode;

/** Tells how SQL written through the `sql` tag becomes a condition; what it may hold stands above this file. */
export function makeConditionsOfFragmentsWith(make: typeof ofFragment): void {
  ofFragment = make;
}

/**
 * A condition on rows; made by comparing expressions, combined with `and`, `or` and `not`.
 *
 * It holds no JSON-visible state, so that nothing from a request body can pass for one.
 */
export class Predicate {
  readonly #node: PredicateNode;

  constructor(node: PredicateNode) {
    this.#node = node;
    made?.add(this);
  }

  /** The node of a predicate that is used as part of something. */
  static take(predicate: Predicate): PredicateNode {
    made?.delete(predicate);
    return predicate.#node;
  }

  /** Whether `value` is a predicate made by this library. */
  static is(value: unknown): value is Predicate {
    return typeof value === "object" && value !== null && #node in value;
  }

  /** True where this and all the others are. */
  and(...others: readonly Condition[]): Predicate {
    return and(this, ...others) as Predicate;
  }

  /** True where this or one of the others is. */
  or(...others: readonly Condition[]): Predicate {
    return or(this, ...others) as Predicate;
  }

  /** True where this is not. */
  not(): Predicate {
    return not(this) as Predicate;
  }

  [Symbol.toPrimitive](): never {
    throw new UsageError("a condition was used as a plain value", {
      hint: "combine conditions with .and(), .or() and .not(), not with operators",
    });
  }
}

/** A condition that is left out on purpose. One object is it, so that nothing from a request body can pass for it. */
class Skip {
  static {
    tellMisuse(Skip.prototype, () => ({
      what: "skip",
      hint: "it stands for a whole condition: where((t) => given === undefined ? skip : t.title.eq(given))",
    }));
  }

  // What is combined of nothing but skip is skip, and has the methods of a condition.
  and(...others: readonly Condition[]): Condition {
    return and(...others);
  }

  or(...others: readonly Condition[]): Condition {
    return or(...others);
  }

  not(): Skip {
    return this;
  }

  toJSON(): never {
    throw new UsageError("skip was used as a plain value", { hint: misuseOf(this)?.hint });
  }

  [Symbol.toPrimitive](): never {
    return this.toJSON();
  }
}

/** A condition that is left out on purpose. */
export const skip: Skip = Object.freeze(new Skip());

type Condition = Predicate | Skip;

/**
 * True where every predicate is; true when there is none, and skip when all are.
 */
export function and(...predicates: readonly Condition[]): Condition {
  return combined("and", predicates);
}

/**
 * True where at least one predicate is; false when there is none, and skip when all are.
 */
export function or(...predicates: readonly Condition[]): Condition {
  return combined("or", predicates);
}

/**
 * True where the predicate is not; skip when it is.
 */
export function not(predicate: Condition): Condition {
  if (predicate === skip) return skip;
  return new Predicate({ kind: "not", operand: takeChecked(predicate) });
}

function combined(kind: "and" | "or", predicates: readonly Condition[]): Condition {
  const kept = predicates.filter((predicate) => predicate !== skip);
  if (kept.length === 0 && predicates.length > 0) return skip;
  return new Predicate({ kind, operands: kept.map(takeChecked) });
}

/**
 * Runs a lambda that has to give a condition, and takes its predicate.
 *
 * @throws {UsageError} It gave no predicate, or made a condition that is not part of it.
 */
export function runPredicate(lambda: () => unknown, where: string): PredicateNode {
  const node = runCondition(lambda, where);
  if (node === undefined) throw notAPredicate(skip, where);
  return node;
}

/**
 * Runs a `where` lambda and takes its predicate; undefined where that is skip.
 *
 * @throws {UsageError} It gave neither, or made a condition that is not part of what it gave.
 */
export function runCondition(lambda: () => unknown, where: string): PredicateNode | undefined {
  const outer = made;
  made = new Set();
  try {
    const result = runLambda(lambda);
    const node = takeCondition(result);
    if (node === undefined && result !== skip) throw notAPredicate(result, where);
    if (made.size > 0) {
      throw new UsageError(`${where} made a condition that is not part of what it returned`, {
        hint: "combine conditions with .and() and .or(); && keeps only the last of them",
      });
    }
    return node;
  } finally {
    made = outer;
  }
}

/** The error for anything that is not a predicate, said by kind and never by value. */
export function notAPredicate(value: unknown, where: string): UsageError {
  const received = misuseOf(value)?.what ?? findParts(value)?.name ?? nameOf(value);
  return new UsageError(`${where} expected a condition, received ${received}`, {
    hint: conditionHint(value),
  });
}

function conditionHint(value: unknown): string {
  if (value === skip) {
    return "only where(), having(), filter, and(), or() and not() can leave a condition out; here, leave out what is made with it";
  }
  const parts = findParts(value);
  if (parts !== undefined) {
    const test = parts.facts.type.kind === "boolean" ? "eq(true)" : "isNotNull()";
    return `compare it: ${parts.name.replace(/^\w+\./, "t.")}.${test}`;
  }
  if (Array.isArray(value)) return "combine conditions with and(a, b) or or(a, b)";
  if (value instanceof Promise)
    return "await what it needs before the query; lambdas can't be async";
  if (value === undefined)
    return "the lambda gave nothing: write (t) => t.title.eq(…), or return it";
  if (typeof value === "string") {
    return "write where({ title: … }), where((t) => t.title.eq(…)), or SQL as where(() => sql`…`)";
  }
  return typeof value === "number" || typeof value === "bigint"
    ? "write where({ id: … }), or get(…) for the row with a key"
    : "compare with methods, for example where((t) => t.title.eq(value)); === and > are evaluated by JavaScript";
}

function takeChecked(predicate: unknown): PredicateNode {
  const node = takeCondition(predicate);
  if (node === undefined) throw notAPredicate(predicate, "and(), or() or not()");
  return node;
}

/** The node of a condition, or of SQL that stands for one; undefined for anything else. */
function takeCondition(value: unknown): PredicateNode | undefined {
  if (Predicate.is(value)) return Predicate.take(value);
  return isFragment(value) ? ofFragment(value) : undefined;
}
