import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Code, Source } from "../../../src/util/source.ts";

describe("Source", () => {
  test("compiles its lines with constants from outside", () => {
    const source = new Source();
    const add = source.constant((left: number, right: number) => left + right);
    source.line`return (row) => ${add}(row${source.index(0)}, row${source.index(1)});`;

    expect(source.compile<(row: number[]) => number>()([2, 3])).toBe(5);
  });

  test("writes any name as a property and nothing else", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const source = new Source();
        source.line`return { ${source.property(name)}: 1 };`;

        expect(Object.keys(source.compile<object>())).toEqual([name]);
      }),
    );
  });

  test.for(["v; process.exit()", "`x`", "'x'", "a\\b", "{}", "a => 1;"])(
    "takes no snippet such as %s",
    (snippet) => {
      expect(() => new Source().snippet(snippet)).toThrow(TypeError);
    },
  );

  test("takes no text for code", () => {
    const source = new Source();
    const forged = Object.create(Code.prototype) as Code;

    expect(() => source.line`${forged}`).toThrow(TypeError);
    // @ts-expect-error -- a string is not code
    expect(() => source.line`${"process.exit()"}`).toThrow(TypeError);
  });

  test("takes no index but whole numbers from 0", () => {
    for (const position of [-1, 0.5, Number.NaN, 2 ** 60]) {
      expect(() => new Source().index(position)).toThrow(TypeError);
    }
  });
});
