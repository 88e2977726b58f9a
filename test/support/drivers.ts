/** Drivers for test databases, put together without `connect`. */
import { readUrl } from "../../src/connect/url.ts";
import { translatePostgresError } from "../../src/dialect/postgres/errors.ts";
import { translateSqliteError } from "../../src/dialect/sqlite/errors.ts";
import { betterSqlite3Driver } from "../../src/driver/better-sqlite3.ts";
import type {
  Driver,
  DriverConnection,
  DriverResult,
  DriverValue,
} from "../../src/driver/driver.ts";
import { nodeSqliteDriver } from "../../src/driver/node-sqlite.ts";
import { pgDriver } from "../../src/driver/pg.ts";
import { pgliteDriver } from "../../src/driver/pglite.ts";
import type { SqlFunction } from "../../src/driver/sqlite-open.ts";
import { threadedSqlite } from "../../src/driver/sqlite-worker.ts";
import type { TestDatabase } from "./databases.ts";

export async function openDriver(
  db: TestDatabase,
  {
    url = db.url,
    functions,
  }: { readonly url?: string; readonly functions?: Record<string, SqlFunction> } = {},
): Promise<Driver> {
  const target = readUrl(url, {
    sqlite: db.driver === "better-sqlite3" ? "better-sqlite3" : "node:sqlite",
  });
  if (target.backend === "sqlite" && db.threads !== undefined) {
    const { file, mode, driver: library } = target;
    const { threads } = db;
    const entry = new URL("./sqlite-thread.ts", import.meta.url);
    return threadedSqlite({ file, mode, library, threads, entry }).driver;
  }
  switch (target.driver) {
    case "node:sqlite":
      return nodeSqliteDriver({ ...target, functions, translate: translateSqliteError });
    case "better-sqlite3":
      return betterSqlite3Driver({ ...target, functions, translate: translateSqliteError });
    case "pg":
      return pgDriver({ target: target.target, translate: translatePostgresError });
    case "pglite":
      return pgliteDriver({ ...target, translate: translatePostgresError });
  }
}

/** Runs one statement, whether the driver answers at once or later. */
export async function runOn(
  connection: DriverConnection,
  sql: string,
  parameters: readonly DriverValue[] = [],
  options: { readonly bigints?: boolean; readonly prepare?: boolean } = {},
): Promise<DriverResult> {
  return connection.query({ sql, parameters, ...options });
}

/** Everything a logger could find in an error. */
export function printed(error: unknown): string {
  const texts: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    texts.push(
      each.message,
      each.stack ?? "",
      JSON.stringify(each, Object.getOwnPropertyNames(each)),
    );
  }
  return texts.join("\n");
}
