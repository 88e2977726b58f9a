/** What bulkCreate of 50,000 rows takes on top of the rows, and how long it holds up the event loop. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Line } from "./measure.ts";

const program = fileURLToPath(new URL("./memory-child.ts", import.meta.url));
const hooks = fileURLToPath(new URL("../scripts/from-source.mjs", import.meta.url));
const mostMegabytes = 64;
const mostDelay = 100;

/** Each in a process of its own, so that nothing before it counts. */
export async function bulkMemory(folder: string, url: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [where, target] of [
    ["node:sqlite", `sqlite:${join(folder, "memory.db")}?mode=rwc`],
    ["pg", url],
  ] as const) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--expose-gc",
      "--import",
      hooks,
      program,
      target,
    ]);
    const { megabytes, delay } = JSON.parse(stdout) as { megabytes: number; delay: number };
    lines.push(
      line("bulkCreate of 50000, memory", where, megabytes, mostMegabytes, "MB"),
      line("bulkCreate of 50000, longest delay", where, delay, mostDelay, "ms"),
    );
  }
  return lines;
}

/** The limit stands where bare code does in other lines. */
function line(what: string, where: string, value: number, most: number, unit: string): Line {
  const shown = (number: number) => `${number.toFixed(0)} ${unit}`;
  return {
    what,
    where,
    ours: shown(value),
    bare: `(${shown(most)})`,
    ratio: value / most,
    target: 1,
  };
}
