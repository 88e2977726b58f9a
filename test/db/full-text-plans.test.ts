/** Full-text indexes through changes of the schema: made, kept, renamed, dropped, and read back. */
import { expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import { invertOperations, isOperations } from "../../src/ir/invert.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { IndexIr, SchemaPayload, TableIr } from "../../src/ir/schema.ts";
import { alignSchema } from "../../src/migration/align.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { migrateSchema } from "../../src/migration/migrate.ts";
import { op } from "../../src/migration/op.ts";
import { rowsOf } from "./catalog.ts";
import { carryOut } from "./plan-check.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };

const articles = op.createTable("article", {
  columns: [
    { name: "id", type: "integer", autoincrement: true },
    { name: "title", type: "text" },
    { name: "body", type: "varchar(200)", nullable: true },
    { name: "views", type: "integer", default: 0 },
  ],
  primaryKey: ["id"],
});

const words = op.createIndex("article", { columns: ["title", "body"], fullText: "english" });

const rows = `insert into article (id, title, body) values (3, 'Foxes', 'The quick brown fox'), (7, 'Dogs', null)`;

describeEachSchemaDatabase("full-text indexes in plans", (db) => {
  const dialect = dialects[db.name];

  /** A database that operations change, and what is said of it after each of them. */
  async function open(...operations: readonly Operation[]) {
    const connection = await db.empty();
    let state = emptySchema;
    const apply = async (...all: readonly Operation[]): Promise<void> => {
      await carryOut(connection, dialect, state, all);
      state = applyOperations(state, all);
      await assertThere(connection, state);
    };
    await apply(...operations);
    return { connection, apply, state: () => state };
  }

  /** The second comparison is empty, and the words are those of the rows. */
  async function assertThere(connection: DriverConnection, state: SchemaPayload): Promise<void> {
    const live = await dialect.introspect(connection);
    expect(live.unmanaged ?? []).toEqual([]);
    const { operations } = diffSchemas(alignSchema(live, state, dialect), state);
    expect(operations).toEqual([]);
    if (db.name === "postgres") return;
    const texts = state.tables.flatMap(({ indexes }) => indexes).filter((each) => each.fullText);
    for (const { name } of texts) {
      await connection.script(
        `insert into "${name}"("${name}", rank) values ('integrity-check', 1)`,
      );
    }
    const [count] = await rowsOf(
      connection,
      "select count(*) from sqlite_schema where sql like '%using fts5%'",
    );
    expect(Number(count?.[0])).toBe(texts.length);
  }

  /** The rows that hold a word, by the table of words where there is one. */
  async function found(
    connection: DriverConnection,
    word: string,
    { index = "article_search", table = "article", columns = ["title", "body"], key = "id" } = {},
  ): Promise<readonly number[]> {
    const vector = columns.map((column) => `coalesce("${column}", '')`).join(" || ' ' || ");
    const sql =
      db.name === "sqlite"
        ? `select rowid from "${index}" where "${index}" match '"${word}"' order by rowid`
        : `select "${key}" from "${table}" where to_tsvector('english', ${vector}) @@ websearch_to_tsquery('english', '${word}') order by "${key}"`;
    return (await rowsOf(connection, sql)).map(([id]) => Number(id));
  }

  test("hold the rows that are there, and those that come, change and go", async () => {
    const { connection, apply } = await open(articles);
    await connection.script(rows);
    await apply(words);

    expect(await found(connection, "fox")).toEqual([3]);
    await connection.script("insert into article (id, title) values (9, 'A fox')");
    await connection.script("update article set body = 'no foxes' where id = 7");
    await connection.script("update article set views = 3");
    await connection.script("delete from article where id = 3");
    expect(await found(connection, "fox")).toEqual([7, 9]);
    await connection.script("update article set id = 70 where id = 7");
    expect(await found(connection, "fox")).toEqual([9, 70]);
    await connection.close();
  });

  test("are made with their table", async () => {
    const { connection } = await open(
      op.createTable("article", {
        columns: [
          { name: "id", type: "integer", autoincrement: true },
          { name: "title", type: "text" },
        ],
        primaryKey: ["id"],
        indexes: [{ columns: ["title"], fullText: "simple" }],
      }),
    );
    await connection.script("insert into article (id, title) values (1, 'fox')");
    expect(await found(connection, "fox", { columns: ["title"] })).toEqual([1]);
    await connection.close();
  });

  test("stay with a table that is made anew", async () => {
    const { connection, apply } = await open(articles);
    await connection.script(rows);
    await apply(words);
    await apply(
      { op: "setNullable", table: "article", column: "views", nullable: true },
      op.setType("article", "views", "bigint"),
      op.addCheck("article", { name: "seen", sql: "views >= 0" }),
    );
    expect(await found(connection, "fox")).toEqual([3]);
    await connection.script("update article set body = 'a fox' where id = 7");
    expect(await found(connection, "fox")).toEqual([3, 7]);
    await connection.close();
  });

  test("follow texts that change while their table is made anew", async () => {
    const { connection, apply } = await open(articles);
    await connection.script(rows);
    await apply(words);
    await apply(
      op.setType("article", "body", "text", { using: "'a cat'" }),
      op.setNotNull("article", "body", { fill: "none" }),
    );
    expect(await found(connection, "brown")).toEqual([]);
    expect(await found(connection, "cat")).toEqual([3, 7]);
    await connection.close();
  });

  test("follow another key", async () => {
    const { connection, apply } = await open(
      articles,
      op.addColumn("article", { name: "number", type: "bigint", default: 0 }),
    );
    await connection.script(rows);
    await connection.script("update article set number = id * 10");
    await apply(words);
    await apply(
      op.dropPrimaryKey("article"),
      op.setNumbering("article", "id", { autoincrement: false }),
      op.addPrimaryKey("article", { columns: ["number"] }),
    );
    expect(await found(connection, "fox", { key: "number" })).toEqual([30]);
    await connection.script("insert into article (id, number, title) values (1, 5, 'fox')");
    expect(await found(connection, "fox", { key: "number" })).toEqual([5, 30]);
    await connection.close();
  });

  test("follow new names of columns, tables and their own", async () => {
    const { connection, apply } = await open(articles);
    await connection.script(rows);
    await apply(words);
    await apply(op.renameColumn("article", "title", "head"));
    expect(await found(connection, "foxes", { columns: ["head", "body"] })).toEqual([3]);
    await apply(
      op.renameColumn("article", "id", "number"),
      op.renameColumn("article", "views", "seen"),
    );
    await apply(
      op.renameTable("article", "essay"),
      op.renameIndex("essay", "article_search", "words"),
    );
    await connection.script("insert into essay (number, head) values (20, 'A quick end')");
    const essays = { table: "essay", index: "words", columns: ["head", "body"], key: "number" };
    expect(await found(connection, "quick", essays)).toEqual([3, 20]);
    await connection.close();
  });

  test("go alone, with a column's, and with their table", async () => {
    const { connection, apply, state } = await open(articles, words);
    await apply(op.dropIndex("article", "article_search"));
    await apply(words);
    await apply(
      op.dropIndex("article", "article_search"),
      op.dropColumn("article", "body"),
      op.createIndex("article", { columns: ["title"], fullText: "german" }),
    );
    expect(state().tables[0]?.indexes).toEqual([
      { name: "article_search", columns: ["title"], fullText: "german" },
    ]);
    await apply(op.dropTable("article"));
    await apply(articles, words);
    await connection.close();
  });

  test("are taken back", async () => {
    const { connection, apply, state } = await open(articles);
    const steps = [
      words,
      op.renameColumn("article", "body", "text"),
      op.dropIndex("article", "article_search"),
    ];
    const before = state();
    const back = invertOperations(before, steps);
    await apply(...steps);
    if (!isOperations(back)) throw new Error(back.irreversible);
    await apply(...back);
    expect(diffSchemas(state(), before).operations).toEqual([]);
    await connection.close();
  });

  test("are added by auto-migrate to a table that has rows, and made anew when they say otherwise", async () => {
    const { connection } = await open(articles);
    await connection.script(rows);
    const tableOf = (...indexes: readonly IndexIr[]) =>
      applyOperations(emptySchema, [articles]).tables.map((each) => ({ ...each, indexes }));
    const migrated = async (tables: readonly TableIr[], destructive = false) => {
      const payload = { tables, enums: [] };
      const settings = { updates: true, destructive, dryRun: false };
      const ir = { irKind: "schema", irVersion: 1, payload } as const;
      const { statements } = await migrateSchema(connection, ir, dialect, settings);
      expect((await migrateSchema(connection, ir, dialect, settings)).statements).toEqual([]);
      return statements.length;
    };
    const index = (columns: readonly string[], fullText: string): IndexIr => ({
      name: "article_search",
      columns,
      fullText,
    });

    await migrated(tableOf(index(["title"], "english")));
    expect(await found(connection, "fox", { columns: ["title"] })).toEqual([3]);
    await migrated(tableOf(index(["title", "body"], "german")));
    expect(await found(connection, "brown")).toEqual([3]);
    // What no model asks for is left alone: it may have been made by hand.
    expect(await migrated(tableOf(), true)).toBe(0);
    const narrow = tableOf(index(["title"], "german")).map((each) => ({
      ...each,
      columns: each.columns.filter(({ name }) => name !== "body"),
    }));
    await migrated(narrow, true);
    await connection.script("insert into article (id, title) values (20, 'A brown end')");
    expect(await found(connection, "brown", { columns: ["title"] })).toEqual([20]);
    await migrated(
      tableOf().map((each) => ({
        ...each,
        columns: each.columns.filter(({ name }) => name === "id" || name === "views"),
      })),
      true,
    );
    expect((await dialect.introspect(connection)).tables[0]?.indexes).toEqual([]);
    await connection.close();
  });

  test("are refused where nothing could be found by them", () => {
    const state = applyOperations(emptySchema, [articles]);
    const refused = (problem: string, ...operations: readonly Operation[]) => {
      expect(() => applyOperations(state, operations)).toThrow(problem);
    };
    const of = (column: string, rest: object = {}) =>
      op.createIndex("article", { columns: [column], fullText: "simple", ...rest });
    refused('has the column "views", which is no text', of("views"));
    refused("has a language that is no name", of("title", { fullText: "x'y" }));
    refused("has an option of other indexes: unique", of("title", { unique: true }));
    refused("needs a primary key that is one whole number", op.dropPrimaryKey("article"), words);
    const called = (name: string) => op.renameColumn("article", "title", name);
    refused('has a column "Rank", a name that SQLite has', called("Rank"), of("Rank"));
    refused('has a column "a", a name that SQLite has', called("a"), of("a", { name: "A" }));
  });
});
