/**
 * The types of what writing calls take and give.
 *
 * Inference only; nothing here exists at run time.
 */
import type { Input, InputPart } from "../definition/input-types.ts";
import type { PropertyNames } from "../definition/types.ts";
import type { Columns } from "../query/expression-types.ts";
import type { Changes } from "../query/types.ts";

/** Where a write goes. */
export interface WriteOptions {
  /** A named connection; by default the one the instance came from. */
  readonly using?: string;
  /** A session to run in, whatever session surrounds the call. */
  readonly session?: SomeSession;
}

/** Options of `getOrCreate` and `updateOrCreate`. */
export interface FindOrCreateOptions<Shape> extends WriteOptions {
  /** What a new row has beside the filters; `updateOrCreate` writes it to a row that is there, too. */
  readonly defaults?: InputPart<Shape>;
}

/** What `engines.session()` makes, said by its face: the class would bring all that it imports. */
export interface SomeSession {
  readonly sessionId: string;
  readonly connectionName: string | undefined;
  readonly isClosed: boolean;
  run<Result>(work: () => Result | Promise<Result>): Promise<Result>;
}

/** What `upsert` takes. */
export interface UpsertOptions<Shape, Name extends string, Key> extends WriteOptions {
  /** The unique key that tells whether the row is there. */
  readonly on: Key;
  /** The new row. */
  readonly create: Input<Shape>;
  /** What becomes of a row that is there; by default it takes over what `create` was given. */
  readonly update?: ConflictUpdate<Shape, Name>;
}

/**
 * What becomes of a row that is there: columns to take over from the new row, values, or a
 * lambda over the row and the new one.
 */
export type ConflictUpdate<Shape, Name extends string> =
  | readonly PropertyNames<Shape>[]
  | Changes<Shape>
  | ((row: Columns<Shape, Name>, proposed: Columns<Shape, Name>) => Changes<Shape>);

/** What `upsert` did. */
export interface Upserted<Row> {
  readonly row: Row;
  /** False where a row was there and was changed. */
  readonly inserted: boolean;
}

/** Options of `bulkCreate`. */
export interface BulkCreateOptions<Shape, Name extends string, Key> extends WriteOptions {
  /** Give instances, not the number of rows. They stand in no identity map. */
  readonly returning?: boolean;
  /**
   * What to do about rows that are there: leave them as they are and insert the others, or
   * change them. By default they are an error, and nothing is inserted.
   */
  readonly onConflict?: "ignore" | BulkConflict<Shape, Name, Key>;
}

/** What becomes of rows that have the unique values of new ones. */
export interface BulkConflict<Shape, Name extends string, Key> {
  /** The unique key that tells whether a row is there. */
  readonly columns: Key;
  /** Columns to take over, values, or a lambda over the row and the new one; "ignore" leaves it. */
  readonly update: ConflictUpdate<Shape, Name> | "ignore";
}

/** Options of `bulkUpdate`. */
export interface BulkUpdateOptions extends WriteOptions {
  /** What a key without a row is: an error, and then nothing is changed, or nothing. */
  readonly missing?: "error" | "ignore";
}

/** New values of one row, without expressions. */
export type Changed<Shape> = InputPart<Shape>;

/** The key beside them. */
export type KeyPart<Key, Name> = [Name] extends [never]
  ? Key
  : { readonly [Property in Name & string]: Key };
