/** One change of each kind of thing that a schema can say, there and back, beside a database made fresh. */
import { describe, expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import type { ReferentialAction, SchemaPayload, TableIr } from "../../src/ir/schema.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../unit/ddl/ir.ts";
import { checkChange } from "./plan-check.ts";
import { describeEachSchemaDatabase, type SchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };

interface Change {
  readonly name: string;
  readonly from: SchemaPayload;
  readonly to: SchemaPayload;
  /** Where the other database has no form for it. */
  readonly only?: SchemaDatabase["name"];
}

const nullable = { nullable: true } as const;
const parent = table("parent", [column("code", text), id(), column("size", integer)], {
  primaryKey: ["id"],
  uniques: [{ name: "uq_parent_code_size", columns: ["code", "size"], inline: false }],
});
const plain = table(
  "item",
  [
    column("a", integer, nullable),
    column("b", text, nullable),
    column("c", text, nullable),
    id(),
    column("parent_id", integer, nullable),
  ],
  { primaryKey: ["id"] },
);

const of = (...tables: readonly TableIr[]): SchemaPayload => schema([...tables, parent]).payload;

/** The plain table, and the same with something more or different. */
function change(
  name: string,
  to: Partial<TableIr>,
  { from = {}, only }: { readonly from?: Partial<TableIr>; readonly only?: Change["only"] } = {},
): Change {
  return {
    name,
    from: of({ ...plain, ...from }),
    to: of({ ...plain, ...to }),
    ...(only !== undefined && { only }),
  };
}

const key = (facts: Parameters<typeof foreignKey>[2] = {}): Partial<TableIr> => ({
  foreignKeys: [foreignKey(["parent_id"], "parent", { name: "fk_item_parent", ...facts })],
});
const index = (facts: Partial<TableIr["indexes"][number]>): Partial<TableIr> => ({
  indexes: [{ name: "idx_item", columns: ["b"], ...facts }],
});
const postgres = { only: "postgres" } as const;
const sqlite = { only: "sqlite" } as const;
const actions: readonly ReferentialAction[] = ["CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT"];

const columns = (...changed: readonly TableIr["columns"][number][]): Partial<TableIr> => ({
  columns: plain.columns.map((each) => changed.find(({ name }) => name === each.name) ?? each),
});

const changes: readonly Change[] = [
  change("a composite primary key", {
    ...columns(column("a", integer), column("b", text), column("id", integer)),
    primaryKey: ["a", "b"],
  }),
  change(
    "the name of a primary key",
    { primaryKeyName: "item_key" },
    { ...postgres, from: { primaryKeyName: "key_of_item" } },
  ),
  change("a composite unique", {
    uniques: [{ name: "uq_item_a_b", columns: ["a", "b"], inline: false }],
  }),
  change("a named unique constraint", {
    uniques: [{ name: "uq_item_a", columns: ["a", "b"], inline: false, constraint: true }],
  }),
  change("a composite foreign key", {
    foreignKeys: [
      foreignKey(["b", "a"], "parent", {
        name: "fk_item_pair",
        referencedColumns: ["code", "size"],
      }),
    ],
  }),
  change("a key to the table itself", {
    foreignKeys: [foreignKey(["parent_id"], "item", { name: "fk_item_item" })],
  }),
  {
    name: "keys in a circle",
    from: schema([parent]).payload,
    to: schema(
      [
        ["left", "right"],
        ["right", "left"],
      ].map(([own = "", other = ""]) =>
        table(own, [id(), column("other", integer, nullable)], {
          primaryKey: ["id"],
          foreignKeys: [foreignKey(["other"], other, { name: `fk_${own}` })],
        }),
      ),
    ).payload,
  },
  ...actions.flatMap((action) => [
    change(`ON DELETE ${action}`, key({ onDelete: action }), {
      from: key({ onDelete: "NO ACTION" }),
    }),
    change(`ON UPDATE ${action}`, key({ onUpdate: action }), { from: key() }),
  ]),
  change(
    "the columns that ON DELETE SET NULL touches",
    key({ onDelete: "SET NULL", setColumns: ["parent_id"] }),
    {
      ...postgres,
      from: key({ onDelete: "SET NULL" }),
    },
  ),
  change("DEFERRABLE", key({ deferrable: "immediate" }), { from: key() }),
  change("INITIALLY DEFERRED", key({ deferrable: "deferred" }), {
    from: key({ deferrable: "immediate" }),
  }),
  change(
    "a deferrable unique",
    {
      uniques: [
        {
          name: "uq_item_a",
          columns: ["a"],
          inline: false,
          constraint: true,
          deferrable: "deferred",
        },
      ],
    },
    postgres,
  ),
  change("MATCH FULL", key({ match: "FULL" }), { ...postgres, from: key() }),
  change("a name of a foreign key's own", key({ named: true }), { from: key() }),
  change("a foreign key for new rows alone", key({ notValid: true, named: true }), postgres),
  change(
    "NULLS NOT DISTINCT",
    {
      uniques: [
        { name: "uq_item_a_b", columns: ["a", "b"], inline: false, nullsNotDistinct: true },
      ],
    },
    postgres,
  ),
  change(
    "what a unique carries along",
    {
      uniques: [
        { name: "uq_item_a", columns: ["a"], inline: false, constraint: true, include: ["b"] },
      ],
    },
    postgres,
  ),
  change("a partial index", index({ where: "a > 3" }), { from: index({}) }),
  change("another condition of an index", index({ where: "a > 3" }), {
    from: index({ where: "a > 4" }),
  }),
  change("an index on an expression", index({ columns: [], keys: [{ expression: "lower(b)" }] })),
  change(
    "a unique index on an expression",
    index({
      columns: ["a"],
      keys: [{ column: "a" }, { expression: "upper(c)" }],
      unique: true,
    }),
  ),
  change("a descending key", index({ keys: [{ column: "b", descending: true }] }), {
    from: index({}),
  }),
  change(
    "NULLS LAST and FIRST",
    index({
      columns: ["a", "b"],
      keys: [
        { column: "a", nulls: "first" },
        { column: "b", descending: true, nulls: "last" },
      ],
    }),
    postgres,
  ),
  change("INCLUDE", index({ include: ["c"] }), { ...postgres, from: index({}) }),
  change(
    "an operator class",
    index({ keys: [{ column: "b", operatorClass: "text_pattern_ops" }] }),
    {
      ...postgres,
      from: index({}),
    },
  ),
  change(
    "the collation of a key (PostgreSQL)",
    index({ keys: [{ column: "b", collation: "C" }] }),
    {
      ...postgres,
      from: index({}),
    },
  ),
  change(
    "the collation of a key (SQLite)",
    index({ keys: [{ column: "b", collation: "NOCASE" }] }),
    {
      ...sqlite,
      from: index({}),
    },
  ),
  change("an index method", index({ method: "hash" }), { ...postgres, from: index({}) }),
  change("WITH options", index({ options: "fillfactor='70'" }), { ...postgres, from: index({}) }),
  change(
    "an exclusion",
    {
      excludes: [{ name: "ex_item", definition: "EXCLUDE USING btree (a WITH =)" }],
    },
    postgres,
  ),
  change(
    "a check that children don't inherit",
    {
      checks: [{ kind: "sql", name: "ck_item", sql: "a > 0", noInherit: true }],
    },
    postgres,
  ),
  change(
    "another expression of a check",
    { checks: [{ kind: "sql", name: "ck", sql: "a > 0" }] },
    {
      from: { checks: [{ kind: "sql", name: "ck", sql: "a > 1" }] },
    },
  ),
  change(
    "the collation of a column (PostgreSQL)",
    columns(column("b", text, { ...nullable, collation: "C" })),
    postgres,
  ),
  change(
    "the collation of a column (SQLite)",
    columns(column("b", text, { ...nullable, collation: "NOCASE" })),
    sqlite,
  ),
  change(
    "a stored expression",
    columns(column("a", integer, { ...nullable, generated: { sql: "id * 2", stored: true } })),
  ),
  change(
    "another stored expression",
    columns(column("a", integer, { ...nullable, generated: { sql: "id * 2", stored: true } })),
    {
      from: columns(
        column("a", integer, { ...nullable, generated: { sql: "id * 3", stored: true } }),
      ),
    },
  ),
  change(
    "a default in SQL",
    columns(column("b", text, { ...nullable, default: { kind: "sql", sql: "lower('X')" } })),
  ),
  change(
    "comments",
    {
      comment: "what it is",
      ...columns(column("b", text, { ...nullable, comment: "what it holds" })),
    },
    postgres,
  ),
  change("STRICT", { strict: true }, sqlite),
  change(
    "WITHOUT ROWID",
    {
      ...columns(column("id", integer)),
      withoutRowid: true,
    },
    { ...sqlite, from: columns(column("id", integer)) },
  ),
  change(
    "STRICT and WITHOUT ROWID",
    {
      ...columns(column("id", integer)),
      strict: true,
      withoutRowid: true,
    },
    { ...sqlite, from: { ...columns(column("id", integer)), strict: true } },
  ),
  change("UNLOGGED", { unlogged: true }, postgres),
  {
    name: "UNLOGGED tables that point to each other",
    only: "postgres",
    from: of({ ...plain, ...key() }),
    to: schema([
      { ...plain, ...key(), unlogged: true },
      { ...parent, unlogged: true },
    ]).payload,
  },
];

describeEachSchemaDatabase("a change of one kind", (db) => {
  const here = changes.filter(({ only }) => only === undefined || only === db.name);

  test.for(here.map((each) => [each.name, each] as const))("%s", async ([, { from, to }]) => {
    expect(diffSchemas(from, to).operations.length).toBeGreaterThan(0);

    await checkChange(db, dialects[db.name], from, to);
    await checkChange(db, dialects[db.name], to, from);
  });
});

describe("what no operation leads to", () => {
  test("a partitioned table stays as it is partitioned", () => {
    const from = of({ ...plain, partitionBy: "RANGE (a)" });

    expect(() => diffSchemas(from, of(plain))).toThrow(
      'how table "item" is partitioned can\'t be changed',
    );
  });
});
