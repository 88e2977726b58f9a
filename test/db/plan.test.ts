/** Plans of random schema changes, carried out on real databases. */
import fc from "fast-check";
import { test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { schemaArbitrary } from "../unit/migration/schemas.ts";
import { checkChange } from "./plan-check.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };

describeEachSchemaDatabase("plans", (db) => {
  const dialect = dialects[db.name];

  test("lead to the catalog of a database made fresh", async () => {
    await fc.assert(
      fc.asyncProperty(schemaArbitrary, schemaArbitrary, (from, to) =>
        checkChange(db, dialect, from, to),
      ),
      { numRuns: Number(process.env["FERRO_PLAN_RUNS"] ?? 25) },
    );
  }, 120_000);
});
