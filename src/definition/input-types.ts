/**
 * The types of input: what makes a row.
 *
 * Inference only; nothing here exists at run time.
 */
import type { z } from "zod";
import type {
  AnyForeignKey,
  AnyRelation,
  AnySchema,
  Column,
  ColumnInput,
  FerroTypeError,
  ForeignKeyNames,
  HoldsCodec,
  InstanceOf,
  LinkOf,
  NamesOf,
  OfKind,
  OrNull,
  PrimaryKeyOf,
  RelationKind,
  SchemaOf,
  ShadowOutput,
  Takes,
  TargetOf,
} from "./types.ts";

/**
 * What makes a row: every column without a default, and each required foreign
 * key as an instance or an id, exactly one of them.
 *
 * @typeParam Given - Foreign keys that are known already: `author.posts.create()`.
 */
export type Input<Shape, Given extends string = never> = {
  [Name in keyof Shape]?: InputValue<Shape[Name]> | undefined;
} & Needed<Shape, Given>;

/** What input must have, and the ids that it may give for foreign keys. */
export type Needed<
  Shape,
  Given extends string,
  Required extends PropertyKey = RequiredNames<Shape>,
> = { [Name in Required]: Present } & {
  [Shadow in `${ForeignKeyNames<Shape>}Id`]?: ShadowOutput<LinkOf<Shape, Shadow>> | undefined;
} & InputLinks<Shape, Exclude<ForeignKeyNames<Shape>, Given>>;

/**
 * Some of what makes a row: what stands beside values that are given elsewhere.
 *
 * Foreign keys may be given as an instance or as an id.
 */
export type InputPart<Shape> = {
  readonly [Name in keyof Shape]?: InputValue<Shape[Name]> | undefined;
} & {
  readonly [Shadow in `${ForeignKeyNames<Shape>}Id`]?:
    | ShadowOutput<LinkOf<Shape, Shadow>>
    | undefined;
};

/** Anything but null and undefined. */
export type Present = NonNullable<unknown>;

/** What a property takes. What input must leave out takes nothing, and says why. */
export type InputValue<Field> = Field extends AnyRelation
  ? Field extends AnyForeignKey
    ? OrNull<Field, InstanceOf<TargetOf<Field>>>
    : FerroTypeError<"link the rows of this relation after the row is made">
  : Field extends OfKind<"generated">
    ? FerroTypeError<"the database computes this column">
    : ColumnInput<Field>;

/** The columns that input must have. */
export type RequiredNames<Shape> = {
  [Name in keyof Shape]: IsRequired<Shape[Name]> extends true ? Name : never;
}[keyof Shape];

type IsRequired<Field> = Field extends Takes
  ? IsNeeded<Field["_zod"]["input"]>
  : Field extends Column<infer Schema, "column" | "key">
    ? IsNeeded<Schema["_zod"]["input"]>
    : false;

/** Whether input must have a value: there is no default, and it can't be null. */
type IsNeeded<Value> = undefined extends Value ? false : null extends Value ? false : true;

/** Each required foreign key as the instance or the id, and never both. */
type InputLinks<Shape, Names extends string> = [Names] extends [never]
  ? unknown
  : {
        [Name in Names]: Shape[Name & keyof Shape] extends OfKind<"foreignKey">
          ? (link: InputLink<Name>) => void
          : (link: unknown) => void;
      }[Names] extends (links: infer Links) => void
    ? Links
    : never;

type InputLink<Name extends string> =
  | ({ [Key in `${Name}Id`]: Present } & { [Key in Name]?: undefined })
  // The last is what the compiler names when both are missing.
  | ({ [Key in Name]: Present } & { [Key in `${Name}Id`]?: undefined });

/** The Zod fields of a model's input: columns, and foreign keys as their ids. */
export type InputSchemas<Shape> = {
  -readonly [Name in Exclude<keyof Shape, NamesOf<Shape, "generated" | RelationKind>>]: InputSchema<
    Shape[Name],
    SchemaOf<Shape[Name]>
  >;
} & {
  [Shadow in `${NamesOf<Shape, "foreignKey"> & string}Id`]: KeySchema<LinkOf<Shape, Shadow>>;
} & {
  [Shadow in `${NamesOf<Shape, "optionalForeignKey"> & string}Id`]: z.ZodOptional<
    z.ZodNullable<KeySchema<LinkOf<Shape, Shadow>>>
  >;
};

type InputSchema<Field, Schema> =
  IsRequired<Field> extends true
    ? TwoSided<Schema>
    : undefined extends z.input<Schema>
      ? TwoSided<Schema>
      : z.ZodOptional<TwoSided<Schema>>;

/** The schema as it is; where a codec stands between, one that takes both of its sides. */
type TwoSided<Schema> = Schema extends AnySchema
  ? HoldsCodec<Schema> extends true
    ? z.ZodType<z.output<Schema>, z.input<Schema> | z.output<Schema>>
    : Schema
  : never;

type KeySchema<Link> = z.ZodType<PrimaryKeyOf<TargetOf<Link>>, PrimaryKeyOf<TargetOf<Link>>>;
