import type { LazyMode } from "../definition/lazy-mode.ts";
import type { Backend, BeginOptions, Dialect } from "../dialect/dialect.ts";
import {
  type DriverConnection,
  DriverError,
  type DriverResult,
  type Statement,
} from "../driver/driver.ts";
import type { Pool } from "../driver/pool.ts";
import { type AcquireOptions, addStats, type Lease, type PoolStats } from "../driver/pool-lease.ts";
import { UsageError } from "../errors/errors.ts";
import { Planner } from "../plan/planner.ts";
import { after } from "../util/after.ts";
import { ambient } from "./ambient.ts";
import { announceQuery, type StatementLog } from "./events.ts";
import { IdentityMap } from "./identity-map.ts";
import { retryWhileBusy } from "./patience.ts";
import type { Session } from "./session.ts";
import { abandonedBy } from "./signals.ts";

/** Whether a statement may run beside a writer. */
export type Access = "read" | "write";

/** Runs statements: a pool, one statement at a time on any connection, or one transaction. */
export interface Executor {
  readonly connection: Connection;
  /** Gives no promise where the database answers at once. */
  execute(statement: Statement, access: Access): DriverResult | Promise<DriverResult>;
  /** The transaction that this one stands for, when it is not one itself. */
  readonly inside?: Executor;
}

/** What unqualified work outside any session does: warn once, pass, or fail. */
export type ImplicitRouting = "warn" | "allow" | "error";

/** What a connection is made of; `connect/` puts it together. */
export interface ConnectionParts {
  readonly name: string;
  /** What equal calls of `connect()` share; holds no credentials in the clear. */
  readonly fingerprint: string;
  readonly dialect: Dialect;
  /** Where writes and their transactions run, and where reads do; one pool where the database mixes them. */
  readonly writers: Pool;
  readonly readers: Pool;
  readonly identityMap: boolean;
  readonly implicitRouting: ImplicitRouting;
  /** How relations that were not included are loaded. */
  readonly lazy: LazyMode;
  /** How long to retry while another process holds a lock, in milliseconds. */
  readonly busyTimeoutMs: number;
  /** Takes every statement that has ended. */
  readonly log: StatementLog | undefined;
  /** Run at the start of each transaction, and so around each statement: settings a pooler would lose. */
  readonly perTransaction: (() => Statement | undefined) | undefined;
  /** Takes the connection out of the registry. */
  onClose(connection: Connection): void;
}

let warned = false;

/**
 * An open database under a name: a pool of physical connections.
 *
 * @example
 * ```ts
 * await using db = await connect("sqlite::memory:", { name: "scratch" });
 * await db.ping();
 * ```
 */
export class Connection implements AsyncDisposable {
  /** The name it is registered under. */
  readonly name: string;
  readonly #parts: ConnectionParts;
  readonly #planner: Planner;
  /** Rows of this connection outside any session, held weakly. */
  readonly #identity: IdentityMap | undefined;
  #closed = false;

  /** @internal */
  constructor(parts: ConnectionParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#planner = new Planner(parts.dialect);
    this.#identity = parts.identityMap ? new IdentityMap({ weak: true }) : undefined;
  }

  /** "sqlite" or "postgres". */
  get backend(): Backend {
    return this.#parts.dialect.name;
  }

  /**
   * Asks the database whether it answers.
   *
   * @throws {ConnectionLostError} It does not.
   */
  async ping(): Promise<void> {
    const { transaction } = ambient();
    if (transaction?.connection === this) {
      // The pool may have no other connection, and this one shows as well that the database answers.
      await transaction.execute({ sql: "select 1", parameters: [] });
      return;
    }
    await this.lease("read", async (connection) => connection.ping());
  }

  /** How many physical connections there are, are lent, and how many callers wait. */
  stats(): PoolStats {
    const { writers, readers } = this.#parts;
    return writers === readers ? writers.stats() : addStats(writers.stats(), readers.stats());
  }

  /** Closes the pool once running work has ended; new work is refused. Closing twice does nothing. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#parts.onClose(this);
    const { writers, readers } = this.#parts;
    await readers.close();
    if (writers !== readers) await writers.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  toJSON(): { name: string; backend: Backend } {
    return { name: this.name, backend: this.backend };
  }

  /** @internal Opens what the pool keeps warm, at least one connection, and proves the database answers. */
  async warm(): Promise<void> {
    const { writers, readers } = this.#parts;
    await writers.warm();
    if (writers !== readers) await readers.warm();
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
    return this.#planner;
  }

  /** @internal */
  get fingerprint(): string {
    return this.#parts.fingerprint;
  }

  /** @internal */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** @internal */
  get lazy(): LazyMode {
    return this.#parts.lazy;
  }

  /** @internal */
  get log(): StatementLog | undefined {
    return this.#parts.log;
  }

  /** @internal */
  get hasIdentityMap(): boolean {
    return this.#parts.identityMap;
  }

  /** @internal */
  get identity(): IdentityMap | undefined {
    return this.#identity;
  }

  /** @internal Unqualified work came here outside any session. */
  noteImplicitUse(): void {
    const { implicitRouting } = this.#parts;
    if (implicitRouting === "allow") return;
    if (implicitRouting === "error") {
      throw new UsageError("a call names no connection and runs in no session", {
        hint: "wrap the work in engines.session(…), or name the connection with .using()",
      });
    }
    if (warned) return;
    warned = true;
    process.emitWarning(
      'work outside a session uses the default connection; wrap it in engines.session(…), or pass implicitRouting: "allow" to connect()',
      "FerroWarning",
      "IMPLICIT_ROUTING",
    );
  }

  /** @internal The same pool for the work of a session: its signal stops what runs. */
  within(session: Session): Executor {
    const { signal } = session;
    return signal === undefined ? this : this.stoppedBy(signal);
  }

  /** @internal The same pool, for work that ends with the signal. */
  stoppedBy(signal: AbortSignal): Executor {
    return {
      connection: this,
      execute: (statement, access) => this.#execute(statement, access, signal),
    };
  }

  /** @internal Runs one statement on any connection of the pool. */
  execute(statement: Statement, access: Access): DriverResult | Promise<DriverResult> {
    const { readers, writers } = this.#parts;
    const lease = (access === "read" ? readers : writers).tryAcquire();
    if (lease === undefined) return this.#execute(statement, access, undefined);
    const running = announceQuery(this, statement);
    let outcome: DriverResult | Promise<DriverResult>;
    try {
      outcome = this.#runOn(lease.connection, statement, undefined);
    } catch (error) {
      running?.end(error);
      lease.release(spoils(error) ? error : undefined);
      throw error;
    }
    running?.follow(outcome);
    if (outcome instanceof Promise) return releaseAfter(lease, outcome);
    lease.release();
    return outcome;
  }

  /** @internal Lends one physical connection to `work`. */
  async lease<Result>(
    access: Access,
    work: (connection: DriverConnection) => Result | Promise<Result>,
  ): Promise<Result> {
    const lease = await this.acquire({}, access === "read");
    try {
      const result = await work(lease.connection);
      lease.release();
      return result;
    } catch (error) {
      lease.release(spoils(error) ? error : undefined);
      throw error;
    }
  }

  /** @internal Takes a physical connection: a reader where one will do. */
  acquire(options: AcquireOptions, reading: boolean): Lease | Promise<Lease> {
    const pool = reading ? this.#parts.readers : this.#parts.writers;
    return pool.tryAcquire(options.label) ?? pool.acquire(options);
  }

  /** @internal Whether a second transaction of this kind would wait for the first. */
  isSingleWriter(reading: boolean): boolean {
    const pool = reading ? this.#parts.readers : this.#parts.writers;
    return pool.stats().max === 1;
  }

  /** @internal Repeats `work` while another process holds a lock, without holding up the event loop. */
  patiently<Result>(
    work: () => Result | Promise<Result>,
    signal?: AbortSignal,
  ): Result | Promise<Result> {
    const { dialect, busyTimeoutMs } = this.#parts;
    if (dialect.waitsForLocks) return work();
    const retry = (error: unknown) => {
      if (!(error instanceof DriverError) || error.kind !== "busy") throw error;
      return retryWhileBusy(work, busyTimeoutMs, signal);
    };
    try {
      const result = work();
      return result instanceof Promise ? result.catch(retry) : result;
    } catch (error) {
      return retry(error);
    }
  }

  /** @internal The schema has changed: servers keep plans for connections, which must not be used again. */
  renew(): void {
    const { dialect, writers, readers } = this.#parts;
    // A pool of one may be the database itself; and a library plans anew by itself.
    if (dialect.waitsForLocks && writers.stats().max > 1) writers.renew();
    if (dialect.waitsForLocks && readers !== writers) readers.renew();
  }

  /** @internal The statement that each transaction begins with, where a pooler would lose a setting. */
  get transactionSetting(): Statement | undefined {
    return this.#parts.perTransaction?.();
  }

  /** @internal Begins a transaction on a physical connection, with the first statement where that saves a round trip; gives what is to be awaited. */
  begin(
    connection: DriverConnection,
    options: BeginOptions & { readonly signal?: AbortSignal | undefined },
  ): unknown {
    const begin = this.#parts.dialect.begin(options);
    const setting = this.#parts.perTransaction?.();
    if (setting === undefined && connection.deferBegin !== undefined) {
      return connection.deferBegin(begin);
    }
    const begun = this.patiently(() => connection.script(begin), options.signal);
    return setting === undefined ? begun : after(begun, () => connection.query(setting));
  }

  async #execute(
    statement: Statement,
    access: Access,
    signal: AbortSignal | undefined,
  ): Promise<DriverResult> {
    signal?.throwIfAborted();
    const pool = access === "read" ? this.#parts.readers : this.#parts.writers;
    const lease = pool.tryAcquire() ?? (await pool.acquire(signal === undefined ? {} : { signal }));
    const { connection } = lease;
    const running = announceQuery(this, statement);
    let cancelling: Promise<void> | undefined;
    let failure: unknown;
    try {
      const outcome = this.#runOn(connection, statement, signal);
      running?.follow(outcome);
      if (signal === undefined || !(outcome instanceof Promise)) return await outcome;
      return await abandonedBy(signal, outcome, () => {
        cancelling = connection.cancel().catch(() => undefined);
      });
    } catch (error) {
      running?.end(error);
      failure = spoils(error) ? error : undefined;
      throw signal?.aborted === true ? signal.reason : error;
    } finally {
      if (cancelling === undefined) lease.release(failure);
      // A request to cancel that comes late would stop the next user's statement.
      else void cancelling.then(() => lease.release(signal?.reason));
    }
  }

  #runOn(
    connection: DriverConnection,
    statement: Statement,
    signal: AbortSignal | undefined,
  ): DriverResult | Promise<DriverResult> {
    const setting = this.#parts.perTransaction?.();
    if (setting !== undefined) return runWithSetting(connection, setting, statement);
    return this.patiently(() => connection.query(statement), signal);
  }
}

// Shows the name and where it leads, never credentials. Defined here because a computed member has no declared type.
Object.defineProperty(Connection.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Connection): string {
    return `Connection(${this.name}, ${this.backend})`;
  },
});

/** Gives a connection back once its statement has ended. */
async function releaseAfter(lease: Lease, outcome: Promise<DriverResult>): Promise<DriverResult> {
  try {
    const result = await outcome;
    lease.release();
    return result;
  } catch (error) {
    lease.release(spoils(error) ? error : undefined);
    throw error;
  }
}

/** One statement in a transaction of its own, after a setting that lasts as long as that. */
async function runWithSetting(
  connection: DriverConnection,
  setting: Statement,
  statement: Statement,
): Promise<DriverResult> {
  await connection.script("begin");
  try {
    await connection.query(setting);
    const result = await connection.query(statement);
    await connection.script("commit");
    return result;
  } catch (error) {
    if (connection.state !== "broken" && connection.state !== "idle") {
      await connection.script("rollback");
    }
    throw error;
  }
}

/** Whether an error says that the physical connection itself can't be trusted any more. */
function spoils(error: unknown): boolean {
  if (!(error instanceof DriverError)) return false;
  return error.kind === "connectionLost" || error.kind === "timeout";
}
