import { type OperationNode, ValueNode } from "kysely";
import { UsageError } from "../errors/errors.ts";
import type {
  Between,
  Compare,
  CompareOperator,
  Exists,
  InList,
  InQuery,
  Match,
  Predicate,
  TextMatch,
} from "../ir/query.ts";
import { unreachable } from "../util/unreachable.ts";
import { type Context, enterScope } from "./context.ts";
import type { Operand } from "./dialect.ts";
import { bindSlot, compileExpression, compilePair, compileRawExpression } from "./expression.ts";
import { binary, columnOf, connect, parens, text } from "./nodes.ts";

/**
 * A compiled condition.
 *
 * `unknown` says whether it can be NULL in the database. That counts as false,
 * which needs no SQL except under a negation.
 */
interface Condition {
  readonly node: OperationNode;
  readonly unknown: boolean;
  readonly connective: "and" | "or" | null;
}

/** Compiles a condition. */
export function compilePredicate(predicate: Predicate, context: Context): OperationNode {
  return condition(predicate, context).node;
}

/** Compiles a condition as a value that is true or false, never NULL. */
export function compileTruth(predicate: Predicate, context: Context): OperationNode {
  const { node, unknown } = condition(predicate, context);
  return unknown ? text`((${node}) is true)` : parens(node);
}

function condition(node: Predicate, context: Context): Condition {
  switch (node.kind) {
    case "compare":
      return compare(node, context);
    case "isNull": {
      const { node: operand } = compileExpression(node.operand, context);
      return known(node.negated ? text`${operand} is not null` : text`${operand} is null`);
    }
    case "in":
      return inList(node, context);
    case "between":
      return between(node, context);
    case "match":
      return match(node, context);
    case "and":
    case "or":
      return connected(node.kind, node.operands, context);
    case "not":
      return complement(condition(node.operand, context));
    case "exists":
      return exists(node, context);
    case "inQuery":
      return inQuery(node, context);
    case "existsRows": {
      const query = context.inner.select(node.query, context);
      return known(node.negated ? text`not exists ${query}` : text`exists ${query}`);
    }
    case "list": {
      const { node: operand } = compileExpression(node.operand, context);
      const items = context.dialect.cast(bindSlot(node.items, "value"));
      return maybe(context.dialect.hasItems(node.test, operand, node.of, items), true);
    }
    case "hasKey": {
      const { node: operand } = compileExpression(node.operand, context);
      const key = context.dialect.cast(bindSlot(node.key, "value"));
      return maybe(context.dialect.hasKey(operand, key), true);
    }
    case "constant":
      return known(ValueNode.createImmediate(node.value === true));
    case "raw":
      return maybe(compileRawExpression(node, context).node, true);
    default:
      return unreachable(node);
  }
}

const operators: Readonly<Record<string, CompareOperator>> = Object.assign(Object.create(null), {
  "=": "=",
  "<>": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
});

function compare(node: Compare, context: Context): Condition {
  const operator = operators[node.operator];
  if (operator === undefined) {
    throw new UsageError(`a comparison knows the operators ${Object.keys(operators).join(" ")}`);
  }
  const [left, right] = compilePair(node.left, node.right, context);
  return comparison(operator, left, right, context);
}

function comparison(
  operator: CompareOperator,
  left: Operand,
  right: Operand,
  { dialect }: Context,
): Condition {
  const nullable = left.nullable || right.nullable;
  const special = dialect.compare(operator, left, right);
  if (special !== undefined) {
    if (operator !== "<>" || !nullable) return maybe(special, nullable, "and");
    return complement(maybe(dialect.compare("=", left, right) ?? special, true));
  }
  const first = dialect.comparable(operator, left, right);
  const second = dialect.comparable(operator, right, left);
  if (operator === "<>" && nullable) return known(binary(first, "is distinct from", second));
  if (operator === "=" && left.nullable && right.nullable) {
    return known(binary(first, "is not distinct from", second));
  }
  return maybe(binary(first, operator, second), nullable);
}

function inList(node: InList, context: Context): Condition {
  const operand = compileExpression(node.operand, context);
  const values = bindSlot(node.values, "list", operand.column);
  const found = maybe(context.dialect.inList(operand, values), operand.nullable);
  return node.negated ? complement(found) : found;
}

function inQuery(node: InQuery, context: Context): Condition {
  const [column] = node.query.columns;
  if (column === undefined) throw new TypeError("in a query that selects nothing");
  const operand = compileExpression(node.operand, context);
  const inner = enterScope(context, node.query.from, node.query.joins);
  const member = compileExpression(column, inner);
  const mine = context.dialect.comparable("=", operand, member);
  if (operand.nullable && member.nullable) {
    // SQL's `in` never finds NULL.
    const theirs = context.dialect.comparable(
      "=",
      { ...member, node: columnOf("m", "c0") },
      operand,
    );
    const query = context.inner.select(node.query, context, { named: true });
    const found = text`exists (select 1 from ${query} as "m" where ${theirs} is not distinct from ${mine})`;
    return known(node.negated ? text`not ${found}` : found);
  }
  const keyed = context.dialect.comparable("=", member, operand) !== member.node;
  const found = keyed
    ? text`${mine} in (select ${context.dialect.comparable("=", { ...member, node: columnOf("m", "c0") }, operand)} from ${context.inner.select(node.query, context, { named: true })} as "m")`
    : text`${mine} in ${context.inner.select(node.query, context)}`;
  const condition = maybe(found, operand.nullable || member.nullable);
  return node.negated ? complement(condition) : condition;
}

function between(node: Between, context: Context): Condition {
  const operand = compileExpression(node.operand, context);
  const low = compileExpression(node.low, context, operand);
  const high = compileExpression(node.high, context, operand);
  const nullable = operand.nullable || low.nullable || high.nullable;
  const { dialect } = context;
  if (dialect.compare("<=", operand, high) !== undefined) {
    const ends = [
      comparison(">=", operand, low, context).node,
      comparison("<=", operand, high, context).node,
    ] as const;
    return maybe(connect("and", ends), nullable, "and");
  }
  const value = dialect.comparable("<=", operand, low);
  const first = dialect.comparable("<=", low, operand);
  const last = dialect.comparable("<=", high, operand);
  return maybe(text`${value} between ${first} and ${last}`, nullable);
}

const matches: Readonly<Record<string, TextMatch>> = Object.assign(Object.create(null), {
  like: "like",
  ilike: "ilike",
  startsWith: "startsWith",
  endsWith: "endsWith",
  contains: "contains",
});

function match(node: Match, context: Context): Condition {
  const how = matches[node.match];
  if (how === undefined) {
    throw new UsageError(`a text match knows ${Object.keys(matches).join(", ")}`);
  }
  const operand = compileExpression(node.operand, context);
  const pattern = bindSlot(node.pattern, "value", operand.column);
  const found = maybe(
    context.dialect.match(how, operand, pattern, node.ignoreCase === true),
    operand.nullable,
  );
  return node.negated ? complement(found) : found;
}

function connected(
  connective: "and" | "or",
  operands: readonly Predicate[],
  context: Context,
): Condition {
  const [first, ...rest] = operands.map((operand) => condition(operand, context));
  // All of nothing is true, any of nothing is false.
  if (first === undefined) return known(ValueNode.createImmediate(connective === "and"));
  if (rest.length === 0) return first;
  const grouped = (part: Condition) =>
    part.connective === null || part.connective === connective ? part.node : parens(part.node);
  const node = connect(connective, [grouped(first), ...rest.map(grouped)]);
  return maybe(node, first.unknown || rest.some(({ unknown }) => unknown), connective);
}

function exists(node: Exists, context: Context): Condition {
  const query = context.inner.exists(node, context);
  return known(node.negated ? text`not exists ${query}` : text`exists ${query}`);
}

/** The exact complement: true wherever the condition is false or unknown. */
function complement({ node, unknown }: Condition): Condition {
  return known(unknown ? text`(${node}) is not true` : text`not (${node})`);
}

function known(node: OperationNode): Condition {
  return { node, unknown: false, connective: null };
}

function maybe(
  node: OperationNode,
  unknown: boolean,
  connective: Condition["connective"] = null,
): Condition {
  return { node, unknown, connective };
}
