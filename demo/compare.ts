/** Asks two databases the same and compares what they say. */
import { isDeepStrictEqual } from "node:util";
import {
  Country,
  Currency,
  Dataset,
  Language,
  Place,
  Province,
  Region,
  Subregion,
} from "./models.ts";
import type { Asked, Line, Question } from "./questions.ts";

/** Timed runs of a query; the middle one counts. */
const runs = 3;

/** What one database said. */
export interface Answer {
  readonly statement: Asked["statement"];
  readonly table: readonly Line[];
  /** The rows with all their columns, or their number. */
  readonly result: unknown;
  /** How long the query took, rows made into instances. */
  readonly milliseconds: number;
}

export async function answer(question: Question, on: string): Promise<Answer> {
  const asked = question.ask(on);
  const times: number[] = [];
  let result: Awaited<ReturnType<Asked["run"]>> = 0;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    result = await asked.run();
    times.push(performance.now() - start);
  }
  return {
    statement: asked.statement,
    table: await asked.table(),
    result: plain(result),
    milliseconds: times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0,
  };
}

/** Whether two answers agree: in each column of each row, in their order, and in what relations led to. */
export function agree(one: Answer, other: Answer): boolean {
  return isDeepStrictEqual(one.result, other.result) && isDeepStrictEqual(one.table, other.table);
}

/** The rows of each model, by its name, in the order of their keys. */
const everyRow: Readonly<Record<string, (on: string) => Promise<object[]>>> = {
  datasets: (on) =>
    Dataset.using(on)
      .orderBy((t) => t.id)
      .all(),
  regions: (on) =>
    Region.using(on)
      .orderBy((t) => t.name)
      .all(),
  subregions: (on) =>
    Subregion.using(on)
      .orderBy((t) => t.name)
      .all(),
  languages: (on) =>
    Language.using(on)
      .orderBy((t) => t.code)
      .all(),
  currencies: (on) =>
    Currency.using(on)
      .orderBy((t) => t.code)
      .all(),
  countries: (on) =>
    Country.using(on)
      .orderBy((t) => t.code)
      .all(),
  provinces: (on) =>
    Province.using(on)
      .orderBy((t) => t.code)
      .all(),
  places: (on) =>
    Place.using(on)
      .orderBy((t) => t.id)
      .all(),
};

/** How many rows two databases share, and the names of the models whose rows differ. */
export async function compareRows(
  one: string,
  other: string,
): Promise<{ readonly rows: number; readonly differing: readonly string[] }> {
  let rows = 0;
  const differing: string[] = [];
  for (const [name, read] of Object.entries(everyRow)) {
    const [ours, theirs] = [await read(one), await read(other)];
    rows += ours.length;
    if (!isDeepStrictEqual(plain(ours), plain(theirs))) differing.push(name);
  }
  return { rows, differing };
}

/** As JSON has it, so that rows of two connections can be compared. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
