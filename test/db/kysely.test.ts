import { sql as fragment, type Kysely } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import {
  connect,
  DatabaseError,
  engines,
  NoConnectionError,
  QueryCancelledError,
  TransactionClosedError,
  transaction,
  UsageError,
} from "../../src/index.ts";
import { type KyselyDatabase, kysely } from "../../src/kysely.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post, Tag } from "./models.ts";

type Database = KyselyDatabase<{ tag: typeof Tag; post: typeof Post; author: typeof Author }>;

describeEachDatabase("kysely()", (db) => {
  const database = useDatabase(db);
  let builder: Kysely<Database>;

  beforeEach(async () => {
    builder = kysely<Database>();
    await Tag.bulkCreate([{ name: "a" }, { name: "b" }, { name: "c" }]);
  });

  test("reads and writes with the values of raw SQL", async () => {
    const author = await Author.create({ name: "Ann", email: "a@example.com" });
    const inserted = await builder
      .insertInto("post")
      .values({
        title: "t",
        views: 3,
        published: true,
        created_at: new Date("2026-02-03T04:05:06.789Z"),
        author_id: author.id,
        reviewer_id: null,
      })
      .returning(["id", "title"])
      .executeTakeFirstOrThrow();
    expect(inserted).toMatchObject({ title: "t" });
    expect((await Post.get(inserted.id)).createdAt).toEqual(new Date("2026-02-03T04:05:06.789Z"));

    const rows = await builder
      .selectFrom("post as p")
      .innerJoin("author as a", "a.id", "p.author_id")
      .select(["p.title", "a.name", (eb) => eb.fn.countAll<number>().as("n")])
      .where("p.views", ">", 2)
      .groupBy(["p.title", "a.name"])
      .execute();
    expect(rows).toEqual([{ title: "t", name: "Ann", n: 1 }]);
  });

  test("counts what was changed", async () => {
    const updated = await builder
      .updateTable("tag")
      .set({ name: "z" })
      .where("name", "=", "a")
      .executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(1n);
    const deleted = await builder.deleteFrom("tag").executeTakeFirst();
    expect(deleted.numDeletedRows).toBe(3n);
  });

  test("joins the transaction around it", async () => {
    await transaction(async () => {
      await builder.deleteFrom("tag").where("name", "=", "a").execute();
      expect(await Tag.count()).toBe(2);
      await Tag.create({ name: "new" });
      expect(await builder.selectFrom("tag").select("name").execute()).toHaveLength(3);
      throw new Error("undo");
    }).catch(() => {});

    expect(await Tag.count()).toBe(3);
  });

  test("runs nowhere else when its transaction has ended", async () => {
    let late: () => Promise<unknown> = async () => undefined;
    await transaction(async () => {
      const { AsyncResource } = await import("node:async_hooks");
      const inside = new AsyncResource("test");
      late = () => inside.runInAsyncScope(() => builder.selectFrom("tag").selectAll().execute());
    });
    await expect(late()).rejects.toThrow(TransactionClosedError);
  });

  test("routes to a named connection, and to a session", async () => {
    await using other = await connect("sqlite::memory:", { name: "other", autoMigrate: true });
    const elsewhere = kysely<Database>({ using: "other" });
    expect(await elsewhere.selectFrom("tag").selectAll().execute()).toEqual([]);
    expect(other.backend).toBe("sqlite");
    const session = engines.session();
    const inSession = kysely<Database>({ session });
    expect(await inSession.selectFrom("tag").select("name").execute()).toHaveLength(3);
    await session.close();
    await expect(inSession.selectFrom("tag").select("name").execute()).rejects.toThrow("closed");
    expect(() => kysely({ using: "nowhere" })).toThrow(NoConnectionError);
  });

  test("a session that only reads refuses its writes", async () => {
    await engines.session(
      async () => {
        expect(await builder.selectFrom("tag").select("name").execute()).toHaveLength(3);
        await expect(builder.deleteFrom("tag").execute()).rejects.toThrow(UsageError);
      },
      { readOnly: true },
    );
    expect(await Tag.count()).toBe(3);
  });

  test("fails with Ferro's errors", async () => {
    await expect(fragment`selec 1`.execute(builder)).rejects.toThrow(DatabaseError);
    const taken = builder.insertInto("tag").values({ name: "a" }).execute();
    await expect(taken).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
  });

  test("an aborted signal ends it", async () => {
    const signal = AbortSignal.abort();
    const statements = database.spy();
    const read = builder.selectFrom("tag").selectAll().execute({ signal });
    await expect(read).rejects.toThrow();
    expect(statements()).toEqual([]);
    expect(QueryCancelledError).toBeDefined();
  });

  describe("refuses what would leave Ferro's hands", () => {
    test("Kysely's own transactions", async () => {
      const own = builder.transaction().execute(async (trx) => {
        await trx.deleteFrom("tag").execute();
      });
      await expect(own).rejects.toThrow("use transaction() of ferro-orm");
      expect(await Tag.count()).toBe(3);
    });

    test("Kysely's streams", async () => {
      const rows = async () => {
        for await (const _ of builder.selectFrom("tag").selectAll().stream());
      };
      await expect(rows()).rejects.toThrow(UsageError);
    });
  });

  test("destroy() leaves the connection open", async () => {
    await builder.destroy();
    expect(await Tag.count()).toBe(3);
  });
});
