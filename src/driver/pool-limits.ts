import { UsageError } from "../errors/errors.ts";

/** The numbers of a pool. */
export interface PoolLimits {
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
}

/** What the program that makes a pool knows and its users don't choose. */
export interface PoolContext {
  /** The connection's name, for messages. Default "default". */
  readonly name?: string | undefined;
  /** Monotonic milliseconds; for tests. */
  readonly now?: (() => number) | undefined;
  /** In [0, 1), for jitter; for tests. */
  readonly random?: (() => number) | undefined;
  /** How long a running statement may be silent before the server is asked about it; for tests. Default 10,000. */
  readonly silenceMs?: number | undefined;
}

/** Fills in the defaults and refuses what can't be meant; "never" becomes infinity. */
export function readPoolLimits(limits: PoolLimits): Readonly<Record<keyof PoolLimits, number>> {
  const maxConnections = atLeast("maxConnections", limits.maxConnections ?? 5, 1);
  const minConnections = atLeast("minConnections", limits.minConnections ?? 0, 0);
  if (minConnections > maxConnections) {
    throw new UsageError("pool.minConnections cannot exceed pool.maxConnections");
  }
  const never = Number.POSITIVE_INFINITY;
  return {
    maxConnections,
    minConnections,
    acquireTimeoutMs: atLeast("acquireTimeoutMs", limits.acquireTimeoutMs ?? 30_000, 0),
    idleTimeoutMs: atLeast("idleTimeoutMs", limits.idleTimeoutMs ?? 600_000, 0) || never,
    maxLifetimeMs: atLeast("maxLifetimeMs", limits.maxLifetimeMs ?? 1_800_000, 0) || never,
  };
}

function atLeast(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`pool.${name} must be a whole number of at least ${least}`);
  }
  return value;
}
