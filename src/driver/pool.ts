import { AsyncResource } from "node:async_hooks";
import { NoConnectionError, PoolTimeoutError, UsageError } from "../errors/errors.ts";
import { type Driver, type DriverConnection, DriverError } from "./driver.ts";

export interface PoolOptions {
  /** Default 5; never more than the driver's own limit. */
  readonly maxConnections?: number | undefined;
  /** Kept open while nobody needs them. Default 0. */
  readonly minConnections?: number | undefined;
  /** How long `acquire` may wait, from the call. Default 30,000. */
  readonly acquireTimeoutMs?: number | undefined;
  /** After this long unused a connection is closed. Default 600,000; 0 never. */
  readonly idleTimeoutMs?: number | undefined;
  /** After this long open a connection is replaced, give or take a tenth. Default 1,800,000; 0 never. */
  readonly maxLifetimeMs?: number | undefined;
  /** Ask a connection that was idle for over a second whether it still answers. Default true. */
  readonly healthCheck?: boolean | undefined;
}

/** What the program that makes a pool knows and its users don't choose. */
export interface PoolContext {
  /** The connection's name, for messages. Default "default". */
  readonly name?: string | undefined;
  /** Monotonic milliseconds; for tests. */
  readonly now?: (() => number) | undefined;
  /** In [0, 1), for jitter; for tests. */
  readonly random?: (() => number) | undefined;
}

export interface AcquireOptions {
  /** Overrides the pool's `acquireTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What the connection is for, shown when others wait too long for it. Never put values in it. */
  readonly label?: string | undefined;
}

/** A connection on loan. */
export interface Lease {
  readonly connection: DriverConnection;
  /**
   * Gives the connection back; later calls do nothing. It is kept only if the
   * server says it is idle and no `error` is given: give one when something failed
   * that leaves doubt about the connection, not for a statement the database refused.
   */
  release(error?: unknown): void;
}

export interface PoolStats {
  readonly max: number;
  /** Open, in use or not. */
  readonly size: number;
  readonly inUse: number;
  readonly idle: number;
  readonly opening: number;
  readonly waiting: number;
}

type PoolNumber = Exclude<keyof PoolOptions, "healthCheck">;

const pingAfterMs = 1000;
const pingDeadlineMs = 2000;
const closeGraceMs = 30_000;

interface Member {
  readonly connection: DriverConnection;
  readonly expires: number;
  idleSince: number;
  lentSince: number;
  label: string | undefined;
}

interface Waiter {
  readonly label: string | undefined;
  readonly resolve: (lease: Lease) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lends the connections of one driver.
 *
 * Waiters are served in the order they came, for a bounded time. A connection is
 * kept only when it comes back clean, and one that sat idle is asked before it is
 * lent again. While nobody waits, the pool does not keep the process alive.
 */
export class Pool {
  readonly #driver: Driver;
  readonly #name: string;
  readonly #max: number;
  readonly #min: number;
  readonly #acquireTimeoutMs: number;
  readonly #idleTimeoutMs: number;
  readonly #maxLifetimeMs: number;
  readonly #healthCheck: boolean;
  readonly #now: () => number;
  readonly #random: () => number;
  /** Opening happens in here, so that sockets do not hold on to the context of whoever waited first. */
  readonly #scope: AsyncResource = new AsyncResource("FerroPool", { requireManualDestroy: true });

  /** Most recently used last. */
  readonly #idle: Member[] = [];
  readonly #lent: Set<Member> = new Set();
  /** In order of arrival; a Set keeps it and lets one leave from the middle. */
  readonly #waiters: Set<Waiter> = new Set();
  #opening = 0;
  #checking = 0;
  #everConnected = false;
  #failures = 0;
  #lastFailure: unknown;
  #backoff: NodeJS.Timeout | undefined;
  #reaper: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #drained: (() => void) | undefined;

  /** @throws {UsageError} A setting is out of range. */
  constructor(driver: Driver, options: PoolOptions = {}, context: PoolContext = {}) {
    const { maxConnections, minConnections, acquireTimeoutMs, idleTimeoutMs, maxLifetimeMs } =
      readPoolOptions(options);
    this.#driver = driver;
    this.#name = context.name ?? "default";
    this.#max = Math.min(maxConnections, driver.maxConnections ?? maxConnections);
    this.#min = Math.min(minConnections, this.#max);
    this.#acquireTimeoutMs = acquireTimeoutMs;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#maxLifetimeMs = maxLifetimeMs;
    this.#healthCheck = options.healthCheck ?? true;
    this.#now = context.now ?? (() => performance.now());
    this.#random = context.random ?? Math.random;
  }

  /** Lends an idle connection at once, or gives undefined: then `acquire` it. */
  tryAcquire(label?: string): Lease | undefined {
    if (this.#closing !== undefined || this.#waiters.size > 0) {
      return undefined;
    }
    const member = this.#takeIdle();
    if (member === undefined) {
      return undefined;
    }
    if (this.#needsPing(member)) {
      this.#idle.push(member); // still as old as it was
      return undefined;
    }
    return this.#lend(member, label);
  }

  /**
   * Waits for a free connection.
   *
   * @throws {PoolTimeoutError} None came free in time.
   * @throws {NoConnectionError} The pool is closed.
   * @throws {DriverError} A connection had to be opened and could not be.
   */
  acquire(options: AcquireOptions = {}): Promise<Lease> {
    const { signal, label, timeoutMs = this.#acquireTimeoutMs } = options;
    if (this.#closing !== undefined) {
      return Promise.reject(this.#closedError());
    }
    if (signal?.aborted === true) {
      return Promise.reject(signal.reason);
    }
    const lease = this.tryAcquire(label);
    if (lease !== undefined) {
      return Promise.resolve(lease);
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      const waiter: Waiter = {
        label,
        resolve: (granted) => {
          leave();
          resolve(granted);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const abort = (): void => waiter.reject(signal?.reason);
      const timer = setTimeout(() => waiter.reject(this.#timeoutError(timeoutMs)), timeoutMs);
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiters.add(waiter);
      this.#serve();
    });
  }

  /** Opens the minimum of connections, at least one, and gives the failure if that can't be done. */
  async warm(): Promise<void> {
    const leases: Lease[] = [];
    try {
      for (let count = 0; count < Math.max(1, this.#min); count += 1) {
        leases.push(await this.acquire({ label: "connect" }));
      }
    } finally {
      for (const lease of leases) {
        lease.release();
      }
    }
  }

  stats(): PoolStats {
    return {
      max: this.#max,
      size: this.#idle.length + this.#lent.size + this.#checking,
      inUse: this.#lent.size,
      idle: this.#idle.length,
      opening: this.#opening,
      waiting: this.#waiters.size,
    };
  }

  /**
   * Refuses new work and whoever still waits, lets lent connections come back, and
   * resolves when every connection is closed. After `graceMs` (30 s) those still out are destroyed.
   */
  close({ graceMs = closeGraceMs }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    clearTimeout(this.#backoff);
    clearTimeout(this.#reaper);
    for (const waiter of [...this.#waiters]) {
      waiter.reject(this.#closedError());
    }
    const closing = this.#idle.splice(0).map(async ({ connection }) => {
      connection.unref(false);
      await closeQuietly(connection);
    });
    await Promise.all(closing);
    await this.#drain(graceMs);
    this.#scope.emitDestroy();
    await this.#driver.close?.();
  }

  #drain(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const impatience = setTimeout(() => {
        for (const member of this.#lent) {
          this.#lent.delete(member);
          member.connection.destroy();
        }
        this.#reportDrained();
      }, graceMs);
      this.#drained = () => {
        clearTimeout(impatience);
        resolve();
      };
      this.#reportDrained();
    });
  }

  #reportDrained(): void {
    if (this.#lent.size + this.#opening + this.#checking === 0) {
      this.#drained?.();
    }
  }

  /** Gives waiters what is free, and opens as many connections as the rest of them could use. */
  #serve(): void {
    while (this.#waiters.size > this.#checking) {
      const member = this.#takeIdle();
      if (member === undefined) {
        break;
      }
      if (this.#needsPing(member)) {
        this.#check(member);
      } else {
        this.#grant(member);
      }
    }
    let wanted = this.#waiters.size - this.#opening - this.#checking;
    while (wanted > 0 && this.#mayOpen()) {
      wanted -= 1;
      this.#open();
    }
  }

  #mayOpen(): boolean {
    const size = this.#idle.length + this.#lent.size + this.#opening + this.#checking;
    return size < this.#max && this.#backoff === undefined && this.#closing === undefined;
  }

  #grant(member: Member): void {
    const [waiter] = this.#waiters;
    if (waiter === undefined) {
      this.#putIdle(member);
      return;
    }
    waiter.resolve(this.#lend(member, waiter.label));
  }

  #lend(member: Member, label: string | undefined): Lease {
    const { connection } = member;
    member.lentSince = this.#now();
    member.label = label;
    this.#lent.add(member);
    connection.unref(false);
    let returned = false;
    const release = (error?: unknown): void => {
      // By then the connection may be on loan to someone else.
      if (!returned) {
        returned = true;
        this.#release(member, error);
      }
    };
    return { connection, release };
  }

  #release(member: Member, error: unknown): void {
    if (!this.#lent.delete(member)) {
      return; // destroyed meanwhile by close()
    }
    const clean = error === undefined && member.connection.state === "idle";
    if (!clean) {
      member.connection.destroy();
    } else if (this.#closing !== undefined) {
      this.#checking += 1;
      void closeQuietly(member.connection).then(() => {
        this.#checking -= 1;
        this.#reportDrained();
      });
    } else if (member.expires <= this.#now()) {
      void closeQuietly(member.connection);
    } else {
      this.#putIdle(member);
    }
    this.#reportDrained();
    this.#serve();
    this.#keepMinimum();
  }

  #putIdle(member: Member): void {
    member.idleSince = this.#now();
    member.connection.unref(true);
    this.#idle.push(member);
    this.#scheduleReaper();
  }

  /** The most recently used one that is still alive. */
  #takeIdle(): Member | undefined {
    for (let member = this.#idle.pop(); member !== undefined; member = this.#idle.pop()) {
      if (member.connection.state === "idle") {
        return member;
      }
      member.connection.destroy();
    }
    return undefined;
  }

  #needsPing({ idleSince }: Member): boolean {
    return this.#healthCheck && this.#now() - idleSince > pingAfterMs;
  }

  #check(member: Member): void {
    const { connection } = member;
    this.#checking += 1;
    connection.unref(false);
    const finish = (alive: boolean): void => {
      this.#checking -= 1;
      if (alive && this.#closing === undefined) {
        this.#grant(member);
      } else {
        connection.destroy();
      }
      this.#reportDrained();
      this.#serve();
    };
    answersInTime(connection).then(
      () => finish(connection.state === "idle"),
      (error: unknown) => {
        if (error === silence) {
          this.#destroyStale();
        }
        finish(false);
      },
    );
  }

  /** One silent peer makes the other untried connections suspect; asking each in turn would cost 2 s apiece. */
  #destroyStale(): void {
    for (const member of this.#idle.splice(0)) {
      if (this.#needsPing(member)) {
        member.connection.destroy();
      } else {
        this.#idle.push(member);
      }
    }
  }

  #open(): void {
    this.#opening += 1;
    const opened = (connection: DriverConnection): void => {
      this.#opening -= 1;
      this.#everConnected = true;
      this.#failures = 0;
      this.#lastFailure = undefined;
      if (this.#closing !== undefined) {
        connection.destroy();
        this.#reportDrained();
        return;
      }
      this.#grant(this.#admit(connection));
      this.#serve();
    };
    const failed = (error: unknown): void => {
      this.#opening -= 1;
      this.#reportDrained();
      this.#openFailed(error);
    };
    this.#scope.runInAsyncScope(() => {
      try {
        const connection = this.#driver.open();
        if (connection instanceof Promise) {
          connection.then(opened, failed);
        } else {
          opened(connection);
        }
      } catch (error) {
        failed(error);
      }
    });
  }

  #admit(connection: DriverConnection): Member {
    const jitter = 0.9 + this.#random() * 0.2;
    const now = this.#now();
    return {
      connection,
      expires: now + this.#maxLifetimeMs * jitter,
      idleSince: now,
      lentSince: now,
      label: undefined,
    };
  }

  /**
   * A server that has been reached before and now refuses is probably restarting:
   * waiters keep waiting, and it is tried again after 10 ms, then ever less often.
   */
  #openFailed(error: unknown): void {
    this.#lastFailure = error;
    const transient = error instanceof DriverError && error.transient;
    if (!transient || !this.#everConnected) {
      const [waiter] = this.#waiters;
      waiter?.reject(error);
      // An open that throws at once must not recurse once per waiter.
      queueMicrotask(() => this.#serve());
      return;
    }
    if (this.#backoff !== undefined || this.#closing !== undefined) {
      return;
    }
    this.#failures += 1;
    const delay = Math.min(1000, 5 * 2 ** this.#failures) * (0.5 + this.#random());
    this.#backoff = setTimeout(() => {
      this.#backoff = undefined;
      this.#serve();
      this.#keepMinimum();
    }, delay);
    this.#backoff.unref();
  }

  #keepMinimum(): void {
    let missing =
      this.#min - (this.#idle.length + this.#lent.size + this.#opening + this.#checking);
    while (missing > 0 && this.#mayOpen()) {
      missing -= 1;
      this.#open();
    }
  }

  #scheduleReaper(): void {
    const [oldest] = this.#idle;
    if (this.#reaper !== undefined || oldest === undefined) {
      return;
    }
    const soonest = Math.min(
      oldest.idleSince + this.#idleTimeoutMs,
      ...this.#idle.map(({ expires }) => expires),
    );
    if (!Number.isFinite(soonest)) {
      return;
    }
    this.#scope.runInAsyncScope(() => {
      this.#reaper = setTimeout(
        () => {
          this.#reaper = undefined;
          this.#reap();
        },
        Math.min(Math.max(soonest - this.#now(), 0) + 1, 2 ** 31 - 1),
      );
      this.#reaper.unref();
    });
  }

  #reap(): void {
    const now = this.#now();
    let spare = this.#idle.length + this.#lent.size - this.#min;
    for (const member of this.#idle.splice(0)) {
      const dead = member.connection.state !== "idle" || member.expires <= now;
      const unused = member.idleSince + this.#idleTimeoutMs <= now && spare > 0;
      if (dead || unused) {
        spare -= 1;
        void closeQuietly(member.connection);
      } else {
        if (member.idleSince + this.#idleTimeoutMs <= now) {
          member.idleSince = now; // kept as one of the minimum: looked at again a full period later
        }
        this.#idle.push(member);
      }
    }
    this.#keepMinimum();
    this.#scheduleReaper();
  }

  #closedError(): NoConnectionError {
    return new NoConnectionError(`the connection "${this.#name}" is closed`);
  }

  #timeoutError(timeoutMs: number): PoolTimeoutError {
    const { size, inUse, waiting } = this.stats();
    let oldest: Member | undefined;
    for (const member of this.#lent) {
      if (oldest === undefined || member.lentSince < oldest.lentSince) {
        oldest = member;
      }
    }
    const holder =
      oldest === undefined
        ? ""
        : `; the oldest has been held for ${Math.round(this.#now() - oldest.lentSince)} ms by ${oldest.label ?? "an unnamed caller"}`;
    return new PoolTimeoutError(
      `no connection of "${this.#name}" came free in ${timeoutMs} ms: pool of ${this.#max}, ${size} open, ${inUse} in use, ${waiting} waiting${holder}`,
      {
        hint: "look for a transaction that is held open, or raise pool.maxConnections",
        cause: this.#lastFailure,
      },
    );
  }
}

/** Fills in the defaults and refuses what can't be meant; 0 stands for "never" in the two lifetimes. */
function readPoolOptions(options: PoolOptions): Readonly<Record<PoolNumber, number>> {
  const maxConnections = atLeast("maxConnections", options.maxConnections ?? 5, 1);
  const minConnections = atLeast("minConnections", options.minConnections ?? 0, 0);
  if (minConnections > maxConnections) {
    throw new UsageError("pool.minConnections cannot exceed pool.maxConnections");
  }
  return {
    maxConnections,
    minConnections,
    acquireTimeoutMs: atLeast("acquireTimeoutMs", options.acquireTimeoutMs ?? 30_000, 0),
    idleTimeoutMs:
      atLeast("idleTimeoutMs", options.idleTimeoutMs ?? 600_000, 0) || Number.POSITIVE_INFINITY,
    maxLifetimeMs:
      atLeast("maxLifetimeMs", options.maxLifetimeMs ?? 1_800_000, 0) || Number.POSITIVE_INFINITY,
  };
}

function atLeast(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`pool.${name} must be a whole number of at least ${least}`);
  }
  return value;
}

const silence: Error = new DriverError(
  `the connection did not answer a ping within ${pingDeadlineMs} ms`,
  {
    kind: "connectionLost",
  },
);

async function answersInTime(connection: DriverConnection): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silence), pingDeadlineMs);
  });
  try {
    await Promise.race([connection.ping(), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

async function closeQuietly(connection: DriverConnection): Promise<void> {
  try {
    await connection.close();
  } catch {
    connection.destroy();
  }
}
