/** The random schema changes of test/db/plan*.test.ts, 2,000 of each kind on each database. */
import fc from "fast-check";
import { test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { checkChange } from "../db/plan-check.ts";
import { checkInverse } from "../db/plan-inverse.ts";
import { checkRows } from "../db/plan-rows.ts";
import { describeEachSchemaDatabase } from "../db/schema-database.ts";
import { calmArbitrary } from "../unit/migration/calm-schemas.ts";
import { richArbitrary } from "../unit/migration/rich-schemas.ts";
import { schemaArbitrary } from "../unit/migration/schemas.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };
const numRuns = Number(process.env["FERRO_SOAK_RUNS"] ?? 2000);
const hours = 4 * 3_600_000;

describeEachSchemaDatabase("2,000 schema changes", (db) => {
  const dialect = dialects[db.name];
  const kinds = [
    ["lead to the catalog of a database made fresh", schemaArbitrary, checkChange],
    ["do so with expressions and options", richArbitrary(db.name === "postgres"), checkChange],
    ["keep every row", calmArbitrary, checkRows],
    ["go up, down and up again", schemaArbitrary, checkInverse],
  ] as const;

  for (const [name, arbitrary, check] of kinds) {
    test(
      name,
      async () => {
        await fc.assert(
          fc.asyncProperty(arbitrary, arbitrary, (from, to) => check(db, dialect, from, to)),
          { numRuns },
        );
      },
      hours,
    );
  }
});
