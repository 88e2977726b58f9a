/** Measures ours against bare code: turns in a random order, medians of rounds, ratios inside each round. */

/** One thing to do, in two ways that do the same work. */
export interface Contest {
  readonly what: string;
  /** The most that ours may take, as a ratio. */
  readonly target: number;
  /** How many operations one turn makes. */
  readonly times: number;
  readonly rounds?: number;
  /** Makes one turn of each way; what it does before it gives the turn is not timed. */
  readonly ours: () => Turn | Promise<Turn>;
  readonly bare: () => Turn | Promise<Turn>;
}

/** Gives milliseconds that have passed since some moment. */
export type Clock = () => number;

/** For what waits for a server: it works in a process of its own. */
export const wallClock: Clock = () => performance.now();

/** For what happens in this process alone: other programs on the machine don't count. */
export const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** The timed part. */
export type Turn = () => unknown;

/** One row of the table. */
export interface Line {
  readonly what: string;
  readonly where: string;
  readonly ours: string;
  readonly bare: string;
  readonly ratio: number;
  readonly target: number;
}

const warmUps = 6;

/** Runs contests one after the other and gives a line for each. */
export async function compare(
  where: string,
  contests: readonly Contest[],
  rounds: number,
  clock: Clock,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const contest of contests) {
    const { ours, bare } = await run(contest, contest.rounds ?? rounds, clock);
    lines.push({
      what: contest.what,
      where,
      ours: microseconds(median(ours)),
      bare: microseconds(median(bare)),
      ratio: median(ours.map((time, round) => time / (bare[round] ?? Number.NaN))),
      target: contest.target,
    });
  }
  return lines;
}

async function run(
  contest: Contest,
  rounds: number,
  clock: Clock,
): Promise<Record<"ours" | "bare", number[]>> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const way of shuffled(["ours", "bare"] as const)) {
      const time = await timed(contest[way], contest.times, clock);
      if (round >= 0) times[way].push(time);
    }
  }
  return times;
}

async function timed(prepare: Contest["ours"], times: number, clock: Clock): Promise<number> {
  const turn = await prepare();
  const start = clock();
  const outcome = turn();
  if (outcome instanceof Promise) await outcome;
  return ((clock() - start) / times) * 1000;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[sorted.length >>> 1] ?? Number.NaN;
}

/** In a random order: a major collection would else always fall on the same one. */
export function shuffled<Item>(list: readonly Item[]): Item[] {
  return list
    .map((item) => ({ item, key: Math.random() }))
    .sort((left, right) => left.key - right.key)
    .map(({ item }) => item);
}

function microseconds(time: number): string {
  return time < 1000 ? `${time.toFixed(time < 10 ? 2 : 1)} us` : `${(time / 1000).toFixed(1)} ms`;
}

/** Prints the one table. */
export function printTable(lines: readonly Line[]): void {
  const head = ["what", "where", "ours", "bare", "ratio", "target", ""];
  const rows = lines.map(({ what, where, ours, bare, ratio, target }) => [
    what,
    where,
    ours,
    bare,
    Number.isNaN(ratio) ? "" : `${ratio.toFixed(2)}x`,
    Number.isNaN(target) ? "" : `${target.toFixed(1)}x`,
    ratio <= target ? "reached" : "NOT reached",
  ]);
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(cells.join("  ").trimEnd());
  }
}
