/**
 * What stands in a model's shape: columns and relations, as small objects.
 *
 * Field objects are recognised by a registered symbol, so that a shape still
 * reads when two copies of the package are loaded.
 */
import { z } from "zod";
import { SchemaError } from "../errors/errors.ts";
import type { Deferrable, NumberingIr, ReferentialAction } from "../ir/schema.ts";
import type { DbType } from "../ir/type.ts";
import { bytesSchema, decimalSchema } from "./column-type.ts";
import { markStorage } from "./storage-mark.ts";
import type {
  AnySchema,
  ArrayField,
  BytesField,
  ColumnField,
  DecimalField,
  ForeignKeyField,
  JsonField,
  ManyToManyField,
  NamedEnumField,
  NoOtherOptions,
  RawField,
} from "./types.ts";

const fieldKind: unique symbol = Symbol.for("ferro-orm.field");

/** Options of a column, as the user gave them. */
export interface ColumnOptions {
  readonly primaryKey?: boolean;
  readonly autoincrement?: boolean;
  readonly unique?: boolean;
  readonly index?: boolean;
  readonly nullable?: "infer" | boolean;
  readonly dbType?: DbType;
  readonly dbCheck?: boolean | { readonly name: string | null };
  readonly dbDefault?: string | number | boolean | object;
  readonly column?: string;
  readonly renamedFrom?: string;
  readonly generatedAs?: string | { readonly sql: string; readonly stored?: boolean };
  /** Count the changes of a row: saving a stale instance is a `StaleObjectError`. */
  readonly version?: boolean;
  /** The value that each change of a row gives the column, unless it is given one. */
  readonly onUpdate?: () => unknown;
  readonly comment?: string;
  /** The declared type word for word, where the database has another than the schema would get. */
  readonly nativeType?: string;
  readonly collation?: string;
  /** How the database numbers it, where `autoincrement` would do it in another way. */
  readonly numbering?: NumberingIr["kind"] | NumberingIr;
  /** SQLite: the key admits NULL, for want of a NOT NULL. */
  readonly nullableKey?: boolean;
}

/** A column in a shape. */
export interface ColumnFieldObject {
  readonly [fieldKind]: "column";
  readonly schema: z.ZodType;
  readonly options: ColumnOptions;
}

/** What the constraint of a foreign key says beyond its actions. */
export interface ConstraintOptions {
  readonly name?: string;
  readonly deferrable?: Deferrable;
  readonly match?: "FULL";
  /** Rows from before it was added may break it. */
  readonly notValid?: boolean;
}

/** A foreign key in a shape. */
export interface ForeignKeyFieldObject {
  readonly [fieldKind]: "foreignKey";
  readonly target: unknown;
  readonly options: {
    readonly relatedName: string;
    readonly nullable?: "infer" | boolean;
    readonly unique?: boolean;
    readonly index?: boolean;
    readonly onDelete?: ReferentialAction;
    readonly onUpdate?: ReferentialAction;
    readonly column?: string;
    /** Columns that the model declares, one for each part of the target's key and in its order; needed where that has several. */
    readonly columns?: readonly string[];
    /** The constraint's name in the database, and what it says beyond the actions. */
    readonly constraint?: ConstraintOptions;
  };
}

/** A back reference in a shape. */
export interface BackRefFieldObject {
  readonly [fieldKind]: "backRef";
  readonly target: unknown;
  /** Some of the rows that point here, where it is not all of them. */
  readonly view?: BackRefView | undefined;
}

/** Which rows a back reference leads to, and over which foreign key. */
export interface BackRefView {
  readonly relatedName?: string;
  readonly where: (columns: never) => unknown;
}

/** A many-to-many link in a shape. */
export interface ManyToManyFieldObject {
  readonly [fieldKind]: "manyToMany";
  readonly target: unknown;
  readonly options: {
    readonly relatedName: string;
    readonly through?: string | object;
    readonly reverseIndex?: boolean;
  };
}

export type RelationFieldObject =
  | ForeignKeyFieldObject
  | BackRefFieldObject
  | ManyToManyFieldObject;
export type FieldObject = ColumnFieldObject | RelationFieldObject;

/** Tells a field object from a plain Zod schema. */
export function isField(value: unknown): value is FieldObject {
  return typeof value === "object" && value !== null && fieldKind in value;
}

/** The kind of a field object. */
export function kindOf(field: FieldObject): FieldObject[typeof fieldKind] {
  return field[fieldKind];
}

/** The public types carry phantom keys that only the compiler sees; this is the one place they are put on. */
function typed<Field>(field: FieldObject): Field {
  return field as unknown as Field;
}

/**
 * A column with options.
 *
 * @param schema - Any Zod schema, of `zod` or `zod/mini`; it validates input and decides the column's type.
 * @param options - Keys, indexes, the database type, defaults and names; see the reference page on fields.
 *
 * @example
 * ```ts
 * const email = field(z.email(), { unique: true });
 * ```
 */
export function field<Schema extends AnySchema, const Options extends ColumnOptions>(
  schema: Schema,
  options: Options & NoOtherOptions<Options, ColumnOptions>,
): ColumnField<Schema, Options> {
  // Schemas are read and run through Zod's functions alone, so that one of zod/mini does as well.
  return typed({ [fieldKind]: "column", schema: schema as unknown as z.ZodType, options });
}

/**
 * An integer primary key that the database numbers.
 *
 * @example
 * ```ts
 * class Tag extends Model("Tag", { id: id(), name: z.string() }) {}
 * ```
 */
export function id(): ColumnField<z.ZodInt, { primaryKey: true; autoincrement: true }> {
  return typed({
    [fieldKind]: "column",
    schema: z.int(),
    options: { primaryKey: true, autoincrement: true },
  });
}

/**
 * A 64-bit primary key that the database numbers; a `bigint` in programs.
 *
 * @example
 * ```ts
 * class Event extends Model("Event", { id: bigintId(), name: z.string() }) {}
 * ```
 */
export function bigintId(): ColumnField<z.ZodBigInt, { primaryKey: true; autoincrement: true }> {
  return typed({
    [fieldKind]: "column",
    schema: z.bigint(),
    options: { primaryKey: true, autoincrement: true },
  });
}

/**
 * A UUID primary key; a random one is made where input gives none.
 *
 * @example
 * ```ts
 * class Token extends Model("Token", { id: uuidId() }) {}
 * ```
 */
export function uuidId(): ColumnField<z.ZodDefault<z.ZodUUID>, { primaryKey: true }> {
  return typed({
    [fieldKind]: "column",
    schema: z.uuid().default(() => crypto.randomUUID()),
    options: { primaryKey: true },
  });
}

/**
 * A column that counts the changes of its row, so that no one overwrites what they have not seen.
 *
 * Saving or deleting an instance whose row has changed since it was read is a `StaleObjectError`.
 *
 * @example
 * ```ts
 * class Draft extends Model("Draft", { id: id(), text: z.string(), version: rowVersion() }) {}
 * ```
 */
export function rowVersion(): ColumnField<z.ZodDefault<z.ZodInt>, { version: true }> {
  return typed({
    [fieldKind]: "column",
    schema: z.int().default(1),
    options: { version: true },
  });
}

/**
 * The columns `createdAt` and `updatedAt`; every change of a row sets the second.
 *
 * @example
 * ```ts
 * class Note extends Model("Note", { id: id(), text: z.string(), ...timestamps() }) {}
 * ```
 */
export function timestamps(): {
  createdAt: z.ZodDefault<z.ZodDate>;
  updatedAt: ColumnField<z.ZodDefault<z.ZodDate>, { onUpdate: () => Date }>;
} {
  const now = () => new Date();
  return {
    createdAt: z.date().default(now),
    updatedAt: typed({
      [fieldKind]: "column",
      schema: z.date().default(now),
      options: { onUpdate: now },
    }),
  };
}

/**
 * An exact decimal; a `Decimal` in programs, never a float.
 *
 * @param precision - Digits in all; unlimited when left out.
 * @param scale - Digits after the point; 0 when only `precision` is given.
 * @throws {SchemaError} `precision` or `scale` is not a sensible number.
 *
 * @example
 * ```ts
 * const price = decimal(10, 2);
 * ```
 */
export function decimal(precision?: number, scale?: number): DecimalField {
  const digits = precision ?? null;
  const places = precision === undefined ? null : (scale ?? 0);
  return markStorage(decimalSchema(digits, places), {
    kind: "decimal",
    precision: digits,
    scale: places,
  });
}

/**
 * Binary data; a `Uint8Array` in programs.
 *
 * @example
 * ```ts
 * const avatar = bytes();
 * ```
 */
export function bytes(): BytesField {
  return markStorage(bytesSchema(), { kind: "bytes" });
}

/**
 * A JSON column (jsonb on PostgreSQL) for any schema, `z.unknown()` included.
 *
 * @param schema - What the JSON must look like.
 *
 * @example
 * ```ts
 * const settings = json(z.record(z.string(), z.unknown()));
 * ```
 */
export function json<Schema extends AnySchema>(schema: Schema): JsonField<Schema> {
  // A copy with a definition of its own: the mark must not reach other uses of the schema.
  const own = z.core.clone(
    schema,
    z.core.util.mergeDefs(schema._zod.def, {}) as Schema["_zod"]["def"],
  );
  return markStorage(own, { kind: "json" }) as unknown as JsonField<Schema>;
}

/**
 * A list of scalars: a native array on PostgreSQL, JSON on SQLite.
 *
 * @param element - The schema of one element.
 *
 * @example
 * ```ts
 * const labels = array(z.string());
 * ```
 */
export function array<Element extends AnySchema>(element: Element): ArrayField<Element> {
  return markStorage(z.array(element), { kind: "array" });
}

/**
 * A named enum: a native type on PostgreSQL, text with a CHECK on SQLite.
 *
 * @param name - The type's name in the database.
 * @param values - Its values, in order.
 *
 * @example
 * ```ts
 * const status = namedEnum("order_status", ["open", "paid", "sent"]);
 * ```
 */
export function namedEnum<const Values extends readonly [string, ...string[]]>(
  name: string,
  values: Values,
): NamedEnumField<Values> {
  return markStorage(z.enum([...values]), {
    kind: "enum",
    name,
  }) as unknown as NamedEnumField<Values>;
}

/**
 * A column of a type that Ferro has no values for: text in programs, as the database prints it.
 *
 * @param declared - The type as the database declares it; "" for a column of SQLite without a type.
 *
 * @example
 * ```ts
 * const address = raw("inet");
 * ```
 */
export function raw(declared: string): RawField {
  if (typeof declared !== "string") {
    throw new SchemaError("raw() needs the name of a database type", {
      hint: 'write raw("tsvector")',
    });
  }
  return markStorage(z.string(), { kind: "raw", declared });
}

/**
 * A link to one row of another model; adds the column `<name>_id` and the property `<name>Id`.
 *
 * Write it in a getter, so that models may refer to each other.
 *
 * @param target - The model pointed to.
 * @param options - `relatedName` is the back reference that the target declares.
 *
 * @example
 * ```ts
 * class Post extends Model("Post", {
 *   id: id(),
 *   get author() { return foreignKey(Author, { relatedName: "posts" }) },
 * }) {}
 * ```
 */
export function foreignKey<Target, const Options extends ForeignKeyFieldObject["options"]>(
  target: Target,
  options: Options & NoOtherOptions<Options, ForeignKeyFieldObject["options"]>,
): ForeignKeyField<Target, Options> {
  return typed({ [fieldKind]: "foreignKey", target, options });
}

/** What `backRef` makes; its types speak of columns, so that it stands with the models. */
export function backRefField<Field>(target: unknown, view: BackRefView | undefined): Field {
  return typed({ [fieldKind]: "backRef", target, view });
}

/**
 * A link to many rows of another model through a join table.
 *
 * @param target - The model linked to.
 * @param options - `relatedName` names the back reference on the target; `through` the join table;
 * `reverseIndex: false` leaves out the index for the way back.
 *
 * @example
 * ```ts
 * class Post extends Model("Post", {
 *   id: id(),
 *   get tags() { return manyToMany(Tag, { relatedName: "posts" }) },
 * }) {}
 * ```
 */
export function manyToMany<Target, const Options extends ManyToManyFieldObject["options"]>(
  target: Target,
  options: Options & NoOtherOptions<Options, ManyToManyFieldObject["options"]>,
): ManyToManyField<Target, Options> {
  return typed({ [fieldKind]: "manyToMany", target, options });
}
