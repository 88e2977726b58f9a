import { Decimal as Foreign } from "decimal.js";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Decimal } from "../../../src/codec/decimal.ts";
import {
  bytesSchema,
  type ColumnTypeReading,
  type ColumnTypeSource,
  decimalSchema,
  readColumnType,
} from "../../../src/definition/column-type.ts";
import { array, decimal } from "../../../src/definition/field.ts";
import { readLiteralDefault } from "../../../src/definition/literal-default.ts";
import { SchemaError } from "../../../src/errors/errors.ts";

function read(
  schema: z.core.$ZodType,
  options: ColumnTypeSource["options"] = {},
): ColumnTypeReading {
  return readColumnType("Post.field", { schema: schema as z.ZodType, options });
}

const isoDate = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

describe("codecs", () => {
  const instant = new Date("2026-01-31T00:00:00.000Z");

  test("a column codec goes both ways", () => {
    const { transform } = read(isoDate.nullable());

    expect(transform?.toStored(instant)).toBe("2026-01-31T00:00:00.000Z");
    expect(transform?.fromStored("2026-01-31T00:00:00.000Z")).toEqual(instant);
    expect(transform?.appSchema.safeParse(instant).success).toBe(true);
    expect(transform?.appSchema.safeParse("2026-01-31T00:00:00.000Z").success).toBe(false);
  });

  test("reading runs no validation", () => {
    const even = z.codec(z.int().multipleOf(2), z.string().max(1), {
      decode: String,
      encode: Number,
    });

    expect(read(even).transform?.fromStored(12345)).toBe("12345");
  });

  test("codecs inside JSON, at any depth", () => {
    const Node = z.object({
      at: isoDate.optional(),
      other: z.int(),
      pair: z.tuple([isoDate, z.string()]),
      byName: z.record(z.string(), isoDate.nullable()),
      either: z.union([
        z.object({ kind: z.literal("a"), at: isoDate }),
        z.object({ kind: z.literal("b") }),
      ]),
      get children() {
        return z.array(Node);
      },
    });
    const leaf = {
      other: 1,
      pair: [instant, "x"] as [Date, string],
      byName: {},
      either: { kind: "b" as const },
      children: [],
    };
    const value = {
      ...leaf,
      at: instant,
      byName: { a: instant, b: null, ["__proto__x"]: instant },
      either: { kind: "a" as const, at: instant },
      children: [leaf],
    };
    const { transform } = read(Node);
    const stored = transform?.toStored(value);

    expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
    expect(transform?.fromStored(stored)).toEqual(value);
  });

  test("codecs in array elements", () => {
    const { type, transform } = read(array(isoDate));

    expect(type).toEqual({ kind: "array", element: { kind: "timestamptz", host: "text" } });
    expect(transform?.toStored([instant])).toEqual(["2026-01-31T00:00:00.000Z"]);
  });

  test("Buffers are read as Buffers", () => {
    const { transform } = read(z.instanceof(Buffer));

    expect(transform?.fromStored(Uint8Array.of(1))).toEqual(Buffer.of(1));
  });

  test("an asynchronous codec is refused when it runs", () => {
    const slow = z.codec(z.string(), z.string(), {
      decode: async (text) => text,
      encode: (text) => text,
    });

    expect(() => read(slow).transform?.fromStored("x")).toThrow("asynchronous");
  });
});

describe("defaults", () => {
  test.each<[string, z.core.$ZodType, unknown]>([
    ["boolean", z.boolean().default(false), false],
    ["text", z.string().default("x"), "x"],
    ["prefault is brought to its form", z.string().trim().prefault(" x "), "x"],
    ["inside optional", z.string().default("x").optional(), "x"],
    ["integer", z.int().default(0), 0],
    ["bigint", z.bigint().default(5n), 5],
    ["large bigint", z.bigint().default(2n ** 60n), "1152921504606846976"],
    ["decimal", decimal(10, 2).default(new Decimal("1.50")), "1.5"],
    ["enum", z.enum(["a", "b"]).default("b"), "b"],
    [
      "uuid",
      z.uuid().default("0F8FAD5B-D9CB-469F-A165-70867728950E"),
      "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
    [
      "stored side of a codec",
      z.codec(z.int(), z.string(), { decode: String, encode: Number }).default("7"),
      7,
    ],
  ])("%s", (_name, schema, value) => {
    expect(read(schema).default()).toEqual({ kind: "literal", value });
  });

  test.each<[string, z.core.$ZodType]>([
    ["none", z.string()],
    ["random", z.number().default(() => Math.random())],
    ["uuid", z.uuid().default(() => crypto.randomUUID())],
    ["clock", z.string().default(() => new Date().toISOString())],
    ["day", z.iso.date().default(() => new Date().toISOString().slice(0, 10))],
    ["Date.now", z.number().default(() => Date.now())],
    ["Date", z.date().default(() => new Date())],
    ["object", z.object({}).default({})],
    ["catch", z.string().catch("x")],
    [
      "throws",
      z.string().default(() => {
        throw new Error("no");
      }),
    ],
    [
      "asynchronous",
      z
        .string()
        .refine(async () => true)
        .default("x")
        .pipe(z.string().refine(async () => true)),
    ],
  ])("%s is no literal", (_name, schema) => {
    expect(read(schema).default()).toBeNull();
  });

  test("the clock and Math.random are themselves again", () => {
    const { Date: RealDate } = globalThis;
    const { random } = Math;

    readLiteralDefault(z.number().default(() => Date.now()));

    expect([globalThis.Date, Math.random]).toEqual([RealDate, random]);
  });

  test("a default is not made until it is asked for", () => {
    let calls = 0;
    read(z.number().default(() => ++calls));

    expect(calls).toBe(0);
  });

  test("dbDefault", () => {
    expect(read(z.int(), { dbDefault: 5 }).default()).toEqual({ kind: "literal", value: 5 });
    expect(read(z.date(), { dbDefault: { sql: "now()" } }).default()).toEqual({
      kind: "sql",
      sql: "now()",
    });
    expect(() => read(z.int(), { dbDefault: "x" }).default()).toThrow(
      "Post.field has a default that its column can't hold",
    );
  });
});

describe("helper schemas", () => {
  test("decimalSchema takes every form and gives our Decimal", () => {
    const schema = decimalSchema(10, 2);

    for (const given of ["12.50", 12.5, new Foreign("12.5"), new Decimal("12.5")]) {
      const value = schema.parse(given);
      expect(value).toBeInstanceOf(Decimal);
      expect(value.toString()).toBe("12.5");
    }
    expect(schema.safeParse("1.005").error?.issues[0]?.message).toBe(
      "decimal has more than 2 digits after the point",
    );
    expect([undefined, null, "x", {}].map((given) => schema.safeParse(given).success)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(schema.optional().parse(undefined)).toBeUndefined();
    expect(schema.refine((value) => value.gt(1)).safeParse("0.5").success).toBe(false);
    expect(() => decimalSchema(0, 0)).toThrow(SchemaError);
    expect(() => decimalSchema(5, 6)).toThrow(SchemaError);
  });

  test("bytesSchema copies", () => {
    const given = Buffer.of(1, 2);
    const bytes = bytesSchema().parse(given);
    given[0] = 9;

    expect(bytes).toStrictEqual(Uint8Array.of(1, 2));
    expect(bytesSchema().parse(given.buffer as never)).toBeInstanceOf(Uint8Array);
    expect(bytesSchema().safeParse("x").success).toBe(false);
  });
});
