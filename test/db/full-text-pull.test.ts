import { afterAll, expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { emptySchema } from "../../src/ir/apply.ts";
import { alignSchema } from "../../src/migration/align.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { introspect } from "../../src/migration/introspect.ts";
import { op } from "../../src/migration/op.ts";
import { PulledFolder } from "../support/pull.ts";
import { carryOut } from "./plan-check.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

/** A full-text index as earlier releases gave its statements. */
const byHand = {
  postgres: [
    `create index "users" on "letter" using gin (to_tsvector('simple', coalesce("user", '')))`,
  ],
  sqlite: [
    `create virtual table "users" using fts5("user", content='letter', content_rowid='id', tokenize='unicode61')`,
    `create trigger "users_insert" after insert on "letter" begin insert into "users"(rowid, "user") values (new."id", new."user"); end`,
    `create trigger "users_update" after update on "letter" begin insert into "users"("users", rowid, "user") values ('delete', old."id", old."user"); insert into "users"(rowid, "user") values (new."id", new."user"); end`,
    `create trigger "users_delete" after delete on "letter" begin insert into "users"("users", rowid, "user") values ('delete', old."id", old."user"); end`,
  ],
} as const;

/** Indexes of words that models don't say. */
const others = {
  postgres: [
    `create index "raw_words" on "letter" using gin (to_tsvector('english', "title"))`,
    `create index "some_words" on "letter" using gin (to_tsvector('english', coalesce("title", ''))) where id > 3`,
    `create index "glued" on "letter" using gin (to_tsvector('english', coalesce("title", '') || '-' || coalesce("user", '')))`,
  ],
  sqlite: [
    `create virtual table "own_words" using fts5("title")`,
    `create virtual table "unkept" using fts5("title", content='letter', content_rowid='id', tokenize='unicode61')`,
  ],
} as const;

describeEachSchemaDatabase("pull of full-text indexes", (db) => {
  const dialect = db.name === "sqlite" ? sqliteDialect : postgresDialect;
  const pulled = new PulledFolder();
  afterAll(() => pulled.remove());

  async function open(...statements: readonly string[]) {
    const connection = await db.empty();
    const made = op.createTable("letter", {
      columns: [
        { name: "id", type: "integer", autoincrement: true },
        { name: "Text", type: "text" },
        { name: "title", type: "varchar(20)", nullable: true },
        { name: "user", type: "varchar(30)", nullable: true },
      ],
      primaryKey: ["id"],
      indexes: [
        { columns: ["Text", "title", "user"], fullText: "english" },
        { name: "titles", columns: ["title"], fullText: "simple" },
      ],
    });
    await carryOut(connection, dialect, emptySchema, [made]);
    for (const sql of statements) await connection.script(sql);
    return connection;
  }

  test("writes them as such, made by a plan or by hand", async () => {
    const schema = await introspect(await open(...byHand[db.name]), dialect);
    const { text, ir, unrepresented } = await pulled.load(`words-${db.name}`, schema);

    expect(unrepresented).toEqual([]);
    expect(text).toContain(`fullText: [
      ["text", "title", "user"],
      { columns: ["title"], language: "simple", name: "titles" },
      { columns: ["user"], language: "simple", name: "users" },
    ],`);
    const live = alignSchema(schema, ir.payload, dialect);
    expect(diffSchemas(live, ir.payload).operations).toEqual([]);
  });

  test("leaves alone what no search of Ferro would use", async () => {
    const { tables, unmanaged = [] } = await introspect(await open(...others[db.name]), dialect);
    const indexes = tables[0]?.indexes ?? [];

    expect(
      indexes.filter(({ fullText }) => fullText !== undefined).map(({ name }) => name),
    ).toEqual(["letter_search", "titles"]);
    const left = db.name === "sqlite" ? unmanaged : indexes;
    for (const sql of others[db.name]) {
      expect(left.map(({ name }) => name)).toContain(/"(\w+)"/.exec(sql)?.[1]);
    }
  });
});
