/**
 * Makes a table anew without losing what stands on it or points to it.
 *
 * SQLite deletes or empties the rows that point to a dropped table, unless foreign keys
 * are off, and they can only be switched outside a transaction. The rest of the
 * procedure keeps what the catalog knows and no statement carries over: rows' numbers,
 * the highest number given, triggers, and indexes made by others.
 */
import type { RebuiltTable, Segment } from "../../ddl/plan.ts";
import type { DriverConnection, DriverRow } from "../../driver/driver.ts";
import { MigrationError } from "../../errors/errors.ts";
import { quote } from "./quote.ts";
import { fitTable } from "./rebuild-owned.ts";

type Rebuild = Extract<Segment, { kind: "rebuild" }>;

/**
 * Runs a segment that makes a table anew, or drops tables.
 *
 * @param record - Run in the transaction, right before it is committed.
 * @throws {MigrationError} Something would be lost or broken; nothing was changed.
 */
export async function runRebuild(
  connection: DriverConnection,
  segment: Rebuild,
  record: () => void | Promise<void>,
): Promise<void> {
  if (connection.state !== "idle") {
    throw new MigrationError("tables can't be made anew inside a transaction", {
      hint: "foreign keys can only be switched off outside one; run the migration by itself",
    });
  }
  const keys = await pragma(connection, "foreign_keys");
  const legacy = await pragma(connection, "legacy_alter_table");
  try {
    await setPragma(connection, "foreign_keys", 0);
    // Otherwise the rename fails while a view or another table's trigger speaks of the table.
    await setPragma(connection, "legacy_alter_table", 1);
    await inTransaction(connection, async () => {
      const kept = await look(connection, segment);
      const edited = new Map(kept.tables.map(({ planned, edited }) => [planned, edited]));
      for (const { sql } of segment.steps) await connection.script(edited.get(sql) ?? sql);
      await restore(connection, kept);
      await record();
    });
  } finally {
    await setPragma(connection, "legacy_alter_table", legacy);
    await setPragma(connection, "foreign_keys", keys);
  }
}

async function inTransaction(
  connection: DriverConnection,
  work: () => Promise<void>,
): Promise<void> {
  await connection.script("BEGIN IMMEDIATE");
  try {
    await work();
    await connection.script("COMMIT");
  } catch (error) {
    if (connection.state !== "broken" && connection.state !== "idle") {
      await connection.script("ROLLBACK");
    }
    throw error;
  }
}

interface Kept {
  readonly violations: ReadonlySet<string>;
  readonly tables: readonly KeptTable[];
  /** The views that work. */
  readonly views: readonly string[];
}

interface KeptTable {
  readonly name: string;
  /** The planned statement that makes it, and its own text with the changes, where that can be. */
  readonly planned: string;
  readonly edited: string | null;
  readonly rows: number;
  /** The highest number given, as text. */
  readonly mark: string | null;
  /** Its indexes and triggers. */
  readonly parts: readonly { readonly name: string; readonly sql: string }[];
}

async function look(connection: DriverConnection, segment: Rebuild): Promise<Kept> {
  const violations = await foreignKeyViolations(connection);
  const rows = await rowsOf(connection, "SELECT name FROM main.sqlite_schema WHERE type = 'view'");
  const views: string[] = [];
  for (const [view] of rows) if (await works(connection, String(view))) views.push(String(view));
  const tables: KeptTable[] = [];
  for (const table of segment.tables) tables.push(await lookAt(connection, table));
  return { violations, tables, views };
}

async function lookAt(connection: DriverConnection, table: RebuiltTable): Promise<KeptTable> {
  const { name, without } = table;
  const edited = await fitTable(connection, table);
  const parts = await rowsOf(
    connection,
    `SELECT name, sql FROM main.sqlite_schema WHERE tbl_name = ${text(name)} COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid`,
  );
  return {
    name,
    planned: table.create,
    edited,
    rows: await countOf(connection, name),
    mark: await highestNumber(connection, name),
    parts: parts
      .map(([part, sql]) => ({ name: String(part), sql: String(sql) }))
      .filter((part) => !without.includes(part.name)),
  };
}

async function restore(connection: DriverConnection, kept: Kept): Promise<void> {
  for (const { name, rows, mark, parts } of kept.tables) {
    const now = await countOf(connection, name);
    if (now !== rows) {
      throw new MigrationError(`table "${name}" had ${rows} rows and would have ${now}`);
    }
    await restoreNumber(connection, name, mark);
    for (const part of parts) await restorePart(connection, name, part);
  }
  const broken = [...(await foreignKeyViolations(connection))].filter(
    (violation) => !kept.violations.has(violation),
  );
  if (broken.length > 0) {
    throw new MigrationError(
      `${broken.length} rows would point to nothing: ${broken.slice(0, 5).join("; ")}`,
      { hint: "mend or delete these rows first" },
    );
  }
  for (const view of kept.views) {
    if (await works(connection, view)) continue;
    throw new MigrationError(`the view "${view}" would no longer work`, {
      hint: "drop it before and make it again after, in the same migration",
    });
  }
}

async function restorePart(
  connection: DriverConnection,
  table: string,
  { name, sql }: { readonly name: string; readonly sql: string },
): Promise<void> {
  const present = await rowsOf(
    connection,
    `SELECT 1 FROM main.sqlite_schema WHERE name = ${text(name)}`,
  );
  if (present.length > 0) return;
  try {
    await connection.script(sql);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`"${name}" on table "${table}" no longer fits: ${reason}`, {
      hint: "drop it before, and make it again after in its new form",
      cause,
    });
  }
}

async function highestNumber(connection: DriverConnection, table: string): Promise<string | null> {
  if (!(await hasSequences(connection))) return null;
  const [row] = await rowsOf(
    connection,
    `SELECT CAST(seq AS TEXT) FROM main.sqlite_sequence WHERE name = ${text(table)}`,
  );
  return row === undefined ? null : String(row[0]);
}

/** Without it the numbers of deleted rows would be given again. */
async function restoreNumber(
  connection: DriverConnection,
  table: string,
  mark: string | null,
): Promise<void> {
  if (mark === null || !(await hasSequences(connection))) return;
  const name = text(table);
  const [numbered] = await rowsOf(
    connection,
    `SELECT sql LIKE '%AUTOINCREMENT%' FROM main.sqlite_schema WHERE type = 'table' AND name = ${name}`,
  );
  if (Number(numbered?.[0]) !== 1) return;
  await connection.script(
    `INSERT INTO main.sqlite_sequence (name, seq) SELECT ${name}, 0 WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_sequence WHERE name = ${name}); UPDATE main.sqlite_sequence SET seq = max(seq, ${mark}) WHERE name = ${name}`,
  );
}

async function hasSequences(connection: DriverConnection): Promise<boolean> {
  const rows = await rowsOf(
    connection,
    "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'",
  );
  return rows.length > 0;
}

async function foreignKeyViolations(connection: DriverConnection): Promise<ReadonlySet<string>> {
  try {
    const rows = await rowsOf(connection, "PRAGMA main.foreign_key_check");
    return new Set(rows.map(([child, rowid, parent]) => `${child} row ${rowid} -> ${parent}`));
  } catch (error) {
    // A key that points to columns that are no key: the check can't be made at all.
    return new Set([error instanceof Error ? error.message : String(error)]);
  }
}

async function works(connection: DriverConnection, view: string): Promise<boolean> {
  try {
    await rowsOf(connection, `SELECT * FROM main.${quote(view)} LIMIT 0`);
    return true;
  } catch {
    return false;
  }
}

async function countOf(connection: DriverConnection, table: string): Promise<number> {
  const [row] = await rowsOf(connection, `SELECT count(*) FROM main.${quote(table)}`);
  return Number(row?.[0]);
}

async function pragma(connection: DriverConnection, name: string): Promise<number> {
  const [row] = await rowsOf(connection, `PRAGMA ${name}`);
  return Number(row?.[0]);
}

/** Sets a pragma and reads it back: inside a transaction SQLite ignores some without a word. */
async function setPragma(connection: DriverConnection, name: string, value: number): Promise<void> {
  await connection.script(`PRAGMA ${name} = ${value}`);
  if ((await pragma(connection, name)) === value) return;
  throw new MigrationError(`SQLite did not set ${name} to ${value}`, {
    hint: "a transaction is open on this connection; run the migration by itself",
  });
}

async function rowsOf(connection: DriverConnection, sql: string): Promise<readonly DriverRow[]> {
  const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
  return rows;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
