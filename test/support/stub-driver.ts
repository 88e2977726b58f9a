/** A driver without a database, whose connecting and answering a test decides. */
import {
  type ConnectionState,
  type Driver,
  type DriverConnection,
  type DriverCursor,
  DriverError,
  type DriverResult,
} from "../../src/driver/driver.ts";
import { Pool, type PoolOptions } from "../../src/driver/pool.ts";
import type { PoolContext } from "../../src/driver/pool-limits.ts";

/** A connection that does nothing, and remembers what was done to it. */
export class StubConnection implements DriverConnection {
  state: ConnectionState = "idle";
  closed = false;
  destroyed = false;
  idle = false;
  pings = 0;
  answer: () => Promise<void> | void = () => {};

  query(): DriverResult {
    return { rows: [], columns: [], affectedRows: 0 };
  }
  openCursor(): DriverCursor {
    return { read: () => [], close: () => {} };
  }
  script(): void {}
  ping(): Promise<void> | void {
    this.pings += 1;
    return this.answer();
  }
  async cancel(): Promise<void> {}
  async close(): Promise<void> {
    this.closed = true;
    this.state = "broken";
  }
  destroy(): void {
    this.destroyed = true;
    this.state = "broken";
  }
  unref(idle: boolean): void {
    this.idle = idle;
  }
}

/** A driver whose opens wait to be let through, fail on request, and are counted. */
export class StubDriver implements Driver {
  readonly name = "stub";
  readonly connections: StubConnection[] = [];
  closed = false;
  /** What `open` does; by default it opens after a turn of the event loop. */
  open: () => DriverConnection | Promise<DriverConnection> = async () => this.make();

  make(): StubConnection {
    const connection = new StubConnection();
    this.connections.push(connection);
    return connection;
  }
  close(): void {
    this.closed = true;
  }
  get alive(): number {
    return this.connections.filter(({ closed, destroyed }) => !closed && !destroyed).length;
  }
}

export function stubbed(
  options: PoolOptions = {},
  context: PoolContext = {},
): { readonly driver: StubDriver; readonly pool: Pool } {
  const driver = new StubDriver();
  return { driver, pool: new Pool(driver, options, context) };
}

export const refused = (transient: boolean): DriverError =>
  new DriverError("connect ECONNREFUSED", { kind: "connect", transient });

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await Promise.resolve();
  }
}
