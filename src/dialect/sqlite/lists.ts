import { hexOf } from "../../codec/bytes.ts";
import type { WireValue } from "../../codec/codec.ts";
import { memoizeByType } from "../../codec/memoize.ts";
import type { DriverValue } from "../../driver/driver.ts";
import type { StorageType } from "../../ir/type.ts";
import { sqliteCodec } from "./codecs.ts";

/**
 * Encodes the values of a list as one parameter, for `json_each(?)`.
 *
 * {@link sqliteListElementSql} extracts an element. Exact for every type: 64-bit integers are
 * JSON integers, which SQLite reads whole; floats always carry an exponent, so that a whole one
 * is not read as an integer; bytes are hexadecimal digits. Null elements are NULL.
 */
export function sqliteEncodeList(type: StorageType, values: readonly unknown[]): DriverValue {
  const { encode } = sqliteCodec(type);
  return `[${values.map((value) => (value === null ? "null" : jsonOf(encode(value)))).join(",")}]`;
}

/** The encoder of one type's lists, made once. */
export const sqliteListEncoder: (type: StorageType) => (values: readonly unknown[]) => DriverValue =
  memoizeByType((type) => (values) => sqliteEncodeList(type, values));

/** The SQL that makes `value` of `json_each` an element's wire form; `reference` names that column. */
export function sqliteListElementSql(type: StorageType, reference = "value"): string {
  return type.kind === "bytes" ? `unhex(${reference})` : reference;
}

function jsonOf(wire: Exclude<WireValue, null>): string {
  switch (typeof wire) {
    case "bigint":
      return wire.toString();
    case "number":
      return wire.toExponential();
    case "string":
      return JSON.stringify(wire);
    default:
      return `"${hexOf(wire)}"`;
  }
}
