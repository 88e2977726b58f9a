/** Processes that share a SQLite file, and processes that are killed while they write it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("./counter-program.ts", import.meta.url));

export interface Contention {
  readonly processes: number;
  readonly transactions: number;
  readonly threads: number;
}

/** Several processes add to one counter; gives where it ended and what the processes complained of. */
export async function contend({
  processes,
  transactions,
  threads,
}: Contention): Promise<{ value: unknown; errors: string }> {
  await using file = await scratchFile(
    "create table counter (value integer); insert into counter values (0)",
  );
  const runs = Array.from({ length: processes }, () =>
    start("count", file.path, transactions, threads),
  );
  const errors = await Promise.all(runs.map(finished));
  return { value: file.read("select value from counter"), errors: errors.join("") };
}

export interface KillOutcome {
  /** Pairs that were acknowledged, over all rounds. */
  readonly acknowledged: number;
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** Half there. */
  readonly torn: number;
  readonly integrity: readonly unknown[];
}

/** Kills a writing process with SIGKILL again and again, always between two acknowledgements. */
export async function killWriters(rounds: number, threads: number): Promise<KillOutcome> {
  await using file = await scratchFile("create table half (pair integer, part integer)");
  let acknowledged = 0;
  const integrity: unknown[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const child = start("pairs", file.path, 0, threads);
    let output = "";
    const enough = 1 + Math.floor(Math.random() * 40);
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split("\n").length > enough) child.kill("SIGKILL");
    });
    await finished(child);
    const last = output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1);
    acknowledged = Math.max(acknowledged, Number(last));
    integrity.push(file.read("pragma integrity_check"));
  }
  const present = Number(
    file.read(`select count(distinct pair) from half where pair <= ${acknowledged}`),
  );
  return {
    acknowledged,
    lost: acknowledged - present,
    torn: Number(
      file.read("select count(*) from (select pair from half group by pair having count(*) <> 2)"),
    ),
    integrity: [...new Set(integrity)],
  };
}

function start(work: string, file: string, count: number, threads: number): ChildProcess {
  return spawn(process.execPath, [program, work, file, String(count), String(threads)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What the process wrote to its error output, and how it ended if that was wrong. */
async function finished(child: ChildProcess): Promise<string> {
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout?.resume();
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return code === 0 || signal === "SIGKILL" ? errors : `${errors}\nended with ${code ?? signal}`;
}

async function scratchFile(sql: string) {
  const folder = await mkdtemp(join(tmpdir(), "ferro-faults-"));
  const path = join(folder, "shared.db");
  using database = new DatabaseSync(path);
  database.exec(`pragma journal_mode = wal; ${sql}`);
  return {
    path,
    /** The first cell of the first row. */
    read(query: string): unknown {
      using reader = new DatabaseSync(path);
      return Object.values(reader.prepare(query).get() ?? {})[0];
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
