/** A schema, and operations of every kind that fit it: what branches may hold. */
import type { Operation } from "../../../src/ir/migration.ts";
import type { SchemaPayload, TableIr } from "../../../src/ir/schema.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../ddl/ir.ts";

const mood = { kind: "enum", name: "mood", values: ["ok", "bad", "odd"] } as const;
const spare = { kind: "enum", name: "spare", values: ["a", "b"] } as const;
const nullable = { nullable: true } as const;

/** Two tables of one build, so that operations meet on one and pass by on the other. */
function item(name: string): TableIr {
  return table(
    name,
    [
      column("amount", integer, { default: { kind: "literal", value: 1 } }),
      column("code", text),
      id(),
      column("doubled", integer, {
        nullable: true,
        generated: { sql: "amount * 2", stored: true },
      }),
      column("label", text, nullable),
      column("mood", mood, { default: { kind: "literal", value: "ok" } }),
      column("note", text, nullable),
      column("parent_id", integer, nullable),
      column("size", integer, nullable),
    ].sort((a, b) => (a.name < b.name ? -1 : 1)),
    {
      primaryKey: ["id"],
      comment: "a thing",
      foreignKeys: [foreignKey(["parent_id"], "parent", { name: `fk_${name}`, named: true })],
      uniques: [
        { name: `uq_${name}_code`, columns: ["code"], inline: true },
        { name: `uq_${name}_label_size`, columns: ["label", "size"], inline: false },
      ].sort((a, b) => (a.name < b.name ? -1 : 1)),
      indexes: [
        { name: `idx_${name}_label`, columns: ["label"] },
        { name: `idx_${name}_ok`, columns: ["size"], where: "mood <> 'odd'" },
      ],
      checks: [
        { kind: "sql", name: `ck_${name}_late`, sql: "size > 0", notValid: true },
        { kind: "values", name: `ck_${name}_mood`, column: "mood", values: mood.values },
        { kind: "sql", name: `ck_${name}_size`, sql: "size < 100" },
      ],
      excludes: [{ name: `ex_${name}`, definition: "EXCLUDE USING btree (code WITH =)" }],
    },
  );
}

/** What both branches begin with. */
export const begun: SchemaPayload = {
  ...schema([
    item("one"),
    table("keyed", [column("code", text), column("name", text, nullable)], {
      primaryKey: ["code"],
    }),
    table("keyless", [column("x", integer), column("y", integer, nullable)]),
    table("lone", [id(), column("note", text, nullable)], { primaryKey: ["id"] }),
    table("parent", [column("code", text), id()], {
      primaryKey: ["id"],
      uniques: [{ name: "uq_parent_code", columns: ["code"], inline: true }],
    }),
    item("two"),
  ]).payload,
  enums: [
    { name: "mood", values: mood.values },
    { name: "spare", values: spare.values },
  ],
  objects: [{ kind: "sequence", name: "counted", sql: 'CREATE SEQUENCE "counted"' }],
};
(begun.tables as TableIr[]).sort((a, b) => (a.name < b.name ? -1 : 1));

/** Operations on one of the two tables. */
function onItem(name: string): readonly Operation[] {
  const at = { table: name };
  return [
    { op: "renameTable", ...at, to: `${name}_renamed` },
    { op: "setTableComment", ...at, comment: "another" },
    { op: "setTableOptions", ...at, unlogged: true },
    { op: "addColumn", ...at, column: column("fresh", integer, nullable) },
    { op: "addColumn", ...at, column: column("feeling", mood, nullable) },
    {
      op: "addColumn",
      ...at,
      column: column("tripled", integer, {
        nullable: true,
        generated: { sql: "size * 3", stored: false },
      }),
    },
    { op: "dropColumn", ...at, column: "note" },
    { op: "renameColumn", ...at, column: "label", to: "title" },
    { op: "renameColumn", ...at, column: "amount", to: "count" },
    { op: "setType", ...at, column: "note", type: { kind: "text", dbType: "varchar(40)" } },
    { op: "setType", ...at, column: "size", type: { kind: "bigint" } },
    { op: "setNullable", ...at, column: "code", nullable: true },
    { op: "setNullable", ...at, column: "note", nullable: false },
    { op: "setDefault", ...at, column: "mood", default: { kind: "literal", value: "bad" } },
    { op: "setDefault", ...at, column: "size", default: { kind: "literal", value: 7 } },
    { op: "setGenerated", ...at, column: "doubled", generated: null },
    { op: "setNumbering", ...at, column: "id", autoincrement: false },
    { op: "setColumnComment", ...at, column: "note", comment: "what was said" },
    { op: "dropPrimaryKey", ...at },
    {
      op: "addUnique",
      ...at,
      unique: { name: `uq_${name}_note`, columns: ["note"], inline: true },
    },
    { op: "dropUnique", ...at, name: `uq_${name}_code` },
    { op: "dropUnique", ...at, name: `uq_${name}_label_size` },
    { op: "addCheck", ...at, check: { kind: "sql", name: `ck_${name}_new`, sql: "size <> 13" } },
    { op: "dropCheck", ...at, name: `ck_${name}_size` },
    {
      op: "addForeignKey",
      ...at,
      foreignKey: foreignKey(["note"], "keyed", { referencedColumns: ["code"] }),
    },
    {
      op: "addForeignKey",
      ...at,
      foreignKey: foreignKey(["label"], "parent", { referencedColumns: ["code"] }),
    },
    { op: "dropForeignKey", ...at, name: `fk_${name}` },
    {
      op: "addExclude",
      ...at,
      exclude: { name: `ex_${name}_size`, definition: "EXCLUDE USING btree (size WITH =)" },
    },
    { op: "dropExclude", ...at, name: `ex_${name}` },
    { op: "renameConstraint", ...at, name: `ck_${name}_size`, to: `ck_${name}_small` },
    { op: "renameConstraint", ...at, name: `fk_${name}`, to: `fk_${name}_parent` },
    { op: "renameConstraint", ...at, name: `${name}_pkey`, to: `${name}_key` },
    { op: "validate", ...at, name: `ck_${name}_late` },
    { op: "createIndex", ...at, index: { name: `idx_${name}_note`, columns: ["note"] } },
    {
      op: "createIndex",
      ...at,
      index: { name: `idx_${name}_big`, columns: ["label"], where: "size > 10" },
    },
    {
      op: "createIndex",
      ...at,
      index: { name: `${name}_search`, columns: ["note"], fullText: "english" },
    },
    { op: "dropIndex", ...at, name: `idx_${name}_label` },
    { op: "renameIndex", ...at, name: `idx_${name}_label`, to: `idx_${name}_called` },
    { op: "backfill", ...at, set: { note: "'filled'" }, where: "note is null" },
  ];
}

/** Of the second table only those that differ by their table alone. */
const passingBy: ReadonlySet<Operation["op"]> = new Set([
  "renameTable",
  "addColumn",
  "dropColumn",
  "setDefault",
  "dropPrimaryKey",
  "addUnique",
  "addForeignKey",
  "dropForeignKey",
  "createIndex",
  "renameConstraint",
  "backfill",
]);

/** One operation or several of each kind, each of which fits {@link begun}. */
export const operations: readonly Operation[] = [
  ...onItem("one"),
  ...onItem("two").filter(({ op }) => passingBy.has(op)),
  {
    op: "createTable",
    table: table("fresh", [id(), column("note", text)], { primaryKey: ["id"] }),
  },
  {
    op: "createTable",
    table: table("pointing", [id(), column("feeling", mood), column("parent_id", integer)], {
      primaryKey: ["id"],
      foreignKeys: [foreignKey(["parent_id"], "parent")],
    }),
  },
  { op: "dropTable", table: "lone" },
  { op: "renameTable", table: "parent", to: "elder" },
  { op: "renameColumn", table: "parent", column: "code", to: "mark" },
  { op: "addPrimaryKey", table: "keyless", columns: ["x"] },
  { op: "addPrimaryKey", table: "keyless", columns: ["x", "y"], name: "keyless_both" },
  { op: "setNullable", table: "keyless", column: "y", nullable: false },
  { op: "dropUnique", table: "parent", name: "uq_parent_code" },
  { op: "dropPrimaryKey", table: "keyed" },
  { op: "createEnum", enum: { name: "fresh", values: ["x"] } },
  { op: "createEnum", enum: { name: "colour", values: ["red"] } },
  { op: "dropEnum", name: "spare" },
  { op: "renameEnum", name: "mood", to: "temper" },
  { op: "renameEnum", name: "spare", to: "extra" },
  { op: "addEnumValue", enum: "mood", value: "fine", before: "bad" },
  { op: "addEnumValue", enum: "spare", value: "c" },
  { op: "renameEnumValue", enum: "mood", value: "bad", to: "ill" },
  { op: "swapEnum", enum: "mood", values: ["odd", "bad", "ok"] },
  { op: "swapEnum", enum: "spare", values: ["b", "a"] },
  { op: "createObject", object: { kind: "sequence", name: "more", sql: 'CREATE SEQUENCE "more"' } },
  { op: "dropObject", object: { kind: "sequence", name: "counted" } },
  {
    op: "replaceable",
    name: "seen",
    sql: "CREATE VIEW seen AS SELECT 1 AS x",
    drop: "DROP VIEW IF EXISTS seen",
  },
  { op: "sql", postgres: "SELECT 1", sqlite: "SELECT 1" },
  { op: "data", name: "by hand" },
];

/** An operation in a few words, for the title of a test. */
export function told(operation: Operation): string {
  const { op, ...rest } = operation;
  const names = Object.values(rest).map((value) =>
    typeof value === "object" && value !== null && "name" in value ? value.name : value,
  );
  return [op, ...names.filter((name) => typeof name === "string")].join(" ");
}
