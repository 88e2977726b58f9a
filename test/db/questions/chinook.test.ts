/** Questions on a real schema: the answers of queries are those of SQL by hand. */
import { afterAll, beforeAll, test } from "vitest";
import { clearRegistry, connect, resetEngine } from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { realSchema, runScript } from "../../support/real-schemas.ts";
import { asked, expectSame } from "./answers.ts";
import { type Chinook, chinook } from "./chinook.ts";
import { chinookHardQuestions } from "./chinook-hard-questions.ts";
import { chinookQuestions } from "./chinook-questions.ts";
import { chinookWindowQuestions } from "./chinook-window-questions.ts";

describeEachDatabase(
  "Chinook",
  (db) => {
    let models: Chinook;

    beforeAll(async () => {
      clearRegistry();
      models = chinook(db.backend);
      await runScript(db.url, realSchema(`${db.backend}/chinook`));
      await connect(db.url, { implicitRouting: "allow" });
    });
    afterAll(resetEngine);

    test.for([...chinookQuestions, ...chinookWindowQuestions, ...chinookHardQuestions])(
      "$text",
      async ({ ask, sql }) => {
        const names =
          db.backend === "postgres"
            ? sql
            : sql.replace(/"(\w+)"/g, (_, name) => `"${pascal(name)}"`);

        await expectSame(db, await ask(models), names);
      },
    );
  },
  asked,
);

function pascal(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
