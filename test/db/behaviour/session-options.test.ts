/** Issue 3, item 4: what a session can be told, and that it stays with its work whatever carries it on. */
import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  connect,
  engines,
  execute,
  FerroError,
  fetchAll,
  fetchOne,
  SessionClosedError,
  transaction,
  UsageError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, failureOf, gate, Item, meeting, useEngine } from "./support.ts";

describeEachDatabase("session options", (db) => {
  const engine = useEngine(db);

  test("readOnly: nothing can be written, by models, relations, raw SQL or transactions", async () => {
    await engine.open();
    const author = await Author.create({ name: "A", email: "a@example.com" });
    const item = await Item.create({ name: "x" });

    await engines.session({ readOnly: true }).run(async () => {
      const mine = await Item.get(item.id);
      const me = await Author.get(author.id);
      mine.name = "changed";
      for (const work of [
        () => mine.save(),
        () => mine.delete(),
        () => Item.create({ name: "y" }),
        () => Item.bulkCreate([{ name: "y" }]),
        () => Item.where({ id: item.id }).update({ amount: 1 }),
        () => Item.where({ id: item.id }).delete(),
        () => me.posts.create({ title: "t" }),
        () => execute("update item set amount = 1"),
        () => transaction(async () => Item.create({ name: "y" })),
        () => transaction(async (tx) => tx.execute("update item set amount = 1")),
        () => transaction(async (tx) => tx.fetchAll("update item set amount = 1 returning id")),
      ]) {
        expect(await failureOf(work())).toBeInstanceOf(FerroError);
      }
      expect(await Item.count()).toBe(1);
      expect(await transaction(async () => Item.count())).toBe(1);
      for (const sql of [
        "insert into item (name, amount) values ('y', 0) returning id",
        "update item set amount = 1 returning id",
        db.backend === "postgres"
          ? "with gone as (delete from item returning id) select * from gone"
          : "with one as (select 1) delete from item",
      ]) {
        expect(await failureOf(fetchAll(sql))).toBeInstanceOf(FerroError);
        expect(await failureOf(fetchOne(sql))).toBeInstanceOf(FerroError);
      }
    });

    expect(await fetchAll("select name, amount from item")).toEqual([{ name: "x", amount: 0 }]);
    expect(await Author.count()).toBe(1);
  });

  test("deadlineMs: statements after it fail, and say so", async () => {
    await engine.open();
    const session = engines.session({ deadlineMs: 30 });

    expect(await session.query(Item).count()).toBe(0);
    await sleep(40); // the deadline is the behaviour

    const error = await failureOf(session.query(Item).count());
    expect(error).toBeInstanceOf(SessionClosedError);
    expect(String(error)).toMatch(/deadline of 30 ms/);
    await expect(session.run(() => Item.count())).rejects.toThrow(SessionClosedError);
    await session.close();
  });

  test("deadlineMs: a transaction that is open then is rolled back at its next statement", async () => {
    await engine.open();

    await expect(
      engines.session(
        async () => {
          await transaction(async () => {
            await Item.create({ name: "x" });
            await sleep(40); // the deadline is the behaviour
            await Item.create({ name: "y" });
          });
        },
        { deadlineMs: 30 },
      ),
    ).rejects.toThrow(SessionClosedError);

    expect(await Item.count()).toBe(0);
  });

  test("signal: statements after the abort fail with its reason", async () => {
    await engine.open();
    const controller = new AbortController();
    const reason = new Error("the client left");

    await engines.session(
      async (session) => {
        await Item.create({ name: "x" });
        controller.abort(reason);

        expect(await failureOf(Item.create({ name: "y" }))).toBe(reason);
        expect(await failureOf(session.query(Item).count())).toBe(reason);
        expect(await failureOf(fetchOne("select 1"))).toBe(reason);
        expect(await failureOf(transaction(async () => {}))).toBe(reason);
      },
      { signal: controller.signal },
    );

    expect(await Item.count()).toBe(1);
  });

  test("R104 signal: a session that was aborted holds no connection", async () => {
    const connection = await engine.open({ pool: { maxConnections: 1 } });
    const controller = new AbortController();

    await failureOf(
      engines.session(
        () =>
          transaction(async () => {
            await Item.create({ name: "x" });
            controller.abort(new Error("gone"));
            await Item.create({ name: "y" });
          }),
        { signal: controller.signal },
      ),
    );

    expect(connection.stats().inUse).toBe(0);
    expect(await Item.count()).toBe(0);
  });

  test("identityMap: false gives a new object for each load, in that session alone", async () => {
    await engine.open();
    const { id } = await Item.create({ name: "x" });

    await engines.session(async () => expect(await Item.get(id)).not.toBe(await Item.get(id)), {
      identityMap: false,
    });
    await engines.session(async () => expect(await Item.get(id)).toBe(await Item.get(id)));
  });

  test("identityMap: true in a session of a connection without one", async () => {
    await engine.open({ identityMap: false });
    const { id } = await Item.create({ name: "x" });

    await engines.session(async () => expect(await Item.get(id)).toBe(await Item.get(id)), {
      identityMap: true,
    });
    await engines.session(async () => expect(await Item.get(id)).not.toBe(await Item.get(id)));
  });
});

describeEachDatabase("implicit routing", (db) => {
  const engine = useEngine(db);

  test('B123 RTE-26 implicitRouting: "error" refuses unqualified work outside a session, and nothing else', async () => {
    await engine.open({ implicitRouting: "error" });
    const made = await Item.using("default").create({ name: "x" });

    for (const work of [
      () => Item.count(),
      () => Item.create({ name: "y" }),
      () => execute("select 1"),
      () => transaction(async () => {}),
    ]) {
      const error = await failureOf(work());
      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toMatch(/engines\.session/);
    }
    made.amount = 2;
    await made.save();
    await transaction(async () => Item.count(), { using: "default" });
    expect(await engines.session(async () => Item.count())).toBe(1);
  });

  test('B123 RTE-26 implicitRouting: "allow" says nothing', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    try {
      await engine.open({ implicitRouting: "allow" });
      await Item.count();
      await nextTurn();
    } finally {
      process.off("warning", listen);
    }
    expect(warnings).toEqual([]);
  });

  test("implicitRouting takes only its three words", async () => {
    const url = engine.url();
    await expect(connect(url, { implicitRouting: "never" as "warn" })).rejects.toThrow(UsageError);
  });
});

describeEachDatabase("the session around the call", (db) => {
  const engine = useEngine(db);

  test("R39 a hundred sessions over a pool of two keep theirs through emitters, timers, streams and Promise.all", async () => {
    const places = ["a", "b"] as const;
    for (const name of places) {
      await engine.open({ name, at: name, pool: { maxConnections: 2 } });
      await Item.using(name).bulkCreate([{ name }]);
    }
    const where = async () => (await Item.one()).name;

    await Promise.all(
      Array.from({ length: 100 }, (_, n) => {
        const mine = places[n % 2]!;
        return engines.session(mine, async (session) => {
          const item = await Item.one();
          const check = async () => {
            expect(await where()).toBe(mine);
            expect(await Item.one()).toBe(item);
            expect(await session.query(Item).one()).toBe(item);
          };

          const emitter = new EventEmitter();
          const heard: Promise<void>[] = [];
          emitter.on("event", () => heard.push(check()));
          emitter.emit("event");
          await Promise.all(heard);

          await new Promise<void>((resolve, reject) => {
            setTimeout(() => void check().then(resolve, reject), 0);
          });
          await nextTurn();
          await check();

          const seen: string[] = [];
          await pipeline(Readable.from([1, 2, 3]), async (source) => {
            for await (const _ of source) seen.push(await where());
          });
          expect(seen).toEqual([mine, mine, mine]);

          await Promise.all([check(), transaction(check), check()]);
          await Promise.resolve().then(check);
          queueMicrotask(() => {});
        });
      }),
    );
  });

  test("R39 a waiter goes on in its own context, not in that of whoever gave the connection back", async () => {
    await engine.open({ name: "a", at: "a", pool: { maxConnections: 1 } });
    const begun = gate();
    const finish = gate();
    const holder = engines.session("a", () =>
      transaction(async () => {
        await Item.create({ name: "holder" });
        begun.open();
        await finish.opened;
      }),
    );
    await begun.opened;

    const waiters = Array.from({ length: 10 }, () =>
      engines.session("a", async (session) => {
        const [item] = await Item.all();
        expect(await session.query(Item).first()).toBe(item);
        return item;
      }),
    );
    finish.open();
    await holder;

    expect(new Set(await Promise.all(waiters)).size).toBe(10);
  });

  test("R40 the session is decided when the query runs, not when it is built", async () => {
    for (const name of ["a", "b"] as const) {
      await engine.open({ name, at: name });
      await Item.using(name).bulkCreate([{ name }]);
    }

    const query = await engines.session("a", () => Item.where((t) => t.amount.eq(0)));

    expect(await engines.session("b", async () => (await query.one()).name)).toBe("b");
    await expect(query.one()).rejects.toThrow(/no default connection/);
  });

  test("B094 SES-30, P21 10,000 interleaved sessions over four connections: every row came through its own", async () => {
    const places = ["a", "b", "c", "d"] as const;
    const rows = 5;
    for (const name of places) {
      await engine.open({ name, at: name, implicitRouting: "error", pool: { maxConnections: 3 } });
      await Item.using(name).bulkCreate(Array.from({ length: rows }, () => ({ name })));
    }
    const owners = new WeakMap<object, string>();
    let foreign = 0;
    let checked = 0;
    const own = (item: Item, session: { sessionId: string }, place: string) => {
      const owner = owners.get(item);
      if (item.name !== place || (owner !== undefined && owner !== session.sessionId)) foreign += 1;
      owners.set(item, session.sessionId);
      checked += 1;
    };

    const one = async (n: number) => {
      const place = places[n % 4]!;
      await engines.session(place, async (session) => {
        const key = 1 + (n % rows);
        const item = await Item.get(key);
        own(item, session, place);
        if (n % 10 === 0) {
          const inner = places[(n + 1) % 4]!;
          await engines.session(inner, async (nested) => {
            own(await Item.get(key), nested, inner);
          });
        }
        if (n % 7 === 0) await nextTurn();
        if (n % 100 === 0) {
          await transaction(async () => {
            own(await Item.get(key), session, place);
          });
        }
        const again = await session.query(Item).get(key);
        own(again, session, place);
        if (again !== item) foreign += 1;
      });
    };

    for (let start = 0; start < 10_000; start += 1000) {
      await Promise.all(Array.from({ length: 1000 }, (_, n) => one(start + n)));
    }

    expect(foreign).toBe(0);
    expect(checked).toBe(21_100);
  });

  test("sessions of one connection that meet in the middle keep their own objects and transactions", async () => {
    await engine.open();
    const { id } = await Item.create({ name: "x" });
    const count = db.backend === "sqlite" ? 1 : 3;
    const [written, read] = [meeting(count), meeting(count)];

    const items = await Promise.all(
      Array.from({ length: count }, (_, n) =>
        engines.session(async () =>
          transaction(async (tx) => {
            const item = await Item.get(id);
            await tx.execute(`insert into item (name, amount) values ('t${n}', ${n})`);
            await written();
            const names = (await Item.where((t) => t.name.startsWith("t")).all()).map(
              ({ name }) => name,
            );
            await read();
            expect(names).toEqual([`t${n}`]);
            return item;
          }),
        ),
      ),
    );

    expect(new Set(items).size).toBe(count);
  });
});
