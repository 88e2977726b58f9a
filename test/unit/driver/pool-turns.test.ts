import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { PoolOptions } from "../../../src/driver/pool.ts";
import { Pool } from "../../../src/driver/pool.ts";
import { StubDriver } from "../../support/stub-driver.ts";

/** A database on this thread: it opens and answers at once. */
class SynchronousDriver extends StubDriver {
  readonly synchronous = true;
  override open = () => this.make();
}

describe("a database that answers at once leaves the event loop its turns", () => {
  const pools: Pool[] = [];
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.close();
  });

  const open = (options: PoolOptions = {}, driver = new SynchronousDriver()): Pool => {
    const pool = new Pool(driver, { maxConnections: 1, ...options });
    pools.push(pool);
    return pool;
  };

  /** Keeps the thread busy as a statement does. */
  const work = (ms: number): void => {
    for (const start = performance.now(); performance.now() - start < ms; );
  };

  /** Counts turns until stopped. */
  const countTurns = (): (() => number) => {
    let count = 0;
    let immediate = setImmediate(function next() {
      count += 1;
      immediate = setImmediate(next);
    });
    return () => {
      clearImmediate(immediate);
      return count;
    };
  };

  const statement = async (pool: Pool): Promise<void> => {
    const lease = pool.tryAcquire() ?? (await pool.acquire());
    work(0.5);
    lease.release();
  };

  test("one caller of 200 statements, one after the other", async () => {
    const pool = open();
    const turns = countTurns();

    for (let n = 0; n < 200; n += 1) await statement(pool);

    expect(turns()).toBeGreaterThanOrEqual(5);
  });

  test("20 callers that wait for each other, in the order they came", async () => {
    const pool = open();
    const turns = countTurns();
    const order: number[] = [];

    await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        await statement(pool);
        order.push(n);
      }),
    );

    expect(turns()).toBeGreaterThanOrEqual(5);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test("two pools share one allowance", async () => {
    const [one, other] = [open(), open()];
    const turns = countTurns();

    for (let n = 0; n < 100; n += 1) {
      await statement(one);
      await statement(other);
    }

    expect(turns()).toBeGreaterThanOrEqual(5);
  });

  test("a long lease is told when to pause, and only then", async () => {
    const pool = open();
    const lease = await pool.acquire();
    await sleep(1);

    expect(lease.pause?.()).toBeUndefined();
    work(15);
    const pause = lease.pause?.();
    expect(pause).toBeInstanceOf(Promise);
    await pause;
    expect(lease.pause?.()).toBeUndefined();
    lease.release();
  });

  test("who gives up while waiting for a turn is not served", async () => {
    const pool = open();
    await sleep(1);
    await statement(pool);
    work(15);
    const controller = new AbortController();

    const waiting = pool.acquire({ signal: controller.signal });
    const next = pool.acquire();
    controller.abort(new Error("left"));

    await expect(waiting).rejects.toThrow("left");
    (await next).release();
    expect(pool.stats()).toMatchObject({ inUse: 0, waiting: 0, idle: 1 });
  });

  test("closing refuses who waits for a turn", async () => {
    const pool = open();
    await sleep(1);
    await statement(pool);
    work(15);

    const waiting = pool.acquire();
    const closing = pool.close();

    await expect(waiting).rejects.toThrow(/closed/);
    await closing;
  });

  test("a driver with a thread or a server of its own is never held up", async () => {
    const pool = open({}, new StubDriver() as SynchronousDriver);
    (await pool.acquire()).release();

    for (let n = 0; n < 50; n += 1) {
      const lease = pool.tryAcquire();
      expect(lease).toBeDefined();
      expect(lease?.pause).toBeUndefined();
      work(0.5);
      lease?.release();
    }
  });
});
