/** Thirty questions on real schemas: the answers of queries are those of SQL by hand. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, Decimal, resetEngine } from "../../../src/index.ts";
import { describeEachDatabase, type TestDatabase } from "../../support/databases.ts";
import { noRealSchemas, readByHand, realSchema, runScript } from "../../support/real-schemas.ts";
import { chinook } from "./chinook.ts";
import { chinookQuestions } from "./chinook-questions.ts";
import { fillShop, shopScript } from "./pagila-data.ts";
import { pagilaQuestions } from "./pagila-questions.ts";

const because = noRealSchemas ?? "a database in memory can't be asked by hand";
const only = noRealSchemas === undefined ? (["node:sqlite file", "postgres"] as const) : [];

describeEachDatabase(
  "Chinook",
  (db) => {
    const models = chinook(db.backend);

    beforeAll(async () => {
      await runScript(db.url, realSchema(`${db.backend}/chinook`));
      await connect(db.url, { implicitRouting: "allow" });
    });
    afterAll(resetEngine);

    test.for(chinookQuestions)("$text", async ({ ask, sql }) => {
      const names =
        db.backend === "postgres" ? sql : sql.replace(/"(\w+)"/g, (_, name) => `"${pascal(name)}"`);

      await expectSame(db, await ask(models), names);
    });
  },
  { only, because },
);

describeEachDatabase(
  "Pagila",
  (db) => {
    beforeAll(async () => {
      await runScript(
        db.url,
        realSchema(db.backend === "postgres" ? "postgres/pagila-3.1" : "sqlite/sakila"),
      );
      await runScript(db.url, shopScript);
      await connect(db.url, { implicitRouting: "allow" });
      await fillShop();
    });
    afterAll(resetEngine);

    test.for(pagilaQuestions)("$text", async ({ ask, sql }) => {
      await expectSame(db, await ask(undefined), sql);
    });
  },
  { only, because },
);

async function expectSame(db: TestDatabase, rows: readonly object[], sql: string): Promise<void> {
  const parts = sql.replace(/:(year|month)\(([^)]+)\)/g, (_, part: string, column: string) =>
    db.backend === "postgres"
      ? `extract(${part} from ${column})`
      : `cast(strftime('${part === "year" ? "%Y" : "%m"}', ${column}) as integer)`,
  );
  const expected = await readByHand(db.url, parts);

  expect(expected.length).toBeGreaterThan(0);
  expect(rows.map(plain)).toEqual(expected.map(plain));
}

/** A row's values; numbers of every kind as numbers with four digits, since a driver gives some as text or as sums of floats. */
function plain(row: object): unknown[] {
  return Object.values(row).map((value) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Decimal || typeof value === "bigint")
      return Number(Number(value).toFixed(4));
    const isNumber = typeof value === "number" || /^-?\d+(\.\d+)?$/.test(String(value));
    return isNumber ? Number(Number(value).toFixed(4)) : value;
  });
}

function pascal(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
