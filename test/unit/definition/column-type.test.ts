import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Decimal } from "../../../src/codec/decimal.ts";
import {
  type ColumnTypeReading,
  type ColumnTypeSource,
  readColumnType,
} from "../../../src/definition/column-type.ts";
import { array, bytes, decimal, json, namedEnum } from "../../../src/definition/field.ts";
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

/** What TypeScript makes of `enum Numbers { One = 1, Two = 2 }`. */
const Numbers = { One: 1, Two: 2, 1: "One", 2: "Two" } as const;

describe("the storage type of a schema", () => {
  test.each<[string, z.core.$ZodType, ColumnTypeReading["type"]]>([
    ["string", z.string(), { kind: "text" }],
    [
      "a branded, refined, trimmed string",
      z.string().trim().refine(Boolean).brand("x"),
      { kind: "text" },
    ],
    ["email", z.email(), { kind: "text" }],
    ["url", z.url(), { kind: "text" }],
    ["template literal", z.templateLiteral(["a", z.string()]), { kind: "text" }],
    ["uuid", z.uuid(), { kind: "uuid" }],
    ["guid", z.guid(), { kind: "uuid" }],
    ["string().uuid()", z.string().uuid(), { kind: "uuid" }],
    ["iso date", z.iso.date(), { kind: "date" }],
    ["iso time", z.iso.time(), { kind: "time" }],
    ["iso datetime", z.iso.datetime(), { kind: "timestamptz", host: "text" }],
    [
      "iso datetime with offset",
      z.string().datetime({ offset: true }),
      { kind: "timestamptz", host: "text" },
    ],
    ["local iso datetime", z.iso.datetime({ local: true }), { kind: "timestamp", host: "text" }],
    ["iso duration", z.iso.duration(), { kind: "text" }],
    ["date", z.date(), { kind: "timestamptz", host: "date" }],
    ["coerced date", z.coerce.date().min(new Date(0)), { kind: "timestamptz", host: "date" }],
    ["int", z.int(), { kind: "integer" }],
    ["int32", z.int32(), { kind: "integer" }],
    ["uint32", z.uint32(), { kind: "integer", dbType: "bigint" }],
    ["number().int()", z.number().int().min(0), { kind: "integer" }],
    ["number().multipleOf(5)", z.number().multipleOf(5), { kind: "integer" }],
    ["number().multipleOf(0.5)", z.number().multipleOf(0.5), { kind: "float" }],
    ["number", z.number(), { kind: "float" }],
    ["float32", z.float32(), { kind: "float" }],
    ["bigint", z.bigint(), { kind: "bigint" }],
    ["boolean", z.boolean(), { kind: "boolean" }],
    ["enum", z.enum(["a", "b"]), { kind: "enum", name: null, values: ["a", "b"] }],
    ["native enum", z.enum(Numbers), { kind: "enum", name: null, values: [1, 2] }],
    ["literal", z.literal("a"), { kind: "enum", name: null, values: ["a"] }],
    ["literals and null", z.literal(["a", null]), { kind: "enum", name: null, values: ["a"] }],
    ["literal true", z.literal(true), { kind: "boolean" }],
    [
      "union of literals",
      z.union([z.literal(1), z.literal(2)]),
      { kind: "enum", name: null, values: [1, 2] },
    ],
    [
      "enum or literal",
      z.union([z.enum(["a"]), z.literal("b")]),
      { kind: "enum", name: null, values: ["a", "b"] },
    ],
    ["string or null", z.union([z.string(), z.null()]), { kind: "text" }],
    ["email or literal", z.union([z.email(), z.literal("")]), { kind: "text" }],
    ["int or number", z.union([z.int(), z.number()]), { kind: "float" }],
    ["object", z.object({ a: z.string() }), { kind: "json" }],
    ["array", z.array(z.string()), { kind: "json" }],
    ["record", z.record(z.string(), z.unknown()), { kind: "json" }],
    ["tuple", z.tuple([z.int(), z.string()]), { kind: "json" }],
    [
      "union of objects",
      z.discriminatedUnion("t", [z.object({ t: z.literal(1) }), z.object({ t: z.literal(2) })]),
      { kind: "json" },
    ],
    [
      "intersection",
      z.intersection(z.object({ a: z.int() }), z.object({ b: z.int() })),
      { kind: "json" },
    ],
    ["any JSON", z.json(), { kind: "json" }],
    ["lazy", z.lazy(() => z.string()), { kind: "text" }],
    ["catch", z.string().catch("x"), { kind: "text" }],
    ["readonly", z.object({}).readonly(), { kind: "json" }],
    ["preprocess", z.preprocess(String, z.string()), { kind: "text" }],
    ["pipe", z.string().transform(Number).pipe(z.int()), { kind: "integer" }],
    ["codec", isoDate, { kind: "timestamptz", host: "text" }],
    ["stringbool", z.stringbool(), { kind: "text" }],
    ["Uint8Array", z.instanceof(Uint8Array), { kind: "bytes" }],
    ["Buffer", z.instanceof(Buffer), { kind: "bytes" }],
    ["bytes()", bytes(), { kind: "bytes" }],
    ["decimal()", decimal(), { kind: "decimal", precision: null, scale: null }],
    [
      "decimal(10, 2)",
      decimal(10, 2).nullable().default(new Decimal(1)),
      { kind: "decimal", precision: 10, scale: 2 },
    ],
    ["json()", json(z.string()), { kind: "json" }],
    ["json(unknown)", json(z.unknown()), { kind: "json" }],
    [
      "array()",
      array(z.uuid().nullable()).refine(Boolean),
      { kind: "array", element: { kind: "uuid" } },
    ],
    [
      "array of enums",
      array(z.enum(["a"])),
      { kind: "array", element: { kind: "enum", name: null, values: ["a"] } },
    ],
    [
      "namedEnum()",
      namedEnum("mood", ["sad", "ok"]),
      { kind: "enum", name: "mood", values: ["sad", "ok"] },
    ],
  ])("%s", (_name, schema, expected) => {
    expect(read(schema).type).toEqual(expected);
  });

  test.each<[string, z.core.$ZodType, string]>([
    ["any", z.any(), 'Post.field has the storage type "unknown": its schema takes any value'],
    [
      "unknown",
      z.unknown().nullable(),
      'Post.field has the storage type "unknown": its schema takes any value',
    ],
    [
      "custom",
      z.custom<string>(),
      'Post.field has the storage type "unknown": its schema takes any value',
    ],
    [
      "transform",
      z.string().transform((text) => text.length),
      "Post.field ends in .transform(), which goes one way only",
    ],
    [
      "transform below",
      z.object({ a: z.string().transform(Number) }),
      "Post.field.a ends in .transform(), which goes one way only",
    ],
    [
      "mixed enum",
      z.literal(["a", 1]),
      'Post.field has the storage type "unknown": its values are not all texts or all integers',
    ],
    ["fractions", z.literal([1.5, 2]), "its values are not all texts or all integers"],
    [
      "string or number",
      z.union([z.string(), z.number()]),
      'Post.field has the storage type "unknown": its alternatives are stored as text and float',
    ],
    [
      "date in JSON",
      z.object({ list: z.array(z.object({ at: z.date().optional() })) }),
      "Post.field.list[].at is z.date(), which has no JSON form",
    ],
    [
      "decimal in JSON",
      z.object({ price: decimal(10, 2) }),
      "Post.field.price is decimal(), which has no JSON form",
    ],
    ["map", z.map(z.string(), z.int()), "nothing can be stored for z.map()"],
    ["file", z.file(), "nothing can be stored for z.file()"],
    ["null", z.null(), "nothing can be stored for z.null()"],
    ["array of anything", array(z.unknown()), "an array's elements need a type of their own"],
  ])("%s is refused", (_name, schema, message) => {
    expect(() => read(schema)).toThrow(SchemaError);
    expect(() => read(schema)).toThrow(message);
  });

  test("recursive schemas end", () => {
    const Node = z.object({
      name: z.string(),
      get children() {
        return z.array(Node);
      },
    });

    expect(read(Node).type).toEqual({ kind: "json" });
    expect(read(Node).transform).toBeUndefined();
  });
});

describe("nullability", () => {
  test.each<[string, z.core.$ZodType, boolean, null | undefined]>([
    ["string", z.string(), false, null],
    ["nullable", z.string().nullable(), true, null],
    ["optional", z.string().optional(), true, undefined],
    ["nullish", z.string().nullish(), true, null],
    ["default", z.string().default("x"), false, null],
    ["default of nullable", z.string().nullable().default("x"), true, null],
    ["default of optional", z.string().optional().default("x"), false, null],
    ["optional of default", z.string().default("x").optional(), true, undefined],
    ["nonoptional", z.nonoptional(z.string().optional()), false, null],
    ["union with null", z.union([z.string(), z.null()]), true, null],
    ["literal null", z.literal(["a", null]), true, null],
    ["lazy", z.lazy(() => z.string().nullable()), true, null],
    ["readonly", z.string().nullable().readonly(), true, null],
    ["preprocess", z.preprocess((value) => value, z.string().nullable()), true, null],
    ["nullable codec", isoDate.nullable(), true, null],
    ["any JSON", z.json(), false, null],
    ["nullable any JSON", z.json().nullable(), true, null],
    ["json() of nullable", json(z.string().nullable()), false, null],
    ["nullable json()", json(z.string()).nullable(), true, null],
  ])("%s", (_name, schema, nullable, nullAs) => {
    expect(read(schema)).toMatchObject({ nullable, nullAs });
  });

  test("an explicit answer wins both ways, in input too", () => {
    const required = read(z.string(), { nullable: true });
    const refused = read(z.string().nullish(), { nullable: false });

    expect([required.nullable, refused.nullable]).toEqual([true, false]);
    expect(required.schema.safeParse(null).success).toBe(true);
    expect(refused.schema.safeParse(null).success).toBe(false);
    expect(refused.schema.safeParse("x").success).toBe(true);
    expect(() => read(z.string(), { nullable: "yes" as never })).toThrow(
      "nullable must be 'infer', true, or false",
    );
  });

  test("what may be left out", () => {
    expect(
      [
        z.string(),
        z.string().default("x"),
        z.string().optional(),
        z.string().nullable(),
        z.string().prefault("x"),
      ].map((schema) => read(schema).optional),
    ).toEqual([false, true, true, true, true]);
  });

  test("the schema of a value that is there refuses absence and has no default", () => {
    const { valueSchema } = read(z.string().min(2).nullable().default("xx").optional());

    expect(valueSchema.safeParse("ab").success).toBe(true);
    expect([undefined, null, "a"].map((value) => valueSchema.safeParse(value).success)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("dbType", () => {
  test.each<[z.core.$ZodType, string, object]>([
    [z.string(), "text", { kind: "text", dbType: "text" }],
    [z.string().nullish(), "varchar(255)", { kind: "text", dbType: "varchar(255)" }],
    [z.enum(["a"]), "text", { kind: "enum", dbType: "text" }],
    [z.enum(Numbers), "smallint", { kind: "enum", dbType: "smallint" }],
    [z.uuid(), "text", { kind: "uuid", dbType: "text" }],
    [z.uuid(), "uuid", { kind: "uuid", dbType: "uuid" }],
    [z.int(), "bigint", { kind: "integer", dbType: "bigint" }],
    [z.date(), "timestamp", { kind: "timestamp", host: "date" }],
    [z.iso.datetime(), "timestamp", { kind: "timestamp", host: "text" }],
    [z.iso.date(), "date", { kind: "date" }],
    [z.iso.time(), "time", { kind: "time" }],
    [z.any(), "text", { kind: "text", dbType: "text" }],
    [z.custom<number>(), "int", { kind: "integer", dbType: "int" }],
  ])("%o takes %s", (schema, dbType, expected) => {
    expect(read(schema, { dbType: dbType as never }).type).toMatchObject(expected);
  });

  test.each<[z.core.$ZodType, string]>([
    [z.string(), "bigint"],
    [z.int(), "text"],
    [z.int(), "timestamp"],
    [z.string(), "uuid"],
    [z.enum(["a"]), "int"],
    [z.enum(Numbers), "text"],
    [z.date(), "date"],
    [z.string().nullable(), "bigint"],
    [z.object({}), "text"],
  ])("%o refuses %s", (schema, dbType) => {
    expect(() => read(schema, { dbType: dbType as never })).toThrow(
      `Post.field can't have dbType "${dbType}"`,
    );
  });

  test.each(["varchar", "varchar(x)", "jsonb", "", "TEXT"])("%j is no token", (dbType) => {
    expect(() => read(z.string(), { dbType: dbType as never })).toThrow(
      /Post\.field has the unknown dbType .*canonical vocabulary/s,
    );
  });

  test("varchar needs a positive length", () => {
    expect(() => read(z.string(), { dbType: "varchar(0)" })).toThrow(
      "varchar length must be positive, got 0",
    );
  });

  test("dbCheck needs a dbType and a closed set of values", () => {
    expect(() => read(z.enum(["a"]), { dbCheck: true })).toThrow("dbCheck without dbType");
    expect(() => read(z.string(), { dbCheck: true, dbType: "text" })).toThrow("allows any text");
    expect(
      read(z.union([z.literal("a"), z.literal("b")]), { dbCheck: true, dbType: "text" }).check,
    ).toBe(true);
  });
});
