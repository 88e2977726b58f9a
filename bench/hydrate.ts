/**
 * Rows as entities against the drivers' own object rows: 10,000 rows of 10 columns.
 *
 *     node bench/hydrate.ts [sqlite] [postgres] [--rows 10000] [--rounds 40]
 *
 * PostgreSQL is the one behind FERRO_POSTGRES_URL. Contestants take turns inside each
 * round, in a random order, so that drift and collections of garbage hit all alike; the figures are medians of rounds,
 * and ratios are medians of the ratios inside each round. Each does all its work: running
 * the query, making the objects, dates, booleans and JSON decoded.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import pg from "pg";
import { readUrl } from "../src/connect/url.ts";
import type { Dialect } from "../src/dialect/dialect.ts";
import { postgresDialect } from "../src/dialect/postgres/dialect.ts";
import { translatePostgresError } from "../src/dialect/postgres/errors.ts";
import { sqliteDialect } from "../src/dialect/sqlite/dialect.ts";
import { translateSqliteError } from "../src/dialect/sqlite/errors.ts";
import { betterSqlite3Driver } from "../src/driver/better-sqlite3.ts";
import type { DriverConnection, DriverResult, DriverRow } from "../src/driver/driver.ts";
import { nodeSqliteDriver } from "../src/driver/node-sqlite.ts";
import { pgDriver } from "../src/driver/pg.ts";
import { compileHydrator, type Hydrator } from "../src/hydrate/compile.ts";
import { interpretHydrator } from "../src/hydrate/interpret.ts";
import type { InsertQuery } from "../src/ir/query.ts";
import type { StorageType } from "../src/ir/type.ts";
import { makePlan } from "../src/plan/planner.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "10000" },
    rounds: { type: "string", default: "40" },
  },
});
const count = Number(options.rows);
const rounds = Number(options.rounds);
const wanted = positionals.length === 0 ? ["sqlite", "postgres"] : positionals;

class Place {
  declare id: number;

  get label(): string {
    return `place ${this.id}`;
  }
}

class Identity {
  constructor(instance: object) {
    // biome-ignore lint/correctness/noConstructorReturn: as src/session/state.ts does
    return instance;
  }
}

/** The hidden state that sessions put on instances. */
class State extends Identity {
  #row: DriverRow;
  #origin: unknown;

  private constructor(instance: object, row: DriverRow, origin: unknown) {
    super(instance);
    this.#row = row;
    this.#origin = origin;
  }

  static stamp(instance: object, row: DriverRow, origin: unknown): void {
    new State(instance, row, origin);
  }

  static read(instance: State): unknown {
    return [instance.#row, instance.#origin];
  }
}

const types: Readonly<Record<string, StorageType>> = {
  id: { kind: "integer" },
  name: { kind: "text" },
  code: { kind: "text" },
  population: { kind: "integer" },
  latitude: { kind: "float" },
  active: { kind: "boolean" },
  capital: { kind: "boolean" },
  created: { kind: "timestamptz", host: "date" },
  updated: { kind: "timestamptz", host: "date" },
  meta: { kind: "json" },
};
const names = Object.keys(types);

function sample(row: number): unknown[] {
  return [
    row,
    `Place number ${row}`,
    `P${row % 100}`,
    row * 37,
    row / 7,
    row % 2 === 0,
    row % 50 === 0,
    new Date(1_700_000_000_000 + row * 61_001),
    row % 10 === 0 ? null : new Date(1_710_000_000_000 + row * 7_919),
    { rank: row % 9, tags: ["a", "b"], note: `note ${row}` },
  ];
}

function insertPlan(dialect: Dialect) {
  const columns = names.map((column) => ({ column, type: types[column] as StorageType }));
  const query: InsertQuery = {
    kind: "insert",
    table: "place",
    columns,
    rows: 1,
    shape: "values",
    conflict: null,
    returning: [],
  };
  return makePlan(query, dialect);
}

function createTable({ ddl }: Dialect): string {
  const columns = names.map((name) => `${name} ${ddl.columnType(types[name] as StorageType)}`);
  return `create table place (${columns.join(", ")})`;
}

function hydrators(
  dialect: Dialect,
): Readonly<Record<"compiled" | "interpreted", Hydrator<Place>>> {
  const columns = names.map((property) => ({
    property,
    codec: dialect.codec(types[property] as StorageType),
    nullAs: null,
  }));
  return {
    compiled: compileHydrator(columns, Place.prototype, State.stamp),
    interpreted: interpretHydrator(columns, Place.prototype, State.stamp),
  };
}

type Contestant = () => unknown[] | Promise<unknown[]>;

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[sorted.length >>> 1] ?? Number.NaN;
}

/** The places of a list in a random order. */
function shuffled(length: number): number[] {
  const keys = Array.from({ length }, () => Math.random());
  return keys
    .map((_, place) => place)
    .sort((left, right) => (keys[left] ?? 0) - (keys[right] ?? 0));
}

/** Prints medians; ratios are against the first contestant. */
async function compare(title: string, contestants: Readonly<Record<string, Contestant>>) {
  const entries = Object.entries(contestants);
  const times = entries.map((): number[] => []);
  for (let round = -10; round < rounds; round++) {
    // Another order each round: a major collection would else always fall on the same one.
    for (const place of shuffled(entries.length)) {
      const [, run] = entries[place] as [string, Contestant];
      const start = performance.now();
      const result = await run();
      const time = performance.now() - start;
      if (result.length !== count) throw new Error(`expected ${count} rows`);
      if (round >= 0) times[place]?.push(time);
    }
  }
  console.log(`\n${title}: ${count} rows x ${names.length} columns, ${rounds} rounds`);
  for (const [place, [name]] of entries.entries()) {
    const own = times[place] ?? [];
    const ratio = median(own.map((time, round) => time / (times[0]?.[round] ?? Number.NaN)));
    console.log(
      `  ${name.padEnd(44)} ${median(own).toFixed(2).padStart(7)} ms  ${ratio.toFixed(2)}x`,
    );
  }
}

async function sqlite(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "ferro-bench-"));
  const path = join(directory, "bench.db");
  const database = new Database(path);
  database.exec(createTable(sqliteDialect));
  const plan = insertPlan(sqliteDialect);
  const insert = database.prepare(plan.sql);
  database.transaction(() => {
    for (let row = 0; row < count; row++) insert.run(...plan.bind(sample(row)));
  })();
  const sql = `select ${names.join(", ")} from place`;
  const objects = database.prepare(sql);
  const arrays = database.prepare(sql).raw();
  const { compiled, interpreted } = hydrators(sqliteDialect);
  const context = {};
  const better = await openSqlite(path, "better-sqlite3");
  const node = await openSqlite(path, "node:sqlite");
  const read = (connection: DriverConnection) =>
    (connection.query({ sql, parameters: [], prepare: true }) as DriverResult).rows;

  interface Row {
    active: unknown;
    capital: unknown;
    created: unknown;
    updated: unknown;
    meta: unknown;
  }

  await compare("SQLite (better-sqlite3)", {
    "better-sqlite3 objects, decoded by hand": () => {
      const rows = objects.all() as Row[];
      for (const row of rows) {
        row.active = row.active === 1;
        row.capital = row.capital === 1;
        row.created = row.created === null ? null : new Date(row.created as string);
        row.updated = row.updated === null ? null : new Date(row.updated as string);
        row.meta = row.meta === null ? null : JSON.parse(row.meta as string);
      }
      return rows;
    },
    "better-sqlite3 objects, not decoded": () => objects.all(),
    "better-sqlite3 arrays, not decoded": () => arrays.all(),
    "ferro, compiled, over those arrays": () => compiled.rows(arrays.all() as DriverRow[], context),
    "ferro, compiled, our better-sqlite3 driver": () => compiled.rows(read(better), context),
    "ferro, compiled, our node:sqlite driver": () => compiled.rows(read(node), context),
    "ferro, interpreted, our better-sqlite3 driver": () => interpreted.rows(read(better), context),
  });
  const rows = arrays.all() as DriverRow[];
  await compare("SQLite, hydration alone", {
    compiled: () => compiled.rows(rows, context),
    interpreted: () => interpreted.rows(rows, context),
  });
  await Promise.all([better.close(), node.close()]);
  database.close();
  rmSync(directory, { recursive: true });
}

async function openSqlite(
  path: string,
  sqlite: "node:sqlite" | "better-sqlite3",
): Promise<DriverConnection> {
  const target = readUrl(`sqlite:${path}`, { sqlite });
  if (target.driver !== "node:sqlite" && target.driver !== "better-sqlite3") {
    throw new Error("not an SQLite URL");
  }
  const open = sqlite === "node:sqlite" ? nodeSqliteDriver : betterSqlite3Driver;
  const driver = await open({ ...target, functions: {}, translate: translateSqliteError });
  return driver.open();
}

/** A schema of its own, since the two clients are two connections. */
const schema = "ferro_bench_hydrate";

async function postgres(): Promise<void> {
  const url = process.env["FERRO_POSTGRES_URL"];
  if (url === undefined) throw new Error("set FERRO_POSTGRES_URL, or ask for sqlite alone");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`drop schema if exists ${schema} cascade; create schema ${schema}`);
  await client.query(`set search_path to ${schema}`);
  await client.query(createTable(postgresDialect));
  const plan = insertPlan(postgresDialect);
  for (let row = 0; row < count; row++) await client.query(plan.sql, plan.bind(sample(row)));

  const target = readUrl(url, {});
  if (target.driver !== "pg") throw new Error("FERRO_POSTGRES_URL is no PostgreSQL URL");
  const driver = await pgDriver({ target: target.target, translate: translatePostgresError });
  const connection = await driver.open();
  const text = `select ${names.join(", ")} from ${schema}.place`;
  const statement = { sql: text, parameters: [], prepare: true };
  const read = async () => (await connection.query(statement)).rows;
  const { compiled, interpreted } = hydrators(postgresDialect);
  const context = {};

  await compare("PostgreSQL (pg)", {
    "pg objects, its own decoding": async () => (await client.query({ name: "own", text })).rows,
    "pg arrays of text, not decoded": async () =>
      (await client.query({ name: "raw", text, rowMode: "array", types: asText })).rows,
    "our driver's rows, not decoded": read,
    "ferro, compiled": async () => compiled.rows(await read(), context),
    "ferro, interpreted": async () => interpreted.rows(await read(), context),
  });
  const rows = await read();
  await compare("PostgreSQL, hydration alone", {
    compiled: () => compiled.rows(rows, context),
    interpreted: () => interpreted.rows(rows, context),
  });
  await connection.close();
  await client.query(`drop schema ${schema} cascade`);
  await client.end();
}

const asText = { getTypeParser: () => (value: string) => value };

if (wanted.includes("sqlite")) await sqlite();
if (wanted.includes("postgres")) await postgres();
