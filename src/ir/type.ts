/**
 * Storage types: what a column holds, said without a dialect.
 *
 * Plain data, part of SchemaIR and QueryIR. A dialect turns one into a column
 * type (DDL) and a codec (values).
 */

/** A column type that a user may name instead of the one Ferro picks. */
export type DbType =
  | "text"
  | "smallint"
  | "int"
  | "bigint"
  | "uuid"
  | "timestamp"
  | "timestamptz"
  | "date"
  | "time"
  | `varchar(${number})`;

/** How an instant or a wall-clock time appears in a program: a `Date`, or ISO text with microseconds. */
export type TemporalHost = "date" | "text";

/**
 * What a column holds.
 *
 * A moment is `loose` in a column that others declared and write: where moments are
 * text, they may stand in several forms, and are compared by what they mean. That
 * is no part of a schema.
 */
export type StorageType =
  /** A JavaScript number without a fraction, kept in the safe range. */
  | { readonly kind: "integer"; readonly dbType?: DbType }
  /** A JavaScript bigint, 64 bits. */
  | { readonly kind: "bigint"; readonly dbType?: DbType }
  /** An exact decimal; nulls mean unlimited. */
  | { readonly kind: "decimal"; readonly precision: number | null; readonly scale: number | null }
  | { readonly kind: "float" }
  | { readonly kind: "boolean" }
  | { readonly kind: "text"; readonly dbType?: DbType }
  | { readonly kind: "uuid"; readonly dbType?: DbType }
  | { readonly kind: "bytes" }
  /** A calendar date, `YYYY-MM-DD`. */
  | { readonly kind: "date" }
  /** A time of day, `HH:MM:SS[.ffffff]`. */
  | { readonly kind: "time" }
  /** An instant. */
  | { readonly kind: "timestamptz"; readonly host: TemporalHost; readonly loose?: true }
  /** A date and time without a zone; a `Date` host reads it as UTC. */
  | { readonly kind: "timestamp"; readonly host: TemporalHost; readonly loose?: true }
  /** A closed set of values; a name makes it a native type where the database has them. */
  | {
      readonly kind: "enum";
      readonly name: string | null;
      readonly values: readonly (string | number)[];
      readonly dbType?: DbType;
    }
  | { readonly kind: "json" }
  /** A one-dimensional array; native where the database has them, else JSON. */
  | { readonly kind: "array"; readonly element: StorageType }
  /** A type that Ferro has no values for: its text as the database prints it. */
  | { readonly kind: "raw"; readonly declared: string };

/** The name of a storage kind. */
export type StorageKind = StorageType["kind"];
