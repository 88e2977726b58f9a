/** From a URL to a driver and its dialect; drivers are loaded when they are asked for. */
import type { Dialect } from "../dialect/dialect.ts";
import { postgresDialect } from "../dialect/postgres/dialect.ts";
import { translatePostgresError } from "../dialect/postgres/errors.ts";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import { translateSqliteError } from "../dialect/sqlite/errors.ts";
import { sqliteFunctions } from "../dialect/sqlite/functions.ts";
import type { Driver, ErrorTranslator, Statement } from "../driver/driver.ts";
import type { SqliteDriverOptions } from "../driver/sqlite-open.ts";
import { UsageError } from "../errors/errors.ts";
import { unreachable } from "../util/unreachable.ts";
import type { UrlTarget } from "./url.ts";

/** A driver and the dialect that its database speaks. */
export interface OpenedDriver {
  readonly driver: Driver;
  /** For connections that only read, where the database lets them work beside one writer. */
  readonly reader?: Driver;
  readonly dialect: Dialect;
  /** The setting that each transaction begins with, once a connection has shown that it is needed. */
  readonly perTransaction?: () => Statement | undefined;
  /** Whether each transaction may meet another session of the server; known once a connection is open. */
  readonly isPooled?: () => boolean;
}

/** What the options of `connect()` say about drivers. */
export interface DriverChoices {
  readonly prepareStatements?: boolean | undefined;
  /** SQLite: how many worker threads hold the connections; none when left out. */
  readonly threads?: number | undefined;
  /** Takes the URL's secrets out of what a server says. */
  readonly redact: (error: unknown) => void;
}

/**
 * Makes the driver for a URL. Nothing is connected yet.
 *
 * @throws {ConnectionError} An optional package is not installed.
 * @throws {UsageError} Threads were asked for, and the database is not SQLite.
 */
export async function openDriver(
  target: UrlTarget,
  { prepareStatements, threads, redact }: DriverChoices,
): Promise<OpenedDriver> {
  if (threads !== undefined) {
    if (target.backend === "sqlite") return sqliteInThreads(target, threads);
    throw new UsageError(
      "pool.threads is for SQLite: a PostgreSQL server has processes of its own",
      { hint: "leave pool.threads out" },
    );
  }
  const translate: ErrorTranslator = (error) => {
    redact(error);
    return translatePostgresError(error);
  };
  switch (target.driver) {
    case "node:sqlite": {
      const { nodeSqliteDriver } = await import("../driver/node-sqlite.ts");
      return sqlite(target, nodeSqliteDriver);
    }
    case "better-sqlite3": {
      const { betterSqlite3Driver } = await import("../driver/better-sqlite3.ts");
      return sqlite(target, betterSqlite3Driver);
    }
    case "pg": {
      const { pgDriver } = await import("../driver/pg.ts");
      const driver = await pgDriver({
        target: target.target,
        translate,
        prepareStatements,
        searchPathPerTransaction: true,
      });
      const { searchPath } = target.target;
      return {
        driver,
        dialect: postgresDialect,
        isPooled: () => driver.pooled === true,
        ...(searchPath !== undefined && {
          perTransaction: () =>
            driver.pooled === true ? searchPathStatement(searchPath) : undefined,
        }),
      };
    }
    case "pglite": {
      const { pgliteDriver } = await import("../driver/pglite.ts");
      const { directory, searchPath } = target;
      const options = { directory, searchPath, translate };
      return { driver: await pgliteDriver(options), dialect: postgresDialect };
    }
    default:
      return unreachable(target);
  }
}

/** One writer and, for a file, readers beside it. */
async function sqlite(
  { file, mode }: Extract<UrlTarget, { backend: "sqlite" }>,
  make: (options: SqliteDriverOptions) => Driver | Promise<Driver>,
): Promise<OpenedDriver> {
  const options = { file, mode, translate: translateSqliteError, functions: sqliteFunctions };
  const driver = await make(options);
  if (file === ":memory:" || mode === "ro") return { driver, dialect: sqliteDialect };
  return { driver, reader: await make({ ...options, mode: "ro" }), dialect: sqliteDialect };
}

/** The same in worker threads, so that no statement holds up the event loop. */
async function sqliteInThreads(
  { file, mode, driver: library }: Extract<UrlTarget, { backend: "sqlite" }>,
  threads: number,
): Promise<OpenedDriver> {
  const { threadedSqlite } = await import("../driver/sqlite-worker.ts");
  // The bundle holds the entry beside the module that this one becomes a part of.
  const entry = new URL(
    import.meta.url.endsWith(".ts") ? "./sqlite-thread.ts" : "./sqlite-thread.js",
    import.meta.url,
  );
  const { driver, reader } = threadedSqlite({ file, mode, library, threads, entry });
  return { driver, ...(reader !== undefined && { reader }), dialect: sqliteDialect };
}

/** Behind a pooler that hands out sessions by the transaction, a setting must end with it. */
function searchPathStatement(searchPath: string): Statement {
  return { sql: "select set_config('search_path', $1, true)", parameters: [searchPath] };
}
