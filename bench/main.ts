/**
 * Ferro against the bare drivers, in one run: one table of medians, ratios and targets.
 *
 *     npm run bench -- [node:sqlite] [better-sqlite3] [postgres] [memory] [cold] [introspect] [--rounds 25] [--times 1000]
 *
 * Processor time on SQLite, which runs in this process, and time on PostgreSQL, which does not.
 * PostgreSQL is the one behind FERRO_POSTGRES_URL, else the embedded one, which flushes
 * nothing. SQLite is a file with a write-ahead log, for both. `bench/hydrate.ts` looks
 * closer at rows as entities, `bench/event-loop.ts` at the event loop.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect, disconnect, execute, fetchAll } from "ferro-orm";
import { startPostgres } from "../test/support/embedded-postgres.ts";
import { barePostgres } from "./bare-postgres.ts";
import { bareSqlite } from "./bare-sqlite.ts";
import { coldStarts } from "./cold-start.ts";
import { contestsOf, type Targets } from "./contests.ts";
import { introspection } from "./introspect.ts";
import {
  type Clock,
  compare,
  type Line,
  printTable,
  processorClock,
  wallClock,
} from "./measure.ts";
import { bulkMemory } from "./memory.ts";
import { type Bare, Place, rowCount, samples } from "./place.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "25" },
    times: { type: "string", default: "1000" },
  },
});
const parts = ["node:sqlite", "better-sqlite3", "postgres", "memory", "cold", "introspect"];
const wanted = positionals.length === 0 ? parts : positionals;
const sizes = { times: Number(options.times), rows: rowCount };

const sqliteTargets: Targets = {
  entities: 1.1,
  statement: 1.5,
  five: 2.5,
  hundred: 1.5,
  bulk: 1.1,
};
const postgresTargets: Targets = {
  entities: 0.7,
  statement: 1.1,
  five: 1.2,
  hundred: 1.2,
  bulk: 1.1,
};

async function measure(where: string, bare: Bare, targets: Targets, clock: Clock): Promise<Line[]> {
  await Place.bulkCreate(samples(rowCount));
  await bare.bulk(samples(rowCount));
  const contests = contestsOf(bare, targets, sizes);
  const lines = await compare(where, contests, Number(options.rounds), clock);
  await bare.close();
  await disconnect();
  return lines;
}

async function sqlite(driver: "node:sqlite" | "better-sqlite3", folder: string): Promise<Line[]> {
  const name = driver.replace(":", "-");
  await connect(`sqlite:${join(folder, `${name}.db`)}?mode=rwc`, {
    autoMigrate: true,
    implicitRouting: "allow",
    sqlite: driver,
  });
  const [table] = await fetchAll("select sql from sqlite_master where name = 'place'");
  const bare = bareSqlite(driver, join(folder, `${name}-bare.db`), String(table?.["sql"]));
  return measure(driver, bare, sqliteTargets, processorClock);
}

/**
 * Each pass has new connections: where the system puts their server processes makes one
 * half as fast again as the other for as long as it lives.
 */
const passes = 3;

async function postgres(url: string): Promise<Line[]> {
  const found: Line[][] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    await connect(url, { autoMigrate: true, implicitRouting: "allow" });
    await execute("truncate place restart identity");
    found.push(await measure("pg", await barePostgres(url), postgresTargets, wallClock));
  }
  const [first = []] = found;
  return first.map((_, place) => {
    const same = found.map((lines) => lines[place] as Line);
    return same.sort((left, right) => left.ratio - right.ratio)[passes >> 1] as Line;
  });
}

const folder = mkdtempSync(join(tmpdir(), "ferro-bench-"));
const needsServer = wanted.some((part) => parts.indexOf(part) > 1);
const given = process.env["FERRO_POSTGRES_URL"];
const server = needsServer && given === undefined ? await startPostgres() : undefined;
const url = given ?? server?.url ?? "";
const lines: Line[] = [];
try {
  for (const driver of ["node:sqlite", "better-sqlite3"] as const) {
    if (wanted.includes(driver)) lines.push(...(await sqlite(driver, folder)));
  }
  if (wanted.includes("postgres")) lines.push(...(await postgres(url)));
  if (wanted.includes("memory")) lines.push(...(await bulkMemory(folder, url)));
  if (wanted.includes("cold")) lines.push(...(await coldStarts(folder, url)));
  if (wanted.includes("introspect")) lines.push(...(await introspection(folder, url)));
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n`);
printTable(lines);
