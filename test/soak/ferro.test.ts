import { expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { upgradeAtOnce, upgradeKilled, upgradeKilledInside } from "../support/ferro-runs.ts";

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
  },
  { on: ["node:sqlite file", "postgres"] },
);
