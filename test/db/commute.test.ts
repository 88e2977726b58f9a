/** Operations that are said to commute, run in both orders on real databases. */
import { expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { checkOrders, commuting } from "./commute-check.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };

/** The soak runs all of them; here each kind has its turn with some of the others. */
const step = 13;

describeEachSchemaDatabase("operations that commute", (db) => {
  test("give one catalog in either order", { timeout: 300_000 }, async () => {
    const some = commuting.filter((_, at) => at % step === 0);

    expect(new Set(some.flat().map(({ op }) => op)).size).toBeGreaterThanOrEqual(30);
    await checkOrders(db, dialects[db.name], some);
  });
});
