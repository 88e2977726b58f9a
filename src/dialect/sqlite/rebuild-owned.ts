import type { RebuiltTable } from "../../ddl/plan.ts";
import type { DriverConnection } from "../../driver/driver.ts";
import { MigrationError } from "../../errors/errors.ts";
import { quoteIdentifier } from "../../util/identifier.ts";

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
 * Refuses to make a table anew that has more than the schema knows of: it would be lost.
 *
 * @throws {MigrationError} Names what isn't known.
 */
export async function assertOwned(
  connection: DriverConnection,
  { name: table, columns, before }: RebuiltTable,
): Promise<void> {
  const name = `'${table.replaceAll("'", "''")}'`;
  const ask = async (sql: string) =>
    (await connection.query({ sql, parameters: [], returnsRows: true })).rows;
  const [found] = await ask(
    `SELECT s.sql, l.type FROM main.sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name WHERE s.type = 'table' AND s.name = ${name} COLLATE NOCASE`,
  );
  if (found === undefined || found[1] !== "table") {
    throw new MigrationError(`there is no ordinary table "${table}" to make anew`, {
      hint: "a virtual table, or one of another schema, must be changed by hand",
    });
  }
  const present = await ask(`SELECT name FROM pragma_table_xinfo(${name})`);
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
  const stored = bare(String(found[0]));
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

/** Without text, quoted names and comments. */
function bare(sql: string): string {
  return sql.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\//g,
    " x ",
  );
}
