/**
 * The types of rows of other queries, and of queries put together.
 *
 * Inference only; nothing here exists at run time.
 */
import type { FerroTypeError } from "../definition/types.ts";
import type { Explanation } from "../ir/explanation.ts";
import type { AggregateOptions, AverageOf, GroupKeys, Summable, SumOf } from "./aggregate-types.ts";
import type {
  Expression,
  ExpressionOf,
  MaybeClaim,
  Order,
  OrderOptions,
  Predicate,
  Skip,
} from "./expression-types.ts";
import type { NumericExpression } from "./method-types.ts";
import type { PlainQuery, RowColumns, Single } from "./plain-types.ts";
import type { FieldName, Selectable, Selected } from "./selection-types.ts";
import type { CompiledQuery, ExplainOptions, Query, Sortable, StreamOptions } from "./types.ts";

/**
 * Rows of other queries, to be queried again. Immutable: each step is a new query.
 *
 * @typeParam Row - What each row is read as.
 * @typeParam Columns - What lambdas get: the fields that the queries selected.
 */
export interface Rows<Row, Columns = RowColumns<Row>> {
  /** Keeps the rows that match; several calls all must. */
  where(condition: ((t: Columns) => MaybeClaim) | Predicate | Skip): Rows<Row, Columns>;
  /** Orders the rows by what a lambda computes, or by a selected field's name. */
  orderBy(
    key: FieldName<Row> | ((t: Columns) => Sortable | Order),
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Rows<Row, Columns>;
  /** Reads what the lambda gives instead. */
  select<Fields extends Selectable>(pick: (t: Columns) => Fields): Rows<Selected<Fields>, Columns>;
  /** At most `count` rows. */
  limit(count: number): Rows<Row, Columns>;
  /** Leaves out the first `count` rows. */
  offset(count: number): Rows<Row, Columns>;
  /** Gives equal rows once. They can be ordered by what is selected only. */
  distinct(): Rows<Row, Columns>;
  /** The same rows on a named connection. */
  using(connection: string): Rows<Row, Columns>;
  /** Ends what runs when the signal aborts; see `Query.signal`. */
  signal(signal: AbortSignal): Rows<Row, Columns>;
  /** Ends what runs after so many milliseconds; see `Query.timeout`. */
  timeout(milliseconds: number): Rows<Row, Columns>;
  /** Every row. */
  all(): Promise<Row[]>;
  /** The first row, or null; by all fields when there is no `orderBy`. */
  first(): Promise<Row | null>;
  /** The only row; throws when there is none, or more than one. */
  one(): Promise<Row>;
  /** The rows one by one, read a batch at a time; see `Query.stream`. */
  stream(options?: StreamOptions): AsyncGenerator<Row, void, undefined>;
  /** The same as `stream()`: `for await (const row of rows)`. */
  [Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined>;
  /** How many rows there are; with `distinct`, how many different ones. */
  count(): Promise<number>;
  /** Whether there is any row. */
  exists(): Promise<boolean>;
  /** The sum; 0 of no rows. */
  sum<Value extends Summable>(
    of: (t: Columns) => Expression<Value>,
    options?: AggregateOptions<Columns>,
  ): Promise<SumOf<Value>>;
  /** The average, or null of no rows. */
  avg<Value extends Summable>(
    of: (t: Columns) => Expression<Value>,
    options?: AggregateOptions<Columns>,
  ): Promise<AverageOf<Value>>;
  /** The least value, or null of no rows. */
  min<Value>(
    of: (t: Columns) => Expression<Value>,
    options?: AggregateOptions<Columns>,
  ): Promise<NonNullable<Value> | null>;
  /** The greatest value, or null of no rows. */
  max<Value>(
    of: (t: Columns) => Expression<Value>,
    options?: AggregateOptions<Columns>,
  ): Promise<NonNullable<Value> | null>;
  /** What the lambda computes of all rows together. */
  aggregate<Fields extends Selectable>(
    compute: (rows: RowAggregates<Columns>) => Fields,
  ): Promise<Selected<Fields>>;
  /** Groups of rows that are equal in what the lambda gives. */
  groupBy<Keys extends GroupKeys>(keys: (t: Columns) => Keys): RowGroups<Columns, Keys>;
  /** The statement that `all()` runs, with its bound values. */
  toSQL(): CompiledQuery;
  /** How the database would run `all()`; see `Query.explain`. */
  explain(options?: ExplainOptions): Promise<Explanation>;
}

/** One value of many rows, as an expression. */
export interface RowAggregates<Columns> {
  /** How many rows, how many that match, or how many values that are not NULL. */
  count(
    of?: (t: Columns) => Predicate | Expression<unknown>,
    options?: AggregateOptions<Columns>,
  ): NumericExpression<number>;
  /** The sum; 0 of no values. */
  sum<Value extends Summable>(
    of: (t: Columns) => Expression<Value>,
    options?: AggregateOptions<Columns>,
  ): NumericExpression<SumOf<Value>>;
  /** The average; NULL of no values. */
  avg<Value extends Summable>(
    of: (t: Columns) => Expression<Value>,
    options?: AggregateOptions<Columns>,
  ): NumericExpression<AverageOf<Value>>;
  /** The least value; NULL of no values. */
  min<Value>(
    of: (t: Columns) => Expression<Value>,
    options?: AggregateOptions<Columns>,
  ): ExpressionOf<NonNullable<Value> | null>;
  /** The greatest value; NULL of no values. */
  max<Value>(
    of: (t: Columns) => Expression<Value>,
    options?: AggregateOptions<Columns>,
  ): ExpressionOf<NonNullable<Value> | null>;
}

/** Groups of such rows, of which something is to be selected. */
export interface RowGroups<Columns, Keys> {
  /** Keeps the groups that match; several calls all must. */
  having(
    condition: (key: Keys, rows: RowAggregates<Columns>) => MaybeClaim,
  ): RowGroups<Columns, Keys>;
  /** Reads keys, and what is computed of each group's rows. */
  select<Fields extends Selectable>(
    pick: (key: Keys, rows: RowAggregates<Columns>) => Fields,
  ): GroupedRows<Keys, RowAggregates<Columns>, Selected<Fields>>;
}

/** A plain row for each group, not fetched yet. Immutable: each step is a new query. */
export interface GroupedRows<Keys, Together, Row> {
  /** Orders the groups by what a lambda computes, or by a selected field's name. */
  orderBy(
    key: FieldName<Row> | ((key: Keys, rows: Together) => Expression<unknown> | Order),
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): GroupedRows<Keys, Together, Row>;
  /** At most `count` groups. */
  limit(count: number): GroupedRows<Keys, Together, Row>;
  /** Leaves out the first `count` groups. */
  offset(count: number): GroupedRows<Keys, Together, Row>;
  /** Gives equal rows once. */
  distinct(): GroupedRows<Keys, Together, Row>;
  /** A row for every group. */
  all(): Promise<Row[]>;
  /** The first group's row, or null; by what is selected when there is no `orderBy`. */
  first(): Promise<Row | null>;
  /** The only group's row; throws when there is none, or more than one. */
  one(): Promise<Row>;
  /** How many groups there are. */
  count(): Promise<number>;
  /** Whether there is any group. */
  exists(): Promise<boolean>;
  /** The statement that `all()` runs, with its bound values. */
  toSQL(): CompiledQuery;
}

// ---------------------------------------------------------------- queries put together

/** The rows that a query reads. */
type RowOf<Part> = Part extends PlainQuery<infer Row> ? Row : never;

/** The value of a field in any of several rows. */
type FieldOf<Row, Name extends PropertyKey> = Row extends { readonly [Key in Name]: infer Value }
  ? Value
  : never;

/** What equal values have in common. */
type KindOf<Value> =
  NonNullable<Value> extends infer Known
    ? Known extends string
      ? "text"
      : Known extends number
        ? "number"
        : Known extends bigint
          ? "bigint"
          : Known extends boolean
            ? "boolean"
            : Known
    : never;

type IsAlike<One, Other> = [KindOf<One>] extends [KindOf<Other>]
  ? true
  : [KindOf<Other>] extends [KindOf<One>]
    ? true
    : false;

/** What is wrong with a query beside the first; never where nothing is. */
type Fault<First, Row> = [First] extends [Single]
  ? IsAlike<First, Row> extends true
    ? never
    : "the queries select values of different types"
  : [Exclude<keyof First, keyof Row>] extends [never]
    ? [Exclude<keyof Row, keyof First>] extends [never]
      ? {
          [Name in keyof First]: IsAlike<First[Name], FieldOf<Row, Name>> extends true
            ? never
            : `the field ${Name & string} has another type in the first query`;
        }[keyof First]
      : `the first query doesn't select ${Exclude<keyof Row, keyof First> & string}`
    : `this query doesn't select ${Exclude<keyof First, keyof Row> & string}`;

type Checked<First, Part> = [Fault<First, RowOf<Part>>] extends [never]
  ? unknown
  : FerroTypeError<Fault<First, RowOf<Part>> & string>;

/** Two queries of plain rows or more. */
type PlainQueries = readonly [PlainQuery<unknown>, PlainQuery<unknown>, ...PlainQuery<unknown>[]];

/** The queries, each of them an error that says what is wrong where it doesn't fit the first. */
type Fitting<Parts extends PlainQueries> = {
  [Place in keyof Parts]: Parts[Place] & Checked<RowOf<Parts[0]>, Parts[Place]>;
};

/** A row of any of the queries. */
type AnyRow<Parts extends PlainQueries> = [RowOf<Parts[0]>] extends [Single]
  ? RowOf<Parts[number]>
  : { [Name in keyof RowOf<Parts[0]>]: FieldOf<RowOf<Parts[number]>, Name> };

/** What `union` takes and gives. */
export interface Union {
  <Model>(
    first: Query<Model>,
    second: Query<Model>,
    ...others: readonly Query<Model>[]
  ): Query<Model>;
  <const Parts extends PlainQueries>(...queries: Fitting<Parts>): Rows<AnyRow<Parts>>;
}

/** What `unionAll` takes and gives: plain rows alone, since an instance is there once. */
export type UnionAll = <const Parts extends PlainQueries>(
  ...queries: Fitting<Parts>
) => Rows<AnyRow<Parts>>;

/** What `intersect` and `except` take and give: rows of the first query. */
export interface Chosen {
  <Model>(
    first: Query<Model>,
    second: Query<Model>,
    ...others: readonly Query<Model>[]
  ): Query<Model>;
  <const Parts extends PlainQueries>(...queries: Fitting<Parts>): Rows<RowOf<Parts[0]>>;
}
