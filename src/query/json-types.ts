/**
 * The types of what is inside a column: JSON by the keys of its schema, and lists.
 *
 * Inference only; nothing here exists at run time.
 */
import type { Predicate } from "./expression-types.ts";
import type {
  NumericExpression,
  OpaqueExpression,
  TextExpression,
  UnsizedExpression,
} from "./method-types.ts";

/** Asks about the items of a list. NULL, and what is no list, has no items and is not empty either. */
export interface ListTests<Item> {
  /** Holds the item. */
  has(item: NonNullable<Item>): Predicate;
  /** Holds every one of the items; true of none. */
  hasEvery(items: readonly NonNullable<Item>[]): Predicate;
  /** Holds at least one of the items. */
  hasSome(items: readonly NonNullable<Item>[]): Predicate;
  /** Has no items. */
  isEmpty(): Predicate;
  /** How many items there are; NULL where there is no list. */
  length(): NumericExpression<number | null>;
}

/** A list: a column of an array type, or of JSON. */
export interface ListExpression<Value, Item> extends OpaqueExpression<Value>, ListTests<Item> {
  /** The item at an index from 0, in a column of JSON. */
  at(index: number): JsonPath<Item>;
}

/** What every JSON value that is no list can do. */
export interface JsonExpression<Value> extends OpaqueExpression<Value> {
  /** The value as text; NULL where it is no text. */
  asText(): TextExpression<string | null>;
  /** The value as a number; NULL where it is none. */
  asNumber(): NumericExpression<number | null>;
  /** The value as a boolean; NULL where it is none. */
  asBoolean(): UnsizedExpression<boolean | null>;
  /** Is an object with the key. */
  hasKey(key: string): Predicate;
}

/** JSON of an unknown kind: what is inside is unknown, too. */
export interface UnknownJson extends JsonExpression<unknown>, ListTests<string | number | boolean> {
  /** What stands under a key, or at an index of a list. */
  at(key: string | number): UnknownJson;
}

/** An object: its members by name, and by `at` where a name is also a method's. */
type JsonObject<Value> = JsonExpression<Value> & {
  /** The member under a key. */
  at<Key extends keyof NonNullable<Value> & string>(key: Key): JsonPath<NonNullable<Value>[Key]>;
} & JsonMembers<NonNullable<Value>>;

type JsonMembers<Value> = string extends keyof Value
  ? unknown
  : {
      readonly [Key in Exclude<keyof Value & string, JsonMethod>]: JsonPath<Value[Key]>;
    };

/** The names that are methods of every JSON value; members of the same name are read with `at`. */
export type JsonMethod = keyof JsonExpression<unknown> | keyof ListTests<unknown> | "at";

/** What stands inside JSON: it may be missing, so it may be NULL. */
export type JsonPath<Value> = unknown extends Value
  ? UnknownJson
  : [NonNullable<Value>] extends [string]
    ? TextExpression<NonNullable<Value> | null>
    : [NonNullable<Value>] extends [number]
      ? NumericExpression<NonNullable<Value> | null>
      : [NonNullable<Value>] extends [boolean]
        ? UnsizedExpression<NonNullable<Value> | null>
        : Json<NonNullable<Value> | null>;

/** A JSON value by what it may be. */
export type Json<Value> = unknown extends Value
  ? UnknownJson
  : [NonNullable<Value>] extends [readonly (infer Item)[]]
    ? ListExpression<Value, Item>
    : [NonNullable<Value>] extends [object]
      ? JsonObject<Value>
      : JsonExpression<Value>;
