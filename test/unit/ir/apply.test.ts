import { describe, expect, test } from "vitest";
import { MigrationError } from "../../../src/errors/errors.ts";
import { applyOperations, emptySchema } from "../../../src/ir/apply.ts";
import type { Operation } from "../../../src/ir/migration.ts";
import { renameInSql } from "../../../src/ir/rename-sql.ts";
import { column, foreignKey, id, integer, table } from "../ddl/ir.ts";

const author = table("author", [id(), column("name")], { primaryKey: ["id"] });
const post = table("post", [column("author_id", integer), id(), column("title")], {
  primaryKey: ["id"],
  foreignKeys: [foreignKey(["author_id"], "author")],
  indexes: [{ name: "idx_post_title", columns: ["title"] }],
  checks: [{ kind: "sql", name: "ck_title", sql: "length(title) > 0 and title <> 'title'" }],
});
const blog: readonly Operation[] = [
  { op: "createTable", table: author },
  { op: "createTable", table: post },
];

describe("applyOperation", () => {
  test.each<readonly [string, Operation]>([
    ['the table "post" exists already', { op: "createTable", table: post }],
    ['there is no table "x"', { op: "dropTable", table: "x" }],
    ['table "author" is still pointed to by table "post"', { op: "dropTable", table: "author" }],
    [
      'column "post"."title" is still used by the index "idx_post_title"',
      { op: "dropColumn", table: "post", column: "title" },
    ],
    [
      'column "author"."id" is still used by the primary key',
      { op: "dropColumn", table: "author", column: "id" },
    ],
    [
      'table "post" has no column "x"',
      { op: "setNullable", table: "post", column: "x", nullable: true },
    ],
    [
      'table "post" has a column "title" already',
      { op: "renameColumn", table: "post", column: "id", to: "title" },
    ],
    ['there is no index of table "post" "x"', { op: "dropIndex", table: "post", name: "x" }],
    ['there is no enum type "mood"', { op: "addEnumValue", enum: "mood", value: "x" }],
  ])("refuses: %s", (message, operation) => {
    const apply = () => applyOperations(emptySchema, [...blog, operation]);

    expect(apply).toThrow(MigrationError);
    expect(apply).toThrow(message);
  });

  test("a renamed column is renamed in keys, indexes and checks", () => {
    const { tables } = applyOperations(emptySchema, [
      ...blog,
      { op: "renameColumn", table: "post", column: "title", to: "headline" },
      { op: "renameColumn", table: "author", column: "id", to: "key" },
      { op: "renameTable", table: "author", to: "writer" },
    ]);

    const after = tables.find(({ name }) => name === "post");
    expect(after?.indexes).toEqual([{ name: "idx_post_title", columns: ["headline"] }]);
    expect(after?.checks).toEqual([
      { kind: "sql", name: "ck_title", sql: "length(headline) > 0 and headline <> 'title'" },
    ]);
    expect(after?.foreignKeys[0]).toMatchObject({
      referencedTable: "writer",
      referencedColumns: ["key"],
    });
    expect(tables.find(({ name }) => name === "writer")?.primaryKey).toEqual(["key"]);
  });
});

test.each([
  ["title = 'title' -- title", "headline = 'title' -- title"],
  ['"title" > title(title)', '"headline" > title(headline)'],
  ["t.Title /* title */ || $x$title$x$", "t.headline /* title */ || $x$title$x$"],
  ["subtitle", "subtitle"],
])("renameInSql: %s", (sql, renamed) => {
  expect(renameInSql(sql, "title", "headline")).toBe(renamed);
});
