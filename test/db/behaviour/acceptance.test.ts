/** The acceptance examples AE1..AE8 and flows F1..F4 of the first text of the system, each as a story. */
import { expect, test } from "vitest";
import {
  connect,
  createTables,
  DatabaseError,
  disconnect,
  engines,
  execute,
  FerroError,
  fetchAll,
  fetchOne,
  NoConnectionError,
  RoutingError,
  resetEngine,
  setDefaultConnection,
  transaction,
} from "../../../src/index.ts";
import { administer, describeEachDatabase } from "../../support/databases.ts";
import { Author, everythingIn, failureOf, gate, Item, Post, useEngine } from "./support.ts";

describeEachDatabase("acceptance", (db) => {
  const engine = useEngine(db);

  /** Two connections to one PostgreSQL or file; to two databases where memory can't be shared. */
  async function appAndService(): Promise<void> {
    await engine.open({ name: "app", default: true, pool: { maxConnections: 20 } });
    await engine.open({
      name: "service",
      at: db.ephemeral ? "b" : "a",
      pool: { maxConnections: 5 },
    });
  }

  test("AE1 one connection, opened without a name, serves everything without a routing word", async () => {
    await engine.open();

    const author = await Author.create({ name: "A", email: "a@example.com" });
    await author.posts.create({ title: "t" });
    await transaction(async (tx) => {
      await Item.create({ name: "x" });
      await tx.execute("update item set amount = 1");
    });

    expect(await Post.count()).toBe(1);
    expect(await fetchOne("select amount from item")).toEqual({ amount: 1 });
    await engines.session(async () => expect(await Item.count()).toBe(1));
  });

  test("AE2 with named connections alone, unqualified work fails and named work goes where it says", async () => {
    await engine.open({ name: "app", at: "a" });
    await engine.open({ name: "service", at: "b" });

    const error = await failureOf(Item.create({ name: "nowhere" }));
    expect(error).toBeInstanceOf(NoConnectionError);
    expect(String(error)).toMatch(/no default connection is selected[\s\S]*app, service/);
    await Item.using("service").create({ name: "x" });

    expect(await Item.using("service").count()).toBe(1);
    expect(await Item.using("app").count()).toBe(0);
    setDefaultConnection("app");
    await Item.create({ name: "y" });
    expect(await Item.using("app").count()).toBe(1);
  });

  test("AE3 inside transaction({ using: service }) models and raw SQL use it without saying so", async () => {
    await engine.open({ name: "app", at: "a", default: true });
    await engine.open({ name: "service", at: "b" });

    await transaction(
      async (tx) => {
        await Item.create({ name: "model" });
        await execute("insert into item (name, amount) values ('raw', 0)");
        await tx.execute("insert into item (name, amount) values ('handle', 0)");
        expect(await Item.count()).toBe(3);
      },
      { using: "service" },
    );

    expect(await Item.using("service").count()).toBe(3);
    expect(await Item.count()).toBe(0);
  });

  test("AE4 inside a transaction on one connection, naming another is an error, nested or not", async () => {
    await engine.open({ name: "app", at: "a", default: true });
    await engine.open({ name: "service", at: "b" });

    const error = await failureOf(
      transaction(
        async () => {
          await Item.create({ name: "undone" });
          await expect(transaction(async () => {}, { using: "app" })).rejects.toThrow(RoutingError);
          await Item.using("app").create({ name: "never" });
        },
        { using: "service" },
      ),
    );

    expect(error).toBeInstanceOf(RoutingError);
    expect(String(error)).toMatch(/"app".*"service"/);
    expect(await Item.using("app").count()).toBe(0);
    expect(await Item.using("service").count()).toBe(0);
  });

  test("AE5 a row that the service loaded is never served to the app", async () => {
    await appAndService();
    const loaded = await Item.using("service").create({ name: "x", note: "for the service" });
    if (db.ephemeral) await Item.using("app").create({ name: "x" });
    loaded.note = "edited, not saved";

    const own = await Item.using("app").get(loaded.id);

    expect(own).not.toBe(loaded);
    expect(own.note).not.toBe("edited, not saved");
    expect(await Item.using("service").get(loaded.id)).toBe(loaded);
  });

  test("AE6 the pools of app and service are their own: one that is used up does not hold up the other", async () => {
    const app = await engine.open({ name: "app", at: "a", pool: { maxConnections: 20 } });
    const service = await engine.open({
      name: "service",
      at: "b",
      pool: { maxConnections: 1, acquireTimeoutMs: 10_000 },
    });
    const [begun, finish] = [gate(), gate()];
    const holding = transaction(
      async () => {
        begun.open();
        await finish.opened;
      },
      { using: "service" },
    );
    await begun.opened;
    const waiting = Item.using("service").count();

    await Promise.all(Array.from({ length: 50 }, () => Item.using("app").count()));

    expect(app.stats().max).toBe(db.ephemeral ? 1 : 20);
    expect(service.stats()).toMatchObject({ max: 1, inUse: 1, waiting: 1 });
    finish.open();
    await holding;
    expect(await waiting).toBe(0);
  });

  test("AE7 createTables({ using: service }) makes tables there and nowhere else", async () => {
    for (const [name, at] of [
      ["app", "a"],
      ["service", "b"],
    ] as const) {
      await engine.open({ name, at, default: name === "app", autoMigrate: false });
      if (db.driver === "pg") await engine.admin(`drop table if exists place_${at}.item`);
    }

    await createTables({ using: "service" });

    expect(await Item.using("service").count()).toBe(0);
    await expect(Item.using("app").count()).rejects.toThrow(DatabaseError);
    await createTables({ using: "app" });
  });

  test("AE8 no error shows the credentials of a URL", async () => {
    const errors = await Promise.all(
      [
        "postgresql://app:h4nter2@127.0.0.1:1/shop?sslmode=disable",
        "mysql://app:h4nter2@db/shop",
        "sqlite:/nowhere/x.db?mode=rw&token=h4nter2",
        "postgres://app:h4nter2@127.0.0.1:1/shop?ferro_search_path=a-b",
        "postgres://app:h4nter2@127.0.0.1:1/shop?sslmode=bogus&password=h4nter2",
      ].map((url) => failureOf(connect(url))),
    );

    for (const error of errors) {
      expect(error).toBeInstanceOf(FerroError);
      expect(everythingIn(error)).not.toContain("h4nter2");
    }
  });

  test("F1 one database: connect, work, connect again in the next test, and never a routing word", async () => {
    for (let round = 0; round < 3; round += 1) {
      const connection = await connect(db.ephemeral ? db.url : engine.url(), {
        autoMigrate: true,
        implicitRouting: "allow",
        ...(db.driver === "better-sqlite3" && { sqlite: db.driver }),
      });
      await Item.create({ name: `round ${round}` });
      expect(await Item.count()).toBe(db.ephemeral ? 1 : round + 1);
      expect(connection.name).toBe("default");
    }
    await disconnect();
    await expect(Item.count()).rejects.toThrow(NoConnectionError);
  });

  test("F2 an app and a service live in one process, each with its pool, and take turns without mixing", async () => {
    await engine.open({ name: "app", at: "a", default: true, pool: { maxConnections: 20 } });
    await engine.open({ name: "service", at: "b", pool: { maxConnections: 5 } });

    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        n % 2 === 0
          ? Item.create({ name: "app" })
          : engines.session("service", () => Item.create({ name: "service" })),
      ),
    );

    expect(new Set((await Item.all()).map(({ name }) => name))).toEqual(new Set(["app"]));
    const theirs = await Item.using("service").all();
    expect(new Set(theirs.map(({ name }) => name))).toEqual(new Set(["service"]));
    expect([await Item.count(), theirs.length]).toEqual([30, 30]);
  });

  test("F3 a transaction on the service: all of its work there, one physical connection, nobody else in it", async () => {
    await engine.open({ name: "app", at: "a", default: true });
    const service = await engine.open({ name: "service", at: "b" });
    const [begun, finish] = [gate(), gate()];
    const parallel = begun.opened.then(async () => {
      await Item.using("app").create({ name: "parallel" });
      finish.open();
    });

    await transaction(
      async () => {
        const author = await Author.create({ name: "A", email: "a@example.com" });
        await author.posts.create({ title: "t" });
        await transaction(async () => void (await Item.create({ name: "nested" })));
        begun.open();
        await finish.opened;
        expect(service.stats().inUse).toBe(1);
        await expect(Item.using("app").count()).rejects.toThrow(RoutingError);
      },
      { using: "service" },
    );
    await parallel;

    expect(await Post.using("service").count()).toBe(1);
    expect(await Item.using("service").count()).toBe(1);
    expect((await Item.all()).map(({ name }) => name)).toEqual(["parallel"]);
  });

  test("F4 the schema is set up over a connection that is named for it, and the app uses it", async () => {
    if (db.driver === "pg") await engine.admin("drop table if exists place_a.item");
    const options = { at: "a", autoMigrate: false } as const;
    await engine.open({ ...options, name: "app", default: true });
    await expect(Item.count()).rejects.toThrow(DatabaseError);
    if (db.ephemeral) return; // two memories are two databases: nothing to share

    await engine.open({ ...options, name: "migrator" });
    await createTables({ using: "migrator" });
    await disconnect("migrator");

    await Item.create({ name: "x" });
    expect(await Item.count()).toBe(1);
  });
});

describeEachDatabase(
  "acceptance with roles",
  (db) => {
    const engine = useEngine(db);

    let rounds = 0;

    /** Makes roles and gives the URL with which each logs in; removes them afterwards. */
    async function withRoles(
      names: readonly string[],
      work: (urlOf: (name: string) => string, role: (name: string) => string) => Promise<void>,
    ): Promise<void> {
      rounds += 1;
      const round = rounds; // a pooler keeps the logins of a role that is gone, and one of that name would get them
      const role = (name: string) => `ae_${name}_${process.pid}_${round}`;
      for (const name of names) await administer(`create role ${role(name)} login password 'x'`);
      try {
        await work((name) => {
          const url = new URL(engine.url());
          url.username = role(name);
          url.password = "x";
          return url.href;
        }, role);
      } finally {
        await resetEngine();
        for (const name of names) {
          await engine.admin(`drop owned by ${role(name)}`);
          await administer(`drop role ${role(name)}`);
        }
      }
    }

    test("F4 the app's role may not change the schema, the migrator's may, and each does what it is for", async () => {
      await engine.admin("drop table if exists place_a.item cascade");
      engine.forgetTables("a");
      await withRoles(["app", "migrator"], async (urlOf, role) => {
        await engine.admin(`grant usage on schema place_a to ${role("app")}`);
        await engine.admin(`grant usage, create on schema place_a to ${role("migrator")}`);
        await engine.admin(
          `alter default privileges for role ${role("migrator")} in schema place_a grant all on tables to ${role("app")}`,
        );
        await engine.admin(
          `alter default privileges for role ${role("migrator")} in schema place_a grant all on sequences to ${role("app")}`,
        );
        for (const table of ["author", "post", "tag", "profile", "employee", "post_tags"]) {
          await engine.admin(`drop table if exists place_a.${table} cascade`);
        }
        await engine.admin("drop table if exists place_a.employee_friends cascade");
        await connect(urlOf("app"), { name: "app", default: true, implicitRouting: "allow" });
        await connect(urlOf("migrator"), { name: "migrator" });

        await expect(createTables({ using: "app" })).rejects.toThrow(/permission denied/);
        await createTables({ using: "migrator" });

        await Item.create({ name: "x" });
        expect(await fetchAll("select name from item")).toEqual([{ name: "x" }]);
        await expect(execute("drop table item")).rejects.toThrow(/must be owner/);
        await expect(
          connect(urlOf("app"), { name: "again", autoMigrate: true }),
        ).resolves.toBeDefined();
      });
    });

    test("AE5 rows that only the service may see never reach the app, by query, map or relation", async () => {
      await engine.open({ name: "owner" });
      await withRoles(["app", "service"], async (urlOf, role) => {
        for (const name of ["app", "service"]) {
          await engine.admin(`grant usage on schema place_a to ${role(name)}`);
          await engine.admin(`grant all on all tables in schema place_a to ${role(name)}`);
          await engine.admin(`grant all on all sequences in schema place_a to ${role(name)}`);
        }
        await engine.admin("alter table place_a.item enable row level security");
        await engine.admin(
          `create policy everything on place_a.item to ${role("service")} using (true)`,
        );
        await engine.admin(
          `create policy own on place_a.item to ${role("app")} using (note is null) with check (note is null)`,
        );
        try {
          await connect(urlOf("app"), { name: "app" });
          await connect(urlOf("service"), { name: "service" });

          await engines.session("service", async () => {
            const secret = await Item.create({ name: "secret", note: "hidden" });
            await engines.session("app", async () => {
              expect(await Item.getOrNone(secret.id)).toBeNull();
              expect(await Item.all()).toEqual([]);
              expect(await Item.where({ name: "secret" }).exists()).toBe(false);
              expect(await Item.using("service").get(secret.id)).not.toBeNull();
              expect(await Item.getOrNone(secret.id)).toBeNull();
              await expect(Item.create({ name: "x", note: "forged" })).rejects.toThrow(
                /row-level security/,
              );
            });
            expect(await Item.get(secret.id)).toBe(secret);
          });
        } finally {
          await resetEngine();
          await engine.admin("drop policy everything on place_a.item");
          await engine.admin("drop policy own on place_a.item");
          await engine.admin("alter table place_a.item disable row level security");
        }
      });
    });
  },
  { only: ["postgres"], because: "SQLite has no roles" },
);
