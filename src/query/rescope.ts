/** Nodes about one row, made to speak of another row of the same model. */
import { Scope } from "./scope.ts";

/** Members of nodes that hold no nodes. */
const leaves: ReadonlySet<string> = new Set([
  "value",
  "column",
  "type",
  "relation",
  "model",
  "facts",
  "link",
  "common",
  "index",
]);

/** The node with every path that begins at `from` beginning at `to`. */
export function rescope<Node>(node: Node, from: Scope, to: Scope): Node {
  return from === to ? node : (copy(node, from, to) as Node);
}

function copy(node: unknown, from: Scope, to: Scope): unknown {
  if (node instanceof Scope) return moved(node, from, to);
  if (Array.isArray(node)) return node.map((item) => copy(item, from, to));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, part]) => [
      name,
      leaves.has(name) ? part : copy(part, from, to),
    ]),
  );
}

function moved(scope: Scope, from: Scope, to: Scope): Scope {
  if (scope === from) return to;
  if (scope.via === undefined) return scope;
  const parent = moved(scope.via.parent, from, to);
  return parent === scope.via.parent ? scope : parent.child(scope.via.relation);
}
