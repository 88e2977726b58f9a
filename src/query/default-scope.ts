/** The condition that a model puts on all its queries, until they are told otherwise. */
import type { ModelDefinition } from "../definition/definition.ts";
import type { PredicateNode, RowsNode } from "./nodes.ts";
import { runPredicate } from "./predicate.ts";
import { rescope } from "./rescope.ts";
import { rootScope, type Scope } from "./scope.ts";

const known = new WeakMap<Scope, PredicateNode>();

/** The model's own condition on the rows of a scope; undefined where it has none. */
export function defaultScope(model: ModelDefinition, scope: Scope): PredicateNode | undefined {
  const { scope: lambda } = model;
  if (lambda === undefined) return undefined;
  let node = known.get(scope);
  if (node === undefined) {
    const own = runPredicate(() => lambda(), `the scope of ${model.name}`);
    // It speaks of the model's own rows; here they may be rows inside another's query.
    [node] = rescope([own], rootScope(model), scope) as [PredicateNode];
    known.set(scope, node);
  }
  return node;
}

/** The conditions on a query's rows, the model's own among them. */
export function conditionsOf({
  model,
  root,
  where,
  unscoped,
}: Pick<RowsNode, "model" | "root" | "where" | "unscoped">): readonly PredicateNode[] {
  const own = unscoped === true ? undefined : defaultScope(model, root);
  return own === undefined ? where : [...where, own];
}
