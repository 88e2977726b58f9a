import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { op } from "../../src/migration/op.ts";
import { describeEachDatabase } from "../support/databases.ts";
import {
  inProject,
  one,
  upgradeAtOnce,
  upgradeKilled,
  upgradeKilledInside,
} from "../support/ferro-runs.ts";

describeEachDatabase(
  "ferro as many processes",
  (db) => {
    test("eight upgrade one database at once, five times over", async () => {
      for (let round = 0; round < 5; round += 1) await upgradeAtOnce(db.url, 8);
    });

    test("killed at any segment, the same command completes it", () =>
      upgradeKilled(db.url, (all) => all));

    test("killed inside its segments, over and over, it gets through in the end", async () => {
      expect(await upgradeKilledInside(db.url)).toBeGreaterThan(0);
    });

    test("a million rows, killed over and over, and each is changed once", async () => {
      await inProject(db.url, async (project) => {
        const up = [
          op.createTable("t", {
            columns: [
              { name: "id", type: "integer" },
              { name: "n", type: "integer", default: 0 },
            ],
            primaryKey: ["id"],
          }),
        ];
        project.revision({ ...one, up }, 1);
        expect((await project.ferro("upgrade")).code).toBe(0);
        const target = await openMigrations(db.url);
        await target.connection.script(
          "insert into t (id) with recursive i (n) as (select 1 union all select n + 1 from i where n < 1000000) select n from i",
        );
        const add = op.backfill("t", { set: { n: "n + 1" } });
        project.revision({ id: "2".repeat(12), parents: [one.id], message: "two", up: [add] }, 2);

        for (const afterMs of [1, 40, 7, 300, 90]) {
          const killed = await project.ferroKilledLater(/ rows, /, afterMs, "upgrade");
          expect(killed.code).toBeNull();
        }
        expect((await project.ferro("upgrade")).code).toBe(0);

        const statement = { sql: "select n, count(*) from t group by n", parameters: [] };
        const { rows } = await target.connection.query({ ...statement, returnsRows: true });
        expect(rows.map((row) => row.map(Number))).toEqual([[1, 1_000_000]]);
        await target.close();
      });
    });
  },
  { on: ["node:sqlite file", "postgres"] },
);
