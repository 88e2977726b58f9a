/** Rows, and what stands on a table, come through every change that isn't there to remove them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { applyOperations } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { SchemaPayload } from "../../src/ir/schema.ts";
import { runSegments } from "../../src/migration/run-plan.ts";
import { column, foreignKey, id, integer, schema, table } from "../unit/ddl/ir.ts";
import { calmArbitrary } from "../unit/migration/calm-schemas.ts";
import { schemaArbitrary } from "../unit/migration/schemas.ts";
import { rowsOf } from "./catalog.ts";
import { carryOut, comparable, make } from "./plan-check.ts";
import { checkInverse } from "./plan-inverse.ts";
import { checkRows } from "./plan-rows.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };
const numRuns = Number(process.env["FERRO_PLAN_RUNS"] ?? 15);

describeEachSchemaDatabase("plans with rows", (db) => {
  const dialect = dialects[db.name];

  test("every row of every table and column that stays is there after, as it was", async () => {
    await fc.assert(
      fc.asyncProperty(calmArbitrary, calmArbitrary, (from, to) =>
        checkRows(db, dialect, from, to),
      ),
      { numRuns },
    );
  }, 120_000);

  test("up, down and up again: the catalog is what it was each time", async () => {
    await fc.assert(
      fc.asyncProperty(schemaArbitrary, schemaArbitrary, (from, to) =>
        checkInverse(db, dialect, from, to),
      ),
      { numRuns },
    );
  }, 120_000);

  test("an enum loses values under defaults, lists, partial indexes and checks", async () => {
    const mood = { kind: "enum", name: "mood", values: ["ok", "bad", "odd"] } as const;
    const state = {
      default: { kind: "literal", value: "ok" },
    } as const;
    const before: SchemaPayload = {
      enums: [{ name: "mood", values: mood.values }],
      tables: [
        table("day", [id(), column("mood", mood, state)], {
          primaryKey: ["id"],
          indexes: [{ name: "day_bad", columns: ["id"], where: "mood = 'bad'" }],
          checks: [
            { kind: "sql", name: "ck_day", sql: "mood <> 'bad' or id > 0" },
            { kind: "values", name: "ck_day_mood", column: "mood", values: mood.values },
          ],
        }),
        table("week", [id(), column("moods", { kind: "array", element: mood })], {
          primaryKey: ["id"],
        }),
      ],
    };
    const connection = await db.empty();
    await make(connection, dialect, before);
    await connection.script("INSERT INTO day (mood) VALUES ('bad'), ('odd'), ('ok')");
    const list = db.name === "sqlite" ? `'["odd","ok"]'` : "'{odd,ok}'";
    await connection.script(`INSERT INTO week (moods) VALUES (${list})`);

    const swap: Operation = {
      op: "swapEnum",
      enum: "mood",
      values: ["bad", "ok"],
      mapping: { odd: "bad" },
    };
    await carryOut(connection, dialect, before, [swap]);

    const fresh = await db.empty();
    await make(fresh, dialect, applyOperations(before, [swap]));
    expect(comparable(await dialect.introspect(connection))).toEqual(
      comparable(await dialect.introspect(fresh)),
    );
    expect(await rowsOf(connection, "SELECT mood FROM day ORDER BY id")).toEqual([
      ["bad"],
      ["bad"],
      ["ok"],
    ]);
    const [[moods] = []] = await rowsOf(connection, "SELECT moods FROM week");
    expect(moods).toBe(db.name === "sqlite" ? '["bad","ok"]' : "{bad,ok}");
  });

  test("a check takes rows of which it says nothing, on every version", async () => {
    const before = schema([
      table("t", [id(), column("a", integer, { nullable: true })], { primaryKey: ["id"] }),
    ]).payload;
    for (const version of [undefined, "3.53"]) {
      const connection = await db.empty();
      await make(connection, dialect, before);
      await connection.script("INSERT INTO t (a) VALUES (NULL), (1)");

      await carryOut(
        connection,
        dialect,
        before,
        [
          { op: "addCheck", table: "t", check: { kind: "sql", name: "ck", sql: "a < 5" } },
          {
            op: "addCheck",
            table: "t",
            check: { kind: "values", name: "ck_a", column: "a", values: [1, 2] },
          },
        ],
        version,
      );

      const insert = async () => connection.script("INSERT INTO t (a) VALUES (3)");
      await expect(insert()).rejects.toThrow(/check/i);
    }
  });

  test("a backfill goes through every row, batch by batch, and can go on where it stopped", async () => {
    const connection = await db.empty();
    const before = schema([
      table("t", [id(), column("n", integer, { nullable: true })], { primaryKey: ["id"] }),
    ]).payload;
    await make(connection, dialect, before);
    await connection.script(
      `INSERT INTO t (n) VALUES ${Array.from({ length: 25 }, () => "(NULL)").join(", ")}`,
    );
    const plan = dialect.plan(
      before,
      [{ op: "backfill", table: "t", set: { n: "id * 2" }, where: "n IS NULL", batch: 10 }],
      {},
    );
    const reached: string[] = [];
    const stop = new Error("stopped");

    const first = runSegments(connection, plan, dialect, {
      reached: (_at, key) => {
        reached.push(String(key[0]));
        if (reached.length === 2) throw stop;
      },
    });
    await expect(first).rejects.toBe(stop);
    // The second batch was taken back with its note.
    expect(await rowsOf(connection, "SELECT count(*) FROM t WHERE n IS NOT NULL")).toEqual([
      [db.name === "sqlite" ? 10 : "10"],
    ]);
    await runSegments(connection, plan, dialect, {
      lastKey: () => [10],
      reached: (_at, key) => void reached.push(String(key[0])),
    });

    expect(reached).toEqual(["10", "20", "20", "25"]);
    expect(await rowsOf(connection, "SELECT count(*) FROM t WHERE n = id * 2")).toEqual([
      [db.name === "sqlite" ? 25 : "25"],
    ]);
  });
});

describe("SQLite's rebuild", () => {
  describeEachSchemaDatabase("of a parent", (db) => {
    test.runIf(db.name === "sqlite")(
      "keeps children, triggers, views, indexes, sequence and rowids (PostgreSQL has no rebuild)",
      async () => {
        const connection = await db.empty();
        const parent = table("parent", [id(), column("name")], { primaryKey: ["id"] });
        const link = column("parent_id", integer, { nullable: true });
        const child = (name: string, onDelete: "CASCADE" | "SET NULL") =>
          table(name, [id(), link], {
            primaryKey: ["id"],
            foreignKeys: [foreignKey(["parent_id"], "parent", { onDelete })],
          });
        const note = table("note", [column("body")]);
        const before = schema([
          child("kept", "CASCADE"),
          child("loose", "SET NULL"),
          note,
          parent,
        ]).payload;
        await make(connection, sqliteDialect, before);
        await connection.script(`
          INSERT INTO parent (name) VALUES ('a'), ('b'), ('c');
          DELETE FROM parent WHERE id = 3;
          INSERT INTO kept (parent_id) VALUES (1), (2);
          INSERT INTO loose (parent_id) VALUES (1), (2);
          INSERT INTO note (rowid, body) VALUES (5, 'x'), (9, 'y');
          CREATE INDEX mine ON parent (name COLLATE NOCASE) WHERE name > 'a';
          CREATE TRIGGER told AFTER INSERT ON kept BEGIN UPDATE parent SET name = name || '!' WHERE id = new.parent_id; END;
          CREATE TRIGGER own AFTER UPDATE ON parent BEGIN INSERT INTO note (body) VALUES (old.name); END;
          CREATE VIEW names AS SELECT p.name, k.id FROM parent p JOIN kept k ON k.parent_id = p.id;
        `);
        const catalog = async () =>
          rowsOf(
            connection,
            "SELECT type, name, sql FROM sqlite_schema WHERE name NOT IN ('parent', 'note') ORDER BY name",
          );
        const objects = await catalog();
        const setDefault = (name: string, columnName: string): Operation => ({
          op: "setDefault",
          table: name,
          column: columnName,
          default: { kind: "literal", value: "new" },
        });

        await carryOut(connection, sqliteDialect, before, [
          setDefault("parent", "name"),
          setDefault("note", "body"),
        ]);

        expect(await catalog()).toEqual(objects);
        expect(await rowsOf(connection, "SELECT id, parent_id FROM kept")).toEqual([
          [1, 1],
          [2, 2],
        ]);
        expect(await rowsOf(connection, "SELECT id, parent_id FROM loose")).toEqual([
          [1, 1],
          [2, 2],
        ]);
        expect(await rowsOf(connection, "SELECT rowid, body FROM note")).toEqual([
          [5, "x"],
          [9, "y"],
        ]);
        expect(await rowsOf(connection, "SELECT name FROM names ORDER BY id")).toEqual([
          ["a"],
          ["b"],
        ]);
        await connection.script("INSERT INTO parent DEFAULT VALUES");
        expect(await rowsOf(connection, "SELECT max(id), max(name) FROM parent")).toEqual([
          [4, "new"],
        ]);
        expect(await pragma(connection, "foreign_keys")).toBe(1);
        expect(await pragma(connection, "legacy_alter_table")).toBe(0);
      },
    );

    test.runIf(db.name === "sqlite")(
      "refuses what it would lose, and leaves everything as it was (PostgreSQL has no rebuild)",
      async () => {
        const before = schema([table("t", [column("a"), id()], { primaryKey: ["id"] })]).payload;
        const change: Operation = {
          op: "setDefault",
          table: "t",
          column: "a",
          default: { kind: "literal", value: "x" },
        };
        const key = "id integer not null primary key autoincrement";
        // Reaches further than one part of the statement, so its own text can't be kept.
        const far: Operation = {
          op: "setNumbering",
          table: "t",
          column: "id",
          autoincrement: true,
          numbering: { kind: "rowid" },
        };
        const cases: readonly (readonly [string, RegExp, Operation?])[] = [
          [`CREATE TABLE t (a text not null, b text, ${key})`, /doesn't know.*: b/],
          [
            `CREATE TABLE t (a text not null check (a > ''), ${key})`,
            /more than the schema says/,
            far,
          ],
          [`CREATE TABLE t (a text not null on conflict ignore, ${key})`, /ON CONFLICT/i, far],
          [`CREATE VIEW t AS SELECT 1 AS a, 2 AS id`, /no ordinary table/],
        ];
        for (const [sql, message, operation = change] of cases) {
          const connection = await db.empty();
          await connection.script(sql);
          await expect(carryOut(connection, sqliteDialect, before, [operation])).rejects.toThrow(
            message,
          );
          expect(
            await rowsOf(connection, "SELECT sql FROM sqlite_schema WHERE name = 't'"),
          ).toEqual([[sql]]);
          expect(await pragma(connection, "foreign_keys")).toBe(1);
        }
      },
    );

    test.runIf(db.name === "sqlite")(
      "refuses to run inside a transaction (PostgreSQL has no rebuild)",
      async () => {
        const connection = await db.empty();
        const before = schema([table("t", [column("a"), id()], { primaryKey: ["id"] })]).payload;
        await make(connection, sqliteDialect, before);
        await connection.script("BEGIN");
        const change: Operation = {
          op: "setDefault",
          table: "t",
          column: "a",
          default: { kind: "literal", value: "x" },
        };

        await expect(carryOut(connection, sqliteDialect, before, [change])).rejects.toThrow(
          "inside a transaction",
        );
        await connection.script("ROLLBACK");
      },
    );
  });
});

async function pragma(connection: DriverConnection, name: string): Promise<number> {
  return Number((await rowsOf(connection, `PRAGMA ${name}`))[0]?.[0]);
}
