import { test } from "vitest";
import { Term } from "../db/term-models.ts";
import { checkTerms } from "../db/terms-check.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";

describeEachDatabase("random expressions and conditions, for long", (db) => {
  useDatabase(db, [Term]);

  // Two thousand runs of 240 evaluations: minutes on an idle machine, far more on a busy one.
  test("give what an evaluator in TypeScript gives", { timeout: 3_600_000 }, async () => {
    await checkTerms({ tables: 20, rows: 30, runs: 100 });
  });
});
