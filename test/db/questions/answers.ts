/** Comparing the answers of queries with those of SQL by hand. */
import { expect } from "vitest";
import { Decimal } from "../../../src/index.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { noRealSchemas, readByHand } from "../../support/real-schemas.ts";

/** Where the questions can be asked. */
export const asked = {
  only: noRealSchemas === undefined ? (["node:sqlite file", "postgres"] as const) : [],
  because: noRealSchemas ?? "a database in memory can't be asked by hand",
};

const letters: Readonly<Record<string, string>> = { year: "%Y", month: "%m", weekday: "%w" };

/**
 * Runs the SQL by hand and compares. `:year(…)`, `:month(…)`, `:weekday(…)` and `:days(later, earlier)` are
 * spelled for each database.
 */
export async function expectSame(
  db: TestDatabase,
  rows: readonly object[],
  sql: string,
): Promise<void> {
  const parts = sql
    .replace(/:(year|month|weekday)\(([^)]+)\)/g, (_, part: string, column: string) =>
      db.backend === "postgres"
        ? `extract(${part === "weekday" ? "dow" : part} from ${column})`
        : `cast(strftime('${letters[part]}', ${column}) as integer)`,
    )
    .replace(/:days\(([^,]+),((?:[^()]|\([^()]*\))+)\)/g, (_, later: string, earlier: string) =>
      db.backend === "postgres"
        ? `(extract(epoch from ${later}) - extract(epoch from ${earlier})) / 86400`
        : `(julianday(${later}) - julianday(${earlier}))`,
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
