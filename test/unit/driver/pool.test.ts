import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ConnectionState } from "../../../src/driver/driver.ts";
import { Pool, type PoolOptions } from "../../../src/driver/pool.ts";
import { NoConnectionError, PoolTimeoutError, UsageError } from "../../../src/errors/errors.ts";
import { StubDriver, settle, stubbed } from "../../support/stub-driver.ts";

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
