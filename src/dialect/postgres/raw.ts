import { bytesOfHex, plainBytes } from "../../codec/bytes.ts";
import type { DriverColumn, DriverValue } from "../../driver/driver.ts";
import type { RawValue } from "../dialect.ts";
import { encodeRawObject } from "../raw-argument.ts";

// OIDs of pg_type that have a JavaScript primitive; every other type stays text.
const decoders: ReadonlyMap<unknown, (text: string) => RawValue> = new Map<
  unknown,
  (text: string) => RawValue
>([
  [16, (text) => text === "t"], // bool
  [17, (text) => (text.startsWith("\\x") ? bytesOfHex(text.slice(2)) : text)], // bytea
  [20, decodeInteger], // int8
  [21, Number], // int2
  [23, Number], // int4
  [26, Number], // oid
  [700, Number], // float4
  [701, Number], // float8
]);

/** A raw cell as a program sees it: numbers, booleans and bytes by the column's type, else the server's text. */
export function postgresDecodeRaw(value: DriverValue, column: DriverColumn): RawValue {
  if (value instanceof Uint8Array) return plainBytes(value);
  if (typeof value !== "string") return value;
  return decoders.get(column.type)?.(value) ?? value;
}

/**
 * A raw argument as PostgreSQL takes it; undefined when the value has no form.
 *
 * Everything is text that the server reads as the parameter's type: write `$1::jsonb`
 * or `$1::timestamptz` where it can't tell.
 */
export function postgresEncodeRaw(value: unknown): DriverValue | undefined {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() && !value.includes("\0") ? value : undefined;
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      return Number.isFinite(value) ? String(value) : undefined;
    case "object":
      return value === null ? null : encodeRawObject(value);
    default:
      return undefined;
  }
}

function decodeInteger(text: string): RawValue {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
