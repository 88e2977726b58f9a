import { RawNode } from "kysely";
import { UsageError } from "../errors/errors.ts";
import type {
  Arithmetic,
  ArithmeticOperator,
  ColumnRef,
  Expression,
  RawExpression,
  Slot,
} from "../ir/query.ts";
import { unreachable } from "../util/unreachable.ts";
import { compileAggregate, compileCall, compileCase, compileWindow, computed } from "./compute.ts";
import { type Context, isNullable } from "./context.ts";
import type { BoundSlot, Operand, SlotForm } from "./dialect.ts";
import { columnOf, placeholder, text } from "./nodes.ts";
import { checkMarks } from "./raw.ts";
import { wouldJoin } from "./scan.ts";

/** What stands beside a slot: it names the slot in messages and tells the database its type. */
type Neighbour = Pick<Operand, "type" | "column"> | undefined;

/** Compiles an expression; a slot takes its name, and on some databases its type, from its neighbour. */
export function compileExpression(
  node: Expression,
  context: Context,
  neighbour?: Neighbour,
): Operand {
  switch (node.kind) {
    case "column":
      return compileColumn(node, context);
    case "slot":
      return compileSlot(node, context, neighbour);
    case "arithmetic":
      return compileArithmetic(node, context);
    case "raw":
      return compileRawExpression(node, context);
    case "truth":
      return computed(context.inner.truth(node.predicate, context), node, false);
    case "scalar":
      return computed(context.inner.select(node.query, context), node, true);
    case "function":
      return compileCall(node, context, compileExpression);
    case "case":
      return compileCase(node, context, compileExpression);
    case "aggregate":
      return compileAggregate(node, context, compileExpression);
    case "window":
      return compileWindow(node, context, compileExpression, context.inner.order);
    case "jsonPath": {
      const { node: operand } = compileExpression(node.operand, context);
      const path = bindSlot(node.path, "jsonPath");
      return computed(context.dialect.jsonPath(operand, path, node.as), node, true);
    }
    case "listLength": {
      const { node: operand } = compileExpression(node.operand, context);
      return computed(context.dialect.listLength(operand, node.of), node, true);
    }
    default:
      return unreachable(node);
  }
}

/** Compiles two expressions that stand beside each other. */
export function compilePair(
  left: Expression,
  right: Expression,
  context: Context,
): readonly [Operand, Operand] {
  if (left.kind === "slot") {
    const second = compileExpression(right, context);
    return [compileExpression(left, context, second), second];
  }
  const first = compileExpression(left, context);
  return [first, compileExpression(right, context, first)];
}

export function compileColumn(node: ColumnRef, context: Context): Operand {
  return {
    node: columnOf(context.names?.get(node.source) ?? node.source, node.column),
    type: node.type,
    nullable: isNullable(node, context),
    column: node.column,
    slot: null,
  };
}

/** The placeholder of a slot, without a cast. */
export function bindSlot(
  slot: Slot,
  form: SlotForm,
  column: string | null = null,
  nullable = false,
): BoundSlot {
  return { index: slot.index, type: slot.type, form, label: slot.label ?? column, nullable };
}

function compileSlot(node: Slot, { dialect }: Context, neighbour: Neighbour): Operand {
  const form = node.list === true ? "list" : node.cell === true ? "cell" : "value";
  const slot = bindSlot(node, form, neighbour?.column ?? null);
  const inferred =
    slot.type === null || (neighbour?.type != null && dialect.infers(slot.type, neighbour.type));
  return {
    node: inferred ? placeholder(slot) : dialect.cast(slot),
    type: slot.type,
    nullable: false,
    column: null,
    slot,
  };
}

const arithmeticOperators: Readonly<Record<string, ArithmeticOperator>> = Object.assign(
  Object.create(null),
  { "+": "+", "-": "-", "*": "*" },
);

function compileArithmetic(node: Arithmetic, context: Context): Operand {
  const operator = arithmeticOperators[node.operator];
  if (operator === undefined) throw new UsageError("arithmetic knows the operators +, - and *");
  const named = [node.left, node.right].find(({ kind }) => kind === "column");
  const column = named?.kind === "column" ? named.column : null;
  const neighbour = { type: null, column };
  const left = compileExpression(node.left, context, neighbour);
  const right = compileExpression(node.right, context, neighbour);
  return {
    node: context.dialect.arithmetic(operator, left, right, node.type),
    type: node.type,
    nullable: left.nullable || right.nullable,
    column,
    slot: null,
  };
}

/** User-written SQL in parentheses, kept apart from what it holds and from what is around it. */
export function compileRawExpression(node: RawExpression, context: Context): Operand {
  checkMarks(node.pieces, context.dialect);
  if (node.pieces.length !== node.operands.length + 1) {
    throw new TypeError("a raw expression has one piece more than operands");
  }
  const operands = node.operands.map((operand) => {
    if (operand.kind === "identifier") {
      // Each name is quoted by the dialect; dots are ours.
      return RawNode.createWithSql(operand.names.map(context.dialect.quote).join("."));
    }
    if (operand.kind === "slot") {
      const slot = bindSlot(operand, operand.list === true ? "list" : "value", null, true);
      return slot.type === null ? placeholder(slot) : context.dialect.cast(slot);
    }
    return compileExpression(operand, context).node;
  });
  const pieces = node.pieces.map((piece, place) => {
    const before = place > 0 && wouldJoin("0", piece.charAt(0)) ? " " : "";
    const after = place < operands.length && wouldJoin(piece.at(-1) ?? "", "0") ? " " : "";
    return before + piece + after;
  });
  return {
    node: text`(${RawNode.create(pieces, operands)})`,
    type: node.type,
    nullable: true,
    column: null,
    slot: null,
  };
}
