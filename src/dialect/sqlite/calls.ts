/** Functions and aggregates as SQLite says them, with the help of functions of our own for what it can't do exactly. */
import { type OperationNode, RawNode } from "kysely";
import { UsageError } from "../../errors/errors.ts";
import type { FunctionCall, FunctionName, TimeUnit } from "../../ir/query.ts";
import type { StorageType } from "../../ir/type.ts";
import { list } from "../../sql/compute.ts";
import type { AggregateCall, Operand } from "../../sql/dialect.ts";
import { text } from "../../sql/nodes.ts";
import { unreachable } from "../../util/unreachable.ts";
import { sqliteSearch } from "./full-text.ts";

/** Functions that are one of the database's own. */
const plain: ReadonlyMap<string, string> = new Map<FunctionName, string>([
  ["lower", "lower"],
  ["upper", "upper"],
  ["length", "length"],
  ["trim", "trim"],
  ["trimStart", "ltrim"],
  ["trimEnd", "rtrim"],
  ["substring", "substr"],
  ["replace", "replace"],
  ["coalesce", "coalesce"],
  ["nullif", "nullif"],
]);

/** Writes the function calls. */
export function sqliteCall(call: FunctionCall, operands: readonly Operand[]): OperationNode {
  const nodes = operands.map(({ node }) => node);
  const [first, second] = nodes as [OperationNode, OperationNode];
  const name = plain.get(call.name);
  if (name !== undefined) return text`${RawNode.createWithSql(name)}(${list(nodes, ", ")})`;

  const { type } = call;
  if (type.kind === "decimal") return decimalCall(call, operands);
  switch (call.name) {
    case "concat":
      return text`(${RawNode.create(["", ...nodes.slice(1).map(() => " || "), ""], nodes)})`;
    case "dividedBy":
      return type.kind === "bigint"
        ? text`(${first} / ${second})`
        : text`(cast(${first} as real) / ${second})`;
    case "mod":
      return text`(${first} % ${second})`;
    case "abs":
      return text`abs(${first})`;
    case "round":
      return type.kind === "float" ? text`ferro_round(${first}, ${second})` : first;
    case "floor":
    case "ceil":
      return call.name === "floor" ? text`floor(${first})` : text`ceil(${first})`;
    case "greatest":
    case "least":
      return extreme(call.name, nodes, false);
    case "convert":
      return converted(operands[0] as Operand, type);
    case "part":
      return part(call.unit as TimeUnit, first);
    case "truncate":
      return truncated(call.unit as TimeUnit, first, type);
    case "shift":
      return shifted(nodes, type);
    case "now":
      return text`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;
    case "textMatch":
    case "textRank":
      return sqliteSearch(call, operands);
    default:
      throw new UsageError("this is no function of queries");
  }
}

function decimalCall(call: FunctionCall, operands: readonly Operand[]): OperationNode {
  const nodes = operands.map(({ node }) => node);
  const [first, second] = nodes as [OperationNode, OperationNode];
  switch (call.name) {
    case "dividedBy":
      return decimalMath("/", first, second);
    case "mod":
      return decimalMath("%", first, second);
    case "round":
      return decimalMath("round", first, second);
    case "abs":
    case "floor":
    case "ceil":
      return decimalMath(call.name, first, first);
    case "greatest":
    case "least":
      return extreme(call.name, nodes, true);
    case "convert":
      return converted(operands[0] as Operand, call.type);
    default:
      throw new UsageError("this is no function of decimals");
  }
}

type DecimalOperation = "+" | "-" | "*" | "/" | "%" | "abs" | "round" | "floor" | "ceil";

/** Exact decimals: SQLite itself would calculate with floats. */
export function decimalMath(
  operation: DecimalOperation | "greatest" | "least",
  left: OperationNode,
  right: OperationNode,
): OperationNode {
  return text`ferro_decimal(${RawNode.createWithSql(`'${operation}'`)}, ${left}, ${right})`;
}

/** NULLs don't count, two by two: SQLite's own max() of several values gives NULL for any NULL. */
function extreme(
  name: "greatest" | "least",
  nodes: readonly OperationNode[],
  isDecimal: boolean,
): OperationNode {
  return nodes.reduce((left, right) => {
    const both = isDecimal
      ? decimalMath(name, left, right)
      : name === "greatest"
        ? text`max(${left}, ${right})`
        : text`min(${left}, ${right})`;
    return text`coalesce(${both}, ${left}, ${right})`;
  });
}

function converted({ node, type: from }: Operand, to: StorageType): OperationNode {
  if (from?.kind === "text" && to.kind !== "text") {
    const kind = to.kind === "decimal" || to.kind === "float" ? to.kind : "integer";
    return text`ferro_number(${node}, ${RawNode.createWithSql(`'${kind}'`)})`;
  }
  switch (to.kind) {
    case "integer":
    case "bigint":
      return text`cast(${node} as integer)`;
    case "float":
      return text`cast(${node} as real)`;
    case "decimal":
      return from?.kind === "decimal" ? node : decimalMath("+", node, text`0`);
    default:
      return from?.kind === "text" || from?.kind === "decimal" ? node : text`cast(${node} as text)`;
  }
}

const parts: Readonly<Record<TimeUnit, string>> = {
  year: "%Y",
  month: "%m",
  week: "%V",
  day: "%d",
  hour: "%H",
  minute: "%M",
  second: "%S",
  weekday: "%w",
};

function part(unit: TimeUnit, node: OperationNode): OperationNode {
  const format = RawNode.createWithSql(`'${parts[unit]}'`);
  return text`cast(strftime(${format}, ${node}) as integer)`;
}

const cuts: Readonly<Record<TimeUnit, string>> = {
  year: "%Y-01-01T00:00:00",
  month: "%Y-%m-01T00:00:00",
  week: "%Y-%m-%dT00:00:00",
  day: "%Y-%m-%dT00:00:00",
  hour: "%Y-%m-%dT%H:00:00",
  minute: "%Y-%m-%dT%H:%M:00",
  second: "%Y-%m-%dT%H:%M:%S",
  weekday: "%Y-%m-%dT00:00:00",
};

function truncated(unit: TimeUnit, node: OperationNode, type: StorageType): OperationNode {
  const whole = cuts[unit];
  const format = type.kind === "date" ? whole.slice(0, whole.indexOf("T")) : whole + ending(type);
  const name = RawNode.createWithSql(`'${format}'`);
  // The Sunday at or after the day, and from there to its Monday.
  const days = unit === "week" ? text`, 'weekday 0', '-6 days'` : text``;
  return text`strftime(${name}, ${node}${days})`;
}

/** What follows the seconds in a stored moment: its digits are of fixed width. */
function ending(type: StorageType): string {
  const digits = "host" in type && type.host === "text" ? ".000000" : ".000";
  return type.kind === "timestamptz" ? `${digits}Z` : digits;
}

/** `floor` keeps the 31st of January a month later in February. */
function shifted(nodes: readonly OperationNode[], type: StorageType): OperationNode {
  const [moment, months, days, seconds] = nodes as [
    OperationNode,
    OperationNode,
    OperationNode,
    OperationNode,
  ];
  const modifiers = text`${moment}, ${months} || ' months', 'floor', ${days} || ' days', ${seconds} || ' seconds'`;
  if (type.kind === "date") return text`strftime('%Y-%m-%d', ${modifiers})`;
  const zone = type.kind === "timestamptz" ? text` || 'Z'` : text``;
  const micros =
    "host" in type && type.host === "text" ? text` || substr(${moment}, 24, 3)` : text``;
  return text`(strftime('%Y-%m-%dT%H:%M:%f', ${modifiers})${micros}${zone})`;
}

/** Decimals are gathered as JSON, which keeps their digits, and summed by functions of our own. */
export function sqliteAggregate(
  { name, operand, distinct, type }: AggregateCall,
  finish: (call: OperationNode) => OperationNode,
): OperationNode {
  if (operand === null) return finish(text`count(*)`);
  const { node, type: from } = operand;
  const of = distinct ? text`distinct ${node}` : node;
  if (name === "count") return finish(text`count(${of})`);
  if (type.kind === "decimal") {
    // Digits of a bigint beyond a double would be lost as a JSON number.
    const digits = from?.kind === "decimal" ? node : text`cast(${node} as text)`;
    const gathered = finish(
      text`json_group_array(${distinct ? text`distinct ${digits}` : digits})`,
    );
    return text`ferro_decimals(${RawNode.createWithSql(`'${name}'`)}, ${gathered})`;
  }
  switch (name) {
    case "sum":
      return type.kind === "float"
        ? text`coalesce(${finish(text`sum(${of})`)}, 0.0)`
        : text`coalesce(${finish(text`sum(${of})`)}, 0)`;
    case "avg":
      return finish(text`avg(${of})`);
    case "min":
      return finish(text`min(${node})`);
    case "max":
      return finish(text`max(${node})`);
    default:
      return unreachable(name);
  }
}
