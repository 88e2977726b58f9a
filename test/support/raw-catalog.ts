/** What a database itself prints about its tables: for comparing two databases, apart from our own reading. */
import type { DriverConnection } from "../../src/driver/driver.ts";

/** Lines that describe every table, in an order of their own. */
export async function rawCatalog(
  connection: DriverConnection,
  backend: "sqlite" | "postgres",
): Promise<readonly string[]> {
  const queries = backend === "postgres" ? postgres : sqlite;
  const lines: string[] = [];
  for (const sql of queries) {
    const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
    lines.push(...rows.map((row) => row.map(String).join(" | ")));
  }
  return lines.map((line) => line.replaceAll("public.", "")).sort();
}

const tables = `pg_catalog.pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;

const postgres: readonly string[] = [
  `SELECT 'table', relname, relkind, relpersistence, pg_get_partkeydef(oid), obj_description(oid, 'pg_class') FROM ${tables}`,
  `SELECT 'column', c.relname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname,
     format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid),
     a.attcollation::regcollation, col_description(c.oid, a.attnum)
   FROM (SELECT c.* FROM ${tables}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum`,
  `SELECT 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid)
   FROM (SELECT c.* FROM ${tables}) c JOIN pg_constraint k ON k.conrelid = c.oid AND k.conparentid = 0
   WHERE k.contype <> 'n' AND k.contype <> 't'`,
  `SELECT 'index', c.relname, pg_get_indexdef(x.indexrelid), x.indisvalid
   FROM (SELECT c.* FROM ${tables}) c JOIN pg_index x ON x.indrelid = c.oid`,
  `SELECT 'type', t.typname, t.typtype, (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
     format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
     (SELECT string_agg(conname || pg_get_constraintdef(oid), ',' ORDER BY conname) FROM pg_constraint WHERE contypid = t.oid)
   FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd', 'r')`,
  `SELECT 'sequence', c.relname, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle
   FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid WHERE c.relnamespace = 'public'::regnamespace`,
];

const ordinary = `(SELECT s.name FROM sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name AND l.type = 'table' WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite%') t`;

const sqlite: readonly string[] = [
  `SELECT 'table', l.name, l.wr, l.strict FROM ${ordinary} JOIN pragma_table_list l ON l.schema = 'main' AND l.name = t.name`,
  // The rowid is never NULL, whether or not the table says so.
  `SELECT 'column', t.name, c.cid, c.name, lower(c.type), iif(lower(c.type) = 'integer' AND c.pk = 1, 1, c."notnull"), c.dflt_value, c.pk, c.hidden
   FROM ${ordinary}, pragma_table_xinfo(t.name) c`,
  `SELECT 'foreign key', t.name, k.id * 0, k.seq, k."table", k."from", coalesce(k."to", p.name), k.on_update, k.on_delete
   FROM ${ordinary}, pragma_foreign_key_list(t.name) k
   LEFT JOIN pragma_table_info(k."table") p ON p.pk = k.seq + 1 AND k."to" IS NULL`,
  `SELECT 'index', t.name, iif(i.origin = 'c', i.name, i.origin), i."unique", i.partial,
     (SELECT group_concat(concat_ws(' ', x.name, x."desc", x.coll), ',') FROM (SELECT * FROM pragma_index_xinfo(i.name) WHERE key = 1 ORDER BY seqno) x)
   FROM ${ordinary}, pragma_index_list(t.name) i`,
];
