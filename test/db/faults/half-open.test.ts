import { afterEach, beforeEach, expect, test } from "vitest";
import { readUrl } from "../../../src/connect/url.ts";
import { translatePostgresError } from "../../../src/dialect/postgres/errors.ts";
import { pgDriver } from "../../../src/driver/pg.ts";
import { Pool } from "../../../src/driver/pool.ts";
import type { PoolContext } from "../../../src/driver/pool-limits.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { runOn } from "../../support/drivers.ts";
import { asksFor, type Proxy, startProxy } from "../../support/proxy.ts";
import { refuseStrays } from "../../support/strays.ts";
import { failureOf } from "../behaviour/support.ts";

refuseStrays();

describeEachDatabase(
  "a peer that falls silent",
  (db) => {
    let proxy: Proxy;
    let pool: Pool;

    beforeEach(async () => {
      proxy = await startProxy(db.url);
    });

    afterEach(async () => {
      await pool.close({ graceMs: 0 });
      await proxy[Symbol.asyncDispose]();
    });

    async function openPool(context: PoolContext, connectTimeoutMs = 10_000): Promise<void> {
      const target = readUrl(proxy.url);
      if (target.driver !== "pg") throw new Error("not a server's URL");
      const driver = await pgDriver({
        target: { ...target.target, connectTimeoutMs },
        translate: translatePostgresError,
      });
      pool = new Pool(driver, { maxConnections: 3 }, context);
    }

    test("P9, T5 while idle: the next caller gets an answer, and no error", async () => {
      let skipped = 0;
      await openPool({ now: () => performance.now() + skipped });
      const leases = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
      for (const lease of leases) lease.release();
      proxy.freeze();
      skipped += 2000;

      const lease = await pool.acquire();
      const { rows } = await runOn(lease.connection, "select 1");
      lease.release();

      expect(rows).toEqual([["1"]]);
      // The other two were not asked one after the other: they went with the first.
      expect(pool.stats()).toMatchObject({ size: 1, idle: 1, inUse: 0 });
    });

    test("7.6 under a statement that the server has finished: the statement fails", async () => {
      await openPool({ silenceMs: 100 });
      proxy.judge = (message) => {
        if (asksFor(message, "pg_sleep")) queueMicrotask(() => proxy.freeze());
        return "pass";
      };
      const lease = await pool.acquire();

      const error = await failureOf(runOn(lease.connection, "select pg_sleep(0.01)"));
      lease.release(error);

      expect(error).toMatchObject({ kind: "connectionLost" });
      const next = await pool.acquire();
      expect((await runOn(next.connection, "select 1")).rows).toEqual([["1"]]);
      next.release();
    });

    test("7.6 under a statement that the server never received", async () => {
      await openPool({ silenceMs: 100 });
      const lease = await pool.acquire();
      proxy.freeze();

      const error = await failureOf(runOn(lease.connection, "select 1"));
      lease.release(error);

      expect(error).toMatchObject({ kind: "connectionLost" });
    });

    test("7.6 with a server that nobody reaches any more", async () => {
      await openPool({ silenceMs: 100 });
      const lease = await pool.acquire();
      proxy.freeze();
      proxy.refuse();

      const error = await failureOf(runOn(lease.connection, "select pg_sleep(60)"));
      lease.release(error);

      expect(error).toMatchObject({ kind: "connectionLost" });
    });

    test("7.6 with a server that takes connections and says nothing", async () => {
      await openPool({ silenceMs: 100 }, 200);
      const lease = await pool.acquire();
      proxy.freeze();
      proxy.judge = () => {
        proxy.freeze();
        return "pass";
      };

      const error = await failureOf(runOn(lease.connection, "select 1"));
      lease.release(error);

      expect(error).toMatchObject({ kind: "connectionLost" });
    });

    test("7.6 a long statement that the server works on is left alone", async () => {
      await openPool({ silenceMs: 50 });
      let asked = 0;
      proxy.judge = (message) => {
        if (asksFor(message, "pg_stat_activity")) asked += 1;
        return "pass";
      };
      const lease = await pool.acquire();

      const { rows } = await runOn(lease.connection, "select pg_sleep(1)::text, 7");
      lease.release();

      expect(rows).toEqual([["", "7"]]);
      expect(asked).toBeGreaterThan(0);
      expect(pool.stats()).toMatchObject({ size: 1, idle: 1 });
    });

    test("7.6 a transaction that is idle is nobody's silence", async () => {
      let now = 0;
      await openPool({ silenceMs: 20, now: () => now });
      const lease = await pool.acquire();
      await lease.connection.script("begin");
      now += 60_000;
      const other = await pool.acquire();

      await runOn(other.connection, "select pg_sleep(0.2)");
      other.release();

      expect(lease.connection.state).toBe("inTransaction");
      await lease.connection.script("rollback");
      lease.release();
    });
  },
  {
    unpooled: "who falls silent would be the pooler, which hides what the server does",
    only: ["postgres"],
    because: "it is about sockets",
  },
);
