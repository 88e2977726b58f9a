import type {
  ColumnPair,
  Expression,
  Identifier,
  InsertQuery,
  Join,
  Predicate,
  Query,
  Selection,
  SelectQuery,
  Slice,
  Slot,
  Source,
  UpdateRowsQuery,
  WindowCall,
} from "./query.ts";

/**
 * A query as one readable line, for messages and `inspect`.
 *
 * It reads like SQL but is not: names are unquoted and a value is `?1`, its place
 * among the bound values. It holds no values, so it may be logged.
 */
export function printQuery(query: Query): string {
  switch (query.kind) {
    case "select":
      return printSelect(query);
    case "count":
      return `${printCommon(query)}count${printSelection(query)}`;
    case "exists":
      return `${printCommon(query)}exists${printSelection(query)}`;
    case "insert":
      return printInsert(query);
    case "update": {
      const set = query.set.map(({ column, value }) => `${column} = ${printExpression(value)}`);
      return `${printCommon(query)}update ${printSource(query.from)} set ${set.join(", ")}${printChoice(query)}`;
    }
    case "updateRows":
      return printUpdateRows(query);
    case "delete":
      return `${printCommon(query)}delete from ${printSource(query.from)}${printChoice(query)}`;
  }
}

/** A condition as readable text. */
export function printPredicate(node: Predicate): string {
  switch (node.kind) {
    case "compare":
      return `${printExpression(node.left)} ${node.operator} ${printExpression(node.right)}`;
    case "isNull":
      return `${printExpression(node.operand)} is ${node.negated ? "not null" : "null"}`;
    case "in":
      return `${printExpression(node.operand)} ${negation(node)}in ${printSlot(node.values)}`;
    case "between":
      return `${printExpression(node.operand)} between ${printExpression(node.low)} and ${printExpression(node.high)}`;
    case "match":
      return `${printExpression(node.operand)} ${negation(node)}${node.match}${node.ignoreCase === true ? " ignoring case" : ""} ${printSlot(node.pattern)}`;
    case "and":
    case "or":
      if (node.operands.length === 0) return node.kind === "and" ? "true" : "false";
      return node.operands.map(printOperand).join(` ${node.kind} `);
    case "not":
      return `not (${printPredicate(node.operand)})`;
    case "exists": {
      const where = node.where === null ? "" : ` where ${printPredicate(node.where)}`;
      return `${negation(node)}exists (${printSource(node.source)} on ${printPairs(node.on)}${printJoins(node.joins)}${where})`;
    }
    case "inQuery":
      return `${printExpression(node.operand)} ${negation(node)}in (${printSelect(node.query)})`;
    case "existsRows":
      return `${negation(node)}exists (${printSelect(node.query)})`;
    case "list":
      return `${printExpression(node.operand)} has ${node.test} of ${printSlot(node.items)}`;
    case "hasKey":
      return `${printExpression(node.operand)} has key ${printSlot(node.key)}`;
    case "constant":
      return String(node.value);
    case "raw":
      return printExpression(node);
  }
}

/** A value as readable text. */
export function printExpression(node: Expression | Identifier): string {
  switch (node.kind) {
    case "column":
      return `${node.source}.${node.column}`;
    case "slot":
      return printSlot(node);
    case "arithmetic":
      return `(${printExpression(node.left)} ${node.operator} ${printExpression(node.right)})`;
    case "raw":
      return node.pieces
        .map((piece, place) => {
          const operand = node.operands[place];
          return operand === undefined ? piece : piece + printExpression(operand);
        })
        .join("");
    case "identifier":
      return node.names.join(".");
    case "truth":
      return `(${printPredicate(node.predicate)})`;
    case "scalar":
      return `(${printSelect(node.query)})`;
    case "function": {
      const unit = node.unit === undefined ? [] : [node.unit];
      return `${node.name}(${[...unit, ...node.operands.map(printExpression)].join(", ")})`;
    }
    case "case": {
      const branches = node.branches.map(
        ({ when, value }) => `when ${printPredicate(when)} then ${printExpression(value)} `,
      );
      const rest = node.otherwise === null ? "" : `else ${printExpression(node.otherwise)} `;
      return `case ${branches.join("")}${rest}end`;
    }
    case "aggregate": {
      const distinct = node.distinct ? "distinct " : "";
      const of = node.operand === null ? "*" : printExpression(node.operand);
      const filter = node.filter === null ? "" : ` filter (${printPredicate(node.filter)})`;
      return `${node.name}(${distinct}${of})${filter}`;
    }
    case "window":
      return printWindow(node);
    case "jsonPath":
      return `${printExpression(node.operand)} at ${printSlot(node.path)} as ${node.as}`;
    case "listLength":
      return `length(${printExpression(node.operand)})`;
  }
}

function printSelect(query: SelectQuery): string {
  const columns = query.columns.map(printExpression).join(", ");
  const distinct = query.distinct === true ? "distinct " : "";
  const keys = query.groupBy?.map(printExpression).join(", ");
  const groups = keys === undefined ? "" : ` group by ${keys === "" ? "all" : keys}`;
  const having = query.having == null ? "" : ` having ${printPredicate(query.having)}`;
  return `${printCommon(query)}select ${distinct}${columns}${printSelection(query)}${groups}${having}${printSlice(query)}`;
}

function printWindow({ call, operands, partitionBy, orderBy, frame }: WindowCall): string {
  const value =
    typeof call === "string"
      ? `${call}(${operands.map(printExpression).join(", ")})`
      : printExpression(call);
  const parts = [
    partitionBy.length === 0 ? "" : `partition by ${partitionBy.map(printExpression).join(", ")}`,
    printSlice({ orderBy }).trim(),
    frame === null ? "" : `${frame.mode} from ${frame.from} to ${frame.to}`,
  ];
  return `${value} over (${parts.filter((part) => part !== "").join(" ")})`;
}

function printInsert(query: InsertQuery): string {
  const { conflict } = query;
  const columns = query.columns.map(({ column }) => column).join(", ");
  const rows =
    query.shape === "unnest" ? "many rows" : `${query.rows} row${query.rows === 1 ? "" : "s"}`;
  const head = `insert ${rows} into ${query.table} (${columns})`;
  if (conflict === null) return head;
  const changed = conflict.update.map((item) => (typeof item === "string" ? item : item.column));
  const act = changed.length === 0 ? "nothing" : `update ${changed.join(", ")}`;
  return `${head} on conflict (${conflict.columns.join(", ")}) do ${act}`;
}

function printUpdateRows({ table, key, set, shape, rows }: UpdateRowsQuery): string {
  const names = (columns: UpdateRowsQuery["set"]) => columns.map(({ column }) => column).join(", ");
  const count = shape === "unnest" ? "many rows" : `${rows} rows`;
  return `update ${count} of ${table} by ${names(key)} set ${names(set)}`;
}

function printSelection(query: Selection): string {
  return ` from ${printSource(query.from)}${printChoice(query)}`;
}

function printChoice(query: Selection & Partial<Slice>): string {
  const tied = query.on === undefined ? "" : ` on ${printPairs(query.on)}`;
  const where = `${tied}${query.where === null ? "" : ` where ${printPredicate(query.where)}`}`;
  const slice = "key" in query ? printSlice(query) : "";
  return `${printJoins(query.joins)}${where}${slice}`;
}

function printCommon({ with: common = [] }: Selection): string {
  if (common.length === 0) return "";
  const list = common.map(({ name, query, step }) => {
    const found = step === undefined ? "" : ` ${step.all ? "union all" : "union"} `;
    return `${name} as (${printSelect(query)}${found}${step === undefined ? "" : printSelect(step.query)})`;
  });
  return `with ${list.join(", ")} `;
}

function printSlice({ orderBy = [], limit = null, offset = null }: Partial<Slice>): string {
  const terms = orderBy.map(({ expression, direction, nulls }) => {
    const place = nulls === null ? "" : ` nulls ${nulls}`;
    return `${printExpression(expression)} ${direction}${place}`;
  });
  const order = terms.length === 0 ? "" : ` order by ${terms.join(", ")}`;
  const most = limit === null ? "" : ` limit ${printSlot(limit)}`;
  return `${order}${most}${offset === null ? "" : ` offset ${printSlot(offset)}`}`;
}

function printSource(source: Source): string {
  if (source.kind === "query") return `(${printSelect(source.query)}) as ${source.alias}`;
  if (source.kind === "set") {
    const parts = source.parts.map((part) => `(${printSelect(part)})`);
    return `(${parts.join(` ${source.operator} `)}) as ${source.alias}`;
  }
  const { table, alias } = source;
  return table === alias ? table : `${table} as ${alias}`;
}

function printJoins(joins: readonly Join[]): string {
  return joins
    .map(({ kind, source, on, where }) => {
      const also = where === undefined ? [] : [printOperand(where)];
      const pairs = [...(on.length === 0 ? [] : [printPairs(on)]), ...also].join(" and ");
      return ` ${kind} join ${printSource(source)}${kind === "cross" ? "" : ` on ${pairs}`}`;
    })
    .join("");
}

function printPairs(pairs: readonly ColumnPair[]): string {
  return pairs
    .map(({ left, right }) => `${printExpression(left)} = ${printExpression(right)}`)
    .join(" and ");
}

function printOperand(node: Predicate): string {
  const text = printPredicate(node);
  return node.kind === "and" || node.kind === "or" ? `(${text})` : text;
}

function printSlot({ index, list }: Slot): string {
  return list === true ? `?${index + 1}[]` : `?${index + 1}`;
}

function negation({ negated }: { readonly negated: boolean }): string {
  return negated ? "not " : "";
}
