import { UsageError } from "../errors/errors.ts";
import { isFragment, type SqlFragment } from "../sql/raw.ts";
import { runLambda } from "./lambda.ts";
import { misuseOf } from "./misuse.ts";
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
  and(...others: readonly Predicate[]): Predicate {
    return and(this, ...others);
  }

  /** True where this or one of the others is. */
  or(...others: readonly Predicate[]): Predicate {
    return or(this, ...others);
  }

  /** True where this is not. */
  not(): Predicate {
    return not(this);
  }

  [Symbol.toPrimitive](): never {
    throw new UsageError("a condition was used as a plain value", {
      hint: "combine conditions with .and(), .or() and .not(), not with operators",
    });
  }
}

/**
 * True where every predicate is; true when there is none.
 */
export function and(...predicates: readonly Predicate[]): Predicate {
  return new Predicate({ kind: "and", operands: predicates.map(takeChecked) });
}

/**
 * True where at least one predicate is; false when there is none.
 */
export function or(...predicates: readonly Predicate[]): Predicate {
  return new Predicate({ kind: "or", operands: predicates.map(takeChecked) });
}

/**
 * True where the predicate is not.
 */
export function not(predicate: Predicate): Predicate {
  return new Predicate({ kind: "not", operand: takeChecked(predicate) });
}

/**
 * Runs a `where` lambda and takes its predicate.
 *
 * @throws {UsageError} It gave no predicate, or made a condition that is not part of it.
 */
export function runPredicate(lambda: () => unknown, where: string): PredicateNode {
  const outer = made;
  made = new Set();
  try {
    const result = runLambda(lambda);
    const node = takeCondition(result);
    if (node === undefined) throw notAPredicate(result, where);
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
