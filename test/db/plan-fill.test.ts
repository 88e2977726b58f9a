/** What rows get in a column that takes no NULL: once, with nothing left behind. */
import { expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { applyOperations } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { DefaultIr } from "../../src/ir/schema.ts";
import { column, id, schema, table, text } from "../unit/ddl/ir.ts";
import { rowsOf } from "./catalog.ts";
import { carryOut, comparable, make } from "./plan-check.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };
const before = schema([
  table("item", [id(), column("name", text, { nullable: true })], { primaryKey: ["id"] }),
]).payload;

const fills: readonly (readonly [string, DefaultIr, string])[] = [
  ["a value", { kind: "literal", value: "it's" }, "it's"],
  ["an expression", { kind: "sql", sql: "upper('x')" }, "X"],
];
const changes = (fill: DefaultIr): readonly (readonly [string, Operation])[] => [
  ["a new column", { op: "addColumn", table: "item", column: column("label", text), fill }],
  [
    "a column that had NULLs",
    { op: "setNullable", table: "item", column: "name", nullable: false, fill },
  ],
];

describeEachSchemaDatabase("existing rows get", (db) => {
  const dialect = dialects[db.name];
  const cases = fills.flatMap(([what, fill, value]) =>
    changes(fill).flatMap(([where, operation]) =>
      [0, 3].map(
        (rows) => [`${what} in ${where} of ${rows} rows`, operation, value, rows] as const,
      ),
    ),
  );

  test.for(cases)("%s", async ([, operation, value, rows]) => {
    const connection = await db.empty();
    await make(connection, dialect, before);
    for (let row = 0; row < rows; row += 1) {
      await connection.script("INSERT INTO item (name) VALUES (NULL)");
    }

    await carryOut(connection, dialect, before, [operation]);

    const name = operation.op === "addColumn" ? "label" : "name";
    expect(await rowsOf(connection, `SELECT ${name} FROM item`)).toEqual(
      Array.from({ length: rows }, () => [value]),
    );
    const fresh = await db.empty();
    await make(fresh, dialect, applyOperations(before, [operation]));
    const catalog = comparable(await dialect.introspect(connection));
    expect(catalog).toEqual(comparable(await dialect.introspect(fresh)));
    expect(JSON.stringify(catalog)).not.toContain('"value":');
    const insert = async () =>
      connection.script(`INSERT INTO item (id, ${name}) VALUES (99, NULL)`);
    await expect(insert()).rejects.toThrow(/not.null/i);
  });
});
