/**
 * What the builder makes before a query runs: the same nodes as QueryIR, but
 * with scopes for aliases and values for slots. `lower.ts` turns one into the other.
 */
import type { ColumnDefinition, RelationDefinition } from "../definition/definition.ts";
import type { ArithmeticOperator, CompareOperator, TextMatch } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { Scope } from "./scope.ts";

/** A value to bind, in its stored form. */
export interface ValueNode {
  readonly kind: "value";
  readonly value: unknown;
  readonly type: StorageType;
  readonly label: string;
}

export interface ColumnNode {
  readonly kind: "column";
  readonly scope: Scope;
  readonly column: ColumnDefinition;
}

export interface ArithmeticNode {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
  readonly type: StorageType;
}

export type ExpressionNode = ColumnNode | ValueNode | ArithmeticNode;

export type PredicateNode =
  | {
      readonly kind: "compare";
      readonly operator: CompareOperator;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
    }
  | { readonly kind: "isNull"; readonly operand: ExpressionNode; readonly negated: boolean }
  | {
      readonly kind: "in";
      readonly operand: ExpressionNode;
      readonly values: ValueNode;
      readonly negated: boolean;
    }
  | {
      readonly kind: "between";
      readonly operand: ExpressionNode;
      readonly low: ExpressionNode;
      readonly high: ExpressionNode;
    }
  | {
      readonly kind: "match";
      readonly match: TextMatch;
      readonly operand: ExpressionNode;
      readonly pattern: ValueNode;
      readonly negated: boolean;
    }
  | { readonly kind: "and" | "or"; readonly operands: readonly PredicateNode[] }
  | { readonly kind: "not"; readonly operand: PredicateNode }
  | {
      readonly kind: "exists";
      readonly outer: Scope;
      readonly relation: RelationDefinition;
      readonly inner: Scope;
      readonly where: PredicateNode | null;
      readonly negated: boolean;
    }
  | { readonly kind: "constant"; readonly value: boolean };

export interface OrderNode {
  readonly expression: ExpressionNode;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
}
