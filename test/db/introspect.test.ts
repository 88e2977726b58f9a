/** What is created from a schema reads back as that schema. */
import { expect, test, vi } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import type { TableIr } from "../../src/ir/schema.ts";
import type { StorageType } from "../../src/ir/type.ts";
import { createMissing } from "../../src/migration/create.ts";
import { introspect } from "../../src/migration/introspect.ts";
import { bigSchema } from "../support/big-schema.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../unit/ddl/ir.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const mood = { kind: "enum", name: "mood", values: ["so so", "it's"] } as const;
const literal = (value: string | number | boolean) => ({
  default: { kind: "literal", value } as const,
});

describeEachSchemaDatabase("introspect", (db) => {
  const dialect = db.name === "sqlite" ? sqliteDialect : postgresDialect;
  const uuid: StorageType = { kind: "uuid" };
  const people = table(
    "person",
    [
      column("age", { kind: "integer", dbType: "smallint" }, literal(-1)),
      column("born", { kind: "timestamptz", host: "date" }, { default: now }),
      column("code", { kind: "text", dbType: "varchar(8)" }, { nullable: true }),
      column("double", integer, {
        nullable: true,
        generated: { sql: `"age" * 2`, stored: true },
      }),
      id(),
      column("mood", mood, literal("it's")),
      column("name", text, literal("it's \\ a 'name'")),
      column("token", uuid),
      column("wise", { kind: "boolean" }, literal(true)),
    ],
    {
      primaryKey: ["id"],
      uniques: [
        { name: "person_token_key", columns: ["token"], inline: true },
        { name: "uq_person_code_token", columns: ["code", "token"], inline: false },
      ],
      indexes: [{ name: "idx_person_name", columns: ["name"] }],
      checks: [
        { kind: "sql", name: "ck_person_age", sql: "age > 0" },
        { kind: "values", name: "ck_person_code", column: "code", values: ["a", "it's"] },
      ],
    },
  );
  const pets = table(
    "pet",
    [column("a", integer), column("b", text), column("owner_id", integer)],
    {
      primaryKey: ["b", "a"],
      foreignKeys: [
        foreignKey(["owner_id"], "person", {
          name: "pet_owner_id_fkey",
          onDelete: "SET NULL",
          onUpdate: "CASCADE",
        }),
      ],
    },
  );

  test("gives what was created", async () => {
    const connection = await db.empty();
    await createMissing(connection, schema([people, pets], [enumOf(mood)]), db.ddl);

    const { tables, enums } = await introspect(connection, dialect);

    expect(tables.map(withoutPositions)).toEqual([people, pets].map(asDeclared));
    expect(enums).toEqual(db.name === "sqlite" ? [] : [enumOf(mood)]);
    expect(connection.state).toBe("idle");
  });

  test("reads inside an open transaction, and leaves it open", async () => {
    const connection = await db.empty();
    await connection.script("BEGIN");
    await connection.script("CREATE TABLE t (a integer)");

    const { tables } = await introspect(connection, dialect);

    expect(tables.map(({ name }) => name)).toEqual(["t"]);
    expect(connection.state).toBe("inTransaction");
    await connection.script("CREATE TABLE u (a integer)");
    await connection.script("ROLLBACK");
    expect((await introspect(connection, dialect)).tables).toEqual([]);
  });

  test("asks the catalog as often for two hundred tables as for five", {
    timeout: 180_000,
  }, async () => {
    const counted: number[] = [];
    for (const count of [5, 200]) {
      const connection = await db.empty();
      await connection.script(bigSchema(db.name, count));
      const queries = vi.spyOn(connection, "query");

      const { tables } = await introspect(connection, dialect);

      expect(tables.length).toBe(count);
      counted.push(queries.mock.calls.length);
    }
    expect(counted[1]).toBe(counted[0]);
    expect(counted[0]).toBeLessThanOrEqual(16);
  });

  test("gives comments, and keys of indexes, of many tables", async () => {
    const connection = await db.empty();
    await connection.script(bigSchema(db.name, 12));

    const { tables } = await introspect(connection, dialect);

    for (const { name, comment, columns, indexes, foreignKeys } of tables) {
      const code = columns.find((each) => each.name === "code");
      const said = db.name === "postgres";
      expect(comment).toBe(said ? `about ${name}` : null);
      expect(code?.comment).toBe(said ? `the code of a ${name}` : null);
      expect(foreignKeys.length).toBe(3);
      expect(indexes.map(({ keys }) => keys)).toEqual([
        [{ expression: "lower(column_2)" }],
        [{ column: "column_0" }, { column: "column_1", descending: true }],
      ]);
    }
  });

  /** A table as a database can tell it: SQLite has no enums and no booleans. */
  function asDeclared(from: TableIr): TableIr {
    if (db.name === "postgres") {
      const generated = { sql: "age * 2", stored: true };
      return {
        ...from,
        columns: from.columns.map((each) =>
          each.generated === null ? each : { ...each, generated },
        ),
      };
    }
    return {
      ...from,
      columns: from.columns.map((each) => {
        if (each.type.kind === "boolean") return { ...each, type: integer, ...literal(1) };
        return each.type.kind === "enum" ? { ...each, type: text } : each;
      }),
    };
  }
});

const now = { kind: "sql", sql: "now()" } as const;

function enumOf({ name, values }: typeof mood) {
  return { name, values };
}

function withoutPositions(from: TableIr): TableIr {
  return {
    ...from,
    columns: from.columns.map(({ position: _, ...each }) => each),
  };
}
