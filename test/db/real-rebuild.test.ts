/** Every table of real SQLite databases, made anew and back: nothing else of the file is any different. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { translateSqliteError } from "../../src/dialect/sqlite/errors.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { nodeSqliteDriver } from "../../src/driver/node-sqlite.ts";
import { applyOperation } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { TableIr } from "../../src/ir/schema.ts";
import { realSchemaFiles } from "../support/real-schemas.ts";
import { rowsOf } from "./catalog.ts";
import { carryOut } from "./plan-check.ts";

describe("real SQLite tables", () => {
  for (const { name, file, missing } of realSchemaFiles("sqlite")) {
    // The schemas of other projects lie beside the repository; without them there is nothing to read.
    const reason = missing ? ` (skipped: there is no ${file})` : "";

    test.skipIf(missing)(`${name}: made anew one by one${reason}`, async () => {
      const connection = await nodeSqliteDriver({
        file: ":memory:",
        mode: "rwc",
        translate: translateSqliteError,
      }).open();
      await connection.script(readFileSync(file, "utf8"));
      const schema = await sqliteDialect.introspect(connection);
      const before = await look(connection);
      const changed: string[] = [];

      for (const table of schema.tables) {
        const there = change(table);
        if (there === undefined) continue;
        await carryOut(connection, sqliteDialect, schema, [there]);
        expect(await statement(connection, table.name)).toContain("made anew");
        const after = applyOperation(schema, there);
        await carryOut(connection, sqliteDialect, after, [{ ...there, default: null }]);
        changed.push(table.name);
      }

      expect(await look(connection)).toEqual(before);
      expect(changed.length).toBeGreaterThan(schema.tables.length / 2);
      await connection.close();
    });
  }
});

/** A default where there is none. */
function change(table: TableIr): (Operation & { op: "setDefault" }) | undefined {
  const free = table.columns.find(
    ({ name, default: value, generated }) =>
      value === null && generated === null && !table.primaryKey.includes(name),
  );
  if (free === undefined) return undefined;
  const value = { kind: "sql", sql: "'made anew'" } as const;
  return { op: "setDefault", table: table.name, column: free.name, default: value };
}

async function statement(connection: DriverConnection, table: string): Promise<string> {
  const name = table.replaceAll("'", "''");
  const sql = `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '${name}'`;
  return String((await rowsOf(connection, sql))[0]?.[0]);
}

/** Everything that stands in the file: statements, rows, numbers given, keys that point to nothing. */
async function look(connection: DriverConnection): Promise<unknown> {
  const objects = await rowsOf(
    connection,
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name <> 'sqlite_sequence' ORDER BY type, name",
  );
  const tables = await rowsOf(
    connection,
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
  );
  const rows: unknown[] = [];
  for (const [name] of tables) {
    const quoted = `"${String(name).replaceAll('"', '""')}"`;
    rows.push([name, await rowsOf(connection, `SELECT * FROM ${quoted}`)]);
  }
  const has = objects.some(([, , , sql]) => /AUTOINCREMENT/i.test(String(sql)));
  return {
    // The name of a table is written with quotes once it was made anew.
    objects: objects.map(([type, name, table, sql]) => [
      type,
      name,
      table,
      String(sql).replace(
        /^(CREATE TABLE )(?:"((?:[^"]|"")*)"|\[([^\]]*)\]|`([^`]*)`|([\w$]+))/i,
        "$1$2$3$4$5",
      ),
    ]),
    rows,
    numbers: has
      ? await rowsOf(connection, "SELECT name, seq FROM sqlite_sequence WHERE seq > 0 ORDER BY 1")
      : [],
    broken: await rowsOf(connection, "PRAGMA foreign_key_check").catch(String),
  };
}
