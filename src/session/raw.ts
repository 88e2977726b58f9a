/** Raw SQL: the user's text, the database's own placeholders, values close to the wire. */
import type { RawValue } from "../dialect/dialect.ts";
import {
  DriverError,
  type DriverResult,
  type DriverValue,
  type Statement,
} from "../driver/driver.ts";
import { UsageError } from "../errors/errors.ts";
import { compileRaw, SqlFragment } from "../sql/raw.ts";
import type { Access, Connection } from "./connection.ts";
import { translateError } from "./errors.ts";
import { refuseReadOnly, resolveScope, type Scope } from "./scope.ts";
import type { Session } from "./session.ts";
import { atomically } from "./transact.ts";
import { Transaction } from "./transaction.ts";
import { noteAnything } from "./writes.ts";

/** A row of raw SQL: names and primitives. */
export type RawRow = Record<string, RawValue>;

/** Where a raw statement goes. */
export interface RawOptions {
  /** A named connection. */
  readonly using?: string | undefined;
  /** A session to run in. */
  readonly session?: Session | undefined;
}

/** Runs a statement and counts the rows it changed. */
export async function executeRaw(
  sql: string | SqlFragment,
  parameters: readonly unknown[],
  options: RawOptions,
  transaction?: Transaction,
): Promise<number> {
  const { result } = await run(sql, parameters, options, "execute", transaction);
  return result.affectedRows;
}

/** Runs a statement and gives its rows as plain objects. */
export async function fetchRaw(
  sql: string | SqlFragment,
  parameters: readonly unknown[],
  options: RawOptions,
  action: "fetchAll" | "fetchOne",
  transaction?: Transaction,
): Promise<RawRow[]> {
  const { result, connection } = await run(sql, parameters, options, action, transaction);
  const { columns } = result;
  requireNames(columns, action);
  const rows = action === "fetchOne" ? result.rows.slice(0, 1) : result.rows;
  return rows.map((row) => {
    const object: RawRow = {};
    columns.forEach((column, index) => {
      // Defined, not assigned: a column may be called "__proto__".
      Object.defineProperty(object, column.name, {
        value: connection.dialect.decodeRaw(row[index] ?? null, column),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    });
    return object;
  });
}

/** A row is an object, which would keep only the last of two columns with one name. */
function requireNames(columns: DriverResult["columns"], action: string): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw new UsageError(`${action}() gave two columns the name "${name}"`, {
        hint: `give each a name of its own, for example select … as "${name}_2"`,
      });
    }
    seen.add(name);
  }
}

async function run(
  sql: string | SqlFragment,
  parameters: readonly unknown[],
  options: RawOptions,
  action: string,
  transaction: Transaction | undefined,
): Promise<{ result: DriverResult; connection: Connection }> {
  if (!SqlFragment.is(sql) && (typeof sql !== "string" || sql.trim() === "")) {
    throw new UsageError(`${action}() expected SQL text, or a fragment made by the sql tag`, {
      hint: `write ${action}("select …", [values]) or ${action}(sql\`select …\`)`,
    });
  }
  if (!Array.isArray(parameters)) {
    throw new UsageError(`${action}() expected its parameters in an array`);
  }
  const unknown = Object.keys(options).find((option) => option !== "using" && option !== "session");
  if (unknown !== undefined) {
    throw new UsageError(`${action}() has no option "${unknown}"`, {
      hint: "its options are using and session",
    });
  }
  if (SqlFragment.is(sql) && parameters.length > 0) {
    throw new UsageError(`${action}() was given parameters beside a fragment, which has its own`);
  }
  transaction?.assertOpen();
  const scope = transaction === undefined ? resolveScope(options) : transaction.scope;
  const { connection } = scope;
  if (action === "execute") refuseReadOnly(scope, "execute()");
  const { dialect } = connection;
  const compiled = SqlFragment.is(sql) ? compileRaw(sql, dialect.sql) : { sql, values: parameters };
  const statement = {
    sql: compiled.sql,
    parameters: compiled.values.map((value, index) => encode(connection, value, index, action)),
    bigints: true,
    // Text that carries its values apart is written once and run often.
    prepare: compiled.values.length > 0,
  };
  try {
    return { result: await runStatement(scope, statement, action), connection };
  } catch (error) {
    throw translateError(error, { action });
  } finally {
    if (action === "execute" || !looksLikeRead(statement.sql)) noteAnything(scope.executor);
  }
}

/** A statement that only reads may run beside a writer; one that looks so and writes is refused there and runs here. */
async function runStatement(
  scope: Scope,
  statement: Statement,
  action: string,
): Promise<DriverResult> {
  const { executor, session } = scope;
  // Text can't be told to read only, a transaction can.
  if (session?.options.readOnly === true && !(executor instanceof Transaction)) {
    return atomically(scope, async (reader) => reader.execute(statement, "read"));
  }
  const access: Access = action !== "execute" && looksLikeRead(statement.sql) ? "read" : "write";
  try {
    return await executor.execute(statement, access);
  } catch (error) {
    if (access === "write" || !(error instanceof DriverError) || error.kind !== "readOnly")
      throw error;
    return executor.execute(statement, "write");
  }
}

function looksLikeRead(sql: string): boolean {
  return /^\s*(?:select|with|values|explain|table)\b/i.test(sql);
}

function encode(
  connection: Connection,
  value: unknown,
  index: number,
  action: string,
): DriverValue {
  const encoded = connection.dialect.encodeRaw(value);
  if (encoded !== undefined) return encoded;
  const kind = value === undefined ? "undefined" : typeof value;
  throw new TypeError(
    `parameter ${index + 1} of ${action}() is ${kind}, which has no SQL form; use null, boolean, number, bigint, string, Uint8Array, Date, Decimal, or a plain object or array for JSON`,
  );
}
