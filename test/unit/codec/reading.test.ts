/** Cells that others wrote: GOLDEN.md section 7, and what a server prints. */
import { describe, expect, test } from "vitest";
import { CodecError } from "../../../src/codec/codec.ts";
import { Decimal } from "../../../src/codec/decimal.ts";
import { readArray, writeArray } from "../../../src/dialect/postgres/array-literal.ts";
import { postgresCodec } from "../../../src/dialect/postgres/codecs.ts";
import {
  postgresListElementSql,
  postgresListEncoder,
  postgresListType,
} from "../../../src/dialect/postgres/lists.ts";
import { postgresDecodeRaw, postgresEncodeRaw } from "../../../src/dialect/postgres/raw.ts";
import { sqliteCodec } from "../../../src/dialect/sqlite/codecs.ts";
import { sqliteListElementSql, sqliteListEncoder } from "../../../src/dialect/sqlite/lists.ts";
import { sqliteDecodeRaw, sqliteEncodeRaw } from "../../../src/dialect/sqlite/raw.ts";
import type { StorageType } from "../../../src/ir/type.ts";

type Cell = string | number | bigint | Uint8Array;

const instant: StorageType = { kind: "timestamptz", host: "date" };
const instantText: StorageType = { kind: "timestamptz", host: "text" };
const decimal: StorageType = { kind: "decimal", precision: null, scale: null };
const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";

describe("SQLite cells of other writers", () => {
  test.each<[StorageType, Cell, unknown]>([
    [instant, "2026-04-24T18:30:00", new Date("2026-04-24T18:30:00Z")],
    [instant, "2026-04-24T18:30:00Z", new Date("2026-04-24T18:30:00Z")],
    [instant, "2026-04-24T18:30:00.123000Z", new Date("2026-04-24T18:30:00.123Z")],
    [instant, "2026-04-24T18:30:00.000005+05:30", new Date("2026-04-24T13:00:00Z")],
    [instant, "2026-04-24 18:30:00.123456", new Date("2026-04-24T18:30:00.123Z")],
    [instantText, "2026-04-24T18:30:00.000005+05:30", "2026-04-24T13:00:00.000005Z"],
    [instantText, "2026-04-24T18:30:00.1234567Z", undefined],
    [instant, 1_777_055_400, undefined],
    [{ kind: "date" }, "2026-01-02", "2026-01-02"],
    [{ kind: "time" }, "01:02:03.000400", "01:02:03.0004"],
    [{ kind: "uuid" }, uuid, uuid],
    [{ kind: "uuid" }, uuid.toUpperCase(), uuid],
    [{ kind: "uuid", dbType: "uuid" }, uuid.replaceAll("-", ""), uuid],
    [{ kind: "uuid" }, Uint8Array.from(Buffer.from(uuid.replaceAll("-", ""), "hex")), uuid],
    [{ kind: "uuid" }, "none", undefined],
    [decimal, 1.5, new Decimal("1.5")],
    [decimal, 10, new Decimal(10)],
    [decimal, 10n, new Decimal(10)],
    [decimal, "1E+3", new Decimal(1000)],
    [decimal, "-0", new Decimal(0)],
    [decimal, "1.50", new Decimal("1.5")],
    [decimal, "x", undefined],
    [{ kind: "boolean" }, 0, false],
    [{ kind: "boolean" }, 1n, true],
    [{ kind: "json" }, '{"price":"1.50"}', { price: "1.50" }],
    [{ kind: "json" }, "{", undefined],
    [{ kind: "enum", name: null, values: ["a"] }, "gone", "gone"],
    [{ kind: "enum", name: null, values: [1] }, 7n, 7],
    [{ kind: "bytes" }, Buffer.from([255, 0]), Uint8Array.of(255, 0)],
    [{ kind: "integer" }, 5n, 5],
    [{ kind: "integer" }, 2n ** 53n, undefined],
    [{ kind: "integer" }, 1.5, undefined],
    [{ kind: "bigint" }, 5, 5n],
    [{ kind: "bigint" }, "9223372036854775807", 2n ** 63n - 1n],
    [{ kind: "bigint" }, 1e300, undefined],
    [{ kind: "float" }, 3n, 3],
    [{ kind: "float" }, "x", undefined],
    [{ kind: "text" }, 5, undefined],
    [
      { kind: "array", element: { kind: "bigint" } },
      '["9007199254740993",5,null]',
      [2n ** 53n + 1n, 5n, null],
    ],
    [{ kind: "array", element: { kind: "bigint" } }, "[9007199254740993]", undefined],
    [{ kind: "array", element: { kind: "boolean" } }, "[true,0]", [true, false]],
  ])("%o of %o", (type, cell, expected) => {
    const { decode } = sqliteCodec(type);

    if (expected === undefined) expect(() => decode(cell)).toThrow(CodecError);
    else expect(decode(cell)).toStrictEqual(expected);
  });
});

describe("what PostgreSQL prints", () => {
  test.each<[StorageType, Cell, unknown]>([
    [instant, "2026-04-24 18:30:00.123+00", new Date("2026-04-24T18:30:00.123Z")],
    [instant, "2026-04-25 00:15:00+05:45", new Date("2026-04-24T18:30:00Z")],
    [instant, "0044-03-15 12:00:00+00 BC", new Date("-000043-03-15T12:00:00Z")],
    [instant, "12026-01-31 00:00:00+00", new Date("+012026-01-31T00:00:00Z")],
    [instant, "infinity", undefined],
    [instant, "Fri Apr 24 18:30:00 2026 UTC", undefined],
    [instantText, "2026-04-24 18:30:00.123456+00", "2026-04-24T18:30:00.123456Z"],
    [instantText, "12026-01-31 00:00:00+00", undefined],
    [{ kind: "timestamp", host: "text" }, "2026-04-24 18:30:00", "2026-04-24T18:30:00"],
    [{ kind: "date" }, "0001-01-01 BC", "0000-01-01"],
    [{ kind: "date" }, "0044-03-15 BC", undefined],
    [{ kind: "date" }, "04/24/2026", undefined],
    [{ kind: "time" }, "24:00:00", "24:00:00"],
    [{ kind: "integer", dbType: "bigint" }, "9007199254740991", Number.MAX_SAFE_INTEGER],
    [{ kind: "integer", dbType: "bigint" }, "9007199254740993", undefined],
    [{ kind: "float" }, "NaN", Number.NaN],
    [{ kind: "float" }, "-Infinity", Number.NEGATIVE_INFINITY],
    [
      decimal,
      "12345678901234567890.000000000000000001",
      new Decimal("12345678901234567890.000000000000000001"),
    ],
    [{ kind: "enum", name: "mood", values: ["a"] }, "gone", "gone"],
    [{ kind: "uuid", dbType: "varchar(36)" }, uuid.toUpperCase(), uuid],
    [{ kind: "bytes" }, "\\x00ff", Uint8Array.of(0, 255)],
    [{ kind: "array", element: { kind: "boolean" } }, "{t,f,NULL}", [true, false, null]],
    [{ kind: "array", element: { kind: "bytes" } }, '{"\\\\x00ff"}', [Uint8Array.of(0, 255)]],
    [
      { kind: "array", element: instant },
      '{"2026-04-24 18:30:00+00"}',
      [new Date("2026-04-24T18:30:00Z")],
    ],
    [{ kind: "array", element: { kind: "text" } }, "{}", []],
    [{ kind: "array", element: { kind: "text" } }, '[0:1]={a,"b c"}', ["a", "b c"]],
    [{ kind: "array", element: { kind: "text" } }, "{{a},{b}}", undefined],
  ])("%o of %o", (type, cell, expected) => {
    const { decode } = postgresCodec(type);

    if (expected === undefined) expect(() => decode(cell)).toThrow(CodecError);
    else expect(decode(cell)).toStrictEqual(expected);
  });

  test("an integer too large for the column names the type that takes it", () => {
    expect(() => postgresCodec({ kind: "integer" }).encode(2 ** 31)).toThrow(
      expect.objectContaining({ hint: 'use dbType: "bigint"' }),
    );
    expect(sqliteCodec({ kind: "integer" }).encode(2 ** 31)).toBe(2n ** 31n);
  });

  test.each([
    [new Date("-000043-03-15T12:00:00Z"), "0044-03-15T12:00:00.000Z BC"],
    [new Date("+012026-01-31T00:00:00Z"), "12026-01-31T00:00:00.000Z"],
    [new Date("0000-01-01T00:00:00Z"), "0001-01-01T00:00:00.000Z BC"],
  ])("%j is sent as %s", (date, expected) => {
    expect(postgresCodec(instant).encode(date)).toBe(expected);
    if (date.getUTCFullYear() !== 0)
      expect(() => sqliteCodec(instant).encode(date)).toThrow("0000 to 9999");
  });
});

test("array literals keep every hostile text", () => {
  const items = ["", "NULL", "null", "{}", '"', "\\", "a,b", 'a"b\\', " x ", "\n", null, "😀"];

  expect(readArray(writeArray(items))).toEqual(items);
  expect(writeArray(['a"b', null])).toBe('{"a\\"b",NULL}');
  for (const broken of ["", "{", "}", "a", '{"a}', '{"a"b}', "{a", "[0:1]"]) {
    expect(() => readArray(broken)).toThrow(CodecError);
  }
});

test("lists carry one parameter", () => {
  expect(postgresListEncoder({ kind: "integer" })([1, null])).toBe('{"1",NULL}');
  expect(postgresListEncoder({ kind: "bytes" })([Uint8Array.of(255)])).toBe('{"\\\\xff"}');
  expect(postgresListType({ kind: "integer" }, "integer")).toBe("integer[]");
  expect(postgresListType({ kind: "array", element: { kind: "text" } }, "text[]")).toBe("text[]");
  expect(
    postgresListElementSql({ kind: "array", element: { kind: "text" } }, "x.v", "text[]"),
  ).toBe("x.v::text[]");
  expect(sqliteListEncoder({ kind: "bigint" })([2n ** 63n - 1n, null])).toBe(
    "[9223372036854775807,null]",
  );
  expect(sqliteListEncoder({ kind: "float" })([3, 2 ** 62])).toBe("[3e+0,4.611686018427388e+18]");
  expect(sqliteListEncoder({ kind: "bytes" })([Uint8Array.of(255)])).toBe('["ff"]');
  expect(sqliteListElementSql({ kind: "bytes" })).toBe("unhex(value)");
  expect(sqliteListElementSql({ kind: "text" }, "j.value")).toBe("j.value");
});

describe("raw SQL", () => {
  const column = (type: number) => ({ name: "c", type });

  test("PostgreSQL cells by OID", () => {
    expect(postgresDecodeRaw("1", column(23))).toBe(1);
    expect(postgresDecodeRaw("9007199254740993", column(20))).toBe(2n ** 53n + 1n);
    expect(postgresDecodeRaw("5", column(20))).toBe(5);
    expect(postgresDecodeRaw("t", column(16))).toBe(true);
    expect(postgresDecodeRaw("1.5", column(701))).toBe(1.5);
    expect(postgresDecodeRaw("1.50", column(1700))).toBe("1.50");
    expect(postgresDecodeRaw("\\x00", column(17))).toEqual(Uint8Array.of(0));
    expect(postgresDecodeRaw(null, column(23))).toBeNull();
  });

  test("SQLite cells as they are", () => {
    expect([1n, 2n ** 53n + 1n, 1.5, "x", null].map(sqliteDecodeRaw)).toEqual([
      1,
      2n ** 53n + 1n,
      1.5,
      "x",
      null,
    ]);
  });

  test("arguments that both databases take", () => {
    const shared: [unknown, unknown][] = [
      [null, null],
      ["x", "x"],
      [new Date(0), "1970-01-01T00:00:00.000Z"],
      [new Decimal("1.50"), "1.5"],
      [{ a: 1 }, '{"a":1}'],
      [[1, "a"], '[1,"a"]'],
    ];
    for (const [value, wire] of shared) {
      expect(sqliteEncodeRaw(value)).toBe(wire);
      expect(postgresEncodeRaw(value)).toBe(wire);
    }
    expect([true, 3, 1.5, 5n].map(sqliteEncodeRaw)).toEqual([1n, 3n, 1.5, 5n]);
    expect([true, 3, 1.5, 5n].map(postgresEncodeRaw)).toEqual(["true", "3", "1.5", "5"]);
  });

  test.each([
    undefined,
    Number.NaN,
    Symbol("x"),
    () => 1,
    new Date(Number.NaN),
    new Map(),
    [1n],
    "\ud800",
  ])("%o has no form", (value) => {
    expect(sqliteEncodeRaw(value)).toBeUndefined();
    expect(postgresEncodeRaw(value)).toBeUndefined();
  });
});

test.each<[StorageType, unknown, Cell]>([
  [{ kind: "integer" }, 5, 5n],
  [{ kind: "boolean" }, true, 1n],
  [{ kind: "float" }, 5, 5],
  [decimal, "1.50", "1.5"],
  [{ kind: "time" }, "09:30:00.500", "09:30:00.5"],
  [instant, new Date(0), "1970-01-01T00:00:00.000Z"],
  [instantText, "1970-01-01T01:00:00+01:00", "1970-01-01T00:00:00.000000Z"],
  [{ kind: "timestamp", host: "date" }, new Date(0), "1970-01-01T00:00:00.000"],
  [{ kind: "timestamp", host: "text" }, "1970-01-01T00:00:00.5", "1970-01-01T00:00:00.500000"],
  [{ kind: "enum", name: null, values: [1] }, 1, 1n],
  [{ kind: "json" }, null, "null"],
  [{ kind: "array", element: { kind: "bigint" } }, [2n ** 53n + 1n], '["9007199254740993"]'],
])("SQLite holds %o of %o in one form", (type, value, expected) => {
  expect(sqliteCodec(type).encode(value)).toStrictEqual(expected);
});

test("only 64-bit columns ask SQLite for bigints", () => {
  expect(sqliteCodec({ kind: "bigint" }).bigints).toBe(true);
  expect(sqliteCodec({ kind: "integer" }).bigints).toBeUndefined();
});
