/** The bare SQLite libraries, each statement prepared once. */
import { DatabaseSync } from "node:sqlite";
import Database from "better-sqlite3";
import { type Bare, columns, type PlaceInput, rowCount } from "./place.ts";

/** What both libraries can do. */
interface Library {
  exec(sql: string): unknown;
  prepare(sql: string): {
    all(...values: unknown[]): unknown[];
    get(...values: unknown[]): unknown;
    run(...values: unknown[]): { lastInsertRowid: number | bigint };
  };
  close(): unknown;
}

interface Row {
  active: unknown;
  capital: unknown;
  created: unknown;
  updated: unknown;
  meta: unknown;
}

/** Rows of one multi-row INSERT. */
const group = 100;

export function bareSqlite(name: string, path: string, schema: string): Bare {
  const library = (name === "node:sqlite"
    ? new DatabaseSync(path)
    : new Database(path)) as unknown as Library;
  library.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on");
  library.exec(schema);
  const list = `id, ${columns.join(", ")}`;
  const marks = `(${columns.map(() => "?").join(", ")})`;
  const into = `insert into place (${columns.join(", ")}) values `;
  const all = library.prepare(`select ${list} from place`);
  const one = library.prepare(`select ${list} from place where id = ?`);
  const page = library.prepare(`select ${list} from place where id > ? order by id limit 20`);
  const insert = library.prepare(into + marks);
  const insertMany = library.prepare(into + Array.from({ length: group }, () => marks).join(", "));
  const update = library.prepare("update place set population = ? where id = ?");
  const remove = library.prepare("delete from place where id = ?");
  const begin = library.prepare("begin immediate");
  const commit = library.prepare("commit");

  const bulk = (rows: readonly PlaceInput[]) => {
    begin.run();
    let start = 0;
    for (; start + group <= rows.length; start += group) {
      insertMany.run(...rows.slice(start, start + group).flatMap(encode));
    }
    for (const row of rows.slice(start)) insert.run(...encode(row));
    commit.run();
  };
  const bare: Bare = {
    all: () => all.all().map((row) => decode(row as Row)),
    get: (id) => decode(one.get(id) as Row),
    page: (after) => page.all(after).map((row) => decode(row as Row)),
    insert: (input) => Number(insert.run(...encode(input)).lastInsertRowid),
    setPopulation: (id, population) => update.run(population, id),
    delete: (id) => remove.run(id),
    five: (first, second, population, input) => {
      begin.run();
      bare.get(first);
      bare.get(second);
      update.run(population, first);
      update.run(population, second);
      insert.run(...encode(input));
      commit.run();
    },
    setAll: (ids, population) => {
      begin.run();
      for (const id of ids) update.run(population, id);
      commit.run();
    },
    bulk,
    tidy: () => library.exec(`delete from place where id > ${rowCount}`),
    close: () => library.close(),
  };
  return bare;
}

/** In place, as a careful programmer would. */
function decode(row: Row): Row {
  row.active = row.active === 1;
  row.capital = row.capital === 1;
  row.created = new Date(row.created as string);
  row.updated = row.updated === null ? null : new Date(row.updated as string);
  row.meta = JSON.parse(row.meta as string);
  return row;
}

function encode(input: PlaceInput): unknown[] {
  return [
    input.name,
    input.code,
    input.population,
    input.latitude,
    input.active ? 1 : 0,
    input.capital ? 1 : 0,
    input.created.toISOString(),
    input.updated?.toISOString() ?? null,
    JSON.stringify(input.meta),
  ];
}
