/** Issue 3, item 5: modes, isolation, retries, time-outs, signals, hooks, recoverable statements. */
import { expect, test } from "vitest";
import {
  DatabaseError,
  DeadlockError,
  engines,
  execute,
  fetchAll,
  fetchOne,
  QueryTimeoutError,
  SerializationError,
  TransactionAbortedError,
  transaction,
  UniqueViolationError,
  UsageError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { failureOf, gate, Item, meeting, Tag, turns, useEngine } from "./support.ts";

const names = async () => (await Item.orderBy((t) => t.id).all()).map(({ name }) => name);

describeEachDatabase("modes of transactions", (db) => {
  const engine = useEngine(db);

  test("nested, the default: a savepoint that can fail alone", async () => {
    await engine.open();

    await transaction(async () => {
      await failureOf(
        transaction(
          async () => {
            await Item.create({ name: "1" });
            throw new Error("inner");
          },
          { mode: "nested" },
        ),
      );
      await Item.create({ name: "2" });
    });

    expect(await names()).toEqual(["2"]);
  });

  test("join: the block is part of the outer one, and its failure is not undone alone", async () => {
    await engine.open();

    await transaction(async () => {
      const result = await transaction(
        async () => {
          await Item.create({ name: "1" });
          return 7;
        },
        { mode: "join" },
      );
      expect(result).toBe(7);
      await failureOf(
        transaction(
          async () => {
            await Item.create({ name: "2" });
            throw new Error("inner");
          },
          { mode: "join" },
        ),
      );
    });
    await failureOf(
      transaction(async () => {
        await transaction(async () => void (await Item.create({ name: "3" })), { mode: "join" });
        throw new Error("out");
      }),
    );

    expect(await names()).toEqual(["1", "2"]);
  });

  test("join outside any transaction opens one", async () => {
    await engine.open();

    await failureOf(
      transaction(
        async () => {
          await Item.create({ name: "1" });
          throw new Error("out");
        },
        { mode: "join" },
      ),
    );

    expect(await names()).toEqual([]);
  });

  test("durable: refused inside another transaction, an ordinary one outside", async () => {
    await engine.open();

    await transaction(async () => void (await Item.create({ name: "1" })), { mode: "durable" });
    await transaction(async () => {
      const error = await failureOf(transaction(async () => {}, { mode: "durable" }));
      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toMatch(/durable/);
      await Item.create({ name: "2" });
    });

    expect(await names()).toEqual(["1", "2"]);
  });

  test("durable may be opened in a session, and by a hook after the commit", async () => {
    await engine.open();

    await engines.session(async () => {
      await transaction(async (tx) => {
        tx.afterCommit(() =>
          transaction(async () => void (await Item.create({ name: "hook" })), { mode: "durable" }),
        );
      });
    });

    expect(await names()).toEqual(["hook"]);
  });

  test("separate: committed by itself, whatever becomes of the outer one, or refused at once where it would wait for it", async () => {
    const connection = await engine.open({ pool: { acquireTimeoutMs: 2000 } });
    const separate = () =>
      transaction(async () => void (await Item.create({ name: "separate" })), { mode: "separate" });

    await failureOf(
      transaction(async () => {
        await Item.create({ name: "outer" });
        if (db.backend === "sqlite") {
          const error = await failureOf(separate());
          expect(error).toBeInstanceOf(UsageError);
          expect(String(error)).toMatch(/for ever/);
        } else {
          await separate();
          expect(connection.stats().inUse).toBe(1);
        }
        throw new Error("out");
      }),
    );

    expect(await names()).toEqual(db.backend === "sqlite" ? [] : ["separate"]);
  });

  test("options of the outermost transaction are refused on a nested one, unknown ones everywhere", async () => {
    await engine.open();

    await transaction(async () => {
      for (const options of [
        { isolation: "serializable" as const },
        { readOnly: true },
        { retries: 1 },
        { timeoutMs: 5 },
      ]) {
        await expect(transaction(async () => {}, options)).rejects.toThrow(UsageError);
      }
    });
    await expect(
      transaction(async () => {}, { isolation: "none" as "serializable" }),
    ).rejects.toThrow(UsageError);
    await expect(transaction(async () => {}, { mode: "own" as "nested" })).rejects.toThrow(
      UsageError,
    );
    await expect(transaction(async () => {}, { retries: -1 })).rejects.toThrow(UsageError);
    await expect(transaction(async () => {}, { timeoutMs: 0 })).rejects.toThrow(UsageError);
    await expect(transaction(async () => {}, { retrys: 1 } as object)).rejects.toThrow(/retrys/);
  });

  test("readOnly: writes are refused by the database, reads see one snapshot", async () => {
    await engine.open();
    await Item.create({ name: "1" });

    await transaction(
      async () => {
        expect(await Item.count()).toBe(1);
        await expect(transaction(() => Item.create({ name: "2" }))).rejects.toThrow(DatabaseError);
        await expect(transaction(() => execute("update item set amount = 1"))).rejects.toThrow(
          DatabaseError,
        );
        expect(await Item.count()).toBe(1);
      },
      { readOnly: true },
    );

    await Item.create({ name: "2" });
    expect(await Item.count()).toBe(2);
  });
});

describeEachDatabase("hooks after the commit", (db) => {
  const engine = useEngine(db);

  test("afterCommit runs once, in order, after the outermost commit, with the connection free", async () => {
    const connection = await engine.open({ pool: { maxConnections: 1 } });
    const log: unknown[] = [];

    await transaction(async (tx) => {
      tx.afterCommit(async () => {
        log.push("outer", connection.stats().inUse, await Item.count());
      });
      await transaction(async (inner) => {
        inner.afterCommit(() => log.push("inner"));
        await Item.create({ name: "1" });
      });
      await transaction(async (joined) => void joined.afterCommit(() => log.push("joined")), {
        mode: "join",
      });
      expect(log).toEqual([]);
    });

    expect(log).toEqual(["outer", 0, 1, "inner", "joined"]);
  });

  test("afterCommit of what was rolled back, whole or in part, never runs", async () => {
    await engine.open();
    const log: string[] = [];

    await failureOf(
      transaction(async (tx) => {
        tx.afterCommit(() => log.push("rolled back"));
        throw new Error("out");
      }),
    );
    await transaction(async (tx) => {
      tx.afterCommit(() => log.push("kept"));
      await failureOf(
        tx.savepoint(async (inner) => {
          inner.afterCommit(() => log.push("undone"));
          throw new Error("inner");
        }),
      );
    });

    expect(log).toEqual(["kept"]);
  });

  test("a hook is outside the transaction and inside the session", async () => {
    await engine.open({ name: "a", at: "a" });
    let hooked: string | undefined;

    await engines.session("a", async (session) => {
      const item = await Item.create({ name: "x" });
      await transaction(async (tx) => {
        tx.afterCommit(async () => {
          expect(await Item.get(item.id)).toBe(item);
          hooked = session.connectionName;
          await failureOf(tx.execute("select 1"));
        });
      });
    });

    expect(hooked).toBe("a");
  });
});

describeEachDatabase("retries", (db) => {
  const engine = useEngine(db);

  test("R68 the whole outermost block is run again, with its work undone in between", async () => {
    await engine.open();
    let attempts = 0;

    const result = await transaction(
      async () => {
        attempts += 1;
        await Item.create({ name: `attempt ${attempts}` });
        expect(await Item.count()).toBe(1);
        await transaction(async () => {
          if (attempts < 3) throw new SerializationError("met another", {});
        });
        return attempts;
      },
      { retries: 5 },
    );

    expect(result).toBe(3);
    expect(await names()).toEqual(["attempt 3"]);
  });

  test("without retries, or when they are used up, the error comes out", async () => {
    await engine.open();
    let attempts = 0;
    const fail = async () => {
      attempts += 1;
      throw new DeadlockError("met another", {});
    };

    await expect(transaction(fail)).rejects.toThrow(DeadlockError);
    expect(attempts).toBe(1);
    await expect(transaction(fail, { retries: 2 })).rejects.toThrow(DeadlockError);
    expect(attempts).toBe(4);
  });

  test("any other error is not retried", async () => {
    await engine.open();
    let attempts = 0;
    await Tag.create({ name: "taken" });

    await expect(
      transaction(
        async () => {
          attempts += 1;
          await Tag.create({ name: "taken" });
        },
        { retries: 5 },
      ),
    ).rejects.toThrow(UniqueViolationError);

    expect(attempts).toBe(1);
  });

  test("each attempt has a fresh identity map, in a session and outside", async () => {
    await engine.open();
    const { id } = await Item.create({ name: "x" });
    const retrying = async () => {
      const seen: Item[] = [];
      await transaction(
        async () => {
          const item = await Item.get(id);
          expect(await Item.get(id)).toBe(item);
          seen.push(item);
          if (seen.length < 3) throw new SerializationError("met another", {});
        },
        { retries: 5 },
      );
      expect(new Set(seen).size).toBe(3);
    };

    await retrying();
    await engines.session(retrying);
  });

  test("hooks of a failed attempt do not run", async () => {
    await engine.open();
    const log: number[] = [];
    let attempts = 0;

    await transaction(
      async (tx) => {
        const attempt = ++attempts;
        tx.afterCommit(() => log.push(attempt));
        if (attempt < 3) throw new SerializationError("met another", {});
      },
      { retries: 5 },
    );

    expect(log).toEqual([3]);
  });

  test("an instance changed inside by what it held: each attempt starts from what was committed", async () => {
    await engine.open();
    const item = await Item.create({ name: "x" });
    let attempts = 0;

    await transaction(
      async () => {
        attempts += 1;
        item.amount += 1;
        await item.save();
        if (attempts < 3) throw new SerializationError("met another", {});
      },
      { retries: 5 },
    );

    expect(await fetchOne("select amount from item")).toEqual({ amount: 1 });
    expect(item.amount).toBe(1);
  });

  test("P12 serializable increments by many callers: each exactly once", async () => {
    await engine.open({ pool: { maxConnections: 5 } });
    await Item.create({ name: "counter" });
    let attempts = 0;

    await Promise.all(
      Array.from({ length: 60 }, () =>
        transaction(
          async () => {
            attempts += 1;
            const counter = await Item.where({ name: "counter" }).one();
            await turns(1);
            counter.amount += 1;
            await counter.save();
          },
          { isolation: "serializable", retries: 200 },
        ),
      ),
    );

    expect(await fetchOne("select amount from item")).toEqual({ amount: 60 });
    expect(attempts).toBeGreaterThanOrEqual(60);
  });

  test("an abort ends the retries with its reason", async () => {
    await engine.open();
    const controller = new AbortController();
    const reason = new Error("enough");
    let attempts = 0;

    const error = await failureOf(
      transaction(
        async () => {
          attempts += 1;
          if (attempts === 2) controller.abort(reason);
          throw new SerializationError("met another", {});
        },
        { retries: 1000, signal: controller.signal },
      ),
    );

    expect(error).toBe(reason);
    expect(attempts).toBe(2);
  });
});

describeEachDatabase("time-outs and signals", (db) => {
  const engine = useEngine(db);

  test("a transaction that is aborted between statements is rolled back with the signal's reason", async () => {
    const connection = await engine.open();
    const controller = new AbortController();
    const reason = { why: "the client left" };

    const error = await failureOf(
      transaction(
        async () => {
          await Item.create({ name: "1" });
          controller.abort(reason);
          await Item.create({ name: "2" });
        },
        { signal: controller.signal },
      ),
    );

    expect(error).toBe(reason);
    expect(await names()).toEqual([]);
    expect(connection.stats().inUse).toBe(0);
  });

  test("an abort that the block does not notice still keeps it from being committed", async () => {
    await engine.open();
    const controller = new AbortController();
    const reason = new Error("late");

    const error = await failureOf(
      transaction(
        async () => {
          await Item.create({ name: "1" });
          controller.abort(reason);
        },
        { signal: controller.signal },
      ),
    );

    expect(error).toBe(reason);
    expect(await names()).toEqual([]);
  });

  test("a signal that was aborted before begins nothing", async () => {
    await engine.open();
    let ran = false;

    await expect(
      transaction(
        async () => {
          ran = true;
        },
        { signal: AbortSignal.abort(new Error("before")) },
      ),
    ).rejects.toThrow("before");

    expect(ran).toBe(false);
  });

  test("an abort while waiting for a connection ends the wait", async () => {
    const connection = await engine.open({ pool: { maxConnections: 1 } });
    const controller = new AbortController();
    const [begun, finish] = [gate(), gate()];
    const holding = transaction(async () => {
      begun.open();
      await finish.opened;
    });
    await begun.opened;

    const waiting = failureOf(transaction(async () => {}, { signal: controller.signal }));
    controller.abort(new Error("no more"));

    expect(await waiting).toMatchObject({ message: "no more" });
    finish.open();
    await holding;
    expect(connection.stats()).toMatchObject({ inUse: 0, waiting: 0 });
  });

  test("timeoutMs: work after it fails, and nothing is committed", async () => {
    await engine.open();

    const error = await failureOf(
      transaction(
        async () => {
          await Item.create({ name: "1" });
          await new Promise((resolve) => setTimeout(resolve, 50)); // the time-out is the behaviour
          await Item.create({ name: "2" });
        },
        { timeoutMs: 20 },
      ),
    );

    expect(error).toBeInstanceOf(QueryTimeoutError);
    expect(String(error)).toMatch(/20 ms/);
    expect(await names()).toEqual([]);
    await transaction(async () => void (await Item.create({ name: "next" })), { timeoutMs: 5000 });
    expect(await names()).toEqual(["next"]);
  });

  test("P10 what an abandoned block does after its time-out fails, and touches nothing", async () => {
    await engine.open();
    const [go, done] = [gate(), gate()];
    let late: unknown;

    const error = await failureOf(
      transaction(
        async () => {
          await Item.create({ name: "undone" });
          await go.opened;
          late = await failureOf(Item.create({ name: "late" }));
          done.open();
        },
        { timeoutMs: 30 },
      ),
    );
    go.open();
    await done.opened;

    expect(error).toBeInstanceOf(QueryTimeoutError);
    expect(late).toBeInstanceOf(QueryTimeoutError);
    expect(await names()).toEqual([]);
  });

  test("P10 a time-out ends nested scopes too: instances are restored and the connection is back", async () => {
    const connection = await engine.open({ pool: { maxConnections: 1 } });
    const item = await Item.create({ name: "x" });

    const error = await failureOf(
      transaction(
        () =>
          transaction(async () => {
            item.name = "inner";
            await item.save();
            await new Promise(() => {});
          }),
        { timeoutMs: 30 },
      ),
    );

    expect(error).toBeInstanceOf(QueryTimeoutError);
    expect(item.name).toBe("x");
    expect(connection.stats().inUse).toBe(0);
    expect(await names()).toEqual(["x"]);
  });

  test("the signal of a session ends the wait of its transactions for a connection", async () => {
    const connection = await engine.open({ pool: { maxConnections: 1 } });
    const controller = new AbortController();
    const reason = new Error("gone");
    const [begun, finish] = [gate(), gate()];
    const holding = transaction(async () => {
      begun.open();
      await finish.opened;
    });
    await begun.opened;

    const waiting = Array.from({ length: 5 }, () =>
      failureOf(
        engines.session(() => transaction(() => Item.create({ name: "x" })), {
          signal: controller.signal,
        }),
      ),
    );
    await turns();
    controller.abort(reason);

    expect(new Set(await Promise.all(waiting))).toEqual(new Set([reason]));
    expect(connection.stats().waiting).toBe(0);
    finish.open();
    await holding;
    expect(await names()).toEqual([]);
  });
});

describeEachDatabase(
  "isolation and cancelling on a server",
  (db) => {
    const engine = useEngine(db);
    const sleeping = async (name: string) =>
      (
        await engine.admin(
          "select 1 from pg_stat_activity where application_name = $1 and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()",
          [name],
        )
      ).length;

    test.each(["read committed", "repeatable read", "serializable"] as const)(
      "isolation: %s reaches the server",
      async (isolation) => {
        await engine.open();

        const level = await transaction(
          async (tx) => await tx.fetchOne("select current_setting('transaction_isolation') as l"),
          { isolation },
        );

        expect(level).toEqual({ l: isolation });
      },
    );

    test("readOnly and deferrable reach the server", async () => {
      await engine.open();

      const row = await transaction(
        async (tx) =>
          await tx.fetchOne(
            "select current_setting('transaction_read_only') as r, current_setting('transaction_deferrable') as d",
          ),
        { isolation: "serializable", readOnly: true, deferrable: true },
      );

      expect(row).toEqual({ r: "on", d: "on" });
    });

    test("R67 a signal cancels the running statement on the server, and the pool goes on", async () => {
      const connection = await engine.open({
        url: { application_name: "ferro_abort" },
        pool: { maxConnections: 1 },
      });
      const controller = new AbortController();
      const reason = new Error("the client left");
      const running = failureOf(
        transaction(
          async (tx) => {
            await Item.create({ name: "undone" });
            await tx.fetchOne("select pg_sleep(60)");
          },
          { signal: controller.signal },
        ),
      );
      await expect.poll(() => sleeping("ferro_abort"), { interval: 5 }).toBe(1);

      controller.abort(reason);

      expect(await running).toBe(reason);
      expect(await sleeping("ferro_abort")).toBe(0);
      expect(await names()).toEqual([]);
      expect(connection.stats()).toMatchObject({ inUse: 0, waiting: 0 });
    });

    test("R67 timeoutMs cancels the running statement on the server", async () => {
      await engine.open({ url: { application_name: "ferro_late" }, pool: { maxConnections: 1 } });

      const error = await failureOf(
        transaction(
          async (tx) => {
            await Item.create({ name: "undone" });
            await tx.fetchOne("select pg_sleep(60)");
          },
          { timeoutMs: 50 },
        ),
      );

      expect(error).toBeInstanceOf(QueryTimeoutError);
      expect(await sleeping("ferro_late")).toBe(0);
      expect(await names()).toEqual([]);
    });

    test("R67 the signal of a session cancels its running statement on the server", async () => {
      await engine.open({ url: { application_name: "ferro_left" }, pool: { maxConnections: 1 } });
      const controller = new AbortController();
      const reason = new Error("the client left");
      const running = failureOf(
        engines.session(() => fetchOne("select pg_sleep(60)"), { signal: controller.signal }),
      );
      await expect.poll(() => sleeping("ferro_left"), { interval: 5 }).toBe(1);

      controller.abort(reason);

      // The caller isn't kept waiting for the server, which is told to stop at the same time.
      expect(await running).toBe(reason);
      await expect.poll(() => sleeping("ferro_left"), { interval: 5 }).toBe(0);
      expect(await Item.count()).toBe(0);
    });

    test("P3 an abort that races COMMIT: what is said is what is there", async () => {
      await engine.open({ pool: { maxConnections: 2 } });
      const wrong: string[] = [];

      for (let n = 0; n < 60; n += 1) {
        const controller = new AbortController();
        const running = transaction(() => Item.create({ name: `r${n}` }), {
          signal: controller.signal,
        }).then(
          () => "committed",
          (error: { code?: string }) => error.code ?? "aborted",
        );
        await new Promise((resolve) => setTimeout(resolve, n % 4)); // wherever it is by then
        controller.abort(new Error("gone"));
        const said = await running;
        const there = await engine.admin("select 1 from place_a.item where name = $1", [`r${n}`]);
        if (said === "COMMIT_OUTCOME_UNKNOWN") continue;
        if ((said === "committed") !== (there.length === 1)) wrong.push(`${said} ${n}`);
      }

      expect(wrong).toEqual([]);
    });

    test("R67 a transaction that was cancelled never harms the next user of its connection", async () => {
      await engine.open({ pool: { maxConnections: 1 } });
      const harmed: unknown[] = [];

      for (let n = 0; n < 60; n += 1) {
        const controller = new AbortController();
        const aborted = transaction((tx) => tx.fetchOne("select pg_sleep(0.003)"), {
          signal: controller.signal,
        }).catch(() => {});
        const next = Array.from({ length: 4 }, () =>
          fetchOne("select pg_sleep(0.002)").catch((error: unknown) => harmed.push(error)),
        );
        await new Promise((resolve) => setTimeout(resolve, 3 + (n % 3))); // about when it ends
        controller.abort(new Error("gone"));
        await aborted;
        await Promise.all(next);
      }

      expect(harmed).toEqual([]);
    });

    test("P4 COMMIT of a transaction in which a statement had failed is an error, naming that one", async () => {
      await engine.open();
      await Tag.create({ name: "taken" });

      const error = await failureOf(
        transaction(async () => {
          await Item.create({ name: "1" });
          await failureOf(Tag.create({ name: "taken" }));
        }),
      );

      expect(error).toBeInstanceOf(TransactionAbortedError);
      expect(String((error as Error).cause)).toMatch(/duplicate key/);
      expect(await names()).toEqual([]);
    });

    test("recoverStatements: a failed statement leaves the transaction usable", async () => {
      await engine.open();
      await Tag.create({ name: "taken" });

      await transaction(
        async (tx) => {
          await Item.create({ name: "1" });
          await expect(Tag.create({ name: "taken" })).rejects.toThrow(UniqueViolationError);
          await expect(tx.execute("this is no SQL")).rejects.toThrow(DatabaseError);
          await transaction(async () => {
            await failureOf(Tag.create({ name: "taken" }));
            await Item.create({ name: "2" });
          });
          await Promise.allSettled([
            Tag.create({ name: "taken" }),
            Item.create({ name: "3" }),
            Tag.create({ name: "taken" }),
          ]);
        },
        { recoverStatements: true },
      );

      expect(await names()).toEqual(["1", "2", "3"]);
    });

    test("P12 crossing updates deadlock, are typed, and with retries happen exactly once", async () => {
      await engine.open({ pool: { maxConnections: 4 } });
      await Item.bulkCreate([{ name: "1" }, { name: "2" }]);
      const cross = async (first: number, second: number, meet: () => Promise<void>) => {
        await execute("update item set amount = amount + 1 where id = $1", [first]);
        await meet();
        await execute("update item set amount = amount + 1 where id = $1", [second]);
      };

      const once = meeting(2);
      const outcomes = await Promise.allSettled([
        transaction(() => cross(1, 2, once)),
        transaction(() => cross(2, 1, once)),
      ]);
      const lost = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(lost).toHaveLength(1);
      expect(lost[0]!.reason).toBeInstanceOf(DeadlockError);

      const both = meeting(2);
      await Promise.all([
        transaction(() => cross(1, 2, both), { retries: 5 }),
        transaction(() => cross(2, 1, both), { retries: 5 }),
      ]);
      expect(await fetchAll("select amount from item order by id")).toEqual([
        { amount: 3 },
        { amount: 3 },
      ]);
    });

    test("a serialization failure that only COMMIT reports is typed and retried too", async () => {
      await engine.open({ pool: { maxConnections: 4 } });
      await Item.bulkCreate([{ name: "1" }, { name: "2" }]);
      let attempts = 0;
      const read = meeting(2);
      // Write skew: each reads what the other writes.
      const skew = (own: number, other: number) =>
        transaction(
          async (tx) => {
            attempts += 1;
            await tx.fetchOne("select amount from item where id = $1", [other]);
            await read();
            await tx.execute("update item set amount = amount + 1 where id = $1", [own]);
          },
          { isolation: "serializable", retries: 5 },
        );

      await Promise.all([skew(1, 2), skew(2, 1)]);

      expect(attempts).toBe(3);
      expect(await fetchAll("select amount from item order by id")).toEqual([
        { amount: 1 },
        { amount: 1 },
      ]);
    });
  },
  { only: ["postgres"], because: "SQLite has one isolation level and no statement to cancel" },
);
