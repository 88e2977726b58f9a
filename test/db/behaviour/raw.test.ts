/** RAW of the behaviour list, B493 to B506, and what raw rows can become. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  connect,
  DatabaseError,
  Decimal,
  engines,
  execute,
  fetchAll,
  fetchOne,
  QueryCancelledError,
  type RawRow,
  RoutingError,
  sql,
  transaction,
  UsageError,
  ValidationError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { useDatabase } from "../../support/use-database.ts";
import { Author, Post, Tag } from "../models.ts";

describeEachDatabase("RAW", (db) => {
  const database = useDatabase(db);
  const postgres = db.backend === "postgres";
  const place = (position: number) => (postgres ? `$${position}` : "?");

  beforeEach(async () => {
    await Tag.bulkCreate([{ name: "a" }, { name: "b" }, { name: "c" }]);
  });

  test("B493 execute counts, fetchAll gives plain objects, fetchOne the first or null", async () => {
    expect(
      await execute(`update tag set name = name || '!' where name <> ${place(1)}`, ["a"]),
    ).toBe(2);
    const rows = await fetchAll("select name from tag order by id");
    expect(rows).toEqual([{ name: "a" }, { name: "b!" }, { name: "c!" }]);
    expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype);
    expect(await fetchOne("select name from tag order by id")).toEqual({ name: "a" });
    expect(await fetchOne("select name from tag where 1 = 0")).toBeNull();
    expect(await execute("select 1")).toBe(0);
  });

  test("B494 placeholders are the database's own", async () => {
    const foreign = postgres
      ? "select name from tag where name = ?"
      : "select name from tag where name = $1";
    await expect(fetchAll(foreign, ["a"])).rejects.toThrow(DatabaseError);
    expect(await fetchAll(`select name from tag where name = ${place(1)}`, ["a"])).toEqual([
      { name: "a" },
    ]);
  });

  test.for(["", "  \n", undefined, null, 3, {}])("B495 %j is no statement", async (text) => {
    const statements = database.spy();
    for (const call of [execute, fetchAll, fetchOne]) {
      await expect(call(text as string)).rejects.toThrow(UsageError);
    }
    expect(statements()).toEqual([]);
  });

  test("B496 one statement per call", async () => {
    await expect(execute("delete from tag; delete from tag")).rejects.toThrow(DatabaseError);
    expect(await Tag.count()).toBe(3);
  });

  test("B497 arguments have one form each", async () => {
    const one = async (value: unknown, cast: string): Promise<RawRow | null> =>
      fetchOne(`select cast(${place(1)} as ${cast}) as v`, [value]);
    const text = "text";

    expect(await one(null, text)).toEqual({ v: null });
    expect(await one(true, postgres ? "boolean" : "integer")).toEqual({ v: postgres ? true : 1 });
    expect(await one(7, "integer")).toEqual({ v: 7 });
    expect(await one(2n ** 60n, "bigint")).toEqual({ v: 2n ** 60n });
    expect(await one(0.1, postgres ? "double precision" : "real")).toEqual({ v: 0.1 });
    expect(await one("ünï 🚀", text)).toEqual({ v: "ünï 🚀" });
    const bytes = new Uint8Array([0, 255]);
    expect(await one(bytes, postgres ? "bytea" : "blob")).toEqual({ v: bytes });
    expect(await one(new Date(0), text)).toEqual({ v: "1970-01-01T00:00:00.000Z" });
    expect(await one(new Decimal("1.50"), text)).toEqual({ v: "1.5" });
    expect(await one({ a: [1] }, text)).toEqual({ v: '{"a":[1]}' });
    expect(await one([1, "x"], text)).toEqual({ v: '[1,"x"]' });
    for (const value of [undefined, Number.NaN, Symbol("x"), () => 1, new Map()]) {
      const refused = one(value, text);
      await expect(refused).rejects.toThrow(TypeError);
      await expect(refused).rejects.toThrow(/parameter 1 of fetchOne\(\)/u);
    }
  });

  test("B498 nothing is cast unasked", async () => {
    if (!postgres) return expect(await fetchOne("select ? as v", ["1"])).toEqual({ v: "1" });
    await expect(fetchOne("select $1 + 1 as v", ["x"])).rejects.toThrow(DatabaseError);
    expect(await fetchOne("select $1::jsonb ->> 'a' as v", [{ a: 1 }])).toEqual({ v: "1" });
    expect(await fetchOne("select $1::numeric + 1 as v", ["1.50"])).toEqual({ v: "2.50" });
  });

  test("B499 rows are primitives close to the wire", async () => {
    const author = await Author.create({ name: "Ann", email: "a@example.com" });
    await Post.create({ title: "t", meta: { tags: ["x"], depth: 1 }, rating: 1.5, author });
    const row = await fetchOne(
      "select id, title, views, published, rating, meta, created_at from post",
    );

    expect(typeof row?.["id"]).toBe("number");
    expect(row).toMatchObject({
      title: "t",
      views: 0,
      rating: 1.5,
      published: postgres ? false : 0,
    });
    expect(JSON.parse(String(row?.["meta"]))).toEqual({ tags: ["x"], depth: 1 });
    expect(typeof row?.["created_at"]).toBe("string");
  });

  test("B500 the database's message is told, and which function was called", async () => {
    for (const [call, name] of [
      [execute, "execute"],
      [fetchAll, "fetchAll"],
      [fetchOne, "fetchOne"],
    ] as const) {
      const error = await call("selec 1").catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DatabaseError);
      expect((error as Error).message).toMatch(new RegExp(`^${name} failed: .*selec`, "u"));
      expect((error as Error).cause).toBeInstanceOf(Error);
    }
  });

  test("B501 using and session route as models do; another connection in a transaction is refused", async () => {
    const session = engines.session();
    expect(await fetchOne("select 1 as v", { using: "default" })).toEqual({ v: 1 });
    expect(await fetchOne("select 1 as v", [], { session })).toEqual({ v: 1 });
    await session.close();
    await using _ = await connect("sqlite::memory:", { name: "elsewhere" });
    await transaction(async (tx) => {
      await expect(fetchOne("select 1", { using: "elsewhere" })).rejects.toThrow(RoutingError);
      const named = tx.fetchAll("select 1", { using: "default" } as never);
      await expect(named).rejects.toThrow(UsageError);
    });
    await expect(fetchAll("select 1", { timeout: 3 } as never)).rejects.toThrow(
      'no option "timeout"',
    );
  });

  test("B502 functions join the transaction around them", async () => {
    await transaction(async (tx) => {
      await execute("delete from tag where name = 'a'");
      expect(await tx.fetchOne("select count(*) as n from tag")).toEqual({ n: 2 });
      throw new Error("undo");
    }).catch(() => {});
    expect(await Tag.count()).toBe(3);
  });

  test("B504 DDL works outside a transaction", async () => {
    await execute("create table raw_made (n integer)");
    expect(await execute("insert into raw_made values (1), (2)")).toBe(2);
    await execute("drop table raw_made");
  });

  test("B505 plain rows leave the identity map alone", async () => {
    await using _ = engines.session({ identityMap: true }).enter();
    const tag = await Tag.where({ name: "a" }).one();
    await execute(`update tag set name = 'z' where name = ${place(1)}`, ["a"]);
    await fetchAll("select * from tag");

    expect(tag.name).toBe("a");
    expect((await tag.refresh()).name).toBe("z");
  });

  test("B506 values never become text", async () => {
    const hostile = "'; drop table tag; --";
    expect(await fetchAll(sql`select name from tag where name = ${hostile}`)).toEqual([]);
    expect(await Tag.count()).toBe(3);
  });

  describe("the sql tag", () => {
    test("composes fragments, lists and names, the same on both databases", async () => {
      const named = (names: readonly string[]) => sql`name in (${sql.join(names)})`;
      const conditions = [named(["a", "c"]), sql`${sql.identifier("tag", "id")} > ${0}`];
      const inner = sql`select * from tag where ${sql.join(conditions, sql` and `)}`;
      const rows = await fetchAll(
        sql`select name from (${inner}) as t order by ${sql.identifier("t", "name")} desc`,
      );

      expect(rows).toEqual([{ name: "c" }, { name: "a" }]);
    });
  });

  describe("with a schema", () => {
    const schema = z.object({ name: z.string(), n: z.coerce.number().max(2) });
    const query = sql`select t.name, (select count(*) from tag as u where u.id <= t.id) as n from tag as t order by t.id`;

    test("rows are what the schema makes of them", async () => {
      const rows = await fetchAll(sql`${query} limit 2`, { schema });
      expect(rows).toEqual([
        { name: "a", n: 1 },
        { name: "b", n: 2 },
      ]);
      const dated = z.object({ d: z.coerce.date() }).transform(({ d }) => d.getUTCFullYear());
      expect(await fetchOne(`select ${place(1)} as d`, ["2026-01-02"], { schema: dated })).toBe(
        2026,
      );
      expect(await fetchOne("select name from tag where 1 = 0", { schema })).toBeNull();
      await transaction(async (tx) => {
        expect(await tx.fetchOne(sql`${query} limit 1`, { schema })).toEqual({ name: "a", n: 1 });
      });
    });

    test("a row that doesn't fit is named by its number", async () => {
      const error = await fetchAll(query, { schema }).catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(ValidationError);
      expect((error as ValidationError).issues).toMatchObject([{ path: [2, "n"] }]);
      expect((error as Error).message).toMatch(
        /^the rows of fetchAll\(\) don't fit its schema; .*\n {2}2\.n: /u,
      );
    });

    test("a write whose rows don't fit is undone", async () => {
      const inserting = sql`insert into tag (name) values (${"new"}) returning id, name`;
      const wrong = z.object({ id: z.string() });
      await expect(fetchAll(inserting, { schema: wrong })).rejects.toThrow(ValidationError);
      await expect(fetchAll(sql`${inserting}, name`)).rejects.toThrow(
        'two columns the name "name"',
      );
      expect(await Tag.count()).toBe(3);

      const right = z.object({ id: z.number(), name: z.string() });
      expect(await fetchOne(inserting, { schema: right })).toMatchObject({ name: "new" });
      expect(await Tag.count()).toBe(4);
    });
  });

  describe("as a model", () => {
    test("rows are instances, equal to those of every other path", async () => {
      const author = await Author.create({ name: "Ann", email: "a@example.com" });
      await Post.create({
        title: "ünï",
        rating: 0.1,
        published: true,
        meta: { tags: ["a"], depth: 2 },
        createdAt: new Date("2026-02-03T04:05:06.789Z"),
        author,
      });
      const [expected] = await Post.all();
      const posts = await fetchAll(sql`select * from post where title = ${"ünï"}`.as(Post));

      expect(posts).toEqual([expected]);
      expect(posts[0]).toBeInstanceOf(Post);
      expect(posts[0]?.slug).toBe("ünï");
      const post = await fetchOne(sql`select ${0} as extra, p.* from post p`.as(Post));
      if (post === null) throw new Error("there is one");
      post.title = "changed";
      await post.save();
      expect((await Post.one()).title).toBe("changed");
      expect((await post.author).name).toBe("Ann");
    });

    test("rows go through the identity map", async () => {
      await using _ = engines.session({ identityMap: true }).enter();
      const tag = await Tag.where({ name: "b" }).one();
      const [read] = await fetchAll(sql`select * from tag where name = ${"b"}`.as(Tag));

      expect(read).toBe(tag);
    });

    test("what was written is read with RETURNING", async () => {
      const inserted = await fetchOne(
        sql`insert into tag (name) values (${"new"}) returning *`.as(Tag),
      );
      expect(inserted).toBeInstanceOf(Tag);
      expect(await Tag.count()).toBe(4);
      await expect(
        fetchOne(sql`insert into tag (name) values (${"newer"}) returning id`.as(Tag)),
      ).rejects.toThrow("gave no column name, which Tag has");
      expect(await Tag.count()).toBe(4);
    });

    test("missing and repeated columns are named", async () => {
      const missing = fetchAll(sql`select id, title from post`.as(Post));
      await expect(missing).rejects.toThrow(/gave no column views, published, .*author_id/u);
      const twice = fetchAll(
        sql`select p.*, a.* from post p join author a on a.id = p.author_id`.as(Post),
      );
      await expect(twice).rejects.toThrow('two columns of Post the name "id"');
    });

    test("refuses what is no model, and what can't be together", async () => {
      const query = sql`select * from tag`;
      await expect(fetchAll(query.as(Object))).rejects.toThrow("as() expected a model class");
      await expect(execute(query.as(Tag) as never)).rejects.toThrow("execute() gives no rows");
      const both = fetchAll(query.as(Tag), { schema: z.object({}) } as never);
      await expect(both).rejects.toThrow("a model and a schema");
    });
  });

  test("a signal and a timeout end raw statements", async () => {
    const aborted = fetchAll("select 1", { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toThrow(QueryCancelledError);
    expect(await fetchOne("select 1 as v", { timeoutMs: 5000 })).toEqual({ v: 1 });
    if (postgres) {
      await expect(fetchOne("select pg_sleep(30)", { timeoutMs: 20 })).rejects.toThrow(
        "fetchOne() took longer than its timeout of 20 ms",
      );
    }
  });
});
