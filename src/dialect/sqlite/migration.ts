import { DriverError } from "../../driver/driver.ts";
import type { MigrationDialect } from "../migration.ts";

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
  script: {
    head: ".bail on",
    // Only a constraint can end a script here.
    guard: (
      heads,
    ) => `CREATE TEMP TABLE ferro_guard (place text CONSTRAINT this_database_is_not_where_the_script_starts CHECK (place = '${heads.join(",")}'));
INSERT INTO ferro_guard SELECT coalesce(group_concat(id, ','), '') FROM (SELECT id FROM ferro_migrations m
  WHERE NOT EXISTS (SELECT 1 FROM ferro_migrations c, json_each(c.parents) p WHERE p.value = m.id) ORDER BY id);
DROP TABLE ferro_guard;`,
    rebuild: (transaction) => [
      "PRAGMA foreign_keys = OFF;",
      "PRAGMA legacy_alter_table = ON;",
      ...transaction,
      "PRAGMA legacy_alter_table = OFF;",
      "PRAGMA foreign_keys = ON;",
    ],
  },
};
