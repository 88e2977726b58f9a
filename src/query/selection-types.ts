/**
 * The types of selections: queries whose rows are read as plain values.
 *
 * Inference only; nothing here exists at run time.
 */
import type {
  AnyRelation,
  FerroTypeError,
  LinkOf,
  Output,
  ShadowOutput,
  ShapeOf,
} from "../definition/types.ts";
import type { Explanation } from "../ir/explanation.ts";
import type { Aggregate } from "./aggregate-types.ts";
import type { Expression, OrderOptions, Predicate } from "./expression-types.ts";
import type { SortNameOf } from "./named-types.ts";
import type { Page, PageOptions } from "./page-types.ts";
import type {
  CompiledQuery,
  Condition,
  Equalities,
  ExplainOptions,
  OrderKey,
  StreamOptions,
} from "./types.ts";

/** What can be read of each row: expressions and conditions by name, or one alone; or aggregates of all rows. */
export type Selectable =
  | Expression<unknown>
  | Predicate
  | SelectFields
  | Aggregate<unknown>
  | AggregateFields;

/** Aggregates by the names they get. */
export interface AggregateFields {
  readonly [name: string]: Aggregate<unknown>;
}

/** Expressions and conditions by the names they get. */
export interface SelectFields {
  readonly [name: string]: Expression<unknown> | Predicate;
}

/** The value of one selected expression. */
export type ValueOf<Selected> =
  Selected extends Expression<infer Value>
    ? Value
    : Selected extends Predicate
      ? boolean
      : Selected extends Aggregate<infer Value>
        ? Value
        : FerroTypeError<"select takes columns and what is computed of them">;

/** The plain row that a selection reads. */
export type Selected<Fields> =
  Fields extends Expression<infer Value>
    ? Value
    : Fields extends Predicate
      ? boolean
      : Fields extends Aggregate<infer Value>
        ? Value
        : { -readonly [Name in keyof Fields]: ValueOf<Fields[Name]> };

/** The plain row of some columns of a model, shadows included. */
export type NamedRow<Shape, Name extends string> = {
  [Property in Name]: Property extends keyof Shape
    ? Shape[Property] extends AnyRelation
      ? FerroTypeError<"a relation is no column: select one of its columns">
      : Output<Shape[Property]>
    : ShadowOutput<LinkOf<Shape, Property>>;
};

/**
 * Rows of a model as plain values, not fetched yet. Immutable: each step is a new selection.
 *
 * @typeParam Model - The model class that the rows are of.
 * @typeParam Row - What each row is read as.
 */
export interface Selection<Model, Row> {
  /** Keeps the rows that match; several calls all must. */
  where(condition: Condition<Model>): Selection<Model, Row>;
  where(equalities: Equalities<ShapeOf<Model>>): Selection<Model, Row>;
  /** The compiler gets here when both refuse, and says what is wrong with what was given. */
  where(condition: Equalities<ShapeOf<Model>> | Condition<Model>): Selection<Model, Row>;
  /** Orders the rows by a column, by what a lambda computes, or by a selected field's name. */
  orderBy(
    key: OrderKey<Model>,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Selection<Model, Row>;
  orderBy(
    key: FieldName<Row> | SortNameOf<Model> | OrderKey<Model>,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Selection<Model, Row>;
  /** At most `count` rows. */
  limit(count: number): Selection<Model, Row>;
  /** Leaves out the first `count` rows. */
  offset(count: number): Selection<Model, Row>;
  /** Gives equal rows once. They can be ordered by what is selected only. */
  distinct(): Selection<Model, Row>;
  /** The same selection on a named connection. */
  using(connection: string): Selection<Model, Row>;
  /**
   * Ends what runs when the signal aborts: the call fails with `QueryCancelledError`, whose cause is the
   * signal's reason, and PostgreSQL stops working on it. SQLite can't be stopped on the main thread.
   */
  signal(signal: AbortSignal): Selection<Model, Row>;
  /** Ends what runs after so many milliseconds, waiting for a connection included, with `QueryTimeoutError`. */
  timeout(milliseconds: number): Selection<Model, Row>;
  /** Every row. */
  all(): Promise<Row[]>;
  /** The first row, or null; by primary key when there is no `orderBy`. */
  first(): Promise<Row | null>;
  /** The only row; throws when there is none, or more than one. */
  one(): Promise<Row>;
  /** The rows one by one, read a batch at a time; see `Query.stream`. */
  stream(options?: StreamOptions): AsyncGenerator<Row, void, undefined>;
  /** The same as `stream()`: `for await (const row of selection)`. */
  [Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined>;
  /** A page of the rows, and the cursors of the pages around it; see `Query.page`. Not with `distinct`. */
  page(options: PageOptions): Promise<Page<Row>>;
  /** Leaves out the rows up to a cursor of this ordering. Not with `distinct`. */
  after(cursor: string): Selection<Model, Row>;
  /** How many rows match; with `distinct`, how many different ones. */
  count(): Promise<number>;
  /** Whether any row matches. */
  exists(): Promise<boolean>;
  /** The statement that `all()` runs, with its bound values. */
  toSQL(): CompiledQuery;
  /** How the database would run `all()`; see `Query.explain`. */
  explain(options?: ExplainOptions): Promise<Explanation>;
}

/** The names of a plain row's fields; none where the row is a single value. */
export type FieldName<Row> = Row extends
  | string
  | number
  | bigint
  | boolean
  | Date
  | null
  | undefined
  ? never
  : keyof Row & string;
