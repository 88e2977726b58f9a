/** Rows and all that are found from them, step by step: trees, and other graphs. */
import { UsageError } from "../errors/errors.ts";
import type { StorageType } from "../ir/type.ts";
import { scopeColumns } from "./columns.ts";
import { Expression } from "./expression.ts";
import type { RowsNode, TreeNode } from "./nodes.ts";
import { runPredicate } from "./predicate.ts";
import { Scope } from "./scope.ts";
import { factsOf } from "./value.ts";

const integer: StorageType = { kind: "integer", dbType: "bigint" };

/**
 * Reads how rows are found from others.
 *
 * @throws {UsageError} The link is no lambda that gives a condition, or an option is unknown or wrong.
 */
export function readTree(start: RowsNode, link: unknown, options: unknown): TreeNode {
  const { model } = start;
  const at = `${model.name}.recursive()`;
  if (typeof link !== "function") {
    throw new UsageError(`${at} expected a lambda`, {
      hint: "write recursive((next, found) => next.parentId.eq(found.id))",
    });
  }
  if (model.primaryKey.length === 0) {
    throw new UsageError(`${at} needs a primary key to tell rows apart`);
  }
  if (start.lock !== undefined || start.after !== null) {
    throw new UsageError(`${at} can't follow forUpdate(), forShare() or after()`, {
      hint: "call it first, and then them",
    });
  }
  const maxDepth = readMaxDepth(at, options);
  const [next, found] = [new Scope(model), new Scope(model)];
  const node = runPredicate(() => link(scopeColumns(next), scopeColumns(found)), at);
  return { start, next, found, link: node, maxDepth, output: new Scope(model) };
}

function readMaxDepth(at: string, options: unknown): number | null {
  if (options === undefined) return null;
  if (typeof options !== "object" || options === null) {
    throw new UsageError(`${at} takes its options as an object`);
  }
  const { maxDepth, ...others } = options as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new UsageError(`${at} has no option ${JSON.stringify(unknown)}`, {
      hint: "its option is maxDepth",
    });
  }
  if (maxDepth === undefined) return null;
  if (typeof maxDepth !== "number" || !Number.isSafeInteger(maxDepth) || maxDepth < 0) {
    throw new UsageError(`${at} expected maxDepth to be a whole number, 0 or more`);
  }
  return maxDepth;
}

/** The depth of a row, where it is known. */
export function depthOf(tree: TreeNode | undefined): readonly Expression[] {
  if (tree === undefined || tree.maxDepth === null) return [];
  const { output, start } = tree;
  const place = start.model.primaryKey.length;
  const depth = new Expression(
    { kind: "output", scope: output, place, type: integer, nullable: false },
    factsOf(integer, false),
    "depth",
  );
  return [depth];
}
