import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emitCreate } from "../../src/ddl/create.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { MigrationError } from "../../src/errors/errors.ts";
import type { SchemaIr } from "../../src/ir/schema.ts";
import type { StorageType } from "../../src/ir/type.ts";
import { createMissing } from "../../src/migration/create.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../unit/ddl/ir.ts";
import { rowsOf } from "./catalog.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

/** A parent, a child, and two tables that point to each other. */
const family = schema([
  table("child", [id(), column("parent_id", integer)], {
    primaryKey: ["id"],
    foreignKeys: [foreignKey(["parent_id"], "parent")],
    indexes: [{ name: "idx_child_parent_id", columns: ["parent_id"] }],
  }),
  table("egg", [column("hen_id", integer, { nullable: true }), id()], {
    primaryKey: ["id"],
    foreignKeys: [foreignKey(["hen_id"], "hen", { onUpdate: "CASCADE" })],
  }),
  table("hen", [column("egg_id", integer, { nullable: true }), id()], {
    primaryKey: ["id"],
    foreignKeys: [foreignKey(["egg_id"], "egg", { onDelete: "SET NULL" })],
  }),
  table("parent", [id(), column("name")], {
    primaryKey: ["id"],
    uniques: [{ name: "uq_parent_name", columns: ["name"], inline: true }],
  }),
]);

/** Names and texts that break naive SQL, made likely. */
const hostile = fc.oneof(
  fc.constantFrom(
    'a"b',
    `'; drop table canary; --`,
    `"); drop table canary; --`,
    "\\",
    "\\'",
    "a\\' or 1=1 --",
    "'' || 'x",
    "$ferro$",
    "$1",
    "?",
    ":name",
    "%s%I",
    "--",
    "/*",
    "\n",
    "\t x ",
    "select",
    "__proto__",
    "ünïcödé",
    "\u{1F600}",
    "\u2028",
    "e'\\x",
  ),
  fc
    .string({ minLength: 1, maxLength: 15, unit: "grapheme" })
    .filter((name) => !name.includes("\0")),
);

describeEachSchemaDatabase("createMissing", (db) => {
  test("creates tables, indexes and keys, circles included", async () => {
    const connection = await db.empty();

    const { created, statements } = await createMissing(connection, family, db.ddl);

    const { tables } = await db.catalog(connection);
    expect([...created].sort()).toEqual(["child", "egg", "hen", "parent"]);
    expect(statements).toEqual(emitCreate(family, db.ddl));
    expect(tables["child"]?.indexes.map(({ name }) => name)).toContain("idx_child_parent_id");
    expect(tables["egg"]?.constraints.join()).toMatch(/FOREIGN KEY \(hen_id\)/i);
    expect(tables["egg"]?.constraints.join()).toMatch(/ON UPDATE CASCADE/i);
    expect(tables["hen"]?.constraints.join()).toMatch(/FOREIGN KEY \(egg_id\)/i);
    await connection.script("INSERT INTO parent (name) VALUES ('p')");
    await connection.script("INSERT INTO child (parent_id) VALUES (1)");
    await expect(async () =>
      connection.script("INSERT INTO child (parent_id) VALUES (2)"),
    ).rejects.toThrow();
    await connection.script("INSERT INTO hen (egg_id) VALUES (NULL)");
    await connection.script("INSERT INTO egg (hen_id) VALUES (1)");
    await connection.script("UPDATE hen SET egg_id = 1");
    await connection.script("DELETE FROM egg");
    expect(await rowsOf(connection, "SELECT egg_id FROM hen")).toEqual([[null]]);
  });

  test("a second run reads the catalog and writes nothing", async () => {
    const connection = await db.empty();
    await createMissing(connection, family, db.ddl);
    const { dump } = await db.catalog(connection);
    const { executor, texts } = recorded(connection);

    const report = await createMissing(executor, family, db.ddl);

    expect(report).toEqual({ created: [], statements: [] });
    expect(texts).toEqual([db.ddl.exclusive.relations]);
    expect((await db.catalog(connection)).dump).toBe(dump);
  });

  test("leaves a table that exists as it is, and creates what is missing around it", async () => {
    const connection = await db.empty();
    await connection.script("CREATE TABLE parent (id integer PRIMARY KEY, other text)");
    await connection.script("CREATE TABLE child (x integer)");
    const before = (await db.catalog(connection)).tables;

    const { created } = await createMissing(connection, family, db.ddl);

    const { tables } = await db.catalog(connection);
    expect([...created].sort()).toEqual(["egg", "hen"]);
    expect(tables["parent"]).toEqual(before["parent"]);
    expect(tables["child"]).toEqual(before["child"]);
  });

  test("takes a view for a table that exists", async () => {
    const connection = await db.empty();
    await connection.script("CREATE VIEW parent AS SELECT 1 AS id");
    const only = schema(family.payload.tables.filter(({ name }) => name === "parent"));

    expect((await createMissing(connection, only, db.ddl)).created).toEqual([]);
  });

  test("a failure names the table and the statement, and undoes everything", async () => {
    const connection = await db.empty();
    const broken = schema([
      ...family.payload.tables,
      table("zebra", [column("n", integer)], {
        checks: [{ kind: "sql", name: "ck_zebra", sql: "no_such_function(n)" }],
      }),
    ]);

    const failure = createMissing(connection, broken, db.ddl);

    await expect(failure).rejects.toThrow(MigrationError);
    await expect(failure).rejects.toThrow(
      /^could not create table "zebra": .*no_such_function[\s\S]*statement: CREATE TABLE IF NOT EXISTS "zebra"/,
    );
    expect((await db.catalog(connection)).tables).toEqual({});
    expect(connection.state).toBe("idle");
    expect((await createMissing(connection, family, db.ddl)).created).toHaveLength(4);
  });

  test("a name that an index has is refused, not passed over", async () => {
    const connection = await db.empty();
    await connection.script("CREATE TABLE stranger (x integer)");
    await connection.script("CREATE INDEX idx_child_parent_id ON stranger (x)");

    await expect(createMissing(connection, family, db.ddl)).rejects.toThrow(
      /could not create the index "idx_child_parent_id" of table "child": something else/,
    );

    await connection.script("DROP INDEX idx_child_parent_id");
    await connection.script("CREATE INDEX parent ON stranger (x)");
    await expect(createMissing(connection, family, db.ddl)).rejects.toThrow(
      /could not create the table "parent": something else/,
    );
    expect(Object.keys((await db.catalog(connection)).tables)).toEqual(["stranger"]);
  });

  test("eight connections at once create each table once", async () => {
    const place = await db.place();
    const connections = await Promise.all(Array.from({ length: 8 }, () => place.open()));

    const reports = await Promise.all(
      connections.map((connection) => createMissing(connection, family, db.ddl)),
    );

    const created = reports.flatMap((report) => report.created);
    expect(created.sort()).toEqual(["child", "egg", "hen", "parent"]);
    expect(connections.map(({ state }) => state)).toEqual(Array(8).fill("idle"));
  });

  test("hostile names stay names", async () => {
    const connection = await db.empty();
    await connection.script("CREATE TABLE canary (x integer)");
    let run = 0;

    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (tableEnd, columnEnd, indexEnd) => {
        run += 1;
        const names = {
          table: `t${run}${tableEnd}`,
          column: `c${columnEnd}`,
          index: `i${run}${indexEnd}`,
        };
        const ir = schema([
          table(names.table, [column(names.column), column("id", integer)], {
            primaryKey: ["id"],
            comment: columnEnd,
            indexes: [{ name: names.index, columns: [names.column, "id"] }],
            foreignKeys: [foreignKey(["id"], names.table)],
            checks: [
              { kind: "values", name: `k${indexEnd}`, column: names.column, values: [columnEnd] },
            ],
          }),
        ]);

        await createMissing(connection, ir, db.ddl);

        const { tables } = await db.catalog(connection);
        expect(Object.keys(tables)).toContain("canary");
        expect(tables[names.table]?.columns.map(({ name }) => name)).toEqual([names.column, "id"]);
        expect(tables[names.table]?.indexes.map(({ name }) => name)).toContain(names.index);
        await connection.script(`DROP TABLE ${db.ddl.quote(names.table)}`);
      }),
      { numRuns: 60 },
    );
  });

  test("a literal default is stored as it was written", async () => {
    const connection = await db.empty();

    await fc.assert(
      fc.asyncProperty(
        hostile,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        async (words, number, truth) => {
          await defaultsSurvive(connection, db.ddl, words, number, truth);
        },
      ),
      { numRuns: 60 },
    );
  });
});

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
            { kind: "sql", name: "ck_everything", sql: "c00 > 0 -- any" + "\n" },
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

describe("SQLite in several processes", () => {
  test("that start at once create each table once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ferro-create-"));
    const worker = join(import.meta.dirname, "create-worker.ts");
    const start = () =>
      promisify(execFile)(process.execPath, [worker, join(folder, "a.db"), JSON.stringify(family)]);

    const ended = await Promise.all(Array.from({ length: 5 }, start));

    rmSync(folder, { recursive: true, force: true });
    expect(ended.map(({ stdout }) => stdout).sort()).toEqual(["0", "0", "0", "0", "4"]);
  });
});

function literal(value: string | number | boolean): Partial<ReturnType<typeof column>> {
  return { default: { kind: "literal", value } };
}

async function defaultsSurvive(
  connection: DriverConnection,
  ddl: Parameters<typeof createMissing>[2],
  words: string,
  number: number,
  truth: boolean,
): Promise<void> {
  const ir: SchemaIr = schema([
    table("d", [
      column("n", { kind: "float" }, literal(number)),
      column("t", { kind: "boolean" }, literal(truth)),
      column("w", text, literal(words)),
    ]),
  ]);
  await createMissing(connection, ir, ddl);
  await connection.script("INSERT INTO d DEFAULT VALUES");

  const [[n, t, w] = []] = await rowsOf(connection, "SELECT n, t, w FROM d");
  await connection.script("DROP TABLE d");

  expect(Number(n)).toBe(number === 0 && Number(n) === 0 ? Number(n) : number);
  expect([1, 1n, "t"].includes(t as number)).toBe(truth);
  expect(w).toBe(words);
}

/** A connection that notes every text it is given. */
function recorded(connection: DriverConnection) {
  const texts: string[] = [];
  const executor: Pick<DriverConnection, "query" | "script"> = {
    query: (statement) => {
      texts.push(statement.sql);
      return connection.query(statement);
    },
    script: (sql) => {
      texts.push(sql);
      return connection.script(sql);
    },
  };
  return { executor, texts };
}
