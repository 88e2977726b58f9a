/** B065..B097: sessions. */
import { expect, test } from "vitest";
import {
  createTables,
  engines,
  execute,
  fetchAll,
  fetchOne,
  NoConnectionError,
  resetEngine,
  type Session,
  SessionClosedError,
  setDefaultConnection,
  transaction,
  UsageError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, apart, failureOf, gate, Item, turns, useEngine } from "./support.ts";

describeEachDatabase("sessions", (db) => {
  const engine = useEngine(db);

  /** The name of the connection that unqualified work goes to: each database holds its own. */
  async function whereAmI(): Promise<string | undefined> {
    return (await Item.where((t) => t.note.eq("marker")).first())?.name;
  }

  /** Opens connections, each with a row that says which it is. */
  async function openMarked(...names: readonly ("a" | "b" | "c" | "d")[]): Promise<void> {
    for (const name of names) {
      await engine.open({ name, at: name });
      await Item.using(name).bulkCreate([{ name, note: "marker" }]);
    }
  }

  test("B065 SES-01 a handle has a name and an id, and opens nothing", async () => {
    const named = engines.session("not_there_yet");
    const other = engines.session("not_there_yet");
    const unnamed = engines.session();

    expect(named.connectionName).toBe("not_there_yet");
    expect(unnamed.connectionName).toBeUndefined();
    expect(named.sessionId).toMatch(/^[\da-f-]{36}$/);
    expect(named.sessionId).not.toBe(other.sessionId);
    expect(named.isClosed).toBe(false);
  });

  test("B066 SES-02 an unnamed session binds the default connection of that moment", async () => {
    await openMarked("a", "b");
    setDefaultConnection("a");
    const session = engines.session();

    await session.run(async () => {
      setDefaultConnection("b");
      expect(session.connectionName).toBe("a");
      expect(await whereAmI()).toBe("a");
    });
    expect((await session.query(Item).one()).name).toBe("a");
  });

  test("B067 SES-03 entering a session of an unknown name fails and sets nothing", async () => {
    await openMarked("a");
    setDefaultConnection("a");
    let ran = false;

    await expect(
      engines.session("ghost", async () => {
        ran = true;
      }),
    ).rejects.toThrow(NoConnectionError);
    await expect(engines.session("ghost").run(() => {})).rejects.toThrow(/"ghost"/);
    expect(() => engines.session("ghost").enter()).toThrow(NoConnectionError);

    expect(ran).toBe(false);
    expect(await whereAmI()).toBe("a");
  });

  test("B068 SES-04 inside, models, raw SQL and transactions use the session's connection", async () => {
    await openMarked("a", "b");
    setDefaultConnection("a");

    await engines.session("b", async () => {
      expect(await whereAmI()).toBe("b");
      expect(await fetchOne("select name from item")).toEqual({ name: "b" });
      await execute("update item set amount = 7");
      await transaction(async (tx) => {
        expect(await tx.fetchOne("select name from item")).toEqual({ name: "b" });
        await Item.create({ name: "inside" });
      });
      await Item.where((t) => t.name.eq("inside")).update({ amount: 8 });
    });

    expect(
      await Item.using("b")
        .where((t) => t.amount.gt(0))
        .count(),
    ).toBe(2);
    expect(
      await Item.using("a")
        .where((t) => t.amount.gt(0))
        .count(),
    ).toBe(0);
  });

  test("B069 SES-05 session.query() is bound to the session, wherever it is called", async () => {
    await openMarked("a", "b");
    const session = engines.session("b");

    expect((await session.query(Item).one()).name).toBe("b");
    await engines.session("a", async () => {
      expect((await session.query(Item).one()).name).toBe("b");
      expect(await whereAmI()).toBe("a");
    });
  });

  test("B070 SES-06 calls inside and session.query() give the same rows and the same objects", async () => {
    await openMarked("a");

    await engines.session("a", async (session) => {
      const [direct] = await Item.all();
      const [bound] = await session.query(Item).all();

      expect(bound).toBe(direct);
      expect(await session.query(Item).where({ name: "a" }).count()).toBe(1);
      expect(await session.query(Item).where({ name: "a" }).update({ amount: 3 })).toBe(1);
      expect((await Item.get(direct!.id)).amount).toBe(3);
    });
  });

  test("B071 SES-07 inside a session nothing warns about routing", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    try {
      await engine.open({ implicitRouting: "warn" });
      await engines.session(async () => {
        const author = await Author.create({ name: "A", email: "a@example.com" });
        const post = await author.posts.create({ title: "t" });
        await post.author;
        await post.tags.create({ name: "x" });
        await Item.getOrNone(1);
        await fetchAll("select 1");
        await transaction(async () => Item.count());
        await createTables();
      });
      await turns();
    } finally {
      process.off("warning", listen);
    }

    expect(warnings).toEqual([]);
  });

  test("B072 SES-08 an inner session shadows the outer one, which comes back", async () => {
    await openMarked("a", "b", "c");

    await engines.session("a", async () => {
      expect(await whereAmI()).toBe("a");
      await engines.session("b", async () => {
        expect(await whereAmI()).toBe("b");
        await failureOf(
          engines.session("c", async () => {
            expect(await whereAmI()).toBe("c");
            throw new Error("out");
          }),
        );
        expect(await whereAmI()).toBe("b");
      });
      expect(await whereAmI()).toBe("a");
    });
  });

  test("B072 SES-08 the same with await using", async () => {
    await openMarked("a", "b");

    {
      await using outer = engines.session("a").enter();
      expect(await whereAmI()).toBe("a");
      {
        await using inner = engines.session("b").enter();
        expect(await whereAmI()).toBe("b");
        expect(inner.isClosed).toBe(false);
      }
      expect(await whereAmI()).toBe("a");
      expect(outer.isClosed).toBe(false);
    }
    await expect(whereAmI()).rejects.toThrow(/no default connection/);
  });

  test("B073 SES-09 an explicit session beats the ambient one", async () => {
    await openMarked("a", "b");
    const b = engines.session("b");

    await engines.session("a", async () => {
      expect(await fetchOne("select name from item", [], { session: b })).toEqual({ name: "b" });
      await execute("update item set amount = 5", [], { session: b });
      await transaction(
        async (tx) => {
          expect(await tx.fetchOne("select amount from item")).toEqual({ amount: 5 });
          expect(await whereAmI()).toBe("b");
        },
        { session: b },
      );
      const made = await Item.create({ name: "explicit" }, { session: b } as object);
      expect(await b.query(Item).get(made.id)).toBe(made);
    });

    expect(await Item.using("a").count()).toBe(1);
  });

  test("B074 SES-10 closing twice, or after the scope ended, does nothing", async () => {
    await openMarked("a");
    const session = await engines.session("a", async (inner) => inner);

    expect(session.isClosed).toBe(true);
    await session.close();
    await session.close();
    const handle = engines.session("a");
    await handle.query(Item).count();
    await handle.close();
    await handle.close();
    expect(handle.isClosed).toBe(true);
  });

  test("B075 SES-11 concurrent closes all succeed", async () => {
    await openMarked("a");
    const session = engines.session("a");
    await session.query(Item).count();

    await Promise.all(Array.from({ length: 10 }, () => session.close()));

    expect(session.isClosed).toBe(true);
  });

  test("B076 SES-12 a session may be closed from another async context than the one that entered it", async () => {
    await openMarked("a");
    const entered = gate();
    const closed = gate();
    const session = engines.session("a");
    const mounted = apart(async () => {
      session.enter();
      expect(await whereAmI()).toBe("a");
      entered.open();
      await closed.opened;
    });
    await entered.opened;

    await session.close();
    closed.open();

    await mounted;
    expect(session.isClosed).toBe(true);
  });

  /** Runs `work` in a context whose ambient session was closed from elsewhere. */
  async function withStaleAmbient(work: () => Promise<void>): Promise<void> {
    const session = engines.session("a");
    const entered = gate();
    const closed = gate();
    const task = apart(async () => {
      session.enter();
      entered.open();
      await closed.opened;
      await work();
    });
    await entered.opened;
    await session.close();
    closed.open();
    await task;
  }

  test("B077 SES-13 with a closed session around them, ORM, raw SQL and transactions fail", async () => {
    await openMarked("a", "b");
    setDefaultConnection("b");

    await withStaleAmbient(async () => {
      let began = false;
      for (const work of [
        () => Item.count(),
        () => Item.create({ name: "x" }),
        () => execute("update item set amount = 9"),
        () => fetchOne("select 1"),
        () => createTables(),
        () =>
          transaction(async () => {
            began = true;
          }),
      ]) {
        const error = await failureOf(work());
        expect(error).toBeInstanceOf(SessionClosedError);
        expect(String(error)).toMatch(/session is closed[\s\S]*engines\.session/);
      }
      expect(began).toBe(false); // B083 SES-19: before BEGIN
    });
    expect(
      await Item.using("b")
        .where((t) => t.amount.eq(9))
        .count(),
    ).toBe(0);
  });

  test("B078 SES-14 naming another connection does not get around the closed session", async () => {
    await openMarked("a", "b");

    await withStaleAmbient(async () => {
      await expect(Item.using("b").count()).rejects.toThrow(SessionClosedError);
      await expect(fetchOne("select 1", [], { using: "b" })).rejects.toThrow(SessionClosedError);
      await expect(transaction(async () => {}, { using: "b" })).rejects.toThrow(SessionClosedError);
    });
  });

  test("B079 SES-15 a closed session passed explicitly fails, and never falls back", async () => {
    await openMarked("a", "b");
    setDefaultConnection("b");
    const session = engines.session("a");
    const query = session.query(Item);
    expect(await query.count()).toBe(1);
    await session.close();

    for (const work of [
      () => query.count(),
      () => query.all(),
      () => query.where({ name: "b" }).update({ amount: 1 }),
      () => session.query(Item).first(),
      () => fetchOne("select 1", [], { session }),
      () => transaction(async () => {}, { session }),
      () => session.run(() => Item.count()),
    ]) {
      await expect(work()).rejects.toThrow(SessionClosedError);
    }
    expect(() => session.enter()).toThrow(SessionClosedError);
  });

  test("B080 SES-16 (DESIGN 2.4 overrides) a handle that was never entered opens at first use", async () => {
    await openMarked("a");
    const session = engines.session("a");

    expect((await session.query(Item).one()).name).toBe("a");
    expect(await fetchOne("select name from item", [], { session })).toEqual({ name: "a" });
    await session.close();
    const unused = engines.session("a");
    await unused.close();
    await expect(unused.query(Item).count()).rejects.toThrow(SessionClosedError);
  });

  test("B081 SES-17 with a closed session around it, work on an open one passed explicitly runs", async () => {
    await openMarked("a", "b");
    const open = engines.session("b");

    await withStaleAmbient(async () => {
      expect((await open.query(Item).one()).name).toBe("b");
      expect(await fetchOne("select name from item", [], { session: open })).toEqual({ name: "b" });
      await transaction(async (tx) => void (await tx.execute("update item set amount = 2")), {
        session: open,
      });
    });
    expect(await open.query(Item).where({ amount: 2 }).count()).toBe(1);
  });

  test("B081 SES-17 inside a transaction of an explicit session ambient calls run too", async () => {
    await openMarked("a", "b");
    const open = engines.session("b");

    await withStaleAmbient(async () => {
      await transaction(async () => void (await Item.create({ name: "x" })), { session: open });
    });

    expect(await open.query(Item).count()).toBe(2);
  });

  test("B082 SES-18 a new session replaces the closed one", async () => {
    await openMarked("a", "b");

    await withStaleAmbient(async () => {
      await engines.session("b", async () => {
        expect(await whereAmI()).toBe("b");
      });
      await expect(whereAmI()).rejects.toThrow(SessionClosedError);
      const next = engines.session("b").enter();
      expect(await whereAmI()).toBe("b");
      await next.close();
    });
  });

  test("B084 SES-20 close() with an open transaction is refused", async () => {
    await openMarked("a");

    await engines.session("a", async (session) => {
      await transaction(async () => {
        await Item.create({ name: "x" });
        const error = await failureOf(session.close());
        expect(error).toBeInstanceOf(UsageError);
        expect(String(error)).toMatch(/open transaction[\s\S]*transaction\(\) block/);
      });
      expect(await Item.count()).toBe(2);
    });
  });

  test("B085 SES-21 the refusal holds from another task, for nested transactions and for explicit sessions", async () => {
    await openMarked("a");
    const session = engines.session("a");
    const begun = gate();
    const finish = gate();
    const explicit = transaction(
      async () => {
        await transaction(async () => {
          await expect(session.close()).rejects.toThrow(UsageError);
        });
        begun.open();
        await finish.opened;
      },
      { session },
    );
    await begun.opened;

    await expect(session.close()).rejects.toThrow(UsageError);
    await expect(Promise.all([session.close(), session.close()])).rejects.toThrow(UsageError);

    finish.open();
    await explicit;
    await session.close();
  });

  test("B086 SES-22 after a refusal the session is open, the transaction ends as it likes, and close() succeeds", async () => {
    await openMarked("a");
    const session = engines.session("a");

    await failureOf(
      transaction(
        async () => {
          await Item.create({ name: "rolled back" });
          await failureOf(session.close());
          throw new Error("out");
        },
        { session },
      ),
    );
    await transaction(
      async () => {
        await failureOf(session.close());
        await Item.create({ name: "kept" });
      },
      { session },
    );

    expect(session.isClosed).toBe(false);
    expect(await session.query(Item).count()).toBe(2);
    await session.close();
    expect(session.isClosed).toBe(true);
  });

  test("B087 SES-23 closing the outer session where an inner one is entered fails, and leaves it open", async () => {
    await openMarked("a", "b");
    const outer = engines.session("a").enter();
    const inner = engines.session("b").enter();

    const error = await failureOf(outer.close());

    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(/another session was entered inside/);
    expect(outer.isClosed).toBe(false);
    expect(await whereAmI()).toBe("b");
    await inner.close();
    expect(await whereAmI()).toBe("a");
    await outer.close();
  });

  test("B088 SES-24 the mismatch stays when the inner session was closed from elsewhere", async () => {
    await openMarked("a", "b");
    const outer = engines.session("a");
    const inner = engines.session("b");
    const entered = gate();
    const innerClosed = gate();
    const task = apart(async () => {
      outer.enter();
      inner.enter();
      entered.open();
      await innerClosed.opened;
      await expect(outer.close()).rejects.toThrow(/another session was entered inside/);
      await expect(whereAmI()).rejects.toThrow(SessionClosedError);
    });
    await entered.opened;

    await inner.close();
    innerClosed.open();

    await task;
    expect(outer.isClosed).toBe(false);
    await outer.close();
  });

  test("B089 SES-25 closing inner, then outer, both from another context succeeds", async () => {
    await openMarked("a", "b");
    const outer = engines.session("a");
    const inner = engines.session("b");
    const entered = gate();
    const finish = gate();
    const task = apart(async () => {
      outer.enter();
      inner.enter();
      entered.open();
      await finish.opened;
    });
    await entered.opened;

    await inner.close();
    await outer.close();

    finish.open();
    await task;
    expect([inner.isClosed, outer.isClosed]).toEqual([true, true]);
  });

  /** Leaves a transaction of the session open, so that closing it fails. */
  function holdOpen(session: Session): {
    begun: Promise<void>;
    end(): Promise<void>;
  } {
    const begun = gate();
    const finish = gate();
    const work = transaction(
      async () => {
        begun.open();
        await finish.opened;
      },
      { session },
    );
    return {
      begun: begun.opened,
      end: () => {
        finish.open();
        return work;
      },
    };
  }

  test("B090 SES-26 the error of the body wins; the failure to close is its cause", async () => {
    await openMarked("a");
    const own = new Error("own");
    let held: ReturnType<typeof holdOpen> | undefined;

    const error = await failureOf(
      engines.session("a", async (session) => {
        held = holdOpen(session);
        await held.begun;
        throw own;
      }),
    );

    expect(error).toBe(own);
    expect(own.cause).toBeInstanceOf(UsageError);
    await held?.end();
  });

  test("B091 SES-27 so does the reason of an abort", async () => {
    await openMarked("a");
    const controller = new AbortController();
    const reason = { not: "an error" };
    let held: ReturnType<typeof holdOpen> | undefined;

    const error = await failureOf(
      engines.session("a", async (session) => {
        held = holdOpen(session);
        await held.begun;
        controller.abort(reason);
        controller.signal.throwIfAborted();
      }),
    );

    expect(error).toBe(reason);
    await held?.end();
  });

  test("B092 SES-28 without an error of the body the failure to close comes out", async () => {
    await openMarked("a");
    let held: ReturnType<typeof holdOpen> | undefined;

    const error = await failureOf(
      engines.session("a", async (session) => {
        held = holdOpen(session);
        await held.begun;
        return "result";
      }),
    );

    expect(error).toBeInstanceOf(UsageError);
    await held?.end();
  });

  test("B093 SES-29 a session has its own identity map and lets go of it when it closes", async () => {
    await openMarked("a");
    const first = engines.session("a");
    const one = await first.query(Item).one();

    expect(await first.query(Item).one()).toBe(one);
    await first.close();

    await engines.session("a", async () => {
      expect(await Item.get(one.id)).not.toBe(one);
    });
  });

  test("B095 SES-31 an idle session holds no connection", async () => {
    const connection = await engine.open({ name: "one", pool: { maxConnections: 1 } });
    const sessions = Array.from({ length: 20 }, () => engines.session("one"));

    for (const session of sessions) {
      await session.run(async () => {
        await Item.count();
        expect(connection.stats().inUse).toBe(0);
      });
    }
    await Promise.all(sessions.map((session) => session.run(() => Item.create({ name: "x" }))));

    expect(await Item.using("one").count()).toBe(20);
    expect(connection.stats().inUse).toBe(0);
  });

  test("B096 SES-32 two sessions on one connection share the pool and give different objects", async () => {
    await openMarked("a");
    const [first, second] = [engines.session("a"), engines.session("a")];

    const [one, two] = [await first.query(Item).one(), await second.query(Item).one()];

    expect(one).not.toBe(two);
    expect(one).toEqual(two);
  });

  test("B097 SES-33 resetEngine() ends open sessions, entered or not", async () => {
    await openMarked("a");
    const session = engines.session("a");
    await session.query(Item).count();

    await session.run(async () => {
      await resetEngine();
      await expect(Item.count()).rejects.toThrow(SessionClosedError);
      await expect(transaction(async () => {})).rejects.toThrow(SessionClosedError);
    });

    await expect(session.query(Item).count()).rejects.toThrow(SessionClosedError);
    await session.close();
  });

  test("the callback form gives the work's result, and its error unchanged", async () => {
    await openMarked("a");
    const own = new Error("own");

    expect(await engines.session("a", async () => 42)).toBe(42);
    expect(await engines.session("a", () => "sync")).toBe("sync");
    expect(
      await failureOf(
        engines.session("a", () => {
          throw own;
        }),
      ),
    ).toBe(own);
  });

  test("await using closes the session at the end of its block, also when that throws", async () => {
    await openMarked("a");
    let seen: Session | undefined;

    await failureOf(
      apart(async () => {
        await using session = engines.session("a").enter();
        seen = session;
        expect(await whereAmI()).toBe("a");
        throw new Error("out");
      }),
    );

    expect(seen?.isClosed).toBe(true);
    await expect(Item.count()).rejects.toThrow(/no default connection/);
  });

  test("functions that enter sessions, side by side, see their own; their caller is outside again once they are closed", async () => {
    await openMarked("a", "b", "c");
    setDefaultConnection("c");
    const inside = async (name: "a" | "b") => {
      await using _session = engines.session(name).enter();
      const seen: unknown[] = [];
      for (let round = 0; round < 5; round += 1) {
        seen.push(await whereAmI());
        await turns(1);
      }
      return seen;
    };

    const seen = await Promise.all([inside("a"), inside("b"), inside("a")]);

    expect(seen).toEqual(["a", "b", "a"].map((name) => Array(5).fill(name)));
    expect(await whereAmI()).toBe("c");
  });

  test("a caller that works meanwhile shares an entered session, unless an await comes before enter()", async () => {
    await openMarked("a", "b");
    setDefaultConnection("b");
    const done = gate();
    const inside = async (awaits: boolean) => {
      if (awaits) await null;
      await using _session = engines.session("a").enter();
      await done.opened;
      return whereAmI();
    };

    await apart(async () => {
      const running = inside(true);
      await turns(1);
      expect(await whereAmI()).toBe("b");
      const sharing = inside(false);
      expect(await whereAmI()).toBe("a");
      done.open();
      expect(await Promise.all([running, sharing])).toEqual(["a", "a"]);
      expect(await whereAmI()).toBe("b");
    });
  });

  test("enter() in a task of its own ends with that task", async () => {
    await openMarked("a", "b");
    setDefaultConnection("b");

    await apart(async () => {
      engines.session("a").enter();
      expect(await whereAmI()).toBe("a");
    });

    expect(await whereAmI()).toBe("b");
  });
});
