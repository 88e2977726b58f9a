import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { cte, exists, from, sql, union } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post, Tag } from "./models.ts";

describeEachDatabase("rows under a name, and rows beside others", (db) => {
  const database = useDatabase(db);

  beforeEach(async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
    const bob = await Author.create({ name: "Bob", email: "bob@example.com" });
    await Author.create({ name: "Cleo", email: "cleo@example.com" });
    await Post.bulkCreate([
      { title: "a1", views: 5, published: true, authorId: ann.id, rating: 4 },
      { title: "a2", views: 9, authorId: ann.id },
      { title: "b1", views: 7, published: true, authorId: bob.id },
    ]);
  });

  const totals = cte(
    "totals",
    Post.groupBy("authorId").select((key, rows) => ({
      authorId: key.authorId,
      views: rows.sum((t) => t.views),
      best: rows.max((t) => t.rating),
    })),
  );
  const names = async (query: { all(): Promise<{ name: string }[]> }) =>
    (await query.all()).map(({ name }) => name);

  test("named rows are queried like others", async () => {
    expect(totals.toSQL().sql).toContain("with ");
    expect(await totals.count()).toBe(2);
    expect(
      await totals
        .where((t) => t.views.gt(10))
        .select((t) => t.views)
        .all(),
    ).toEqual([14]);
    expect(
      await totals
        .orderBy("views")
        .select((t) => ({ best: t.best }))
        .all(),
    ).toEqual([{ best: null }, { best: 4 }]);
    expect(await totals.exists()).toBe(true);
    expect(await from(totals.where((t) => t.views.lt(10))).count()).toBe(1);
    const twice = union(
      totals.select((t) => t.views),
      totals.select((t) => t.views.plus(1)),
    );
    expect(await twice.orderBy((views) => views).all()).toEqual([7, 8, 14, 15]);
    expect(twice.toSQL().sql.match(/ as \(select/g)).toHaveLength(1);
  });

  test("stand beside the rows of a model: conditions, order and fields", async () => {
    const authors = Author.with(totals, (t, total) => total.authorId.eq(t.id));

    expect(await names(authors.orderBy((_, total) => total.views, "desc"))).toEqual(["Ann", "Bob"]);
    expect((await authors.first()) instanceof Author).toBe(true);
    expect(
      await names(authors.where((t, total) => total.views.lt(10).and(t.name.ne("x")))),
    ).toEqual(["Bob"]);
    expect(await authors.where({ name: "Ann" }).count()).toBe(1);
    expect(
      await authors
        .orderBy("name")
        .limit(1)
        .select((t, total) => ({ name: t.name, mean: total.views.dividedBy(2), best: total.best }))
        .all(),
    ).toEqual([{ name: "Ann", mean: 7, best: 4 }]);
    expect(await authors.where((_, total) => total.best.isNull()).exists()).toBe(true);
    const [first] = await authors.include({ posts: true }).orderBy("name").all();
    expect(first?.posts.length).toBe(2);
    expect(
      await Author.where({ name: "Ann" })
        .with(totals, (t, total) => total.authorId.eq(t.id))
        .groupBy((_, total) => total.views)
        .select((views, rows) => ({ views, n: rows.count() }))
        .all(),
    ).toEqual([{ views: 14, n: 1 }]);
  });

  test("optional rows leave no row out", async () => {
    const rows = Author.orderBy("name")
      .with(totals, (t, total) => total.authorId.eq(t.id), { optional: true })
      .select((t, total) => ({ name: t.name, views: total.views.coalesce(0), best: total.best }));

    expect(await rows.all()).toEqual([
      { name: "Ann", views: 14, best: 4 },
      { name: "Bob", views: 7, best: null },
      { name: "Cleo", views: 0, best: null },
    ]);
    const none = Author.with(totals, (t, total) => total.authorId.eq(t.id), { optional: true });
    expect(await names(none.where((_, total) => total.views.isNull()))).toEqual(["Cleo"]);
    expect(await names(none.where((_, total) => total.views.ne(7)).orderBy("name"))).toEqual([
      "Ann",
      "Cleo",
    ]);
  });

  test("several stand beside a row, and a model beside itself", async () => {
    const best = cte("best", Post.where((t) => t.rating.gt(3)).select("authorId", "title"));
    const rows = Author.with(totals, (t, total) => total.authorId.eq(t.id))
      .with(best, (_, total, post) => post.authorId.eq(total.authorId))
      .select((t, total, post) => ({ name: t.name, views: total.views, title: post.title }));
    expect(await rows.all()).toEqual([{ name: "Ann", views: 14, title: "a1" }]);

    const earlier = Post.select((t) => ({ author: t.authorId, title: t.title, views: t.views }));
    const pairs = Post.with(earlier, (t, other) =>
      other.author.eq(t.authorId).and(other.views.lt(t.views)),
    ).select((t, other) => ({ title: t.title, than: other.title }));
    expect(await pairs.all()).toEqual([{ title: "a2", than: "a1" }]);
    const over = Post.with(totals, (t, total) => total.authorId.eq(t.author.id)).where((t, total) =>
      t.views.times(2).gt(total.views),
    );
    expect((await over.orderBy("title").all()).map(({ title }) => title)).toEqual(["a2", "b1"]);
    const values = Author.with(
      Post.select((t) => t.authorId),
      (t, authorId) => authorId.eq(t.id),
    );
    expect(await values.count()).toBe(3);
    expect(
      await totals
        .where((t) => t.views.gt(1))
        .select((t) => ({ id: t.authorId }))
        .count(),
    ).toBe(2);
  });

  test("stand in conditions, on every terminal", async () => {
    const busy = totals.where((t) => t.views.gt(10)).select((t) => t.authorId);

    expect(await names(Author.where((t) => t.id.in(busy)))).toEqual(["Ann"]);
    expect(
      await names(
        Author.where((t) => exists(totals.where((x) => x.authorId.eq(t.id)))).orderBy("id"),
      ),
    ).toEqual(["Ann", "Bob"]);
    const query = Author.where((t) => t.id.in(busy));
    expect(await query.count()).toBe(1);
    expect(await query.exists()).toBe(true);
    expect((await query.page({ size: 1 })).items[0]?.name).toBe("Ann");
    expect(await query.sum((t) => t.id.minus(t.id))).toBe(0);
    expect(
      (await query.include({ posts: (q) => q.where((p) => p.authorId.in(busy)).limit(1) }).one())
        .posts.length,
    ).toBe(1);
    expect(await query.update({ bio: "busy" })).toBe(1);
    expect(
      await Post.where((t) => t.authorId.in(busy))
        .limit(1)
        .delete(),
    ).toBe(1);
    expect(await Author.where((t) => t.id.in(busy)).count()).toBe(0);
    const nested = cte(
      "nested",
      totals.where((t) => t.views.lt(10)).select((t) => ({ id: t.authorId })),
    );
    const other = cte("totals", Tag.select("id"));
    expect(
      await Author.with(nested, (t, row) => row.id.eq(t.id))
        .with(totals, (t, _, total) => total.authorId.eq(t.id))
        .where((t) => t.id.notIn(other.select((tag) => tag.id)))
        .count(),
    ).toBe(2);
  });

  test("the same query inside itself keeps its own rows apart", async () => {
    const joined = Author.with(totals, (t, total) => total.authorId.eq(t.id));
    const most = joined.where((_, total) =>
      total.views.in(
        joined
          .orderBy((_, own) => own.views, "desc")
          .limit(1)
          .select((_, own) => own.views),
      ),
    );

    expect(await names(most.orderBy((_, total) => total.views))).toEqual(["Ann"]);
  });

  test("materialized says whether the database keeps the rows", async () => {
    const part = Post.select("id");

    expect(cte("x", part, { materialized: true }).toSQL().sql).toContain(" as materialized (");
    const open = cte("x", part, { materialized: false });
    expect(open.toSQL().sql).toContain(" as not materialized (");
    expect(await open.count()).toBe(3);
    expect(await cte("x", part, { materialized: true }).count()).toBe(3);
  });

  test("steps find rows from those that were found before", async () => {
    const boss = await Employee.create({ name: "boss" });
    const lead = await Employee.create({ name: "lead", manager: boss });
    await Employee.create({ name: "worker", manager: lead });
    await Employee.create({ name: "other" });
    const path = cte(
      "path",
      Employee.where({ name: "boss" }).select((t) => ({
        id: t.id,
        path: t.name,
        length: sql`0`.as(z.int()).coalesce(0),
      })),
      (found) =>
        Employee.with(found, (t, above) => t.managerId.eq(above.id)).select((t, above) => ({
          id: t.id,
          path: above.path.concat("/", t.name),
          length: above.length.plus(1),
        })),
    );

    expect(await path.orderBy("length").all()).toMatchObject([
      { path: "boss", length: 0 },
      { path: "boss/lead", length: 1 },
      { path: "boss/lead/worker", length: 2 },
    ]);
    expect(
      await Employee.with(path, (t, row) => row.id.eq(t.id))
        .where((_, row) => row.length.gt(0))
        .orderBy("name")
        .select((t, row) => ({ name: t.name, path: row.path }))
        .all(),
    ).toEqual([
      { name: "lead", path: "boss/lead" },
      { name: "worker", path: "boss/lead/worker" },
    ]);
    await Employee.where({ name: "boss" }).update({ managerId: lead.id });
    const ids = cte(
      "ids",
      Employee.where({ name: "lead" }).select((t) => ({ id: t.id })),
      (found) =>
        Employee.with(found, (t, above) => t.managerId.eq(above.id)).select((t) => ({ id: t.id })),
    );
    expect(await ids.count()).toBe(3);
    const some = cte(
      "some",
      Employee.where({ name: "boss" }).select((t) => ({ id: t.id, n: t.id.minus(t.id) })),
      (found) =>
        Employee.with(found, (t, one) => t.id.eq(one.id).and(one.n.lt(3))).select((t, one) => ({
          id: t.id,
          n: one.n.plus(1),
        })),
      { all: true },
    );
    expect(
      await some
        .select((t) => t.n)
        .orderBy((t) => t.n)
        .all(),
    ).toEqual([0, 1, 2, 3]);
  });

  test("refuse what can't be meant, before any SQL", async () => {
    const seen = database.spy();
    const rows = Post.select("id", "title");
    const open = cte as unknown as (...all: unknown[]) => unknown;
    const joined = Author.with(totals, (t, total) => total.authorId.eq(t.id)) as unknown as Record<
      string,
      (...all: unknown[]) => Promise<unknown> & Record<string, () => unknown>
    >;

    expect(() => open("", rows)).toThrow("expected a name first");
    expect(() => open("x", Post.where({ id: 1 }))).toThrow("expected a query of plain rows");
    expect(() => open("x", rows, { all: true })).toThrow('no option "all"');
    expect(() => open("x", rows, { materialised: true })).toThrow('no option "materialised"');
    expect(() => open("x", rows, () => Post.select("id"))).toThrow("selects the field title");
    expect(() => open("x", rows, () => rows.limit(1))).toThrow("no order, limit or groups");
    expect(() =>
      open("x", rows, () => Post.select((t) => ({ id: t.id, title: t.subtitle }))),
    ).not.toThrow();
    expect(() => Author.with(Post.where({ id: 1 }) as never, () => sql`true`)).toThrow(
      "expected a query of plain rows",
    );
    expect(() => Author.with(totals, "x" as never)).toThrow("which rows go together");
    expect(() =>
      Author.with(totals, (t, total) => total.authorId.eq(t.id), { left: true } as never),
    ).toThrow("has the option optional");
    expect(() => joined["after"]?.("x")).not.toThrow();
    await expect(joined["page"]?.({ size: 1 })).rejects.toThrow("can't follow with()");
    expect(() => joined["distinctOn"]?.("name")?.["toSQL"]?.()).toThrow("can't follow with()");
    expect(seen()).toEqual([]);
  });

  test("what a name stands for speaks of no rows around it", () => {
    expect(() =>
      Author.where((a) =>
        exists(cte("own", Post.where((p) => p.authorId.eq(a.id)).select("id"))),
      ).toSQL(),
    ).toThrow('cte("own") speaks of rows of Author around it');
  });

  test("print and plan", async () => {
    const query = Author.with(totals, (t, total) => total.authorId.eq(t.id));

    expect(query.toSQL().sql).toContain('with "#totals"("c0", "c1", "c2") as (');
    expect((await query.explain()).steps.length).toBeGreaterThan(0);
  });
});
