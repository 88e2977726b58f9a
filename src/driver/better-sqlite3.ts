import type { Database, Statement } from "better-sqlite3";
import type { Driver, DriverColumn, DriverRow, DriverValue } from "./driver.ts";
import { missingPeer } from "./missing-peer.ts";
import {
  bindable,
  type SqliteEngine,
  type SqliteStatement,
  UnsafeInteger,
} from "./sqlite-connection.ts";
import { mapRows } from "./sqlite-cursor.ts";
import { type SqliteDriverOptions, sqliteDriver, widenFunction } from "./sqlite-open.ts";
import type { SqliteText } from "./sqlite-text.ts";

type DatabaseClass = typeof import("better-sqlite3");

/** Loads the optional package and makes the driver over it. */
export async function betterSqlite3Driver(options: SqliteDriverOptions): Promise<Driver> {
  let Database: DatabaseClass;
  try {
    Database = (await import("better-sqlite3")).default;
    new Database(":memory:").close(); // the native part loads with the first database
  } catch (error) {
    throw missingPeer("better-sqlite3", "the SQLite driver that was asked for", error);
  }
  return sqliteDriver("better-sqlite3", options, () => new BetterSqlite3Engine(Database, options));
}

class BetterSqlite3Engine implements SqliteEngine {
  readonly #database: Database;

  constructor(Database: DatabaseClass, { file, mode, functions = {} }: SqliteDriverOptions) {
    this.#database = new Database(file, {
      readonly: mode === "ro",
      fileMustExist: mode !== "rwc",
      timeout: 0,
    });
    for (const [name, apply] of Object.entries(functions)) {
      this.#database.function(
        name,
        { deterministic: true, safeIntegers: true },
        widenFunction(apply),
      );
    }
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  prepare(sql: string, text: SqliteText): SqliteStatement {
    return new BetterSqlite3Statement(this.#database.prepare(sql), text);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  close(): void {
    this.#database.close();
  }
}

class BetterSqlite3Statement implements SqliteStatement {
  readonly returnsRows: boolean;
  readonly #statement: Statement<unknown[], DriverRow>;
  readonly #text: SqliteText;
  #bigints = false;

  constructor(statement: Statement, text: SqliteText) {
    this.#statement = statement as Statement<unknown[], DriverRow>; // arrays: raw() below
    this.#text = text;
    this.returnsRows = statement.reader;
    if (this.returnsRows) {
      statement.raw();
    }
  }

  columns(): DriverColumn[] {
    return this.#statement.columns().map(({ name, type }) => ({ name, type }));
  }

  all(values: readonly DriverValue[], bigints: boolean): DriverRow[] {
    if (bigints !== this.#bigints) {
      this.#statement.safeIntegers(bigints);
      this.#bigints = bigints;
    }
    const rows = this.#statement.all(...bindings(this.#text, values));
    tidy(rows, bigints);
    return rows;
  }

  iterate(values: readonly DriverValue[]): Iterator<DriverRow> {
    this.#statement.safeIntegers(true);
    this.#bigints = true;
    return mapRows(this.#statement.iterate(...bindings(this.#text, values)), (row) => {
      tidy([row], true);
      return row;
    });
  }

  run(values: readonly DriverValue[]): number {
    return this.#statement.run(...bindings(this.#text, values)).changes;
  }
}

/** Replaces Buffers by plain byte arrays, and notices integers that the library had to round. */
function tidy(rows: readonly DriverRow[], bigints: boolean): void {
  for (const row of rows) {
    for (let position = 0; position < row.length; position += 1) {
      const cell = row[position];
      if (typeof cell === "number") {
        if (
          !bigints &&
          (cell > Number.MAX_SAFE_INTEGER || cell < Number.MIN_SAFE_INTEGER) &&
          Number.isFinite(cell)
        ) {
          throw new UnsafeInteger("an integer may have been rounded");
        }
      } else if (cell instanceof Uint8Array) {
        row[position] = new Uint8Array(cell);
      }
    }
  }
}

/** `?NNN` is bound by its name, the rest by position. */
function bindings({ numbered }: SqliteText, values: readonly DriverValue[]): unknown[] {
  const bound = values.map(bindable);
  if (numbered.length === 0) {
    return bound;
  }
  const named = Object.fromEntries(numbered.map((index) => [index, bound[index - 1]]));
  return [...bound.filter((_, position) => !numbered.includes(position + 1)), named];
}
