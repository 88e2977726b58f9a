import type {
  Assignment,
  ColumnPair,
  CommonRows,
  Exists,
  ExistsRows,
  Expression,
  Identifier,
  InQuery,
  InsertConflict,
  InsertQuery,
  Join,
  OrderTerm,
  Predicate,
  Query,
  RowLock,
  Selection,
  SelectQuery,
  Slice,
  Slot,
  Source,
  TextIndex,
  WindowCall,
  WriteColumn,
} from "./query.ts";
import type { StorageType } from "./type.ts";

/**
 * The key of a query's shape: everything but the bound values.
 *
 * Equal keys mean equal SQL, slots and decoders, so plans are cached by it. It
 * runs before every uncached call, so it is one walk with no intermediate
 * objects; types, and lists that a model shares between queries (its columns), are
 * keyed once and must not change afterwards. Every name is written with its length:
 * no choice of names makes two shapes collide. Keys mean something in one process.
 */
export function queryShape(query: Query): string {
  switch (query.kind) {
    case "select":
      return selectKey(query);
    case "count":
      return `C${selectionKey(query)}`;
    case "exists":
      return `E${selectionKey(query)}`;
    case "insert":
      return `I${insertKey(query)}`;
    case "update": {
      let key = `U${lockKey(query.lock)}${selectionKey(query)}${sliceKey(query)}${listKey(query.key)}${listKey(query.returning)}${query.set.length}(`;
      for (const { column, type, value } of query.set) {
        key += text(column) + typeKey(type) + expressionKey(value);
      }
      return key;
    }
    case "updateRows": {
      const shape = query.shape === "unnest" ? "u" : "v";
      return `R${text(query.bump ?? "")}${text(query.table)}${query.rows}${shape}${writeListKey(query.key)}${writeListKey(query.set)}${listKey(query.returning)}`;
    }
    case "delete":
      return `D${lockKey(query.lock)}${selectionKey(query)}${sliceKey(query)}${listKey(query.key)}${listKey(query.returning)}`;
  }
}

function groupKey(columns: readonly Expression[] | undefined): string {
  return columns === undefined ? "" : `/${listKey(columns)}`;
}

function selectKey(query: SelectQuery): string {
  const { columns, distinct, groupBy, having } = query;
  let key = `S${lockKey(query.lock)}${distinct === true ? "d" : ""}${listKey(columns)}`;
  if (groupBy !== undefined) key += `g${expressionsKey(groupBy)}`;
  if (having !== undefined && having !== null) key += `h${predicateKey(having)}`;
  return key + selectionKey(query) + sliceKey(query) + groupKey(query.perGroup);
}

function lockKey(lock: RowLock | undefined): string {
  return lock === undefined ? "" : `l${text(lock.strength)}${text(lock.locked)}`;
}

function insertKey(query: InsertQuery): string {
  const { conflict } = query;
  const head = `${text(query.table)}${query.rows}${query.shape === "unnest" ? "u" : "v"}${query.cells === true ? "c" : ""}`;
  const rest = `${writeListKey(query.columns)}${listKey(query.returning)}`;
  if (conflict === null) return `${head}${rest}-`;
  const tells = query.tellsInserted === true ? "!" : "";
  return `${head}${rest}+${textsKey(conflict.columns)}${updatesKey(conflict)}${tells}`;
}

function updatesKey({ update }: InsertConflict): string {
  let key = `${update.length}(`;
  for (const item of update) key += typeof item === "string" ? text(item) : assignmentKey(item);
  return key;
}

function assignmentKey({ column, type, value }: Assignment): string {
  return `=${text(column)}${typeKey(type)}${expressionKey(value)}`;
}

function selectionKey({ with: common = [], from, joins, on, where }: Selection): string {
  const named = common.map(commonKey).join("");
  const tied = on === undefined ? "" : `o${pairsKey(on)}`;
  return named + sourceKey(from) + joinsKey(joins) + tied + optionalPredicateKey(where);
}

function commonKey({ name, query, step, materialized }: CommonRows): string {
  let key = `w${text(name)}${text(String(materialized))}${selectKey(query)}`;
  if (step === undefined) return key;
  key += `${step.all ? "a" : "o"}${selectKey(step.query)}`;
  for (const type of step.types ?? []) key += typeKey(type);
  return `${key};`;
}

function sliceKey({ orderBy, limit, offset }: Slice): string {
  let key = `${orderBy.length}(`;
  for (const term of orderBy) key += termKey(term);
  key += limit === null ? "-" : expressionKey(limit);
  return key + (offset === null ? "-" : expressionKey(offset));
}

function termKey({ expression, direction, nulls }: OrderTerm): string {
  return expressionKey(expression) + text(direction) + (nulls === null ? "-" : text(nulls));
}

function optionalPredicateKey(predicate: Predicate | null): string {
  return predicate === null ? "-" : predicateKey(predicate);
}

function predicateKey(node: Predicate): string {
  switch (node.kind) {
    case "compare":
      return `c${text(node.operator)}${expressionKey(node.left)}${expressionKey(node.right)}`;
    case "isNull":
      return letter("n", node) + expressionKey(node.operand);
    case "in":
      return letter("i", node) + expressionKey(node.operand) + slotKey(node.values);
    case "between":
      return `b${expressionKey(node.operand)}${expressionKey(node.low)}${expressionKey(node.high)}`;
    case "match":
      return `${letter("m", node)}${node.ignoreCase === true ? "~" : ""}${text(node.match)}${expressionKey(node.operand)}${slotKey(node.pattern)}`;
    case "and":
    case "or": {
      let key = `${node.kind === "and" ? "&" : "|"}${node.operands.length}(`;
      for (const operand of node.operands) key += predicateKey(operand);
      return key;
    }
    case "not":
      return `!${predicateKey(node.operand)}`;
    case "exists":
    case "inQuery":
    case "existsRows":
      return innerKey(node);
    case "list":
      return `${node.test === "every" ? "h" : "H"}${node.of}${expressionKey(node.operand)}${slotKey(node.items)}`;
    case "hasKey":
      return `k${expressionKey(node.operand)}${slotKey(node.key)}`;
    case "constant":
      return node.value ? "t" : "f";
    case "raw":
      return expressionKey(node);
  }
}

/** A condition's letter; the capital is its negation. */
function letter(small: string, { negated }: { readonly negated: boolean }): string {
  return negated ? small.toUpperCase() : small;
}

/** The conditions that hold a query. */
function innerKey(node: Exists | InQuery | ExistsRows): string {
  switch (node.kind) {
    case "exists":
      return `${letter("x", node)}${sourceKey(node.source)}${joinsKey(node.joins)}${pairsKey(node.on)}${optionalPredicateKey(node.where)}`;
    case "inQuery":
      return `${letter("q", node)}${expressionKey(node.operand)}${selectKey(node.query)}`;
    case "existsRows":
      return `${letter("z", node)}${selectKey(node.query)}`;
  }
}

function expressionKey(node: Expression | Identifier): string {
  switch (node.kind) {
    case "column":
      return `.${node.nullable ? "?" : "!"}${text(node.source)}${text(node.column)}${typeKey(node.type)}`;
    case "slot":
      return slotKey(node);
    case "arithmetic":
      return `a${text(node.operator)}${typeKey(node.type)}${expressionKey(node.left)}${expressionKey(node.right)}`;
    case "raw": {
      let key = `r${typeKey(node.type)}${textsKey(node.pieces)}${node.operands.length}(`;
      for (const operand of node.operands) key += expressionKey(operand);
      return key;
    }
    case "identifier":
      return `"${textsKey(node.names)}`;
    case "truth":
      return `T${typeKey(node.type)}${predicateKey(node.predicate)}`;
    case "scalar":
      return `s${typeKey(node.type)}${selectKey(node.query)}`;
    case "function":
      return `f${text(node.name)}${text(node.unit ?? "")}${textIndexKey(node.index)}${typeKey(node.type)}${expressionsKey(node.operands)}`;
    case "case": {
      let key = `w${typeKey(node.type)}${node.branches.length}(`;
      for (const { when, value } of node.branches) key += predicateKey(when) + expressionKey(value);
      return key + optionalKey(node.otherwise);
    }
    case "aggregate":
      return `A${node.distinct ? "d" : ""}${text(node.name)}${typeKey(node.type)}${optionalKey(node.operand)}${optionalPredicateKey(node.filter)}`;
    case "window":
      return windowKey(node);
    case "jsonPath":
      return `j${text(node.as)}${expressionKey(node.operand)}${slotKey(node.path)}`;
    case "listLength":
      return `l${node.of}${typeKey(node.type)}${expressionKey(node.operand)}`;
  }
}

function textIndexKey(index: TextIndex | undefined): string {
  if (index === undefined) return "";
  const { name, table, key, columns, language, weights = [] } = index;
  return `x${textsKey([name, table, key, language])}${textsKey(columns)}${textsKey(weights.map(String))}`;
}

function windowKey({ call, operands, partitionBy, orderBy, frame, type }: WindowCall): string {
  let key = `o${typeof call === "string" ? text(call) : expressionKey(call)}${typeKey(type)}`;
  key += expressionsKey(operands) + expressionsKey(partitionBy);
  key += `${orderBy.length}(`;
  for (const term of orderBy) key += termKey(term);
  return frame === null ? `${key}-` : `${key}${frame.mode},${frame.from},${frame.to};`;
}

function expressionsKey(list: readonly Expression[]): string {
  let key = `${list.length}(`;
  for (const item of list) key += expressionKey(item);
  return key;
}

function optionalKey(node: Expression | null): string {
  return node === null ? "-" : expressionKey(node);
}

function slotKey({ index, type, list, cell }: Slot): string {
  return `${list === true ? "L" : cell === true ? "W" : "$"}${index}${type === null ? "-" : typeKey(type)}`;
}

function sourceKey(source: Source): string {
  if (source.kind === "query") return `q${selectKey(source.query)}${text(source.alias)}`;
  if (source.kind === "set") {
    let key = `s${text(source.operator)}${source.parts.length}(`;
    for (const part of source.parts) key += selectKey(part);
    return key + text(source.alias);
  }
  return text(source.table) + text(source.alias);
}

function joinsKey(joins: readonly Join[]): string {
  let key = `${joins.length}(`;
  for (const { kind, source, on, where } of joins) {
    key +=
      (kind === "left" ? "l" : kind === "cross" ? "x" : "i") + sourceKey(source) + pairsKey(on);
    if (where !== undefined) key += `w${predicateKey(where)}`;
  }
  return key;
}

function pairsKey(pairs: readonly ColumnPair[]): string {
  let key = `${pairs.length}(`;
  for (const { left, right } of pairs) key += expressionKey(left) + expressionKey(right);
  return key;
}

function textsKey(list: readonly string[]): string {
  let key = `${list.length}(`;
  for (const item of list) key += text(item);
  return key;
}

/** A name with its length in front, so that what follows can't be taken for part of it. */
function text(name: string): string {
  return `${name.length}:${name}`;
}

const typeKeys = new WeakMap<StorageType, string>();

function typeKey(type: StorageType): string {
  let key = typeKeys.get(type);
  if (key === undefined) {
    key = intern(JSON.stringify(type));
    typeKeys.set(type, key);
  }
  return key;
}

const listKeys = new WeakMap<readonly Expression[], string>();

function listKey(list: readonly Expression[]): string {
  let key = listKeys.get(list);
  if (key === undefined) {
    let content = "e";
    for (const item of list) content += expressionKey(item);
    key = intern(content);
    listKeys.set(list, key);
  }
  return key;
}

const writeListKeys = new WeakMap<readonly WriteColumn[], string>();

function writeListKey(list: readonly WriteColumn[]): string {
  let key = writeListKeys.get(list);
  if (key === undefined) {
    let content = "w";
    for (const { column, type } of list) content += text(column) + typeKey(type);
    key = intern(content);
    writeListKeys.set(list, key);
  }
  return key;
}

/** Short names for long contents. Numbers are never used twice, so forgetting all costs a plan, not its truth. */
const interned = new Map<string, string>();
const mostInterned = 10_000;
let lastInterned = 0;

function intern(content: string): string {
  let key = interned.get(content);
  if (key === undefined) {
    if (interned.size >= mostInterned) interned.clear();
    lastInterned += 1;
    key = `#${lastInterned};`;
    interned.set(content, key);
  }
  return key;
}
