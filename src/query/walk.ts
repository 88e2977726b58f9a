/** Walking through nodes. */
import type { ExpressionNode, OrderNode, PredicateNode } from "./nodes.ts";
import { Scope } from "./scope.ts";

/** A node of any kind. */
export type AnyNode = ExpressionNode | PredicateNode | OrderNode;

/** The nodes that a node is made of. Queries inside it are not walked into: they have rows of their own. */
export function innerNodes(node: AnyNode): readonly AnyNode[] {
  if ("kind" in node && (node.kind === "exists" || node.kind === "existsRows")) return [];
  return Object.entries(node).flatMap(([name, part]) =>
    name === "rows" || name === "picked" ? [] : nodesIn(part),
  );
}

/** The first node of those that make up a node, itself included, for which the test holds. */
export function findNode(node: AnyNode, test: (node: AnyNode) => boolean): AnyNode | undefined {
  if (test(node)) return node;
  for (const inner of innerNodes(node)) {
    const found = findNode(inner, test);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nodesIn(part: unknown): readonly AnyNode[] {
  if (Array.isArray(part)) return part.flatMap(nodesIn);
  if (typeof part !== "object" || part === null || part instanceof Scope) return [];
  // The branches of a case, and the terms of an order, have no kind.
  if ("when" in part || "expression" in part) return [part as AnyNode];
  return "kind" in part && kinds.has(String(part.kind)) ? [part as AnyNode] : [];
}

/** Kinds of nodes; storage types have kinds of other names, but for "raw", which holds no nodes there. */
const kinds: ReadonlySet<string> = new Set([
  "column",
  "output",
  "arithmetic",
  "truth",
  "function",
  "case",
  "aggregate",
  "window",
  "scalar",
  "raw",
  "jsonPath",
  "listLength",
  "compare",
  "isNull",
  "in",
  "between",
  "match",
  "and",
  "or",
  "not",
  "exists",
  "inQuery",
  "existsRows",
  "list",
  "hasKey",
]);
