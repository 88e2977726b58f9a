import { describe, expect, test } from "vitest";
import { SchemaError } from "../../../src/errors/errors.ts";
import type { StorageType } from "../../../src/ir/type.ts";
import { readSchemaIr } from "../../../src/migration/read-schema.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../ddl/ir.ts";

const everyType: readonly StorageType[] = [
  { kind: "integer" },
  { kind: "integer", dbType: "smallint" },
  { kind: "bigint" },
  { kind: "decimal", precision: 10, scale: 2 },
  { kind: "decimal", precision: null, scale: null },
  { kind: "float" },
  { kind: "boolean" },
  { kind: "text", dbType: "varchar(20)" },
  { kind: "uuid" },
  { kind: "bytes" },
  { kind: "date" },
  { kind: "time" },
  { kind: "timestamptz", host: "date" },
  { kind: "timestamp", host: "text" },
  { kind: "enum", name: "mood", values: ["a"] },
  { kind: "enum", name: null, values: [1, 2], dbType: "int" },
  { kind: "json" },
  { kind: "array", element: { kind: "text" } },
];

const complete = schema(
  [
    table("parent", [id()], { primaryKey: ["id"], model: "Parent", comment: "c" }),
    table(
      "t",
      [
        ...everyType.map((type, at) => column(`c${String(at).padStart(2, "0")}`, type)),
        column("d", text, { default: { kind: "literal", value: "x" }, nullable: true }),
        column("e", text, { default: { kind: "sql", sql: "now()" }, renamedFrom: "old" }),
        column("g", integer, { generated: { sql: "1", stored: true } }),
        column("parent_id", integer),
      ],
      {
        foreignKeys: [foreignKey(["parent_id"], "parent")],
        uniques: [{ name: "uq_t_d", columns: ["d"], inline: true }],
        indexes: [{ name: "idx_t_e", columns: ["e"] }],
        checks: [
          { kind: "values", name: "ck_t_d", column: "d", values: ["x", "y"] },
          { kind: "sql", name: "ck_t", sql: "true" },
        ],
      },
    ),
  ],
  [{ name: "mood", values: ["a"] }],
);

function copy(): ReturnType<typeof JSON.parse> {
  return JSON.parse(JSON.stringify(complete));
}

describe("readSchemaIr", () => {
  test("gives back what was written", () => {
    expect(readSchemaIr(copy())).toEqual(complete);
  });

  test("drops properties it doesn't know", () => {
    const json = copy();
    json.generator = "later release";
    json.payload.tables[0].storage = "columnar";

    expect(readSchemaIr(json)).toEqual(complete);
  });

  test.for([
    [null, /expected an object/],
    ["{}", /expected an object/],
    [[], /expected an object/],
    [{}, /irKind is missing, expected "schema"/],
    [{ ...complete, irKind: "query" }, /irKind is "query", expected "schema"/],
    [{ ...complete, irVersion: 2 }, /SchemaIR version 2 is not known; expected 1/],
    [{ irKind: "schema", irVersion: 1 }, /is not complete: payload/],
    [{ ...complete, payload: { tables: [] } }, /is not complete: payload\.enums/],
  ] as const)("refuses %j", ([json, message]) => {
    expect(() => readSchemaIr(json)).toThrow(SchemaError);
    expect(() => readSchemaIr(json)).toThrow(message);
  });

  test("refuses an envelope that only inherits its parts", () => {
    expect(() => readSchemaIr(Object.create(complete))).toThrow(/irKind is missing/);
  });

  test("names the part that is missing or unknown", () => {
    const missing = copy();
    delete missing.payload.tables[1].columns[3].nullable;
    const unknown = copy();
    unknown.payload.tables[1].columns[0].type.kind = "money";
    const hostile = copy();
    hostile.payload.tables[1].columns[0].type.dbType = "int; drop table t";

    expect(() => readSchemaIr(missing)).toThrow(/payload\.tables\.1\.columns\.3\.nullable/);
    expect(() => readSchemaIr(unknown)).toThrow(/payload\.tables\.1\.columns\.0\.type/);
    expect(() => readSchemaIr(hostile)).toThrow(/payload\.tables\.1\.columns\.0\.type/);
  });

  test("refuses references that lead nowhere", () => {
    const json = copy();
    json.payload.tables[1].indexes[0].columns = ["gone"];

    expect(() => readSchemaIr(json)).toThrow(/names the unknown column "gone"/);
  });

  test("refuses names that no database keeps", () => {
    const json = copy();
    json.payload.tables[0].name = "x".repeat(64);

    expect(() => readSchemaIr(json)).toThrow(/takes 64 bytes/);
  });
});
