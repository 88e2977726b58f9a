/** From the options of `connect` to pools. */
import { Pool, type PoolOptions as SinglePoolOptions } from "../driver/pool.ts";
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

/** One pool, or one for the writer and one for readers, which share `maxConnections`. */
export function makePools(
  { driver, reader }: OpenedDriver,
  { threads = 0, ...options }: PoolOptions = {},
  name: string,
): { writers: Pool; readers: Pool } {
  const { maxConnections = Math.max(defaultConnections, threads), minConnections = 0 } = options;
  if (reader === undefined || maxConnections < 2) {
    const max = reader === undefined ? maxConnections : 1;
    const pool = new Pool(driver, { ...options, maxConnections: max }, { name });
    return { writers: pool, readers: pool };
  }
  // Checks the options as they were given, before they are split.
  new Pool(driver, { ...options, maxConnections }, { name });
  return {
    writers: new Pool(
      driver,
      { ...options, maxConnections: 1, minConnections: Math.min(1, minConnections) },
      { name },
    ),
    readers: new Pool(
      reader,
      {
        ...options,
        maxConnections: maxConnections - 1,
        minConnections: Math.max(0, minConnections - 1),
      },
      { name },
    ),
  };
}
