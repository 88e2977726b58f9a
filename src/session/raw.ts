/** Raw SQL: the user's text, the database's own placeholders, values close to the wire. */
import {
  DriverError,
  type DriverResult,
  type DriverValue,
  type Statement,
} from "../driver/driver.ts";
import { UsageError } from "../errors/errors.ts";
import { readTimeout } from "../query/limits.ts";
import { compileRaw, ModelSql, SqlFragment } from "../sql/raw.ts";
import type { Access, Connection, Executor } from "./connection.ts";
import { translateError } from "./errors.ts";
import { withinLimits } from "./limits.ts";
import {
  checkedRows,
  modelOf,
  modelRows,
  needsBigints,
  plainObjects,
  type RawRow,
  type RowSchema,
} from "./raw-rows.ts";
import { type Route, refuseReadOnly, resolveScope, type Scope } from "./scope.ts";
import type { Session } from "./session.ts";
import { atomically } from "./transact.ts";
import { Transaction } from "./transaction.ts";
import { noteAnything } from "./writes.ts";

/** Where a raw statement goes, and what ends it before its time. */
export interface RawOptions {
  /** A named connection. */
  readonly using?: string | undefined;
  /** A session to run in. */
  readonly session?: Session | undefined;
  /** Ends the statement when it aborts; the call fails with `QueryCancelledError`. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the statement after so many milliseconds; the call fails with `QueryTimeoutError`. */
  readonly timeoutMs?: number | undefined;
}

/** The same, with a schema for the rows. */
export interface RawRowOptions extends RawOptions {
  readonly schema?: RowSchema | undefined;
}

/** SQL as raw functions take it. */
export type RawSql = string | SqlFragment | ModelSql<object>;

/** One call of a raw function. */
interface RawCall {
  readonly sql: string | SqlFragment;
  readonly parameters: readonly unknown[];
  readonly options: RawOptions;
  readonly action: "execute" | "fetchAll" | "fetchOne";
  readonly transaction: Transaction | undefined;
}

/** Runs a statement and counts the rows it changed. */
export async function executeRaw(
  sql: string | SqlFragment,
  parameters: readonly unknown[],
  options: RawOptions,
  transaction?: Transaction,
): Promise<number> {
  if (ModelSql.read(sql) !== undefined) {
    throw new UsageError("execute() gives no rows, so there is nothing to read as a model", {
      hint: "use fetchAll() or fetchOne(), or leave .as() out",
    });
  }
  refuseUnknown(options, runOptions, "execute");
  const call: RawCall = { sql, parameters, options, action: "execute", transaction };
  const { statement, scope } = prepare(call, true);
  refuseReadOnly(scope, "execute()");
  return (await runCall(scope, statement, call)).affectedRows;
}

/** Runs a statement and gives its rows: as plain objects, as the schema makes them, or as instances. */
export async function fetchRaw(
  given: RawSql,
  parameters: readonly unknown[],
  options: RawRowOptions,
  action: "fetchAll" | "fetchOne",
  transaction?: Transaction,
): Promise<unknown[]> {
  refuseUnknown(options, rowOptions, action);
  const { schema } = options;
  const typed = ModelSql.read(given);
  const target = typed === undefined ? undefined : modelOf(typed.model);
  const sql = typed?.fragment ?? (given as string | SqlFragment); // all that is left
  if (target !== undefined && schema !== undefined) {
    throw new UsageError(`${action}() was given a model and a schema for the same rows`, {
      hint: "leave one of the two out",
    });
  }
  const call: RawCall = { sql, parameters, options, action, transaction };
  const bigints = (connection: Connection) =>
    target === undefined || needsBigints(connection, target.model);
  const { statement, scope } = prepare(call, bigints);
  const read = async (executing: Scope): Promise<unknown[]> => {
    const whole = await runCall(executing, statement, call);
    const { columns, rows } = whole;
    const result = { ...whole, columns, rows: action === "fetchOne" ? rows.slice(0, 1) : rows };
    if (target !== undefined) return modelRows(scope, target, result, action);
    const plain = plainObjects(scope.connection, result, action);
    return schema === undefined ? plain : checkedRows(plain, schema, action);
  };
  // What a write gave may turn out to be unreadable: then it is undone.
  if (!givesWritten(statement.sql)) return read(scope);
  refuseReadOnly(scope, `${action}() of a statement that writes`);
  return atomically(scope, (executor) => read({ ...scope, executor }));
}

/** How a statement of another query builder runs. */
export interface ForeignCall {
  readonly route: Route;
  /** It gives rows and changes none. */
  readonly reads: boolean;
  readonly signal: AbortSignal | undefined;
  /** For messages. */
  readonly action: string;
}

/** Runs what another query builder wrote; gives plain rows, and how many were changed. */
export async function fetchForeign(
  sql: string,
  parameters: readonly unknown[],
  { route, reads, signal, action }: ForeignCall,
): Promise<{ readonly rows: RawRow[]; readonly affectedRows: number }> {
  const call: RawCall = {
    sql,
    parameters,
    options: { using: route.using, session: route.session, signal },
    action: reads ? "fetchAll" : "execute",
    transaction: undefined,
  };
  const { statement, scope } = prepare(call, true);
  if (!reads) refuseReadOnly(scope, action);
  const result = await runCall(scope, statement, call);
  return {
    rows: plainObjects(scope.connection, result, action),
    affectedRows: result.affectedRows,
  };
}

const runOptions: readonly string[] = ["using", "session", "signal", "timeoutMs"];
const rowOptions: readonly string[] = [...runOptions, "schema"];

function refuseUnknown(options: object, known: readonly string[], action: string): void {
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown === undefined) return;
  throw new UsageError(`${action}() has no option "${unknown}"`, {
    hint: `its options are ${known.join(", ")}`,
  });
}

/** Checks a call, picks its connection and encodes its values; nothing runs yet. */
function prepare(
  { sql, parameters, options, action, transaction }: RawCall,
  bigints: boolean | ((connection: Connection) => boolean),
): { statement: Statement; scope: Scope } {
  if (!SqlFragment.is(sql) && (typeof sql !== "string" || sql.trim() === "")) {
    throw new UsageError(`${action}() expected SQL text, or a fragment made by the sql tag`, {
      hint: `write ${action}("select …", [values]) or ${action}(sql\`select …\`)`,
    });
  }
  if (!Array.isArray(parameters)) {
    throw new UsageError(`${action}() expected its parameters in an array`);
  }
  if (SqlFragment.is(sql) && parameters.length > 0) {
    throw new UsageError(`${action}() was given parameters beside a fragment, which has its own`);
  }
  if (options.timeoutMs !== undefined) readTimeout(options.timeoutMs, "timeoutMs");
  transaction?.assertOpen();
  const scope = transaction === undefined ? resolveScope(options) : transaction.scope;
  const { connection } = scope;
  const { dialect } = connection;
  const compiled = SqlFragment.is(sql) ? compileRaw(sql, dialect.sql) : { sql, values: parameters };
  const statement = {
    sql: compiled.sql,
    parameters: compiled.values.map((value, index) => encode(connection, value, index, action)),
    bigints: typeof bigints === "boolean" ? bigints : bigints(connection),
    // Text that carries its values apart is written once and run often.
    prepare: compiled.values.length > 0,
  };
  return { statement, scope };
}

/** Runs the statement, with its failure in the user's terms. */
async function runCall(scope: Scope, statement: Statement, call: RawCall): Promise<DriverResult> {
  const { action } = call;
  try {
    return await runStatement(scope, statement, call);
  } catch (error) {
    throw translateError(error, { action });
  } finally {
    const mayWrite = !looksLikeRead(statement.sql) || givesWritten(statement.sql);
    if (action === "execute" || mayWrite) noteAnything(scope.executor);
  }
}

/** A statement that only reads may run beside a writer; one that looks so and writes is refused there and runs here. */
async function runStatement(
  scope: Scope,
  statement: Statement,
  { action, options }: RawCall,
): Promise<DriverResult> {
  const { executor, session } = scope;
  const run = (on: Executor, access: Access) =>
    withinLimits({ ...scope, executor: on }, options, `${action}()`, (limited) =>
      limited.execute(statement, access),
    );
  // Text can't be told to read only, a transaction can.
  if (session?.options.readOnly === true && !(executor instanceof Transaction)) {
    return atomically(scope, (reader) => run(reader, "read"));
  }
  const access: Access = action !== "execute" && looksLikeRead(statement.sql) ? "read" : "write";
  try {
    return await run(executor, access);
  } catch (error) {
    if (access === "write" || !(error instanceof DriverError) || error.kind !== "readOnly")
      throw error;
    return run(executor, "write");
  }
}

/** Whether a statement gives rows that it wrote. */
function givesWritten(sql: string): boolean {
  return /\breturning\b/iu.test(sql);
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
