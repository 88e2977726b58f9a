/** B056..B064: pools, as they show through the public API. How a pool works inside is in test/unit/driver. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import {
  connect,
  execute,
  fetchOne,
  type PoolOptions,
  PoolTimeoutError,
  transaction,
  UsageError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import {
  Author,
  failureOf,
  fileOf,
  gate,
  Item,
  meeting,
  Post,
  runProgram,
  useEngine,
} from "./support.ts";

describeEachDatabase("pool settings", (db) => {
  const engine = useEngine(db);
  const single = db.ephemeral;

  test("B056 POOL-01 each connection has a pool of its own", async () => {
    const app = await engine.open({ name: "app", at: "a", pool: { maxConnections: 20 } });
    const service = await engine.open({ name: "service", at: "b", pool: { maxConnections: 5 } });

    expect(app.stats().max).toBe(single ? 1 : 20);
    expect(service.stats().max).toBe(single ? 1 : 5);
    const release = gate();
    const begun = gate();
    const holding = transaction(
      async () => {
        begun.open();
        await release.opened;
      },
      { using: "service" },
    );
    await begun.opened;
    expect(app.stats().inUse).toBe(0);
    expect(service.stats().inUse).toBe(1);
    release.open();
    await holding;
  });

  test.each(["max_connections=7", "pool_size=7", "maxConnections=7", "connection_limit=7"])(
    "B057 POOL-02 %s in the URL is refused",
    async (parameter) => {
      const url = `${engine.url()}${engine.url().includes("?") ? "&" : "?"}${parameter}`;

      const error = await failureOf(connect(url, { name: "app" }));

      expect(String(error)).toMatch(/unknown parameter/);
    },
  );

  test("B058 POOL-03, B059 POOL-04, B061 POOL-06 at most 5 and at least 0, unless told otherwise", async () => {
    const connection = await engine.open({ autoMigrate: false });

    expect(connection.stats().max).toBe(single ? 1 : 5);
    expect(connection.stats().inUse).toBe(0);
  });

  test.each<[PoolOptions, RegExp]>([
    [{ maxConnections: 0 }, /maxConnections/],
    [{ maxConnections: -1 }, /maxConnections/],
    [{ maxConnections: 1.5 }, /maxConnections/],
    [{ maxConnections: Number.NaN }, /maxConnections/],
    [{ minConnections: -1 }, /minConnections/],
    [{ minConnections: 0.5 }, /minConnections/],
    [{ minConnections: 6 }, /minConnections/],
    [{ minConnections: 3, maxConnections: 2 }, /minConnections/],
    [{ minConnections: 2, maxConnections: 1 }, /minConnections/],
    [{ acquireTimeoutMs: -1 }, /acquireTimeoutMs/],
    [{ idleTimeoutMs: Number.POSITIVE_INFINITY }, /idleTimeoutMs/],
    [{ maxLifetimeMs: -5 }, /maxLifetimeMs/],
  ])(
    "B058 POOL-03, B059 POOL-04, B060 POOL-05 %j is refused before anything is opened",
    async (pool, told) => {
      const error = await failureOf(engine.open({ name: "app", pool, autoMigrate: true }));

      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toMatch(told);
      if (!db.ephemeral && db.backend === "sqlite") {
        expect(existsSync(fileOf(engine.url()))).toBe(false);
      }
    },
  );

  test("B061 POOL-06, C3 a setting that a pool does not have is refused, not ignored", async () => {
    const error = await failureOf(
      engine.open({ name: "app", pool: { maxConnection: 3 } as object }),
    );

    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain("maxConnection");
  });

  test("B062 POOL-07 changing the settings afterwards changes nothing", async () => {
    const pool = { maxConnections: 3 };
    const connection = await engine.open({ pool });
    pool.maxConnections = 50;

    expect(connection.stats().max).toBe(single ? 1 : 3);
  });

  test("B064 POOL-09 BEYOND: waiting for a connection has a bound, and the error says who holds and who waits", async () => {
    await engine.open({ name: "small", pool: { maxConnections: 1, acquireTimeoutMs: 300 } });
    const release = gate();
    const begun = gate();
    const holding = transaction(
      async () => {
        begun.open();
        await release.opened;
      },
      { using: "small" },
    );
    await begun.opened;

    const error = await failureOf(Item.using("small").count());

    expect(error).toBeInstanceOf(PoolTimeoutError);
    expect(String(error)).toMatch(/"small".*300 ms.*pool of 1.*1 in use.*1 waiting.*transaction/s);
    release.open();
    await holding;
    expect(await Item.using("small").count()).toBe(0);
  });

  test("B064 POOL-09 waiters are served in the order they came", async () => {
    await engine.open({ pool: { maxConnections: 1 } });
    const release = gate();
    const begun = gate();
    const order: number[] = [];
    const holding = transaction(async () => {
      begun.open();
      await release.opened;
    });
    await begun.opened;

    const waiting = Array.from({ length: 20 }, async (_, n) => {
      await transaction(async () => {
        order.push(n);
      });
    });
    release.open();
    await Promise.all([holding, ...waiting]);

    expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  test("P7, R57 a pool of one serves nested transactions, relations, bulk work and hooks without waiting for itself", async () => {
    const connection = await engine.open({ pool: { maxConnections: 1, acquireTimeoutMs: 1000 } });
    let hooked = 0;

    await transaction(async (tx) => {
      const author = await Author.create({ name: "A", email: "a@example.com" });
      tx.afterCommit(async () => {
        hooked = await Post.count();
      });
      await transaction(async () => {
        const post = await Post.create({ title: "t", author });
        await post.tags.create({ name: "x" });
        await post.tags.set([]);
        expect(await post.author).toBe(author);
      });
      await Item.bulkCreate([{ name: "1" }, { name: "2" }]);
      expect(await author.posts.count()).toBe(1);
      expect(await tx.fetchAll("select name from item order by id")).toHaveLength(2);
    });

    expect(hooked).toBe(1);
    expect(connection.stats()).toMatchObject({ inUse: 0, waiting: 0 });
  });

  test("P7 five transactions over a pool of five, each with more work inside, do not wait for each other", async () => {
    await engine.open({ pool: { maxConnections: 5, acquireTimeoutMs: 5000 } });

    await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        transaction(async () => {
          await Item.create({ name: `outer ${n}` });
          await transaction(async () => {
            await Item.create({ name: `inner ${n}` });
          });
          await Promise.all([Item.count(), Item.count()]);
        }),
      ),
    );

    expect(await Item.count()).toBe(10);
  });

  test("a connection that raw SQL left in a transaction does not go back to the pool", async () => {
    await engine.open({ pool: { maxConnections: 1 } });

    await execute("begin");
    await Item.create({ name: "kept" });
    await execute("begin");

    expect(await Item.count()).toBe(1);
    await transaction(async () => {
      await Item.create({ name: "also kept" });
    });
    expect(await Item.count()).toBe(2);
  });
});

describeEachDatabase(
  "pools of a server",
  (db) => {
    const engine = useEngine(db);
    const connected = async (name: string) =>
      (
        await engine.admin(
          "select count(*)::int as n from pg_stat_activity where application_name = $1",
          [name],
        )
      )[0]!["n"];

    test("B063 POOL-08 the numbers reach the server: the minimum is open, the maximum is never passed", async () => {
      const connection = await engine.open({
        url: { application_name: "ferro_b063" },
        pool: { minConnections: 3, maxConnections: 4 },
      });
      expect(await connected("ferro_b063")).toBe(3);

      const meet = meeting(4);
      let most = 0;
      await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          transaction(async () => {
            if (n < 4) await meet();
            most = Math.max(most, connection.stats().inUse);
            await fetchOne("select 1");
          }),
        ),
      );

      expect(most).toBe(4);
      expect(await connected("ferro_b063")).toBe(4);
    });

    test("B064 POOL-09 idle connections over the minimum are closed after idleTimeoutMs", async () => {
      const connection = await engine.open({
        url: { application_name: "ferro_idle" },
        pool: { minConnections: 1, maxConnections: 4, idleTimeoutMs: 1 },
      });
      const meet = meeting(4);
      await Promise.all(Array.from({ length: 4 }, () => transaction(async () => meet())));

      await expect.poll(() => connection.stats().size, { timeout: 5000, interval: 10 }).toBe(1);

      await expect.poll(() => connected("ferro_idle"), { timeout: 5000, interval: 10 }).toBe(1);
    });

    test("B064 POOL-09 a connection is replaced after maxLifetimeMs", async () => {
      await engine.open({ pool: { maxConnections: 1, maxLifetimeMs: 1 } });
      const pids = new Set<unknown>();

      for (let n = 0; n < 10; n += 1) {
        pids.add((await fetchOne("select pg_backend_pid() as pid, pg_sleep(0.002)"))!["pid"]);
      }

      expect(pids.size).toBeGreaterThan(1);
    });

    test("R56 a killed backend fails the calls on it, and nothing else", async () => {
      const connection = await engine.open({
        url: { application_name: "ferro_kill" },
        pool: { maxConnections: 2 },
      });
      const meet = meeting(2);
      const killed = await Promise.all([
        failureOf(
          transaction(async (tx) => {
            await tx.fetchOne("select 1");
            await meet();
            await engine.admin(
              "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ferro_kill' and pid = $1",
              [((await tx.fetchOne("select pg_backend_pid() as pid")) as { pid: number }).pid],
            );
            await tx.fetchOne("select 1");
          }),
        ),
        transaction(async (tx) => {
          await tx.fetchOne("select 1");
          await meet();
          await Item.create({ name: "x" });
        }),
      ]);

      expect(killed[0]).toMatchObject({ code: "CONNECTION_LOST" });
      expect(await Item.count()).toBe(1);
      await connection.ping();
    });

    test("P9 idle connections whose backends were killed are replaced without the caller noticing", async () => {
      const connection = await engine.open({
        url: { application_name: "ferro_idle_kill" },
        pool: { minConnections: 3, maxConnections: 3 },
      });
      await engine.admin(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ferro_idle_kill'",
      );
      await expect.poll(() => connected("ferro_idle_kill")).not.toBe(3);

      await Promise.all(Array.from({ length: 6 }, () => connection.ping().catch(() => {})));

      expect(await Item.count()).toBe(0);
    });

    test("R58 forced acquire timeouts leak no connection of the server", async () => {
      const connection = await engine.open({
        url: { application_name: "ferro_r58" },
        pool: { minConnections: 2, maxConnections: 2, acquireTimeoutMs: 500 },
      });
      const release = gate();
      const meet = meeting(3);
      const holding = Array.from({ length: 2 }, () =>
        transaction(async () => {
          await meet();
          await release.opened;
        }),
      );
      await meet();

      const outcomes = await Promise.all(
        Array.from({ length: 300 }, () => failureOf(Item.count())),
      );

      expect(outcomes.every((error) => error instanceof PoolTimeoutError)).toBe(true);
      expect(await connected("ferro_r58")).toBe(2);
      release.open();
      await Promise.all(holding);
      expect(connection.stats()).toMatchObject({ size: 2, inUse: 0, waiting: 0 });
      expect(await Item.count()).toBe(0);
    });
  },
  {
    only: ["postgres"],
    because: "it is about the connections of a server",
    unpooled: "it counts and kills backends, which a pooler shares out",
  },
);

describeEachDatabase("the end of the process", (db) => {
  const engine = useEngine(db);

  test("R69 an idle pool does not keep the process alive", async () => {
    const { code, output, errors } = await runProgram("query-once.ts", [engine.url()]);

    expect({ code, output, errors }).toEqual({ code: 0, output: "1", errors: "" });
  });
});
