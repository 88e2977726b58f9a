import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonText, parseJson } from "../../../src/codec/json.ts";
import { postgresCodec } from "../../../src/dialect/postgres/codecs.ts";
import { sqliteCodec } from "../../../src/dialect/sqlite/codecs.ts";

describe("JSON keys that hold an escape", () => {
  // Each first text teaches V8 a key; the second has another one that begins alike in the text.
  test.each([
    ["\\", "\n"],
    ["\\", '"'],
    ["a\\", "a\t"],
    ["C:\\new", "C:\newx"],
  ])("%j does not become %j", (taught, asked) => {
    for (const [index, codecOf] of [sqliteCodec, postgresCodec].entries()) {
      const { encode, decode } = codecOf({ kind: "json" });
      const first = `${codecOf.name}${index}${taught}`;
      decode(encode({ [first]: 0, [taught]: 0 }));
      JSON.parse(`{${JSON.stringify(first)}:0,${JSON.stringify(taught)}:0}`);

      const read = decode(encode({ [first]: 1, [asked]: 2 })) as object;

      expect(Object.keys(read)).toEqual([first, asked]);
    }
  });

  test("every key and value comes back, in its order", () => {
    const text = fc.string({
      unit: fc.constantFrom("\\", '"', "\n", "\t", "a", ":", "{", "[", ",", " "),
    });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, text, fc.integer(), tie("list"), tie("object")),
      list: fc.array(tie("value"), { maxLength: 4 }),
      object: fc.dictionary(text, tie("value"), { maxKeys: 5 }),
    }));

    fc.assert(
      fc.property(value, (json) => {
        const written = jsonText(json);

        // The text is compared: V8's own reading of it is what may be wrong.
        expect(jsonText(parseJson(written))).toBe(written);
      }),
      { numRuns: 1000 },
    );
  });

  test("text that is no JSON is refused", () => {
    for (const text of [
      '{"\\n":1',
      '{"\\q":1}',
      '"\\',
      '{"a\\n" 1}',
      '["\\n":1]',
      '{"a":"\\n"}}',
    ]) {
      expect(() => parseJson(text), text).toThrow(SyntaxError);
    }
  });
});
