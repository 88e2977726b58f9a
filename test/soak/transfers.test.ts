import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { runBareTransfers, runTransfers } from "../support/transfers.ts";

const strays: unknown[] = [];
const note = (error: unknown) => strays.push(error);

describeEachDatabase(
  "10,000 transfers by 500 callers over a pool of 5, with 200 kills",
  (db) => {
    beforeAll(() => {
      process.on("uncaughtException", note).on("unhandledRejection", note);
    });

    afterAll(() => {
      process.off("uncaughtException", note).off("unhandledRejection", note);
    });

    test.each([1, 2, 3])(
      "T1 seed %i: each exactly once, and as fast as the bare driver",
      async (seed) => {
        const options = { transfers: 10_000, callers: 500, kills: 200, seed };
        // Warms up both, so that neither pays for compiling.
        await runBareTransfers(db.url, { ...options, transfers: 2000, kills: 0 }, { named: false });
        await runTransfers(db.url, { ...options, transfers: 2000, kills: 0 });

        const before = await runBareTransfers(db.url, options, { named: false });
        const outcome = await runTransfers(db.url, options);
        const after = await runBareTransfers(db.url, options, { named: false });

        const bare = (before + after) / 2;
        const ratio = outcome.perSecond / bare;
        console.log(
          `seed ${seed}: ${Math.round(outcome.perSecond)} transfers/s, bare ${Math.round(bare)}, ratio ${ratio.toFixed(2)};`,
          `whole after ${outcome.wholeAfterMs.toFixed(0)} ms, ${outcome.unknown} of unknown outcome`,
        );
        expect(outcome).toMatchObject({
          done: 10_000,
          lost: 0,
          doubled: 0,
          conserved: true,
          leaked: 0,
          whole: true,
          kills: 200,
        });
        expect(outcome.wholeAfterMs).toBeLessThanOrEqual(250);
        expect(ratio).toBeGreaterThanOrEqual(0.9);
        expect(strays).toEqual([]);
      },
    );
  },
  { only: ["postgres"], because: "it is about a server's processes", on: ["postgres"] },
);
