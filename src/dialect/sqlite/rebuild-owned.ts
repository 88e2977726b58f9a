import type { RebuiltTable } from "../../ddl/plan.ts";
import type { DriverConnection, DriverRow, DriverValue } from "../../driver/driver.ts";
import { MigrationError } from "../../errors/errors.ts";
import { quoteIdentifier } from "../../util/identifier.ts";
import { readTableText } from "./ddl-text.ts";
import { quote } from "./quote.ts";
import { editTableText } from "./rebuild-edit.ts";
import { spellSqliteSql } from "./same-sql.ts";

/** Clauses that would be lost if the table's own statement had more of them than Ferro's. */
const clauses = [
  /\bON\s+CONFLICT\b/gi,
  /\bCHECK\s*\(/gi,
  /\bCOLLATE\b/gi,
  /\bREFERENCES\b/gi,
  /\bGENERATED\b|\bAS\s*\(/gi,
  /\bDEFERRABLE\b/gi,
  /\bSTRICT\b/gi,
  /\bWITHOUT\s+ROWID\b/gi,
  /\bAUTOINCREMENT\b/gi,
];

/**
 * Finds the statement that makes a table in its new form: its own text with the changes where they can be
 * made there, else the planned one.
 *
 * @returns Null for the planned one.
 * @throws {MigrationError} Something that the schema doesn't know of would be lost; names it.
 */
export async function fitTable(
  connection: DriverConnection,
  table: RebuiltTable,
): Promise<string | null> {
  const stored = await readStored(connection, table);
  if (stored === table.before) return null;
  const aside = readTableText(table.create).name;
  const edited = editTableText(stored, table.from, table.to, aside);
  if (edited !== null && (await makesTheSame(connection, edited, table.create, aside))) {
    return edited;
  }
  assertNothingLost(table, stored);
  return null;
}

/** The statement of a table whose columns are all known. */
async function readStored(
  connection: DriverConnection,
  { name: table, columns }: RebuiltTable,
): Promise<string> {
  const name = `'${table.replaceAll("'", "''")}'`;
  const [found] = await rowsOf(
    connection,
    `SELECT s.sql, l.type FROM main.sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name WHERE s.type = 'table' AND s.name = ${name} COLLATE NOCASE`,
  );
  if (found === undefined || found[1] !== "table") {
    throw new MigrationError(`there is no ordinary table "${table}" to make anew`, {
      hint: "a virtual table, or one of another schema, must be changed by hand",
    });
  }
  const present = await rowsOf(connection, `SELECT name FROM pragma_table_xinfo(${name})`);
  const unknown = present
    .map(([column]) => String(column))
    .filter((column) => !columns.some((known) => known.toLowerCase() === column.toLowerCase()));
  if (unknown.length > 0) {
    throw new MigrationError(
      `table "${table}" has columns that the schema doesn't know and that would be lost: ${unknown.join(", ")}`,
      {
        hint: `keep them: \`ferro revision --from-drift\` takes them into the history; or drop them: ${unknown.map((column) => `ALTER TABLE ${quoteIdentifier(table)} DROP COLUMN ${quoteIdentifier(column)}`).join("; ")}`,
      },
    );
  }
  return String(found[0]);
}

function assertNothingLost({ name: table, before }: RebuiltTable, sql: string): void {
  const stored = bare(sql);
  const own = bare(before);
  const lost = clauses.flatMap((clause) => {
    const some = stored.match(clause) ?? [];
    return some.length > (own.match(clause) ?? []).length ? [String(some[0])] : [];
  });
  if (lost.length === 0) return;
  throw new MigrationError(
    `table "${table}" is declared with more than the schema says, and it would be lost: ${lost.join(", ")}`,
    { hint: "pull the table's model anew, or change the table by hand" },
  );
}

/** Whether a table's edited text comes to what was planned: made both ways, and looked at. */
async function makesTheSame(
  connection: DriverConnection,
  edited: string,
  planned: string,
  name: string,
): Promise<boolean> {
  const facts: string[] = [];
  for (const sql of [planned, edited]) {
    try {
      await connection.script(sql);
    } catch (error) {
      // The planned one may not fit either: then the plan itself says so.
      if (sql === edited) return false;
      throw error;
    }
    facts.push(await factsOf(connection, name));
    await connection.script(`DROP TABLE ${quote(name)}`);
  }
  return facts[0] === facts[1];
}

/** What SQLite knows of a table but for the order of its columns, as text. */
async function factsOf(connection: DriverConnection, table: string): Promise<string> {
  const name = `'${table.replaceAll("'", "''")}'`;
  const columns = await rowsOf(
    connection,
    // A key takes no NULL whether it says so or not.
    `SELECT lower(name), "notnull" AND pk = 0, dflt_value, pk, hidden FROM pragma_table_xinfo(${name})`,
  );
  // A key that names no columns points to the primary key.
  const keys = await rowsOf(
    connection,
    `SELECT group_concat(lower("from")), lower("table"), group_concat(coalesce(lower("to"), (SELECT lower(p.name) FROM pragma_table_info("table") p WHERE p.pk = seq + 1))), on_update, on_delete FROM (SELECT * FROM pragma_foreign_key_list(${name}) ORDER BY id, seq) GROUP BY id`,
  );
  const uniques = await rowsOf(
    connection,
    `SELECT (SELECT group_concat(lower(i.name)) FROM pragma_index_info(l.name) i) FROM pragma_index_list(${name}) l WHERE l.origin = 'u'`,
  );
  const options = await rowsOf(
    connection,
    `SELECT wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ${name}`,
  );
  const told = (rows: readonly DriverRow[]): readonly string[] =>
    rows
      .map((row) =>
        JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value)),
      )
      .sort();
  const spelled = columns.map(
    ([column, taken, initial, ...rest]): DriverRow => [
      column as DriverValue,
      taken as DriverValue,
      initial === null || initial === undefined ? null : spellSqliteSql(String(initial)),
      ...rest,
    ],
  );
  return JSON.stringify([spelled, keys, uniques, options].map(told));
}

async function rowsOf(connection: DriverConnection, sql: string): Promise<readonly DriverRow[]> {
  return (await connection.query({ sql, parameters: [], returnsRows: true })).rows;
}

/** Without text, quoted names and comments. */
function bare(sql: string): string {
  return sql.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\//g,
    " x ",
  );
}
