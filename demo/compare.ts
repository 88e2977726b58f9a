/** Asks two databases the same and compares what they say. */
import { isDeepStrictEqual } from "node:util";
import { fetchAll } from "ferro-orm";
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

/** The rows of each model in the order of their keys. */
const models: Readonly<Record<string, (on: string) => { all(): Promise<object[]> }>> = {
  datasets: (on) => Dataset.using(on).orderBy((t) => t.id),
  regions: (on) => Region.using(on).orderBy((t) => t.name),
  subregions: (on) => Subregion.using(on).orderBy((t) => t.name),
  languages: (on) => Language.using(on).orderBy((t) => t.code),
  currencies: (on) => Currency.using(on).orderBy((t) => t.code),
  countries: (on) => Country.using(on).orderBy((t) => t.code),
  provinces: (on) => Province.using(on).orderBy((t) => t.code),
  places: (on) => Place.using(on).orderBy((t) => t.id),
};

/** Tables that no model stands for; their two columns are their key. */
const joinTables = ["country_languages", "country_currencies", "country_borders"];

/** How many rows a database has, and the tables whose rows another one has otherwise. */
export async function compareRows(
  one: string,
  other: string,
): Promise<{ readonly rows: number; readonly differing: readonly string[] }> {
  let rows = 0;
  const differing: string[] = [];

  async function compare(name: string, read: (on: string) => Promise<object[]>): Promise<void> {
    const ours = await read(one);
    const theirs = await read(other);
    rows += ours.length;
    if (!isDeepStrictEqual(plain(ours), plain(theirs))) differing.push(name);
  }

  for (const [name, query] of Object.entries(models)) {
    await compare(name, (on) => query(on).all());
  }
  for (const table of joinTables) {
    await compare(table, (using) =>
      fetchAll(`select * from ${table} order by country_id, 1, 2`, { using }),
    );
  }
  return { rows, differing };
}

/** As JSON has it, so that rows of two connections can be compared. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
