import { test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Term } from "./term-models.ts";
import { checkTerms } from "./terms-check.ts";

describeEachDatabase("random expressions and conditions", (db) => {
  useDatabase(db, [Term]);

  test("give what an evaluator in TypeScript gives, NULLs included", {
    timeout: 300_000,
  }, async () => {
    await checkTerms({ tables: 1, rows: 20, runs: 25 });
  });
});
