import type { StorageType } from "../ir/type.ts";
import { CodecError } from "./codec.ts";
import { describe } from "./text.ts";

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** A whole number that JavaScript holds exactly; -0 becomes 0. */
export function toInteger(value: unknown): number {
  if (typeof value !== "number")
    throw new CodecError(`expected an integer, found ${describe(value)}`);
  if (!Number.isInteger(value)) {
    throw new CodecError("expected an integer, found a number with a fraction, NaN or an infinity");
  }
  if (!Number.isSafeInteger(value)) {
    throw new CodecError(
      "integer is beyond what a JavaScript number holds exactly",
      "declare the field with z.bigint()",
    );
  }
  return value + 0;
}

/** A 64-bit integer. Whole numbers in the safe range are taken too. */
export function toInt64(value: unknown): bigint {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value !== "bigint")
    throw new CodecError(`expected a bigint, found ${describe(value)}`);
  if (value < INT64_MIN || value > INT64_MAX) {
    throw new CodecError(
      "bigint is out of range: columns hold 64 bits",
      "use decimal() for larger numbers",
    );
  }
  return value;
}

/** A finite number; -0 becomes 0, since SQLite keeps no sign for zero. */
export function toFloat(value: unknown): number {
  if (typeof value !== "number")
    throw new CodecError(`expected a number, found ${describe(value)}`);
  if (!Number.isFinite(value))
    throw new CodecError("expected a finite number, found NaN or an infinity");
  return value + 0;
}

/** How narrow the column of an integer type is; undefined for one that holds what the program's type does. */
export function integerBits({ kind, dbType }: IntegerType): 16 | 32 | undefined {
  if (dbType === "smallint") return 16;
  return dbType === "int" || (dbType === undefined && kind === "integer") ? 32 : undefined;
}

type IntegerType = Extract<StorageType, { kind: "integer" | "bigint" }>;

/** Whether a column of 16 or 32 bits holds an integer. */
export function isWithinBits(value: number | bigint, bits: 16 | 32): boolean {
  const limit = bits === 16 ? 32_768 : 2_147_483_648;
  return value >= -limit && value < limit;
}

/** Refuses an integer that a column of 16 or 32 bits can't hold. */
export function assertBits<Value extends number | bigint>(value: Value, bits: 16 | 32): Value {
  if (isWithinBits(value, bits)) return value;
  throw new CodecError(
    `integer is out of range for a column of ${bits} bits`,
    bits === 16 ? 'use dbType: "int" or "bigint"' : 'use dbType: "bigint"',
  );
}

/** An integer cell of any width as a number, exactly or not at all. */
export function safeNumber(value: string | number | bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new CodecError(
      "column holds an integer that a JavaScript number can't hold exactly",
      "declare the field with z.bigint()",
    );
  }
  return number;
}
