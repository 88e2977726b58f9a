import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type ConnectionState,
  type Driver,
  type DriverConnection,
  DriverError,
  type DriverResult,
} from "../../../src/driver/driver.ts";
import { type Lease, Pool, type PoolContext, type PoolOptions } from "../../../src/driver/pool.ts";
import { NoConnectionError, PoolTimeoutError, UsageError } from "../../../src/errors/errors.ts";

/** A connection that does nothing, and remembers what was done to it. */
class StubConnection implements DriverConnection {
  state: ConnectionState = "idle";
  closed = false;
  destroyed = false;
  idle = false;
  pings = 0;
  answer: () => Promise<void> | void = () => {};

  query(): DriverResult {
    return { rows: [], columns: [], affectedRows: 0 };
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
class StubDriver implements Driver {
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

/** Time that passes only when told; vitest's timers follow it. */
function stubbed(
  options: PoolOptions = {},
  context: PoolContext = {},
): { readonly driver: StubDriver; readonly pool: Pool } {
  const driver = new StubDriver();
  return { driver, pool: new Pool(driver, options, context) };
}

const refused = (transient: boolean): DriverError =>
  new DriverError("connect ECONNREFUSED", { kind: "connect", transient });

/** Lets every promise that can settle do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await Promise.resolve();
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe("acquire", () => {
  test("opens no more connections than it may, and uses them again", async () => {
    const { driver, pool } = stubbed({ maxConnections: 2 });
    const [first, second] = await Promise.all([pool.acquire(), pool.acquire()]);
    const third = pool.acquire();

    first!.release();
    const again = await third;

    expect(again.connection).toBe(first!.connection);
    expect(driver.connections).toHaveLength(2);
    expect(pool.stats()).toEqual({ max: 2, size: 2, inUse: 2, idle: 0, opening: 0, waiting: 0 });
    second!.release();
    again.release();
    expect(pool.stats()).toMatchObject({ inUse: 0, idle: 2 });
  });

  test("serves waiters in the order they came", async () => {
    const { pool } = stubbed({ maxConnections: 1 });
    const order: number[] = [];
    const held = await pool.acquire();
    const waiting = [1, 2, 3, 4].map((number) =>
      pool.acquire().then((lease) => {
        order.push(number);
        lease.release();
      }),
    );

    held.release();
    await Promise.all(waiting);

    expect(order).toEqual([1, 2, 3, 4]);
  });

  test("nobody overtakes a waiter", async () => {
    const { pool } = stubbed({ maxConnections: 1 });
    const held = await pool.acquire();
    const waiter = pool.acquire();

    held.release();

    expect(pool.tryAcquire()).toBeUndefined();
    (await waiter).release();
    const lease = pool.tryAcquire();
    expect(lease).toBeDefined();
    lease?.release();
  });

  test("gives up in time, saying who holds what", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { pool } = stubbed({ maxConnections: 2, acquireTimeoutMs: 500 }, { name: "app" });
    const [first, second] = await Promise.all([
      pool.acquire({ label: "transaction in checkout.ts:12" }),
      pool.acquire(),
    ]);
    vi.advanceTimersByTime(250);
    const late = pool.acquire();
    const alsoLate = pool.acquire().catch(() => {});

    vi.advanceTimersByTime(500);

    await expect(late).rejects.toThrow(
      new PoolTimeoutError(
        'no connection of "app" came free in 500 ms: pool of 2, 2 open, 2 in use, 2 waiting; the oldest has been held for 750 ms by transaction in checkout.ts:12',
        { hint: "look for a transaction that is held open, or raise pool.maxConnections" },
      ),
    );
    await alsoLate;
    expect(pool.stats().waiting).toBe(0);
    first!.release();
    second!.release();
  });

  test("waits 30 s by default", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { pool } = stubbed({ maxConnections: 1 });
    await pool.acquire();
    const late = pool.acquire();

    vi.advanceTimersByTime(30_000);

    await expect(late).rejects.toBeInstanceOf(PoolTimeoutError);
  });

  test("stops waiting when its signal says so", async () => {
    const { pool } = stubbed({ maxConnections: 1 });
    const held = await pool.acquire();
    const stop = new AbortController();
    const waiter = pool.acquire({ signal: stop.signal });

    stop.abort(new Error("changed my mind"));

    await expect(waiter).rejects.toThrow("changed my mind");
    await expect(pool.acquire({ signal: stop.signal })).rejects.toThrow("changed my mind");
    held.release();
    expect(pool.stats()).toMatchObject({ idle: 1, waiting: 0 });
  });

  test("keeps the context of the one who waits", async () => {
    const storage = new AsyncLocalStorage<string>();
    const { pool } = stubbed({ maxConnections: 1 });
    const held = await storage.run("holder", () => pool.acquire());
    const seen = storage.run("waiter", async () => {
      const lease = await pool.acquire();
      lease.release();
      return storage.getStore();
    });

    storage.run("holder", () => held.release());

    expect(await seen).toBe("waiter");
  });

  test("opens connections outside every context", async () => {
    const storage = new AsyncLocalStorage<string>();
    const { driver, pool } = stubbed();
    let seen: string | undefined = "not called";
    driver.open = () => {
      seen = storage.getStore();
      return driver.make();
    };

    await storage.run("a request", () => pool.acquire());

    expect(seen).toBeUndefined();
  });

  test("is never larger than the driver allows", async () => {
    const driver = Object.assign(new StubDriver(), { maxConnections: 1 });

    expect(new Pool(driver, { maxConnections: 5, minConnections: 3 }).stats().max).toBe(1);
  });
});

describe("tryAcquire", () => {
  test("lends an idle connection without a promise", async () => {
    const { pool } = stubbed();
    expect(pool.tryAcquire()).toBeUndefined();
    (await pool.acquire()).release();

    const lease = pool.tryAcquire();

    expect(lease?.connection.state).toBe("idle");
    expect(pool.tryAcquire()).toBeUndefined();
    lease?.release();
  });
});

describe("release", () => {
  test.each<[string, ConnectionState, unknown]>([
    ["in a transaction", "inTransaction", undefined],
    ["in a failed transaction", "failedTransaction", undefined],
    ["broken", "broken", undefined],
    ["idle, but with an error", "idle", new Error("ROLLBACK failed")],
  ])("destroys a connection that comes back %s", async (_, state, error) => {
    const { driver, pool } = stubbed({ maxConnections: 1 });
    const lease = await pool.acquire();
    const waiter = pool.acquire();
    driver.connections[0]!.state = state;

    lease.release(error);
    const next = await waiter;

    expect(driver.connections[0]!.destroyed).toBe(true);
    expect(next.connection).toBe(driver.connections[1]);
    next.release();
  });

  test("counts once, however often it is called", async () => {
    const { pool } = stubbed({ maxConnections: 1 });
    const lease = await pool.acquire();

    lease.release();
    const next = await pool.acquire();
    lease.release();
    lease.release(new Error("late"));

    expect(pool.stats()).toMatchObject({ inUse: 1, idle: 0 });
    next.release();
    expect(pool.stats()).toMatchObject({ inUse: 0, idle: 1 });
  });

  test("lets the process end while the connection is idle", async () => {
    const { driver, pool } = stubbed();
    const lease = await pool.acquire();
    expect(driver.connections[0]!.idle).toBe(false);

    lease.release();

    expect(driver.connections[0]!.idle).toBe(true);
  });

  test("replaces a connection that has lived long enough", async () => {
    let now = 0;
    const { driver, pool } = stubbed(
      { maxLifetimeMs: 1000, healthCheck: false },
      { now: () => now, random: () => 0.5 },
    );
    const lease = await pool.acquire();
    now = 1001;

    lease.release();
    await (await pool.acquire()).release();

    expect(driver.connections.map(({ closed }) => closed)).toEqual([true, false]);
  });
});

describe("connections that sat idle", () => {
  test("are asked before they are lent, and replaced when they do not answer", async () => {
    let now = 0;
    const { driver, pool } = stubbed({}, { now: () => now });
    (await pool.acquire()).release();
    now = 1001;
    expect(pool.tryAcquire()).toBeUndefined();
    (await pool.acquire()).release();
    now = 2003;
    driver.connections[0]!.answer = async () => {
      throw refused(true);
    };

    const lease = await pool.acquire();

    expect(driver.connections[0]).toMatchObject({ pings: 2, destroyed: true });
    expect(lease.connection).toBe(driver.connections[1]);
    lease.release();
  });

  test("are asked only once although all of them are silent", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { driver, pool } = stubbed({ maxConnections: 3 });
    const leases = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
    for (const lease of leases) {
      lease.release();
    }
    for (const connection of driver.connections) {
      connection.answer = () => new Promise(() => {});
    }
    vi.advanceTimersByTime(1001);
    const waiter = pool.acquire();

    vi.advanceTimersByTime(2000);
    const lease = await waiter;

    expect(driver.connections.map(({ pings }) => pings).reduce((a, b) => a + b)).toBe(1);
    expect(driver.connections.map(({ destroyed }) => destroyed)).toEqual([true, true, true, false]);
    lease.release();
  });

  test("are dropped unasked when the driver already knows that they broke", async () => {
    const { driver, pool } = stubbed();
    (await pool.acquire()).release();
    driver.connections[0]!.state = "broken";

    (await pool.acquire()).release();

    expect(driver.connections).toHaveLength(2);
    expect(driver.connections[0]!.pings).toBe(0);
  });

  test("are closed after the idle time, down to the minimum", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { driver, pool } = stubbed({ maxConnections: 3, minConnections: 1, idleTimeoutMs: 5000 });
    const leases = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
    for (const lease of leases) {
      lease.release();
    }

    vi.advanceTimersByTime(5002);

    expect(pool.stats().size).toBe(1);
    expect(driver.alive).toBe(1);
  });
});

describe("connecting", () => {
  test("a first failure reaches the caller at once", async () => {
    const { driver, pool } = stubbed();
    driver.open = async () => {
      throw refused(true);
    };

    await expect(pool.warm()).rejects.toMatchObject({ kind: "connect" });
    expect(pool.stats()).toMatchObject({ size: 0, opening: 0, waiting: 0 });
  });

  test("each of many waiters gets the failure, also when open throws synchronously", async () => {
    const { driver, pool } = stubbed();
    driver.open = () => {
      throw refused(false);
    };

    const outcomes = await Promise.allSettled(Array.from({ length: 2000 }, () => pool.acquire()));

    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(2000);
  });

  test("a server that was there and refuses is tried again, ever less often, until it is back", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { driver, pool } = stubbed({ maxConnections: 1 }, { random: () => 0.5 });
    const first = await pool.acquire();
    driver.connections[0]!.state = "broken";
    let attempts = 0;
    driver.open = async () => {
      attempts += 1;
      if (attempts < 5) {
        throw refused(true);
      }
      return driver.make();
    };
    first.release();
    const waiter = pool.acquire();

    const seen: number[] = [];
    for (const delay of [0, 10, 20, 40, 80]) {
      await vi.advanceTimersByTimeAsync(delay);
      await settle();
      seen.push(attempts);
    }

    expect(seen).toEqual([1, 2, 3, 4, 5]);
    (await waiter).release();
  });

  test("the minimum is kept warm after a loss", async () => {
    const { driver, pool } = stubbed({ minConnections: 2 });
    await pool.warm();
    const lease = await pool.acquire();
    (lease.connection as StubConnection).state = "broken";

    lease.release();
    await settle();

    expect(driver.alive).toBe(2);
    expect(pool.stats()).toMatchObject({ size: 2, idle: 2 });
  });
});

describe("close", () => {
  test("refuses new work and waiters, and waits for what is out", async () => {
    const { driver, pool } = stubbed({ maxConnections: 1 }, { name: "app" });
    const lease = await pool.acquire();
    const waiter = pool.acquire();
    let closed = false;

    const closing = pool.close().then(() => {
      closed = true;
    });

    await expect(waiter).rejects.toThrow(new NoConnectionError('the connection "app" is closed'));
    await expect(pool.acquire()).rejects.toBeInstanceOf(NoConnectionError);
    await settle();
    expect([closed, driver.closed]).toEqual([false, false]);
    lease.release();
    await closing;
    expect([driver.alive, driver.closed]).toEqual([0, true]);
    expect(pool.close()).toBe(pool.close());
  });

  test("destroys what does not come back in time", async () => {
    const { driver, pool } = stubbed();
    const lease = await pool.acquire();

    await pool.close({ graceMs: 1 });

    expect(driver.connections[0]!.destroyed).toBe(true);
    lease.release();
  });

  test("destroys a connection that was still opening", async () => {
    const { driver, pool } = stubbed();
    const gate = Promise.withResolvers<void>();
    driver.open = async () => {
      await gate.promise;
      return driver.make();
    };
    const waiter = pool.acquire().catch((error: unknown) => error);

    const closing = pool.close();
    gate.resolve();
    await closing;

    expect(await waiter).toBeInstanceOf(NoConnectionError);
    expect(driver.alive).toBe(0);
  });
});

test.each<[PoolOptions, string]>([
  [{ maxConnections: 0 }, "pool.maxConnections must be a whole number of at least 1"],
  [{ minConnections: -1 }, "pool.minConnections must be a whole number of at least 0"],
  [{ maxConnections: 1.5 }, "pool.maxConnections must be a whole number of at least 1"],
  [
    { maxConnections: 2, minConnections: 3 },
    "pool.minConnections cannot exceed pool.maxConnections",
  ],
])("%j is refused", (options, message) => {
  expect(() => new Pool(new StubDriver(), options)).toThrow(new UsageError(message));
});

test("50,000 loans with random failures leak nothing and overtake nobody", async () => {
  let seed = 42;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const { driver, pool } = stubbed({ maxConnections: 5 }, { random });
  let mostAlive = 0;
  driver.open = async () => {
    if (random() < 0.05) {
      throw refused(false);
    }
    const connection = driver.make();
    const alive = driver.connections.filter(({ destroyed, closed }) => !destroyed && !closed);
    mostAlive = Math.max(mostAlive, alive.length);
    driver.connections.splice(0, driver.connections.length, ...alive);
    return connection;
  };
  let done = 0;
  let failed = 0;
  let mostInUse = 0;

  const borrow = async (): Promise<void> => {
    let lease: Lease;
    const stop = random() < 0.05 ? new AbortController() : undefined;
    try {
      const wait = pool.acquire({ signal: stop?.signal });
      stop?.abort(new Error("gave up"));
      lease = await wait;
    } catch {
      failed += 1;
      return;
    }
    mostInUse = Math.max(mostInUse, pool.stats().inUse);
    await Promise.resolve();
    const luck = random();
    if (luck < 0.03) {
      (lease.connection as StubConnection).state = "failedTransaction";
    } else if (luck < 0.06) {
      (lease.connection as StubConnection).state = "broken";
    }
    lease.release(luck > 0.97 ? new Error("doubt") : undefined);
    if (luck > 0.5) {
      lease.release();
    }
    done += 1;
  };
  const worker = async (): Promise<void> => {
    while (done + failed < 50_000) {
      await borrow();
    }
  };
  await Promise.all(Array.from({ length: 50 }, worker));

  expect(done).toBeGreaterThan(40_000);
  expect(failed).toBeGreaterThan(500);
  expect(mostInUse).toBeLessThanOrEqual(5);
  expect(mostAlive).toBeLessThanOrEqual(5);
  expect(pool.stats()).toMatchObject({ inUse: 0, opening: 0, waiting: 0 });
  await pool.close();
  expect(driver.alive).toBe(0);
});
