import { afterEach, describe, expect, test, vi } from "vitest";
import { refused, type StubConnection, settle, stubbed } from "../../support/stub-driver.ts";

afterEach(() => {
  vi.useRealTimers();
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
