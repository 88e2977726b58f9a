import { expect, test } from "vitest";
import type { Lease } from "../../../src/driver/pool-lease.ts";
import { refused, type StubConnection, stubbed } from "../../support/stub-driver.ts";

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
