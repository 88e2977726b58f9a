/**
 * The types behind a query: expressions, predicates, relation paths, results.
 *
 * Inference only; nothing here exists at run time.
 */
import type { Decimal } from "decimal.js";
import type { Input } from "../definition/input-types.ts";
import type {
  AnyForeignKey,
  AnyRelation,
  BackRefAdvice,
  BackRefField,
  ColumnInput,
  DecimalInput,
  FerroTypeError,
  ForeignKeyNames,
  InstanceOf,
  IsCodec,
  LinkOf,
  ManyToMany,
  NameOf,
  NamesOf,
  OfKind,
  OrNull,
  Output,
  Paired,
  PairOf,
  PrimaryKeyOf,
  PropertyNames,
  RelationKind,
  ShadowOutput,
  ShapeOf,
  StoredOf,
  TargetOf,
} from "../definition/types.ts";

declare const expressionValue: unique symbol;
declare const predicateMark: unique symbol;
declare const orderMark: unique symbol;

// ---------------------------------------------------------------- predicates

/** A condition on rows. Only ferro makes one; a boolean is not a predicate. */
export interface Predicate {
  readonly [predicateMark]: true;
  /** Both this and every other. */
  and(...others: readonly Predicate[]): Predicate;
  /** This or any other. */
  or(...others: readonly Predicate[]): Predicate;
  /** The opposite. */
  not(): Predicate;
}

/** A key of an ordering, with its direction. */
export interface Order {
  readonly [orderMark]: true;
}

/** Where NULL goes in an ordering. */
export interface OrderOptions {
  readonly nulls?: "first" | "last";
}

// ---------------------------------------------------------------- expressions

/** Something that has a value in each row. `Value` is what it reads as. */
export interface Expression<out Value> {
  readonly [expressionValue]: Value;
}

/** What an expression may be compared with: a value, another expression, and null where it may be NULL. */
export type Operand<Value> = Comparable<Value> | NullOf<Value> | AnyExpression<Value>;

type Comparable<Value> = NonNullable<Value> extends Decimal ? DecimalInput : NonNullable<Value>;

type NullOf<Value> = Value extends null | undefined ? null : never;

type AnyExpression<Value> = Expression<NonNullable<Value> | null | undefined>;

/** A value or an expression, for comparisons by size. */
type SizeOperand<Value> = Comparable<Value> | AnyExpression<Value>;

/** What every column can do. */
export interface ValueExpression<Value> extends Expression<Value> {
  /** Equal. `eq(null)` is IS NULL. */
  eq(value: Operand<Value>): Predicate;
  /** Not equal. Keeps rows that hold NULL; `ne(null)` is IS NOT NULL. */
  ne(value: Operand<Value>): Predicate;
  /** One of the values; `in([])` is false. */
  in(values: readonly Comparable<Value>[]): Predicate;
  /** None of the values. Keeps rows that hold NULL. */
  notIn(values: readonly Comparable<Value>[]): Predicate;
  isNull(): Predicate;
  isNotNull(): Predicate;
}

/** A column whose values have an order. */
export interface OrderedExpression<Value> extends ValueExpression<Value> {
  gt(value: SizeOperand<Value>): Predicate;
  gte(value: SizeOperand<Value>): Predicate;
  lt(value: SizeOperand<Value>): Predicate;
  lte(value: SizeOperand<Value>): Predicate;
  /** From `low` to `high`, both included. */
  between(low: SizeOperand<Value>, high: SizeOperand<Value>): Predicate;
  asc(options?: OrderOptions): Order;
  desc(options?: OrderOptions): Order;
}

/** A column of text. */
export interface TextExpression<Value> extends OrderedExpression<Value> {
  /** Matches a LIKE pattern of your own: `%` and `_` are wildcards. */
  like(pattern: string): Predicate;
  notLike(pattern: string): Predicate;
  /** `like`, whatever the case of the letters. */
  ilike(pattern: string): Predicate;
  /** Begins with `text`, taken literally. */
  startsWith(text: string): Predicate;
  /** Ends with `text`, taken literally. */
  endsWith(text: string): Predicate;
  /** Holds `text`, taken literally. */
  contains(text: string): Predicate;
}

/** A column of numbers. */
export interface NumericExpression<Value> extends OrderedExpression<Value> {
  plus(value: SizeOperand<Value>): NumericExpression<Value>;
  minus(value: SizeOperand<Value>): NumericExpression<Value>;
  times(value: SizeOperand<Value>): NumericExpression<Value>;
}

/** A column whose values can't be compared by size. */
interface Unsized {
  readonly gt: FerroTypeError<"gt() needs a column of text, numbers or dates">;
  readonly gte: FerroTypeError<"gte() needs a column of text, numbers or dates">;
  readonly lt: FerroTypeError<"lt() needs a column of text, numbers or dates">;
  readonly lte: FerroTypeError<"lte() needs a column of text, numbers or dates">;
  readonly between: FerroTypeError<"between() needs a column of text, numbers or dates">;
}

/** A column of booleans or bytes: it sorts, but has no sizes to compare. */
export interface UnsizedExpression<Value> extends ValueExpression<Value>, Unsized {
  asc(options?: OrderOptions): Order;
  desc(options?: OrderOptions): Order;
}

/** A column of JSON or of a custom type. */
export interface OpaqueExpression<Value> extends ValueExpression<Value>, Unsized {
  /** One of the values; `in([])` is false. */
  in(values: readonly (Comparable<Value> | NullOf<Value>)[]): Predicate;
  /** None of the values. Keeps rows that hold NULL. */
  notIn(values: readonly (Comparable<Value> | NullOf<Value>)[]): Predicate;
  readonly asc: FerroTypeError<"asc() needs a column of text, numbers or dates">;
  readonly desc: FerroTypeError<"desc() needs a column of text, numbers or dates">;
}

/** What a column of this value can do. */
export type ExpressionOf<Value> = [NonNullable<Value>] extends [string]
  ? TextExpression<Value>
  : [NonNullable<Value>] extends [number | bigint | Decimal]
    ? NumericExpression<Value>
    : [NonNullable<Value>] extends [Date]
      ? OrderedExpression<Value>
      : [NonNullable<Value>] extends [boolean | Uint8Array]
        ? UnsizedExpression<Value>
        : OpaqueExpression<Value>;

/** A column behind a codec is compared as it is stored. */
type CodecExpression<Value, Stored> = [NonNullable<Stored>] extends [
  string | number | bigint | Date,
]
  ? OrderedExpression<Value>
  : OpaqueExpression<Value>;

type ColumnExpression<Field> =
  IsCodec<Field extends { readonly schema: infer Schema } ? Schema : Field> extends true
    ? CodecExpression<Output<Field>, StoredOf<Field>>
    : ExpressionOf<Output<Field>>;

/** The columns and relation paths of a model: what `t` is in `where(t => ...)`. */
export type Columns<Shape, Model extends string> = {
  readonly [Name in keyof Shape]: Shape[Name] extends AnyRelation
    ? RelationPath<Shape[Name], Model, Name>
    : ColumnExpression<Shape[Name]>;
} & {
  readonly [Shadow in `${ForeignKeyNames<Shape>}Id`]: ExpressionOf<
    ShadowOutput<LinkOf<Shape, Shadow>>
  >;
};

/** The columns of a model class. */
export type ColumnsOf<Model> = Columns<ShapeOf<Model>, NameOf<Model>>;

type RelationPath<Field, Model extends string, Name> = Field extends AnyForeignKey
  ? Paired<Field, Model, ColumnsOf<TargetOf<Field>>>
  : Field extends BackRefField<infer Target>
    ? BackPath<Target, Model, Name, PairOf<Target, Model, Name>>
    : Paired<Field, Model, ManyPath<TargetOf<Field>>>;

type BackPath<Target, Model extends string, Name, Pair> = [Pair] extends [never]
  ? FerroTypeError<BackRefAdvice<Model, Name, Target>>
  : Pair extends { readonly kind: "one" }
    ? ColumnsOf<Target>
    : ManyPath<Target>;

/** A path to many rows: asks about them without loading them. */
export interface ManyPath<Target> {
  /** At least one row, or at least one that matches. */
  some(predicate?: (t: ColumnsOf<Target>) => Predicate): Predicate;
  /** No row, or none that matches. True where there are no rows. */
  none(predicate?: (t: ColumnsOf<Target>) => Predicate): Predicate;
  /** Every row matches. True where there are no rows. */
  every(predicate: (t: ColumnsOf<Target>) => Predicate): Predicate;
}

// ---------------------------------------------------------------- values

/** Equalities as an object: scalars only, so that no operator can come in with a request body. */
export type Equalities<Shape> = {
  readonly [Name in PropertyNames<Shape>]?: Name extends keyof Shape
    ? Shape[Name] extends AnyRelation
      ? FerroTypeError<"compare the id of a relation, such as authorId, or use a lambda">
      : Equality<Output<Shape[Name]>>
    : Equality<ShadowOutput<LinkOf<Shape, Name>>>;
};

type Scalar = string | number | bigint | boolean | Date | Decimal | Uint8Array;

type Equality<Value> = [NonNullable<Value>] extends [Scalar]
  ? Comparable<Value> | NullOf<Value>
  : FerroTypeError<"only scalar columns compare in an object; use a lambda">;

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
    : Exclude<ColumnInput<Field>, undefined> | Cleared<Output<Field>> | Expression<Output<Field>>;

/** What clears a column that a program sees as undefined where it is NULL. */
type Cleared<Value> = undefined extends Value ? null : never;

type LinkChange<Field> = Field extends AnyForeignKey
  ? OrNull<Field, InstanceOf<TargetOf<Field>>>
  : FerroTypeError<"update() changes columns; use the relation's own methods">;

// ---------------------------------------------------------------- queries

/**
 * What `where` takes besides an object of equalities: a lambda or a predicate.
 *
 * The object stands in an overload of its own: in a union the compiler would
 * look into every column of the model at each call.
 */
export type Condition<Model> = ((t: ColumnsOf<Model>) => Predicate) | Predicate;

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
 */
export interface Query<Model> {
  /**
   * Keeps the rows that match; several calls all must.
   *
   * Conditions are combined with `.and()` and `.or()`. `a && b` is refused when it
   * runs; `a || b` can't be told from `a` alone, which JavaScript makes of it.
   */
  where(condition: Condition<Model>): Query<Model>;
  where(equalities: Equalities<ShapeOf<Model>>): Query<Model>;
  /** The compiler gets here when both refuse, and says what is wrong with what was given. */
  where(condition: Equalities<ShapeOf<Model>> | Condition<Model>): Query<Model>;
  /** Orders the rows; several calls go from the first key to the last. */
  orderBy(key: OrderKey<Model>, direction?: "asc" | "desc", options?: OrderOptions): Query<Model>;
  orderBy(
    key: SortName<ShapeOf<Model>> | OrderKey<Model>,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Query<Model>;
  /** At most `count` rows. */
  limit(count: number): Query<Model>;
  /** Leaves out the first `count` rows. */
  offset(count: number): Query<Model>;
  /** Says that `update` or `delete` without a `where` is meant. */
  allRows(): Query<Model>;
  /** The same query on a named connection. */
  using(connection: string): Query<Model>;
  /** Every row. */
  all(): Promise<InstanceOf<Model>[]>;
  /** The first row, or null. */
  first(): Promise<InstanceOf<Model> | null>;
  /** The only row; throws when there is none, or more than one. */
  one(): Promise<InstanceOf<Model>>;
  /** The row with this key among those that match; throws when there is none. */
  get(key: PrimaryKeyOf<Model>): Promise<InstanceOf<Model>>;
  /** The row with this key among those that match, or null. */
  getOrNone(key: PrimaryKeyOf<Model>): Promise<InstanceOf<Model> | null>;
  /** How many rows match. */
  count(): Promise<number>;
  /** Whether any row matches. */
  exists(): Promise<boolean>;
  /** Changes the rows that match, in one statement; answers how many. */
  update(changes: (t: ColumnsOf<Model>) => Changes<ShapeOf<Model>>): Promise<number>;
  update(changes: Changes<ShapeOf<Model>>): Promise<number>;
  /** The compiler gets here when both refuse, and says what is wrong with what was given. */
  update(
    changes: Changes<ShapeOf<Model>> | ((t: ColumnsOf<Model>) => Changes<ShapeOf<Model>>),
  ): Promise<number>;
  /** Deletes the rows that match, in one statement; answers how many. */
  delete(): Promise<number>;
  /** The statement that `all()` runs, with its bound values. */
  toSQL(): CompiledQuery;
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
 * The rows that point here: a query over them.
 *
 * @typeParam ForeignKeyName - The foreign key on `Model` that points here.
 */
export interface Related<Model, ForeignKeyName extends string> extends Query<Model> {
  /** Makes a row that points here. */
  create(input: Input<ShapeOf<Model>, ForeignKeyName>): Promise<InstanceOf<Model>>;
}

/** The rows linked through a join table: a query over them, and their links. */
export interface Links<Model> extends Query<Model> {
  /** Makes a row and links it. */
  create(input: Input<ShapeOf<Model>>): Promise<InstanceOf<Model>>;
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
  ? Paired<Field, Model, Lazy<OrNull<Field, InstanceOf<TargetOf<Field>>>>>
  : Field extends BackRefField<infer Target>
    ? BackRelation<Target, Model, Name, PairOf<Target, Model, Name>>
    : Field extends ManyToMany<infer Target, string>
      ? Paired<Field, Model, Links<Target>>
      : never;

type BackRelation<Target, Model extends string, Name, Pair> = [Pair] extends [never]
  ? FerroTypeError<BackRefAdvice<Model, Name, Target>>
  : Pair extends { readonly kind: infer Kind; readonly name: infer ForeignKeyName extends string }
    ? Kind extends "one"
      ? Lazy<InstanceOf<Target> | null>
      : Kind extends "many"
        ? Related<Target, ForeignKeyName>
        : Links<Target>
    : never;
