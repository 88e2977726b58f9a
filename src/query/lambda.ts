/**
 * Which lambdas are running.
 *
 * A query that begins inside another's lambda may speak about the outer rows, so its
 * own rows need a scope apart, even where both are rows of one model.
 */
import type { ModelDefinition } from "../definition/definition.ts";
import type { Picked, RowsNode } from "./nodes.ts";
import { rescope } from "./rescope.ts";
import { rootScope, Scope } from "./scope.ts";

let depth = 0;

/** Runs a user's lambda; it can't be asynchronous, so what runs inside is on the stack. */
export function runLambda<Result>(lambda: () => Result): Result {
  depth += 1;
  try {
    return lambda();
  } finally {
    depth -= 1;
  }
}

/** Whether a lambda is running. */
export function inLambda(): boolean {
  return depth > 0;
}

/** The scope of the rows of a query that begins now. */
export function newRoot(model: ModelDefinition): Scope {
  return inLambda() ? new Scope(model) : rootScope(model);
}

/**
 * Rows that a lambda is about to speak of: inside another's lambda they get a scope apart.
 * What lambdas get of groups was made before, so groups keep theirs.
 */
export function setApart<Rows extends ReadRows>(rows: Rows): Rows {
  const common = rootScope(rows.model);
  if (!inLambda() || rows.root !== common || rows.group !== undefined) return rows;
  const root = new Scope(rows.model);
  return {
    ...rows,
    root,
    where: rescope(rows.where, common, root),
    order: rescope(rows.order, common, root),
    ...(rows.beside && { beside: rescope(rows.beside, common, root) }),
    ...(rows.distinctOn && { distinctOn: rescope(rows.distinctOn, common, root) }),
    ...(rows.picked && { picked: rescope(rows.picked, common, root) }),
  };
}

/** Rows, with what is read of them where that is known. */
interface ReadRows extends RowsNode {
  readonly picked?: Picked | null;
  readonly group?: unknown;
}
