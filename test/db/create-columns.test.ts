/** Every kind of column, default, check and key, created for real. */
import { expect, test } from "vitest";
import type { StorageType } from "../../src/ir/type.ts";
import { createMissing } from "../../src/migration/create.ts";
import { column, id, integer, schema, table, text } from "../unit/ddl/ir.ts";
import { rowsOf } from "./catalog.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

describeEachSchemaDatabase("column kinds", (db) => {
  const kinds: readonly StorageType[] = [
    { kind: "integer" },
    { kind: "bigint" },
    { kind: "decimal", precision: 12, scale: 3 },
    { kind: "decimal", precision: null, scale: null },
    { kind: "float" },
    { kind: "boolean" },
    { kind: "text" },
    { kind: "uuid" },
    { kind: "bytes" },
    { kind: "date" },
    { kind: "time" },
    { kind: "timestamptz", host: "date" },
    { kind: "timestamptz", host: "text" },
    { kind: "timestamp", host: "date" },
    { kind: "timestamp", host: "text" },
    { kind: "enum", name: "mood", values: ["so so", "ok"] },
    { kind: "enum", name: null, values: ["it's", "ok"] },
    { kind: "enum", name: null, values: [1, 2] },
    { kind: "json" },
    { kind: "array", element: { kind: "uuid" } },
    { kind: "array", element: { kind: "enum", name: "mood", values: ["so so", "ok"] } },
  ];

  /** Every kind of column, default, check and comment that a schema can hold. */
  const everything = schema(
    [
      table(
        "everything",
        [
          ...kinds.map((type, at) => column(`c${String(at).padStart(2, "0")}`, type)),
          column("computed", integer, {
            nullable: true,
            generated: { sql: `"id" * 2`, stored: true },
          }),
          column("d_bigint", { kind: "bigint" }, literal("9007199254740993")),
          column("d_decimal", { kind: "decimal", precision: null, scale: null }, literal("1.50")),
          column("d_enum", { kind: "enum", name: "mood", values: ["so so", "ok"] }, literal("ok")),
          column("d_json", { kind: "json" }, literal('{"a": "it\'s"}')),
          column("d_sql", text, { default: { kind: "sql", sql: "'a' || 'b'" } }),
          column("d_true", { kind: "boolean" }, literal(true)),
          column("d_uuid", { kind: "uuid" }, literal("00000000-0000-4000-8000-000000000000")),
          id(),
        ],
        {
          primaryKey: ["id"],
          comment: "it's everything",
          uniques: [
            { name: "uq_everything_c00", columns: ["c00"], inline: true },
            { name: "uq_everything_c01_c02", columns: ["c01", "c02"], inline: false },
          ],
          indexes: [{ name: "idx_everything_c06", columns: ["c06"] }],
          checks: [
            { kind: "values", name: "ck_c16", column: "c16", values: ["it's", "ok"] },
            { kind: "sql", name: "ck_everything", sql: "c00 > 0 -- any" },
          ],
        },
      ),
      table("pair", [column("a", integer), column("b", text)], { primaryKey: ["b", "a"] }),
    ],
    [{ name: "mood", values: ["so so", "ok"] }],
  );

  test("are all created, and running it again changes nothing", async () => {
    const connection = await db.empty();
    const { statements } = await createMissing(connection, everything, db.ddl);
    const { dump } = await db.catalog(connection);

    expect((await createMissing(connection, everything, db.ddl)).statements).toEqual([]);
    for (const { sql } of statements) await connection.script(sql);

    expect((await db.catalog(connection)).dump).toBe(dump);
  });

  test("give defaults that read back", async () => {
    const connection = await db.empty();
    const names = ["d_bigint", "d_decimal", "d_enum", "d_json", "d_sql", "d_true", "d_uuid"];
    const columns = [...(everything.payload.tables[0]?.columns ?? []), id()]
      .filter(({ name }) => names.includes(name) || name === "id")
      .slice(0, names.length + 1);
    const only = schema([table("d", columns, { primaryKey: ["id"] })], everything.payload.enums);
    await createMissing(connection, only, db.ddl);
    await connection.script("INSERT INTO d DEFAULT VALUES");

    const cast = names.map((name) => `CAST(${name} AS text)`).join(", ");
    const [row = []] = await rowsOf(connection, `SELECT ${cast} FROM d`);

    expect(row.slice(0, 5)).toEqual(["9007199254740993", "1.50", "ok", '{"a": "it\'s"}', "ab"]);
    expect(row[5]).toBe(db.name === "sqlite" ? "1" : "true");
  });

  test("in a composite key keep its order", async () => {
    const connection = await db.empty();
    await createMissing(connection, everything, db.ddl);

    expect((await db.catalog(connection)).tables["pair"]?.constraints.join()).toMatch(
      /primary key \(b, ?a\)/i,
    );
  });

  test("checks refuse other values", async () => {
    const connection = await db.empty();
    const prio: StorageType = { kind: "enum", name: null, values: [1, 2] };
    const task = table("task", [column("prio", prio, { nullable: true })], {
      checks: [{ kind: "values", name: "ck_task_prio", column: "prio", values: [1, 2] }],
    });
    await createMissing(connection, schema([task]), db.ddl);

    await connection.script("INSERT INTO task VALUES (1), (NULL)");
    await expect(async () => connection.script("INSERT INTO task VALUES (3)")).rejects.toThrow(
      expect.objectContaining({ kind: "check", constraint: "ck_task_prio" }),
    );
  });
});

describeEachSchemaDatabase("named enums", (db) => {
  test("can't take the name of a built-in type of PostgreSQL", async () => {
    const connection = await db.empty();
    const type: StorageType = { kind: "enum", name: "date", values: ["a"] };
    const ir = schema([table("t", [column("c", type)])], [{ name: "date", values: ["a"] }]);

    const creation = createMissing(connection, ir, db.ddl);

    if (db.name === "sqlite") expect((await creation).created).toEqual(["t"]);
    else
      await expect(creation).rejects.toThrow(/the enum name date belongs to a type of PostgreSQL/);
  });
});

function literal(value: string | number | boolean): Partial<ReturnType<typeof column>> {
  return { default: { kind: "literal", value } };
}
