/** SQLite in worker threads: a long query, or the wait for a disk, leaves the event loop free. */
import {
  type ConnectionState,
  type Driver,
  type DriverColumn,
  type DriverConnection,
  type DriverCursor,
  DriverError,
  type DriverResult,
  type DriverRow,
  type DriverValue,
  type Statement,
} from "./driver.ts";
import type {
  SqliteLibrary,
  ThreadOptions,
  ThreadRequest,
  ThreadResult,
} from "./thread-protocol.ts";
import { type Thread, ThreadTeam, type ThreadUser } from "./thread-team.ts";

export interface ThreadedSqliteOptions extends ThreadOptions {
  readonly library: SqliteLibrary;
  /** How many threads there may be. */
  readonly threads: number;
  /** The module that a thread runs: it ends in a call of `serveSqlite`. */
  readonly entry: URL;
}

/** Connections of one database, each at home in one thread. */
export interface ThreadedSqlite {
  readonly driver: Driver;
  /** For connections that only read, beside one writer; none for a database in memory or opened read-only. */
  readonly reader: Driver | undefined;
}

/**
 * Makes drivers whose connections live in worker threads.
 *
 * A thread runs one statement at a time, so there is one reader to a thread, and
 * the writer shares its own only when there is no second one.
 */
export function threadedSqlite(options: ThreadedSqliteOptions): ThreadedSqlite {
  const { library, threads, entry, ...rest } = options;
  const team = new ThreadTeam(threads, entry, library);
  if (rest.file === ":memory:") {
    return { driver: new MemoryDriver(team, library, rest), reader: undefined };
  }
  if (rest.mode === "ro") {
    return { driver: new FileDriver(team, library, rest, 0, 0, threads), reader: undefined };
  }
  const firstReader = Math.min(1, threads - 1);
  return {
    driver: new FileDriver(team, library, rest, 0, 0, 1),
    reader: new FileDriver(team, library, { ...rest, mode: "ro" }, 1, firstReader, threads),
  };
}

class FileDriver implements Driver {
  readonly name: string;
  readonly maxConnections: number;
  readonly #team: ThreadTeam;
  readonly #options: ThreadOptions;
  readonly #number: number;
  readonly #first: number;
  readonly #end: number;

  constructor(
    team: ThreadTeam,
    library: SqliteLibrary,
    options: ThreadOptions,
    number: number,
    first: number,
    end: number,
  ) {
    this.name = library;
    this.maxConnections = end - first;
    this.#team = team;
    this.#options = options;
    this.#number = number;
    this.#first = first;
    this.#end = end;
  }

  open(): Promise<DriverConnection> {
    const thread = this.#team.leastBusy(this.#first, this.#end);
    return openIn(thread, this.#number, this.#options, false);
  }
}

/** The database lives in its thread until the driver is closed, whatever connections come and go. */
class MemoryDriver implements Driver, ThreadUser {
  readonly name: string;
  readonly maxConnections = 1;
  readonly key: number = nextKey();
  readonly #team: ThreadTeam;
  readonly #options: ThreadOptions;
  #thread: Thread | undefined;

  constructor(team: ThreadTeam, library: SqliteLibrary, options: ThreadOptions) {
    this.name = library;
    this.#team = team;
    this.#options = options;
  }

  open(): Promise<DriverConnection> {
    if (this.#thread === undefined) {
      this.#thread = this.#team.leastBusy(0, 1);
      this.#thread.join(this);
    }
    return openIn(this.#thread, 0, this.#options, true);
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread === undefined || thread.isOver) {
      return;
    }
    thread.hold();
    await thread.ask(this, { kind: "closeDriver", driver: 0 }).catch(() => {});
    thread.letGo();
    thread.leave(this);
  }

  settled(): void {}

  lost(): void {}
}

let lastKey = 0;

function nextKey(): number {
  lastKey += 1;
  return lastKey;
}

async function openIn(
  thread: Thread,
  driver: number,
  options: ThreadOptions,
  only: boolean,
): Promise<DriverConnection> {
  const connection = new ThreadConnection(thread, only);
  try {
    await connection.ask({ kind: "open", driver, options });
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** A connection in another thread; only the last state that was reported is known here. */
class ThreadConnection implements DriverConnection, ThreadUser {
  readonly key: number = nextKey();
  readonly only: boolean;
  readonly #thread: Thread;
  #state: ConnectionState = "idle";
  #running = false;
  #idle = false;
  #left = false;

  constructor(thread: Thread, only: boolean) {
    this.#thread = thread;
    this.only = only;
    thread.join(this);
    thread.hold();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  async query(statement: Statement): Promise<DriverResult> {
    const result = await this.ask({ kind: "query", statement: sendable(statement) });
    return new ThreadedResult(result);
  }

  openCursor(statement: Statement): DriverCursor {
    return new ThreadCursor(this, statement);
  }

  async script(sql: string): Promise<void> {
    await this.ask({ kind: "script", sql });
  }

  async ping(): Promise<void> {
    await this.query({ sql: "select 1", parameters: [] });
  }

  /** No library can interrupt a statement, so its thread goes with it: the call fails as a lost connection. */
  async cancel(): Promise<void> {
    if (this.#running) {
      this.#thread.stop("the statement was stopped together with its connection");
    }
  }

  async close(): Promise<void> {
    if (this.#state === "broken") {
      return;
    }
    try {
      await this.ask({ kind: "close" });
    } finally {
      this.#state = "broken";
      this.#leave();
    }
  }

  destroy(): void {
    if (this.#state === "broken") {
      this.#leave();
    } else if (this.#running) {
      this.#thread.stop("the connection was destroyed");
    } else {
      void this.close().catch(() => {});
      this.#state = "broken";
    }
  }

  unref(idle: boolean): void {
    if (idle === this.#idle || this.#left) {
      return;
    }
    this.#idle = idle;
    if (idle) {
      this.#thread.letGo();
    } else {
      this.#thread.hold();
    }
  }

  async ask(request: ThreadRequest): Promise<ThreadResult | undefined> {
    if (this.#state === "broken") {
      throw new DriverError("the SQLite connection is closed", { kind: "connectionLost" });
    }
    if (this.#running) {
      throw new DriverError("another statement is still running on this connection", {
        kind: "other",
      });
    }
    this.#running = true;
    try {
      return await this.#thread.ask(this, request);
    } finally {
      this.#running = false;
    }
  }

  settled(state: ConnectionState): void {
    this.#running = false;
    if (this.#state !== "broken") {
      this.#state = state;
    }
  }

  lost(): void {
    this.#state = "broken";
    this.#leave();
  }

  #leave(): void {
    if (this.#left) {
      return;
    }
    this.unref(true);
    this.#left = true;
    this.#thread.leave(this);
  }
}

class ThreadCursor implements DriverCursor {
  readonly #connection: ThreadConnection;
  readonly #number: number = nextKey();
  #statement: Statement | undefined;
  #open = false;

  constructor(connection: ThreadConnection, statement: Statement) {
    this.#connection = connection;
    this.#statement = sendable(statement);
  }

  async read(count: number): Promise<DriverRow[]> {
    const [cursor, statement] = [this.#number, this.#statement];
    this.#open = true;
    const result = await this.#connection.ask({ kind: "read", cursor, count, statement });
    // Only once it has answered: a database that was busy is asked again.
    this.#statement = undefined;
    return result?.rows ?? [];
  }

  async close(): Promise<void> {
    if (this.#open && this.#connection.state !== "broken") {
      this.#open = false;
      await this.#connection.ask({ kind: "closeCursor", cursor: this.#number });
    }
  }
}

class ThreadedResult implements DriverResult {
  readonly rows: DriverResult["rows"];
  readonly affectedRows: number;
  readonly #names: readonly string[];
  readonly #types: ThreadResult["types"];

  constructor(result: ThreadResult | undefined) {
    this.rows = result?.rows ?? [];
    this.affectedRows = result?.affectedRows ?? 0;
    this.#names = result?.names ?? [];
    this.#types = result?.types ?? [];
  }

  get columns(): readonly DriverColumn[] {
    return this.#names.map((name, position) => ({ name, type: this.#types[position] ?? null }));
  }
}

/** Cloning a view of bytes would send the whole buffer behind it, which is often far larger. */
function sendable(statement: Statement): Statement {
  const { sql, parameters, bigints = false } = statement;
  return { sql, parameters: parameters.map(compact), bigints };
}

function compact(value: DriverValue): DriverValue {
  const view = value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength;
  return view ? new Uint8Array(value) : value;
}
