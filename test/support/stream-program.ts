/**
 * A process of its own that streams a large table: `node --expose-gc stream-program.ts <url> <rows> <library> <threads> <where>`.
 *
 * Prints what it saw, the peaks of its memory and the longest time the event loop was held, as JSON.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { z } from "zod";
import { connect, disconnect, execute, id, Model, sql, transaction } from "../../src/index.ts";

class Reading extends Model("Reading", {
  id: id(),
  sensor: z.string(),
  value: z.number(),
  takenAt: z.date(),
  note: z.string().nullable().default(null),
}) {}

const [url = "", count = "0", library, threads = "0", where = "pool"] = process.argv.slice(2);

const connection = await connect(url, {
  autoMigrate: true,
  implicitRouting: "allow",
  ...(library === "better-sqlite3" && { sqlite: library }),
  ...(Number(threads) > 0 && { pool: { threads: Number(threads) } }),
});
const taken = "2026-01-02T03:04:05.678Z";
if (Number(count) > 0) {
  await execute(sql`
  with recursive n (i) as (select 1 union all select i + 1 from n where i < ${Number(count)})
  insert into reading (sensor, value, taken_at, note)
  select 'sensor', i * 0.5, ${taken}, null from n
`);
}
await connection.ping();

const collect = globalThis.gc ?? (() => {});
collect();
const before = process.memoryUsage();
const delays = monitorEventLoopDelay({ resolution: 1 });
let [seen, sum, heap, rss] = [0, 0, 0, 0];
const watch = setInterval(() => {
  const usage = process.memoryUsage();
  heap = Math.max(heap, usage.heapUsed);
  rss = Math.max(rss, usage.rss);
}, 5);
const start = performance.now();
delays.enable();
const stream = async () => {
  for await (const reading of Reading.stream()) {
    seen += 1;
    sum += reading.value;
  }
};
await (where === "transaction" ? transaction(stream) : stream());
const ms = performance.now() - start;
delays.disable();
clearInterval(watch);
console.log(
  JSON.stringify({
    seen,
    sum,
    ms,
    heapBefore: before.heapUsed / 2 ** 20,
    rssBefore: before.rss / 2 ** 20,
    heap: heap / 2 ** 20,
    rss: rss / 2 ** 20,
    longestMs: delays.max / 1e6,
    inUse: connection.stats().inUse,
  }),
);
await disconnect();
