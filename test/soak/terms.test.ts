import { test } from "vitest";
import { Term } from "../db/term-models.ts";
import { checkTerms } from "../db/terms-check.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";

describeEachDatabase("random expressions and conditions, for long", (db) => {
  useDatabase(db, [Term]);

  test("give what an evaluator in TypeScript gives", async () => {
    await checkTerms({ tables: 20, rows: 30, runs: 100 });
  });
});
