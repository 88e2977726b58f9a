/**
 * Kysely's tables, made of models.
 *
 * Inference only; nothing here exists at run time.
 */
import type { Decimal } from "decimal.js";
import type { ColumnType } from "kysely";
import type { Input } from "../definition/input-types.ts";
import type { LinkOf, Output, ShadowOutput, ShapeOf } from "../definition/types.ts";
import type { SortName } from "../query/types.ts";

/** Said here: the declarations of dialects hold types of the Kysely that is bundled. */
type Backend = "sqlite" | "postgres";

/**
 * Kysely's database of some models, by the names of their tables.
 *
 * Columns have the names that properties get by default. For a column with a name of its own, put the
 * table together from `KyselyTable` and Kysely's types.
 *
 * @typeParam Models - Model classes by table: `{ post: typeof Post; author: typeof Author }`.
 * @typeParam On - Which database it is, where that is known: booleans are numbers on SQLite.
 */
export type KyselyDatabase<Models, On extends Backend = Backend> = {
  [Table in keyof Models]: KyselyTable<Models[Table], On>;
};

/** Kysely's table of one model. */
export type KyselyTable<Model, On extends Backend = Backend> = TableOf<ShapeOf<Model>, On>;

type TableOf<Shape, On extends Backend> = {
  [Property in SortName<Shape> as SnakeCase<Property>]: ColumnOf<
    ValueOf<Shape, Property>,
    IsOptional<Shape, Property>,
    On
  >;
};

type ValueOf<Shape, Property extends string> = Property extends keyof Shape
  ? Output<Shape[Property]>
  : ShadowOutput<LinkOf<Shape, Property>>;

/** Whether the model's own input may leave the property out. */
type IsOptional<Shape, Property extends string> = Property extends keyof Input<Shape>
  ? undefined extends Input<Shape>[Property]
    ? true
    : false
  : false;

type ColumnOf<Value, Optional extends boolean, On extends Backend> = ColumnType<
  Cell<Value, On>,
  Optional extends true ? Argument<Value> | undefined : Argument<Value>,
  Argument<Value>
>;

/** What raw SQL reads of a value. */
type Cell<Value, On extends Backend> = Value extends null | undefined
  ? null
  : Value extends boolean
    ? On extends "sqlite"
      ? number
      : boolean
    : Value extends bigint
      ? number | bigint
      : Value extends string | number | Uint8Array
        ? Value
        : string;

/** What raw SQL takes for a value. */
type Argument<Value> = Value extends null | undefined
  ? null
  : Value extends bigint
    ? number | bigint
    : Value extends Date | Decimal
      ? Value | string
      : Value extends string | number | boolean | Uint8Array
        ? Value
        : Value | string;

/** `createdAt` to `created_at`, and `HTTPCode` to `http_code`, as columns are named. */
type SnakeCase<
  Name extends string,
  Before extends string = "",
> = Name extends `${infer Letter}${infer Rest}`
  ? `${Break<Before, Letter, Rest>}${Lowercase<Letter>}${SnakeCase<Rest, Letter>}`
  : "";

type Break<Before extends string, Letter extends string, Rest extends string> =
  IsUpper<Letter> extends true
    ? IsUpper<Before> extends true
      ? Rest extends `${infer Next}${string}`
        ? IsLower<Next> extends true
          ? "_"
          : ""
        : ""
      : IsLower<Before> extends true
        ? "_"
        : Before extends `${number}`
          ? "_"
          : ""
    : "";

type IsUpper<Letter extends string> = Letter extends Lowercase<Letter> ? false : true;
type IsLower<Letter extends string> = Letter extends Uppercase<Letter> ? false : true;
