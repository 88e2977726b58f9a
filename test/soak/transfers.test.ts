import { expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { refuseStrays } from "../support/strays.ts";
import { runBareTransfers, runTransfers, type Speed } from "../support/transfers.ts";

refuseStrays();

const mean = (one: Speed, other: Speed): Speed => ({
  perSecond: (one.perSecond + other.perSecond) / 2,
  cpuMs: (one.cpuMs + other.cpuMs) / 2,
});

describeEachDatabase(
  "10,000 transfers by 500 callers over a pool of 5, with 200 kills",
  (db) => {
    test.each([1, 2, 3])(
      "T1 seed %i: each exactly once, and as fast as the bare driver",
      async (seed) => {
        const options = { transfers: 10_000, callers: 500, kills: 200, seed };
        const bare = (named: boolean) => runBareTransfers(db.url, options, { named });
        // Warms up all, so that none pays for compiling.
        const warm = { ...options, transfers: 2000, kills: 0 };
        await runBareTransfers(db.url, warm, { named: false });
        await runBareTransfers(db.url, warm, { named: true });
        await runTransfers(db.url, warm);

        const before = { plain: await bare(false), named: await bare(true) };
        const outcome = await runTransfers(db.url, options);
        const after = { named: await bare(true), plain: await bare(false) };

        // As its users write it by default, and at its best.
        const plain = mean(before.plain, after.plain);
        const named = mean(before.named, after.named);
        const ratio = outcome.perSecond / plain.perSecond;
        const row = (name: string, { perSecond, cpuMs }: Speed) =>
          `| ${name} | ${Math.round(perSecond)} | ${cpuMs.toFixed(3)} | ${(outcome.perSecond / perSecond).toFixed(2)} |`;
        console.log(
          [
            `seed ${seed}: whole after ${outcome.wholeAfterMs.toFixed(0)} ms, ${outcome.unknown} of unknown outcome`,
            "| by | transfers/s | CPU per transfer, ms | Ferro against it |",
            "| --- | --- | --- | --- |",
            row("Ferro", outcome),
            row("pg, as it is written by default", plain),
            row("pg, statements under names", named),
          ].join("\n"),
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
      },
    );
  },
  { only: ["postgres"], because: "it is about a server's processes", on: ["postgres"] },
);
