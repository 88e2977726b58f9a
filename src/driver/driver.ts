/**
 * What Ferro asks of a database driver: text and primitive values in,
 * positional rows out. Drivers are thin; pools, transactions and sessions
 * work with these interfaces and never import a driver.
 */

/** A value as a driver binds or returns it; PostgreSQL drivers return text, bytes excepted. */
export type DriverValue = null | string | number | bigint | Uint8Array;

/** One row, positions equal to the selected columns. */
export type DriverRow = DriverValue[];

/** A statement ready to run. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly DriverValue[];
  /** SQLite: read INTEGER cells as bigint. PostgreSQL ignores it (integers arrive as text). */
  readonly bigints?: boolean;
  /** Set when the statement changes or opens no rows: lets a driver skip row collection. */
  readonly returnsRows?: boolean;
  /** Prepare under a name and keep it, where the driver may do so. Absent for one-off text. */
  readonly prepare?: boolean;
  /** Fixed text of our own that takes and gives no values, as COMMIT: it may go the shortest way. */
  readonly control?: boolean;
}

/** A result column as the server describes it. */
export interface DriverColumn {
  readonly name: string;
  /** PostgreSQL: the type's OID. SQLite: the declared type, if the column has one. */
  readonly type: number | string | null;
}

/** What one statement gave. */
export interface DriverResult {
  readonly rows: DriverRow[];
  /** Result columns in order; drivers compute it lazily, so reading it may cost. */
  readonly columns: readonly DriverColumn[];
  /** Rows inserted, updated or deleted; 0 for a read. */
  readonly affectedRows: number;
  /** PostgreSQL: what the server says it did ("COMMIT" may be answered with "ROLLBACK"). */
  readonly command?: string | undefined;
}

/** Rows of one statement that are read step by step. While it is open it may be all that the connection does. */
export interface DriverCursor {
  /** The next rows, at most `count`; fewer only at the end, and none after it. */
  read(count: number): DriverRow[] | Promise<DriverRow[]>;
  /** Ends it, whether or not all rows were read; doing it twice is harmless. */
  close(): void | Promise<void>;
}

/** Whether a connection may be lent again. */
export type ConnectionState = "idle" | "inTransaction" | "failedTransaction" | "broken";

/** One physical connection. At most one statement is in flight at a time; the caller queues. */
export interface DriverConnection {
  /** Runs one statement. SQLite drivers answer without a Promise so that a caller may stay synchronous. */
  query(statement: Statement): DriverResult | Promise<DriverResult>;
  /**
   * A cursor over a statement that only reads; nothing runs before its first read. It sees the rows as
   * they were then, and other statements may run between reads where a transaction is open.
   */
  openCursor(statement: Statement): DriverCursor;
  /** Runs a script of several statements without parameters (DDL, PRAGMA); rows are dropped. */
  script(sql: string): void | Promise<void>;
  /**
   * Begins a transaction with the next statement, in one message with it; absent where that saves nothing.
   * From then on the state is "inTransaction". Where beginning is refused, the statement is with it, and the next one tries again.
   */
  deferBegin?(sql: string): void;
  /** Takes that back; false when a transaction is open by now, which then has to be ended. */
  forgetBegin?(): boolean;
  /** What the server says about this connection right now; costs no round trip. */
  readonly state: ConnectionState;
  /** Asks the server whether it still answers; rejects with a `DriverError` of kind "connectionLost". */
  ping(): void | Promise<void>;
  /** Asks the server to stop the running statement, where the database can; resolves when asked. */
  cancel(): Promise<void>;
  /** Closes in order. */
  close(): void | Promise<void>;
  /** Closes at once, without asking the server; never throws. */
  destroy(): void;
  /** Lets the process end while this connection is idle (true) or keeps it alive (false). */
  unref(idle: boolean): void;
  /** There can be no second connection to this database: it is embedded and lives with this one. */
  readonly only?: boolean;
  /** Changes with every sign of life of the server; undefined while no statement runs, or where none can be lost. */
  readonly pulse?: number | undefined;
}

/** Opens connections of one database. Made once per `connect()`. */
export interface Driver {
  /** The driver's own name, for messages: "node:sqlite", "better-sqlite3", "pg", "pglite". */
  readonly name: string;
  /** The largest pool that makes sense (1 for embedded single-connection engines), or undefined. */
  readonly maxConnections?: number;
  /** Statements run on this very thread and answer at once: the event loop needs its turns between them. */
  readonly synchronous?: boolean;
  open(): DriverConnection | Promise<DriverConnection>;
  /**
   * Asks the server, on another connection, whether it still works on what this one runs. False
   * when it does not, or can't be reached; true when that can't be told. Absent where no peer can fall silent.
   */
  isWorking?(connection: DriverConnection): Promise<boolean>;
  /** Releases what the driver itself holds (an embedded engine, a worker); after every connection is closed. */
  close?(): void | Promise<void>;
}

/** Closed set of what can go wrong in a database, the same on every backend. */
export type DriverErrorKind =
  | "unique"
  | "foreignKey"
  | "notNull"
  | "check"
  | "serialization"
  | "deadlock"
  | "busy"
  | "timeout"
  | "cancelled"
  | "connectionLost"
  | "connect"
  | "readOnly"
  | "syntax"
  | "range"
  | "other";

/** Facts a driver could read out of a failure; names as the database knows them. */
export interface DriverErrorFacts {
  readonly kind: DriverErrorKind;
  /** SQLSTATE, or SQLite's extended result code as text. */
  readonly code?: string | undefined;
  readonly table?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly constraint?: string | undefined;
  /** A `connect` failure that may pass by itself: refused, starting up, no slot free. */
  readonly transient?: boolean | undefined;
}

/**
 * Puts what a driver threw in these terms. Each dialect supplies its own; it is
 * handed to the driver when that is made, and gives a `DriverError` back as it is.
 */
export type ErrorTranslator = (error: unknown) => DriverError;

/**
 * A failure in the driver or the database, before it is put in the user's terms.
 * The message is the server's, without its detail (which holds row values).
 */
export class DriverError extends Error implements DriverErrorFacts {
  static {
    Object.defineProperty(DriverError.prototype, "name", { value: "DriverError" });
  }

  readonly kind: DriverErrorKind;
  readonly code: string | undefined;
  readonly table: string | undefined;
  readonly columns: readonly string[] | undefined;
  readonly constraint: string | undefined;
  readonly transient: boolean;

  constructor(message: string, facts: DriverErrorFacts, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = facts.kind;
    this.code = facts.code;
    this.table = facts.table;
    this.columns = facts.columns;
    this.constraint = facts.constraint;
    this.transient = facts.transient ?? false;
  }
}

const driverError = Symbol.for("ferro-orm.driver-error");
Object.defineProperty(DriverError.prototype, driverError, { value: true });

// A pool outlives a hot reload of this module, so an error may come from the module as it was before.
Object.defineProperty(DriverError, Symbol.hasInstance, {
  value: (value: unknown) => typeof value === "object" && value !== null && driverError in value,
});
