import fc from "fast-check";
import { expect, test } from "vitest";
import type { DriverValue } from "../../../src/driver/driver.ts";
import { packCells, unpackCells } from "../../../src/session/packed-cells.ts";

const cells = fc.array(
  fc.oneof(
    fc.constant(null),
    fc.string({ unit: "binary" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((cell) => !Object.is(cell, -0)),
    fc.integer(),
    fc.bigInt(),
  ),
);

test("what is packed comes back as it was, to the type", () => {
  fc.assert(
    fc.property(cells, (list) => {
      const text = packCells(list);
      expect(text).toBeTypeOf("string");
      expect(unpackCells(text ?? "")).toEqual(list);
    }),
  );
  const kept: DriverValue[] = ["true", 0, 1, 0n, 1n, 2n, -1n, 2n ** 63n, "[1]", "\ud800", "\0"];
  expect(unpackCells(packCells(kept) ?? "")).toEqual(kept);
});

test("a list with a cell that JSON would change is not packed", () => {
  for (const cell of [Number.NaN, Number.POSITIVE_INFINITY, -0, Uint8Array.of(1)]) {
    expect(packCells(["a", cell])).toBeUndefined();
  }
});
