import { describe, expect, test } from "vitest";
import { toSchemaIr } from "../../../src/definition/to-schema-ir.ts";
import type { TableIr } from "../../../src/ir/schema.ts";
import type { StorageType } from "../../../src/ir/type.ts";
import { column, model, type TestModel, text } from "./models.ts";

function firstTable(...models: readonly TestModel[]): TableIr | undefined {
  return toSchemaIr(models).ir.payload.tables[0];
}

describe("enums", () => {
  const color = (facts: object = {}): StorageType => ({
    kind: "enum",
    name: null,
    values: ["red", "blue"],
    ...facts,
  });

  test("without a name have a check", () => {
    expect(firstTable(model("T", [column("c", color())]))?.checks).toEqual([
      { kind: "values", name: "ck_t_c", column: "c", values: ["red", "blue"] },
    ]);
  });

  test("with a database type are checked only when asked for", () => {
    const type = color({ dbType: "text" });

    expect(firstTable(model("T", [column("c", type)]))?.checks).toEqual([]);
    expect(firstTable(model("T", [column("c", type, { check: true })]))?.checks).toHaveLength(1);
  });

  test("with a name are listed once, and keep the check for databases without enum types", () => {
    const type = color({ name: "color" });
    const array: StorageType = { kind: "array", element: type };
    const { payload } = toSchemaIr([
      model("A", [column("c", type)]),
      model("B", [column("cs", array)]),
    ]).ir;

    expect(payload.enums).toEqual([{ name: "color", values: ["red", "blue"] }]);
    expect(payload.tables[0]?.checks).toHaveLength(1);
  });

  test("of integers are never native", () => {
    const type: StorageType = { kind: "enum", name: "prio", values: [1, 2] };

    expect(toSchemaIr([model("T", [column("p", type)])]).ir.payload.enums).toEqual([]);
  });

  test("of one name with two lists are refused", () => {
    const a = model("A", [column("c", color({ name: "color" }))]);
    const b = model("B", [column("c", color({ name: "color", values: ["blue", "red"] }))]);

    expect(() => toSchemaIr([a, b])).toThrow(
      /A\.c and B\.c both use the enum type "color" but list different values/,
    );
  });

  test.for([[["a", 1]], [[]], [[1.5]]])("of %j are refused", ([values]) => {
    const mixed = model("T", [column("c", color({ values }))]);

    expect(() => toSchemaIr([mixed])).toThrow(/must list texts only or integers only/);
  });

  test("a check on an open domain is refused", () => {
    expect(() => toSchemaIr([model("T", [column("c", text, { check: true })])])).toThrow(
      /T\.c has dbCheck but any value is allowed/,
    );
  });
});
