import { Decimal } from "../../codec/decimal.ts";
import {
  assertDigits,
  decimalSortKey,
  decimalText,
  decodeDecimal,
  toDecimal,
} from "../../codec/decimal-value.ts";
import { jsonKey, parseJson } from "../../codec/json.ts";
import { assertBits, toInt64, toInteger } from "../../codec/number.ts";
import { findMoment, printMoment } from "../../codec/temporal.ts";
import type { DriverValue } from "../../driver/driver.ts";
import { numberPattern } from "../number-text.ts";

/** Scalar functions that the SQL of this dialect calls; each connection registers them. NULL stays NULL. */
export const sqliteFunctions: Readonly<Record<string, (...values: DriverValue[]) => DriverValue>> =
  {
    ferro_decimal_key: (value) =>
      value === null || value === undefined || value instanceof Uint8Array
        ? null
        : decimalSortKey(value),
    ferro_moment_key: (value, digits) => {
      const moment = typeof value === "string" ? findMoment(value) : undefined;
      if (moment === undefined) return value ?? null;
      return printMoment(moment, "fixed")?.slice(0, 20 + Number(digits)) ?? value ?? null;
    },
    ferro_json_key: (value) => {
      if (value === null || value === undefined || value instanceof Uint8Array) return null;
      try {
        return jsonKey(parseJson(String(value)));
      } catch {
        // Text that is no JSON equals itself alone.
        return String(value);
      }
    },
    ferro_decimal: (operation, left, right) => {
      if (left === null || left === undefined || right === null || right === undefined) return null;
      const result = calculate(String(operation), decodeDecimal(left), decodeDecimal(right));
      return result === null ? null : decimalText(toDecimal(result));
    },
    ferro_decimals: (name, list) => {
      const values = (JSON.parse(String(list)) as unknown[])
        .filter((value) => value !== null)
        .map(decodeDecimal);
      const result = combine(String(name), values);
      return result === null ? null : decimalText(toDecimal(result));
    },
    ferro_decimal_stored: (value, precision, scale) => {
      if (value === null || value === undefined) return null;
      const digits = Number(scale);
      const decimal = decodeDecimal(value);
      const fitted = digits < 0 ? decimal : rounded(decimal, digits);
      const most = Number(precision);
      return decimalText(assertDigits(fitted, most < 0 ? null : most, digits < 0 ? null : digits));
    },
    ferro_integer_stored: (value, bits) => {
      if (value === null || value === undefined) return null;
      // A sum of 64 bits that overflowed is a float here.
      const whole = typeof value === "number" ? toInteger(value) : toInt64(value);
      return BigInt(bits === 64 ? whole : assertBits(whole, bits === 16 ? 16 : 32));
    },
    ferro_number: (value, kind) => {
      const number = typeof value === "string" ? numberIn(value) : undefined;
      if (number === undefined) return null;
      if (kind === "decimal") return decimalText(toDecimal(number));
      if (kind === "float") return number.toNumber();
      const fits = number.greaterThanOrEqualTo(leastInt64) && number.lessThanOrEqualTo(mostInt64);
      return fits ? BigInt(number.trunc().toFixed()) : null;
    },
    ferro_round: (value, digits) =>
      value === null || value === undefined || digits === null || digits === undefined
        ? null
        : roundFloat(Number(value), Number(digits)),
  };

const leastInt64 = new Decimal("-9223372036854775808");
const mostInt64 = new Decimal("9223372036854775807");

/** The number that text is, spaces aside; PostgreSQL is asked by the same pattern. */
function numberIn(value: string): Decimal | undefined {
  const [, digits] = numberText.exec(value) ?? [];
  return digits === undefined ? undefined : new Decimal(digits);
}

const numberText = new RegExp(numberPattern);

/** Digits after the point of a quotient; PostgreSQL is asked for as many. */
const quotientDigits = 20;

function calculate(operation: string, left: Decimal, right: Decimal): Decimal | null {
  switch (operation) {
    case "+":
      return left.plus(right);
    case "-":
      return left.minus(right);
    case "*":
      return left.times(right);
    case "/":
      return right.isZero() ? null : rounded(left.dividedBy(right), quotientDigits);
    case "%":
      return right.isZero() ? null : left.mod(right);
    case "abs":
      return left.abs();
    case "round":
      return rounded(left, right.toNumber());
    case "floor":
      return left.floor();
    case "ceil":
      return left.ceil();
    case "greatest":
      return left.greaterThan(right) ? left : right;
    case "least":
      return left.lessThan(right) ? left : right;
    default:
      throw new TypeError("ferro_decimal() knows no such operation");
  }
}

function combine(name: string, values: readonly Decimal[]): Decimal | null {
  const sum = (): Decimal => values.reduce((total, value) => total.plus(value), new Decimal(0));
  if (name === "sum") return sum();
  if (values.length === 0) return null;
  if (name === "avg") return rounded(sum().dividedBy(values.length), quotientDigits);
  return name === "min" ? Decimal.min(...values) : Decimal.max(...values);
}

/** Half a unit goes away from zero, as PostgreSQL's numeric does it. Negative digits round before the point. */
function rounded(value: Decimal, digits: number): Decimal {
  if (digits >= 0) return value.toDecimalPlaces(digits, Decimal.ROUND_HALF_UP);
  const unit = new Decimal(10).pow(-digits);
  return value.dividedBy(unit).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).times(unit);
}

/** The 15 digits of a float are rounded, which is what PostgreSQL rounds. */
function roundFloat(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  return rounded(new Decimal(value.toPrecision(15)), digits).toNumber();
}
