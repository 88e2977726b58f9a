import { DriverError } from "../../driver/driver.ts";
import type { MigrationDialect } from "../migration.ts";
import { guardScript, rebuildScript } from "./script.ts";

/** Running migrations on SQLite. */
export const sqliteMigration: MigrationDialect = {
  begin: "BEGIN IMMEDIATE",
  transactionTimeouts: () => null,
  sessionTimeouts: () => null,
  serverVersion: "SELECT 'SQLite ' || sqlite_version()",
  self: null,
  blockers: () => Promise.resolve([]),
  findTable: (name) => ({
    sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)",
    parameters: [name],
  }),
  /** The connection is to an empty file that is there for this alone: the system frees it with the process. */
  async tryLock(connection) {
    try {
      await connection.script("BEGIN EXCLUSIVE");
      return true;
    } catch (error) {
      if (error instanceof DriverError && error.kind === "busy") return false;
      throw error;
    }
  },
  lockHolder: () => Promise.resolve(null),
  script: { head: ".bail on", guard: guardScript, rebuild: rebuildScript },
};
