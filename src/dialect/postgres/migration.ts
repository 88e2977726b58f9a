import { createHash } from "node:crypto";
import type { DriverConnection, DriverRow } from "../../driver/driver.ts";
import { quoteQualified } from "../../util/identifier.ts";
import type { Blocker, BuildProgress, MigrationDialect } from "../migration.ts";
import { castTo } from "./cast.ts";
import { postgresDdl, quoteText } from "./ddl.ts";
import { effectOf } from "./effects.ts";
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
  building,
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
  effectOf,
  rebuildEffect: null,
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

/** Each phase counts something else: sessions that are waited for, blocks, or rows. */
async function building(watcher: DriverConnection, self: string): Promise<BuildProgress | null> {
  const { rows } = await watcher.query({
    sql: `SELECT phase, CASE WHEN phase LIKE 'waiting%' AND lockers_total > 0 THEN 100 * lockers_done / lockers_total
  WHEN tuples_total > 0 THEN 100 * tuples_done / tuples_total
  WHEN blocks_total > 0 THEN 100 * blocks_done / blocks_total END
FROM pg_catalog.pg_stat_progress_create_index WHERE pid = $1::int`,
    parameters: [self],
    returnsRows: true,
  });
  const [row] = rows;
  if (row === undefined) return null;
  const [phase, percent = null] = row;
  return {
    phase: String(phase),
    percent: percent === null ? null : Math.min(100, Number(percent)),
  };
}

/** Small tables are counted; of others the planner knows, by their size where they were never analyzed. */
async function estimateRows(connection: DriverConnection, name: string): Promise<number | null> {
  const table = quoteQualified(name);
  const ask = async (sql: string, parameters: readonly string[] = []) =>
    (await connection.query({ sql, parameters, returnsRows: true })).rows[0];
  const found = await ask(
    "SELECT relkind = 'r' AND pg_catalog.pg_relation_size(oid) < 1048576 FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)",
    [table],
  );
  if (found === undefined) return null;
  if (found[0] === "t") return Number((await ask(`SELECT count(*) FROM ${table}`))?.[0]);
  const [text] = (await ask(`EXPLAIN (FORMAT JSON) SELECT FROM ${table}`)) ?? [];
  const [plan] = JSON.parse(String(text)) as [{ Plan: Readonly<Record<string, unknown>> }];
  return Number(plan.Plan["Plan Rows"]);
}

/** A number of our own for each scope; two scopes meet once in 2^63. */
function lockKey(scope: string): string {
  const digest = createHash("sha256").update(`ferro-orm migrations ${scope}`).digest();
  return String(digest.readBigInt64BE(0));
}
