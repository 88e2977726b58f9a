/** All operations of test/db/commute.test.ts that are said to commute, in both orders on each database. */
import { test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { checkOrders, commuting } from "../db/commute-check.ts";
import { describeEachSchemaDatabase } from "../db/schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };

describeEachSchemaDatabase("all operations that commute", (db) => {
  test("give one catalog in either order", { timeout: 3_600_000 }, async () => {
    await checkOrders(db, dialects[db.name], commuting);
  });
});
