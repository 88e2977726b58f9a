/** Reads the main schema of a SQLite database. */
import type { DriverConnection } from "../../driver/driver.ts";
import { MigrationError } from "../../errors/errors.ts";
import type { SchemaPayload, TableIr, UnmanagedIr } from "../../ir/schema.ts";
import { byName } from "../../util/lists.ts";
import { DdlTextError } from "./ddl-cursor.ts";
import { readIndexText, readTableText } from "./ddl-text.ts";
import { type FoundTextIndex, findTextIndexes, type StoredObject } from "./introspect-full-text.ts";
import { type ColumnFacts, readTable, type StoredTable } from "./introspect-table.ts";

// The list of tables is made once, not once for each table.
const schemaQuery = `
WITH l AS MATERIALIZED (SELECT name, type FROM pragma_table_list WHERE schema = 'main')
SELECT s.type, s.name, s.tbl_name, s.sql, l.type
FROM main.sqlite_schema s
LEFT JOIN l ON l.name = s.name AND s.type IN ('table', 'view')
WHERE s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY s.rowid`;

const columnsQuery = `
SELECT s.name, c.name, c.type, c."notnull", c.pk, c.hidden
FROM main.sqlite_schema s, pragma_table_xinfo(s.name, 'main') c
WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden <> 1
ORDER BY s.rowid, c.cid`;

/** Reads tables and indexes, in two queries. */
export async function introspectSqlite(connection: DriverConnection): Promise<SchemaPayload> {
  const rows = async (sql: string) =>
    (await connection.query({ sql, parameters: [], returnsRows: true })).rows;
  const objects = (await rows(schemaQuery)).map(
    ([type, name, table, sql, kind]): StoredObject => ({
      type: String(type),
      name: String(name),
      table: String(table),
      sql: typeof sql === "string" ? sql : null,
      kind: typeof kind === "string" ? kind : String(type),
    }),
  );
  const facts = Map.groupBy(await rows(columnsQuery), ([table]) => String(table));
  const indexes = Map.groupBy(
    objects.filter(({ type, sql }) => type === "index" && sql !== null),
    ({ table }) => table.toLowerCase(),
  );

  const stored = objects
    .filter(({ type, kind }) => type === "table" && kind === "table")
    .map(
      ({ name, sql }): StoredTable => ({
        name,
        text: parsed(`table "${name}"`, sql, readTableText),
        indexes: (indexes.get(name.toLowerCase()) ?? []).map((index) => ({
          ...parsed(`index "${index.name}"`, index.sql, readIndexText),
          name: index.name,
        })),
        columns: (facts.get(name) ?? []).map(
          ([, column, type, notNull, key, hidden]): ColumnFacts => ({
            name: String(column),
            type: String(type),
            notNull: Number(notNull) === 1,
            key: Number(key),
            generated: Number(hidden) > 1,
          }),
        ),
      }),
    );
  const all = new Map(stored.map((table) => [table.name.toLowerCase(), table]));
  const readings = stored.map((table) => readTable(table, all));
  const texts = findTextIndexes(
    readings.map(({ table }) => table),
    objects,
  );
  const known = new Set(texts.flatMap(({ parts }) => parts));
  const unmanaged = [
    ...readings.flatMap((reading) => reading.unmanaged),
    ...objects.filter(({ name }) => !known.has(name)).flatMap(leftAlone),
  ];
  return {
    tables: readings.map(({ table }) => withTexts(table, texts)).sort(byName),
    enums: [],
    ...(unmanaged.length > 0 && { unmanaged }),
  };
}

function withTexts(table: TableIr, texts: readonly FoundTextIndex[]): TableIr {
  const own = texts.filter((text) => text.table === table.name).map(({ index }) => index);
  return own.length === 0 ? table : { ...table, indexes: [...table.indexes, ...own].sort(byName) };
}

function parsed<Text>(what: string, sql: string | null, read: (sql: string) => Text): Text {
  try {
    return read(sql ?? "");
  } catch (cause) {
    if (!(cause instanceof DdlTextError)) throw cause;
    throw new MigrationError(`could not read how the ${what} was created: ${cause.message}`, {
      hint: "the statement that SQLite keeps for it was edited by hand, or is of a newer SQLite",
      cause,
    });
  }
}

function leftAlone({ type, kind, name, table }: StoredObject): readonly UnmanagedIr[] {
  if (type === "trigger")
    return [{ kind: type, name, table, reason: "a trigger is kept as it is" }];
  if (type === "view") return [{ kind: type, name, reason: "a view is kept as it is" }];
  if (type !== "table" || kind === "table") return [];
  const what = `${kind} table`;
  return [{ kind: what, name, reason: `a ${what} is kept as it is` }];
}
