import { type IdentifierNode, type OperationNode, RawNode, SqliteQueryCompiler } from "kysely";
import { integerBits } from "../../codec/number.ts";
import type { CompareOperator, TextMatch } from "../../ir/query.ts";
import type { StorageType } from "../../ir/type.ts";
import type { BoundSlot, Operand, SlotForm, SqlDialect } from "../../sql/dialect.ts";
import { compareMillisecond, isDateHost } from "../../sql/instant.ts";
import { binary, parens, placeholder, text } from "../../sql/nodes.ts";
import { quoteIdentifier } from "../../util/identifier.ts";
import { unreachable } from "../../util/unreachable.ts";
import { decimalMath, sqliteAggregate, sqliteCall } from "./calls.ts";
import { sqliteJson } from "./json.ts";
import { sqliteListElementSql } from "./lists.ts";

class Compiler extends SqliteQueryCompiler {
  protected override visitIdentifier(node: IdentifierNode): void {
    this.append(quoteIdentifier(node.name));
  }
}

/** How SQLite says it. */
export const sqliteSql: SqlDialect = {
  placeholder: () => "?",
  placeholderMarks: "?:@$",
  quote: (identifier) => quoteIdentifier(identifier),
  createCompiler: () => new Compiler(),
  // Values carry their own type.
  infers: () => true,
  cast: placeholder,
  comparable,
  compare: (operator, left, right) =>
    isLoose(left.type) || isLoose(right.type)
      ? undefined
      : compareMillisecond(operator, left, right, {
          start: (slot) => bind(slot, "momentStart"),
          end: (slot) => bind(slot, "momentEnd"),
        }),
  stored,
  inList,
  match,
  call: sqliteCall,
  aggregate: sqliteAggregate,
  arithmetic(operator, left, right, type) {
    if (type.kind === "decimal") return decimalMath(operator, left.node, right.node);
    return parens(binary(left.node, operator, right.node));
  },
  ...sqliteJson,
  typed: (node) => node,
  canonical: ({ node, type }) => {
    if (holdsJson(type)) return jsonKeyOf(node);
    return isLoose(type) ? momentKey(node, type) : node;
  },
  sortKey: ({ node, type }) => {
    if (isLoose(type)) return momentKey(node, type);
    return type?.kind === "decimal" ? decimalKey(node) : node;
  },
  unlimited: text`-1`,
  // A bare parameter here makes SQLite compile the statement anew for each value.
  count: (slot) => text`cast(${placeholder(slot)} as integer)`,
  // A transaction that may write holds the one write lock: no row is locked by another.
  lock: () => null,
  returnsByTable: true,
  inserted: null,
  unnest: undefined,
};

/**
 * Decimals are canonical text: equal text is an equal number, and order needs the sorting key.
 * JSON is the text that was written: equal values are told by their keys.
 */
function comparable(operator: CompareOperator, operand: Operand, other: Operand): OperationNode {
  if (holdsJson(operand.type) || holdsJson(other.type)) return jsonKeyOf(operand.node);
  if (isLoose(operand.type) || isLoose(other.type)) {
    return momentKey(operand.node, isLoose(operand.type) ? operand.type : other.type);
  }
  const isDecimal = operand.type?.kind === "decimal";
  const both = isDecimal && other.type?.kind === "decimal";
  const isOrder = operator !== "=" && operator !== "<>";
  if (both ? isOrder : isDecimal || other.type?.kind === "decimal") return decimalKey(operand.node);
  return operand.node;
}

/** Whether moments may stand in several forms, so that their text tells nothing. */
function isLoose(type: StorageType | null): boolean {
  return (type?.kind === "timestamp" || type?.kind === "timestamptz") && type.loose === true;
}

/** A moment in the one form that sorts: by the millisecond where programs see a `Date`. */
function momentKey(node: OperationNode, type: StorageType | null): OperationNode {
  return isDateHost(type) ? text`ferro_moment_key(${node}, 3)` : text`ferro_moment_key(${node}, 6)`;
}

/**
 * Text columns hold decimals: what the database would round and refuse elsewhere is done here. Columns of
 * integers hold any: one that is too wide for the column is refused here, as it is elsewhere.
 */
function stored({ node, type: from }: Operand, type: StorageType): OperationNode {
  if (type.kind === "integer" || type.kind === "bigint") {
    const bits = integerBits(type) ?? 64;
    const calculated = from?.kind === "integer" || from?.kind === "bigint";
    if (!calculated || (integerBits(from) ?? 64) < bits) return node;
    return integerBits(from) === integerBits(type) && bits < 64
      ? node
      : text`ferro_integer_stored(${node}, ${RawNode.createWithSql(String(bits))})`;
  }
  if (type.kind !== "decimal") return node;
  const precision = type.precision ?? -1;
  const scale = type.scale ?? (type.precision === null ? -1 : 0);
  const digits = RawNode.createWithSql(`${Number(precision)}, ${Number(scale)}`);
  return text`ferro_decimal_stored(${node}, ${digits})`;
}

function decimalKey(node: OperationNode): OperationNode {
  return text`ferro_decimal_key(${node})`;
}

function jsonKeyOf(node: OperationNode): OperationNode {
  return text`ferro_json_key(${node})`;
}

function holdsJson(type: StorageType | null): boolean {
  return type?.kind === "json" || (type?.kind === "array" && holdsJson(type.element));
}

function inList({ node, type }: Operand, values: BoundSlot): OperationNode {
  const list = placeholder(values);
  if (isLoose(type)) {
    const wanted = text`select ${momentKey(RawNode.createWithSql("value"), type)} from json_each(${list})`;
    return text`${momentKey(node, type)} in (${wanted})`;
  }
  if (isDateHost(type)) {
    return text`substr(${node}, 1, 23) in (select substr(value, 1, 23) from json_each(${list}))`;
  }
  if (holdsJson(type) || holdsJson(values.type)) {
    return text`${jsonKeyOf(node)} in (select ${jsonKeyOf(element(values.type))} from json_each(${list}))`;
  }
  return text`${node} in (select ${element(values.type)} from json_each(${list}))`;
}

/** One of a closed list of texts, by type. */
function element(type: StorageType | null): OperationNode {
  return RawNode.createWithSql(type === null ? "value" : sqliteListElementSql(type));
}

/**
 * LIKE ignores the case of ASCII letters here and GLOB doesn't, so only "ilike" is a LIKE.
 * A prefix is a range, which an index serves without preparing the statement anew for each value.
 */
function match(
  how: TextMatch,
  { node }: Operand,
  pattern: BoundSlot,
  ignoreCase: boolean,
): OperationNode {
  const folded = ignoreCase ? foldedForms[how] : undefined;
  if (folded !== undefined) return text`${node} like ${bind(pattern, folded)} escape '!'`;
  switch (how) {
    case "like":
      return text`${node} glob ${bind(pattern, "globPattern")}`;
    case "ilike":
      return text`${node} like ${bind(pattern, "likePattern")} escape '\\'`;
    case "startsWith":
      return text`(${node} >= ${bind(pattern, "plain")} and ${node} < ${bind(pattern, "afterPrefix")})`;
    case "endsWith":
      return text`${node} glob ${bind(pattern, "globSuffix")}`;
    case "contains":
      return text`instr(${node}, ${bind(pattern, "plain")}) > 0`;
    default:
      return unreachable(how);
  }
}

/** Plain text as LIKE patterns, which ignore case here. */
const foldedForms: Readonly<Partial<Record<TextMatch, SlotForm>>> = {
  startsWith: "likePrefix",
  endsWith: "likeSuffix",
  contains: "likeInfix",
};

function bind(slot: BoundSlot, form: SlotForm): OperationNode {
  return placeholder({ ...slot, form });
}
