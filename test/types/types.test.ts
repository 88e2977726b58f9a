/** Checks every `*.test-d.ts` with each compiler and with both ways of emitting class fields. */
import { describe, expect, test } from "vitest";
import { check, compilers } from "./compilers.ts";

describe.for(compilers)("$name", (compiler) => {
  test.for(["tsconfig.json", "tsconfig.legacy-fields.json"])(
    "keeps the promises of %s",
    { timeout: 300_000 },
    (config) => {
      const { output } = check(compiler, [`--project`, `${import.meta.dirname}/${config}`]);

      expect(output).toBe("");
    },
  );
});
