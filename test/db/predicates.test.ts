/** Predicates mean the same on every database, and what a plain evaluator says. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import type { Predicate, Query } from "../../src/ir/query.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { usePlanner } from "../support/use-planner.ts";
import { column, insert, integer, where } from "../unit/ir/build.ts";
import { claim, type Name, rows, types } from "./claims.ts";

describeEachDatabase("predicates", (db) => {
  const dialect = db.backend === "sqlite" ? sqliteDialect : postgresDialect;
  const database = usePlanner(
    db,
    `create table t (id integer primary key, ${Object.entries(types)
      .map(([name, type]) => `${name} ${dialect.ddl.columnType(type)}`)
      .join(", ")})`,
  );

  beforeAll(async () => {
    const names = Object.keys(types) as Name[];
    const columns = [
      { column: "id", type: integer },
      ...names.map((name) => ({ column: name, type: types[name] })),
    ];
    const values = rows.flatMap((row) => [row.id, ...names.map((name) => row[name])]);
    await database().run(insert({ table: "t", columns, rows: rows.length }), values);
  });

  async function found(predicate: Predicate, values: readonly unknown[]): Promise<number[]> {
    const query: Query = {
      ...where(predicate),
      from: { table: "t", alias: "t" },
      columns: [column("id", integer, { source: "t" })],
    };
    const { rows: result } = await database().run(query, values);
    return result.map(([id]) => Number(id)).sort((left, right) => left - right);
  }

  test("say of every row what a plain evaluator says, NULLs included", {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(claim, async ({ predicate, values, holds }) => {
        const expected = rows.filter(holds).map(({ id }) => id);
        expect(await found(predicate, values)).toEqual(expected);
      }),
      { numRuns: 700 },
    );
  });

  test("have an exact complement", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(claim, async ({ predicate, values }) => {
        const all = [
          ...(await found(predicate, values)),
          ...(await found({ kind: "not", operand: predicate }, values)),
        ];
        expect(all.sort((left, right) => left - right)).toEqual(rows.map(({ id }) => id));
      }),
      { numRuns: 200 },
    );
  });
});
