/**
 * The types of unique keys and of the names that options take.
 *
 * Inference only; nothing here exists at run time.
 */
import type { KeyName } from "./types.ts";

/** What tells whether a row is there: the key, a unique column, or a group that is unique together. */
export type UniqueKey<Shape, CompositeKey extends string, Uniques extends readonly string[]> =
  | ([CompositeKey] extends [never]
      ? KeyName<Shape> | UniqueName<Shape>
      : UniqueName<Shape> | readonly CompositeKey[])
  | readonly [KeyName<Shape> | UniqueName<Shape>]
  | Uniques;

/** The columns that are unique by themselves; a one-to-one foreign key by its shadow. */
type UniqueName<Shape> = {
  [Name in keyof Shape & string]: Shape[Name] extends { readonly unique: true }
    ? `${Name}Id`
    : Shape[Name] extends { readonly options: { readonly unique: true } }
      ? Name
      : never;
}[keyof Shape & string];

/** A property, a shadow such as `authorId`, or a column's name such as `author_id`. */
export type ColumnName<Shape> =
  | (keyof Shape & string)
  | `${keyof Shape & string}Id`
  | `${string}_${string}`;
