import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../../../src/ir/migration.ts";
import { stepOf } from "../../../src/migration/data-step.ts";
import { op } from "../../../src/migration/op.ts";
import type { Revision } from "../../../src/migration/revision.ts";
import { writeOperation, writeRevision } from "../../../src/migration/source.ts";
import { readType, typeWord } from "../../../src/migration/type-text.ts";
import { sql } from "../../../src/sql/raw.ts";

/** One operation of every kind, with everything that may be left out given somewhere. */
const everyOperation: readonly Operation[] = [
  op.createTable("posts", {
    model: "Post",
    comment: 'what people "write"',
    columns: [
      { name: "id", type: "integer", autoincrement: true },
      { name: "title", type: "varchar(200)", default: "it's `quoted` ${x} \\ \u2028" },
      { name: "slug", type: "text", nullable: true, comment: "from the title" },
      { name: "state", type: { kind: "enum", name: "State", values: ["draft", "out"] } },
      { name: "created", type: "timestamptz", default: sql`now()` },
      { name: "price", type: "decimal(10,2)", default: 0 },
      { name: "tags", type: "text[]" },
      { name: "search", type: "text", nativeType: "tsvector", nullable: true },
      { name: "size", type: "integer", generated: { sql: "length(title)", stored: true } },
      { name: "author_id", type: "integer" },
      { name: "__proto__", type: "bigint", renamedFrom: "old", collation: "C" },
    ],
    primaryKey: ["id"],
    foreignKeys: [{ columns: ["author_id"], references: ["author", "id"], onDelete: "CASCADE" }],
    uniques: [{ columns: ["slug"], inline: true }],
    indexes: [{ columns: ["title", "created"] }],
    checks: [
      { name: "ck_posts_title", sql: "length(title) > 0" },
      { column: "state", values: ["draft", "out"] },
    ],
    strict: true,
  }),
  op.dropTable("posts", { destructive: "copied to articles", allow: ["FM202: nobody reads it"] }),
  op.renameTable("posts", "articles"),
  op.setTableComment("posts", "texts"),
  op.addColumn("posts", { name: "n", type: "smallint" }, { fill: 0 }),
  op.dropColumn("posts", "legacy", { keep: true }),
  op.renameColumn("posts", "title", "headline"),
  op.setType("posts", "price", "decimal", { using: "price::numeric", nativeType: "numeric" }),
  op.setNotNull("posts", "slug", { fill: sql`lower(title)` }),
  op.dropNotNull("posts", "slug"),
  op.setDefault("posts", "created", sql`now()`),
  op.setDefault("posts", "price", 1.5),
  op.setDefault("posts", "slug", { kind: "sql", sql: "'back`tick'" }),
  op.dropDefault("posts", "price"),
  op.setGenerated("posts", "size", { sql: "length(headline)", stored: false }),
  op.setNumbering("posts", "id", { autoincrement: true, numbering: { kind: "always" } }),
  op.setColumnComment("posts", "slug", null),
  op.addPrimaryKey("posts", { columns: ["id", "slug"], name: "posts_pk" }),
  op.dropPrimaryKey("posts"),
  op.addUnique("posts", { columns: ["slug"], nullsNotDistinct: true }),
  op.dropUnique("posts", "uq_posts_slug"),
  op.addCheck("posts", { name: "ck", sql: sql`price >= 0`, notValid: true }),
  op.dropCheck("posts", "ck"),
  op.addForeignKey("posts", { columns: ["a", "b"], references: ["pairs", "a", "b"], named: true }),
  op.dropForeignKey("posts", "fk_posts_a_b_pairs"),
  op.addExclude("posts", { name: "ex", definition: "EXCLUDE USING gist (during WITH &&)" }),
  op.dropExclude("posts", "ex"),
  op.renameConstraint("posts", "ck", "ck2"),
  op.validate("posts", "ck2"),
  op.createIndex("posts", {
    name: "idx_lower",
    keys: [{ expression: "lower(title)" }, { column: "id", descending: true, nulls: "last" }],
    where: sql`slug is not null`,
    method: "btree",
  }),
  op.createIndex("posts", { columns: ["title", "body"], fullText: "english" }),
  op.dropIndex("posts", "idx_lower"),
  op.renameIndex("posts", "a", "b"),
  op.createEnum("state", ["draft", "out"]),
  op.dropEnum("state"),
  op.renameEnum("state", "status"),
  op.addEnumValue("status", "gone", { before: "out" }),
  op.renameEnumValue("status", "gone", "removed"),
  op.swapEnum("status", ["out", "draft"], { mapping: { removed: null } }),
  op.createExtension("pg_trgm"),
  op.createObject({ kind: "domain", name: "email", sql: "CREATE DOMAIN email AS text" }),
  op.dropObject({ kind: "domain", name: "email" }),
  op.replaceable("v", "CREATE OR REPLACE VIEW v AS SELECT 1", { drop: "DROP VIEW v" }),
  op.sql(
    { postgres: ["select 1", "select 2"] },
    { state: [op.dropTable("x")], down: { sqlite: "select 3" }, transaction: false },
  ),
  op.backfill("posts", { set: { slug: sql`lower(title)` }, where: "slug is null", batch: 100 }),
];

describe("writeRevision", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ferro-source-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function load(text: string): Promise<Revision> {
    const file = join(folder, `r${Math.random().toString(36).slice(2)}.ts`);
    const door = new URL("../../../src/migrate.ts", import.meta.url).href;
    await writeFile(file, text.replace('"ferro-orm/migrate"', JSON.stringify(door)));
    return ((await import(pathToFileURL(file).href)) as { default: Revision }).default;
  }

  test("gives a file that exports exactly the operations, and they are plain data", async () => {
    const spec = { id: "0123456789ab", parents: [], message: 'a "b"', up: everyOperation };
    const revision = await load(writeRevision(spec));

    expect(revision.up).toEqual(everyOperation);
    expect(JSON.parse(JSON.stringify(revision.up))).toEqual(revision.up);
    expect(revision).toMatchObject({ id: "0123456789ab", message: 'a "b"', down: "auto" });
  });

  test("keeps the way back, the parents and the options", async () => {
    const spec = {
      id: "0123456789ab",
      parents: ["aaaaaaaaaaaa", "bbbbbbbbbbbb"],
      message: "merge",
      up: [],
      down: [op.dropTable("x", { destructive: "made here" })],
      online: false,
      replaces: ["cccccccccccc"],
    };

    expect(await load(writeRevision(spec))).toEqual(spec);
  });

  test("reads as people write", () => {
    const add = op.addColumn("posts", { name: "slug", type: "varchar(200)", nullable: true });

    expect(writeOperation(add)).toBe(
      'op.addColumn("posts", { name: "slug", type: "varchar(200)", nullable: true })',
    );
    expect(writeOperation(op.setDefault("posts", "at", sql`now()`))).toBe(
      'op.setDefault("posts", "at", sql`now()`)',
    );
    expect(writeOperation(op.createIndex("posts", { columns: ["slug"] }))).toBe(
      'op.createIndex("posts", { columns: ["slug"] })',
    );
  });
});

describe("type words", () => {
  test.for([
    "integer",
    "bigint",
    "smallint",
    "text",
    "varchar(7)",
    "decimal",
    "decimal(9,0)",
    "timestamptz",
    "json",
    "integer[]",
  ])("%s is read and written", (word) => {
    expect(typeWord(readType(word))).toBe(word);
  });

  test("that mean nothing are refused", () => {
    expect(() => readType("tsvector")).toThrow('"tsvector" is no column type');
  });

  test("are not given for what they can't say", () => {
    expect(typeWord({ kind: "timestamptz", host: "text" })).toBeUndefined();
    expect(typeWord({ kind: "enum", name: null, values: ["a"] })).toBeUndefined();
  });
});

describe("op.data", () => {
  test("is plain data with its code beside it", () => {
    const step = async () => {};
    const operation = op.data("fill", { resumable: true }, step);

    expect(operation).toEqual({ op: "data", name: "fill", resumable: true });
    expect(Object.keys(operation)).toEqual(["op", "name", "resumable"]);
    expect(stepOf(operation)).toBe(step);
  });

  test("refuses to be written without code", () => {
    // @ts-expect-error -- the code is missing
    expect(() => op.data("fill", {})).toThrow('op.data("fill") needs its code');
  });
});

test("SQL of a migration holds no values", () => {
  expect(() => op.addCheck("t", { name: "c", sql: sql`a > ${1}` })).toThrow(
    "SQL of a migration holds a value",
  );
  expect(op.addCheck("t", { name: "c", sql: sql`${sql.identifier("a b")} > 1` })).toMatchObject({
    check: { sql: '"a b" > 1' },
  });
});
