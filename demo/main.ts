/**
 * Loads the world into SQLite and PostgreSQL through the same models, and asks both ten questions.
 *
 * Usage: npm run demo
 */
import { execute } from "ferro-orm";
import { agree, answer, compareRows } from "./compare.ts";
import { readSource, readWorld, type World } from "./data.ts";
import { type Database, type Databases, openDatabases } from "./databases.ts";
import { type Loaded, load, rowsOf } from "./load.ts";
import {
  duration,
  number,
  say,
  sayQuestion,
  saySql,
  sayTable,
  sayTitle,
  sayVerdict,
} from "./output.ts";
import { type Progress, startProgress } from "./progress.ts";
import { questions } from "./questions.ts";

const started = performance.now();
let opening: Promise<Databases> | undefined;
let progress: Progress | undefined;
let interrupted = false;

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void interrupt());

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  progress?.stop();
  // What was cut off has no more to say.
  if (!interrupted) console.error(error);
  process.exitCode = 1;
} finally {
  if (!interrupted) await closeDatabases();
}

async function run(): Promise<boolean> {
  const world = prepare();
  opening = openDatabases();
  const { sqlite, postgres } = await opening;
  if (interrupted) return false;
  await fill(world, [sqlite, postgres]);
  const same = await ask(sqlite, postgres);
  const equal = await compare(sqlite, postgres);

  await closeDatabases();

  say();
  say(`The SQLite file is kept: ${sqlite.location}`);
  say(`The PostgreSQL database is gone again: ${postgres.location}`);
  say(`All in ${duration(performance.now() - started)}.`);
  say();
  return same && equal;
}

/** Reads the files and says what the models refuse. */
function prepare(): World {
  sayTitle("The world, from JSON files to rows");
  const source = readSource();
  const start = performance.now();
  const world = readWorld(source);

  const checked = source.countries.length + source.provinces.length + source.places.length;
  say(`${number(checked)} rows checked by Zod in ${duration(performance.now() - start)}:`);
  for (const { name, version, license } of world.datasets) say(`  ${name} ${version}, ${license}`);
  say();
  for (const { model, reason, names } of world.refusals) {
    say(`${number(names.length)} × ${model} left out: ${reason} (${summary(names)})`);
  }
  say(`${number(world.strayPlaces)} places name no known province; they are kept without one`);
  return world;
}

async function fill(world: World, databases: readonly Database[]): Promise<void> {
  sayTitle("Into both databases, by the same code");
  const total = rowsOf(world);
  const loads: Loaded[][] = [];

  for (const { name, title, version, location } of databases) {
    say(`${title} ${version} in ${location}`);
    const bar = startProgress(title, total);
    progress = bar;
    loads.push(await load(world, name, (what, rows) => bar.advance(what, rows)));
    bar.stop();
    await execute("analyze", { using: name });
  }

  const [first = []] = loads;
  const lines = first.map(({ name, rows }, index) => ({
    "": name,
    rows,
    ...Object.fromEntries(
      databases.map(({ title }, at) => [`${title}, rows/s`, speed(loads[at]?.[index])]),
    ),
  }));
  say();
  sayTable(lines);
  say();
  for (const [at, { title }] of databases.entries()) {
    const spent = loads[at]?.reduce((sum, { milliseconds }) => sum + milliseconds, 0) ?? 0;
    say(`${title}: ${number(total)} rows in ${duration(spent)}`);
  }
}

/** Puts the questions to both and shows what they say; gives whether they agreed on all. */
async function ask(sqlite: Database, postgres: Database): Promise<boolean> {
  sayTitle("Ten questions");
  say("Times are for a query with its rows as instances: the middle one of three runs.");
  let agreed = 0;

  for (const [index, question] of questions.entries()) {
    const ours = await answer(question, sqlite.name);
    const theirs = await answer(question, postgres.name);
    const same = agree(ours, theirs);
    if (same) agreed += 1;

    sayQuestion(index + 1, question.text, question.shows);
    sayTable(ours.table);
    if (!same) {
      say();
      say(`${postgres.title} says:`);
      sayTable(theirs.table);
    }
    say();
    saySql(theirs.statement, ours.statement);
    say();
    const times = [
      `${sqlite.title} ${duration(ours.milliseconds)}`,
      `${postgres.title} ${duration(theirs.milliseconds)}`,
    ];
    sayVerdict(same, `${times.join("   ")}   ${same ? "same answer" : "answers differ"}`);
  }

  sayTitle("Do they agree?");
  sayVerdict(
    agreed === questions.length,
    `${agreed} of ${questions.length} answers are the same on both databases`,
  );
  return agreed === questions.length;
}

/** Reads every row back from both; gives whether all are equal. */
async function compare(sqlite: Database, postgres: Database): Promise<boolean> {
  const start = performance.now();
  const { rows, differing } = await compareRows(sqlite.name, postgres.name);
  const text =
    differing.length === 0
      ? `${number(rows)} rows read back from both, equal in every column`
      : `rows differ in ${differing.join(", ")}`;
  sayVerdict(differing.length === 0, `${text} (${duration(performance.now() - start)})`);
  return differing.length === 0;
}

/** Ends at once, but leaves no server behind. */
async function interrupt(): Promise<void> {
  if (interrupted) return;
  interrupted = true;
  progress?.stop();
  say();
  say("Stopping PostgreSQL and removing its files.");
  await closeDatabases();
  process.exit(130);
}

async function closeDatabases(): Promise<void> {
  const databases = await opening?.catch(() => undefined);
  opening = undefined;
  await databases?.close();
}

function speed(loaded: Loaded | undefined): number {
  return loaded === undefined ? 0 : Math.round((loaded.rows / loaded.milliseconds) * 1000);
}

function summary(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown}, …` : shown;
}
