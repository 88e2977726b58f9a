import { AsyncResource } from "node:async_hooks";
import { NoConnectionError, type PoolTimeoutError } from "../errors/errors.ts";
import { type Driver, type DriverConnection, DriverError } from "./driver.ts";
import { Backoff } from "./pool-backoff.ts";
import type { AcquireOptions, Lease, PoolStats } from "./pool-lease.ts";
import { type PoolContext, type PoolLimits, readPoolLimits } from "./pool-limits.ts";
import { WaitQueue, waitedTooLong } from "./pool-queue.ts";
import {
  admit,
  answersInTime,
  closeQuietly,
  IdleShelf,
  type Member,
  silence,
} from "./pool-shelf.ts";
import { isTurnOver, nextTurn } from "./pool-turns.ts";
import { Watchdog } from "./pool-watchdog.ts";

/** How many connections a pool opens, and how long it keeps and waits for them. */
export interface PoolOptions extends PoolLimits {
  /**
   * Ask a connection that was idle for over a second whether it still answers, and ask the
   * server about a statement that has been silent for 10 seconds. Default true.
   */
  readonly healthCheck?: boolean | undefined;
}

const closeGraceMs = 30_000;
const silentAfterMs = 10_000;

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
  readonly #maxLifetimeMs: number;
  readonly #now: () => number;
  readonly #random: () => number;
  /** Opening happens in here, so that sockets do not hold on to the context of whoever waited first. */
  readonly #scope: AsyncResource = new AsyncResource("FerroPool", { requireManualDestroy: true });

  readonly #idle: IdleShelf;
  readonly #lent: Set<Member> = new Set();
  readonly #watchdog: Watchdog | undefined;
  readonly #waiters: WaitQueue<Lease> = new WaitQueue();
  #opening = 0;
  #checking = 0;
  #leaving = 0;
  /** Waiters are served in the next turn of the event loop, not before. */
  #turning = false;
  #everConnected = false;
  #lastFailure: unknown;
  readonly #backoff: Backoff;
  #closing: Promise<void> | undefined;
  #drained: (() => void) | undefined;

  /** @throws {UsageError} A setting is out of range. */
  constructor(driver: Driver, options: PoolOptions = {}, context: PoolContext = {}) {
    const { maxConnections, minConnections, acquireTimeoutMs, idleTimeoutMs, maxLifetimeMs } =
      readPoolLimits(options);
    this.#driver = driver;
    this.#name = context.name ?? "default";
    this.#max = Math.min(maxConnections, driver.maxConnections ?? maxConnections);
    this.#min = Math.min(minConnections, this.#max);
    this.#acquireTimeoutMs = acquireTimeoutMs;
    this.#maxLifetimeMs = maxLifetimeMs;
    this.#now = context.now ?? (() => performance.now());
    this.#random = context.random ?? Math.random;
    this.#backoff = new Backoff(this.#random);
    const { healthCheck = true } = options;
    if (healthCheck) {
      const { silenceMs = silentAfterMs } = context;
      this.#watchdog = new Watchdog({ driver, now: this.#now, lent: this.#lent, silenceMs });
    }
    this.#idle = new IdleShelf({
      now: this.#now,
      healthCheck,
      idleTimeoutMs,
      spare: () => this.#size - this.#min,
      retire: (member) => this.#retire(member),
    });
  }

  /** Lends an idle connection at once, or gives undefined: then `acquire` it. */
  tryAcquire(label?: string): Lease | undefined {
    if (this.#closing !== undefined || this.#waiters.size > 0) {
      return undefined;
    }
    const now = this.#now();
    if (this.#holdsLoop(now)) {
      return undefined;
    }
    const member = this.#idle.take();
    if (member === undefined) {
      return undefined;
    }
    if (this.#idle.needsPing(member, now)) {
      this.#idle.putBack(member);
      return undefined;
    }
    return this.#lend(member, label, now);
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
    const late = (): PoolTimeoutError => this.#timeoutError(timeoutMs);
    const waiting = this.#waiters.join({ label, timeoutMs, signal, late });
    this.#serve();
    return waiting;
  }

  /** Lends none of the open connections again: what they prepared is from before a change of the schema. */
  renew(): void {
    for (const member of this.#lent) member.expires = Number.NEGATIVE_INFINITY;
    for (let member = this.#idle.take(); member !== undefined; member = this.#idle.take()) {
      this.#retire(member);
    }
    this.#keepMinimum();
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
      size: this.#size,
      inUse: this.#lent.size,
      idle: this.#idle.size,
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
    this.#backoff.stop();
    this.#waiters.rejectAll(() => this.#closedError());
    for (const member of this.#idle.clear()) {
      this.#retire(member);
    }
    await this.#drain(graceMs);
    this.#watchdog?.stop();
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
        this.#drained?.(); // even while a connection is still opening: it is destroyed when it does
      }, graceMs);
      this.#drained = () => {
        clearTimeout(impatience);
        resolve();
      };
      this.#reportDrained();
    });
  }

  #reportDrained(): void {
    if (this.#lent.size + this.#opening + this.#checking + this.#leaving === 0) {
      this.#drained?.();
    }
  }

  /** Gives waiters what is free, and opens as many connections as the rest of them could use. */
  #serve(): void {
    if (this.#turning || this.#waiters.size === 0) {
      return;
    }
    const now = this.#now();
    if (this.#holdsLoop(now)) {
      this.#turning = true;
      nextTurn(() => {
        this.#turning = false;
        this.#serve();
      });
      return;
    }
    while (this.#waiters.size > this.#checking) {
      const member = this.#idle.take();
      if (member === undefined) {
        break;
      }
      if (this.#idle.needsPing(member, now)) {
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

  /** Whether this database, which answers at once, has left the event loop no turn for too long. */
  #holdsLoop(now: number): boolean {
    return this.#driver.synchronous === true && isTurnOver(now);
  }

  /** Connections that are open. */
  get #size(): number {
    return this.#idle.size + this.#lent.size + this.#checking;
  }

  #mayOpen(): boolean {
    const taken = this.#size + this.#opening + this.#leaving;
    return taken < this.#max && !this.#backoff.waiting && this.#closing === undefined;
  }

  #grant(member: Member): void {
    const waiter = this.#waiters.first;
    if (waiter === undefined) {
      this.#idle.put(member);
      return;
    }
    waiter.resolve(this.#lend(member, waiter.label, this.#now()));
  }

  #lend(member: Member, label: string | undefined, now: number): Lease {
    const { connection } = member;
    member.lentSince = now;
    member.label = label;
    this.#lent.add(member);
    this.#watchdog?.watch();
    connection.unref(false);
    let returned = false;
    const release = (error?: unknown): void => {
      // By then the connection may be on loan to someone else.
      if (!returned) {
        returned = true;
        this.#release(member, error);
      }
    };
    return this.#driver.synchronous === true
      ? { connection, release, pause: this.#pause }
      : { connection, release };
  }

  readonly #pause = (): Promise<void> | undefined =>
    isTurnOver(this.#now()) ? new Promise(nextTurn) : undefined;

  #release(member: Member, error: unknown): void {
    if (!this.#lent.delete(member)) {
      return; // destroyed meanwhile by close()
    }
    const clean = error === undefined && member.connection.state === "idle";
    if (!clean) {
      member.connection.destroy();
    } else if (this.#closing !== undefined || member.expires <= this.#now()) {
      this.#retire(member);
    } else {
      this.#idle.put(member);
    }
    this.#refill();
  }

  /** Closes a connection in order; until that is done it counts against the maximum. */
  #retire({ connection }: Member): void {
    this.#leaving += 1;
    connection.unref(false);
    void closeQuietly(connection).then(() => {
      this.#leaving -= 1;
      this.#refill();
    });
  }

  #refill(): void {
    this.#reportDrained();
    this.#serve();
    this.#keepMinimum();
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
          this.#idle.destroyStale();
        }
        finish(false);
      },
    );
  }

  #open(): void {
    this.#opening += 1;
    const opened = (connection: DriverConnection): void => {
      this.#opening -= 1;
      this.#everConnected = true;
      this.#backoff.reset();
      this.#lastFailure = undefined;
      if (this.#closing !== undefined) {
        connection.destroy();
        this.#reportDrained();
        return;
      }
      const lifetimeMs = this.#maxLifetimeMs * (0.9 + this.#random() * 0.2);
      this.#grant(admit(connection, this.#now(), lifetimeMs));
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

  /**
   * A server that has been reached before and now refuses is probably restarting:
   * waiters keep waiting, and it is tried again after 10 ms, then ever less often.
   */
  #openFailed(error: unknown): void {
    this.#lastFailure = error;
    const transient = error instanceof DriverError && error.transient;
    if (!transient || !this.#everConnected) {
      this.#waiters.first?.reject(error);
      // An open that throws at once must not recurse once per waiter.
      queueMicrotask(() => this.#serve());
      return;
    }
    if (this.#closing === undefined) {
      this.#backoff.start(() => this.#refill());
    }
  }

  #keepMinimum(): void {
    let missing = this.#min - this.#size - this.#opening;
    while (missing > 0 && this.#mayOpen()) {
      missing -= 1;
      this.#open();
    }
  }

  #closedError(): NoConnectionError {
    return new NoConnectionError(`the connection "${this.#name}" is closed`);
  }

  #timeoutError(timeoutMs: number): PoolTimeoutError {
    const [oldest] = [...this.#lent].sort((a, b) => a.lentSince - b.lentSince);
    return waitedTooLong(
      { name: this.#name, timeoutMs, ...this.stats() },
      oldest && { label: oldest.label, heldMs: this.#now() - oldest.lentSince },
      this.#lastFailure,
    );
  }
}
