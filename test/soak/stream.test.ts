import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

const program = fileURLToPath(new URL("../support/stream-program.ts", import.meta.url));
const rows = 1_000_000;

interface Seen {
  readonly seen: number;
  readonly sum: number;
  readonly ms: number;
  /** Peaks, in MB. */
  readonly heap: number;
  readonly rss: number;
  readonly inUse: number;
}

describeEachDatabase(
  "R93 streaming 1,000,000 rows",
  (db) => {
    test.for(["pool", "transaction"])("keeps the heap under 100 MB (%s)", async (where) => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        "--expose-gc",
        program,
        db.url,
        String(where === "pool" ? rows : 0), // the second reads what the first left
        db.driver,
        String(db.threads ?? 0),
        where,
      ]);
      const { heap, rss, ms, ...outcome } = JSON.parse(stdout) as Seen;

      console.log(
        `${db.name}, ${where}: ${(ms / 1000).toFixed(1)} s, heap ${heap.toFixed(0)} MB, process ${rss.toFixed(0)} MB`,
      );
      expect(outcome).toMatchObject({ seen: rows, sum: (rows * (rows + 1)) / 4, inUse: 0 });
      expect(heap).toBeLessThan(100);
    });
  },
  {
    on: ["node:sqlite file", "better-sqlite3 file", "node:sqlite threads", "postgres"],
  },
);
