/** B001..B028: URLs and connecting. What a URL parses to is in test/unit/connect/url.test.ts. */
import { existsSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import {
  ConnectionError,
  connect,
  createTables,
  DatabaseError,
  disconnect,
  execute,
  FerroError,
  ForeignKeyViolationError,
  fetchAll,
  fetchOne,
  NoConnectionError,
  transaction,
  UsageError,
} from "../../../src/index.ts";
import { administer, describeEachDatabase } from "../../support/databases.ts";
import {
  Author,
  failureOf,
  fileOf,
  Item,
  type Listener,
  listen,
  meeting,
  Post,
  useEngine,
} from "./support.ts";

let listener: Listener | undefined;

afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

describeEachDatabase("connecting", (db) => {
  const engine = useEngine(db);

  test("B001 URL-01 connect() is async and the scheme decides the backend", async () => {
    const opening = engine.open();

    expect(opening).toBeInstanceOf(Promise);
    const connection = await opening;
    expect(connection.backend).toBe(db.backend);
    await Item.create({ name: "x" });
    expect(await Item.count()).toBe(1);
  });

  test("B002 URL-02 both spellings of a scheme lead to the same database", async () => {
    const url = engine.url();
    const respelled = url.startsWith("postgresql://")
      ? url.replace("postgresql://", "postgres://")
      : url.replace(/^sqlite:/u, "sqlite://");
    await engine.open({ name: "first" });

    const other = await connect(respelled, { name: "second", autoMigrate: true });

    expect(other.backend).toBe(db.backend);
    await Item.using("first").create({ name: "x" });
    expect(await Item.using("second").count()).toBe(db.ephemeral ? 0 : 1);
  });

  test("B005 URL-05 a string that is no URL rejects and registers nothing", async () => {
    const error = await failureOf(connect("invalid_url", { name: "app" }));

    expect(error).toBeInstanceOf(ConnectionError);
    await expect(Item.using("app").count()).rejects.toThrow(NoConnectionError);
    await engine.open({ name: "app" });
    expect(await Item.using("app").count()).toBe(0);
  });

  test("B024 URL-24 a connect that fails leaves the registry and the default as they were", async () => {
    await engine.open();
    await Item.create({ name: "x" });

    await failureOf(connect("sqlite:/nowhere/at/all.db?mode=rw", { name: "bad", default: true }));
    await failureOf(connect("sqlite:/nowhere/at/all.db?mode=rw"));

    expect(await Item.count()).toBe(1);
    await expect(Item.using("bad").count()).rejects.toThrow(NoConnectionError);
  });

  test("B025 URL-25 the defaults: no DDL, not the default when named, one object for a row", async () => {
    await engine.open({ autoMigrate: false, name: "plain", at: "c" });

    await expect(Item.using("plain").count()).rejects.toThrow(DatabaseError);
    await expect(Item.count()).rejects.toThrow(/no default connection is selected/);
    await createTables({ using: "plain" });
    const made = await Item.using("plain").create({ name: "x" });
    expect(await Item.using("plain").get(made.id)).toBe(made);
  });

  test("B025 URL-25 an option that connect() does not have is refused before anything is opened", async () => {
    const error = await failureOf(
      connect(engine.url("c"), { nmae: "app", autoMigrate: true } as object),
    );

    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain("nmae");
    await expect(Item.count()).rejects.toThrow(NoConnectionError);
  });

  test("B027 URL-27 without a migrate flag connect() runs no DDL", async () => {
    await engine.open({ autoMigrate: false, at: "d" });

    const names = await fetchAll(
      db.backend === "sqlite"
        ? "select name from sqlite_schema"
        : "select tablename from pg_tables where schemaname = 'place_d' and tablename = 'item'",
    );

    expect(names).toEqual([]);
  });
});

describeEachDatabase("connecting to nothing", (db) => {
  useEngine(db);

  test("B003 URL-03, B004 URL-04 an unsupported scheme is refused by name before anything is tried", async () => {
    listener = await listen();

    const error = await failureOf(connect(`mysql://u:s3cret@127.0.0.1:${listener.port}/d`));

    expect(error).toBeInstanceOf(ConnectionError);
    expect(String(error)).toContain('"mysql"');
    expect(String(error)).toContain("sqlite, postgres, postgresql");
    expect(String(error)).not.toContain("s3cret");
    expect(listener.accepted()).toBe(0);
    await expect(Item.count()).rejects.toThrow(NoConnectionError);
  });
});

describeEachDatabase(
  "SQLite files",
  (db) => {
    const engine = useEngine(db);
    const withMode = (mode: string) => engine.url().replace("mode=rwc", `mode=${mode}`);

    test("B006 URL-06 rwc creates the file, rw and ro want it there, ro refuses writes", async () => {
      for (const mode of ["rw", "ro"]) {
        const error = await failureOf(connect(withMode(mode)));
        expect(error).toBeInstanceOf(ConnectionError);
        expect(existsSync(fileOf(engine.url()))).toBe(false);
      }
      await connect(withMode("rwc"), { name: "rwc", autoMigrate: true });
      await connect(withMode("rw"), { name: "rw" });
      await connect(withMode("ro"), { name: "ro" });

      await Item.using("rwc").create({ name: "x" });
      await Item.using("rw").create({ name: "y" });

      expect(await Item.using("ro").count()).toBe(2);
      await expect(Item.using("ro").create({ name: "z" })).rejects.toThrow(DatabaseError);
      expect(await Item.using("ro").count()).toBe(2);
    });

    test("B007 URL-07 without a mode the file must exist", async () => {
      const bare = engine.url().replace("?mode=rwc", "");

      await expect(connect(bare)).rejects.toThrow(ConnectionError);

      expect(existsSync(fileOf(bare))).toBe(false);
      await engine.open({ name: "maker" });
      await connect(bare, { name: "bare" });
      await Item.using("bare").create({ name: "x" });
      expect(await Item.using("maker").count()).toBe(1);
    });

    test("B022 URL-22 an unknown parameter makes connect fail, without the secret in it", async () => {
      const error = await failureOf(connect(`${engine.url()}&apikey=s3cret`));

      expect(error).toBeInstanceOf(ConnectionError);
      expect(String(error)).toContain("apikey=<redacted>");
      expect(existsSync(fileOf(engine.url()))).toBe(false);
    });
  },
  { only: ["node:sqlite file", "better-sqlite3 file"], because: "it is about files" },
);

describeEachDatabase(
  "SQLite",
  (db) => {
    const engine = useEngine(db);

    test("B011 URL-11 foreign keys are enforced, also on a connection that was opened later", async () => {
      const connection = await engine.open({ pool: { maxLifetimeMs: 1 } });
      const orphan = () => execute("insert into profile (user_id) values (404)");
      await expect(orphan()).rejects.toThrow(ForeignKeyViolationError);

      await expect.poll(() => connection.stats().size, { timeout: 5000, interval: 10 }).toBe(0);

      await expect(orphan()).rejects.toThrow(ForeignKeyViolationError);
      const author = await Author.create({ name: "A", email: "a@example.com" });
      await Post.create({ title: "t", author });
      await author.delete();
      expect(await Post.count()).toBe(0);
    });

    test("B021 URL-21 ferro_search_path means nothing here and is no mistake", async () => {
      const url = engine.url();
      const joined = url.includes("?") ? "&" : "?";

      const connection = await connect(`${url}${joined}ferro_search_path=tenant_a`, {
        name: "tenant",
        autoMigrate: true,
      });

      expect(connection.backend).toBe("sqlite");
      await Item.using("tenant").create({ name: "x" });
      expect(await Item.using("tenant").count()).toBe(1);
    });
  },
  { only: ["sqlite"], because: "it is about SQLite" },
);

describeEachDatabase(
  "databases in memory",
  (db) => {
    useEngine(db);

    test("B008 URL-08 each connect() to :memory: has a database of its own", async () => {
      await connect("sqlite::memory:", { name: "one", autoMigrate: true });
      await connect("sqlite::memory:", { name: "two", autoMigrate: true });

      await Item.using("one").create({ name: "x" });

      expect(await Item.using("one").count()).toBe(1);
      expect(await Item.using("two").count()).toBe(0);
    });

    test.each(["sqlite::memory:", "sqlite:any?mode=memory"])(
      "B009 URL-09, B010 URL-10 %s is one database for the whole pool, through idle times and DDL",
      async (url) => {
        const connection = await connect(url, {
          name: "memory",
          autoMigrate: true,
          pool: { maxConnections: 5, idleTimeoutMs: 1 },
        });
        const items = Item.using("memory");

        await Promise.all(Array.from({ length: 20 }, (_, n) => items.create({ name: `n${n}` })));
        expect(await Promise.all(Array.from({ length: 20 }, () => items.count()))).toEqual(
          Array.from({ length: 20 }, () => 20),
        );
        await expect.poll(() => connection.stats().size, { timeout: 5000, interval: 10 }).toBe(0);
        expect(await items.count()).toBe(20);
        await createTables({ using: "memory" });
        expect(await items.count()).toBe(20);
      },
    );
  },
  { only: ["node:sqlite memory"], because: "it is about databases in memory" },
);

describeEachDatabase(
  "PostgreSQL servers",
  (db) => {
    const engine = useEngine(db);

    /** Runs `count` queries on as many physical connections at once. */
    async function onEach(count: number, sql: string): Promise<unknown[]> {
      const meet = meeting(count);
      return Promise.all(
        Array.from({ length: count }, () =>
          transaction(async (tx) => {
            await meet();
            return Object.values((await tx.fetchOne(sql)) ?? {})[0];
          }),
        ),
      );
    }

    test(
      "B012 URL-12 the driver's own parameters stay in the URL and are honoured",
      db.direct("PgBouncer refuses statement_timeout in a start-up packet"),
      async () => {
        await engine.open({
          url: { sslmode: "disable", application_name: "ferro_b012", statement_timeout: "12345" },
        });

        expect(await fetchOne("select current_setting('application_name') as name")).toEqual({
          name: "ferro_b012",
        });
        expect(await fetchOne("select current_setting('statement_timeout') as t")).toEqual({
          t: "12345ms",
        });
      },
    );

    test("B013 URL-13 sslmode=require fails against a server without TLS", async () => {
      const error = await failureOf(engine.open({ url: { sslmode: "require" } }));

      expect(error).toBeInstanceOf(ConnectionError);
      await expect(Item.count()).rejects.toThrow(NoConnectionError);
    });

    test("B028 URL-28 without sslmode the same server is reached: nothing is added to the URL", async () => {
      const connection = await engine.open();

      await expect(connection.ping()).resolves.toBeUndefined();
    });

    test("B014 URL-14 percent-encoded characters of user and password are decoded before login", async () => {
      const role = `b014_${process.pid}`;
      await administer(`create role "${role}$x" login password 'p$w%40@:/?#'`);
      try {
        const url = new URL(engine.url());
        url.username = `${role}%24x`;
        url.password = encodeURIComponent("p$w%40@:/?#");

        await connect(url.href, { name: "encoded" });

        expect(await fetchOne("select current_user as name", [], { using: "encoded" })).toEqual({
          name: `${role}$x`,
        });
      } finally {
        await disconnect("encoded");
        await administer(`drop role "${role}$x"`);
      }
    });

    test(
      "B015 URL-15 ferro_search_path is taken out of the URL, the rest stays",
      db.direct("PgBouncer refuses statement_timeout in a start-up packet"),
      async () => {
        await engine.open({ url: { application_name: "b&1", statement_timeout: "777" } });

        expect(
          await fetchOne(
            "select current_schema() as path, current_setting('application_name') as name, current_setting('statement_timeout') as t",
          ),
        ).toEqual({ path: "place_a", name: "b&1", t: "777ms" });
      },
    );

    test.each(["a,b", "a-b", "a;drop", "", "a.b", '"a"'])(
      "B016 URL-16 ferro_search_path=%j is refused before connecting",
      async (name) => {
        listener = await listen();
        const url = `postgres://u:p@127.0.0.1:${listener.port}/d?ferro_search_path=${encodeURIComponent(name)}`;

        const error = await failureOf(connect(url));

        expect(error).toBeInstanceOf(UsageError);
        expect(String(error)).toContain(`"${name}"`);
        expect(listener.accepted()).toBe(0);
      },
    );

    test("B017 URL-17 the search path is in force on every physical connection, also on later ones", async () => {
      const connection = await engine.open({ pool: { maxConnections: 4, maxLifetimeMs: 1 } });

      expect(await onEach(4, "select current_schema() as s")).toEqual(
        Array.from({ length: 4 }, () => "place_a"),
      );
      await expect.poll(() => connection.stats().size, { timeout: 5000, interval: 10 }).toBe(0);
      expect(await onEach(4, "select current_schema() as s")).toEqual(
        Array.from({ length: 4 }, () => "place_a"),
      );
    });

    test("B018 URL-18 of repeated search paths the last one wins, and empty segments vanish", async () => {
      const url = `${db.url}?ferro_search_path=place_a&&ferro_search_path=place_b&`;
      engine.url("b");

      await connect(url, { name: "repeated" });

      expect(await fetchOne("select current_schema() as s", [], { using: "repeated" })).toEqual({
        s: "place_b",
      });
    });

    test("B019 URL-19 the schema must exist: connect does not make it", async () => {
      const url = `${db.url}?ferro_search_path=missing_schema`;

      const error = await failureOf(connect(url, { name: "missing", autoMigrate: true }));

      expect(error).toBeInstanceOf(FerroError);
      expect(
        await engine.admin("select 1 from pg_namespace where nspname = 'missing_schema'"),
      ).toEqual([]);
      await expect(Item.using("missing").count()).rejects.toThrow(NoConnectionError);
    });

    test("B019 URL-19 tables land in the schema, and two schemas do not see each other's rows", async () => {
      await engine.open({ name: "a", at: "a" });
      await engine.open({ name: "b", at: "b" });

      await Item.using("a").create({ name: "only in a" });

      expect(await Item.using("a").count()).toBe(1);
      expect(await Item.using("b").count()).toBe(0);
      expect(await engine.admin("select name from place_a.item")).toEqual([{ name: "only in a" }]);
    });

    test("B020 URL-20 a table of that name in another schema does not count as there", async () => {
      await engine.admin("create schema b020");
      await engine.admin("create schema b020_other");
      await engine.admin("create table b020_other.item (id int)");
      await engine.admin("create table if not exists public.item (wrong int)");
      try {
        await connect(`${db.url}?ferro_search_path=b020`, { name: "b020", autoMigrate: true });

        await Item.using("b020").create({ name: "x" });

        expect(await engine.admin("select name from b020.item")).toEqual([{ name: "x" }]);
        expect(
          await engine.admin(
            "select 1 from information_schema.columns where table_schema = 'b020_other' and column_name = 'name'",
          ),
        ).toEqual([]);
      } finally {
        await engine.admin("drop table public.item");
      }
    });

    test(
      "B024 URL-24 a migration that fails closes the half-open pool",
      db.direct("it counts the server's connections, and a pooler keeps its own"),
      async () => {
        const role = `b024_${process.pid}`;
        await administer(`create role ${role} login password 'x'`);
        try {
          await engine.admin("create schema b024");
          await engine.admin(`grant usage on schema b024 to ${role}`);
          await engine.open();
          const url = new URL(db.url);
          url.username = role;
          url.password = "x";
          url.search = "ferro_search_path=b024&application_name=ferro_b024";

          const error = await failureOf(
            connect(url.href, { name: "powerless", default: true, autoMigrate: true }),
          );

          expect(error).toBeInstanceOf(FerroError);
          await expect(Item.using("powerless").count()).rejects.toThrow(NoConnectionError);
          expect(await Item.count()).toBe(0);
          await expect
            .poll(() =>
              engine.admin("select 1 from pg_stat_activity where application_name = 'ferro_b024'"),
            )
            .toEqual([]);
        } finally {
          await engine.admin(`drop owned by ${role}`);
          await administer(`drop role ${role}`);
        }
      },
    );
  },
  { only: ["postgres"], because: "it is about servers" },
);
