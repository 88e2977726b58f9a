import { describe, expect, test } from "vitest";
import { CodecError } from "../../../src/codec/codec.ts";
import { valueRules } from "../../../src/codec/rules.ts";
import { postgresCodec } from "../../../src/dialect/postgres/codecs.ts";
import { sqliteCodec } from "../../../src/dialect/sqlite/codecs.ts";
import type { StorageType } from "../../../src/ir/type.ts";

const json: StorageType = { kind: "json" };

describe("normal forms", () => {
  test.each<[StorageType, unknown, unknown]>([
    [{ kind: "integer" }, -0, 0],
    [{ kind: "float" }, -0, 0],
    [{ kind: "bigint" }, 5, 5n],
    [
      { kind: "uuid" },
      "0F8FAD5B-D9CB-469F-A165-70867728950E",
      "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
    [
      { kind: "uuid" },
      "{0f8fad5bd9cb469fa16570867728950e}",
      "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
    [{ kind: "timestamptz", host: "text" }, "2026-01-31T09:30:00+05:30", "2026-01-31T04:00:00Z"],
    [{ kind: "timestamptz", host: "text" }, "2026-01-31T09:30:00.1234567000Z", undefined],
    [
      { kind: "timestamptz", host: "text" },
      "2026-01-31T09:30:00.1230000000Z",
      "2026-01-31T09:30:00.123Z",
    ],
    [{ kind: "timestamp", host: "text" }, "2026-01-31T09:30", "2026-01-31T09:30:00"],
    [{ kind: "timestamptz", host: "date" }, new Date(Number.NaN), undefined],
    [{ kind: "timestamptz", host: "date" }, "2026-01-31", undefined],
    [{ kind: "date" }, "2026-02-30", undefined],
    [{ kind: "text" }, "a\0b", undefined],
    [{ kind: "text" }, "\ud800", undefined],
    [{ kind: "text" }, 5, undefined],
    [{ kind: "text", dbType: "varchar(2)" }, "😀😀", "😀😀"],
    [{ kind: "text", dbType: "varchar(2)" }, "abc", undefined],
    [{ kind: "integer" }, 1.5, undefined],
    [{ kind: "integer" }, 2 ** 53, undefined],
    [{ kind: "integer" }, "1", undefined],
    [{ kind: "integer", dbType: "smallint" }, 32_768, undefined],
    [{ kind: "integer" }, 2 ** 31, undefined],
    [{ kind: "integer", dbType: "int" }, -(2 ** 31) - 1, undefined],
    [{ kind: "integer", dbType: "bigint" }, 2 ** 31, 2 ** 31],
    [{ kind: "bigint", dbType: "int" }, 2n ** 31n, undefined],
    [{ kind: "bigint" }, 2n ** 63n, undefined],
    [{ kind: "float" }, Number.NaN, undefined],
    [{ kind: "float" }, Number.NEGATIVE_INFINITY, undefined],
    [{ kind: "boolean" }, 1, undefined],
    [{ kind: "enum", name: null, values: ["a"] }, "b", undefined],
    [{ kind: "array", element: { kind: "text" } }, "a", undefined],
    [{ kind: "array", element: { kind: "text" } }, ["a", undefined], undefined],
    [{ kind: "bytes" }, "abc", undefined],
  ])("%o of %o", (type, given, expected) => {
    const { normalize } = valueRules(type);

    if (expected === undefined) expect(() => normalize(given)).toThrow(CodecError);
    else expect(normalize(given)).toStrictEqual(expected);
  });

  test("no message holds the value", () => {
    for (const type of [
      { kind: "integer" },
      { kind: "uuid" },
      { kind: "date" },
      { kind: "bigint" },
      { kind: "decimal", precision: 1, scale: 0 },
    ] as const) {
      expect(() => valueRules(type).normalize("secret")).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining("secret") }),
      );
    }
  });

  test("a copy shares nothing that can change", () => {
    const date = new Date(5);
    const bytes = Uint8Array.of(1, 2);
    const data = { list: [1] };
    const kept = [
      valueRules({ kind: "timestamptz", host: "date" }).normalize(date),
      valueRules({ kind: "bytes" }).normalize(bytes),
      valueRules(json).normalize(data),
    ];

    date.setTime(6);
    bytes[0] = 9;
    data.list.push(2);

    expect(kept).toEqual([new Date(5), Uint8Array.of(1, 2), { list: [1] }]);
  });
});

describe("JSON", () => {
  test.each([
    [{ a: { b: [1, 2n] } }, "a bigint, found at .a.b[1]"],
    [{ at: new Date() }, "an instance of Date, found at .at"],
    [[Number.NaN], "NaN or an infinity, found at [0]"],
    [{ f: () => 1 }, "a function, found at .f"],
    [[undefined], "undefined, found at [0]"],
    [undefined, "undefined, found at the top"],
    [new Map(), "an instance of Map, found at the top"],
    [{ a: "x\0" }, "text holds a NUL character, which PostgreSQL can't store, at .a"],
    [{ "x\ud800": 1 }, "half of a surrogate pair"],
  ])("refuses %o", (value, message) => {
    expect(() => valueRules(json).normalize(value)).toThrow(message);
  });

  test("refuses what holds itself", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;

    expect(() => valueRules(json).normalize(circle)).toThrow(
      "nested deeper than 1000 levels, or holds itself",
    );
  });

  test("properties that are undefined are left out", () => {
    expect(valueRules(json).normalize({ a: undefined, b: 1 })).toStrictEqual({ b: 1 });
  });

  test("the order of keys doesn't count, that of items does", () => {
    const { equals } = valueRules(json);

    expect(equals({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(equals([1, 2], [2, 1])).toBe(false);
    expect(equals({ a: 1 }, { b: 1 })).toBe(false);
    expect(equals({ a: 1 }, { a: 1, b: 1 })).toBe(false);
    expect(equals({}, [])).toBe(false);
    expect(equals(null, {})).toBe(false);
    expect(equals("0", 0)).toBe(false);
  });

  test.each(["sqlite", "postgres"])("__proto__ is a key like any other on %s", (dialect) => {
    const value: unknown = JSON.parse('{"__proto__": {"admin": true}, "a": 1}');
    const codec = dialect === "sqlite" ? sqliteCodec(json) : postgresCodec(json);
    const read = codec.decode(codec.encode(value));

    expect(JSON.stringify(read)).toBe('{"__proto__":{"admin":true},"a":1}');
    expect(valueRules(json).equals(read, value)).toBe(true);
    expect(valueRules(json).equals(read, { a: 1 })).toBe(false);
    expect((read as { admin?: unknown }).admin).toBeUndefined();
  });
});

test("arrays compare by element, null included", () => {
  const { equals } = valueRules({
    kind: "array",
    element: { kind: "decimal", precision: null, scale: null },
  });
  const { normalize } = valueRules({
    kind: "array",
    element: { kind: "decimal", precision: null, scale: null },
  });

  expect(equals(normalize(["1.50", null]), normalize([1.5, null]))).toBe(true);
  expect(equals(normalize(["1.50"]), normalize([null]))).toBe(false);
  expect(equals(normalize([]), normalize([null]))).toBe(false);
});

test("equal types share one rules object", () => {
  expect(valueRules({ kind: "text" })).toBe(valueRules({ kind: "text" }));
});
