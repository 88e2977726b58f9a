/**
 * QueryIR: a statement as plain data.
 *
 * Nodes are told apart by `kind`, are JSON-safe and hold no values: a value is a
 * {@link Slot}, an index into the values of one execution. Two queries that
 * differ only in their values are the same IR and share one plan.
 */
import type { IrEnvelope } from "./envelope.ts";
import type { StorageType } from "./type.ts";

/** A statement in its envelope. */
export type QueryIr = IrEnvelope<"query", Query>;

export type Query = SelectQuery | CountQuery | ExistsQuery | InsertQuery | UpdateQuery | DeleteQuery;

/** A table under an alias; every column reference names the alias. */
export interface Source {
  readonly table: string;
  readonly alias: string;
}

/** A join to one row: never multiplies its left side. */
export interface Join {
  readonly kind: "inner" | "left";
  readonly source: Source;
  readonly on: readonly ColumnPair[];
}

/** Two columns that must be equal. */
export interface ColumnPair {
  readonly left: ColumnRef;
  readonly right: ColumnRef;
}

/** A column of a source. `nullable` is what decides the null-safe form of `ne`. */
export interface ColumnRef {
  readonly kind: "column";
  readonly source: string;
  readonly column: string;
  readonly type: StorageType;
  readonly nullable: boolean;
}

/** The place of one bound value. `list` slots hold an array of values. */
export interface Slot {
  readonly kind: "slot";
  readonly index: number;
  readonly type: StorageType;
  readonly list?: boolean;
}

export type ArithmeticOperator = "+" | "-" | "*";

/** Arithmetic over numbers. */
export interface Arithmetic {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** SQL the user wrote through the `sql` tag: text pieces with expressions between them. */
export interface RawExpression {
  readonly kind: "raw";
  readonly pieces: readonly string[];
  readonly operands: readonly Expression[];
  readonly type: StorageType;
}

export type Expression = ColumnRef | Slot | Arithmetic | RawExpression;

export type CompareOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** How text is matched. All but "like" escape the wildcards of the value. */
export type TextMatch = "like" | "ilike" | "startsWith" | "endsWith" | "contains";

export type Predicate =
  /** Null-safe where a side may be NULL: `<>` keeps NULL rows. */
  | {
      readonly kind: "compare";
      readonly operator: CompareOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "isNull"; readonly operand: Expression; readonly negated: boolean }
  /** `values` is a list slot without NULLs. Negated, it keeps NULL rows. */
  | {
      readonly kind: "in";
      readonly operand: Expression;
      readonly values: Slot;
      readonly negated: boolean;
    }
  | {
      readonly kind: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
  | {
      readonly kind: "match";
      readonly match: TextMatch;
      readonly operand: Expression;
      readonly pattern: Slot;
      readonly negated: boolean;
    }
  | { readonly kind: "and" | "or"; readonly operands: readonly Predicate[] }
  | { readonly kind: "not"; readonly operand: Predicate }
  /** True when a row exists: `some`, `none` (negated), `every` (negated over a negation). */
  | {
      readonly kind: "exists";
      readonly source: Source;
      readonly joins: readonly Join[];
      readonly on: readonly ColumnPair[];
      readonly where: Predicate | null;
      readonly negated: boolean;
    }
  | { readonly kind: "constant"; readonly value: boolean };

/** One key of an ordering. */
export interface OrderTerm {
  readonly expression: Expression;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
}

/** Rows of one table and of the tables joined to it. */
export interface Selection {
  readonly from: Source;
  readonly joins: readonly Join[];
  readonly where: Predicate | null;
}

/** Reads rows; `columns` are read by position. */
export interface SelectQuery extends Selection {
  readonly kind: "select";
  readonly columns: readonly ColumnRef[];
  readonly orderBy: readonly OrderTerm[];
  readonly limit: Slot | null;
  readonly offset: Slot | null;
}

/** Counts rows; order, limit and offset play no part. */
export interface CountQuery extends Selection {
  readonly kind: "count";
}

/** Whether any row matches; stops at the first. */
export interface ExistsQuery extends Selection {
  readonly kind: "exists";
}

/** A column in a write: its name and what it holds. */
export interface WriteColumn {
  readonly column: string;
  readonly type: StorageType;
}

/** A column and its new value. */
export interface Assignment extends WriteColumn {
  readonly value: Expression;
}

/**
 * Inserts rows.
 *
 * `rows: "one"` binds one row, a slot for each column. `rows: "many"` binds any
 * number with one list slot for each column (PostgreSQL) or repeated rows; the
 * dialect's SQL decides.
 */
export interface InsertQuery {
  readonly kind: "insert";
  readonly table: string;
  readonly columns: readonly WriteColumn[];
  /** How many rows the statement holds. */
  readonly rows: number;
  /** "unnest": each slot is a list, one for each column, whatever the number of rows. */
  readonly shape: "values" | "unnest";
  /** Columns that identify a row which may exist already, or null to fail on it. */
  readonly conflict: InsertConflict | null;
  readonly returning: readonly ColumnRef[];
}

export interface InsertConflict {
  readonly columns: readonly string[];
  /** Columns taken over from the new row; empty means leave the row as it is. */
  readonly update: readonly string[];
}

/** Updates the rows that match. */
export interface UpdateQuery extends Selection {
  readonly kind: "update";
  readonly set: readonly Assignment[];
  readonly returning: readonly ColumnRef[];
}

/** Deletes the rows that match. */
export interface DeleteQuery extends Selection {
  readonly kind: "delete";
}
