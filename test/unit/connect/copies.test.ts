import { expect, test } from "vitest";
import { refuseCopies } from "../../../src/connect/connect.ts";
import { loadedCopies } from "../../../src/util/copies.ts";

test("one copy is fine, two are refused with both paths", async () => {
  expect(loadedCopies()).toHaveLength(1);
  expect(() => refuseCopies(["file:///a/dist/index.js"])).not.toThrow();
  expect(() => refuseCopies(["file:///a/dist/index.js", "file:///b/dist/index.js"])).toThrow(
    /file:\/\/\/a\/dist\/index.js and file:\/\/\/b\/dist\/index.js/,
  );
});
