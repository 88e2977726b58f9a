/** Run by `memory.ts`: prints the growth of the process's peak, and the longest delay, as JSON. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { connect, disconnect } from "ferro-orm";
import { Place, samples } from "./place.ts";

await connect(process.argv[2] ?? "", { autoMigrate: true, implicitRouting: "allow" });
// Code is compiled and pools are open before anything is measured.
await Place.bulkCreate(samples(2_000));
await Place.allRows().delete();

const rows = samples(50_000);
globalThis.gc?.();
globalThis.gc?.();
const before = process.memoryUsage.rss();
const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
await new Promise((resolve) => setTimeout(resolve, 50));
delays.reset();
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 2);
await Place.bulkCreate(rows);
await new Promise((resolve) => setTimeout(resolve, 5));
clearInterval(watch);
console.log(
  JSON.stringify({
    megabytes: (peak - before) / 2 ** 20,
    delay: delays.max / 1e6,
    rows: rows.length,
  }),
);
await Place.allRows().delete();
await disconnect();
