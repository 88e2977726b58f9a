import { memoizeByType } from "../../codec/memoize.ts";
import type { DriverValue } from "../../driver/driver.ts";
import type { StorageType } from "../../ir/type.ts";
import { encodeItems, postgresCodec } from "./codecs.ts";

/**
 * Encodes the values of a list as one parameter, for `= any($1::T[])` and `unnest($1::T[])`.
 *
 * The parameter's type is {@link postgresListType}. Null elements are NULL.
 */
export function postgresEncodeList(type: StorageType, values: readonly unknown[]): DriverValue {
  return encodeItems(postgresCodec(type), values);
}

/** The encoder of one type's lists, made once. */
export const postgresListEncoder: (
  type: StorageType,
) => (values: readonly unknown[]) => DriverValue = memoizeByType(
  (type) => (values) => postgresEncodeList(type, values),
);

/**
 * The type of a list parameter. Arrays travel as text, since `unnest` would flatten an array of arrays.
 *
 * @param castType - How the element's own type is spelled in SQL: `bigint`, `timestamptz(3)`.
 */
export function postgresListType(type: StorageType, castType: string): string {
  return type.kind === "array" ? "text[]" : `${castType}[]`;
}

/** The SQL that makes an element of the list a value of its type; `reference` names the element. */
export function postgresListElementSql(
  type: StorageType,
  reference: string,
  castType: string,
): string {
  return type.kind === "array" ? `${reference}::${castType}` : reference;
}
