import fc from "fast-check";
import { expect, test } from "vitest";
import { copyPlain } from "../../../src/util/copy-plain.ts";

test("a copy is equal, and shares nothing that can be changed in place", () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withTypedArray: false }), (value) => {
      expect(copyPlain(value)).toEqual(value);
    }),
  );
  const bytes = Buffer.from([1]);
  const value = { list: [{ n: 1 }], at: new Date(0), bytes, raw: Uint8Array.of(1) };
  const copy = copyPlain(value) as typeof value;

  value.list[0] = { n: 2 };
  value.at.setTime(5);
  value.bytes[0] = 9;
  value.raw[0] = 9;

  expect(copy).toEqual({
    list: [{ n: 1 }],
    at: new Date(0),
    bytes: Buffer.from([1]),
    raw: Uint8Array.of(1),
  });
});

test('a key "__proto__" stays a key', () => {
  const value = JSON.parse('{"__proto__": {"polluted": 1}, "a": 1}');

  const copy = copyPlain(value) as object;

  expect(Object.keys(copy)).toEqual(["__proto__", "a"]);
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});

test("a value that holds itself, or is of a class, is taken as it is", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = [circle];
  const map = new Map();

  expect(copyPlain(circle)).toBe(circle);
  expect(copyPlain(map)).toBe(map);
});
