/**
 * How long SQLite holds up the event loop: nothing at all and nothing beside three processes that write (what this machine does by itself),
 * a query of two seconds, a large result, and writers that compete with two other processes, each on the main thread and in worker threads.
 *
 *     npm run bench:loop
 *
 * Delays are those of `monitorEventLoopDelay` at a resolution of 1 ms. The target is 50 ms,
 * but for what runs on the main thread by choice: a long query or a large result there takes as long as it takes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  type Connection,
  connect,
  execute,
  fetchOne,
  resetEngine,
  transaction,
} from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "ferro-loop-"));
const program = fileURLToPath(new URL("../test/support/counter-program.ts", import.meta.url));
const target = 50;

interface Case {
  readonly name: string;
  /** Whether the target is promised when the work runs on the main thread. */
  readonly promisedOnMain: boolean;
  /** What is there before the measurement begins. */
  prepare?(file: string): Promise<unknown>;
  run(db: Connection): Promise<unknown>;
}

const counting = (rows: number) =>
  `with recursive n (x) as (select 1 union all select x + 1 from n where x < ${rows}) select count(*) as count from n`;

async function twoSecondQuery(): Promise<void> {
  const trial = 1_000_000;
  const start = performance.now();
  await fetchOne(counting(trial));
  const rows = Math.ceil((trial * 2100) / (performance.now() - start));
  await fetchOne(counting(rows));
}

/** The processes that write the same file. */
let rivals: Promise<unknown>[] = [];

async function startRivals(count: number, file: string): Promise<void> {
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, [program, "count", file, "500", "0"], {
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  rivals = children.map((child) => once(child, "close"));
  await Promise.all(children.map((child) => once(child, "spawn")));
}

const cases: readonly Case[] = [
  { name: "nothing, for 2 s", promisedOnMain: true, run: () => sleep(2000) },
  {
    name: "nothing, beside 3 processes that write",
    promisedOnMain: true,
    prepare: (file) => startRivals(3, file),
    run: () => Promise.all(rivals),
  },
  { name: "a query of 2 s", promisedOnMain: false, run: twoSecondQuery },
  {
    name: "200,000 rows of 5 columns",
    promisedOnMain: false,
    // As the driver gives them: what is made of rows is made on the main thread in either mode.
    run: (db) =>
      db.lease("read", (connection) =>
        connection.query({
          sql: `with recursive n (x) as (select 1 union all select x + 1 from n where x < 200000)
            select x, 'name ' || x, x * 0.5, null, 'a longer text, number ' || x from n`,
          parameters: [],
        }),
      ),
  },
  {
    name: "20 writers against 2 processes",
    promisedOnMain: true,
    prepare: (file) => startRivals(2, file),
    run: async () => {
      let left = 1000;
      const writer = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          await transaction(async (tx) => {
            const row = await tx.fetchOne("select value from counter");
            await tx.execute("update counter set value = ?", [Number(row?.["value"]) + 1]);
          });
        }
      };
      await Promise.all([...rivals, ...Array.from({ length: 20 }, writer)]);
      const row = await fetchOne("select value from counter");
      if (row?.["value"] !== 2000) throw new Error(`updates were lost: ${row?.["value"]} of 2000`);
    },
  },
];

let missed = 0;
console.log("| work | where | ran for, ms | p99, ms | longest delay, ms | target |");
console.log("| --- | --- | --- | --- | --- | --- |");
for (const { name, promisedOnMain, prepare, run } of cases) {
  for (const threads of [0, 2]) {
    const file = join(folder, `${cases.findIndex((each) => each.name === name)}-${threads}.db`);
    const db = await connect(`sqlite:${file}?mode=rwc`, {
      implicitRouting: "allow",
      busyTimeoutMs: 60_000,
      ...(threads > 0 && { pool: { threads } }),
    });
    await execute("create table counter (value integer)");
    await execute("insert into counter values (0)");
    await fetchOne("select value from counter");

    await prepare?.(file);

    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    await sleep(20); // the first lateness is measured from the first tick
    const start = performance.now();
    await run(db);
    const took = performance.now() - start;
    // A stall is recorded when the timer behind the histogram is late: let it come.
    await sleep(20);
    delays.disable();

    const longest = delays.max / 1e6;
    const promised = threads > 0 || promisedOnMain;
    if (promised && longest >= target) missed += 1;
    const cells = [
      name,
      threads > 0 ? `${threads} threads` : "main thread",
      Math.round(took),
      (delays.percentile(99) / 1e6).toFixed(1),
      longest.toFixed(1),
      promised ? (longest < target ? `under ${target}: yes` : `under ${target}: NO`) : "none",
    ];
    console.log(`| ${cells.join(" | ")} |`);
    await resetEngine();
  }
}
rmSync(folder, { recursive: true });
process.exitCode = missed > 0 ? 1 : 0;
