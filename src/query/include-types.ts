/**
 * The types of eager loading: what `include` takes, and what its rows are read as.
 *
 * Inference only; nothing here exists at run time.
 */
import type { PairOf } from "../definition/pair-types.ts";
import type {
  AnyForeignKey,
  AnyRelation,
  BackRefField,
  BackRefViewField,
  FerroTypeError,
  InstanceOf,
  ManyToMany,
  NameOf,
  NamesOf,
  OrNull,
  RelationKind,
  ShapeOf,
  TargetOf,
} from "../definition/types.ts";
import type { AggregateOptions, AverageOf, Summable, SumOf } from "./aggregate-types.ts";
import type { ColumnsOf, Expression, OrderOptions, Predicate } from "./expression-types.ts";
import type { Including, PlainColumns, PlainName, SortNameOf } from "./named-types.ts";
import type { NamedRow, Selectable, Selected } from "./selection-types.ts";
import type { Condition, Equalities, Links, OrderKey, Query, Related } from "./types.ts";

declare const includedRow: unique symbol;
declare const reduced: unique symbol;
declare const combined: unique symbol;

/**
 * What `include` takes: relations by name. Each is `true`, an object of the
 * target's own relations, or a lambda that says which of the related rows.
 */
export type Include<Model> = {
  readonly [Name in keyof ShapeOf<Model>]?: ShapeOf<Model>[Name] extends AnyRelation
    ?
        | true
        | (Include<TargetOf<ShapeOf<Model>[Name]>> & NoFunction)
        | Refinement<ShapeOf<Model>[Name], NameOf<Model>, Name>
    : FerroTypeError<"this is a column: include takes relations">;
};

/** An object of options alone takes any function: nothing in it contradicts one. */
interface NoFunction {
  readonly [Symbol.hasInstance]?: never;
}

/** What `include` does not take, as errors where they stand. */
export type NoOthers<Given, Model> = {
  readonly [Name in keyof Given]: Name extends keyof ShapeOf<Model>
    ? Given[Name] extends true
      ? true
      : Given[Name] extends (...rows: never) => infer Result
        ? Result extends Included<unknown> | Combined<unknown>
          ? Given[Name]
          : FerroTypeError<"return the rows, or put numbers in combine({ … })">
        : NoOthers<Given[Name], TargetOf<ShapeOf<Model>[Name]>>
    : FerroTypeError<"there is no such relation">;
};

type Refinement<Field, Model extends string, Name> =
  IsOne<Field, Model, Name> extends true
    ? (row: IncludedOne<TargetOf<Field>>) => Included<unknown>
    : (rows: IncludedMany<TargetOf<Field>>) => Included<unknown> | Combined<unknown>;

type IsOne<Field, Model extends string, Name> = Field extends AnyForeignKey
  ? true
  : Field extends BackRefField<infer Target>
    ? PairOf<Target, Model, Name> extends { readonly kind: "one" }
      ? true
      : false
    : false;

/** What a lambda of `include` gives back: rows of one kind. */
export interface Included<out Row> {
  readonly [includedRow]: Row;
}

/** Several facts about the related rows, by name. */
export interface Combined<out Parts> {
  readonly [combined]: Parts;
}

/** One number about the related rows. */
export interface Reduction<out Value> {
  readonly [reduced]: Value;
}

/** The related row, as a lambda of `include` sees it. */
export interface IncludedOne<Model, Row = InstanceOf<Model>, Plain = Model> extends Included<Row> {
  /** Leaves the row out where it doesn't match: the relation is null then. */
  where(condition: Condition<Model>): IncludedOne<Model, Row | null, Plain>;
  where(equalities: Equalities<ShapeOf<Model>>): IncludedOne<Model, Row | null, Plain>;
  /** Reads a plain row of these columns in place of the instance. */
  select<const Name extends PlainName<Plain>>(
    ...names: readonly [Name, ...Name[]]
  ): IncludedOne<Model, NamedRow<ShapeOf<Model>, Name> | NullIn<Row>>;
  /** Reads a plain row of what the lambda gives. */
  select<Fields extends Selectable>(
    pick: (t: PlainColumns<Plain>) => Fields,
  ): IncludedOne<Model, Selected<Fields> | NullIn<Row>>;
  /** Loads relations of the related row as well. */
  include<const Relations extends Include<Model>>(
    relations: Relations & NoOthers<Relations, Model>,
  ): IncludedOne<Model, With<Row, ShapeOf<Model>, NameOf<Model>, Relations>, Including>;
}

type NullIn<Row> = null extends Row ? null : never;

/** The related rows, as a lambda of `include` sees them. */
export interface IncludedMany<Model, Row = InstanceOf<Model>, Plain = Model> extends Included<Row> {
  /** Keeps the related rows that match; several calls all must. */
  where(condition: Condition<Model>): IncludedMany<Model, Row, Plain>;
  where(equalities: Equalities<ShapeOf<Model>>): IncludedMany<Model, Row, Plain>;
  /** Orders the related rows of each parent. */
  orderBy(
    key: OrderKey<Model>,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): IncludedMany<Model, Row, Plain>;
  orderBy(
    key: SortNameOf<Model> | OrderKey<Model>,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): IncludedMany<Model, Row, Plain>;
  /** At most `count` related rows for each parent. */
  limit(count: number): IncludedMany<Model, Row, Plain>;
  /** Leaves out the first `count` related rows of each parent. */
  offset(count: number): IncludedMany<Model, Row, Plain>;
  /** Reads plain rows of these columns in place of instances. */
  select<const Name extends PlainName<Plain>>(
    ...names: readonly [Name, ...Name[]]
  ): IncludedMany<Model, NamedRow<ShapeOf<Model>, Name>>;
  /** Reads plain rows of what the lambda gives. */
  select<Fields extends Selectable>(
    pick: (t: PlainColumns<Plain>) => Fields,
  ): IncludedMany<Model, Selected<Fields>>;
  /** Loads relations of the related rows as well. */
  include<const Relations extends Include<Model>>(
    relations: Relations & NoOthers<Relations, Model>,
  ): IncludedMany<Model, With<Row, ShapeOf<Model>, NameOf<Model>, Relations>, Including>;
  /** How many related rows there are, how many that match, or how many values that are not NULL; stands in `combine`. */
  count(
    of?: (t: ColumnsOf<Model>) => Predicate | Expression<unknown>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Reduction<number>;
  /** The sum over the related rows of each parent, 0 of none; stands in `combine`. */
  sum<Value extends Summable>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Reduction<SumOf<Value>>;
  /** The average over the related rows, null of none; stands in `combine`. */
  avg<Value extends Summable>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Reduction<AverageOf<Value>>;
  /** The least value of the related rows, null of none; stands in `combine`. */
  min<Value>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Reduction<NonNullable<Value> | null>;
  /** The greatest value of the related rows, null of none; stands in `combine`. */
  max<Value>(
    of: (t: ColumnsOf<Model>) => Expression<Value>,
    options?: AggregateOptions<ColumnsOf<Model>>,
  ): Reduction<NonNullable<Value> | null>;
  /** Several facts about the related rows, each under a name: lists of them, and numbers. */
  combine<const Parts extends Readonly<Record<string, Included<unknown> | Reduction<unknown>>>>(
    parts: Parts,
  ): Combined<PartsOf<Parts>>;
}

type PartsOf<Parts> = {
  readonly [Name in keyof Parts]: Parts[Name] extends Reduction<infer Value>
    ? Value
    : Parts[Name] extends Included<infer Row>
      ? readonly Row[]
      : never;
};

/**
 * A row with included relations. It still is what it was without them, so it goes
 * wherever an instance of its model goes, unless a condition left out a row that
 * the model promises.
 */
export type With<Row, Shape, Model extends string, Relations> = Row extends null
  ? null
  : ([LeftOut<Relations>] extends [never] ? Row : Omit<Row, LeftOut<Relations>>) & {
      readonly [Name in keyof Relations & keyof Shape]: LoadedOf<
        Shape[Name],
        Model,
        Name,
        Relations[Name]
      >;
    };

/** A row that was made together with rows around it: the relations that its input had are loaded. */
export type Made<Row, Shape, Model extends string, Given extends PropertyKey> = With<
  Row,
  Shape,
  Model,
  { readonly [Name in Given & NamesOf<Shape, RelationKind>]: true }
>;

/** The relations that are not what the model promises: a condition may leave the row out, or it is read as a plain row. */
type LeftOut<Relations> = {
  [Name in keyof Relations]: Relations[Name] extends (...rows: never) => Included<infer Row>
    ? [Row] extends [{ refresh(): unknown }]
      ? never
      : Name
    : never;
}[keyof Relations];

type LoadedOf<Field, Model extends string, Name, Choice> = Field extends AnyForeignKey
  ? OrNull<Field, RowOf<TargetOf<Field>, Choice>>
  : Field extends ManyToMany<infer Target, string>
    ? LoadedMany<Links<Target>, Target, Choice>
    : Field extends BackRefField<infer Target>
      ? PairOf<Target, Model, Name> extends {
          readonly kind: infer Kind;
          readonly name: infer ForeignKeyName extends string;
        }
        ? Kind extends "one"
          ? RowOf<Target, Choice> | null
          : LoadedMany<
              Kind extends "many" ? Related<Target, ForeignKeyName> : Links<Target>,
              Target,
              Choice
            >
        : never
      : Field extends BackRefViewField<infer Target>
        ? LoadedMany<Query<Target>, Target, Choice>
        : never;

/** The relation with its methods, and what was loaded of it. */
type LoadedMany<Relation, Target, Choice> = Relation &
  (Choice extends (...rows: never) => Combined<infer Parts>
    ? Parts
    : readonly RowOf<Target, Choice>[]);

type RowOf<Target, Choice> = Choice extends true | undefined
  ? InstanceOf<Target>
  : Choice extends (...rows: never) => Included<infer Row>
    ? Row
    : With<InstanceOf<Target>, ShapeOf<Target>, NameOf<Target>, Choice>;
