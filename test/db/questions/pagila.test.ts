/** Questions on a real schema: the answers of queries are those of SQL by hand. */
import { afterAll, beforeAll, test } from "vitest";
import { connect, resetEngine } from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { realSchema, runScript } from "../../support/real-schemas.ts";
import { asked, expectSame } from "./answers.ts";
import { fillShop, shopScript } from "./pagila-data.ts";
import { pagilaHardQuestions } from "./pagila-hard-questions.ts";
import { pagilaQuestions } from "./pagila-questions.ts";

describeEachDatabase(
  "Pagila",
  (db) => {
    beforeAll(async () => {
      await runScript(
        db.url,
        realSchema(db.backend === "postgres" ? "postgres/pagila-3.1" : "sqlite/sakila"),
      );
      // Sakila's payments have a column more than Pagila's.
      if (db.backend === "sqlite") {
        await runScript(db.url, "alter table payment alter column last_update drop not null");
      }
      await runScript(db.url, shopScript);
      await connect(db.url, { implicitRouting: "allow" });
      await fillShop();
    });
    afterAll(resetEngine);

    test.for([...pagilaQuestions, ...pagilaHardQuestions])("$text", async ({ ask, sql }) => {
      await expectSame(db, await ask(undefined), sql);
    });
  },
  asked,
);
