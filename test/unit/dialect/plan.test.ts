/** What a plan says: the online forms, the plain ones, and what SQLite does by itself. */
import { describe, expect, test } from "vitest";
import type { Plan, PlanOptions, Segment } from "../../../src/ddl/plan.ts";
import { postgresDialect } from "../../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../../src/dialect/sqlite/dialect.ts";
import type { Operation } from "../../../src/ir/migration.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../ddl/ir.ts";

const posts = table(
  "posts",
  [column("author_id", integer, { nullable: true }), id(), column("legacy"), column("title")],
  { primaryKey: ["id"] },
);
const before = schema([table("author", [id()], { primaryKey: ["id"] }), posts]).payload;

const change: readonly Operation[] = [
  { op: "renameColumn", table: "posts", column: "title", to: "headline" },
  { op: "addColumn", table: "posts", column: column("slug", text, { nullable: true }) },
  {
    op: "backfill",
    table: "posts",
    set: { slug: "lower(headline)" },
    where: "slug is null",
    batch: 500,
  },
  { op: "setNullable", table: "posts", column: "slug", nullable: false },
  {
    op: "addUnique",
    table: "posts",
    unique: { name: "uq_posts_slug", columns: ["slug"], inline: true },
  },
  { op: "addForeignKey", table: "posts", foreignKey: foreignKey(["author_id"], "author") },
  { op: "addCheck", table: "posts", check: { kind: "sql", name: "ck", sql: "headline <> ''" } },
  { op: "createIndex", table: "posts", index: { name: "idx", columns: ["author_id"] } },
  { op: "dropColumn", table: "posts", column: "legacy" },
];

/** Each segment as its kind and its statements. */
function told({ segments }: Plan): readonly (readonly string[])[] {
  return segments.map((segment) => [segment.kind, ...statements(segment)]);
}

function statements(segment: Segment): readonly string[] {
  if ("steps" in segment) return segment.steps.map(({ sql }) => sql);
  if ("step" in segment) return [segment.step.sql];
  return "sql" in segment ? [segment.sql] : [];
}

describe("on PostgreSQL", () => {
  const plan = (operations: readonly Operation[], options: PlanOptions = {}) =>
    told(postgresDialect.plan(before, operations, options));

  test("tables in use are changed without blocking readers and writers", () => {
    expect(plan(change)).toEqual([
      [
        "transaction",
        'ALTER TABLE "posts" RENAME COLUMN "title" TO "headline"',
        'ALTER TABLE "posts" ADD COLUMN "slug" text',
      ],
      [
        "backfill",
        'UPDATE "posts" SET "slug" = (lower(headline)) WHERE (slug is null) AND ("id") > (:after) AND ("id") <= (:upto)',
      ],
      [
        "transaction",
        'ALTER TABLE "posts" ADD CONSTRAINT "ferro_nn_slug" CHECK ("slug" IS NOT NULL) NOT VALID',
      ],
      ["transaction", 'ALTER TABLE "posts" VALIDATE CONSTRAINT "ferro_nn_slug"'],
      [
        "transaction",
        'ALTER TABLE "posts" ALTER COLUMN "slug" SET NOT NULL',
        'ALTER TABLE "posts" DROP CONSTRAINT "ferro_nn_slug"',
      ],
      ["autocommit", 'CREATE UNIQUE INDEX CONCURRENTLY "posts_slug_key" ON "posts" ("slug")'],
      [
        "transaction",
        'ALTER TABLE "posts" ADD CONSTRAINT "posts_slug_key" UNIQUE USING INDEX "posts_slug_key"',
      ],
      [
        "transaction",
        'ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author" ("id") ON DELETE CASCADE NOT VALID',
      ],
      ["transaction", 'ALTER TABLE "posts" VALIDATE CONSTRAINT "posts_author_id_fkey"'],
      ["transaction", `ALTER TABLE "posts" ADD CONSTRAINT "ck" CHECK (headline <> '') NOT VALID`],
      ["transaction", 'ALTER TABLE "posts" VALIDATE CONSTRAINT "ck"'],
      ["autocommit", 'CREATE INDEX CONCURRENTLY "idx" ON "posts" ("author_id")'],
      ["transaction", 'ALTER TABLE "posts" DROP COLUMN "legacy"'],
    ]);
  });

  test("without that, and for tables made in the same plan, the plain forms do", () => {
    const [only, ...others] = plan(change, { online: false });
    expect(others).toEqual([]);
    expect(only?.join("\n")).not.toMatch(/CONCURRENTLY|NOT VALID/);

    const made = told(
      postgresDialect.plan(
        schema([]).payload,
        [
          ...before.tables.map((each): Operation => ({ op: "createTable", table: each })),
          ...change,
        ],
        {},
      ),
    );
    expect(made).toHaveLength(1);
    expect(made[0]?.slice(-8)).toEqual(only?.slice(-8));
  });

  test("a new table's key to a table in use has a transaction of its own", () => {
    const reply = table("reply", [column("post_id", integer), id()], {
      primaryKey: ["id"],
      foreignKeys: [foreignKey(["post_id"], "posts")],
    });

    expect(plan([{ op: "createTable", table: reply }])).toEqual([
      ["transaction", expect.stringMatching(/^CREATE TABLE "reply" \([^)]*\)$/)],
      [
        "transaction",
        'ALTER TABLE "reply" ADD CONSTRAINT "reply_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "posts" ("id") ON DELETE CASCADE',
      ],
    ]);
  });

  test("a value for existing rows leaves no default behind", () => {
    const add = column("state");
    const fill = { kind: "literal", value: "open" } as const;

    expect(plan([{ op: "addColumn", table: "posts", column: add, fill }])).toEqual([
      [
        "transaction",
        `ALTER TABLE "posts" ADD COLUMN "state" text NOT NULL DEFAULT 'open'`,
        'ALTER TABLE "posts" ALTER COLUMN "state" DROP DEFAULT',
      ],
    ]);
  });

  test("a default that changes from row to row is filled in batches", () => {
    const token = column(
      "token",
      { kind: "uuid" },
      { default: { kind: "sql", sql: "gen_random_uuid()" } },
    );

    expect(
      plan([{ op: "addColumn", table: "posts", column: token }]).map(([kind]) => kind),
    ).toEqual(["transaction", "backfill", "transaction", "transaction", "transaction"]);
  });

  test("an index left half done is found, dropped and built again", () => {
    const { segments } = postgresDialect.plan(
      before,
      [{ op: "createIndex", table: "posts", index: { name: "idx", columns: ["title"] } }],
      {},
    );

    expect(segments).toMatchObject([
      {
        kind: "autocommit",
        probe: expect.stringContaining("indisvalid"),
        cleanUp: 'DROP INDEX CONCURRENTLY IF EXISTS "idx"',
      },
    ]);
  });

  test("an enum's new value is committed before it may be used", () => {
    const mood = { name: "mood", values: ["a"] };
    const segments = told(
      postgresDialect.plan(
        { ...before, enums: [mood] },
        [
          { op: "setTableComment", table: "posts", comment: "x" },
          { op: "addEnumValue", enum: "mood", value: "b", before: "a" },
          { op: "setTableComment", table: "posts", comment: "y" },
        ],
        {},
      ),
    );

    expect(segments[1]).toEqual(["transaction", `ALTER TYPE "mood" ADD VALUE 'b' BEFORE 'a'`]);
    expect(segments).toHaveLength(3);
  });
});

describe("on SQLite", () => {
  const plan = (operations: readonly Operation[], options: PlanOptions = {}) =>
    told(sqliteDialect.plan(before, operations, options));

  test("what needs the table made anew is done once", () => {
    const segments = plan(change);

    expect(segments.map(([kind]) => kind)).toEqual(["transaction", "backfill", "rebuild"]);
    expect(segments[2]?.slice(1)).toEqual([
      `CREATE TABLE "__ferro_new_posts" ( "author_id" integer, "headline" text NOT NULL, "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" text NOT NULL UNIQUE, FOREIGN KEY ("author_id") REFERENCES "author" ("id") ON DELETE CASCADE, CONSTRAINT "ck" CHECK (headline <> '') )`,
      'INSERT INTO "__ferro_new_posts" ("author_id", "headline", "id", "slug") SELECT "author_id", "headline", "id", "slug" FROM "posts"',
      'DROP TABLE "posts"',
      'ALTER TABLE "__ferro_new_posts" RENAME TO "posts"',
      'CREATE INDEX "idx" ON "posts" ("author_id")',
    ]);
  });

  test.each<readonly [string, Operation, string]>([
    [
      "NOT NULL",
      { op: "setNullable", table: "posts", column: "title", nullable: true },
      'ALTER TABLE "posts" ALTER COLUMN "title" DROP NOT NULL',
    ],
    [
      "a list of values",
      {
        op: "addCheck",
        table: "posts",
        check: { kind: "values", name: "ck", column: "title", values: ["a"] },
      },
      `ALTER TABLE "posts" ADD CONSTRAINT "ck" CHECK ("title" IN ('a'))`,
    ],
  ])("%s is changed in place from 3.53 on", (_, operation, sql) => {
    expect(plan([operation], { version: "3.53.4" })).toEqual([["transaction", sql]]);
    expect(plan([operation], { version: "3.52.0" }).map(([kind]) => kind)).toEqual(["rebuild"]);
  });

  test.each<readonly [string, Operation]>([
    [
      "an expression",
      { op: "addCheck", table: "posts", check: { kind: "sql", name: "ck", sql: "author_id > 0" } },
    ],
    [
      "a list of values of a column that takes NULL",
      {
        op: "addCheck",
        table: "posts",
        check: { kind: "values", name: "ck", column: "author_id", values: [1] },
      },
    ],
  ])("a check of %s is not: SQLite refuses rows for which it is NULL", (_, operation) => {
    const kinds = plan([operation], { version: "3.53.4" }).map(([kind]) => kind);
    expect(kinds).toEqual(["rebuild"]);
  });

  test("what the database doesn't hold changes nothing", () => {
    expect(
      plan([
        { op: "setTableComment", table: "posts", comment: "x" },
        { op: "createEnum", enum: { name: "mood", values: ["a"] } },
        {
          op: "setType",
          table: "posts",
          column: "id",
          type: { kind: "bigint" },
        },
      ]),
    ).toEqual([]);
  });
});
