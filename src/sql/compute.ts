/** Functions, cases, aggregates and windows. */
import { type OperationNode, RawNode } from "kysely";
import { UsageError } from "../errors/errors.ts";
import type {
  Aggregate,
  Case,
  Expression,
  Frame,
  FrameEnd,
  FunctionCall,
  OrderTerm,
  WindowCall,
  WindowName,
} from "../ir/query.ts";
import type { Context } from "./context.ts";
import type { Operand } from "./dialect.ts";
import { text } from "./nodes.ts";

/** Compiles an expression; handed down, since what it compiles may hold these again. */
export type CompileExpression = (node: Expression, context: Context) => Operand;

export function compileCall(
  node: FunctionCall,
  context: Context,
  compile: CompileExpression,
): Operand {
  const operands = node.operands.map((operand) => compile(operand, context));
  return computed(context.dialect.call(node, operands), node, true);
}

export function compileCase(node: Case, context: Context, compile: CompileExpression): Operand {
  if (node.branches.length === 0) throw new TypeError("a case has at least one branch");
  const branches = node.branches.map(({ when, value }) => {
    const condition = context.inner.truth(when, context);
    return text`when ${condition} then ${compile(value, context).node}`;
  });
  const rest = node.otherwise === null ? [] : [text`else ${compile(node.otherwise, context).node}`];
  return computed(text`case ${list([...branches, ...rest], " ")} end`, node, true);
}

export function compileAggregate(
  node: Aggregate,
  context: Context,
  compile: CompileExpression,
  over?: OperationNode,
): Operand {
  const operand = node.operand === null ? null : compile(node.operand, context);
  const filter = node.filter === null ? null : context.inner.truth(node.filter, context);
  const finish = (call: OperationNode): OperationNode => {
    const filtered = filter === null ? call : text`${call} filter (where ${filter})`;
    return over === undefined ? filtered : text`${filtered} over (${over})`;
  };
  const { name, distinct, type } = node;
  const made = context.dialect.aggregate({ name, operand, distinct, type }, finish);
  return computed(made, node, name !== "count" && name !== "sum");
}

const windowNames: Readonly<Record<WindowName, string>> = {
  rowNumber: "row_number",
  rank: "rank",
  denseRank: "dense_rank",
  lag: "lag",
  lead: "lead",
  firstValue: "first_value",
  lastValue: "last_value",
};

export function compileWindow(
  node: WindowCall,
  context: Context,
  compile: CompileExpression,
  order: (term: OrderTerm, context: Context) => OperationNode,
): Operand {
  const parts: OperationNode[] = [];
  if (node.partitionBy.length > 0) {
    const keys = node.partitionBy.map((key) => compile(key, context).node);
    parts.push(text`partition by ${list(keys, ", ")}`);
  }
  if (node.orderBy.length > 0) {
    const terms = node.orderBy.map((term) => order(term, context));
    parts.push(text`order by ${list(terms, ", ")}`);
  }
  if (node.frame !== null) parts.push(frameNode(node.frame));
  const over = list(parts, " ");
  if (typeof node.call !== "string") return compileAggregate(node.call, context, compile, over);

  const name = windowNames[node.call];
  if (name === undefined) throw new UsageError("this is no window function");
  const operands = node.operands.map((operand) => compile(operand, context).node);
  // The name comes from the list above.
  const call = RawNode.create(
    [`${name}(`, ...operands.slice(1).map(() => ", "), ")"].slice(0, operands.length + 1),
    operands,
  );
  const made = operands.length === 0 ? RawNode.createWithSql(`${name}()`) : call;
  return computed(text`${made} over (${over})`, node, true);
}

function frameNode({ mode, from, to }: Frame): OperationNode {
  if (mode !== "rows" && mode !== "range" && mode !== "groups") {
    throw new UsageError('a frame is of "rows", "range" or "groups"');
  }
  // Words of our own and whole numbers, checked.
  return RawNode.createWithSql(`${mode} between ${frameEnd(from)} and ${frameEnd(to)}`);
}

function frameEnd(end: FrameEnd): string {
  if (end === "start") return "unbounded preceding";
  if (end === "end") return "unbounded following";
  if (end === "current" || end === 0) return "current row";
  if (!Number.isSafeInteger(end)) throw new UsageError("a frame ends at a whole number of rows");
  return end < 0 ? `${-end} preceding` : `${end} following`;
}

/** Nodes with a separator of ours between them. */
export function list(nodes: readonly OperationNode[], separator: ", " | " "): OperationNode {
  if (nodes.length === 0) return RawNode.createWithSql("");
  return RawNode.create(["", ...nodes.slice(1).map(() => separator), ""], nodes);
}

/** An operand that is no column and no slot. */
export function computed(
  node: OperationNode,
  { type }: Pick<Operand & { type: NonNullable<Operand["type"]> }, "type">,
  nullable: boolean,
): Operand {
  return { node, type, nullable, column: null, slot: null };
}
