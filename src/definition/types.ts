/**
 * The types behind a shape: fields, the values of columns, keys, input.
 *
 * Inference only; nothing here exists at run time. Three rules keep circular
 * models typed and cheap:
 *
 * 1. No constraint looks into a shape or a relation's target, so no getter is
 *    evaluated while its class is being defined.
 * 2. Scalars are inferred one field at a time; no Zod object spans a relation.
 * 3. A field's type depends on the field alone, so models share the results.
 */
import type { Decimal } from "decimal.js";
import type { z } from "zod";

declare const fieldKind: unique symbol;
declare const typeError: unique symbol;

/** The key under which a model class carries its {@link ModelTypes}. Only the compiler sees it. */
export declare const modelTypes: unique symbol;

/** What the compiler shows in place of a type that can't be; the message says what to do. */
export interface FerroTypeError<Message extends string> {
  readonly [typeError]: Message;
}

/** Any Zod schema, of `zod` or `zod/mini`. */
export type AnySchema = z.core.$ZodType;

/**
 * A shape before it is looked at.
 *
 * The `any` is the point: a narrower constraint makes the compiler evaluate
 * every getter, and with it the class being defined. It constrains and nothing
 * more; what a model infers comes from the shape itself.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type LooseShape = Record<string, any>;

// ---------------------------------------------------------------- fields

/**
 * What a field is, told by one key: columns and relations are sorted without
 * looking into a schema or a target. A plain Zod schema has no kind.
 */
export interface OfKind<Kind extends FieldKind> {
  readonly [fieldKind]: Kind;
}

/** The kinds of column, then of relation. */
type FieldKind = ColumnKind | RelationKind;

/**
 * - `column`: in input as its schema says.
 * - `optional`: input may leave it out; the database has a default.
 * - `generated`: the database computes it; input must leave it out.
 * - `key`, `optionalKey`: part of the primary key.
 *
 * A foreign key over columns that the model declares (`keyOver`) has no shadow.
 */
type ColumnKind = "column" | "optional" | "generated" | "key" | "optionalKey";

export type RelationKind =
  | "foreignKey"
  | "optionalForeignKey"
  | "keyOver"
  | "optionalKeyOver"
  | "backRef"
  | "view"
  | "manyToMany";

/** A column: its schema and its part in keys and input. */
export interface Column<Schema extends AnySchema, Kind extends ColumnKind, Options = unknown>
  extends OfKind<Kind> {
  readonly schema: Schema;
  readonly options: Options;
}

/** The column that `field(schema, options)` makes. */
export type ColumnField<Schema extends AnySchema, Options> = Column<
  Options extends { readonly nullable: true } ? z.ZodNullable<Schema> : Schema,
  KindOf<Schema, Options>,
  Options
>;

type KindOf<Schema extends AnySchema, Options> = Options extends
  | { readonly primaryKey: true }
  | HasDefault
  | { readonly autoincrement: true }
  | { readonly generatedAs: string | object }
  ? SpecialKindOf<Schema, Options>
  : "column";

interface HasDefault {
  readonly dbDefault: string | number | boolean | object;
}

type SpecialKindOf<Schema extends AnySchema, Options> = Options extends {
  readonly primaryKey: true;
}
  ? Options extends HasDefault | { readonly autoincrement: true }
    ? "optionalKey"
    : Options extends { readonly autoincrement: false }
      ? "key"
      : Schema["_zod"]["output"] extends number | bigint
        ? "optionalKey"
        : "key"
  : Options extends HasDefault | { readonly autoincrement: true }
    ? "optional"
    : "generated";

/** Options that don't exist, as errors where they stand. */
export type NoOtherOptions<Options, Allowed> = {
  readonly [Name in Exclude<
    keyof Options,
    keyof Allowed
  >]: FerroTypeError<"there is no such option">;
};

/** What a decimal column takes. It reads a `Decimal`. */
export type DecimalInput = Decimal | string | number | bigint;

/** The schema that `decimal()` makes. */
export type DecimalField = z.ZodType<Decimal, DecimalInput>;

/** The schema that `bytes()` makes. */
export type BytesField = z.ZodType<Uint8Array, Uint8Array>;

/** The schema that `raw(type)` makes. */
export type RawField = z.ZodString;

/** The schema that `json(schema)` makes: the same values, stored as JSON whatever they are. */
export type JsonField<Schema extends AnySchema> = Schema;

/** The schema that `array(element)` makes. */
export type ArrayField<Element extends AnySchema> = z.ZodArray<Element>;

/** The schema that `namedEnum(name, values)` makes. */
export type NamedEnumField<Values extends readonly string[]> = z.ZodEnum<{
  [Value in Values[number]]: Value;
}>;

/** A link to one row: the target, whether it may be empty, and what `foreignKey` was told. */
export interface ForeignKey<
  Target,
  Kind extends "foreignKey" | "optionalForeignKey" | "keyOver" | "optionalKeyOver",
  Options extends { readonly relatedName: string },
> extends OfKind<Kind> {
  readonly target: Target;
  readonly relatedName: Options["relatedName"];
  readonly unique: Options extends { readonly unique: true } ? true : false;
  /** The names of the columns that the model declares for it. */
  readonly columns: Options extends { readonly columns: readonly (infer Name)[] } ? Name : never;
}

/** The link that `foreignKey(Target, options)` makes. */
export type ForeignKeyField<Target, Options extends { readonly relatedName: string }> = ForeignKey<
  Target,
  KindOfKey<Options>,
  Options
>;

type KindOfKey<Options> = Options extends { readonly columns: readonly string[] }
  ? Options extends Optional
    ? "optionalKeyOver"
    : "keyOver"
  : Options extends Optional
    ? "optionalForeignKey"
    : "foreignKey";

/** Options by which a link may lead nowhere. */
type Optional = { readonly nullable: true } | { readonly onDelete: "SET NULL" };

/** The other side of a link, found by its name. */
export interface BackRefField<Target> extends OfKind<"backRef"> {
  readonly target: Target;
}

/** A back reference to some of the rows of a foreign key. */
export interface BackRefViewField<Target> extends OfKind<"view"> {
  readonly target: Target;
}

/** A link to many rows through a join table. */
export interface ManyToMany<Target, RelatedName extends string> extends OfKind<"manyToMany"> {
  readonly target: Target;
  readonly relatedName: RelatedName;
}

/** The link that `manyToMany(Target, options)` makes. */
export type ManyToManyField<Target, Options extends { readonly relatedName: string }> = ManyToMany<
  Target,
  Options["relatedName"]
>;

/** Any relation in a shape. */
export type AnyRelation = OfKind<RelationKind>;

/** Any foreign key in a shape. */
export type AnyForeignKey = OfKind<
  "foreignKey" | "optionalForeignKey" | "keyOver" | "optionalKeyOver"
>;

/** The names in a shape that aren't ordinary columns; one pass that everything below starts from. */
export type SpecialNames<Shape> = {
  [Name in keyof Shape]: Shape[Name] extends OfKind<Exclude<FieldKind, "column">> ? Name : never;
}[keyof Shape];

/** The names of the fields of these kinds. */
export type NamesOf<Shape, Kind extends Exclude<FieldKind, "column">> = {
  [Name in SpecialNames<Shape>]: Shape[Name] extends OfKind<Kind> ? Name : never;
}[SpecialNames<Shape>];

// ---------------------------------------------------------------- models

/** What the compiler knows about a model: its name, its shape, and its composite key if it has one. */
export interface ModelTypes<Name extends string, Shape, CompositeKey extends string> {
  readonly name: Name;
  readonly shape: Shape;
  readonly compositeKey: CompositeKey;
}

/** The shape of a model class. */
export type ShapeOf<Model> = Model extends {
  readonly [modelTypes]: { readonly shape: infer Shape };
}
  ? Shape
  : never;

/** The name of a model class. */
export type NameOf<Model> = Model extends {
  readonly [modelTypes]: { readonly name: infer Name extends string };
}
  ? Name
  : never;

type CompositeKeyOf<Model> = Model extends {
  readonly [modelTypes]: { readonly compositeKey: infer Key extends string };
}
  ? Key
  : never;

/** The instances of a model class, with the class's own methods. */
export type InstanceOf<Model> = Model extends { readonly prototype: infer Instance }
  ? Instance
  : never;

/** The model that a relation points to. */
export type TargetOf<Field> = Field extends { readonly target: infer Target } ? Target : never;

// ---------------------------------------------------------------- columns

/** Zod schemas as inference sees them; comparing with Zod's own type would look into all of it. */
interface Reads {
  readonly _zod: { readonly output: unknown };
}

export interface Takes {
  readonly _zod: { readonly input: unknown };
}

export type SchemaOf<Field> = Field extends Column<infer Schema, ColumnKind> ? Schema : Field;

/** What a column reads as. */
export type Output<Field> = Field extends Reads
  ? Field["_zod"]["output"]
  : Field extends Column<infer Schema, ColumnKind>
    ? Schema["_zod"]["output"]
    : FerroTypeError<"a shape holds Zod schemas, fields, and getters of relations">;

/** What a column takes: the schema's input and, where a codec stands between, its output too. */
export type ColumnInput<Field> = Field extends Takes
  ? SchemaInput<Field>
  : Field extends Column<infer Schema, ColumnKind>
    ? SchemaInput<Schema>
    : never;

type SchemaInput<Schema extends Takes> =
  HoldsCodec<Schema> extends true
    ? Schema["_zod"]["input"] | z.output<Schema>
    : Schema["_zod"]["input"];

/** Whether a codec stands between what a schema takes and what it gives, inside an object, a list or a record as well. */
export type HoldsCodec<Schema> = Schema extends {
  readonly _zod: { readonly def: { readonly innerType: infer Inner } };
}
  ? HoldsCodec<Inner>
  : Schema extends { readonly _zod: { readonly def: { readonly reverseTransform: unknown } } }
    ? true
    : Schema extends Takes & { readonly _zod: { readonly def: Parts } }
      ? true extends HoldsCodec<PartOf<Schema["_zod"]["def"]>>
        ? true
        : false
      : false;

/** The definition of an object, an array or a record. */
type Parts =
  | { readonly shape: unknown }
  | { readonly element: unknown }
  | { readonly valueType: unknown };

type PartOf<Def> = Def extends { readonly shape: infer Shape }
  ? Shape[keyof Shape]
  : Def extends { readonly element: infer Part } | { readonly valueType: infer Part }
    ? Part
    : never;

/** Whether a codec stands between the stored value and the program's, under wrappers or not. */
export type IsCodec<Schema> = Schema extends {
  readonly _zod: { readonly def: { readonly innerType: infer Inner } };
}
  ? IsCodec<Inner>
  : Schema extends { readonly _zod: { readonly def: { readonly reverseTransform: unknown } } }
    ? true
    : false;

/** What the codec of a column stores. */
export type StoredOf<Field> = CodecInner<SchemaOf<Field>>;

type CodecInner<Schema> = Schema extends {
  readonly _zod: { readonly def: { readonly innerType: infer Inner } };
}
  ? CodecInner<Inner>
  : Schema extends { readonly _zod: { readonly def: { readonly in: infer Stored } } }
    ? z.output<Stored>
    : never;

/** The names of a shape's foreign keys that have a shadow. */
export type ForeignKeyNames<Shape> = NamesOf<Shape, "foreignKey" | "optionalForeignKey"> & string;

/** The properties of a shape and the shadows of its foreign keys. */
export type PropertyNames<Shape> = keyof Shape | `${ForeignKeyNames<Shape>}Id`;

/** The foreign key that a shadow belongs to: `author` for `authorId`. */
export type LinkOf<Shape, Shadow> = Shadow extends `${infer Name}Id`
  ? Name extends keyof Shape
    ? Shape[Name]
    : never
  : never;

/** `Value`, or null where the foreign key may be empty. */
export type OrNull<Link, Value> =
  Link extends OfKind<"optionalForeignKey" | "optionalKeyOver"> ? Value | null : Value;

/** What the shadow of a foreign key reads as: `authorId`. */
export type ShadowOutput<Link> = OrNull<Link, PrimaryKeyOf<TargetOf<Link>>>;

/** The columns of a model as plain data, shadows included, relations left out. */
export type Row<Shape> = {
  -readonly [Name in keyof Shape as Shape[Name] extends AnyRelation ? never : Name]: Output<
    Shape[Name]
  >;
} & { [Shadow in `${ForeignKeyNames<Shape>}Id`]: ShadowOutput<LinkOf<Shape, Shadow>> };

// ---------------------------------------------------------------- keys

/** The primary key, where it is one column. */
export type KeyName<Shape> = NamesOf<Shape, "key" | "optionalKey">;

/** What identifies a row: the key column's value, or an object for a composite key. */
export type PrimaryKey<Shape, CompositeKey extends string> = [CompositeKey] extends [never]
  ? SingleKey<Shape, KeyName<Shape>>
  : { readonly [Name in CompositeKey]: KeyPart<Shape, Name> };

type SingleKey<Shape, Name> = [Name] extends [never]
  ? FerroTypeError<"this model has no primary key: add one, such as id: id()">
  : Output<Shape[Name & keyof Shape]>;

type KeyPart<Shape, Name extends string> = Name extends keyof Shape
  ? Shape[Name] extends AnyForeignKey
    ? PrimaryKeyOf<TargetOf<Shape[Name]>>
    : Output<Shape[Name]>
  : Name extends `${infer Relation extends keyof Shape & string}Id`
    ? PrimaryKeyOf<TargetOf<Shape[Relation]>>
    : FerroTypeError<"the composite key names no column of this model">;

/** The primary key of a model class. */
export type PrimaryKeyOf<Model> = PrimaryKey<ShapeOf<Model>, CompositeKeyOf<Model>>;
