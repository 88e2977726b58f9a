/** From a URL to a driver and its dialect; drivers are loaded when they are asked for. */
import type { Dialect } from "../dialect/dialect.ts";
import { postgresDialect } from "../dialect/postgres/dialect.ts";
import { translatePostgresError } from "../dialect/postgres/errors.ts";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import { translateSqliteError } from "../dialect/sqlite/errors.ts";
import { sqliteFunctions } from "../dialect/sqlite/functions.ts";
import type { Driver } from "../driver/driver.ts";
import { unreachable } from "../util/unreachable.ts";
import type { UrlTarget } from "./url.ts";

/** A driver and the dialect that its database speaks. */
export interface OpenedDriver {
  readonly driver: Driver;
  readonly dialect: Dialect;
}

/**
 * Makes the driver for a URL. Nothing is connected yet.
 *
 * @throws {ConnectionError} An optional package is not installed.
 */
export async function openDriver(target: UrlTarget): Promise<OpenedDriver> {
  switch (target.driver) {
    case "node:sqlite": {
      const { nodeSqliteDriver } = await import("../driver/node-sqlite.ts");
      return { driver: nodeSqliteDriver(sqliteOptions(target)), dialect: sqliteDialect };
    }
    case "better-sqlite3": {
      const { betterSqlite3Driver } = await import("../driver/better-sqlite3.ts");
      return { driver: await betterSqlite3Driver(sqliteOptions(target)), dialect: sqliteDialect };
    }
    case "pg": {
      const { pgDriver } = await import("../driver/pg.ts");
      const options = { target: target.target, translate: translatePostgresError };
      return { driver: await pgDriver(options), dialect: postgresDialect };
    }
    case "pglite": {
      const { pgliteDriver } = await import("../driver/pglite.ts");
      const { directory, searchPath } = target;
      const options = { directory, searchPath, translate: translatePostgresError };
      return { driver: await pgliteDriver(options), dialect: postgresDialect };
    }
    default:
      return unreachable(target);
  }
}

function sqliteOptions({ file, mode }: Extract<UrlTarget, { backend: "sqlite" }>): {
  file: string;
  mode: "rwc" | "rw" | "ro";
  translate: typeof translateSqliteError;
  functions: typeof sqliteFunctions;
} {
  return { file, mode, translate: translateSqliteError, functions: sqliteFunctions };
}
