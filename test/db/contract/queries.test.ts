/** DESIGN 2.6, queries, as its text would be followed. */
import {
  and,
  array,
  exists,
  id,
  Model,
  not,
  or,
  type Predicate,
  QueryCancelledError,
  sql,
  transaction,
  UsageError,
} from "ferro-orm";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, Comment, fillBlog, Post, Tag, useBlog } from "./blog.ts";

class Listed extends Model("Listed", { id: id(), labels: array(z.string()) }) {}

describeEachDatabase("contract 2.6", (db) => {
  const { spy } = useBlog(db, [Listed]);
  const titles = async (where: (t: typeof Post.columns) => Predicate) =>
    (await Post.where(where).orderBy("id").all()).map((post) => post.title);

  test("where takes a lambda, an expression of Model.columns, or an object of equalities", async () => {
    await fillBlog();

    expect(await Post.where((t) => t.views.gt(15)).count()).toBe(2);
    expect(await Post.where(Post.columns.views.gt(15)).count()).toBe(2);
    expect(await Post.where({ published: true, views: 10 }).count()).toBe(1);
    // @ts-expect-error: no operator objects
    expect(() => Post.where({ views: { gt: 1 } })).toThrow(UsageError);
    const body: object = JSON.parse('{"title":{"contains":"a"}}');
    expect(() => Post.where(body)).toThrow(UsageError);
  });

  test("every operator", async () => {
    await fillBlog(); // Alpha 10 null, Beta 20 2.5, Gamma 30 4

    expect(await titles((t) => t.views.eq(10))).toEqual(["Alpha"]);
    expect(await titles((t) => t.views.ne(10))).toEqual(["Beta", "Gamma"]);
    expect(await titles((t) => t.views.gt(20))).toEqual(["Gamma"]);
    expect(await titles((t) => t.views.gte(20))).toEqual(["Beta", "Gamma"]);
    expect(await titles((t) => t.views.lt(20))).toEqual(["Alpha"]);
    expect(await titles((t) => t.views.lte(20))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.views.between(10, 20))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.views.in([10, 30]))).toEqual(["Alpha", "Gamma"]);
    expect(await titles((t) => t.views.notIn([10, 30]))).toEqual(["Beta"]);
    expect(await titles((t) => t.rating.isNull())).toEqual(["Alpha"]);
    expect(await titles((t) => t.rating.isNotNull())).toEqual(["Beta", "Gamma"]);
    expect(await titles((t) => t.title.like("B_ta"))).toEqual(["Beta"]);
    expect(await titles((t) => t.title.notLike("B%"))).toEqual(["Alpha", "Gamma"]);
    expect(await titles((t) => t.title.ilike("b%"))).toEqual(["Beta"]);
    expect(await titles((t) => t.title.startsWith("Al"))).toEqual(["Alpha"]);
    expect(await titles((t) => t.title.endsWith("ta"))).toEqual(["Beta"]);
    expect(await titles((t) => t.title.contains("mm"))).toEqual(["Gamma"]);
    expect(await titles((t) => t.title.contains("%"))).toEqual([]);
    expect(await titles((t) => t.rating.isDistinctFrom(4))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.views.plus(5).times(2).minus(10).eq(40))).toEqual(["Beta"]);
    expect(await titles((t) => t.views.dividedBy(3).gt(9))).toEqual(["Gamma"]);
    expect(await titles((t) => t.title.lower().eq("beta"))).toEqual(["Beta"]);
    expect(await titles((t) => t.title.upper().eq("BETA"))).toEqual(["Beta"]);
    expect(await titles((t) => t.title.length().eq(4))).toEqual(["Beta"]);
    expect(await titles((t) => t.rating.coalesce(0).eq(0))).toEqual(["Alpha"]);
    expect(await titles((t) => t.createdAt.year().gte(2020))).toHaveLength(3);
    expect(
      await titles((t) => and(t.views.gt(5), or(t.title.eq("Beta"), t.published.eq(true)))),
    ).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => not(t.views.eq(10)))).toEqual(["Beta", "Gamma"]);
    expect(
      await titles((t) => t.views.eq(10).or(t.views.eq(30)).and(t.views.gt(20)).not()),
    ).toEqual(["Alpha", "Beta"]);
  });

  test("JSON paths are typed by the schema, lists have operators", async () => {
    const { ann } = await fillBlog();
    const meta = { address: { city: "Oslo", floor: 3 }, labels: ["a", "b"] };
    await Post.create({ title: "Here", author: ann, meta });

    expect(await titles((t) => t.meta.address.city.eq("Oslo"))).toEqual(["Here"]);
    expect(await titles((t) => t.meta.address.floor.gt(2))).toEqual(["Here"]);
    expect(await titles((t) => t.meta.labels.has("b"))).toEqual(["Here"]);
    // @ts-expect-error: the city is text
    expect(() => Post.where((t) => t.meta.address.city.eq(1))).toThrow(UsageError);

    await Listed.create({ labels: ["x", "y"] });
    await Listed.create({ labels: [] });
    expect(await Listed.where((t) => t.labels.has("x")).count()).toBe(1);
    expect(await Listed.where((t) => t.labels.hasEvery(["x", "y"])).count()).toBe(1);
    expect(await Listed.where((t) => t.labels.hasSome(["z"])).count()).toBe(0);
    expect(await Listed.where((t) => t.labels.isEmpty()).count()).toBe(1);
  });

  test("relation paths, some, none, every, exists(query), in(query) and sql", async () => {
    await fillBlog();

    expect(await titles((t) => t.author.email.eq("ann@example.com"))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.comments.some((c) => c.approved.eq(false)))).toEqual(["Alpha"]);
    expect(await titles((t) => t.comments.none())).toEqual(["Gamma"]);
    expect(await titles((t) => t.comments.every((c) => c.approved.eq(true)))).toEqual([
      "Beta",
      "Gamma",
    ]);
    expect(await titles((t) => exists(Comment.where((c) => c.postId.eq(t.id))))).toEqual([
      "Alpha",
      "Beta",
    ]);
    const bobs = Author.where({ name: "Bob" }).select((a) => a.id);
    expect(await titles((t) => t.authorId.in(bobs))).toEqual(["Gamma"]);
    expect(await Post.where((t) => sql`${t.views} % ${20} = ${0}`).count()).toBe(1);
  });

  test("null rules", async () => {
    await fillBlog();

    expect(await titles((t) => t.rating.eq(null))).toEqual(["Alpha"]);
    expect(await titles((t) => t.rating.ne(null))).toEqual(["Beta", "Gamma"]);
    expect(await titles((t) => t.rating.ne(4))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.rating.notIn([4]))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.views.in([]))).toEqual([]);
    expect(await titles((t) => t.views.notIn([]))).toHaveLength(3);
  });

  test("orderBy with a lambda, a direction and the place of NULL", async () => {
    await fillBlog();
    const ordered = async (query: { all(): Promise<readonly Post[]> }) =>
      (await query.all()).map(({ title }) => title);

    expect(await ordered(Post.orderBy((t) => t.views, "desc"))).toEqual(["Gamma", "Beta", "Alpha"]);
    expect(await ordered(Post.orderBy((t) => t.rating, "asc", { nulls: "first" }))).toEqual([
      "Alpha",
      "Beta",
      "Gamma",
    ]);
    expect(await ordered(Post.orderBy((t) => t.rating, "desc", { nulls: "last" }))).toEqual([
      "Gamma",
      "Beta",
      "Alpha",
    ]);
    expect(await ordered(Post.orderBy((t) => t.rating.desc({ nulls: "first" })))).toEqual([
      "Alpha",
      "Gamma",
      "Beta",
    ]);
    expect(() => Post.orderBy("nope" as never)).toThrow(UsageError);
    expect(await ordered(Post.orderBy("title", "desc").offset(1).limit(1))).toEqual(["Beta"]);
  });

  test("select of columns and computed values, distinct, groupBy and having", async () => {
    await fillBlog();

    const rows: { title: string; who: string; double: number }[] = await Post.select((t) => ({
      title: t.title,
      who: t.author.name,
      double: t.views.times(2),
    }))
      .orderBy("title")
      .limit(1)
      .all();
    expect(rows).toEqual([{ title: "Alpha", who: "Ann", double: 20 }]);
    expect(await Post.where({ views: 30 }).select("title", "authorId").all()).toHaveLength(1);
    expect(
      await Post.select((t) => t.author.name)
        .distinct()
        .count(),
    ).toBe(2);
    const groups = await Post.groupBy((t) => ({ who: t.author.name }))
      .having((_, rows) => rows.count().gt(1))
      .select((key, rows) => ({
        who: key.who,
        posts: rows.count(),
        most: rows.max((t) => t.views),
      }))
      .all();
    expect(groups).toEqual([{ who: "Ann", posts: 2, most: 20 }]);
  });

  test("forUpdate, signal and timeout", async () => {
    await fillBlog();

    await transaction(async () => {
      const query = Post.where({ title: "Alpha" });
      expect(await query.forUpdate().one()).toMatchObject({ views: 10 });
      expect(await query.forUpdate({ skipLocked: true }).all()).toHaveLength(1);
      expect(await query.forUpdate({ noWait: true }).all()).toHaveLength(1);
    });
    const signal = AbortSignal.abort(new Error("gone"));
    await expect(Post.where({ views: 1 }).signal(signal).all()).rejects.toThrow(
      QueryCancelledError,
    );
    expect(await Post.where({ views: 10 }).timeout(5_000).count()).toBe(1);
  });

  test("every terminal", async () => {
    await fillBlog();
    const query = Post.where((t) => t.views.gte(10)).orderBy((t) => t.id);

    expect(await query.all()).toHaveLength(3);
    expect((await query.first())?.title).toBe("Alpha");
    expect((await query.where({ views: 20 }).one()).title).toBe("Beta");
    const key = (await query.first())?.id ?? 0;
    expect((await query.get(key)).title).toBe("Alpha");
    expect(await query.getOrNone(key + 100)).toBeNull();
    expect(await query.count()).toBe(3);
    expect(await query.exists()).toBe(true);
    expect(await query.sum((t) => t.views)).toBe(60);
    expect(await query.avg((t) => t.views)).toBe(20);
    expect(await query.min((t) => t.views)).toBe(10);
    expect(await query.max((t) => t.views)).toBe(30);
    expect(await query.update({ published: true })).toBe(3);
    expect(await query.update((t) => ({ views: t.views.plus(1) }))).toBe(3);
    expect((await query.explain()).steps.length).toBeGreaterThan(0);
    expect(query.toSQL()).toEqual({ sql: expect.stringContaining("select"), parameters: [10] });
    const streamed: string[] = [];
    for await (const post of query) streamed.push(post.title);
    for await (const post of query.stream()) streamed.push(post.title);
    expect(streamed).toEqual(["Alpha", "Beta", "Gamma", "Alpha", "Beta", "Gamma"]);
    expect(await query.where({ title: "Gamma" }).delete()).toBe(1);
  });

  test("page({ size, after, before }) and after(cursor)", async () => {
    await fillBlog();
    const query = Post.orderBy((t) => t.rating, "desc").orderBy((t) => t.title);

    const first = await query.page({ size: 2 });
    expect(first.items).toHaveLength(2);
    const second = await query.page({ size: 2, after: first.next });
    expect(second.items).toHaveLength(1);
    expect(second.hasNext).toBe(false);
    const back = await query.page({ size: 2, before: second.previous });
    expect(back.items.map(({ id }) => id)).toEqual(first.items.map(({ id }) => id));
    expect(await query.after(first.end ?? "").all()).toHaveLength(1);
  });

  test("builders are immutable", async () => {
    await fillBlog();
    const base = Post.where({ published: false });
    base
      .where((t) => t.views.gt(25))
      .limit(1)
      .orderBy("id");

    expect(await base.count()).toBe(2);
    await base.first();
    expect(await base.all()).toHaveLength(2);
  });

  test("whole-table changes throw unless allRows() was called", async () => {
    await fillBlog();
    const statements = spy();
    await expect(Post.limit(1000).orderBy("id").offset(0).delete()).rejects.toThrow(UsageError);
    await expect(Post.orderBy("id").update({ views: 1 })).rejects.toThrow(UsageError);
    expect(statements).toEqual([]);

    expect(await Comment.allRows().update({ approved: true })).toBe(4);
    expect(await Comment.allRows().delete()).toBe(4);
    expect(await Tag.count()).toBe(2);
  });

  test("undefined, NaN, an invalid Date and booleans throw before any SQL", async () => {
    const statements = spy();
    const missing = undefined as unknown as string;

    expect(() => Post.where((t) => t.title.eq(missing))).toThrow(UsageError);
    expect(() => Post.where({ title: missing })).toThrow(UsageError);
    expect(() => Post.where((t) => t.views.gt(Number.NaN))).toThrow(UsageError);
    expect(() => Post.where((t) => t.createdAt.lt(new Date("x")))).toThrow(UsageError);
    // @ts-expect-error: a boolean is no predicate
    expect(() => Post.where((t) => t.title === "x")).toThrow(UsageError);
    expect(statements).toEqual([]);
  });
});

describe("contract 2.6, types", () => {
  test("what a lambda may not say does not compile", () => {
    // @ts-expect-error: there is no such column
    expect(() => Post.where((t) => t.nope.eq(1))).toThrow();
    // @ts-expect-error: a number is no title
    expect(() => Post.where((t) => t.title.eq(1))).toThrow(UsageError);
  });
});
