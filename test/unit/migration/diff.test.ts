import { describe, expect, test } from "vitest";
import { MigrationError } from "../../../src/errors/errors.ts";
import { applyOperations } from "../../../src/ir/apply.ts";
import { canonicalSchema } from "../../../src/ir/canonical.ts";
import type { Answers, Operation } from "../../../src/ir/migration.ts";
import type { ColumnIr, SchemaPayload, TableIr } from "../../../src/ir/schema.ts";
import { diffSchemas, type SchemaDiff } from "../../../src/migration/diff.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../ddl/ir.ts";

const of = (...tables: readonly TableIr[]): SchemaPayload =>
  schema([...tables].sort((a, b) => (a.name < b.name ? -1 : 1))).payload;

const post = (columns: readonly ColumnIr[], facts: Partial<TableIr> = {}): SchemaPayload =>
  of(
    table(
      "post",
      [...columns, id()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      {
        primaryKey: ["id"],
        ...facts,
      },
    ),
  );

/** The diff, once it is sure that it leads there. */
function diff(from: SchemaPayload, to: SchemaPayload, answers?: Answers): SchemaDiff {
  const found = diffSchemas(from, to, { answers });
  expect(canonicalSchema(applyOperations(from, found.operations))).toEqual(canonicalSchema(to));
  return found;
}

const kinds = (operations: readonly Operation[]): readonly string[] =>
  operations.map(({ op }) => op);

describe("renames", () => {
  const title = post([column("title")]);
  const headline = post([column("headline")]);

  test("a column that goes while one comes is asked about", () => {
    expect(diff(title, headline).decisions).toEqual([
      {
        kind: "rename",
        id: "rename:column:post.title",
        what: "column",
        table: "post",
        from: "title",
        candidates: ["headline"],
      },
      {
        kind: "fill",
        id: "fill:post.headline",
        table: "post",
        column: "headline",
        reason: "addNotNull",
      },
    ]);
  });

  test("an answer renames, and null says that it is no rename", () => {
    const yes = diff(title, headline, { "rename:column:post.title": { rename: "headline" } });
    const no = diff(title, headline, {
      "rename:column:post.title": { rename: null },
      "fill:post.headline": { fill: { kind: "literal", value: "?" } },
    });

    expect(yes).toEqual({
      operations: [{ op: "renameColumn", table: "post", column: "title", to: "headline" }],
      decisions: [],
    });
    expect(kinds(no.operations)).toEqual(["addColumn", "dropColumn"]);
    expect(no.decisions).toEqual([]);
  });

  test("renamedFrom on the field answers, and says nothing once it has happened", () => {
    const renamed = post([column("headline", text, { renamedFrom: "title" })]);

    expect(diff(title, renamed)).toMatchObject({
      operations: [{ op: "renameColumn" }],
      decisions: [],
    });
    expect(diff(headline, renamed).operations).toEqual([]);
  });

  test("a rename takes keys, indexes and checks along", () => {
    const facts = (name: string): Partial<TableIr> => ({
      indexes: [{ name: `idx_post_${name}`, columns: [name] }],
      checks: [{ kind: "sql", name: "ck", sql: `length(${name}) > 0` }],
      uniques: [{ name: `uq_post_${name}`, columns: [name], inline: true }],
    });
    const from = post([column("title")], facts("title"));
    const to = post([column("headline")], facts("headline"));

    const { operations } = diff(from, to, {
      "rename:column:post.title": { rename: "headline" },
    });

    expect(kinds(operations)).toEqual(["renameColumn", "renameIndex"]);
  });

  test("a rename may come with another type", () => {
    const to = post([column("headline", { kind: "text", dbType: "varchar(9)" })]);

    const { operations } = diff(title, to, { "rename:column:post.title": { rename: "headline" } });

    expect(kinds(operations)).toEqual(["renameColumn", "setType"]);
  });

  test("two columns may swap names, and three go round", () => {
    const columns = [column("a", text), column("b", integer), column("c", { kind: "float" })];
    const turned = [column("a", { kind: "float" }), column("b", text), column("c", integer)];

    const { operations, decisions } = diff(post(columns), post(turned), {
      "rename:column:post.a": { rename: "b" },
      "rename:column:post.b": { rename: "c" },
      "rename:column:post.c": { rename: "a" },
    });

    expect(decisions).toEqual([]);
    expect(new Set(kinds(operations))).toEqual(new Set(["renameColumn"]));
  });

  test("the likeliest candidate comes first, and the unlikely are not offered", () => {
    const from = post([column("author_name")]);
    const to = post([
      column("name_of_author"),
      column("published", { kind: "boolean" }, { nullable: true, default: null }),
      column("summary", text, { nullable: true }),
    ]);

    const [decision] = diff(from, to).decisions;

    expect(decision).toMatchObject({ candidates: ["name_of_author", "summary"] });
  });

  test("a table is asked about by the columns that it shares", () => {
    const columns = [column("body"), id(), column("title")];
    const from = of(
      table("post", columns, { primaryKey: ["id"] }),
      table("reply", [id(), column("post_id", integer)], {
        primaryKey: ["id"],
        foreignKeys: [foreignKey(["post_id"], "post")],
      }),
    );
    const to = of(
      table("article", columns, { primaryKey: ["id"] }),
      table("reply", [id(), column("post_id", integer)], {
        primaryKey: ["id"],
        foreignKeys: [foreignKey(["post_id"], "article")],
      }),
    );

    expect(diff(from, to).decisions).toMatchObject([
      { id: "rename:table:post", what: "table", candidates: ["article"] },
    ]);
    expect(diff(from, to, { "rename:table:post": { rename: "article" } })).toEqual({
      operations: [{ op: "renameTable", table: "post", to: "article" }],
      decisions: [],
    });
  });

  test("a table that is split asks about both halves", () => {
    const from = of(
      table("user", [column("city"), id(), column("name"), column("street")], {
        primaryKey: ["id"],
      }),
    );
    const to = of(
      table("address", [column("city"), id(), column("street")], { primaryKey: ["id"] }),
      table("person", [id(), column("name")], { primaryKey: ["id"] }),
    );

    expect(diff(from, to).decisions).toMatchObject([
      { what: "table", from: "user", candidates: ["address", "person"] },
    ]);
  });

  test.each<readonly [string, Answers]>([
    ['"title" can\'t be renamed to "x"', { "rename:column:post.title": { rename: "x" } }],
    ["is no rename", { "rename:column:post.title": { fill: null } }],
    [
      "is no value for existing rows",
      { "fill:post.headline": { rename: null }, "rename:column:post.title": { rename: null } },
    ],
  ])("an answer that doesn't fit is refused: %s", (message, answers) => {
    const compare = () => diffSchemas(title, headline, { answers });

    expect(compare).toThrow(MigrationError);
    expect(compare).toThrow(message);
  });
});

describe("enums", () => {
  const mood = (...values: readonly string[]): SchemaPayload => ({
    enums: [{ name: "mood", values }],
    tables: post([column("mood", { kind: "enum", name: "mood", values })], {
      checks: [{ kind: "values", name: "ck_post_mood", column: "mood", values }],
    }).tables,
  });

  test("a value is added in its place, and the columns and checks follow", () => {
    const { operations, decisions } = diff(mood("b", "d"), mood("a", "b", "c", "d", "e"));

    expect(operations).toEqual([
      { op: "addEnumValue", enum: "mood", value: "e" },
      { op: "addEnumValue", enum: "mood", value: "c", before: "d" },
      { op: "addEnumValue", enum: "mood", value: "a", before: "b" },
    ]);
    expect(decisions).toEqual([]);
  });

  test("a value that goes asks what its rows become", () => {
    expect(diff(mood("a", "b"), mood("a")).decisions).toEqual([
      { kind: "enumMapping", id: "enum:mood", enum: "mood", removed: ["b"] },
    ]);
    const { operations } = diff(mood("a", "b"), mood("a"), {
      "enum:mood": { mapping: { b: "a" } },
    });
    expect(operations).toEqual([
      { op: "swapEnum", enum: "mood", values: ["a"], mapping: { b: "a" } },
    ]);
    expect(() =>
      diffSchemas(mood("a", "b"), mood("a"), { answers: { "enum:mood": { mapping: { b: "z" } } } }),
    ).toThrow(MigrationError);
  });

  test("another order makes the type anew; another name alone renames it", () => {
    expect(diff(mood("a", "b"), mood("b", "a")).operations).toEqual([
      { op: "swapEnum", enum: "mood", values: ["b", "a"] },
    ]);
    const renamed: SchemaPayload = JSON.parse(
      JSON.stringify(mood("a", "b")).replaceAll(
        '"name":"mood","values"',
        '"name":"feeling","values"',
      ),
    );
    expect(kinds(diff(mood("a", "b"), renamed).operations)).toEqual(["renameEnum"]);
  });
});

describe("order", () => {
  test("tables that point in a circle are made first, and their keys after", () => {
    const side = (name: string, other: string): TableIr =>
      table(name, [id(), column("other_id", integer, { nullable: true })], {
        primaryKey: ["id"],
        foreignKeys: [foreignKey(["other_id"], other)],
      });
    const circle = of(side("egg", "hen"), side("hen", "egg"));

    expect(kinds(diff(of(), circle).operations)).toEqual([
      "createTable",
      "createTable",
      "addForeignKey",
    ]);
    expect(kinds(diff(circle, of()).operations)).toEqual([
      "dropForeignKey",
      "dropTable",
      "dropTable",
    ]);
  });

  test("a key makes way while the type on both its ends changes", () => {
    const family = (type: ColumnIr["type"]): SchemaPayload =>
      of(
        table("child", [id(), column("parent_id", type)], {
          primaryKey: ["id"],
          foreignKeys: [foreignKey(["parent_id"], "parent")],
        }),
        table("parent", [column("id", type)], { primaryKey: ["id"] }),
      );

    expect(kinds(diff(family(integer), family({ kind: "uuid" })).operations)).toEqual([
      "dropForeignKey",
      "setType",
      "setType",
      "addForeignKey",
    ]);
  });
});
