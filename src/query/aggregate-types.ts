/**
 * The types of aggregates, groups and windows.
 *
 * Inference only; nothing here exists at run time.
 */
import type { Decimal } from "decimal.js";
import type { FerroTypeError, ShapeOf } from "../definition/types.ts";
import type { Explanation } from "../ir/explanation.ts";
import type {
  ColumnsOf,
  Expression,
  ExpressionOf,
  MaybeClaim,
  Order,
  OrderOptions,
  Predicate,
} from "./expression-types.ts";
import type { NumericExpression } from "./method-types.ts";
import type { SortNameOf } from "./named-types.ts";
import type { FieldName, Selectable, Selected } from "./selection-types.ts";
import type { CompiledQuery, ExplainOptions, StreamOptions } from "./types.ts";

/** Values that have a sum. */
export type Summable = number | bigint | Decimal | null | undefined;

/** The sum of values: of no values it is 0. */
export type SumOf<Value> =
  NonNullable<Value> extends number
    ? number
    : NonNullable<Value> extends bigint
      ? bigint
      : NonNullable<Value> extends Decimal
        ? Decimal
        : FerroTypeError<"sum() needs numbers of one kind">;

/** The average of values: of whole 64-bit numbers and decimals it is exact to 20 digits. */
export type AverageOf<Value> = (NonNullable<Value> extends number ? number : Decimal) | null;

/** Which values count. `Columns` is what `t` is. */
export interface AggregateOptions<Columns> {
  /** Equal values count once. */
  readonly distinct?: boolean;
  /** Only rows that match count. */
  readonly filter?: (t: Columns) => MaybeClaim;
}

/** One value of many rows, as an expression. */
export interface Aggregates<Model> {
  /** How many rows, how many that match, or how many values that are not NULL. */
  count(
    of?: (t: ColumnsOf<Model>) => Predicate | Expression<unknown>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): NumericExpression<number>;
  /** The sum; 0 of no values. */
  sum<Value extends Summable>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): NumericExpression<SumOf<Value>>;
  /** The average; NULL of no values. */
  avg<Value extends Summable>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): NumericExpression<AverageOf<Value>>;
  /** The least value; NULL of no values. */
  min<Value>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): ExpressionOf<NonNullable<Value> | null>;
  /** The greatest value; NULL of no values. */
  max<Value>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): ExpressionOf<NonNullable<Value> | null>;
}

/** One value of many rows, fetched. */
export interface AggregateTerminals<Model> {
  /** The sum; 0 of no rows. Throws when it is out of the range that a number holds exactly. */
  sum<Value extends Summable>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Promise<SumOf<Value>>;
  /** The average, or null of no rows. */
  avg<Value extends Summable>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Promise<AverageOf<Value>>;
  /** The least value, or null of no rows. */
  min<Value>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Promise<NonNullable<Value> | null>;
  /** The greatest value, or null of no rows. */
  max<Value>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Promise<NonNullable<Value> | null>;
  /** What the lambda computes of all rows together. */
  aggregate<Fields extends Selectable>(
    compute: (rows: GroupRows<Model>) => Fields,
  ): Promise<Selected<Fields>>;
  /** Groups of rows that are equal in what the lambda gives: an expression, or several by name. */
  groupBy<Keys extends GroupKeys>(keys: (t: ColumnsOf<Model>) => Keys): Groups<Model, Keys>;
  /** Groups of rows that are equal in these columns. */
  groupBy<const Name extends SortNameOf<Model>>(
    ...names: readonly [Name, ...Name[]]
  ): Groups<Model, Pick<ColumnsOf<Model>, Name & keyof ColumnsOf<Model>>>;
}

// ---------------------------------------------------------------- groups

/** What rows are grouped by. */
export type GroupKeys = Expression<unknown> | { readonly [name: string]: Expression<unknown> };

/** The rows of a group. Their columns differ from row to row, so each is an error that says what to do. */
export type GroupRows<Model> = Aggregates<Model> & {
  readonly [Name in Exclude<keyof ShapeOf<Model>, keyof Aggregates<Model>> &
    string]: FerroTypeError<`${Name} is not grouped: add it to groupBy(), or aggregate it, for example rows.max((t) => t.${Name})`>;
};

/**
 * Groups of rows, of which something is to be selected.
 *
 * @typeParam Keys - What `groupBy` was given: its lambda's result.
 */
export interface Groups<Model, Keys> {
  /** Keeps the groups that match; several calls all must. */
  having(condition: (key: Keys, rows: GroupRows<Model>) => MaybeClaim): Groups<Model, Keys>;
  /** Reads keys, and what is computed of each group's rows. */
  select<Fields extends Selectable>(
    pick: (key: Keys, rows: GroupRows<Model>) => Fields,
  ): GroupedSelection<Model, Keys, Selected<Fields>>;
}

/** A plain row for each group, not fetched yet. Immutable: each step is a new selection. */
export interface GroupedSelection<Model, Keys, Row> {
  /** Orders the groups by what a lambda computes, or by a selected field's name. */
  orderBy(
    key: FieldName<Row> | ((key: Keys, rows: GroupRows<Model>) => Expression<unknown> | Order),
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): GroupedSelection<Model, Keys, Row>;
  /** At most `count` groups. */
  limit(count: number): GroupedSelection<Model, Keys, Row>;
  /** Leaves out the first `count` groups. */
  offset(count: number): GroupedSelection<Model, Keys, Row>;
  /** Gives equal rows once. */
  distinct(): GroupedSelection<Model, Keys, Row>;
  /** The same on a named connection. */
  using(connection: string): GroupedSelection<Model, Keys, Row>;
  /** Ends what runs when the signal aborts; see `Query.signal`. */
  signal(signal: AbortSignal): GroupedSelection<Model, Keys, Row>;
  /** Ends what runs after so many milliseconds; see `Query.timeout`. */
  timeout(milliseconds: number): GroupedSelection<Model, Keys, Row>;
  /** A row for every group. */
  all(): Promise<Row[]>;
  /** The first group's row, or null; by what is selected when there is no `orderBy`. */
  first(): Promise<Row | null>;
  /** The only group's row; throws when there is none, or more than one. */
  one(): Promise<Row>;
  /** The rows one by one, read a batch at a time; see `Query.stream`. */
  stream(options?: StreamOptions): AsyncGenerator<Row, void, undefined>;
  /** The same as `stream()`: `for await (const row of groups)`. */
  [Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined>;
  /** How many groups there are. */
  count(): Promise<number>;
  /** Whether there is any group. */
  exists(): Promise<boolean>;
  /** The statement that `all()` runs, with its bound values. */
  toSQL(): CompiledQuery;
  /** How the database would run `all()`; see `Query.explain`. */
  explain(options?: ExplainOptions): Promise<Explanation>;
}

// ---------------------------------------------------------------- windows

/** The rows around a row. */
export interface Window {
  /** The rows that are equal in these. */
  readonly partitionBy?: Expression<unknown> | readonly Expression<unknown>[];
  /** Their order. */
  readonly orderBy?: WindowKey | readonly WindowKey[];
  readonly frame?: WindowFrame;
}

type WindowKey = Expression<unknown> | Order;

/** Which of the rows count: from the first to the current one, unless said otherwise. A number is so many rows before (negative) or after. */
export interface WindowFrame {
  readonly mode?: "rows" | "range" | "groups";
  readonly from?: "start" | "current" | number;
  readonly to?: "current" | "end" | number;
}

/** A window function that waits for its window. */
export interface WindowFunction<Value> {
  over(window?: Window): ExpressionOf<Value>;
}

declare const aggregateValue: unique symbol;

/** One value of many rows, where it is selected without a row beside it. */
export interface Aggregate<out Value> {
  readonly [aggregateValue]: Value;
}

/** An aggregate: of all rows where it is selected alone, or over a window beside each row. */
export interface WindowAggregate<Value> extends WindowFunction<Value>, Aggregate<Value> {
  /** Only the rows that match count. */
  filter(condition: Predicate): WindowAggregate<Value>;
}
