/**
 * The migration lock as a row. Whoever works under it holds the row FOR KEY SHARE in each transaction:
 * renewing it goes on beside that, and taking it over, which changes its unique token, doesn't.
 */
import type { DriverConnection, DriverResult, DriverValue } from "../../driver/driver.ts";
import { DriverError } from "../../driver/driver.ts";
import type { LeaseDialect } from "../migration.ts";

const table = `CREATE TABLE IF NOT EXISTS ferro_migration_lease (
  scope text PRIMARY KEY, token text NOT NULL UNIQUE, holder text NOT NULL,
  taken_at timestamptz NOT NULL, renewed_at timestamptz NOT NULL, expires_at timestamptz NOT NULL)`;

/** A lease whose time is over and that no transaction works under; others are passed by, never waited for. */
const ended = `SELECT token FROM ferro_migration_lease
  WHERE scope = $1 AND expires_at < pg_catalog.clock_timestamp() FOR UPDATE SKIP LOCKED`;

const until = (place: string): string =>
  `pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => ${place}::double precision / 1000)`;

/** Leases on PostgreSQL. */
export const postgresLease: LeaseDialect = {
  async create(connection) {
    if (await exists(connection)) return;
    try {
      await connection.script(table);
    } catch (error) {
      // Two that make a table at once may both find it missing.
      if (!(error instanceof DriverError) || !(await exists(connection))) throw error;
    }
  },
  async take(connection, { scope, token, holder, forMs }) {
    const made = await ask(
      connection,
      `INSERT INTO ferro_migration_lease (scope, token, holder, taken_at, renewed_at, expires_at)
VALUES ($1, $2, $3, pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp(), ${until("$4")})
ON CONFLICT (scope) DO NOTHING RETURNING 1`,
      [scope, token, holder, forMs],
    );
    if (made.rows.length > 0) return true;
    const taken = await ask(
      connection,
      `UPDATE ferro_migration_lease SET token = $2, holder = $3, taken_at = pg_catalog.clock_timestamp(),
  renewed_at = pg_catalog.clock_timestamp(), expires_at = ${until("$4")}
WHERE token = (${ended}) RETURNING 1`,
      [scope, token, holder, forMs],
    );
    return taken.rows.length > 0;
  },
  async renew(connection, { token, forMs }) {
    const { rows } = await ask(
      connection,
      `UPDATE ferro_migration_lease SET renewed_at = pg_catalog.clock_timestamp(), expires_at = ${until("$2")}
WHERE token = $1 RETURNING 1`,
      [token, forMs],
    );
    return rows.length > 0;
  },
  async hold(connection, { token }) {
    const { rows } = await ask(
      connection,
      "SELECT 1 FROM ferro_migration_lease WHERE token = $1 FOR KEY SHARE",
      [token],
    );
    return rows.length > 0;
  },
  async holder(connection, scope) {
    if (!(await exists(connection))) return null;
    await ask(connection, `DELETE FROM ferro_migration_lease WHERE token = (${ended})`, [scope]);
    const { rows } = await ask(
      connection,
      `SELECT holder, extract(epoch FROM pg_catalog.clock_timestamp() - taken_at)::int, extract(epoch FROM pg_catalog.clock_timestamp() - renewed_at)::int
FROM ferro_migration_lease WHERE scope = $1`,
      [scope],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const [holder, seconds, renewed] = row;
    return `${holder} (a lease, for ${seconds} s, renewed ${renewed} s ago)`;
  },
  async release(connection, { token }) {
    await ask(connection, "DELETE FROM ferro_migration_lease WHERE token = $1", [token]);
  },
};

async function exists(connection: DriverConnection): Promise<boolean> {
  const { rows } = await ask(
    connection,
    "SELECT 1 WHERE pg_catalog.to_regclass('ferro_migration_lease') IS NOT NULL",
    [],
  );
  return rows.length > 0;
}

function ask(
  connection: DriverConnection,
  sql: string,
  parameters: readonly DriverValue[],
): DriverResult | Promise<DriverResult> {
  return connection.query({ sql, parameters, returnsRows: true });
}
