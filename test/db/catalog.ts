/** What a database says about its own tables, in one form for both. */
import type { DriverConnection, DriverRow } from "../../src/driver/driver.ts";

/** All rows of a query. */
export async function rowsOf(connection: DriverConnection, sql: string): Promise<DriverRow[]> {
  const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
  return rows;
}

export interface CatalogColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
}

export interface CatalogIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

/** One table; lists are sorted. */
export interface CatalogTable {
  readonly columns: readonly CatalogColumn[];
  readonly indexes: readonly CatalogIndex[];
  /** Key, unique and foreign key constraints, by name where they have one. */
  readonly constraints: readonly string[];
  readonly checks: readonly string[];
  readonly sequences: readonly string[];
}

export interface Catalog {
  readonly tables: Readonly<Record<string, CatalogTable>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
  /** Everything, to be compared as a whole. */
  readonly dump: string;
}

export async function readPostgresCatalog(connection: DriverConnection): Promise<Catalog> {
  const json = async (sql: string) =>
    (await rowsOf(connection, sql)).map(([row]) => JSON.parse(String(row)));
  const here = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

  const columns = await json(`
    SELECT json_build_object('table', c.relname, 'name', a.attname, 'nullable', NOT a.attnotnull,
      'type', replace(format_type(a.atttypid, a.atttypmod), current_schema() || '.', ''),
      'default', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity,
      'generated', a.attgenerated, 'comment', col_description(c.oid, a.attnum))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = ${here} AND c.relkind = 'r' ORDER BY c.relname, a.attnum`);
  const indexes = await json(`
    SELECT json_build_object('table', t.relname, 'name', i.relname, 'unique', x.indisunique,
      'columns', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY k (num, n)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num))
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relnamespace = ${here} ORDER BY t.relname, i.relname`);
  const constraints = await json(`
    SELECT json_build_object('table', conrelid::regclass::text, 'kind', contype,
      'text', conname || ': ' || pg_get_constraintdef(oid), 'name', conname)
    FROM pg_constraint WHERE connamespace = ${here} AND contype <> 'n' ORDER BY conname`);
  const sequences = await json(`
    SELECT json_build_object('table', t.relname, 'name', s.relname)
    FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND s.relnamespace = ${here} ORDER BY s.relname`);
  const enums = await json(`
    SELECT json_build_object('name', t.typname, 'values', json_agg(e.enumlabel ORDER BY e.enumsortorder))
    FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = ${here} GROUP BY t.typname ORDER BY t.typname`);
  const comments = await json(`
    SELECT json_build_object('table', relname, 'comment', obj_description(oid, 'pg_class'))
    FROM pg_class WHERE relnamespace = ${here} AND relkind = 'r' ORDER BY relname`);

  const names: string[] = comments.map(({ table }) => table);
  const of = (rows: Record<string, never>[], table: string) =>
    rows.filter((row) => unquoted(String(row["table"])) === table);
  const tables = names.map((table): [string, CatalogTable] => [
    table,
    {
      columns: of(columns, table).map((row) => ({
        name: row["name"] ?? "",
        type: row["type"] ?? "",
        nullable: row["nullable"] ?? false,
        default: row["default"] ?? null,
      })),
      indexes: of(indexes, table).map((row) => ({
        name: row["name"] ?? "",
        columns: row["columns"] ?? [],
        unique: row["unique"] ?? false,
      })),
      constraints: of(constraints, table)
        .filter((row) => row["kind"] !== "c")
        .map((row) => row["text"] ?? ""),
      checks: of(constraints, table)
        .filter((row) => row["kind"] === "c")
        .map((row) => row["name"] ?? ""),
      sequences: of(sequences, table).map((row) => row["name"] ?? ""),
    },
  ]);
  return {
    tables: Object.fromEntries(tables),
    enums: Object.fromEntries(enums.map(({ name, values }) => [name, values])),
    dump: JSON.stringify({ columns, indexes, constraints, sequences, enums, comments }, null, 1),
  };
}

export async function readSqliteCatalog(connection: DriverConnection): Promise<Catalog> {
  const schema = await rowsOf(
    connection,
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name <> 'sqlite_sequence' ORDER BY type, name",
  );
  const names = schema.filter(([type]) => type === "table").map(([, name]) => String(name));
  const tables: [string, CatalogTable][] = [];
  for (const name of names) {
    const sql = String(schema.find(([type, other]) => type === "table" && other === name)?.[3]);
    tables.push([name, await readSqliteTable(connection, name, sql)]);
  }
  return {
    tables: Object.fromEntries(tables),
    enums: {},
    dump: JSON.stringify(schema, null, 1),
  };
}

async function readSqliteTable(
  connection: DriverConnection,
  table: string,
  sql: string,
): Promise<CatalogTable> {
  const name = `'${table.replaceAll("'", "''")}'`;
  const columns = await rowsOf(
    connection,
    `SELECT name, type, "notnull", pk, dflt_value FROM pragma_table_xinfo(${name}) ORDER BY cid`,
  );
  const indexes = await rowsOf(
    connection,
    `SELECT l.name, l."unique", (SELECT json_group_array(i.name) FROM pragma_index_info(l.name) i)
     FROM pragma_index_list(${name}) l ORDER BY l.name`,
  );
  const foreignKeys = await rowsOf(
    connection,
    `SELECT group_concat("from"), "table", group_concat("to"), on_update, on_delete
     FROM (SELECT * FROM pragma_foreign_key_list(${name}) ORDER BY id, seq) GROUP BY id ORDER BY 1`,
  );
  const key = columns
    .filter(([, , , place]) => Number(place) > 0)
    .sort(([, , , a], [, , , b]) => Number(a) - Number(b))
    .map(([column]) => column);
  return {
    columns: columns.map(([column, type, notNull, place, preset]) => ({
      name: String(column),
      type: String(type),
      nullable: Number(notNull) === 0 && Number(place) === 0,
      default: preset === null || preset === undefined ? null : String(preset),
    })),
    indexes: indexes.map(([index, unique, list]) => ({
      name: String(index),
      columns: JSON.parse(String(list)),
      unique: Number(unique) === 1,
    })),
    constraints: [
      `primary key (${key.join(",")})`,
      ...foreignKeys.map(
        ([from, target, to, update, remove]) =>
          `foreign key (${from}) references ${target} (${to}) on update ${update} on delete ${remove}`,
      ),
    ],
    checks: [...sql.matchAll(/CONSTRAINT "((?:[^"]|"")+)" CHECK/g)]
      .map(([, check]) => String(check).replaceAll('""', '"'))
      .sort(),
    sequences: /AUTOINCREMENT/i.test(sql) ? ["autoincrement"] : [],
  };
}

function unquoted(name: string): string {
  const last = name.replace(/^"?place_\d+"?\./, "");
  return last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last;
}
