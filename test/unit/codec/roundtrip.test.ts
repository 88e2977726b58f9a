import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Codec, CodecError } from "../../../src/codec/codec.ts";
import { valueRules } from "../../../src/codec/rules.ts";
import { postgresCodec } from "../../../src/dialect/postgres/codecs.ts";
import { sqliteCodec } from "../../../src/dialect/sqlite/codecs.ts";
import { everyType } from "./arbitraries.ts";

const anyValue = fc.oneof(...everyType.map(({ values }) => values), fc.anything());
const hostileText = fc.constantFrom("\0", "\ud800", "2026-13-01", "24:00", "1e9", " ");

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const dialects = [
  ["sqlite", sqliteCodec],
  ["postgres", postgresCodec],
] as const;

describe.each(dialects)("%s codecs", (_, codecOf) => {
  test.each(everyType)("$name: what is encoded decodes to its normal form", ({ type, values }) => {
    const rules = valueRules(type);
    const codec = codecOf(type);

    fc.assert(
      fc.property(values, (value) => {
        const normal = rules.normalize(value);
        const read = codec.decode(codec.encode(value));

        expect(read).toEqual(normal);
        expect(rules.equals(read, normal)).toBe(true);
        expect(rules.normalize(read)).toEqual(normal);
      }),
    );
  });

  test.each(everyType)("$name: the inline snippet agrees with the function", ({ type, values }) => {
    const codec = codecOf(type);
    if (codec.inline === undefined) return;
    const inline = new Function("v", `return ${codec.inline}`) as Codec["decode"];

    fc.assert(
      fc.property(values, (value) => {
        const wire = codec.encode(value);

        expect(inline(wire)).toEqual(codec.decode(wire));
      }),
    );
  });

  test.each(everyType)(
    "$name: what the rules refuse is not encoded either, integers excepted",
    ({ type }) => {
      // Bulk inserts encode without normalising first; of integers they write the normal form itself.
      if (type.kind === "integer" || type.kind === "bigint") return;
      const { normalize } = valueRules(type);
      const { encode } = codecOf(type);

      fc.assert(
        fc.property(fc.oneof(anyValue, hostileText), (value) => {
          if (attempt(() => normalize(value)) instanceof CodecError) {
            expect(attempt(() => encode(value))).toBeInstanceOf(CodecError);
          }
        }),
      );
    },
  );

  test("equal types share one codec", () => {
    expect(codecOf({ kind: "array", element: { kind: "text" } })).toBe(
      codecOf({ kind: "array", element: { kind: "text" } }),
    );
    expect(codecOf({ kind: "text" })).not.toBe(codecOf({ kind: "text", dbType: "varchar(1)" }));
  });
});
