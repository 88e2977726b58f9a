/** B036..B055: named connections, the default, reset, hot reload. B048 and B049 say what is not there; B051, B053, B054 are in models.test.ts. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import {
  type Connection,
  checkConnection,
  connect,
  createTables,
  disconnect,
  engines,
  execute,
  version as ferroVersion,
  fetchAll,
  fetchOne,
  NoConnectionError,
  resetEngine,
  SessionClosedError,
  setDefaultConnection,
  TransactionClosedError,
  transaction,
  UsageError,
} from "../../../src/index.ts";
import { administer, describeEachDatabase } from "../../support/databases.ts";
import { failureOf, gate, Item, useEngine } from "./support.ts";

describeEachDatabase("the registry of connections", (db) => {
  const engine = useEngine(db);

  test("B036 REG-01 several connections live side by side, each under its name", async () => {
    const one = await engine.open({ name: "one", at: "a" });
    const two = await engine.open({ name: "two", at: "b" });

    await Item.using("one").create({ name: "in one" });
    await Item.using("two").create({ name: "in two" });

    expect([one.name, two.name]).toEqual(["one", "two"]);
    expect((await Item.using("one").all()).map(({ name }) => name)).toEqual(["in one"]);
    expect((await Item.using("two").all()).map(({ name }) => name)).toEqual(["in two"]);
  });

  test('B037 REG-02 without a name it is "default", and the default', async () => {
    const connection = await engine.open();

    expect(connection.name).toBe("default");
    await Item.create({ name: "x" });
    expect(await Item.using("default").count()).toBe(1);
  });

  test("B038 REG-03 a named connection becomes the default only when it is asked to", async () => {
    await engine.open({ at: "a" });
    await engine.open({ name: "plain", at: "b" });
    await Item.create({ name: "x" });
    expect(await Item.using("default").count()).toBe(1);

    await engine.open({ name: "chosen", at: "c", default: true });
    await Item.create({ name: "y" });

    expect(await Item.using("chosen").count()).toBe(1);
    expect(await Item.using("plain").count()).toBe(0);
  });

  test("B039 REG-04 a later default: true takes the default over", async () => {
    await engine.open({ name: "first", at: "a", default: true });
    await engine.open({ name: "second", at: "b", default: true });

    await Item.create({ name: "x" });

    expect(await Item.using("first").count()).toBe(0);
    expect(await Item.using("second").count()).toBe(1);
  });

  test("B040 REG-05 setDefaultConnection() changes the default for later work", async () => {
    await engine.open({ name: "first", at: "a" });
    await engine.open({ name: "second", at: "b" });

    setDefaultConnection("first");
    await Item.create({ name: "x" });
    setDefaultConnection("second");

    expect(await Item.count()).toBe(0);
    expect(await Item.using("first").count()).toBe(1);
  });

  test("B041 REG-06 setDefaultConnection() of an unknown name fails and changes nothing", async () => {
    await engine.open({ at: "a" });
    await Item.create({ name: "x" });

    expect(() => setDefaultConnection("nobody")).toThrow(NoConnectionError);
    expect(() => setDefaultConnection("nobody")).toThrow(/"nobody"/);

    expect(await Item.count()).toBe(1);
  });

  test.each(["", "a b", "a-b", "é", "a;b", "a.b"])(
    "B042 REG-07 %j is no name, for connect, using and the default alike",
    async (name) => {
      const error = await failureOf(connect("sqlite:/nowhere/x.db?mode=rw", { name }));

      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toMatch(/letters, digits and underscores/);
      expect(() => Item.using(name)).toThrow(UsageError);
      expect(() => setDefaultConnection(name)).toThrow(UsageError);
      await expect(fetchOne("select 1", [], { using: name })).rejects.toThrow(UsageError);
    },
  );

  test("B043 REG-08 a name that is taken stays with its connection", async () => {
    await engine.open({ name: "app", at: "a" });
    await Item.using("app").create({ name: "x" });

    const error = await failureOf(
      engine.open({ name: "app", at: "b", pool: { maxConnections: 3 } }),
    );

    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain('"app"');
    expect(await Item.using("app").count()).toBe(1);
  });

  test("B043 REG-08 of two that race for a name one gets it and works", async () => {
    const outcomes = await Promise.allSettled([
      engine.open({ name: "app", at: "a" }),
      engine.open({ name: "app", at: "b", pool: { maxConnections: 3 } }),
    ]);

    const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(won).toHaveLength(1);
    await won[0]!.value.ping();
    await Item.using("app").create({ name: "x" });
    expect(await Item.using("app").count()).toBe(1);
  });

  test("B044 REG-09 connecting without a name again replaces the default and closes the old pool", async () => {
    const old = await engine.open({ at: "a" });
    await Item.create({ name: "x" });

    await engine.open({ at: "b", pool: { maxConnections: 2 } });

    expect(await Item.count()).toBe(0);
    expect(old.stats()).toMatchObject({ size: 0, inUse: 0 });
    await expect(old.ping()).rejects.toThrow(NoConnectionError);
  });

  test("B045 REG-10 without any connection everything says so", async () => {
    const failures = await Promise.all([
      failureOf(Item.count()),
      failureOf(Item.create({ name: "x" })),
      failureOf(execute("select 1")),
      failureOf(fetchAll("select 1")),
      failureOf(transaction(async () => {})),
      failureOf(createTables()),
      failureOf(checkConnection()),
      failureOf(engines.session(async () => Item.count())),
    ]);

    for (const error of failures) {
      expect(error).toBeInstanceOf(NoConnectionError);
      expect(String(error)).toMatch(/no database is connected/);
    }
  });

  test("B046 REG-11 without a selected default nothing is guessed, even from a single connection", async () => {
    await engine.open({ name: "only" });

    for (const work of [
      () => Item.count(),
      () => execute("select 1"),
      () => transaction(async () => {}),
      () => createTables(),
      () => engines.session(async () => Item.count()),
    ]) {
      const error = await failureOf(work());
      expect(error).toBeInstanceOf(NoConnectionError);
      expect(String(error)).toMatch(/no default connection is selected/);
      expect(String(error)).toContain("only");
    }
  });

  test("B047 REG-12 using names a connection that is not there", async () => {
    await engine.open();

    for (const work of [
      () => Item.using("ghost").count(),
      () => fetchOne("select 1", [], { using: "ghost" }),
      () => transaction(async () => {}, { using: "ghost" }),
      () => createTables({ using: "ghost" }),
      () => disconnect("ghost"),
      () => checkConnection("ghost"),
    ]) {
      const error = await failureOf(work());
      expect(error).toBeInstanceOf(NoConnectionError);
      expect(String(error)).toContain('"ghost"');
    }
  });

  test("B050 REG-15 resetEngine() forgets connections, default, sessions and maps; a new connect works", async () => {
    const old = await engine.open({ at: "a" });
    await engine.open({ name: "named", at: "b" });
    const session = engines.session();
    const held = await session.run(() => Item.create({ name: "x" }));

    await resetEngine();

    await expect(Item.count()).rejects.toThrow(/no database is connected/);
    await expect(Item.using("named").count()).rejects.toThrow(NoConnectionError);
    await expect(session.query(Item).count()).rejects.toThrow(SessionClosedError);
    expect(old.stats()).toMatchObject({ size: 0, inUse: 0 });
    await engine.open({ at: "a" });
    expect(await Item.getOrNone(held.id)).not.toBe(held);
    await expect(held.refresh()).rejects.toThrow(NoConnectionError); // GAP39: it belongs to what was closed
  });

  test("B050 REG-15 work that is left over from a transaction fails after resetEngine()", async () => {
    await engine.open();
    const handles: { execute(sql: string): Promise<number> }[] = [];
    await transaction(async (tx) => {
      handles.push(tx);
    });

    await resetEngine();

    await expect(handles[0]!.execute("select 1")).rejects.toThrow(TransactionClosedError);
  });

  test("disconnect() closes one connection or all, and the default is free again", async () => {
    await engine.open({ at: "a" });
    await engine.open({ name: "other", at: "b" });

    await disconnect("default");
    await expect(Item.count()).rejects.toThrow(/no default connection is selected/);
    expect(await Item.using("other").count()).toBe(0);

    await disconnect();
    await expect(Item.count()).rejects.toThrow(/no database is connected/);
  });

  test("disconnect() lets running work end and refuses new work", async () => {
    const connection = await engine.open();
    const begun = gate();
    const finish = gate();
    const working = transaction(async () => {
      await Item.create({ name: "x" });
      begun.open();
      await finish.opened;
      return Item.count();
    });
    await begun.opened;

    const closing = disconnect();
    await expect(connection.ping()).rejects.toThrow(NoConnectionError);
    finish.open();

    expect(await working).toBe(1);
    await closing;
    expect(connection.stats()).toMatchObject({ size: 0, inUse: 0 });
  });

  test("checkConnection() answers for the default and for a name", async () => {
    await engine.open();
    await engine.open({ name: "other", at: "b" });

    await checkConnection();
    await checkConnection("other");
  });

  test("a Connection is disposed at the end of its block", async () => {
    let seen: Connection;
    {
      await using connection = await engine.open({ name: "scoped" });
      seen = connection;
      await connection.ping();
    }
    await expect(seen.ping()).rejects.toThrow(NoConnectionError);
    await expect(Item.using("scoped").count()).rejects.toThrow(NoConnectionError);
  });
});

test("B052 REG-17 version is the package's", async () => {
  const { version } = JSON.parse(
    await readFile(new URL("../../../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  expect(ferroVersion).toBe(version);
});

describeEachDatabase(
  "hot reload",
  (db) => {
    const engine = useEngine(db);

    test("an equal name and configuration gives the same connection again, another one fails", async () => {
      const options = { name: "app", pool: { maxConnections: 2 }, identityMap: true };
      const first = await engine.open(options);

      expect(await engine.open({ ...options })).toBe(first);
      await expect(engine.open({ ...options, identityMap: false })).rejects.toThrow(UsageError);
      await expect(engine.open({ ...options, pool: { maxConnections: 3 } })).rejects.toThrow(
        UsageError,
      );
      await expect(engine.open({ ...options, at: "b" })).rejects.toThrow(UsageError);
      await first.ping();
    });

    test("100 reloads keep the number of connections constant", async () => {
      const options = {
        ...(db.backend === "postgres" && { url: { application_name: "ferro_reload" } }),
        pool: { maxConnections: 2, minConnections: 2 },
      };
      const first = await engine.open(options);
      const before = first.stats().size;

      for (let reload = 0; reload < 100; reload += 1) {
        const again = await engine.open(options);
        await Item.count();
        expect(again).toBe(first);
      }

      expect(first.stats().size).toBe(before);
      // A pooler decides by itself how many backends it keeps.
      if (db.driver === "pg" && !db.pooled) {
        expect(
          await engine.admin(
            "select count(*)::int as n from pg_stat_activity where application_name = 'ferro_reload'",
          ),
        ).toEqual([{ n: before }]);
      }
    });
  },
  {
    only: ["node:sqlite file", "better-sqlite3 file", "postgres"],
    because: "each connect() to memory is a new database",
  },
);

describeEachDatabase(
  "roles of one server",
  (db) => {
    const engine = useEngine(db);

    test("B055 REG-20 an app role and a service role work in one process and do not mix", async () => {
      await engine.open({ name: "owner" });
      const roles = { app: `b055_app_${process.pid}`, service: `b055_service_${process.pid}` };
      await administer(`create role ${roles.app} login password 'x'`);
      await administer(`create role ${roles.service} login password 'x' bypassrls`);
      try {
        for (const role of Object.values(roles)) {
          await engine.admin(`grant usage on schema place_a to ${role}`);
          await engine.admin(`grant all on place_a.item to ${role}`);
          await engine.admin(`grant all on all sequences in schema place_a to ${role}`);
        }
        await engine.admin("alter table place_a.item enable row level security");
        await engine.admin(
          "create policy own on place_a.item using (note = current_user) with check (note = current_user)",
        );
        for (const [name, role] of Object.entries(roles)) {
          const url = new URL(engine.url());
          url.username = role;
          url.password = "x";
          await connect(url.href, { name, implicitRouting: "error" });
        }

        await Item.using("service").create({ name: "secret", note: "somebody" });
        await Item.using("app").create({ name: "own", note: roles.app });

        const seen = await Promise.all(
          Array.from({ length: 100 }, (_, n) =>
            engines.session(n % 2 === 0 ? "app" : "service", async () =>
              (await Item.orderBy((t) => t.id).all()).map(({ name }) => name),
            ),
          ),
        );

        seen.forEach((names, n) => {
          expect(names).toEqual(n % 2 === 0 ? ["own"] : ["secret", "own"]);
        });
        await expect(
          Item.using("app").create({ name: "forged", note: "somebody" }),
        ).rejects.toThrow(/row-level security/);
      } finally {
        await resetEngine();
        await engine.admin("drop policy own on place_a.item");
        await engine.admin("alter table place_a.item disable row level security");
        for (const role of Object.values(roles)) {
          await engine.admin(`drop owned by ${role}`);
          await administer(`drop role ${role}`);
        }
      }
    });
  },
  { only: ["postgres"], because: "SQLite has no roles" },
);
