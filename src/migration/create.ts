/** Creates what a database lacks; what exists is never touched. */
import { setTimeout as sleep } from "node:timers/promises";
import { type DdlStatement, emitCreate } from "../ddl/create.ts";
import type { DdlDialect } from "../ddl/dialect.ts";
import { type DriverConnection, DriverError, type Statement } from "../driver/driver.ts";
import { MigrationError } from "../errors/errors.ts";
import type { SchemaIr, TableIr } from "../ir/schema.ts";
import { comesBeforeEnums } from "../ir/schema-object.ts";
import { bareName, nameBeside, schemasIn } from "../util/identifier.ts";
import { historyTables } from "./history-tables.ts";

/** The part of a connection that schema changes need. No transaction may be open on it. */
export type SchemaExecutor = Pick<DriverConnection, "query" | "script">;

/** What was done. */
export interface CreateReport {
  /** Names of the tables made, in order; empty when nothing was missing. */
  readonly created: readonly string[];
  /** The statements run. */
  readonly statements: readonly DdlStatement[];
}

/** How long other processes may hold SQLite's locks before this gives up, in milliseconds. */
const lockPatience = 30_000;

/**
 * Creates the tables of `ir` that don't exist, with their indexes and enum types.
 *
 * All in one transaction and under a lock, so several processes may start at
 * once. A table that exists is left exactly as it is, indexes included. When
 * nothing is missing, only the catalog is read.
 *
 * @param setting - Run at the start of the transaction: the search path, where a pooler would lose it.
 * @throws {MigrationError} A statement failed, or a name is taken by something that isn't a table; nothing was changed.
 */
export async function createMissing(
  connection: SchemaExecutor,
  ir: SchemaIr,
  dialect: DdlDialect,
  setting?: Statement,
): Promise<CreateReport> {
  // A setting holds inside the transaction alone, so before it the catalog would be that of another schema.
  if (setting === undefined) {
    const { ir: before } = await missingFrom(connection, ir, dialect);
    if (before.payload.tables.length === 0) return { created: [], statements: [] };
  }

  return exclusively(connection, dialect, setting, "creating tables", async (run) => {
    const { ir: missing } = await missingFrom(connection, ir, dialect);
    const statements = missing.payload.tables.length === 0 ? [] : emitCreate(missing, dialect);
    await createAll(run, statements);
    return { created: createdTables(statements), statements };
  });
}

/** Runs a statement; `problem` says what could not be done when it fails. */
export type RunStatement = (sql: string, problem: string) => Promise<void>;

/** Runs the statements that make tables. */
export async function createAll(
  run: RunStatement,
  statements: readonly DdlStatement[],
): Promise<void> {
  for (const statement of statements) {
    await run(statement.sql, `could not create ${describe(statement)}`);
  }
}

/** The names of the tables that statements make. */
export function createdTables(statements: readonly DdlStatement[]): readonly string[] {
  return statements.filter(({ kind }) => kind === "table").map(({ table }) => String(table));
}

/** Runs `work` in one transaction, one process at a time; all of it is taken back when it throws. */
export async function exclusively<Result>(
  connection: SchemaExecutor,
  { exclusive }: DdlDialect,
  setting: Statement | undefined,
  what: string,
  work: (run: RunStatement) => Promise<Result>,
): Promise<Result> {
  const run: RunStatement = (sql, problem) =>
    patiently(exclusive, problem, sql, () => connection.script(sql));
  await run(exclusive.begin, `could not begin ${what}`);
  try {
    if (setting !== undefined) await connection.query(setting);
    if (exclusive.lock !== null) await run(exclusive.lock, "could not take the schema lock");
    const result = await work(run);
    await run(exclusive.commit, `could not commit ${what}`);
    return result;
  } catch (error) {
    await rollBack(connection, exclusive.rollback);
    throw error;
  }
}

/** What a database lacks. */
export interface Missing {
  /** The part of the schema. */
  readonly ir: SchemaIr;
  /** Whether versioned migrations keep a history there. */
  readonly hasHistory: boolean;
}

/** The part of `ir` that the database lacks. */
export async function missingFrom(
  connection: SchemaExecutor,
  ir: SchemaIr,
  dialect: DdlDialect,
): Promise<Missing> {
  const { tables, enums, objects } = ir.payload;
  const present = await readRelations(
    connection,
    schemasIn(tables.map(({ name }) => name)),
    dialect,
  );
  const missing = tables.filter(({ name }) => {
    const readable = present.get(dialect.foldIdentifier(name));
    if (readable === false) throw taken(`table "${name}"`, name);
    return readable === undefined;
  });
  for (const table of missing) assertIndexNamesFree(table, present, dialect);
  const used = new Set(
    missing.flatMap(({ columns }) => columns.flatMap(({ type }) => enumNames(type))),
  );
  // Domains and functions may be made of enums too.
  const texts = (objects ?? []).filter((object) => !comesBeforeEnums(object));
  const isNamed = (name: string): boolean => texts.some(({ sql }) => sql.includes(bareName(name)));
  const payload = {
    tables: missing,
    enums: enums.filter(({ name }) => used.has(name) || isNamed(name)),
    ...(objects !== undefined && missing.length > 0 && { objects }),
  };
  return { ir: { ...ir, payload }, hasHistory: present.has(historyTables[0] ?? "") };
}

/** Names in the current schema and in those named, and whether each is something to read rows from. */
export async function readRelations(
  connection: SchemaExecutor,
  schemas: readonly string[],
  dialect: DdlDialect,
): Promise<ReadonlyMap<string, boolean>> {
  const sql = dialect.exclusive.relations(schemas);
  const { rows } = await patiently(
    dialect.exclusive,
    "could not read which tables exist",
    sql,
    () => connection.query({ sql, parameters: [], returnsRows: true }),
  );
  return new Map(
    rows.map(([name, readable]) => [dialect.foldIdentifier(String(name)), Number(readable) === 1]),
  );
}

/** CREATE INDEX IF NOT EXISTS would pass over a name that another table's index has. */
function assertIndexNamesFree(
  table: TableIr,
  present: ReadonlyMap<string, boolean>,
  dialect: DdlDialect,
): void {
  const uniques = table.uniques.filter(({ inline }) => !inline);
  for (const { name } of [...table.indexes, ...uniques]) {
    if (present.has(dialect.foldIdentifier(nameBeside(table.name, name)))) {
      throw taken(`index "${name}" of table "${table.name}"`, name);
    }
  }
}

function enumNames(type: TableIr["columns"][number]["type"]): readonly string[] {
  if (type.kind === "array") return enumNames(type.element);
  return type.kind === "enum" && type.name !== null ? [type.name] : [];
}

function taken(what: string, name: string): MigrationError {
  return new MigrationError(
    `could not create the ${what}: something else in the database is called "${name}"`,
    { hint: "rename or drop it there, or give the table or column another name in the model" },
  );
}

/** Runs an action, again and again while another process holds SQLite's lock, without blocking. */
async function patiently<T>(
  { retriesBusy }: DdlDialect["exclusive"],
  problem: string,
  sql: string,
  action: () => T | Promise<T>,
): Promise<T> {
  const deadline = performance.now() + lockPatience;
  for (;;) {
    try {
      return await action();
    } catch (cause) {
      const busy = retriesBusy && cause instanceof DriverError && cause.kind === "busy";
      if (!busy || performance.now() > deadline) throw failure(problem, sql, cause);
      await sleep(5 + Math.random() * 45);
    }
  }
}

async function rollBack(connection: SchemaExecutor, sql: string): Promise<void> {
  try {
    await connection.script(sql);
  } catch {
    // The first error is the one to report; a connection that can't roll back is broken and says so.
  }
}

function describe({ kind, table }: DdlStatement): string {
  if (table === null) return kind === "enum" ? "an enum type" : "what tables need";
  return kind === "table" ? `table "${table}"` : `the ${kind} of table "${table}"`;
}

function failure(problem: string, sql: string, cause: unknown): MigrationError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new MigrationError(`${problem}: ${message}\n  statement: ${sql}`, { cause });
}
