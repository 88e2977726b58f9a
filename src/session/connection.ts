import type { Dialect, Backend } from "../dialect/dialect.ts";
import { DriverError, type DriverResult, type Statement } from "../driver/driver.ts";
import type { Lease, Pool, PoolStats } from "../driver/pool.ts";
import type { Planner } from "../plan/planner.ts";
import { announceQuery } from "./events.ts";

/** Runs statements: a pool, one statement at a time on any connection, or one transaction. */
export interface Executor {
  readonly connection: Connection;
  execute(statement: Statement): Promise<DriverResult>;
}

/** What a connection is made of; `connect/` puts it together. */
export interface ConnectionParts {
  readonly name: string;
  /** The URL without credentials, for messages. */
  readonly url: string;
  readonly dialect: Dialect;
  readonly pool: Pool;
  readonly planner: Planner;
  /** Takes the connection out of the registry. */
  onClose(connection: Connection): void;
}

/**
 * An open database under a name: a pool of physical connections.
 *
 * @example
 * ```ts
 * await using db = await connect("sqlite::memory:", { name: "scratch" });
 * await db.ping();
 * ```
 */
export class Connection implements Executor, AsyncDisposable {
  /** The name it is registered under. */
  readonly name: string;
  readonly #parts: ConnectionParts;

  /** @internal */
  constructor(parts: ConnectionParts) {
    this.name = parts.name;
    this.#parts = parts;
  }

  /** "sqlite" or "postgres". */
  get backend(): Backend {
    return this.#parts.dialect.name;
  }

  /** @internal */
  get connection(): Connection {
    return this;
  }

  /** @internal */
  get dialect(): Dialect {
    return this.#parts.dialect;
  }

  /** @internal */
  get planner(): Planner {
    return this.#parts.planner;
  }

  /**
   * Asks the database whether it answers.
   *
   * @throws {ConnectionLostError} It does not.
   */
  async ping(): Promise<void> {
    await this.lease(async (lease) => lease.connection.ping());
  }

  /** How many physical connections there are, are lent, and how many callers wait. */
  stats(): PoolStats {
    return this.#parts.pool.stats();
  }

  /** Closes the pool once running work has ended; new work is refused. Closing twice does nothing. */
  async close(): Promise<void> {
    this.#parts.onClose(this);
    await this.#parts.pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal Runs one statement on any connection of the pool. */
  async execute(statement: Statement): Promise<DriverResult> {
    const { pool } = this.#parts;
    const lease = pool.tryAcquire() ?? (await pool.acquire());
    let result: DriverResult;
    announceQuery(this.name, statement.sql);
    try {
      const answer = lease.connection.query(statement);
      result = answer instanceof Promise ? await answer : answer;
    } catch (error) {
      lease.release(spoils(error) ? error : undefined);
      throw error;
    }
    lease.release();
    return result;
  }

  /** @internal Lends one physical connection to `work`. */
  async lease<Result>(work: (lease: Lease) => Promise<Result>): Promise<Result> {
    const { pool } = this.#parts;
    const lease = pool.tryAcquire() ?? (await pool.acquire());
    try {
      const result = await work(lease);
      lease.release();
      return result;
    } catch (error) {
      lease.release(spoils(error) ? error : undefined);
      throw error;
    }
  }

  /** @internal Runs `work` in one transaction: all of it is written, or nothing. */
  async atomically<Result>(work: (executor: Executor) => Promise<Result>): Promise<Result> {
    const { begin, commit, rollback } = this.dialect.transaction;
    return this.lease(async ({ connection }) => {
      await connection.script(begin);
      let result: Result;
      try {
        result = await work({
          connection: this,
          execute: async (statement) => {
            announceQuery(this.name, statement.sql);
            return connection.query(statement);
          },
        });
      } catch (error) {
        // A rollback that fails leaves the connection unusable, which the pool sees by its state.
        try {
          await connection.script(rollback);
        } catch {
          connection.destroy();
        }
        throw error;
      }
      await connection.script(commit);
      return result;
    });
  }

  /** Shows the name and where it leads, never credentials. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Connection(${this.name}, ${this.#parts.url})`;
  }

  toJSON(): { name: string; backend: Backend } {
    return { name: this.name, backend: this.backend };
  }
}

/** Whether an error says that the physical connection itself can't be trusted any more. */
function spoils(error: unknown): boolean {
  if (!(error instanceof DriverError)) return true;
  return error.kind === "connectionLost" || error.kind === "timeout" || error.kind === "cancelled";
}
