/**
 * The types of queries and relations: what conditions, changes and results are made of.
 *
 * Inference only; nothing here exists at run time.
 */
import type { Input } from "../definition/input-types.ts";
import type { LazyMode } from "../definition/lazy-mode.ts";
import type { NestedInput, WithNames } from "../definition/nested-types.ts";
import type { BackRefAdvice, Paired, PairOf } from "../definition/pair-types.ts";
import type {
  AnyForeignKey,
  AnyRelation,
  BackRefField,
  BackRefViewField,
  ColumnInput,
  FerroTypeError,
  InstanceOf,
  LinkOf,
  ManyToMany,
  NameOf,
  NamesOf,
  OfKind,
  OrNull,
  Output,
  PrimaryKeyOf,
  PropertyNames,
  RelationKind,
  ShadowOutput,
  ShapeOf,
  TargetOf,
} from "../definition/types.ts";
import type { Explanation } from "../ir/explanation.ts";
import type { AggregateOptions, AggregateTerminals } from "./aggregate-types.ts";
import type {
  Claim,
  ColumnsOf,
  Equality,
  Expression,
  MaybeClaim,
  Order,
  OrderOptions,
  Predicate,
  Skip,
} from "./expression-types.ts";
import type { Include, Made, NoOthers, With } from "./include-types.ts";
import type { BesideOptions, Joined, OptionalRow } from "./join-types.ts";
import type {
  ChangesOf,
  EqualitiesOf,
  Including,
  PlainColumns,
  PlainName,
  SortNameOf,
} from "./named-types.ts";
import type { Page, PageOptions } from "./page-types.ts";
import type { PlainQuery, RowColumns } from "./plain-types.ts";
import type { NamedRow, Selectable, Selected, Selection } from "./selection-types.ts";

// ---------------------------------------------------------------- values

/** Equalities as an object: scalars only, so that no operator can come in with a request body. */
export type Equalities<Shape> = {
  readonly [Name in PropertyNames<Shape>]?: Name extends keyof Shape
    ? Shape[Name] extends AnyRelation
      ? FerroTypeError<"compare the id of a relation, such as authorId, or use a lambda">
      : Equality<Output<Shape[Name]>>
    : Equality<ShadowOutput<LinkOf<Shape, Name>>>;
};

/** New values for `update`: plain, or expressions over the row's columns. */
export type Changes<Shape> = {
  readonly [Name in PropertyNames<Shape>]?: Name extends keyof Shape
    ? Shape[Name] extends AnyRelation
      ? LinkChange<Shape[Name]>
      : ColumnChange<Shape[Name]>
    : KeyChange<ShadowOutput<LinkOf<Shape, Name>>>;
};

type KeyChange<Value> = Value | Expression<Value>;

type ColumnChange<Field> =
  Field extends OfKind<"generated">
    ? FerroTypeError<"the database computes this column">
    :
        | Exclude<ColumnInput<Field>, undefined>
        | Cleared<Output<Field>>
        | Expression<Output<Field> | Cleared<Output<Field>>>;

/** What clears a column that a program sees as undefined where it is NULL. */
type Cleared<Value> = undefined extends Value ? null : never;

type LinkChange<Field> = Field extends AnyForeignKey
  ? OrNull<Field, InstanceOf<TargetOf<Field>>>
  : FerroTypeError<"update() changes columns; use the relation's own methods">;

// ---------------------------------------------------------------- queries

/**
 * What `where` takes besides an object of equalities: a lambda, a predicate or `skip`. For functions that
 * pass it on: `(condition: Condition<typeof Post>) => Post.where(condition)`.
 *
 * The object stands in an overload of its own: in a union the compiler would
 * look into every column of the model at each call.
 */
export type Condition<Model> = ((t: ColumnsOf<Model>) => MaybeClaim) | Predicate | Skip;

/** A column that rows can be sorted by. */
export interface Sortable extends Expression<unknown> {
  asc(options?: OrderOptions): Order;
}

/** What `orderBy` takes: a column, or one with its direction. */
export type OrderKey<Model> = (t: ColumnsOf<Model>) => Sortable | Order;

/** A column's property, for `orderBy`: shadows included, relations not. */
export type SortName<Shape> = Exclude<PropertyNames<Shape>, NamesOf<Shape, RelationKind>> & string;

/**
 * Rows of a model, not fetched yet. Immutable: each step is a new query.
 *
 * @typeParam Model - The model class: `Query<typeof Post>`.
 * @typeParam Row - What a row is read as: an instance, with its included relations or without.
 * @typeParam Plain - Whose columns `select` takes: those of the model, or of none behind `include`.
 */
export interface Query<Model, Row = InstanceOf<Model>, Plain = Model>
  extends AggregateTerminals<Model> {
  /**
   * Keeps the rows that match; several calls all must.
   *
   * Conditions are combined with `.and()` and `.or()`. `a && b` is refused when it
   * runs; `a || b` can't be told from `a` alone, which JavaScript makes of it.
   */
  where(condition: Condition<Model>): Query<Model, Row, Plain>;
  where(equalities: EqualitiesOf<Model>): Query<Model, Row, Plain>;
  /** The compiler gets here when both refuse, and says what is wrong with what was given. */
  where(condition: EqualitiesOf<Model> | Condition<Model>): Query<Model, Row, Plain>;
  /** Orders the rows; several calls go from the first key to the last. */
  orderBy(
    key: OrderKey<Model>,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Query<Model, Row, Plain>;
  orderBy(
    key: SortNameOf<Model> | OrderKey<Model>,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Query<Model, Row, Plain>;
  /** Reads plain rows of these columns instead of instances. */
  select<const Name extends PlainName<Plain>>(
    ...names: readonly [Name, ...Name[]]
  ): Selection<Model, NamedRow<ShapeOf<Model>, Name>>;
  /** Reads plain rows of what the lambda gives, over relation paths too, instead of instances. */
  select<Fields extends Selectable>(
    pick: (t: PlainColumns<Plain>) => Fields,
  ): Selection<Model, Selected<Fields>>;
  /** The compiler gets here when both refuse, and says what is wrong with what was given. */
  select<Name extends PlainName<Plain>>(
    picked: Name | ((t: PlainColumns<Plain>) => Selectable),
    ...names: readonly Name[]
  ): FerroTypeError<"select takes names of columns, or one lambda">;
  /** Puts plain rows of another query beside those that they go with; lambdas after it get their fields as well. */
  with<Other>(
    rows: PlainQuery<Other>,
    on: (t: ColumnsOf<Model>, other: RowColumns<Other>) => Claim,
  ): Joined<Model, Row, [RowColumns<Other>], Plain>;
  with<Other>(
    rows: PlainQuery<Other>,
    on: (t: ColumnsOf<Model>, other: RowColumns<Other>) => Claim,
    options: BesideOptions,
  ): Joined<Model, Row, [RowColumns<OptionalRow<Other>>], Plain>;
  /**
   * Of rows that are equal in what the lambda gives, only the first in the order; without an order, the
   * first by primary key. Conditions count before, `limit` and `offset` after, wherever they are called.
   */
  distinctOn(
    keys: (t: ColumnsOf<Model>) => Expression<unknown> | readonly Expression<unknown>[],
  ): Query<Model, Row, Plain>;
  /** The same by columns. */
  distinctOn(
    ...names: readonly [SortNameOf<Model>, ...SortNameOf<Model>[]]
  ): Query<Model, Row, Plain>;
  /** At most `count` rows. */
  limit(count: number): Query<Model, Row, Plain>;
  /** Leaves out the first `count` rows. */
  offset(count: number): Query<Model, Row, Plain>;
  /**
   * Locks the rows that are read until the transaction ends, so that no one else changes
   * or locks them; needs a transaction. On `update` and `delete`: locks the rows that a
   * limit chooses first.
   */
  forUpdate(options?: LockOptions): Query<Model, Row, Plain>;
  /** As `forUpdate`, but others may read the rows with `forShare` as well. */
  forShare(options?: LockOptions): Query<Model, Row, Plain>;
  /** Without the condition that the model puts on its queries (`scope`). */
  unscoped(): Query<Model, Row, Plain>;
  /** Says that `update` or `delete` without a `where` is meant. */
  allRows(): Query<Model, Row, Plain>;
  /** Loads relations together with the rows: one statement for each, however many rows there are. */
  include<const Relations extends Include<Model>>(
    relations: Relations & NoOthers<Relations, Model>,
  ): Query<Model, With<Row, ShapeOf<Model>, NameOf<Model>, Relations>, Including>;
  /** How relations that were not included are loaded when they are first used. */
  lazy(mode: LazyMode): Query<Model, Row, Plain>;
  /** The same query on a named connection. */
  using(connection: string): Query<Model, Row, Plain>;
  /**
   * Ends what runs when the signal aborts: the call fails with `QueryCancelledError`, whose cause is the
   * signal's reason, and PostgreSQL stops working on it. SQLite can't be stopped on the main thread.
   */
  signal(signal: AbortSignal): Query<Model, Row, Plain>;
  /** Ends what runs after so many milliseconds, waiting for a connection included, with `QueryTimeoutError`. */
  timeout(milliseconds: number): Query<Model, Row, Plain>;
  /** Every row. */
  all(): Promise<Row[]>;
  /** The first row, or null. */
  first(): Promise<Row | null>;
  /** The only row; throws when there is none, or more than one. */
  one(): Promise<Row>;
  /** The row with this key among those that match; throws when there is none. */
  get(key: PrimaryKeyOf<Model>): Promise<Row>;
  /** The row with this key among those that match, or null. */
  getOrNone(key: PrimaryKeyOf<Model>): Promise<Row | null>;
  /**
   * The rows one by one, read a batch at a time: for results too large for memory.
   *
   * Nothing runs before the first row is asked for. Outside a transaction a connection is held until
   * the loop ends, also by `break` or an error. The objects are not those of the identity map.
   */
  stream(options?: StreamOptions): AsyncGenerator<Row, void, undefined>;
  /** The same as `stream()`: `for await (const row of query)`. */
  [Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined>;
  /**
   * A page of the rows in their order, and the cursors of the pages around it. The primary key is
   * the last sort key, so no row is skipped or repeated, however many are equal.
   *
   * @throws {InvalidCursorError} A cursor can't be read, or came from another ordering.
   */
  page(options: PageOptions): Promise<Page<Row>>;
  /** Leaves out the rows up to a cursor of this ordering, and orders by the primary key last. */
  after(cursor: string): Query<Model, Row, Plain>;
  /** How many rows match; of those, how many that a condition holds for, or how many values that are not NULL. */
  count(
    of?: (t: ColumnsOf<Model>) => Predicate | Expression<unknown>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Promise<number>;
  /** Whether any row matches. */
  exists(): Promise<boolean>;
  /** Changes the rows that match, in one statement; answers how many. */
  update(changes: (t: ColumnsOf<Model>) => ChangesOf<Model>): Promise<number>;
  update(changes: ChangesOf<Model>): Promise<number>;
  /** With `returning`, gives the changed rows: instances, or what a lambda picks of them. */
  update(
    changes: ChangesOf<Model> | ((t: ColumnsOf<Model>) => ChangesOf<Model>),
    options: { readonly returning: true },
  ): Promise<InstanceOf<Model>[]>;
  update<const Fields extends Selectable>(
    changes: ChangesOf<Model> | ((t: ColumnsOf<Model>) => ChangesOf<Model>),
    options: { readonly returning: (t: ColumnsOf<Model>) => Fields },
  ): Promise<Selected<Fields>[]>;
  /** The compiler gets here when both refuse, and says what is wrong with what was given. */
  update(changes: ChangesOf<Model> | ((t: ColumnsOf<Model>) => ChangesOf<Model>)): Promise<number>;
  /** Deletes the rows that match, in one statement; answers how many. */
  delete(): Promise<number>;
  /** With `returning`, gives the rows that are gone: instances, or what a lambda picks of them. */
  delete(options: { readonly returning: true }): Promise<InstanceOf<Model>[]>;
  delete<const Fields extends Selectable>(options: {
    readonly returning: (t: ColumnsOf<Model>) => Fields;
  }): Promise<Selected<Fields>[]>;
  /** The statement that `all()` runs, with its bound values. */
  toSQL(): CompiledQuery;
  /** The statement that another terminal runs. */
  toSQL(terminal: "all" | "first" | "count" | "exists" | "delete"): CompiledQuery;
  /** The statement that `update(changes)` runs. */
  toSQL(
    terminal: "update",
    changes: ChangesOf<Model> | ((t: ColumnsOf<Model>) => ChangesOf<Model>),
  ): CompiledQuery;
  /**
   * How the database would run `all()`: which indexes, in which order.
   *
   * @param options - With `analyze`, PostgreSQL runs the statement and says how many rows there were and how
   *   long each step took. SQLite tells neither.
   */
  explain(options?: ExplainOptions): Promise<Explanation>;
}

/** How rows are streamed. */
export interface StreamOptions {
  /** Rows fetched at a time. Default 1000. */
  readonly batchSize?: number | undefined;
  /** Give the objects that the identity map knows, and let it keep the new ones. Default false. */
  readonly identityMap?: boolean | undefined;
  /** Ends the stream and frees its connection at once. */
  readonly signal?: AbortSignal | undefined;
}

/** How a plan is asked for. */
export interface ExplainOptions {
  /** Run the statement as well, where the database can say how it went. Default false. */
  readonly analyze?: boolean | undefined;
}

/** What to do about rows that are locked already; by default, to wait. */
export interface LockOptions {
  /** Leave them out: how workers share a queue. */
  readonly skipLocked?: boolean;
  /** Fail at once. */
  readonly noWait?: boolean;
}

/** A statement and its values. */
export interface CompiledQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

// ---------------------------------------------------------------- relations

/** A row that is loaded when awaited. */
export interface Lazy<Value> extends PromiseLike<Value> {}

/**
 * A relation to one row: `await` gives it. It stands there already where it was
 * included, so an instance with included relations is an instance like any other.
 */
export type LazyOne<Value> = Value | Lazy<Value>;

/**
 * The rows that point here: a query over them.
 *
 * @typeParam ForeignKeyName - The foreign key on `Model` that points here.
 */
export interface Related<Model, ForeignKeyName extends string> extends Query<Model> {
  /** Makes a row that points here. */
  create(input: Input<ShapeOf<Model>, ForeignKeyName>): Promise<InstanceOf<Model>>;
  /** Makes rows around it as well. */
  create<const Given extends PropertyNames<ShapeOf<Model>>>(
    input: NoInfer<NestedInput<ShapeOf<Model>, NameOf<Model>, ForeignKeyName>> & WithNames<Given>,
  ): Promise<Made<InstanceOf<Model>, ShapeOf<Model>, NameOf<Model>, Given>>;
}

/** The rows linked through a join table: a query over them, and their links. */
export interface Links<Model> extends Query<Model> {
  /** Makes a row and links it. */
  create(input: Input<ShapeOf<Model>>): Promise<InstanceOf<Model>>;
  /** Makes rows around it as well. */
  create<const Given extends PropertyNames<ShapeOf<Model>>>(
    input: NoInfer<NestedInput<ShapeOf<Model>, NameOf<Model>>> & WithNames<Given>,
  ): Promise<Made<InstanceOf<Model>, ShapeOf<Model>, NameOf<Model>, Given>>;
  /** Links rows, in one statement. */
  add(...rows: readonly InstanceOf<Model>[]): Promise<void>;
  /** Unlinks rows; the rows stay. */
  remove(...rows: readonly InstanceOf<Model>[]): Promise<void>;
  /** Links these rows and no others. */
  set(rows: readonly InstanceOf<Model>[]): Promise<void>;
  /** Unlinks every row; the rows stay. */
  clear(): Promise<void>;
}

/** What a relation is on an instance. */
export type RelationOf<Field, Model extends string, Name> = Field extends AnyForeignKey
  ? Paired<Field, Model, LazyOne<OrNull<Field, InstanceOf<TargetOf<Field>>>>>
  : Field extends BackRefField<infer Target>
    ? BackRelation<Target, Model, Name, PairOf<Target, Model, Name>>
    : Field extends ManyToMany<infer Target, string>
      ? Paired<Field, Model, Links<Target>>
      : Field extends BackRefViewField<infer Target>
        ? Query<Target>
        : never;

type BackRelation<Target, Model extends string, Name, Pair> = [Pair] extends [never]
  ? FerroTypeError<BackRefAdvice<Model, Name, Target>>
  : Pair extends { readonly kind: infer Kind; readonly name: infer ForeignKeyName extends string }
    ? Kind extends "one"
      ? LazyOne<InstanceOf<Target> | null>
      : Kind extends "many"
        ? Related<Target, ForeignKeyName>
        : Links<Target>
    : never;
