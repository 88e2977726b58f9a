/** Rows read step by step: a pool's connection is held until the end, a transaction's only while it reads. */
import type { DriverCursor, DriverRow, Statement } from "../driver/driver.ts";
import type { Lease } from "../driver/pool-lease.ts";
import type { Connection } from "./connection.ts";
import { announceQuery, type RunningQuery } from "./events.ts";
import type { Scope } from "./scope.ts";
import { abandonedBy } from "./signals.ts";
import { Transaction } from "./transaction.ts";

/** Rows of one statement on the connection that the route gave. */
export interface RowCursor {
  /** The next rows, at most `count`; fewer only at the end. */
  read(count: number): Promise<DriverRow[]>;
  /** Frees the connection; doing it twice is harmless. */
  close(): Promise<void>;
}

/** How a cursor is opened. */
export interface CursorOptions {
  /** What the connection is for, shown to others who wait for one. */
  readonly label: string;
  readonly signal: AbortSignal | undefined;
  /** Rows at a time where all of them are read at once. */
  readonly batchSize: number;
}

/** Opens a cursor. Outside a transaction it takes a connection, which is free again once it is closed. */
export async function openCursor(
  { connection, executor }: Scope,
  statement: Statement,
  options: CursorOptions,
): Promise<RowCursor> {
  options.signal?.throwIfAborted();
  if (executor instanceof Transaction) return inTransaction(executor, statement, options);
  const { signal, label } = options;
  const lease = await connection.acquire({ signal, label }, true);
  const cursor = new PooledCursor(connection, lease, statement, signal);
  // Nothing else could run until the end, not even what the loop itself asks for.
  return lease.connection.only === true ? readWhole(cursor, lease, options.batchSize) : cursor;
}

class PooledCursor implements RowCursor {
  readonly #connection: Connection;
  readonly #lease: Lease;
  readonly #statement: Statement;
  readonly #signal: AbortSignal | undefined;
  readonly #setting: Statement | undefined;
  #cursor: DriverCursor | undefined;
  #running: RunningQuery | undefined;
  #reading = false;
  #cancelling: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    connection: Connection,
    lease: Lease,
    statement: Statement,
    signal: AbortSignal | undefined,
  ) {
    this.#connection = connection;
    this.#lease = lease;
    this.#statement = statement;
    this.#signal = signal;
    this.#setting = connection.transactionSetting;
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  async read(count: number): Promise<DriverRow[]> {
    this.#signal?.throwIfAborted();
    this.#reading = true;
    try {
      const pause = this.#lease.pause?.();
      if (pause !== undefined) await pause;
      const cursor = this.#cursor ?? (await this.#open());
      // Only the first read can meet a lock, and none of its rows is lost then.
      const rows = this.#connection.patiently(() => cursor.read(count), this.#signal);
      const given =
        this.#signal === undefined || !(rows instanceof Promise)
          ? await rows
          : await abandonedBy(this.#signal, rows, () => {
              this.#cancelling = this.#lease.connection.cancel().catch(() => undefined);
            });
      this.#running?.gave(given.length);
      return given;
    } catch (error) {
      this.#running?.end(error);
      throw this.#signal?.aborted === true ? this.#signal.reason : error;
    } finally {
      this.#reading = false;
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  readonly #abort = (): void => {
    if (!this.#reading) void this.close();
  };

  async #open(): Promise<DriverCursor> {
    const { connection } = this.#lease;
    this.#running = announceQuery(this.#connection, this.#statement);
    if (this.#setting !== undefined) {
      await connection.script("begin read only");
      await connection.query(this.#setting);
    }
    this.#cursor = connection.openCursor(this.#statement);
    return this.#cursor;
  }

  async #close(): Promise<void> {
    this.#running?.end();
    this.#signal?.removeEventListener("abort", this.#abort);
    const { connection } = this.#lease;
    if (this.#cancelling !== undefined) {
      // A request to cancel that comes late would stop the next user's statement.
      void this.#cancelling.then(() => this.#lease.release(this.#signal?.reason));
      return;
    }
    let failure: unknown;
    try {
      if (connection.state !== "broken") {
        await this.#cursor?.close();
        if (this.#setting !== undefined && connection.state !== "idle") {
          await connection.script("rollback");
        }
      }
    } catch (error) {
      failure = error;
    }
    this.#lease.release(failure);
  }
}

/** Takes all rows into memory and frees the connection. */
async function readWhole(
  cursor: RowCursor,
  { connection }: Lease,
  batchSize: number,
): Promise<RowCursor> {
  const batches: DriverRow[][] = [];
  try {
    for (;;) {
      const rows = await cursor.read(batchSize);
      batches.push(rows);
      if (rows.length < batchSize || connection.state === "broken") break;
    }
  } finally {
    await cursor.close();
  }
  return {
    read: async () => batches.shift() ?? [],
    close: async () => {
      batches.length = 0;
    },
  };
}

/** On a transaction's connection: it sees what the transaction wrote, and ends with it. */
function inTransaction(
  transaction: Transaction,
  statement: Statement,
  { signal }: CursorOptions,
): RowCursor {
  const scope = transaction.innermost();
  const { connection } = scope.lease;
  const cursor = connection.openCursor(statement);
  const forget = scope.beforeEnd(() => cursor.close());
  const running = announceQuery(scope.connection, statement);
  return {
    async read(count) {
      signal?.throwIfAborted();
      scope.assertOpen();
      const rows = await scope.inTurn(() => cursor.read(count));
      running?.gave(rows.length);
      return rows;
    },
    async close() {
      running?.end();
      if (forget() && scope.isOpen) await scope.inTurn(() => cursor.close());
    },
  };
}
