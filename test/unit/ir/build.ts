/** Short makers of QueryIR for tests. */
import type {
  ColumnRef,
  CompareOperator,
  DeleteQuery,
  Expression,
  InsertQuery,
  Join,
  OrderTerm,
  Predicate,
  SelectQuery,
  Slot,
  TextMatch,
  UpdateQuery,
} from "../../../src/ir/query.ts";
import type { StorageType } from "../../../src/ir/type.ts";

export const integer: StorageType = { kind: "integer" };
export const text: StorageType = { kind: "text" };
export const boolean: StorageType = { kind: "boolean" };
export const decimal: StorageType = { kind: "decimal", precision: 10, scale: 2 };
export const instant: StorageType = { kind: "timestamptz", host: "date" };
export const uuid: StorageType = { kind: "uuid" };
export const bytes: StorageType = { kind: "bytes" };
export const json: StorageType = { kind: "json" };
export const tags: StorageType = { kind: "array", element: text };
export const mood: StorageType = { kind: "enum", name: "mood", values: ["calm", "glad"] };

export interface ColumnOptions {
  readonly nullable?: boolean;
  readonly source?: string;
}

export function column(name: string, type: StorageType, options: ColumnOptions = {}): ColumnRef {
  const { nullable = false, source = "post" } = options;
  return { kind: "column", source, column: name, type, nullable };
}

export function slot(index: number, type: StorageType | null): Slot {
  return { kind: "slot", index, type };
}

export function list(index: number, type: StorageType): Slot {
  return { kind: "slot", index, type, list: true };
}

export function compare(left: Expression, operator: CompareOperator, right: Expression): Predicate {
  return { kind: "compare", operator, left, right };
}

export function matches(operand: Expression, match: TextMatch, negated = false): Predicate {
  return { kind: "match", match, operand, pattern: slot(0, text), negated };
}

export function isIn(operand: ColumnRef, negated = false): Predicate {
  return { kind: "in", operand, values: list(0, operand.type), negated };
}

export function not(operand: Predicate): Predicate {
  return { kind: "not", operand };
}

export function and(...operands: Predicate[]): Predicate {
  return { kind: "and", operands };
}

export function or(...operands: Predicate[]): Predicate {
  return { kind: "or", operands };
}

export function order(
  expression: Expression,
  direction: OrderTerm["direction"] = "asc",
  nulls: OrderTerm["nulls"] = null,
): OrderTerm {
  return { expression, direction, nulls };
}

export const id: ColumnRef = column("id", integer);
export const title: ColumnRef = column("title", text);
export const views: ColumnRef = column("views", integer, { nullable: true });
export const price: ColumnRef = column("price", decimal);
export const createdAt: ColumnRef = column("created_at", instant);
export const authorId: ColumnRef = column("author_id", integer, { nullable: true });

export const post = { table: "post", alias: "post" };

export const author: Join = {
  kind: "left",
  source: { table: "author", alias: "a" },
  on: [{ left: authorId, right: column("id", integer, { source: "a" }) }],
};

export const everyRow = {
  from: post,
  joins: [],
  where: null,
  orderBy: [],
  limit: null,
  offset: null,
} as const;

export function select(query: Partial<SelectQuery> = {}): SelectQuery {
  return { kind: "select", columns: [id], ...everyRow, ...query };
}

export function where(predicate: Predicate): SelectQuery {
  return select({ where: predicate });
}

export function insert(query: Partial<InsertQuery> = {}): InsertQuery {
  return {
    kind: "insert",
    table: "post",
    columns: [
      { column: "title", type: text },
      { column: "views", type: integer },
    ],
    rows: 1,
    shape: "values",
    conflict: null,
    returning: [],
    ...query,
  };
}

export function update(query: Partial<UpdateQuery> = {}): UpdateQuery {
  return {
    kind: "update",
    set: [{ column: "title", type: text, value: slot(0, text) }],
    ...everyRow,
    key: [id],
    returning: [],
    ...query,
  };
}

export function remove(query: Partial<DeleteQuery> = {}): DeleteQuery {
  return { kind: "delete", ...everyRow, key: [id], returning: [], ...query };
}
