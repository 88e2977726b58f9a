/** Plans of random schema changes, carried out on real databases. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { richArbitrary } from "../unit/migration/rich-schemas.ts";
import { schemaArbitrary } from "../unit/migration/schemas.ts";
import { rowsOf } from "./catalog.ts";
import { carryOut, checkChange, comment, makeCommented } from "./plan-check.ts";
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

  test("do so with expressions, options of keys and tables, and constraints of their own names", async () => {
    const rich = richArbitrary(db.name === "postgres");
    await fc.assert(
      fc.asyncProperty(rich, rich, (from, to) => checkChange(db, dialect, from, to)),
      { numRuns: Number(process.env["FERRO_PLAN_RUNS"] ?? 15) },
    );
  }, 120_000);

  test.runIf(db.name === "sqlite")(
    "lead there by the tables' own statements, too, and leave what was written in them (PostgreSQL keeps none)",
    async () => {
      let kept = 0;
      await fc.assert(
        fc.asyncProperty(schemaArbitrary, schemaArbitrary, async (from, to) => {
          await checkChange(db, dialect, from, to, makeCommented);
          const connection = await db.empty();
          await makeCommented(connection, dialect, from);
          await carryOut(connection, dialect, from, diffSchemas(from, to).operations);
          const sql = "SELECT sql FROM sqlite_schema WHERE type = 'table'";
          kept += (await rowsOf(connection, sql)).filter(([text]) =>
            String(text).includes(comment),
          ).length;
          await connection.close();
        }),
        { numRuns: Number(process.env["FERRO_PLAN_RUNS"] ?? 25) },
      );
      expect(kept).toBeGreaterThan(0);
    },
    120_000,
  );
});
