import { Lru } from "../util/lru.ts";
import {
  type ConnectionState,
  type DriverColumn,
  type DriverConnection,
  type DriverCursor,
  DriverError,
  type DriverResult,
  type DriverRow,
  type DriverValue,
  type ErrorTranslator,
  type Statement,
} from "./driver.ts";
import { narrow, SqliteCursor } from "./sqlite-cursor.ts";
import { isBlank, isRead, isWrite, readSqliteText, type SqliteText } from "./sqlite-text.ts";

/** What the two SQLite libraries do differently; everything else is {@link SqliteConnection}. */
export interface SqliteEngine {
  /** Prepares one statement; throws when the text holds none or several. */
  prepare(sql: string, text: SqliteText): SqliteStatement;
  exec(sql: string): void;
  readonly inTransaction: boolean;
  /** Finalises statements and closes the file; doing it twice is harmless. */
  close(): void;
}

/** One prepared statement of a {@link SqliteEngine}. */
export interface SqliteStatement {
  readonly returnsRows: boolean;
  columns(): DriverColumn[];
  /** All rows; integers too large for a number come as bigint, or make it throw {@link UnsafeInteger}. */
  all(values: readonly DriverValue[], bigints: boolean): DriverRow[];
  /** The rows one by one, integers as bigint; returning from the iterator ends the statement. */
  iterate(values: readonly DriverValue[]): Iterator<DriverRow>;
  /** Runs a statement without rows; gives SQLite's count of changed rows. */
  run(values: readonly DriverValue[]): number;
}

/** Thrown by an engine's `all` when a cell would have to be rounded. */
export class UnsafeInteger extends Error {}

/** Scripts of one statement that come with each transaction: prepared, they take a third of the time. */
const keptScripts: ReadonlySet<string> = new Set([
  "begin immediate",
  "begin",
  "commit",
  "rollback",
]);

interface Prepared {
  readonly text: SqliteText;
  readonly statement: SqliteStatement;
}

export interface SqliteConnectionOptions {
  readonly translate: ErrorTranslator;
  readonly statementCacheSize: number;
  /** The database dies with its only handle, so closing the connection leaves that to the driver. */
  readonly keepsEngine: boolean;
}

/** A connection to SQLite over either library. Everything is synchronous. */
export class SqliteConnection implements DriverConnection {
  readonly #engine: SqliteEngine;
  readonly #options: SqliteConnectionOptions;
  readonly #statements: Lru<string, Prepared>;
  readonly #cursors: Set<SqliteCursor> = new Set();
  #closed = false;
  /** Undefined once a statement may have changed it: asking better-sqlite3 took 5 to 9% of a short statement. */
  #state: ConnectionState | undefined;

  constructor(engine: SqliteEngine, options: SqliteConnectionOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#statements = new Lru(options.statementCacheSize);
  }

  get state(): ConnectionState {
    if (this.#closed) {
      return "broken";
    }
    this.#state ??= this.#engine.inTransaction ? "inTransaction" : "idle";
    return this.#state;
  }

  query({ sql, parameters, bigints = false }: Statement): DriverResult {
    try {
      const { text, statement } = this.#statements.get(sql) ?? this.#prepare(sql);
      if (parameters.length !== text.parameterCount) {
        throw parameterMismatch(text.parameterCount, parameters.length);
      }
      if (!isRead(text)) {
        this.#settleCursors();
        if (!isWrite(text)) {
          this.#state = undefined;
        }
      }
      if (!statement.returnsRows) {
        const changes = statement.run(parameters);
        return { rows: [], columns: [], affectedRows: isWrite(text) ? changes : 0 };
      }
      const rows = readRows(statement, text, parameters, bigints);
      return new SqliteResult(rows, statement, isWrite(text) ? rows.length : 0);
    } catch (error) {
      this.#state = undefined; // some failures roll a transaction back
      throw this.#options.translate(error);
    }
  }

  get only(): boolean {
    return this.#options.keepsEngine;
  }

  /** Has a statement of its own: the kept one of this text may run meanwhile. */
  openCursor({ sql, parameters, bigints = false }: Statement): DriverCursor {
    const cursor = new SqliteCursor({
      start: () => {
        const { text, statement } = this.#make(sql);
        if (parameters.length !== text.parameterCount) {
          throw parameterMismatch(text.parameterCount, parameters.length);
        }
        this.#cursors.add(cursor);
        return statement.iterate(parameters);
      },
      ended: () => this.#cursors.delete(cursor),
      translate: this.#options.translate,
      bigints,
    });
    return cursor;
  }

  script(sql: string): void {
    if (keptScripts.has(sql)) {
      this.query({ sql, parameters: [] });
      return;
    }
    this.#state = undefined;
    try {
      this.#assertOpen();
      this.#settleCursors();
      this.#engine.exec(sql);
    } catch (error) {
      throw this.#options.translate(error);
    }
  }

  ping(): void {
    this.query({ sql: "select 1", parameters: [] });
  }

  /** SQLite runs on this very thread: there is never a statement to stop. */
  async cancel(): Promise<void> {}

  close(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#statements.clear();
    for (const cursor of this.#cursors) {
      cursor.close();
    }
    try {
      if (this.#options.keepsEngine) {
        if (this.#engine.inTransaction) {
          this.#engine.exec("rollback");
        }
      } else {
        this.#engine.close();
      }
    } catch {
      // The handle is gone either way.
    }
  }

  unref(): void {}

  /** What a change would do to rows that are still to be read is undefined, so they are read first. */
  #settleCursors(): void {
    for (const cursor of this.#cursors) {
      cursor.readAhead();
    }
  }

  #prepare(sql: string): Prepared {
    const prepared = this.#make(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #make(sql: string): Prepared {
    this.#assertOpen();
    if (isBlank(sql)) {
      throw new DriverError("the SQL text holds no statement", { kind: "syntax" });
    }
    const text = readSqliteText(sql);
    if (text.named !== undefined) {
      throw new DriverError(
        `named parameter "${text.named}" can't be bound by position; write ? or ?1`,
        { kind: "syntax" },
      );
    }
    return { text, statement: this.#engine.prepare(sql, text) };
  }

  #assertOpen(): void {
    if (this.#closed) {
      throw new DriverError("the SQLite connection is closed", { kind: "connectionLost" });
    }
  }
}

/** Column facts are asked of SQLite only when someone reads them. */
class SqliteResult implements DriverResult {
  readonly rows: DriverRow[];
  readonly affectedRows: number;
  readonly #statement: SqliteStatement;

  constructor(rows: DriverRow[], statement: SqliteStatement, affectedRows: number) {
    this.rows = rows;
    this.affectedRows = affectedRows;
    this.#statement = statement;
  }

  get columns(): readonly DriverColumn[] {
    return this.#statement.columns();
  }
}

/**
 * Reads rows without rounding: small integers as numbers, larger ones as bigint.
 * A read may run twice; a write with RETURNING may not, so it reads bigints at once.
 */
function readRows(
  statement: SqliteStatement,
  text: SqliteText,
  values: readonly DriverValue[],
  bigints: boolean,
): DriverRow[] {
  if (bigints) {
    return statement.all(values, true);
  }
  if (isRead(text)) {
    try {
      return statement.all(values, false);
    } catch (error) {
      if (!(error instanceof UnsafeInteger)) {
        throw error;
      }
    }
  }
  return statement.all(values, true).map(narrow);
}

/** Both libraries bind every number as REAL; a whole number must arrive as INTEGER. */
export function bindable(value: DriverValue): DriverValue {
  return typeof value === "number" && Number.isSafeInteger(value) && !Object.is(value, -0)
    ? BigInt(value)
    : value;
}

/** All values of a statement in the form that the libraries bind. */
export function bindables(values: readonly DriverValue[]): DriverValue[] {
  const bound: DriverValue[] = new Array(values.length);
  for (let index = 0; index < bound.length; index += 1) {
    const value = values[index] as DriverValue;
    bound[index] = typeof value === "number" ? bindable(value) : value;
  }
  return bound;
}

function parameterMismatch(expected: number, given: number): DriverError {
  return new DriverError(
    `the statement has ${expected} parameter${expected === 1 ? "" : "s"}, but ${given} ${given === 1 ? "value was" : "values were"} given`,
    { kind: "syntax" },
  );
}
