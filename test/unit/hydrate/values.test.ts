import fc from "fast-check";
import { expect, test } from "vitest";
import { compileValueReader, interpretValueReader } from "../../../src/hydrate/values.ts";

const name = fc.oneof(
  fc.string(),
  fc.constantFrom("__proto__", "constructor", 'a"b', "\u2028", "`${x}`", "*/", "0", ""),
);

test("the compiled reader agrees with its interpreted twin on any names", () => {
  fc.assert(
    fc.property(fc.uniqueArray(name), fc.object(), (names, held) => {
      const instance = Object.create({ inherited: 1 }, Object.getOwnPropertyDescriptors(held));

      expect(compileValueReader(names)(instance)).toEqual(interpretValueReader(names)(instance));
    }),
  );
});

test("gives the values in the order of the names", () => {
  expect(compileValueReader(["b", "missing", "a"])({ a: 1, b: 2 })).toEqual([2, undefined, 1]);
});
