import { CodecError } from "./codec.ts";
import { Decimal } from "./decimal.ts";
import { describe } from "./text.ts";

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,7})?$/i;

// What PostgreSQL's numeric holds.
const MAX_INTEGER_DIGITS = 131_072;
const MAX_FRACTION_DIGITS = 16_383;

/**
 * Brings a number in any of its forms to our `Decimal`: text, number, bigint, or an
 * instance of any copy of decimal.js. -0 becomes 0. Nothing is rounded.
 *
 * @throws {CodecError} Not a number, not finite, or more digits than a database holds.
 */
export function toDecimal(value: unknown): Decimal {
  const decimal = readDecimal(value);
  if (!decimal.isFinite())
    throw new CodecError("expected a finite decimal, found NaN or an infinity");
  if (decimal.isZero()) return new Decimal(0);
  if (decimal.e >= MAX_INTEGER_DIGITS || decimal.decimalPlaces() > MAX_FRACTION_DIGITS) {
    throw new CodecError(
      `decimal has more than ${MAX_INTEGER_DIGITS} digits before the point or ${MAX_FRACTION_DIGITS} after it`,
    );
  }
  return decimal;
}

/** Refuses a decimal that numeric(precision, scale) would round or refuse. */
export function assertDigits(
  decimal: Decimal,
  precision: number | null,
  scale: number | null,
): Decimal {
  const places = scale ?? (precision === null ? null : 0);
  if (places !== null && decimal.decimalPlaces() > places) {
    throw new CodecError(
      `decimal has more than ${places} digits after the point`,
      `round it first: value.toDecimalPlaces(${places})`,
    );
  }
  const whole = precision === null || places === null ? null : precision - places;
  // `e` is the place of the first digit: 0 for units.
  if (whole !== null && !decimal.isZero() && decimal.e >= whole) {
    throw new CodecError(`decimal has more than ${whole} digits before the point`);
  }
  return decimal;
}

/** The one text of a decimal: no exponent, no needless zeros. */
export function decimalText(decimal: Decimal): string {
  return decimal.toFixed();
}

/**
 * Text that sorts, byte by byte, as the numbers do, and is equal for equal numbers.
 *
 * SQLite calls it as `ferro_decimal_key(column)`, so that decimals of any number of digits
 * compare exactly. Cells of any form are taken; what is no number sorts after every number.
 *
 * @example
 * ```ts
 * decimalSortKey("-2") < decimalSortKey("-1.5") // => true
 * ```
 */
export function decimalSortKey(wire: string | number | bigint): string {
  const decimal = findDecimal(wire);
  if (decimal === undefined || decimal.isNaN()) return `4${String(wire)}`;
  if (!decimal.isFinite()) return decimal.isNegative() ? "0" : "3";
  if (decimal.isZero()) return "1n";

  // The digits without the point, and the place of the first one; offset so that it is positive.
  const digits = decimal.abs().toExponential().replace(/e.*$/, "").replace(".", "");
  const place = String(decimal.e + 50_000_000).padStart(9, "0");
  return decimal.isNegative() ? `1${complement(place + digits)}~` : `2${place}${digits}`;
}

/** Reads a cell that holds a decimal in any form: canonical text, other text, or a SQLite number. */
export function decodeDecimal(wire: unknown): Decimal {
  const decimal = findDecimal(wire);
  if (decimal === undefined) throw new CodecError("column holds no decimal number");
  return decimal;
}

function readDecimal(value: unknown): Decimal {
  if (value instanceof Decimal) return value;
  const decimal = findDecimal(isForeignDecimal(value) ? value.toString() : value);
  if (decimal === undefined) {
    throw new CodecError(
      `expected a decimal, found ${describe(value)}`,
      'give a Decimal, a number, a bigint, or text such as "12.50"',
    );
  }
  return decimal;
}

function findDecimal(wire: unknown): Decimal | undefined {
  if (typeof wire === "number") return new Decimal(Object.is(wire, -0) ? 0 : wire);
  if (typeof wire === "bigint") return new Decimal(wire.toString());
  if (typeof wire !== "string") return undefined;
  if (PLAIN.test(wire)) {
    const decimal = new Decimal(wire);
    return decimal.isZero() ? new Decimal(0) : decimal;
  }
  return wire === "NaN" || wire === "Infinity" || wire === "-Infinity"
    ? new Decimal(wire)
    : undefined;
}

/** Whether the value is a number object of another copy of decimal.js (or of big.js's family). */
export function isForeignDecimal(value: unknown): value is { toString(): string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "toDecimalPlaces" in value &&
    "s" in value &&
    "e" in value &&
    "d" in value
  );
}

function complement(digits: string): string {
  return digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
}
