/** From the options of `connect` to pools. */
import { Pool, type PoolOptions as SinglePoolOptions } from "../driver/pool.ts";
import { readPoolLimits } from "../driver/pool-limits.ts";
import { UsageError } from "../errors/errors.ts";
import type { OpenedDriver } from "./drivers.ts";

/** How many connections there are, how long they are kept and waited for, and where they live. */
export interface PoolOptions extends SinglePoolOptions {
  /**
   * SQLite: hold the connections in up to this many worker threads, so that no
   * statement holds up the event loop. Each thread has one reader at a time; with two
   * or more, the writer has one to itself. Default: none.
   */
  readonly threads?: number | undefined;
}

const defaultConnections = 5;

const known: ReadonlySet<string> = new Set([
  "maxConnections",
  "minConnections",
  "acquireTimeoutMs",
  "idleTimeoutMs",
  "maxLifetimeMs",
  "healthCheck",
  "threads",
]);

/**
 * Copies and checks the options, before anything is opened.
 *
 * @throws {UsageError} A setting is unknown or out of range.
 */
export function readPoolOptions(given: PoolOptions = {}): PoolOptions {
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown !== undefined) {
    throw new UsageError(`a pool has no setting "${unknown}"`, {
      hint: `its settings are ${[...known].join(", ")}`,
    });
  }
  const { threads, maxConnections = Math.max(defaultConnections, threads ?? 0) } = given;
  if (threads !== undefined && (!Number.isSafeInteger(threads) || threads < 1)) {
    throw new UsageError("pool.threads must be a whole number of at least 1");
  }
  const options = { ...given, maxConnections };
  readPoolLimits(options);
  return options;
}

/** One pool, or one for the writer and one for readers, which share `maxConnections`; of options that were read. */
export function makePools(
  { driver, reader }: OpenedDriver,
  options: PoolOptions,
  name: string,
): { writers: Pool; readers: Pool } {
  const { maxConnections = defaultConnections, minConnections = 0 } = options;
  if (reader === undefined || maxConnections < 2) {
    const pool = new Pool(driver, options, { name });
    return { writers: pool, readers: pool };
  }
  const writers = { maxConnections: 1, minConnections: Math.min(1, minConnections) };
  const readers = {
    maxConnections: maxConnections - 1,
    minConnections: Math.max(0, minConnections - 1),
  };
  return {
    writers: new Pool(driver, { ...options, ...writers }, { name }),
    readers: new Pool(reader, { ...options, ...readers }, { name }),
  };
}
