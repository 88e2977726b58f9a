import { createHash } from "node:crypto";
import type { DriverConnection, DriverRow } from "../../driver/driver.ts";
import type { Blocker, MigrationDialect } from "../migration.ts";
import { castTo } from "./cast.ts";
import { postgresDdl, quoteText } from "./ddl.ts";
import { postgresLease } from "./lease.ts";
import { keepsWritersOut, lockName, ownStrength, readFootprints } from "./trace.ts";

/** Running migrations on PostgreSQL. */
export const postgresMigration: MigrationDialect = {
  begin: "BEGIN",
  transactionTimeouts: ({ lockMs, statementMs }) =>
    `SET LOCAL lock_timeout = ${lockMs}; SET LOCAL statement_timeout = ${statementMs}; SET LOCAL idle_in_transaction_session_timeout = 0`,
  sessionTimeouts: ({ lockMs, statementMs }) => [
    `SET lock_timeout = ${lockMs}; SET statement_timeout = ${statementMs}`,
    "RESET lock_timeout; RESET statement_timeout",
  ],
  serverVersion: "SELECT 'PostgreSQL ' || current_setting('server_version')",
  self: "SELECT pg_catalog.pg_backend_pid()::text",
  blockers,
  findTable: (name) => ({
    sql: "SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass($1)",
    parameters: [name],
  }),
  async tryLock(connection, scope) {
    const { rows } = await connection.query({
      sql: "SELECT pg_catalog.pg_try_advisory_lock($1::bigint)::int",
      parameters: [lockKey(scope)],
    });
    return Number(rows[0]?.[0]) === 1;
  },
  async lockHolder(connection, scope) {
    const { rows } = await connection.query({
      sql: `SELECT a.pid, a.application_name, coalesce(host(a.client_addr), 'local'), extract(epoch FROM now() - a.backend_start)::int
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND ((l.classid::bigint << 32) | l.objid::bigint) = $1::bigint
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())`,
      parameters: [lockKey(scope)],
    });
    const [row] = rows;
    if (row === undefined) return null;
    const [pid, application, host, seconds] = row;
    return `pid ${pid} (${application || "no name"}, from ${host}, connected for ${seconds} s)`;
  },
  lease: postgresLease,
  estimateRows,
  uncastable: (quoted, was, is) => {
    const cast = castTo(quoted, was, is);
    const declared = is.nativeType ?? postgresDdl.columnType(is.type);
    const length = /^varchar\((\d+)\)$/.exec(declared)?.[1];
    // The cast would cut them without a word.
    if (length !== undefined) return { where: `char_length(${quoted}::text) > ${length}` };
    const byText = was.type.kind === "text" || cast.startsWith(`${quoted}::text::`);
    const where = byText
      ? `NOT pg_catalog.pg_input_is_valid(${quoted}::text, ${quoteText(declared)})`
      : null;
    return { where, cast };
  },
  holdsAny: (quoted, { type }, texts) =>
    type.kind === "array"
      ? `${quoted}::text[] && ARRAY[${texts.join(", ")}]::text[]`
      : `${quoted}::text IN (${texts.join(", ")})`,
  trace: {
    footprints: readFootprints,
    keepsWritersOut,
    lockName,
    ownStrength,
    inTransaction: (statement) => statement.replace(/\bCONCURRENTLY\s+/i, ""),
  },
  script: {
    head: "\\set ON_ERROR_STOP on",
    guard: (heads) => {
      const list = heads.map((id) => `'${id}'`).join(", ");
      return `DO $ferro$ BEGIN
  IF (SELECT coalesce(array_agg(id || CASE status WHEN 'partial' THEN ' half done' ELSE '' END ORDER BY id), '{}')
      FROM ferro_migrations m WHERE NOT EXISTS (SELECT FROM ferro_migrations c WHERE c.parents::jsonb ? m.id)) <> ARRAY[${list}]::text[] THEN
    RAISE EXCEPTION 'this database is not where the script starts';
  END IF;
END $ferro$;`;
    },
    rebuild: () => ({ before: [], first: [], last: [], after: [] }),
  },
};

async function blockers(watcher: DriverConnection, self: string): Promise<readonly Blocker[]> {
  const { rows } = await watcher.query({
    sql: `SELECT pid, coalesce(usename, ''), left(regexp_replace(coalesce(query, ''), '\\s+', ' ', 'g'), 80), coalesce(extract(epoch FROM now() - coalesce(xact_start, query_start))::int, 0)
FROM pg_catalog.pg_stat_activity WHERE pid = ANY (pg_catalog.pg_blocking_pids($1::int))`,
    parameters: [self],
  });
  return rows.map(([pid, user, query, seconds]: DriverRow) => ({
    pid: Number(pid),
    user: String(user),
    query: String(query),
    seconds: Number(seconds),
  }));
}

/** Small tables are counted; of others the planner knows, by their size where they were never analyzed. */
async function estimateRows(connection: DriverConnection, table: string): Promise<number | null> {
  const ask = async (sql: string, parameters: readonly string[] = []) =>
    (await connection.query({ sql, parameters, returnsRows: true })).rows[0]?.[0] ?? null;
  const bytes = await ask(
    "SELECT pg_catalog.pg_relation_size(oid) FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1) AND relkind = 'r'",
    [table],
  );
  if (bytes !== null && Number(bytes) < 2 ** 20) {
    return Number(await ask(`SELECT count(*) FROM ${table}`));
  }
  const plan = await ask(`EXPLAIN (FORMAT JSON) SELECT FROM ${table}`);
  if (plan === null) return null;
  const [{ Plan: top }] = JSON.parse(String(plan)) as [{ Plan: Record<string, unknown> }];
  return Number(top["Plan Rows"]);
}

/** A number of our own for each scope; two scopes meet once in 2^63. */
function lockKey(scope: string): string {
  const digest = createHash("sha256").update(`ferro-orm migrations ${scope}`).digest();
  return String(digest.readBigInt64BE(0));
}
