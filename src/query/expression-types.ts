/**
 * The types of expressions: predicates, columns, relation paths.
 *
 * Inference only; nothing here exists at run time.
 */
import type { Decimal } from "decimal.js";
import type { BackRefAdvice, Paired, PairOf } from "../definition/pair-types.ts";
import type {
  AnyRelation,
  BackRefField,
  DecimalInput,
  FerroTypeError,
  ForeignKeyNames,
  IsCodec,
  LinkOf,
  NameOf,
  OfKind,
  Output,
  ShadowOutput,
  ShapeOf,
  StoredOf,
  TargetOf,
} from "../definition/types.ts";
import type { SqlFragment } from "../sql/raw.ts";
import type { Aggregates } from "./aggregate-types.ts";
import type { Json } from "./json-types.ts";
import type {
  DateExpression,
  NumericExpression,
  OpaqueExpression,
  OrderedExpression,
  TextExpression,
  UnsizedExpression,
} from "./method-types.ts";

declare const expressionValue: unique symbol;
declare const predicateMark: unique symbol;
declare const skipMark: unique symbol;
declare const orderMark: unique symbol;

// ---------------------------------------------------------------- predicates

/** A condition on rows. Only ferro makes one; a boolean is not a predicate. */
export interface Predicate {
  readonly [predicateMark]: true;
  /** Both this and every other. */
  and(...others: readonly MaybeClaim[]): Predicate;
  /** This or any other. */
  or(...others: readonly MaybeClaim[]): Predicate;
  /** The opposite. */
  not(): Predicate;
}

/** A condition where one is asked for: also SQL written through the `sql` tag, where unknown counts as false. */
export type Claim = Predicate | SqlFragment;

/** The type of `skip`: a condition that is left out on purpose. */
export interface Skip {
  readonly [skipMark]: true;
}

/** A condition, or `skip` where there may be none. */
export type MaybeClaim = Claim | Skip;

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

export type Comparable<Value> =
  NonNullable<Value> extends Decimal ? DecimalInput : NonNullable<Value>;

export type NullOf<Value> = Value extends null | undefined ? null : never;

type Scalar = string | number | bigint | boolean | Date | Decimal | Uint8Array;

/** What a column is compared with in an object of equalities. */
export type Equality<Value> = [NonNullable<Value>] extends [Scalar]
  ? Comparable<Value> | NullOf<Value> | Skip
  : FerroTypeError<"only scalar columns compare in an object; use a lambda">;

export type AnyExpression<Value> = Expression<NonNullable<Value> | null | undefined>;

/** What a column of this value can do. */
export type ExpressionOf<Value> = [NonNullable<Value>] extends [string]
  ? TextExpression<Value>
  : [NonNullable<Value>] extends [number | bigint | Decimal]
    ? NumericExpression<Value>
    : [NonNullable<Value>] extends [Date]
      ? DateExpression<Value>
      : [NonNullable<Value>] extends [boolean | Uint8Array]
        ? UnsizedExpression<Value>
        : Json<Value>;

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

/** A column of a row which may be missing. */
type OptionalColumn<Field> =
  IsCodec<Field extends { readonly schema: infer Schema } ? Schema : Field> extends true
    ? CodecExpression<Output<Field> | null, StoredOf<Field>>
    : ExpressionOf<Output<Field> | null>;

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

/**
 * The columns that a model declares itself.
 *
 * Each is looked up on its own, so that a lambda inside a shape may speak of them
 * while the shapes around it are still being worked out.
 */
export type OwnColumnsOf<Model> = {
  readonly [Name in keyof ShapeOf<Model>]: ShapeOf<Model>[Name] extends AnyRelation
    ? FerroTypeError<"the condition of a back reference speaks of columns, not of relations">
    : ColumnExpression<ShapeOf<Model>[Name]>;
};

/** The same over a link that may be empty: every column may be NULL. */
export type OptionalColumns<Shape, Model extends string> = {
  readonly [Name in keyof Shape]: Shape[Name] extends AnyRelation
    ? OptionalPath<RelationPath<Shape[Name], Model, Name>, Shape[Name]>
    : OptionalColumn<Shape[Name]>;
} & {
  readonly [Shadow in `${ForeignKeyNames<Shape>}Id`]: ExpressionOf<ShadowOutput<
    LinkOf<Shape, Shadow>
  > | null>;
};

type OptionalColumnsOf<Model> = OptionalColumns<ShapeOf<Model>, NameOf<Model>>;

/** A path that goes on from a row which may be missing. */
type OptionalPath<Path, Field> = Path extends ManyPath<unknown> | FerroTypeError<string>
  ? Path
  : OptionalColumnsOf<TargetOf<Field>>;

type RelationPath<Field, Model extends string, Name> =
  Field extends OfKind<"foreignKey" | "keyOver">
    ? Paired<Field, Model, ColumnsOf<TargetOf<Field>>>
    : Field extends BackRefField<infer Target>
      ? BackPath<Target, Model, Name, PairOf<Target, Model, Name>>
      : Field extends OfKind<"optionalForeignKey" | "optionalKeyOver">
        ? Paired<Field, Model, OptionalColumnsOf<TargetOf<Field>>>
        : Field extends OfKind<"view">
          ? ManyPath<TargetOf<Field>>
          : Paired<Field, Model, ManyPath<TargetOf<Field>>>;

type BackPath<Target, Model extends string, Name, Pair> = [Pair] extends [never]
  ? FerroTypeError<BackRefAdvice<Model, Name, Target>>
  : Pair extends { readonly kind: "one" }
    ? OptionalColumnsOf<Target>
    : ManyPath<Target>;

/** A path to many rows: asks about them without loading them. */
export interface ManyPath<Target> extends Aggregates<Target> {
  /** At least one row, or at least one that matches. */
  some(predicate?: (t: ColumnsOf<Target>) => Claim): Predicate;
  /** No row, or none that matches. True where there are no rows. */
  none(predicate?: (t: ColumnsOf<Target>) => Claim): Predicate;
  /** Every row matches. True where there are no rows. */
  every(predicate: (t: ColumnsOf<Target>) => Claim): Predicate;
}
