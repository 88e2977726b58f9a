import { type DriverConnection, DriverError } from "../../driver/driver.ts";
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
    guard: (heads) => `CREATE TEMP TABLE ferro_guard (place text CONSTRAINT this_database_is_not_where_the_script_starts CHECK (place = '${heads.join(",")}'));
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
  rebuild,
};

/**
 * Dropping a table deletes what points to it while foreign keys are on, and a transaction can't switch
 * them off: that is done before it, and read back.
 */
async function rebuild(
  connection: DriverConnection,
  work: (verify: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const foreignKeys = await readPragma(connection, "foreign_keys");
  const legacy = await readPragma(connection, "legacy_alter_table");
  await connection.script("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON");
  try {
    if ((await readPragma(connection, "foreign_keys")) !== 0) {
      throw new DriverError("foreign keys can't be switched off here", { kind: "other" });
    }
    const before = await violations(connection);
    await work(async () => {
      const fresh = [...(await violations(connection))].filter((each) => !before.has(each));
      if (fresh.length === 0) return;
      const [table, , parent] = JSON.parse(fresh[0] ?? "[]") as string[];
      throw new DriverError(
        `${fresh.length} rows would point to nothing, the first from table "${table}" to "${parent}"`,
        { kind: "foreignKey", table },
      );
    });
  } finally {
    await connection.script(
      `PRAGMA foreign_keys = ${foreignKeys}; PRAGMA legacy_alter_table = ${legacy}`,
    );
  }
}

async function readPragma(connection: DriverConnection, name: string): Promise<number> {
  const { rows } = await connection.query({
    sql: `PRAGMA ${name}`,
    parameters: [],
    returnsRows: true,
  });
  return Number(rows[0]?.[0]);
}

async function violations(connection: DriverConnection): Promise<ReadonlySet<string>> {
  const { rows } = await connection.query({
    sql: "PRAGMA foreign_key_check",
    parameters: [],
    returnsRows: true,
  });
  return new Set(rows.map((row) => JSON.stringify(row)));
}
