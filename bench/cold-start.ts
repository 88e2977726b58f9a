/** From the start of a process to the first row: the built package against the bare drivers. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Line, median, shuffled } from "./measure.ts";

const program = fileURLToPath(new URL("./cold-child.mjs", import.meta.url));
const dist = fileURLToPath(new URL("../dist/index.js", import.meta.url));
const rounds = 15;
const target = 1.5;

/** @throws {Error} The package isn't built. */
export async function coldStarts(folder: string, url: string): Promise<Line[]> {
  if (!existsSync(dist)) throw new Error("the cold start needs dist/: run npm run build first");
  const file = join(folder, "cold.db");
  start("prepare", `sqlite:${file}?mode=rwc`);
  start("prepare", url);
  return [
    contest("node:sqlite", ["ferro", `sqlite:${file}`], ["node:sqlite", file]),
    contest("better-sqlite3", ["ferro-better", `sqlite:${file}`], ["better-sqlite3", file]),
    contest("pg", ["ferro", url], ["pg", url]),
  ];
}

function contest(where: string, ours: readonly string[], bare: readonly string[]): Line {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = -2; round < rounds; round += 1) {
    for (const way of shuffled(["ours", "bare"] as const)) {
      const time = start(...(way === "ours" ? ours : bare));
      if (round >= 0) times[way].push(time);
    }
  }
  return {
    what: "cold start to the first row",
    where,
    ours: `${median(times.ours).toFixed(0)} ms`,
    bare: `${median(times.bare).toFixed(0)} ms`,
    ratio: median(times.ours.map((time, round) => time / (times.bare[round] ?? Number.NaN))),
    target,
  };
}

/** Runs the program; it says how long after the start of its process it had the row. */
function start(...settings: readonly string[]): number {
  return Number(execFileSync(process.execPath, [program, ...settings], { encoding: "utf8" }));
}
