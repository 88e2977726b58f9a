/** What a pool and those who borrow from it say to each other. */
import type { DriverConnection } from "./driver.ts";

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
  /**
   * There where the database answers at once: what to await before the next statement of
   * many on this lease, so that the event loop gets a turn; undefined while it need not.
   */
  pause?(): Promise<void> | undefined;
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

/** Of two pools that serve one connection. */
export function addStats(left: PoolStats, right: PoolStats): PoolStats {
  return {
    max: left.max + right.max,
    size: left.size + right.size,
    inUse: left.inUse + right.inUse,
    idle: left.idle + right.idle,
    opening: left.opening + right.opening,
    waiting: left.waiting + right.waiting,
  };
}
