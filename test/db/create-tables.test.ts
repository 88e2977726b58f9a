import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { emitCreate } from "../../src/ddl/create.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { MigrationError } from "../../src/errors/errors.ts";
import { createMissing } from "../../src/migration/create.ts";
import { column, foreignKey, id, integer, schema, table } from "../unit/ddl/ir.ts";
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
    expect(texts).toEqual([db.ddl.exclusive.relations([])]);
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

  test("waits while another connection writes, without blocking", async () => {
    const place = await db.place();
    const [writer, creator] = [await place.open(), await place.open()];
    await writer.script("CREATE TABLE busy (x integer)");
    await writer.script(db.ddl.exclusive.begin);
    if (db.ddl.exclusive.lock !== null) await writer.script(db.ddl.exclusive.lock);
    await writer.script("INSERT INTO busy VALUES (1)");

    const creation = createMissing(creator, family, db.ddl);
    await sleep(120);
    await writer.script(db.ddl.exclusive.commit);

    expect((await creation).created).toHaveLength(4);
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
});

describe("SQLite in several processes", () => {
  test("that start at once create each table once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ferro-create-"));
    const worker = join(import.meta.dirname, "create-worker.ts");
    const start = () =>
      promisify(execFile)(process.execPath, [worker, join(folder, "a.db"), JSON.stringify(family)]);

    try {
      const ended = await Promise.all(Array.from({ length: 5 }, start));

      expect(ended.map(({ stdout }) => stdout).sort()).toEqual(["0", "0", "0", "0", "4"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

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
