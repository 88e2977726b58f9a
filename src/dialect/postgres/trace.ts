/** What a transaction does to tables, asked in the transaction itself. */
import type { DriverConnection } from "../../driver/driver.ts";
import type { Footprint } from "../migration.ts";

const sql = `SELECT c.oid::text, c.relname::text,
  coalesce((SELECT json_agg(DISTINCT l.mode) FROM pg_catalog.pg_locks l
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.relation = c.oid AND l.granted), '[]')::text,
  (SELECT json_object_agg(f.oid, f.relfilenode) FROM pg_catalog.pg_class f
    WHERE f.oid = c.oid OR f.oid IN (SELECT indexrelid FROM pg_catalog.pg_index WHERE indrelid = c.oid))::text,
  coalesce(s.seq_tup_read, 0)::text
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_stat_xact_all_tables s ON s.relid = c.oid
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND c.relnamespace NOT IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')
ORDER BY c.relname, c.oid`;

/** Every table, the locks that this transaction holds on it, its files, and how many rows it has read of it. */
export async function readFootprints(connection: DriverConnection): Promise<readonly Footprint[]> {
  const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
  return rows.map(([id, table, locks, files, read]) => ({
    id: String(id),
    table: String(table),
    locks: (JSON.parse(String(locks)) as string[]).map((mode) => strength.indexOf(mode)),
    files: JSON.parse(String(files)) as Record<string, string>,
    rowsRead: Number(read),
  }));
}

/** Locks on tables, the weakest first. */
const strength: readonly string[] = [
  "",
  "AccessShareLock",
  "RowShareLock",
  "RowExclusiveLock",
  "ShareUpdateExclusiveLock",
  "ShareLock",
  "ShareRowExclusiveLock",
  "ExclusiveLock",
  "AccessExclusiveLock",
];

/** A lock in words, by its strength. */
export function lockName(level: number): string {
  const name = strength[level] ?? "";
  return name
    .replace(/Lock$/, "")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();
}

/** The strength of a lock that keeps writers out. */
export const keepsWritersOut: number = strength.indexOf("ShareLock");

/** The strength that a statement takes by itself, for one whose transaction holds a stronger one already. */
export function ownStrength(statement: string): number | null {
  if (/\bVALIDATE\s+CONSTRAINT\b/i.test(statement)) {
    return strength.indexOf("ShareUpdateExclusiveLock");
  }
  return /^\s*(?:UPDATE|INSERT|DELETE|WITH|MERGE)\b/i.test(statement)
    ? strength.indexOf("RowExclusiveLock")
    : null;
}
