/** A database that another tool made is no different from the models by its spelling alone. */
import { expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { canonicalSchema } from "../../src/ir/canonical.ts";
import type { SchemaPayload } from "../../src/ir/schema.ts";
import { alignSchema } from "../../src/migration/align.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../unit/ddl/ir.ts";
import { make } from "./plan-check.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };

const owner = table("owner", [id()], { primaryKey: ["id"] });
const wanted = schema([
  owner,
  table(
    "thing",
    [
      column("amount", { kind: "decimal", precision: 10, scale: 2 }, { nullable: true }),
      column("code", { kind: "text", dbType: "varchar(40)" }),
      column("count", { kind: "bigint" }, { default: { kind: "literal", value: 0 } }),
      id(),
      column("kind", text, { nullable: true }),
      column("owner_id", integer),
      column("weight", { kind: "float" }, { nullable: true }),
    ],
    {
      primaryKey: ["id"],
      foreignKeys: [foreignKey(["owner_id"], "owner")],
      uniques: [{ name: "uq_thing_code", columns: ["code"], inline: true }],
      indexes: [
        { name: "idx_kind", columns: ["kind"], where: "kind in ('a', 'b') and count <> 0" },
      ],
      checks: [
        { kind: "sql", name: "ranged", sql: "count between 0 and 9" },
        { kind: "sql", name: "listed", sql: "kind in ('a', 'b')" },
      ],
    },
  ),
]).payload;

const foreign = {
  sqlite: `
    CREATE TABLE owner (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL);
    CREATE TABLE "thing" (
      "id" INTEGER NOT NULL CONSTRAINT "PK_thing" PRIMARY KEY AUTOINCREMENT,
      code VARCHAR(255) NOT NULL, kind CLOB, weight REAL, amount decimal_text,
      count BIGINT NOT NULL DEFAULT 0, owner_id INT NOT NULL,
      CONSTRAINT listed CHECK (kind in ('a', 'b')), CONSTRAINT ranged CHECK (count between 0 and 9),
      CONSTRAINT "FK_owner" FOREIGN KEY (owner_id) REFERENCES owner (id) ON DELETE CASCADE);
    CREATE UNIQUE INDEX "thing_code_unique" ON thing (code);
    CREATE INDEX idx_kind ON thing (kind) WHERE kind in ('a', 'b') and count <> 0;`,
  postgres: `
    CREATE TABLE owner (id serial, CONSTRAINT "PK_owner" PRIMARY KEY (id));
    CREATE TABLE thing (
      id serial PRIMARY KEY, code character varying(40) NOT NULL CONSTRAINT unique_code UNIQUE,
      kind text, weight float8, amount decimal(10, 2), count int8 NOT NULL DEFAULT 0,
      owner_id int4 NOT NULL CONSTRAINT "FK_owner" REFERENCES owner ON DELETE CASCADE,
      CONSTRAINT listed CHECK (kind = ANY (ARRAY['a', 'b'])),
      CONSTRAINT ranged CHECK (count >= 0 AND count <= 9));
    CREATE INDEX idx_kind ON thing USING btree (kind) WHERE kind IN ('a', 'b') AND count <> 0;`,
};

describeEachSchemaDatabase("a database of other spellings", (db) => {
  const dialect = dialects[db.name];

  async function compare(sql: string): Promise<ReturnType<typeof diffSchemas>> {
    const live = await db.empty();
    await live.script(sql);
    const scratch = await db.empty();
    await make(scratch, dialect, wanted);
    const read = async (of: typeof live): Promise<SchemaPayload> =>
      canonicalSchema(await dialect.introspect(of));
    const expected = await read(scratch);
    return diffSchemas(alignSchema(await read(live), expected, dialect), expected);
  }

  test("is no different", async () => {
    expect(await compare(foreign[db.name])).toEqual({ operations: [], decisions: [] });
  });

  test("is different where it means something else", async () => {
    const other = foreign[db.name].replace("weight REAL", "weight TEXT").replace("float8", "text");

    expect((await compare(other)).operations).toMatchObject([
      { op: "setType", table: "thing", column: "weight" },
    ]);
  });
});
