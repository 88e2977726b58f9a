/** Faults that this suite found, each as its smallest program. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import * as ferro from "../../../src/index.ts";
import {
  connect,
  createTables,
  engines,
  execute,
  fetchOne,
  QueryTimeoutError,
  RoutingError,
  SerializationError,
  SessionClosedError,
  transaction,
  UsageError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { apart, failureOf, gate, Item, turns, useEngine } from "./support.ts";

const bounded = { timeout: 4000 };

describeEachDatabase("suspects", (db) => {
  const engine = useEngine(db);

  test(
    "S1 a session opened and closed inside a transaction leaves the transaction in force (await using)",
    bounded,
    async () => {
      await engine.open({ pool: { acquireTimeoutMs: 500 } });
      const own = new Error("own");
      const error = await failureOf(
        transaction(async () => {
          {
            await using session = engines.session().enter();
            void session;
          }
          await Item.create({ name: "undone" });
          throw own;
        }),
      );
      expect(error).toBe(own);
      expect(await Item.count()).toBe(0);
    },
  );

  test(
    "S2 work in a session on the same connection inside a transaction is part of it",
    bounded,
    async () => {
      await engine.open({ pool: { acquireTimeoutMs: 500 } });
      const own = new Error("own");
      const error = await failureOf(
        transaction(async () => {
          await engines.session(async () => void (await Item.create({ name: "undone" })));
          throw own;
        }),
      );
      expect(error).toBe(own);
      expect(await Item.count()).toBe(0);
    },
  );

  test(
    "S2b a session on another connection inside a transaction: an error, never a silent switch",
    bounded,
    async () => {
      await engine.open({ name: "a", at: "a", default: true });
      await engine.open({ name: "b", at: "b" });
      await transaction(
        async () => {
          await expect(
            engines.session("b", async () => void (await Item.create({ name: "x" }))),
          ).rejects.toThrow(RoutingError);
        },
        { using: "a" },
      );
      expect(await Item.using("b").count()).toBe(0);
    },
  );

  test(
    "S3 timeoutMs ends a transaction whose block waits for something else",
    bounded,
    async () => {
      const connection = await engine.open({ pool: { maxConnections: 1 } });
      const error = await Promise.race([
        failureOf(
          transaction(
            async () => {
              await Item.create({ name: "undone" });
              await new Promise(() => {});
            },
            { timeoutMs: 50 },
          ),
        ),
        sleep(1500, "still open"),
      ]);
      expect(error).toBeInstanceOf(QueryTimeoutError);
      expect(connection.stats().inUse).toBe(0);
      expect(await Item.count()).toBe(0);
    },
  );

  test(
    "S3b a signal ends a transaction whose block waits for something else",
    bounded,
    async () => {
      const connection = await engine.open({ pool: { maxConnections: 1 } });
      const controller = new AbortController();
      const reason = new Error("gone");
      const begun = gate();
      const running = failureOf(
        transaction(
          async () => {
            await Item.create({ name: "undone" });
            begun.open();
            await new Promise(() => {});
          },
          { signal: controller.signal },
        ),
      );
      await begun.opened;
      controller.abort(reason);
      expect(await Promise.race([running, sleep(1500, "still open")])).toBe(reason);
      expect(connection.stats().inUse).toBe(0);
    },
  );

  test(
    "S5 refresh() inside a transaction that is rolled back: the instance is what it was",
    bounded,
    async () => {
      await engine.open();
      const item = await Item.create({ name: "x" });
      await failureOf(
        transaction(async () => {
          await execute("update item set name = 'uncommitted'");
          await item.refresh();
          throw new Error("out");
        }),
      );
      expect(item.name).toBe("x");
      item.name = "uncommitted";
      await item.save();
      expect(await fetchOne("select name from item")).toEqual({ name: "uncommitted" });
    },
  );

  test(
    "S6 B159 a bulk update in a transaction outside any session evicts what lookups outside answer from",
    bounded,
    async () => {
      await engine.open();
      const item = await Item.create({ name: "x" });
      await transaction(async () => void (await Item.where({ id: item.id }).update({ amount: 5 })));
      expect((await Item.get(item.id)).amount).toBe(5);
    },
  );

  test(
    "S6b B160 a delete in a transaction outside any session evicts the instance",
    bounded,
    async () => {
      await engine.open();
      const item = await Item.create({ name: "x" });
      const { id } = item;
      await transaction(() => item.delete());
      await Item.bulkCreate([{ id, name: "again" }]);
      const again = await Item.get(id);
      expect(again).not.toBe(item);
      expect(again.name).toBe("again");
    },
  );

  test("S8 createTables() inside a transaction does not wait for itself", bounded, async () => {
    await engine.open({ pool: { maxConnections: 1, acquireTimeoutMs: 500 } });
    const outcome = await transaction(() => createTables()).then(
      () => "joined",
      (error: unknown) => error,
    );
    if (outcome !== "joined") expect(outcome).toBeInstanceOf(UsageError);
  });

  test("S9 B163 createTables() in a session clears the session's map", bounded, async () => {
    await engine.open();
    await engines.session(async () => {
      const item = await Item.create({ name: "x" });
      await createTables();
      expect(await Item.get(item.id)).not.toBe(item);
    });
  });

  test(
    "S10 a session that was closed while its transaction waited for a connection: the transaction does not run",
    bounded,
    async () => {
      await engine.open({ pool: { maxConnections: 1 } });
      const [begun, finish] = [gate(), gate()];
      const holding = transaction(async () => {
        begun.open();
        await finish.opened;
      });
      await begun.opened;
      const session = engines.session();
      const waiting = transaction(
        async (tx) => void (await tx.execute("insert into item (name, amount) values ('x', 0)")),
        { session },
      ).catch((error: unknown) => error);
      await turns();
      const closed = await session.close().then(
        () => true,
        () => false,
      );
      finish.open();
      await holding;
      const outcome = await waiting;
      if (closed) expect(outcome).toBeInstanceOf(SessionClosedError);
      expect(await Item.count()).toBe(closed ? 0 : 1);
    },
  );

  test(
    "S11 the signal of a session stops raw SQL of a transaction handle too",
    bounded,
    async () => {
      await engine.open();
      const controller = new AbortController();
      const reason = new Error("gone");
      const error = await failureOf(
        engines.session(
          () =>
            transaction(async (tx) => {
              await tx.execute("insert into item (name, amount) values ('1', 0)");
              controller.abort(reason);
              await tx.execute("insert into item (name, amount) values ('2', 0)");
            }),
          { signal: controller.signal },
        ),
      );
      expect(error).toBe(reason);
      expect(await Item.count()).toBe(0);
    },
  );

  test("S11b a session aborted just before COMMIT does not commit", bounded, async () => {
    await engine.open();
    const controller = new AbortController();
    const reason = new Error("gone");
    const error = await engines
      .session(
        () =>
          transaction(async () => {
            await Item.create({ name: "1" });
            controller.abort(reason);
          }),
        { signal: controller.signal },
      )
      .catch((caught: unknown) => caught);
    expect(error).toBe(reason);
    expect(await Item.count()).toBe(0);
  });

  test("S12 an abort between two attempts comes out as the signal's reason", bounded, async () => {
    await engine.open();
    const controller = new AbortController();
    const reason = new Error("enough");
    let attempts = 0;
    const error = await failureOf(
      transaction(
        async () => {
          attempts += 1;
          if (attempts === 5) setTimeout(() => controller.abort(reason), 20);
          throw new SerializationError("met another", {});
        },
        { retries: 1000, signal: controller.signal },
      ),
    );
    expect(error).toBe(reason);
  });

  test("S13 two equal connects at once give one connection", bounded, async () => {
    const options = { name: "app", pool: { maxConnections: 2 } };
    const [one, two] = await Promise.all([engine.open(options), engine.open(options)]);
    expect(one).toBe(two);
    await one.ping();
  });

  test("S13b two unnamed equal connects at once: what both give works", bounded, async () => {
    const [one, two] = await Promise.all([engine.open(), engine.open()]);
    if (!db.ephemeral) await one.ping();
    await two.ping();
  });

  test("S14 the order of options does not make them differ", bounded, async () => {
    const url = engine.url();
    const one = await connect(url, { name: "app", identityMap: true, implicitRouting: "allow" });
    const two = await connect(url, { implicitRouting: "allow", name: "app", identityMap: true });
    expect(two).toBe(one);
  });

  test("S15 await using in a called function leaves its caller where it was", bounded, async () => {
    await engine.open({ name: "a", at: "a", default: true });
    await engine.open({ name: "b", at: "b" });
    const handler = async () => {
      await using session = engines.session("b").enter();
      const count = await session.query(Item).count();
      return count;
    };
    await apart(async () => {
      await handler();
      expect(await Item.count()).toBe(0);
    });
  });

  test("S16 a misspelt session option is refused", bounded, async () => {
    await engine.open();
    await expect(
      engines.session(async () => Item.count(), { readonly: true } as object),
    ).rejects.toThrow(UsageError);
  });

  test("S17 a hook that fails does not keep the others from running", bounded, async () => {
    await engine.open();
    const log: string[] = [];
    await transaction(async (tx) => {
      tx.afterCommit(() => {
        throw new Error("hook");
      });
      tx.afterCommit(() => log.push("second"));
    }).catch(() => {});
    expect(log).toEqual(["second"]);
  });

  test(
    "S18 a copy of the package from a hot reload gives its own errors over a reused pool",
    bounded,
    async () => {
      await engine.open({ name: "app" });
      vi.resetModules();
      const copy = (await import("../../../src/index.ts")) as typeof ferro;
      expect(copy.UniqueViolationError).not.toBe(ferro.UniqueViolationError);
      const support = await import("./support.ts");
      if (db.ephemeral) return;
      await copy.connect(engine.url(), {
        autoMigrate: true,
        implicitRouting: "allow",
        name: "app",
      });
      const tags = support.Tag.using("app");
      await tags.create({ name: "taken" });
      await expect(tags.create({ name: "taken" })).rejects.toBeInstanceOf(
        copy.UniqueViolationError,
      );
    },
  );

  test("S19 A.run inside B.run inside A.run, and another session is closed: no endless loop", {
    timeout: 20_000,
  }, async () => {
    if (db.name !== "node:sqlite memory") return;
    const program = `
      import { connect, engines } from ${JSON.stringify(new URL("../../../src/index.ts", import.meta.url).href)};
      await connect("sqlite::memory:");
      const [a, b, c] = [engines.session(), engines.session(), engines.session()];
      await c.run(async () => {});
      await a.run(() => b.run(() => a.run(() => c.close())));
      process.stdout.write("done");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
      timeout: 15_000,
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    await new Promise((resolve) => child.on("close", resolve));
    expect(output).toBe("done");
  });

  test(
    "S20 a separate transaction two levels in that would wait for the outermost one is refused at once",
    bounded,
    async () => {
      if (db.backend !== "sqlite") return;
      await engine.open({ name: "a", at: "a", pool: { acquireTimeoutMs: 500 } });
      await engine.open({ name: "b", at: "b" });
      await transaction(
        async () => {
          await transaction(
            async () => {
              await expect(
                transaction(async () => {}, { using: "a", mode: "separate" }),
              ).rejects.toThrow(UsageError);
            },
            { using: "b", mode: "separate" },
          );
        },
        { using: "a" },
      );
    },
  );

  test(
    "S21 ping() and checkConnection() inside a transaction over a pool of one",
    bounded,
    async () => {
      const connection = await engine.open({ pool: { maxConnections: 1, acquireTimeoutMs: 500 } });
      await transaction(async () => {
        await Item.create({ name: "x" });
        await connection.ping();
      });
    },
  );
});

describeEachDatabase(
  "suspects on a server",
  (db) => {
    const engine = useEngine(db);

    test(
      "P1 the signal of a session cancels the running statement of its transaction",
      bounded,
      async () => {
        await engine.open({ url: { application_name: "ferro_p1" }, pool: { maxConnections: 1 } });
        const controller = new AbortController();
        const reason = new Error("gone");
        const running = failureOf(
          engines.session(() => transaction((tx) => tx.fetchOne("select pg_sleep(3)")), {
            signal: controller.signal,
          }),
        );
        await expect
          .poll(
            async () =>
              (
                await engine.admin(
                  "select 1 from pg_stat_activity where application_name = 'ferro_p1' and query like '%pg_sleep%' and state = 'active'",
                )
              ).length,
            { interval: 5 },
          )
          .toBe(1);
        controller.abort(reason);
        expect(await Promise.race([running, sleep(1500, "still running")])).toBe(reason);
      },
    );

    test("P2 deadlineMs ends a statement that runs past it", bounded, async () => {
      await engine.open({ pool: { maxConnections: 1 } });
      const outcome = await Promise.race([
        failureOf(engines.session(() => fetchOne("select pg_sleep(3)"), { deadlineMs: 50 })),
        sleep(1500, "still running"),
      ]);
      expect(outcome).not.toBe("still running");
    });

    test("P3 aborted statements never harm the next user of the connection", {
      timeout: 15_000,
    }, async () => {
      await engine.open({ pool: { maxConnections: 1 } });
      const harmed: unknown[] = [];
      for (let n = 0; n < 150; n += 1) {
        const controller = new AbortController();
        const aborted = engines
          .session(() => fetchOne("select pg_sleep(0.003)"), { signal: controller.signal })
          .catch(() => {});
        const next = Array.from({ length: 4 }, () =>
          fetchOne("select pg_sleep(0.002)").catch((error: unknown) => harmed.push(error)),
        );
        await sleep(3 + Math.random() * 2);
        controller.abort(new Error("gone"));
        await aborted;
        await Promise.all(next);
      }
      expect(harmed).toEqual([]);
    });
  },
  { only: ["postgres"], because: "it is about a server" },
);
