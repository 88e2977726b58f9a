/** DESIGN 2.8, raw SQL, as its text would be followed. */
import {
  DatabaseError,
  engines,
  execute,
  fetchAll,
  fetchOne,
  sql,
  transaction,
  ValidationError,
} from "ferro-orm";
import { type KyselyDatabase, kysely } from "ferro-orm/kysely";
import { expect, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../../support/databases.ts";
import { fillBlog, Post, Tag, useBlog } from "./blog.ts";

describeEachDatabase("contract 2.8", (db) => {
  useBlog(db);
  const one = db.backend === "postgres" ? "$1" : "?";

  test("execute counts, fetchAll and fetchOne give plain objects; params and { using, session }", async () => {
    await using session = engines.session();
    expect(await execute(`insert into tag (name) values (${one})`, ["a"])).toBe(1);
    expect(
      await execute(`insert into tag (name) values (${one})`, ["b"], { using: "default" }),
    ).toBe(1);
    expect(await fetchAll("select name from tag order by name", [], { session })).toEqual([
      { name: "a" },
      { name: "b" },
    ]);
    expect(await fetchAll("select name from tag where name = 'a'", { session })).toHaveLength(1);
    expect(await fetchOne("select name from tag where name = 'nope'")).toBeNull();
  });

  test("rows are primitives close to the wire", async () => {
    const { posts } = await fillBlog();
    const [post] = posts;
    Object.assign(post, {
      price: "12.50",
      cover: new Uint8Array([7]),
      meta: { address: { city: "x", floor: 1 }, labels: [] },
    });
    await post.save();
    const row = await fetchOne(sql`
      select id, price, cover, meta, created_at, rating, published from post where id = ${post.id}
    `);
    expect(row?.["id"]).toBe(post.id);
    expect(row?.["price"]).toMatch(/^12\.50?$/u);
    expect(row?.["cover"]).toEqual(new Uint8Array([7]));
    expect(JSON.parse(String(row?.["meta"]))).toMatchObject({ address: { city: "x" } });
    expect(row?.["created_at"]).toBeTypeOf("string");
    expect(row?.["rating"]).toBeNull();
    expect(row?.["published"]).toBe(db.backend === "postgres" ? true : 1);
  });

  test("the sql tag writes placeholders and composes; a schema checks rows", async () => {
    await fillBlog();
    const condition = sql`views > ${15}`;
    const schema = z.object({ title: z.string(), views: z.coerce.bigint() });

    expect(
      await fetchAll(sql`select title, views from post where ${condition} order by id`, { schema }),
    ).toEqual([
      { title: "Beta", views: 20n },
      { title: "Gamma", views: 30n },
    ]);
    expect(
      await fetchOne(sql`select title, views from post where views = ${10}`, { schema }),
    ).toEqual({
      title: "Alpha",
      views: 10n,
    });
    const wrong = z.object({ title: z.int() });
    await expect(fetchOne(sql`select title from post`, { schema: wrong })).rejects.toThrow(
      ValidationError,
    );
  });

  test("one statement for each call, and values that have an SQL form", async () => {
    await expect(fetchAll("select 1; select 2")).rejects.toThrow(DatabaseError);
    for (const value of [undefined, Number.NaN, () => 1, Symbol("x"), new Map(), new Date("x")]) {
      await expect(fetchOne(`select ${one}`, [value])).rejects.toThrow(TypeError);
      await expect((async () => fetchOne(sql`select ${value as never}`))()).rejects.toThrow(
        TypeError,
      );
    }
  });

  test("rows as instances", async () => {
    await fillBlog();
    const posts = await fetchAll(sql`select * from post where views > ${15} order by id`.as(Post));
    expect(posts[0]).toBeInstanceOf(Post);
    expect(posts[0]?.slug).toBe("beta");
  });

  test("kysely<DB>() is typed from the models and joins the transaction", async () => {
    const k = kysely<KyselyDatabase<{ tag: typeof Tag }>>();
    await transaction(async () => {
      await k.insertInto("tag").values({ name: "k" }).execute();
      expect(await k.selectFrom("tag").select("name").execute()).toEqual([{ name: "k" }]);
      throw new Error("undo");
    }).catch(() => undefined);
    expect(await Tag.count()).toBe(0);
  });
});
