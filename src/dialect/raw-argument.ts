import { CodecError } from "../codec/codec.ts";
import { Decimal } from "../codec/decimal.ts";
import { decimalText, isForeignDecimal, toDecimal } from "../codec/decimal-value.ts";
import { jsonText } from "../codec/json.ts";
import type { DriverValue } from "../driver/driver.ts";

/** A raw argument that is an object, in the form that both databases take; undefined when it has none. */
export function encodeRawObject(value: object): DriverValue | undefined {
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  try {
    return value instanceof Decimal || isForeignDecimal(value)
      ? decimalText(toDecimal(value))
      : jsonText(value);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
