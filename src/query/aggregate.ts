/** One value of many rows: counts, sums, averages, the least and the most. */
import { UsageError } from "../errors/errors.ts";
import type { AggregateName } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { hasSize } from "./compare.ts";
import { runLambda } from "./lambda.ts";
import type { AggregateNode, PredicateNode, ValueFacts } from "./nodes.ts";
import { Predicate, runCondition } from "./predicate.ts";
import { factsOf, findParts, nameOf, type Parts } from "./value.ts";

const whole: StorageType = { kind: "integer", dbType: "bigint" };
const bigint: StorageType = { kind: "bigint" };
const float: StorageType = { kind: "float" };
const decimal: StorageType = { kind: "decimal", precision: null, scale: null };

/** An aggregate before it is an expression. */
export interface MadeAggregate {
  readonly node: AggregateNode;
  readonly facts: ValueFacts;
  readonly name: string;
}

/** What a call such as `sum(lambda, options)` is about. */
export interface AggregateScope {
  readonly columns: Readonly<Record<string, unknown>>;
  /** How the user would write it, for messages: "Post" or "Author.posts". */
  readonly name: string;
}

/**
 * Reads the call of an aggregate: what it is of, by a lambda, and its options.
 *
 * @throws {UsageError} It is of nothing that can be summed or compared, or an option is unknown.
 */
export function readAggregate(
  name: AggregateName,
  { columns, name: owner }: AggregateScope,
  of: unknown,
  options: unknown,
): MadeAggregate {
  const at = `${owner}.${name}()`;
  const { distinct, filter } = readOptions(options, columns, at);
  if (of === undefined) {
    if (name !== "count" || distinct) {
      throw new UsageError(`${at} expected a lambda that says of what`, {
        hint: `write ${name}((t) => t.id)`,
      });
    }
    return aggregateOf(name, null, { distinct, filter, at });
  }
  const made = typeof of === "function" ? runLambda(() => of(columns)) : of;
  // A condition counts the rows for which it holds.
  if (name === "count" && Predicate.is(made)) {
    const holds = Predicate.take(made);
    const both: PredicateNode =
      filter === null ? holds : { kind: "and", operands: [holds, filter] };
    return aggregateOf(name, null, { distinct, filter: both, at });
  }
  return aggregateOf(name, requireExpression(made, at), { distinct, filter, at });
}

interface AggregateOptions {
  readonly distinct: boolean;
  readonly filter: PredicateNode | null;
  /** The call, for messages. */
  readonly at: string;
}

/** An aggregate of an expression; null counts rows. */
export function aggregateOf(
  name: AggregateName,
  operand: Parts | null,
  { distinct, filter, at }: AggregateOptions,
): MadeAggregate {
  const facts = operand === null ? factsOf(whole, false) : resultFacts(name, operand, at);
  const node: AggregateNode = {
    kind: "aggregate",
    name,
    operand: operand?.node ?? null,
    distinct,
    filter,
    type: facts.type,
  };
  return { node, facts, name: at };
}

function resultFacts(name: AggregateName, { facts, name: of }: Parts, at: string): ValueFacts {
  const { type, transform } = facts;
  if (name === "count") return factsOf(whole, false);
  if (name === "min" || name === "max") {
    if (!hasSize(type)) {
      throw new UsageError(`${at} needs text, numbers or dates, and ${of} is ${type.kind}`);
    }
    return { ...factsOf(type, true), ...(transform && { transform }) };
  }
  switch (type.kind) {
    case "integer":
      return name === "sum" ? factsOf(whole, false) : factsOf(float, true);
    case "bigint":
      return name === "sum" ? factsOf(bigint, false) : factsOf(decimal, true);
    case "float":
      return factsOf(float, name === "avg");
    case "decimal":
      return factsOf(decimal, name === "avg");
    default:
      throw new UsageError(`${at} needs numbers, and ${of} is ${type.kind}`, {
        hint:
          type.kind === "text"
            ? "count(), min() and max() take text; text that holds numbers is turned into them with asInteger() or asDecimal()"
            : "count(), min() and max() take other values",
      });
  }
}

function readOptions(
  options: unknown,
  columns: Readonly<Record<string, unknown>>,
  at: string,
): Omit<AggregateOptions, "at"> {
  if (options === undefined) return { distinct: false, filter: null };
  const { distinct = false, filter, ...others } = options as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new UsageError(`${at} has no option ${JSON.stringify(unknown)}`, {
      hint: "its options are distinct and filter",
    });
  }
  if (typeof distinct !== "boolean") throw new UsageError(`${at}: distinct is true or false`);
  if (filter === undefined) return { distinct, filter: null };
  if (typeof filter !== "function") throw new UsageError(`${at}: filter expected a lambda`);
  return { distinct, filter: runCondition(() => filter(columns), `${at}: filter`) ?? null };
}

function requireExpression(made: unknown, at: string): Parts {
  const parts = findParts(made);
  if (parts !== undefined) return parts;
  throw new UsageError(`${at} expected a column, received ${nameOf(made)}`, {
    hint: "write a lambda that gives one: (t) => t.views",
  });
}
