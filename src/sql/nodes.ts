/** Small makers of Kysely nodes. Text comes from literals in our source, never from a value. */
import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type OperationNode,
  type Operator,
  OperatorNode,
  OrNode,
  ParensNode,
  RawNode,
  ReferenceNode,
  type SelectionNode,
  TableNode,
  ValueNode,
} from "kysely";
import type { BoundSlot } from "./dialect.ts";

/** SQL text with nodes in it: text`${column} is null`. */
export function text(
  pieces: TemplateStringsArray,
  ...operands: readonly OperationNode[]
): OperationNode {
  return RawNode.create(pieces, operands);
}

/** A node followed by a cast; the type's name comes from a dialect's closed list. */
export function castTo(node: OperationNode, type: string): OperationNode {
  return RawNode.create(["", `::${type}`], [node]);
}

/** A placeholder. The slot travels as its value, and comes back in the compiled parameters. */
export function placeholder(slot: BoundSlot): OperationNode {
  return ValueNode.create(slot);
}

export function binary(
  left: OperationNode,
  operator: Operator,
  right: OperationNode,
): OperationNode {
  return BinaryOperationNode.create(left, OperatorNode.create(operator), right);
}

export function parens(node: OperationNode): OperationNode {
  return ParensNode.create(node);
}

/**
 * Many conditions as one. The tree is balanced: a thousand conditions are ten
 * levels deep for Kysely's recursive visitor.
 */
export function connect(
  connective: "and" | "or",
  nodes: readonly [OperationNode, ...OperationNode[]],
): OperationNode {
  const node = connective === "and" ? AndNode : OrNode;
  const build = (start: number, end: number): OperationNode => {
    const first = nodes[start] ?? nodes[0];
    if (end - start <= 1) return first;
    const middle = (start + end) >>> 1;
    return node.create(build(start, middle), build(middle, end));
  };
  return build(0, nodes.length);
}

export function columnOf(source: string, column: string): ReferenceNode {
  return ReferenceNode.create(ColumnNode.create(column), TableNode.create(source));
}

/** A table under its alias; no alias where they are equal. */
export function tableAs(table: string, alias: string): OperationNode {
  const node = TableNode.create(table);
  return table === alias ? node : AliasNode.create(node, TableNode.create(alias));
}

/** An item of a select list. Kysely's type leaves out expressions without an alias; its compiler does not. */
export function selection(node: OperationNode): SelectionNode {
  return { kind: "SelectionNode", selection: node as ReferenceNode };
}
