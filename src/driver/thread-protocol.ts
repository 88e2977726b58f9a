/** What the main thread and the threads that hold SQLite connections say to each other. */
import {
  type ConnectionState,
  DriverError,
  type DriverErrorFacts,
  type DriverRow,
  type Statement,
} from "./driver.ts";
import type { SqliteDriverOptions } from "./sqlite-open.ts";

/** The SQLite libraries that can run in a thread. */
export type SqliteLibrary = "node:sqlite" | "better-sqlite3";

/** How to open a database, less what can't leave its thread. */
export type ThreadOptions = Omit<SqliteDriverOptions, "translate" | "functions">;

/** What is asked of a thread; each request has one answer, and those of a connection come one at a time. */
export type ThreadRequest =
  | { readonly kind: "open"; readonly driver: number; readonly options: ThreadOptions }
  | { readonly kind: "query"; readonly statement: Statement }
  | { readonly kind: "script"; readonly sql: string }
  | { readonly kind: "close" }
  /** The next rows of a cursor, which the first request for them opens. */
  | {
      readonly kind: "read";
      readonly cursor: number;
      readonly count: number;
      /** With the first request. */
      readonly statement: Statement | undefined;
    }
  | { readonly kind: "closeCursor"; readonly cursor: number }
  /** Asks for the rows after those that were sent ahead. */
  | { readonly kind: "more" }
  /** Forgets a driver, and with it a database in memory. */
  | { readonly kind: "closeDriver"; readonly driver: number };

/** A request on its way: the connection it is about and the number its answer will carry. */
export interface ThreadCall {
  readonly id: number;
  readonly connection: number;
  readonly request: ThreadRequest;
}

/** Result columns and counts; the rows may have been sent ahead. */
export interface ThreadResult {
  readonly rows: DriverRow[];
  readonly names: readonly string[];
  readonly types: readonly (number | string | null)[];
  readonly affectedRows: number;
}

/** What a thread sends back. */
export type ThreadAnswer =
  | {
      readonly id: number;
      readonly kind: "rows";
      readonly rows: DriverRow[];
      /** The thread waits to be asked for more. */
      readonly pauses: boolean;
    }
  | {
      readonly id: number;
      readonly kind: "done";
      readonly state: ConnectionState;
      readonly result: ThreadResult | undefined;
    }
  | {
      readonly id: number;
      readonly kind: "failed";
      readonly state: ConnectionState;
      readonly error: PackedError;
    };

/** A `DriverError` as data: classes don't survive the way between threads. */
export interface PackedError extends DriverErrorFacts {
  readonly message: string;
  readonly cause: PackedCause | undefined;
}

interface PackedCause {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
}

export function packError(error: DriverError): PackedError {
  const { message, kind, code, table, columns, constraint, transient, cause } = error;
  return {
    message,
    kind,
    code,
    table,
    columns,
    constraint,
    transient,
    cause: cause instanceof Error ? packCause(cause) : undefined,
  };
}

export function unpackError({ message, cause, ...facts }: PackedError): DriverError {
  return new DriverError(message, facts, cause && unpackCause(cause));
}

function packCause(cause: Error): PackedCause {
  const { name, message, stack } = cause;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  return { name, message, stack, code };
}

/** The stack is the thread's: it says where in the library the error arose. */
function unpackCause({ name, message, stack, code }: PackedCause): Error {
  const cause = new Error(message);
  for (const [key, value] of Object.entries({ name, stack, code })) {
    if (value !== undefined) {
      Object.defineProperty(cause, key, { value, configurable: true, writable: true });
    }
  }
  return cause;
}
