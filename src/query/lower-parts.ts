/** What lowering works with. */
import type { Expression, Join } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { ExpressionNode, Picked, RowsNode } from "./nodes.ts";
import type { Scope } from "./scope.ts";

const boolean: StorageType = { kind: "boolean" };

/** The joins of one FROM: the query's own, or that of an inner EXISTS. */
export interface Frame {
  readonly joins: Join[];
}

/** Where a scope stands in the statement. */
export interface Place {
  readonly alias: string;
  readonly frame: Frame;
  readonly left: boolean;
}

/** How the rows of a relation are reached. */
export type Tie = NonNullable<RowsNode["via"]>;

/** A node that stands in for others that say the same: databases tell a group's key by its text. */
export interface Known {
  readonly node: ExpressionNode;
  readonly lowered: Expression;
}

/** Whether an expression can be NULL, for its place in an order. */
export function mayBeNull(expression: Expression): boolean {
  return expression.kind === "column" ? expression.nullable : expression.kind !== "truth";
}

/** The scopes that rows bring with them: inside, they hide those of the same rows outside. */
export function ownScopes({ root, tree, beside = [] }: RowsNode): ReadonlySet<Scope> {
  const scopes = beside.map(({ scope }) => scope);
  return new Set([root, ...(tree === undefined ? [] : [tree.output]), ...scopes]);
}

/** EXISTS asks for no column, but a query has one. */
export const anything: Picked = {
  fields: [
    {
      property: "one",
      expression: { kind: "truth", predicate: { kind: "constant", value: true } },
      facts: { type: boolean, nullable: false, nullAs: null },
    },
  ],
  single: true,
  distinct: false,
};
