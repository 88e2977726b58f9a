import { expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { refuseStrays } from "../support/strays.ts";
import {
  runBareTransfers,
  runTransfers,
  type Speed,
  type TransferOptions,
} from "../support/transfers.ts";

refuseStrays();

const rounds = 5;

/** The middle one; of an odd number. */
const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[values.length >> 1] as number;

describeEachDatabase(
  "10,000 transfers by 500 callers over a pool of 5, with 200 kills",
  (db) => {
    test.each([1, 2, 3])(
      "T1 seed %i: each exactly once, and as fast as the bare driver",
      async (seed) => {
        const options = { transfers: 10_000, callers: 500, kills: 200, seed };
        // Warms up all, so that none pays for compiling.
        const warm = { ...options, transfers: 2000, kills: 0 };
        const ways: Record<
          "ferro" | "plain" | "named",
          (given: TransferOptions) => Promise<Speed>
        > = {
          ferro: (given) => runTransfers(db.url, given),
          plain: (given) => runBareTransfers(db.url, given, { named: false }),
          named: (given) => runBareTransfers(db.url, given, { named: true }),
        };
        for (const run of Object.values(ways)) await run(warm);

        const outcome = await runTransfers(db.url, options);
        // In turns, the first of each round by chance: a machine is never as fast for long.
        const speeds = { ferro: [] as Speed[], plain: [] as Speed[], named: [] as Speed[] };
        for (let round = 0; round < rounds; round += 1) {
          const part = { ...options, transfers: 2000, kills: 40, seed: seed * 100 + round };
          const order = (["ferro", "plain", "named"] as const).toSorted(() => Math.random() - 0.5);
          for (const way of order) speeds[way].push(await ways[way](part));
        }

        const row = (name: string, way: keyof typeof speeds) => {
          const ratios = speeds.ferro.map(
            ({ perSecond }, round) => perSecond / (speeds[way][round]?.perSecond ?? 0),
          );
          const perSecond = median(speeds[way].map((speed) => speed.perSecond));
          const cpuMs = median(speeds[way].map((speed) => speed.cpuMs));
          const ratio = median(ratios);
          console.log(
            `| ${name} | ${Math.round(perSecond)} | ${cpuMs.toFixed(3)} | ${ratio.toFixed(2)} |`,
          );
          return ratio;
        };
        console.log(
          `seed ${seed}: whole after ${outcome.wholeAfterMs.toFixed(0)} ms, ${outcome.unknown} of unknown outcome\n` +
            "| by | transfers/s | CPU per transfer, ms | Ferro against it |\n| --- | --- | --- | --- |",
        );
        row("Ferro", "ferro");
        // As its users write it by default, and at its best.
        const ratio = row("pg, as it is written by default", "plain");
        row("pg, statements under names", "named");
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
