/**
 * QueryIR: a statement as plain data.
 *
 * Nodes are told apart by `kind`, are JSON-safe and hold no values: a value is a
 * {@link Slot}, an index into the values of one execution. Two queries that
 * differ only in their values are the same IR and share one plan.
 *
 * Predicates have two truth values. NULL is a value that equals only itself and
 * is neither less nor greater than anything, and `not` is the exact complement,
 * on every database.
 */
import type { IrEnvelope } from "./envelope.ts";
import type { StorageType } from "./type.ts";

/** A statement in its envelope. */
export type QueryIr = IrEnvelope<"query", Query>;

export type Query =
  | SelectQuery
  | CountQuery
  | ExistsQuery
  | InsertQuery
  | UpdateQuery
  | UpdateRowsQuery
  | DeleteQuery;

/** What rows come from, under an alias; every column reference names the alias. */
export type Source = TableSource | QuerySource | SetSource;

/** A table. */
export interface TableSource {
  readonly kind?: "table";
  readonly table: string;
  readonly alias: string;
}

/** The rows of a query. Its columns are called `c0`, `c1`, … by their places. */
export interface QuerySource {
  readonly kind: "query";
  readonly query: SelectQuery;
  readonly alias: string;
}

/** How the rows of queries are put together. All but "unionAll" give equal rows once. */
export type SetOperator = "union" | "unionAll" | "intersect" | "except";

/** The rows of several queries put together, from the first to the last. Its columns are called `c0`, `c1`, … by their places. */
export interface SetSource {
  readonly kind: "set";
  readonly operator: SetOperator;
  readonly parts: readonly SelectQuery[];
  readonly alias: string;
}

/** A join to one row, which never multiplies its left side; "cross" goes with every row, and has no pairs. */
export interface Join {
  readonly kind: "inner" | "left" | "cross";
  readonly source: Source;
  readonly on: readonly ColumnPair[];
  /** What must hold beside the pairs. Such a join may go to many rows. */
  readonly where?: Predicate;
}

/** Two columns that must be equal; NULL equals nothing here. */
export interface ColumnPair {
  readonly left: ColumnRef;
  readonly right: ColumnRef;
}

/** A column of a source. `nullable` is what decides the null-safe forms; columns of a left join are nullable in any case. */
export interface ColumnRef {
  readonly kind: "column";
  readonly source: string;
  readonly column: string;
  readonly type: StorageType;
  readonly nullable: boolean;
}

/**
 * The place of one bound value.
 *
 * `list` slots hold an array of values. A `null` type is an argument of raw SQL:
 * the database infers its type, and it is encoded as raw arguments are. NULL may
 * be bound only where a value is stored or handed to raw SQL, never compared.
 */
export interface Slot {
  readonly kind: "slot";
  readonly index: number;
  readonly type: StorageType | null;
  readonly list?: boolean;
  /** The value is a cell as this database gave it, and is bound as it is. */
  readonly cell?: boolean;
  /** What the value is for, in messages: "Post.title". No part of the shape. */
  readonly label?: string;
}

export type ArithmeticOperator = "+" | "-" | "*";

/** Arithmetic over numbers; `type` is the type of the result. */
export interface Arithmetic {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly type: StorageType;
}

/** SQL the user wrote through the `sql` tag: text pieces with operands between them, so one piece more than operands. */
export interface RawExpression {
  readonly kind: "raw";
  readonly pieces: readonly string[];
  readonly operands: readonly (Expression | Identifier)[];
  readonly type: StorageType;
}

/** A name inside raw SQL, quoted by the dialect; several are joined by dots. */
export interface Identifier {
  readonly kind: "identifier";
  readonly names: readonly string[];
}

/** Whether a condition holds, as a value: true or false, never NULL. */
export interface Truth {
  readonly kind: "truth";
  readonly predicate: Predicate;
  readonly type: StorageType;
}

/** The one column of a query's first row; NULL when there is none. */
export interface Scalar {
  readonly kind: "scalar";
  readonly query: SelectQuery;
  readonly type: StorageType;
}

/** Functions of values; every database gives them the one meaning that `docs/guide/computed-values.md` tells. */
export type FunctionName =
  | "lower"
  | "upper"
  | "length"
  | "trim"
  | "trimStart"
  | "trimEnd"
  | "concat"
  | "substring"
  | "replace"
  | "dividedBy"
  | "mod"
  | "abs"
  | "round"
  | "floor"
  | "ceil"
  | "coalesce"
  | "nullif"
  | "greatest"
  | "least"
  | "convert"
  | "part"
  | "truncate"
  | "shift"
  | "now"
  /** Whether the texts of columns match a search; its operands are the key and the search. */
  | "textMatch"
  /** How well they do; more is better, and 0 is no match. */
  | "textRank";

/** A unit of time. */
export type TimeUnit = "year" | "month" | "week" | "day" | "hour" | "minute" | "second" | "weekday";

/** A function of values. NULL in gives NULL out, unless the function is about NULL. */
export interface FunctionCall {
  readonly kind: "function";
  readonly name: FunctionName;
  readonly operands: readonly Expression[];
  /** Of "part" and "truncate". */
  readonly unit?: TimeUnit;
  /** Of "textMatch" and "textRank". */
  readonly index?: TextIndex;
  readonly type: StorageType;
}

/** What makes texts searchable: an index of PostgreSQL, a table of SQLite's FTS5. */
export interface TextIndex {
  readonly name: string;
  readonly table: string;
  /** The whole number that is the table's primary key. */
  readonly key: string;
  readonly columns: readonly string[];
  /** Whose endings of words don't count; "simple" for none. */
  readonly language: string;
  /** How much a word in each of the columns is worth; alike when left out. */
  readonly weights?: readonly number[];
}

/** The value of the first branch whose condition holds. */
export interface Case {
  readonly kind: "case";
  readonly branches: readonly { readonly when: Predicate; readonly value: Expression }[];
  /** NULL where no branch holds and this is null. */
  readonly otherwise: Expression | null;
  readonly type: StorageType;
}

export type AggregateName = "count" | "sum" | "avg" | "min" | "max";

/** One value of many rows. The sum of no values is 0; the least, the greatest and the average of none are NULL. */
export interface Aggregate {
  readonly kind: "aggregate";
  readonly name: AggregateName;
  /** Null counts rows. */
  readonly operand: Expression | null;
  readonly distinct: boolean;
  readonly filter: Predicate | null;
  readonly type: StorageType;
}

export type WindowName =
  | "rowNumber"
  | "rank"
  | "denseRank"
  | "lag"
  | "lead"
  | "firstValue"
  | "lastValue";

/** A value of a row and of the rows around it. */
export interface WindowCall {
  readonly kind: "window";
  /** What is computed: an aggregate of the rows in the frame, or a function by its name. */
  readonly call: Aggregate | WindowName;
  /** Of a function by name. */
  readonly operands: readonly Expression[];
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderTerm[];
  readonly frame: Frame | null;
  readonly type: StorageType;
}

/** Which rows around the current one count; a number is that many rows before (negative) or after. */
export interface Frame {
  readonly mode: "rows" | "range" | "groups";
  readonly from: FrameEnd;
  readonly to: FrameEnd;
}

export type FrameEnd = "start" | "end" | "current" | number;
/** What is read at a place in a JSON value; "json" is the value there, of whatever kind. */
export type JsonKind = "text" | "number" | "boolean" | "json";

/**
 * What stands at a place in a JSON value. NULL where nothing does, where it is
 * JSON's null, and where it is of another kind. `path` binds a list of keys and indexes.
 */
export interface JsonPath {
  readonly kind: "jsonPath";
  readonly operand: Expression;
  readonly path: Slot;
  readonly as: JsonKind;
  readonly type: StorageType;
}

/** How many items an array has, or a JSON array; NULL where it is no array. */
export interface ListLength {
  readonly kind: "listLength";
  readonly operand: Expression;
  readonly of: ListKind;
  readonly type: StorageType;
}

/** A column of an array type, or a JSON value that is an array. */
export type ListKind = "array" | "json";

export type Expression =
  | ColumnRef
  | Slot
  | Arithmetic
  | RawExpression
  | Truth
  | Scalar
  | FunctionCall
  | Case
  | Aggregate
  | WindowCall
  | JsonPath
  | ListLength;

export type CompareOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/**
 * How text is matched, alike on every database.
 *
 * "like" and "ilike" take the pattern as it is: `%`, `_`, and `\` before either.
 * The others take plain text and escape it. Only "ilike" ignores case: of all
 * letters on PostgreSQL (by the database's locale), of ASCII letters on SQLite.
 */
export type TextMatch = "like" | "ilike" | "startsWith" | "endsWith" | "contains";

/** Whether a row is kept. */
export type Predicate =
  | Compare
  | { readonly kind: "isNull"; readonly operand: Expression; readonly negated: boolean }
  | InList
  | Between
  | Match
  | { readonly kind: "and" | "or"; readonly operands: readonly Predicate[] }
  | { readonly kind: "not"; readonly operand: Predicate }
  | Exists
  | InQuery
  | ExistsRows
  | ListTest
  | HasKey
  | { readonly kind: "constant"; readonly value: boolean }
  /** A condition written through the `sql` tag; unknown counts as false. */
  | RawExpression;

/** Whether an array holds every one, or some one, of the bound items. Unknown, which counts as false, for what is no array. */
export interface ListTest {
  readonly kind: "list";
  readonly test: "every" | "some";
  readonly operand: Expression;
  readonly of: ListKind;
  readonly items: Slot;
}

/** Whether a JSON value is an object with the bound key. */
export interface HasKey {
  readonly kind: "hasKey";
  readonly operand: Expression;
  readonly key: Slot;
}

/** `=` and `<>` are null-safe where a side may be NULL. */
export interface Compare {
  readonly kind: "compare";
  readonly operator: CompareOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** Whether a value is in a bound list, which holds no NULLs. Negated, it keeps NULL rows. */
export interface InList {
  readonly kind: "in";
  readonly operand: Expression;
  readonly values: Slot;
  readonly negated: boolean;
}

/** Whether a value is among those of a query's one column; NULL is among them where one is NULL. Negated, it keeps NULL rows. */
export interface InQuery {
  readonly kind: "inQuery";
  readonly operand: Expression;
  readonly query: SelectQuery;
  readonly negated: boolean;
}

/** Whether a query gives any row. */
export interface ExistsRows {
  readonly kind: "existsRows";
  readonly query: SelectQuery;
  readonly negated: boolean;
}

/** Both ends belong to the range. */
export interface Between {
  readonly kind: "between";
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
}

/** Text matched against a bound pattern. Negated, it keeps NULL rows. */
export interface Match {
  readonly kind: "match";
  readonly match: TextMatch;
  readonly operand: Expression;
  readonly pattern: Slot;
  readonly negated: boolean;
  /** Not of "like" and "ilike", which say it by their names. */
  readonly ignoreCase?: boolean;
}

/** True when a row exists: `some`, `none` (negated), `every` (negated over a negation, so true of no rows). */
export interface Exists {
  readonly kind: "exists";
  readonly source: Source;
  readonly joins: readonly Join[];
  readonly on: readonly ColumnPair[];
  readonly where: Predicate | null;
  readonly negated: boolean;
}

/** One key of an ordering; `nulls: null` leaves their place to the database. */
export interface OrderTerm {
  readonly expression: Expression;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
}

/** Rows of one table and of the tables joined to it. */
export interface Selection {
  /** Rows that the statement knows by a name, in an order in which each may read those before it. */
  readonly with?: readonly CommonRows[];
  readonly from: Source;
  readonly joins: readonly Join[];
  /** Ties the rows to those of a query around this one. */
  readonly on?: readonly ColumnPair[];
  readonly where: Predicate | null;
}

/** Which of the rows, in which order. Limits are slots of a non-negative integer. */
export interface Slice {
  readonly orderBy: readonly OrderTerm[];
  readonly limit: Slot | null;
  readonly offset: Slot | null;
}

/** Rows that others may not change, or not even lock, until the transaction ends. */
export interface RowLock {
  readonly strength: "update" | "share";
  /** What to do about rows that are locked already: wait, leave them out, or fail. */
  readonly locked: "wait" | "skip" | "fail";
}

/**
 * Reads rows; `columns` are read by position.
 *
 * With `perGroup` the limit and the offset count within the rows that have these
 * columns in common, and a row has one cell more. The order must be complete then.
 */
export interface SelectQuery extends Selection, Slice {
  readonly kind: "select";
  readonly columns: readonly Expression[];
  readonly perGroup?: readonly ColumnRef[];
  /** Leaves out rows that are equal to another in all columns. */
  readonly distinct?: boolean;
  /** Makes one row of all that are equal in these; an empty list makes one row of all. */
  readonly groupBy?: readonly Expression[];
  /** Which of the groups are kept. */
  readonly having?: Predicate | null;
  /** Lock the rows of `from`. */
  readonly lock?: RowLock;
}

/** Rows of a query by a name, as a table whose columns are called `c0`, `c1`, … by their places. */
export interface CommonRows {
  readonly name: string;
  readonly query: SelectQuery;
  /** How further rows are found: again and again, until a step finds no new one. */
  readonly step?: CommonStep;
  /** Whether the rows are computed once and kept; without it, the database decides. */
  readonly materialized?: boolean;
}

/** Rows found from others; `query` reads those of the step before by the name. */
export interface CommonStep {
  readonly query: SelectQuery;
  /** Equal rows count as often as they come; else once, which ends circles. */
  readonly all: boolean;
  /** The types of the columns, where the rows of both queries are to be brought to them. */
  readonly types?: readonly StorageType[];
}

/** Counts rows: one row, one column. */
export interface CountQuery extends Selection {
  readonly kind: "count";
}

/** Whether any row matches: one row or none. Stops at the first. */
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
 * Its values are given in a fixed order, so it names no slots. Shape "values"
 * takes `rows` x `columns` values, row by row; "unnest" takes one list for each
 * column, as many rows as the lists are long, and `rows` is 1. No columns means
 * one row of defaults.
 */
export interface InsertQuery {
  readonly kind: "insert";
  readonly table: string;
  readonly columns: readonly WriteColumn[];
  readonly rows: number;
  readonly shape: "values" | "unnest";
  /** The values of the rows are cells already, as this database takes them. */
  readonly cells?: true;
  /** What to do about rows that exist already, or null to fail on them. */
  readonly conflict: InsertConflict | null;
  readonly returning: readonly ColumnRef[];
  /** Return at the end whether a row was inserted, where the database can tell. */
  readonly tellsInserted?: boolean;
}

export interface InsertConflict {
  /** The unique columns that tell; empty means any conflict, and then `update` is empty too. */
  readonly columns: readonly string[];
  /**
   * What changes in the row that is there; empty means nothing does (and nothing is returned for it).
   *
   * A name takes a column over from the new row. The values of assignments may read the
   * row under the alias "t0" and the new one under "excluded"; their slots come after the rows'.
   */
  readonly update: readonly (string | Assignment)[];
}

/** What updates and deletes share. Joins and slices choose rows by `key`, so it is needed with them. */
interface ChangeQuery extends Selection, Slice {
  readonly from: TableSource;
  /** The primary key of `from`. */
  readonly key: readonly ColumnRef[];
  /** Over columns of `from` alone. */
  readonly returning: readonly Expression[];
  /** How the rows that a slice chooses are locked first. */
  readonly lock?: RowLock;
}

/** Updates the rows that match; `set` may refer to `from` alone. */
export interface UpdateQuery extends ChangeQuery {
  readonly kind: "update";
  readonly set: readonly Assignment[];
}

/**
 * Updates many rows, each found by its key, to values of its own.
 *
 * Its values are given as those of an insert are, the key's columns before those that
 * are set. The table has the alias "t0".
 */
export interface UpdateRowsQuery {
  readonly kind: "updateRows";
  readonly table: string;
  /** A column to add one to. */
  readonly bump?: string;
  readonly key: readonly WriteColumn[];
  readonly set: readonly WriteColumn[];
  readonly rows: number;
  readonly shape: "values" | "unnest";
  readonly returning: readonly ColumnRef[];
}

/** Deletes the rows that match. */
export interface DeleteQuery extends ChangeQuery {
  readonly kind: "delete";
}
