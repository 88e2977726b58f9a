/**
 * The types of model classes and their instances.
 *
 * Inference only; nothing here exists at run time.
 */
import type { z } from "zod";
import type { Input, InputSchemas } from "../definition/input-types.ts";
import type { LazyMode } from "../definition/lazy-mode.ts";
import type { NestedInput, WithNames } from "../definition/nested-types.ts";
import type {
  CheckOption,
  FullTextIndexOption,
  IndexOption,
  TableOptions,
  UniqueOption,
} from "../definition/table-options.ts";
import type {
  AnyRelation,
  FerroTypeError,
  ForeignKeyNames,
  InstanceOf,
  KeyName,
  LinkOf,
  LooseShape,
  ModelTypes,
  modelTypes,
  Output,
  PrimaryKey,
  PropertyNames,
  ShadowOutput,
} from "../definition/types.ts";
import type { ColumnName, UniqueKey } from "../definition/unique-types.ts";
import type {
  AggregateOptions,
  AverageOf,
  GroupKeys,
  GroupRows,
  Groups,
  Summable,
  SumOf,
} from "../query/aggregate-types.ts";
import type {
  Claim,
  Columns,
  ColumnsOf,
  Expression,
  MaybeClaim,
  Order,
  OrderOptions,
  Predicate,
  Skip,
} from "../query/expression-types.ts";
import type { Include, Made, NoOthers, With } from "../query/include-types.ts";
import type { BesideOptions, Joined, OptionalRow } from "../query/join-types.ts";
import type { EqualitiesOf, Including, SortNameOf } from "../query/named-types.ts";
import type { Page, PageOptions } from "../query/page-types.ts";
import type { PlainQuery, RowColumns } from "../query/plain-types.ts";
import type { NamedRow, Selectable, Selected, Selection } from "../query/selection-types.ts";
import type { Equalities, Query, RelationOf, Sortable, StreamOptions } from "../query/types.ts";
import type {
  BulkCreateOptions,
  BulkUpdateOptions,
  Changed,
  FindOrCreateOptions,
  KeyPart,
  Upserted,
  UpsertOptions,
  WriteOptions,
} from "./write-types.ts";

declare const entityModel: unique symbol;

/** What every instance can do. */
export interface Entity<Name extends string> {
  readonly [entityModel]: Name;
  /** Writes what changed; resolves when the instance equals its row. */
  save(options?: WriteOptions): Promise<this>;
  /** Deletes the row. */
  delete(options?: WriteOptions): Promise<void>;
  /** Reads the row again; unsaved changes are lost. */
  refresh(options?: WriteOptions): Promise<this>;
  /** Override to run something before every save, in its transaction; throwing stops it. */
  beforeSave(): void | Promise<void>;
  /** Override to run something before the first save, after `beforeSave`. */
  beforeCreate(): void | Promise<void>;
  /** Override to run something once the row was inserted, in its transaction. */
  afterCreate(): void | Promise<void>;
  /** Override to run something after every save, in its transaction; throwing undoes it. */
  afterSave(): void | Promise<void>;
  /** Override to run something before the row is deleted, in its transaction. */
  beforeDelete(): void | Promise<void>;
  /** Override to run something once the row was deleted, in its transaction. */
  afterDelete(): void | Promise<void>;
  /** Override to run something once a save or delete was committed. */
  afterCommit(): void | Promise<void>;
  /** Columns and loaded relations, for JSON. */
  toJSON(): Record<string, unknown>;
}

/** An instance: columns and shadows are values, relations load when asked. */
export type Instance<Shape, Name extends string> = {
  [Property in keyof Shape]: Shape[Property] extends AnyRelation
    ? RelationOf<Shape[Property], Name, Property>
    : Output<Shape[Property]>;
} & {
  [Shadow in `${ForeignKeyNames<Shape>}Id`]: ShadowOutput<LinkOf<Shape, Shadow>>;
} & Entity<Name>;

/** A class that a model is or extends. `this` in a static has this type. */
export interface ClassOf {
  readonly prototype: unknown;
}

/**
 * A model class: makes instances and starts queries.
 *
 * @typeParam Name - The model's name.
 * @typeParam Shape - What `Model()` was given.
 * @typeParam CompositeKey - The properties of a composite primary key.
 * @typeParam Uniques - The groups of properties that are unique together.
 */
export interface ModelClass<
  Name extends string,
  Shape,
  CompositeKey extends string = never,
  Uniques extends readonly string[] = never,
> {
  /** Validates `input` and makes an instance that is not saved. */
  new (input: Input<Shape>): Instance<Shape, Name>;
  /** The instances of the class that extends this one. */
  readonly prototype: unknown;
  readonly [modelTypes]: ModelTypes<Name, Shape, CompositeKey>;

  /** The Zod object of the model's input: columns, and foreign keys as their ids. */
  readonly schema: z.ZodObject<InputSchemas<Shape>, z.core.$strict>;
  /** Makes the model a Standard Schema. */
  readonly "~standard": z.ZodObject<InputSchemas<Shape>, z.core.$strict>["~standard"];
  /** The columns as expressions, for predicates outside a lambda. */
  readonly columns: Columns<Shape, Name>;

  /** Validates `input` and inserts a row. */
  create<Model extends ClassOf>(
    this: Model,
    input: NoInfer<Input<Shape>>,
    options?: WriteOptions,
  ): Promise<InstanceOf<Model>>;
  /** Also makes rows around it, in one transaction; the relations that were given are loaded on what it returns. */
  create<Model extends ClassOf, const Given extends PropertyNames<Shape>>(
    this: Model,
    input: NoInfer<NestedInput<Shape, Name>> & WithNames<Given>,
    options?: WriteOptions,
  ): Promise<Made<InstanceOf<Model>, Shape, Name, Given>>;
  /**
   * Inserts rows in one transaction, any number of them; answers how many. With
   * `returning: true`, gives instances in the order of the rows.
   */
  bulkCreate<Model extends ClassOf>(
    this: Model,
    rows: NoInfer<readonly Input<Shape>[]>,
    options: NoInfer<BulkCreateOptions<Shape, Name, UniqueKey<Shape, CompositeKey, Uniques>>> & {
      readonly returning: true;
    },
  ): Promise<InstanceOf<Model>[]>;
  bulkCreate(
    rows: readonly Input<Shape>[],
    options?: BulkCreateOptions<Shape, Name, UniqueKey<Shape, CompositeKey, Uniques>>,
  ): Promise<number>;
  /**
   * Changes many rows, each to values of its own: what changed of instances, or objects with a
   * key and what becomes of the row. Answers how many rows there were.
   */
  bulkUpdate<Model extends ClassOf>(
    this: Model,
    rows: readonly NoInfer<
      | InstanceOf<Model>
      | (Changed<Shape> & KeyPart<PrimaryKey<Shape, CompositeKey>, KeyName<Shape>>)
    >[],
    options?: BulkUpdateOptions,
  ): Promise<number>;
  /**
   * The row that equals `filters`, and whether it had to be made.
   *
   * However many callers ask at once, one row is made; inside a transaction nothing is
   * aborted. Where no unique constraint covers the filters, callers of this method wait
   * for each other; a plain `create` by someone else does not.
   */
  getOrCreate<Model extends ClassOf>(
    this: Model,
    filters: NoInfer<Equalities<Shape>>,
    options?: NoInfer<FindOrCreateOptions<Shape>>,
  ): Promise<[row: InstanceOf<Model>, created: boolean]>;
  /** As `getOrCreate`; a row that was there is given the defaults and saved. */
  updateOrCreate<Model extends ClassOf>(
    this: Model,
    filters: NoInfer<Equalities<Shape>>,
    options: NoInfer<FindOrCreateOptions<Shape>>,
  ): Promise<[row: InstanceOf<Model>, created: boolean]>;
  /**
   * Inserts a row, or changes the one that has its unique values, as one step; says which.
   *
   * Without `update`, a row that is there takes over what `create` was given.
   */
  upsert<Model extends ClassOf>(
    this: Model,
    options: NoInfer<UpsertOptions<Shape, Name, UniqueKey<Shape, CompositeKey, Uniques>>>,
  ): Promise<Upserted<InstanceOf<Model>>>;
  /** The row with this key; throws `ModelDoesNotExistError` when there is none. */
  get<Model extends ClassOf>(
    this: Model,
    key: NoInfer<PrimaryKey<Shape, CompositeKey>>,
  ): Promise<InstanceOf<Model>>;
  /** The row with this key, or null. */
  getOrNone<Model extends ClassOf>(
    this: Model,
    key: NoInfer<PrimaryKey<Shape, CompositeKey>>,
  ): Promise<InstanceOf<Model> | null>;

  /** The rows that match a lambda, a predicate or an object of equalities. */
  where<Model extends ClassOf>(
    this: Model,
    condition: NoInfer<((t: ColumnsOf<Model>) => MaybeClaim) | Predicate | Skip>,
  ): Query<Model>;
  where<Model extends ClassOf>(this: Model, equalities: NoInfer<EqualitiesOf<Model>>): Query<Model>;
  /** The compiler gets here when both refuse, and says what is wrong with what was given. */
  where<Model extends ClassOf>(
    this: Model,
    condition: NoInfer<
      EqualitiesOf<Model> | ((t: ColumnsOf<Model>) => MaybeClaim) | Predicate | Skip
    >,
  ): Query<Model>;
  /** The rows in an order. */
  orderBy<Model extends ClassOf>(
    this: Model,
    key: NoInfer<(t: ColumnsOf<Model>) => Sortable | Order>,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Query<Model>;
  orderBy<Model extends ClassOf>(
    this: Model,
    key: NoInfer<SortNameOf<Model> | ((t: ColumnsOf<Model>) => Sortable | Order)>,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Query<Model>;
  /** The rows with relations loaded: one statement for each relation, however many rows there are. */
  include<Model extends ClassOf, const Relations extends Include<Model>>(
    this: Model,
    relations: Relations & NoOthers<Relations, Model>,
  ): Query<Model, With<InstanceOf<Model>, Shape, Name, Relations>, Including>;
  /** Plain rows of these columns. */
  select<Model extends ClassOf, const Name extends NoInfer<SortNameOf<Model>>>(
    this: Model,
    ...names: readonly [Name, ...Name[]]
  ): Selection<Model, NamedRow<Shape, Name>>;
  /** Plain rows of what the lambda gives, over relation paths too. */
  select<Model extends ClassOf, Fields extends Selectable>(
    this: Model,
    pick: (t: NoInfer<ColumnsOf<Model>>) => Fields,
  ): Selection<Model, Selected<Fields>>;
  /** The compiler gets here when both refuse, and says what is wrong with what was given. */
  select<Model extends ClassOf>(
    this: Model,
    picked: NoInfer<SortNameOf<Model> | ((t: ColumnsOf<Model>) => Selectable)>,
    ...names: readonly NoInfer<SortNameOf<Model>>[]
  ): FerroTypeError<"select takes names of columns, or one lambda">;
  /** The rows beside those of another query; see `Query.with`. */
  with<Model extends ClassOf, Other>(
    this: Model,
    rows: PlainQuery<Other>,
    on: NoInfer<(t: Columns<Shape, Name>, other: RowColumns<Other>) => Claim>,
  ): Joined<Model, InstanceOf<Model>, [RowColumns<Other>]>;
  with<Model extends ClassOf, Other>(
    this: Model,
    rows: PlainQuery<Other>,
    on: NoInfer<(t: Columns<Shape, Name>, other: RowColumns<Other>) => Claim>,
    options: BesideOptions,
  ): Joined<Model, InstanceOf<Model>, [RowColumns<OptionalRow<Other>>]>;
  /** The rows, whose relations are loaded in this way when they are first used. */
  lazy<Model extends ClassOf>(this: Model, mode: LazyMode): Query<Model>;
  /** At most `count` rows. */
  limit<Model extends ClassOf>(this: Model, count: number): Query<Model>;
  /** Leaves out the first `count` rows. */
  offset<Model extends ClassOf>(this: Model, count: number): Query<Model>;
  /** The rows without the condition that the model puts on its queries (`scope`). */
  unscoped<Model extends ClassOf>(this: Model): Query<Model>;
  /** Says that `update` or `delete` of the whole table is meant. */
  allRows<Model extends ClassOf>(this: Model): Query<Model>;

  /** Every row. */
  all<Model extends ClassOf>(this: Model): Promise<InstanceOf<Model>[]>;
  /** The first row by primary key, or null. */
  first<Model extends ClassOf>(this: Model): Promise<InstanceOf<Model> | null>;
  /** The only row; throws when there is none, or more than one. */
  one<Model extends ClassOf>(this: Model): Promise<InstanceOf<Model>>;
  /** A page of the rows by primary key, and the cursors of the pages around it. */
  page<Model extends ClassOf>(this: Model, options: PageOptions): Promise<Page<InstanceOf<Model>>>;
  /** Every row, one by one, read a batch at a time. */
  stream<Model extends ClassOf>(
    this: Model,
    options?: StreamOptions,
  ): AsyncGenerator<InstanceOf<Model>, void, undefined>;
  /** How many rows there are. */
  count(
    of?: (t: Columns<Shape, Name>) => Predicate | Expression<unknown>,
    options?: AggregateOptions<Columns<Shape, Name>>,
  ): Promise<number>;
  /** The sum over all rows; 0 of none. */
  sum<Value extends Summable>(
    of: (t: Columns<Shape, Name>) => Expression<Value>,
    options?: AggregateOptions<Columns<Shape, Name>>,
  ): Promise<SumOf<Value>>;
  /** The average over all rows, or null of none. */
  avg<Value extends Summable>(
    of: (t: Columns<Shape, Name>) => Expression<Value>,
    options?: AggregateOptions<Columns<Shape, Name>>,
  ): Promise<AverageOf<Value>>;
  /** The least value, or null of no rows. */
  min<Value>(
    of: (t: Columns<Shape, Name>) => Expression<Value>,
    options?: AggregateOptions<Columns<Shape, Name>>,
  ): Promise<NonNullable<Value> | null>;
  /** The greatest value, or null of no rows. */
  max<Value>(
    of: (t: Columns<Shape, Name>) => Expression<Value>,
    options?: AggregateOptions<Columns<Shape, Name>>,
  ): Promise<NonNullable<Value> | null>;
  /** What the lambda computes of all rows together. */
  aggregate<Model extends ClassOf, Fields extends Selectable>(
    this: Model,
    compute: (rows: NoInfer<GroupRows<Model>>) => Fields,
  ): Promise<Selected<Fields>>;
  /** Groups of rows that are equal in what the lambda gives: an expression, or several by name. */
  groupBy<Model extends ClassOf, Keys extends GroupKeys>(
    this: Model,
    keys: (t: NoInfer<ColumnsOf<Model>>) => Keys,
  ): Groups<Model, Keys>;
  /** Groups of rows that are equal in these columns. */
  groupBy<Model extends ClassOf, const Property extends NoInfer<SortNameOf<Model>>>(
    this: Model,
    ...names: readonly [Property, ...Property[]]
  ): Groups<Model, Pick<ColumnsOf<Model>, Property & keyof ColumnsOf<Model>>>;
  /** Whether there is any row. */
  exists(): Promise<boolean>;
  /** How the database would run `all()`; see `Query.explain`. */
  readonly explain: Query<unknown>["explain"];
  /** The statement that `all()`, or another terminal, runs. */
  toSQL(terminal?: "all" | "first" | "count" | "exists"): ReturnType<Query<unknown>["toSQL"]>;

  /** The same model bound to a named connection. */
  using<Model extends ClassOf>(this: Model, connection: string): Model;
}

/** Options of a model. */
export interface ModelOptions<
  Shape,
  CompositeKey extends string,
  Uniques extends readonly string[] = readonly string[],
> extends TableOptions {
  /** The table; by default the model's name in lower case. */
  readonly table?: string;
  /** Groups of two or more columns that are unique together; any columns, with options. */
  readonly uniques?: readonly (Uniques | UniqueOption)[];
  /** Groups of two or more columns that are indexed together; any columns, with options. */
  readonly indexes?: readonly (ColumnGroup<Shape> | IndexOption)[];
  /** Groups of columns of text whose words are searched; see `fullText`. */
  readonly fullText?: readonly (
    | readonly [ColumnName<Shape>, ...ColumnName<Shape>[]]
    | FullTextIndexOption
  )[];
  /** The columns of a composite key. */
  readonly primaryKey?: readonly [CompositeKey, CompositeKey, ...CompositeKey[]];
  readonly checks?: readonly CheckOption[];
  readonly comment?: string;
  /**
   * Gives a condition that every query of the model begins with, until `unscoped()` is called:
   * `() => Post.columns.deletedAt.isNull()`.
   *
   * Its type says nothing of what it gives, since that would need the class that is being
   * defined; anything but a condition throws at the first query.
   */
  readonly scope?: () => void;
  /** How properties become columns; by default `snake_case`. */
  readonly naming?: "snake_case" | "preserve" | ((property: string) => string);
}

type ColumnGroup<Shape> = readonly [ColumnName<Shape>, ColumnName<Shape>, ...ColumnName<Shape>[]];

/** The type of `Model`. */
export type ModelFactory = <
  const Name extends string,
  Shape extends LooseShape,
  const CompositeKey extends ColumnName<NoInfer<Shape>> = never,
  const Uniques extends ColumnGroup<NoInfer<Shape>> = never,
>(
  name: Name,
  shape: Shape,
  options?: ModelOptions<NoInfer<Shape>, CompositeKey, Uniques>,
) => ModelClass<Name, Shape, CompositeKey, Uniques>;
