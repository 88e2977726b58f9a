/** The side of a thread: opens SQLite databases there and answers for them. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { betterSqlite3Driver } from "./better-sqlite3.ts";
import {
  type Driver,
  type DriverConnection,
  type DriverCursor,
  DriverError,
  type DriverResult,
  type DriverRow,
} from "./driver.ts";
import { nodeSqliteDriver } from "./node-sqlite.ts";
import type { SqliteDriverOptions } from "./sqlite-open.ts";
import {
  packError,
  type SqliteLibrary,
  type ThreadAnswer,
  type ThreadCall,
  type ThreadOptions,
  type ThreadRequest,
  type ThreadResult,
} from "./thread-protocol.ts";

/** Rows in one message: few enough that taking them over never holds up the other thread for long. */
const rowsPerMessage = 500;

/** A port hands over all messages that have come in one turn of the loop, so only so many may be on their way. */
const messagesAhead = 8;

/** What each thread makes for itself, since functions can't be sent to it. */
export type ThreadParts = Pick<SqliteDriverOptions, "translate" | "functions">;

/** Answers the thread that started this one; the last call of an entry file. */
export function serveSqlite(parts: ThreadParts): void {
  if (parentPort === null) {
    throw new Error("this module is the entry of a worker thread");
  }
  const { library } = workerData as { readonly library: SqliteLibrary };
  const host = new ThreadHost(parentPort, library, parts);
  parentPort.on("message", (call: ThreadCall) => void host.answer(call));
}

class ThreadHost {
  readonly #port: MessagePort;
  readonly #library: SqliteLibrary;
  readonly #parts: ThreadParts;
  readonly #drivers: Map<number, Driver | Promise<Driver>> = new Map();
  readonly #connections: Map<number, DriverConnection> = new Map();
  readonly #cursors: Map<number, DriverCursor> = new Map();
  /** Results that wait to be asked for more rows, by the number of their request. */
  readonly #paused: Map<number, () => void> = new Map();

  constructor(port: MessagePort, library: SqliteLibrary, parts: ThreadParts) {
    this.#port = port;
    this.#library = library;
    this.#parts = parts;
  }

  async answer({ id, connection: key, request }: ThreadCall): Promise<void> {
    if (request.kind === "more") {
      this.#paused.get(id)?.();
      return;
    }
    try {
      // Only what must be awaited is: a statement answers in the turn of the loop that brought it.
      const pending = this.#perform(key, request);
      const result = pending instanceof Promise ? await pending : pending;
      const large = result !== undefined && result.rows.length > rowsPerMessage;
      const rest = large ? await this.#sendAhead(id, result.rows) : result?.rows;
      this.#send(id, key, result && rest && describe(result, rest));
    } catch (error) {
      const state = this.#connections.get(key)?.state ?? "broken";
      const packed = packError(this.#parts.translate(error));
      this.#post({ id, kind: "failed", state, error: packed });
    }
  }

  #perform(
    key: number,
    request: Exclude<ThreadRequest, { kind: "more" }>,
  ): DriverResult | undefined | Promise<DriverResult | undefined> {
    switch (request.kind) {
      case "open":
        return this.#open(key, request.driver, request.options);
      case "query":
        return this.#find(key).query(request.statement);
      case "script":
        return this.#script(key, request.sql);
      case "read":
        return this.#read(key, request);
      case "closeCursor":
        return this.#closeCursor(request.cursor);
      case "close":
        return this.#close(key);
      default:
        return this.#closeDriver(request.driver);
    }
  }

  async #open(key: number, number: number, options: ThreadOptions): Promise<undefined> {
    const known = this.#drivers.get(number);
    const opening = known ?? this.#makeDriver(options);
    this.#drivers.set(number, opening);
    const driver = await opening;
    this.#connections.set(key, await driver.open());
  }

  #makeDriver(options: ThreadOptions): Driver | Promise<Driver> {
    const full = { ...options, ...this.#parts };
    return this.#library === "node:sqlite" ? nodeSqliteDriver(full) : betterSqlite3Driver(full);
  }

  async #script(key: number, sql: string): Promise<undefined> {
    await this.#find(key).script(sql);
  }

  async #read(
    key: number,
    { cursor: number, count, statement }: Extract<ThreadRequest, { kind: "read" }>,
  ): Promise<DriverResult> {
    const connection = this.#find(key);
    if (statement !== undefined) this.#cursors.set(number, connection.openCursor(statement));
    const rows = (await this.#cursors.get(number)?.read(count)) ?? [];
    return { rows, columns: [], affectedRows: 0 };
  }

  async #closeCursor(number: number): Promise<undefined> {
    const cursor = this.#cursors.get(number);
    this.#cursors.delete(number);
    await cursor?.close();
  }

  async #close(key: number): Promise<undefined> {
    const connection = this.#connections.get(key);
    this.#connections.delete(key);
    await connection?.close();
  }

  async #closeDriver(number: number): Promise<undefined> {
    const driver = await this.#drivers.get(number);
    this.#drivers.delete(number);
    await driver?.close?.();
  }

  #find(key: number): DriverConnection {
    const connection = this.#connections.get(key);
    if (connection === undefined) {
      throw new DriverError("the SQLite connection is closed", { kind: "connectionLost" });
    }
    return connection;
  }

  /** Sends all but the last rows; the other thread takes them over while the next are being packed. */
  async #sendAhead(id: number, rows: DriverRow[]): Promise<DriverRow[]> {
    let start = 0;
    for (let count = 1; rows.length - start > rowsPerMessage; count += 1) {
      const pauses = count % messagesAhead === 0;
      this.#post({ id, kind: "rows", rows: rows.slice(start, start + rowsPerMessage), pauses });
      start += rowsPerMessage;
      if (pauses) {
        await new Promise<void>((resolve) => this.#paused.set(id, resolve));
        this.#paused.delete(id);
      }
    }
    return rows.slice(start);
  }

  #send(id: number, key: number, result: ThreadResult | undefined): void {
    const state = this.#connections.get(key)?.state ?? "broken";
    this.#post({ id, kind: "done", state, result });
  }

  #post(answer: ThreadAnswer): void {
    this.#port.postMessage(answer);
  }
}

function describe({ columns, affectedRows }: DriverResult, rows: DriverRow[]): ThreadResult {
  return {
    rows,
    names: columns.map(({ name }) => name),
    types: columns.map(({ type }) => type),
    affectedRows,
  };
}
