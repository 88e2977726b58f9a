import { Decimal as Foreign } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CodecError } from "../../../src/codec/codec.ts";
import { Decimal } from "../../../src/codec/decimal.ts";
import {
  assertDigits,
  decimalSortKey,
  decimalText,
  toDecimal,
} from "../../../src/codec/decimal-value.ts";
import { digits } from "./arbitraries.ts";

const anyNumber = fc.oneof(
  digits,
  fc
    .tuple(digits, fc.integer({ min: -400, max: 400 }))
    .map(([value, exponent]) => `${value}e${exponent}`),
  fc.constantFrom(
    "0",
    "-0",
    "0.00",
    "1",
    "-1",
    "1.5",
    "1.50",
    "1E+3",
    "1000",
    "-1.23",
    "-1.234",
    "9",
    "10",
    "99",
    "100",
  ),
);

describe("toDecimal", () => {
  test.each([
    ["12.50", "12.5"],
    [" 1", undefined],
    ["1E+3", "1000"],
    [".5", "0.5"],
    ["-0", "0"],
    [-0, "0"],
    [0.1, "0.1"],
    [1e21, "1000000000000000000000"],
    [9007199254740993n, "9007199254740993"],
    ["0x10", undefined],
    ["", undefined],
    ["NaN", undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ["1e999999999999", undefined],
    ["1e9999999", undefined],
    [null, undefined],
    [{}, undefined],
    [true, undefined],
  ])("%o reads as %o", (given, expected) => {
    if (expected === undefined) expect(() => toDecimal(given)).toThrow(CodecError);
    else expect(decimalText(toDecimal(given))).toBe(expected);
  });

  test("takes an instance of another copy of decimal.js, all digits kept", () => {
    const Other = Foreign.clone({ precision: 5, defaults: true });

    expect(decimalText(toDecimal(new Other("123456789012345678901234567890.5")))).toBe(
      "123456789012345678901234567890.5",
    );
    expect(toDecimal(new Other(1))).toBeInstanceOf(Decimal);
  });
});

test("too many digits are refused, never rounded", () => {
  expect(() => assertDigits(toDecimal("1.005"), 10, 2)).toThrow(
    "more than 2 digits after the point",
  );
  expect(() => assertDigits(toDecimal("123456789"), 10, 2)).toThrow(
    "more than 8 digits before the point",
  );
  expect(() => assertDigits(toDecimal("0.5"), 5, null)).toThrow(
    "more than 0 digits after the point",
  );
  expect(decimalText(assertDigits(toDecimal("99999999.99"), 10, 2))).toBe("99999999.99");
  expect(decimalText(assertDigits(toDecimal("0.99"), 2, 2))).toBe("0.99");
  expect(() => assertDigits(toDecimal("1"), 2, 2)).toThrow("more than 0 digits before the point");
});

describe("decimalSortKey", () => {
  test("orders as the numbers do and is equal for equal numbers", () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (left, right) => {
        const [a, b] = [decimalSortKey(left), decimalSortKey(right)];

        expect(a < b ? -1 : a > b ? 1 : 0).toBe(new Decimal(left).comparedTo(new Decimal(right)));
      }),
      { numRuns: 5000 },
    );
  });

  test("numbers that differ in the last of many digits", () => {
    fc.assert(
      fc.property(digits, (value) => {
        const longer = value.includes(".") ? `${value}1` : `${value}.1`;

        expect(decimalSortKey(value) < decimalSortKey(longer)).toBe(!value.startsWith("-"));
      }),
    );
  });

  test("SQLite's own numbers have the key of their text", () => {
    expect(decimalSortKey(1.5)).toBe(decimalSortKey("1.50"));
    expect(decimalSortKey(10n)).toBe(decimalSortKey("1E+1"));
    expect(decimalSortKey(-0)).toBe(decimalSortKey("0"));
  });

  test("what is no number sorts after every number", () => {
    expect(
      ["x", "Infinity", "1", "-Infinity", "-1", "NaN"].sort((a, b) =>
        decimalSortKey(a) < decimalSortKey(b) ? -1 : 1,
      ),
    ).toEqual(["-Infinity", "-1", "1", "Infinity", "NaN", "x"]);
  });
});
