/** Functions and aggregates as PostgreSQL says them. */
import { type OperationNode, RawNode } from "kysely";
import { UsageError } from "../../errors/errors.ts";
import type { FunctionCall, FunctionName, TimeUnit } from "../../ir/query.ts";
import type { StorageType } from "../../ir/type.ts";
import { list } from "../../sql/compute.ts";
import type { AggregateCall, Operand } from "../../sql/dialect.ts";
import { castTo, text } from "../../sql/nodes.ts";
import { unreachable } from "../../util/unreachable.ts";
import { numberPattern } from "../number-text.ts";
import { postgresSearch } from "./full-text.ts";

/** Functions that are one of the database's own. */
const plain: ReadonlyMap<string, string> = new Map<FunctionName, string>([
  ["lower", "lower"],
  ["upper", "upper"],
  ["length", "length"],
  ["trim", "btrim"],
  ["trimStart", "ltrim"],
  ["trimEnd", "rtrim"],
  ["substring", "substr"],
  ["replace", "replace"],
  ["coalesce", "coalesce"],
  ["nullif", "nullif"],
  ["greatest", "greatest"],
  ["least", "least"],
  ["floor", "floor"],
  ["ceil", "ceil"],
  ["abs", "abs"],
]);

/** Functions that cut or round a fraction. */
const cutting: ReadonlySet<FunctionName> = new Set<FunctionName>(["floor", "ceil", "round"]);

const isWhole = ({ kind }: StorageType): boolean => kind === "integer" || kind === "bigint";

/** Writes the function calls of a dialect whose casts are spelled by `castType`. */
export function postgresCall(
  call: FunctionCall,
  operands: readonly Operand[],
  castType: (type: StorageType) => string,
): OperationNode {
  const nodes = operands.map(({ node }) => node);
  const [first, second] = nodes as [OperationNode, OperationNode];
  const { type } = call;
  // A whole number stays as it is: PostgreSQL's own answer would be a float, which `mod` and `round` refuse.
  if (cutting.has(call.name) && isWhole(type)) return first;
  const name = plain.get(call.name);
  if (name !== undefined) return text`${RawNode.createWithSql(name)}(${list(nodes, ", ")})`;

  switch (call.name) {
    case "concat":
      return text`(${RawNode.create(["", ...nodes.slice(1).map(() => " || "), ""], nodes)})`;
    case "dividedBy":
      return divided(type, first, second);
    case "mod":
      return text`mod(${first}, nullif(${second}, 0))`;
    case "round":
      // Of a float, its 15 digits are rounded: half a unit goes away from zero, as it does for decimals.
      return type.kind === "float"
        ? text`round(${first}::numeric, ${second}::int)::float8`
        : text`round(${first}, ${second}::int)`;
    case "convert":
      return converted(operands[0] as Operand, type, castType);
    case "part":
      return part(call.unit as TimeUnit, operands[0] as Operand);
    case "truncate":
      return truncated(call.unit as TimeUnit, operands[0] as Operand);
    case "shift":
      return shifted(operands[0] as Operand, nodes);
    case "now":
      return text`date_trunc('milliseconds', now())`;
    case "textMatch":
    case "textRank":
      return postgresSearch(call, operands);
    default:
      throw new UsageError("this is no function of queries");
  }
}

/** Nothing divided by zero is NULL. Whole numbers stay whole only as bigint; decimals get 20 digits after the point. */
function divided(type: StorageType, left: OperationNode, right: OperationNode): OperationNode {
  if (type.kind === "bigint") return text`(${left} / nullif(${right}, 0))`;
  if (type.kind === "decimal") {
    return text`round((${left} + 0.00000000000000000000) / nullif(${right}, 0), 20)`;
  }
  return text`(${left}::float8 / nullif(${right}::float8, 0))`;
}

function converted(
  { node, type: from }: Operand,
  to: StorageType,
  castType: (type: StorageType) => string,
): OperationNode {
  if (from?.kind === "text" && to.kind !== "text") return numberIn(node, to, castType);
  if (to.kind === "integer" || to.kind === "bigint") {
    // A cast would round; the fraction is cut, as it is on SQLite.
    const whole = from?.kind === "float" || from?.kind === "decimal" ? text`trunc(${node})` : node;
    return castTo(text`(${whole})`, "bigint");
  }
  // The text of a decimal is canonical, without needless zeros.
  const value = from?.kind === "decimal" && to.kind === "text" ? text`trim_scale(${node})` : node;
  return castTo(text`(${value})`, castType(to));
}

/** NULL where the text is no number, or is one beyond 64 bits where a whole number is wanted. */
function numberIn(
  node: OperationNode,
  to: StorageType,
  castType: (type: StorageType) => string,
): OperationNode {
  const digits = text`substring(${node} from ${RawNode.createWithSql(`'${numberPattern}'`)})`;
  if (to.kind !== "integer" && to.kind !== "bigint") return castTo(digits, castType(to));
  const number = castTo(digits, "numeric");
  const whole = castTo(text`trunc(${number})`, "bigint");
  return text`(case when ${number} between -9223372036854775808 and 9223372036854775807 then ${whole} end)`;
}

const parts: Readonly<Record<TimeUnit, string>> = {
  year: "year",
  month: "month",
  week: "week",
  day: "day",
  hour: "hour",
  minute: "minute",
  second: "second",
  weekday: "dow",
};

/** Parts are those of UTC, whatever the session's time zone is. */
function part(unit: TimeUnit, operand: Operand): OperationNode {
  const name = RawNode.createWithSql(parts[unit]);
  return text`floor(extract(${name} from ${inUtc(operand)}))::int`;
}

function truncated(unit: TimeUnit, operand: Operand): OperationNode {
  const name = RawNode.createWithSql(`'${parts[unit]}'`);
  const cut = text`date_trunc(${name}, ${inUtc(operand)})`;
  return fromUtc(operand, cut);
}

/** Months first, then days, then seconds: the order in which both databases count. */
function shifted(operand: Operand, nodes: readonly OperationNode[]): OperationNode {
  const [, months, days, seconds] = nodes as [unknown, OperationNode, OperationNode, OperationNode];
  const interval = text`make_interval(months => ${months}::int, days => ${days}::int, secs => ${seconds}::float8)`;
  return fromUtc(operand, text`${inUtc(operand)} + ${interval}`);
}

function inUtc({ node, type }: Operand): OperationNode {
  if (type?.kind === "timestamptz") return text`(${node} at time zone 'UTC')`;
  return type?.kind === "date" ? text`${node}::timestamp` : node;
}

function fromUtc({ type }: Operand, node: OperationNode): OperationNode {
  if (type?.kind === "timestamptz") return text`((${node}) at time zone 'UTC')`;
  return type?.kind === "date" ? text`(${node})::date` : text`(${node})`;
}

/** PostgreSQL has no least and no greatest of these; as text they sort alike. */
function isNativeUuid(type: AggregateCall["type"]): boolean {
  return type.kind === "uuid" && (type.dbType === undefined || type.dbType === "uuid");
}

/** Aggregates as PostgreSQL says them. */
export function postgresAggregate(
  { name, operand, distinct, type }: AggregateCall,
  finish: (call: OperationNode) => OperationNode,
): OperationNode {
  if (operand === null) return finish(text`count(*)`);
  const { node } = operand;
  const of = distinct ? text`distinct ${node}` : node;
  switch (name) {
    case "count":
      return finish(text`count(${of})`);
    case "sum":
      return text`coalesce(${finish(text`sum(${of})`)}, 0)`;
    case "avg":
      return type.kind === "decimal"
        ? text`round((${finish(text`sum(${of})`)} + 0.00000000000000000000) / nullif(${finish(text`count(${of})`)}, 0), 20)`
        : text`(${finish(text`sum(${of})`)}::float8 / nullif(${finish(text`count(${of})`)}, 0))`;
    case "min":
    case "max": {
      const extreme = (value: OperationNode) =>
        finish(name === "min" ? text`min(${value})` : text`max(${value})`);
      if (!isNativeUuid(type)) return extreme(node);
      return text`(${extreme(text`${node}::text collate "C"`)})::uuid`;
    }
    default:
      return unreachable(name);
  }
}
