import { plainBytes } from "../../codec/bytes.ts";
import type { DriverValue } from "../../driver/driver.ts";
import type { RawValue } from "../dialect.ts";
import { encodeRawObject } from "../raw-argument.ts";

/** A raw cell as a program sees it: as it is, integers as numbers where they are exact. */
export function sqliteDecodeRaw(value: DriverValue): RawValue {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  return value instanceof Uint8Array ? plainBytes(value) : value;
}

/**
 * A raw argument as SQLite takes it; undefined when the value has no form.
 *
 * A whole number is bound as an integer. NaN and infinities have no form: SQLite would store NULL.
 */
export function sqliteEncodeRaw(value: unknown): DriverValue | undefined {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? value : undefined;
    case "boolean":
      return value ? 1n : 0n;
    case "bigint":
      return BigInt.asIntN(64, value) === value ? value : undefined;
    case "number":
      if (Number.isSafeInteger(value)) return BigInt(value);
      return Number.isFinite(value) ? value : undefined;
    case "object":
      return value === null ? null : encodeRawObject(value);
    default:
      return undefined;
  }
}
