/** DESIGN 2.3, connections, as its text would be followed. */
import { inspect } from "node:util";
import {
  type Connection,
  checkConnection,
  clearRegistry,
  connect,
  createTables,
  disconnect,
  engines,
  evictInstance,
  FerroError,
  fetchOne,
  migrate,
  NoConnectionError,
  RoutingError,
  resetEngine,
  setDefaultConnection,
  transaction,
  UsageError,
  version,
} from "ferro-orm";
import { afterEach, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, connectTo, Post, Tag } from "./blog.ts";

describeEachDatabase("contract 2.3", (db) => {
  afterEach(resetEngine);

  test("without a name it is the default; a Connection has name, backend, ping, stats and close", async () => {
    const connection: Connection = await connectTo(db, {
      pool: {
        maxConnections: db.ephemeral ? 1 : 10,
        minConnections: 1,
        acquireTimeoutMs: 10_000,
        idleTimeoutMs: 10_000,
        maxLifetimeMs: 100_000,
        healthCheck: true,
        ...(db.threads !== undefined && { threads: db.threads }),
      },
      identityMap: true,
      migrateUpdates: false,
      migrateDestructive: false,
    });

    expect(connection.name).toBe("default");
    expect(connection.backend).toBe(db.backend);
    await connection.ping();
    expect(connection.stats()).toMatchObject({ inUse: 0, waiting: 0 });
    await Tag.create({ name: "unqualified" });
    await connection.close();
    await expect(Tag.count()).rejects.toThrow(NoConnectionError);
  });

  test("a named connection is the default only when it says so, or is chosen", async () => {
    await connectTo(db, { name: "service" });
    const error = await Tag.count().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NoConnectionError);
    expect(String(error)).toMatch(/service/u);
    expect(await Tag.using("service").count()).toBeGreaterThanOrEqual(0);

    setDefaultConnection("service");
    await Tag.count();
    await checkConnection();
    await checkConnection("service");
    await disconnect("service");

    await connectTo(db, { name: "service", default: true });
    await Tag.count();
  });

  test("await using closes it", async () => {
    {
      await using connection = await connectTo(db, { name: "short" });
      await connection.ping();
    }
    await expect(Tag.using("short").count()).rejects.toThrow(NoConnectionError);
  });

  test("createTables({ using }) and migrate({ using, updates, destructive })", async () => {
    await connectTo(db, { name: "service", autoMigrate: false });

    await createTables({ using: "service" });
    await migrate({ using: "service", updates: true, destructive: false });
    await migrate({ using: "service" });

    expect(await Post.using("service").count()).toBeGreaterThanOrEqual(0);
  });

  test("explicit, then transaction, then origin, then session, then default; contradictions are errors", async () => {
    await connectTo(db, { name: "app", default: true });
    await connectTo(db, { name: "service" });
    const made = await Tag.using("service").create({ name: `made ${db.name}` });

    made.name = `saved ${db.name}`;
    await made.save(); // where it came from
    await expect(made.save({ using: "app" })).rejects.toThrow(RoutingError);
    await engines.session("service", async (session) => {
      await Tag.count();
      await Tag.create({ name: `in session ${db.name}` });
      await fetchOne("select 1 as one", [], { using: "app" });
      await expect(fetchOne("select 1 as one", [], { using: "app", session })).rejects.toThrow(
        FerroError,
      );
    });
    await transaction(
      async () => {
        await expect(Tag.using("app").count()).rejects.toThrow(RoutingError);
      },
      { using: "service" },
    );
    await Tag.using("service").allRows().delete();
  });

  test("evictInstance makes the next load a new object", async () => {
    await connectTo(db, {});
    const author = await Author.create({
      name: "A",
      email: `${db.name.replaceAll(/\W/gu, "")}@x.org`,
    });
    expect(await Author.get(author.id)).toBe(author);

    evictInstance("Author", String(author.id));

    expect(await Author.get(author.id)).not.toBe(author);
    await Author.allRows().delete();
  });

  test("version is text, clearRegistry forgets models", async () => {
    expect(version).toMatch(/^\d+\.\d+\.\d+/u);
    expect(clearRegistry).toBeTypeOf("function");
  });
});

describe("contract 2.3, URLs", () => {
  afterEach(resetEngine);

  test("any other scheme fails naming those that are supported", async () => {
    await expect(connect("mysql://u:secret@h/db")).rejects.toThrow(
      /sqlite[\s\S]*postgres[\s\S]*pglite/u,
    );
  });

  test.each(["rwc", "rw", "ro"])("mode %s is known, another is not", async (mode) => {
    await connect(`sqlite:/no/such/folder/app.db?mode=${mode}`).catch((error: unknown) => {
      expect(String(error)).not.toMatch(/mode must/u);
    });
    await expect(connect("sqlite:/no/such/folder/app.db?mode=wx")).rejects.toThrow(FerroError);
  });

  test.each(["tenant-a", "a.b", "a;b", 'a"b', "ä"])(
    "ferro_search_path %j is refused",
    async (path) => {
      const url = `postgresql://u:p@localhost/db?ferro_search_path=${encodeURIComponent(path)}`;
      await expect(connect(url)).rejects.toThrow(UsageError);
    },
  );

  test("credentials are in no error and in no inspection", async () => {
    const error = await connect("postgresql://user:hunter2@127.0.0.1:1/db?connect_timeout=2").catch(
      (e: unknown) => e,
    );
    expect(inspect(error, { depth: 9 })).not.toContain("hunter2");
    const connection = await connect("sqlite::memory:");
    expect(inspect(connection)).toBe("Connection(default, sqlite)");
  });

  test("minConnections above maxConnections is refused", async () => {
    await expect(
      connect("sqlite::memory:", { pool: { maxConnections: 1, minConnections: 2 } }),
    ).rejects.toThrow(UsageError);
  });
});
