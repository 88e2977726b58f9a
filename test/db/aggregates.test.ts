import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  count,
  Decimal,
  decimal,
  denseRank,
  field,
  firstValue,
  id,
  lag,
  lastValue,
  lead,
  Model,
  rank,
  rowNumber,
  sum,
  UsageError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post, Tag } from "./models.ts";

class Sale extends Model("AggregateSale", {
  id: id(),
  price: decimal(20, 4).nullable(),
  big: z.bigint(),
  n: z.int(),
  safe: field(z.int(), { dbType: "bigint" }),
  score: z.number(),
  at: z.date(),
}) {}

const date = (text: string) => new Date(`${text}Z`);

describeEachDatabase("aggregates", (db) => {
  const database = useDatabase(db);

  beforeEach(async () => {
    await Sale.allRows().delete();
    const [ann, bob] = await Promise.all([
      Author.create({ name: "Ann", email: "ann@example.com" }),
      Author.create({ name: "bob", email: "bob@example.com" }),
    ]);
    await Author.create({ name: "Cleo", email: "cleo@example.com" });
    await Post.bulkCreate([
      { title: "a", views: 1, published: true, rating: 1.5, authorId: ann.id },
      { title: "b", views: 2, authorId: ann.id },
      { title: "c", views: 2, published: true, rating: 4.5, authorId: bob.id },
      { title: "d", views: 5, authorId: ann.id },
    ]);
  });

  async function sales(): Promise<void> {
    await Sale.bulkCreate([
      {
        price: "0.1",
        big: 9_007_199_254_740_993n,
        n: 1,
        safe: Number.MAX_SAFE_INTEGER,
        score: 0.5,
        at: date("2026-01-31T10:00:00"),
      },
      { price: "0.2", big: 2n, n: 2, safe: 1, score: 1, at: date("2026-02-01T10:00:00") },
      { price: null, big: -5n, n: 2, safe: 1, score: 2, at: date("2026-02-02T10:00:00") },
    ]);
  }

  test("sum, avg, min and max are exact and of the column's own kind", async () => {
    await sales();

    expect(await Sale.sum((t) => t.price)).toEqual(new Decimal("0.3"));
    expect(await Sale.avg((t) => t.price)).toEqual(new Decimal("0.15"));
    expect(await Sale.max((t) => t.price)).toEqual(new Decimal("0.2"));
    expect(await Sale.min((t) => t.price)).toEqual(new Decimal("0.1"));
    expect(await Sale.sum((t) => t.big)).toBe(9_007_199_254_740_990n);
    expect(await Sale.avg((t) => t.big)).toEqual(new Decimal("3002399751580330"));
    expect(await Sale.max((t) => t.big)).toBe(9_007_199_254_740_993n);
    expect(await Sale.sum((t) => t.n)).toBe(5);
    expect(await Sale.avg((t) => t.n)).toBe(5 / 3);
    expect(await Sale.sum((t) => t.score)).toBe(3.5);
    expect(await Sale.max((t) => t.at)).toEqual(date("2026-02-02T10:00:00"));
    expect(await Sale.sum((t) => t.price.times(2))).toEqual(new Decimal("0.6"));
  });

  test("a sum beyond what a number holds exactly throws", async () => {
    await sales();

    expect(await Sale.where((t) => t.safe.gt(1)).sum((t) => t.safe)).toBe(Number.MAX_SAFE_INTEGER);
    await expect(Sale.sum((t) => t.safe)).rejects.toThrow(/exactly/);
  });

  test("the sum of nothing is 0, and there is no other aggregate of it", async () => {
    expect(await Sale.sum((t) => t.n)).toBe(0);
    expect(await Sale.sum((t) => t.price)).toEqual(new Decimal(0));
    expect(await Sale.sum((t) => t.big)).toBe(0n);
    expect(await Sale.avg((t) => t.n)).toBe(null);
    expect(await Sale.avg((t) => t.price)).toBe(null);
    expect(await Sale.min((t) => t.at)).toBe(null);
    expect(await Sale.max((t) => t.price)).toBe(null);
    expect(await Sale.count((t) => t.price)).toBe(0);
  });

  test("count counts rows, matches and values", async () => {
    expect(await Post.count()).toBe(4);
    expect(await Post.count((t) => t.rating)).toBe(2);
    expect(await Post.count((t) => t.views.gte(2))).toBe(3);
    expect(await Post.count((t) => t.views, { distinct: true })).toBe(3);
    expect(await Post.count((t) => t.views, { filter: (t) => t.published.eq(true) })).toBe(2);
    expect(await Post.where({ published: false }).sum((t) => t.views)).toBe(7);
    expect(await Post.sum((t) => t.views, { distinct: true })).toBe(8);
    expect(await Post.sum((t) => t.views, { filter: (t) => t.author.name.eq("bob") })).toBe(2);
  });

  test("aggregates of an instance's relations", async () => {
    const ann = await Author.where({ name: "Ann" }).one();
    const a = await Post.where({ title: "a" }).one();
    await a.tags.add(await Tag.create({ name: "red" }));

    expect(await ann.posts.sum((p) => p.views)).toBe(8);
    expect(await ann.posts.max((p) => p.title)).toBe("d");
    expect(await ann.posts.count((p) => p.published.eq(true))).toBe(1);
    expect(await a.tags.count((t) => t.name)).toBe(1);
  });

  test("aggregates of relations stand in conditions, orders and selects", async () => {
    const rows = await Author.orderBy((t) => t.posts.sum((p) => p.views), "desc")
      .orderBy("name")
      .select((t) => ({
        name: t.name,
        posts: t.posts.count(),
        published: t.posts.count((p) => p.published.eq(true)),
        views: t.posts.sum((p) => p.views),
        best: t.posts.max((p) => p.rating),
      }))
      .all();

    expect(rows).toEqual([
      { name: "Ann", posts: 3, published: 1, views: 8, best: 1.5 },
      { name: "bob", posts: 1, published: 1, views: 2, best: 4.5 },
      { name: "Cleo", posts: 0, published: 0, views: 0, best: null },
    ]);
    expect(await Author.where((t) => t.posts.count().gt(1)).count()).toBe(1);
    expect(await Tag.where((t) => t.posts.count().eq(0)).count()).toBe(0);
  });

  test("aggregate computes several things of all rows", async () => {
    expect(
      await Post.where((t) => t.views.gt(1)).aggregate((rows) => ({
        n: rows.count(),
        views: rows.sum((t) => t.views),
        each: rows.sum((t) => t.views).dividedBy(rows.count()),
        published: rows.count((t) => t.published.eq(true)),
      })),
    ).toEqual({ n: 3, views: 9, each: 3, published: 1 });
    expect(await Post.aggregate((rows) => rows.max((t) => t.views))).toBe(5);
  });

  test("groups by columns, paths and what is computed", async () => {
    expect(
      await Post.groupBy((t) => ({ who: t.author.name }))
        .select((key, rows) => ({
          who: key.who,
          n: rows.count(),
          views: rows.sum((t) => t.views),
          rated: rows.count((t) => t.rating),
        }))
        .orderBy("who")
        .all(),
    ).toEqual([
      { who: "Ann", n: 3, views: 8, rated: 1 },
      { who: "bob", n: 1, views: 2, rated: 1 },
    ]);
    expect(
      await Post.groupBy("published", "authorId")
        .select((key, rows) => ({ published: key.published, n: rows.count() }))
        .orderBy((_, rows) => rows.count(), "desc")
        .first(),
    ).toEqual({ published: false, n: 2 });
    expect(
      await Post.groupBy((t) => t.views.times(10).plus(1))
        .select((key, rows) => ({ key, plus: key.plus(1), n: rows.count() }))
        .orderBy((key) => key, "desc")
        .all(),
    ).toEqual([
      { key: 51, plus: 52, n: 1 },
      { key: 21, plus: 22, n: 2 },
      { key: 11, plus: 12, n: 1 },
    ]);
  });

  test("having keeps groups, where keeps rows", async () => {
    const groups = Post.where((t) => t.views.lt(5))
      .groupBy((t) => ({ who: t.author.name }))
      .having((_, rows) => rows.count().gt(1))
      .select((key) => key.who);

    expect(await groups.all()).toEqual(["Ann"]);
    expect(await groups.count()).toBe(1);
    expect(await groups.exists()).toBe(true);
    expect(await groups.first()).toBe("Ann");
    expect(await groups.one()).toBe("Ann");
    expect(
      await Post.groupBy("authorId")
        .having((_, rows) => rows.sum((t) => t.views).gt(99))
        .select((key) => key.authorId)
        .exists(),
    ).toBe(false);
  });

  test("groups by the beginning of months", async () => {
    await sales();

    expect(
      await Sale.groupBy((t) => ({ month: t.at.truncate("month") }))
        .select((key, rows) => ({ month: key.month, n: rows.count() }))
        .orderBy("month")
        .all(),
    ).toEqual([
      { month: date("2026-01-01T00:00:00"), n: 1 },
      { month: date("2026-02-01T00:00:00"), n: 2 },
    ]);
  });

  test("window functions see the rows around", async () => {
    const rows = await Post.select((t) => ({
      title: t.title,
      place: rowNumber().over({ partitionBy: t.authorId, orderBy: [t.views.desc(), t.id] }),
      rank: rank().over({ orderBy: t.views }),
      dense: denseRank().over({ orderBy: t.views }),
      before: lag(t.title).over({ orderBy: t.id }),
      after: lead(t.views, 1, 0).over({ orderBy: t.id }),
      soFar: sum(t.views).over({ orderBy: t.id }),
      near: sum(t.views).over({ orderBy: t.id, frame: { from: -1, to: 1 } }),
      all: count().over(),
      published: count().filter(t.published.eq(true)).over({ partitionBy: t.authorId }),
      top: firstValue(t.title).over({ partitionBy: t.authorId, orderBy: t.views.desc() }),
      last: lastValue(t.title).over({ orderBy: t.id, frame: { to: "end" } }),
    }))
      .orderBy("id")
      .all();

    expect(rows).toEqual([
      {
        title: "a",
        place: 3,
        rank: 1,
        dense: 1,
        before: null,
        after: 2,
        soFar: 1,
        near: 3,
        all: 4,
        published: 1,
        top: "d",
        last: "d",
      },
      {
        title: "b",
        place: 2,
        rank: 2,
        dense: 2,
        before: "a",
        after: 2,
        soFar: 3,
        near: 5,
        all: 4,
        published: 1,
        top: "d",
        last: "d",
      },
      {
        title: "c",
        place: 1,
        rank: 2,
        dense: 2,
        before: "b",
        after: 5,
        soFar: 5,
        near: 9,
        all: 4,
        published: 1,
        top: "c",
        last: "d",
      },
      {
        title: "d",
        place: 1,
        rank: 4,
        dense: 3,
        before: "c",
        after: 0,
        soFar: 10,
        near: 7,
        all: 4,
        published: 1,
        top: "d",
        last: "d",
      },
    ]);
  });

  type Loose = (...given: readonly unknown[]) => unknown;
  const loose = (value: unknown) => value as Record<string, Loose>;

  test.for<[string, () => unknown]>([
    ["an aggregate of nothing", () => loose(Post)["sum"]?.()],
    ["an aggregate of a value", () => loose(Post)["sum"]?.(() => 1)],
    ["a sum of text", () => loose(Post)["sum"]?.((t: typeof Post.columns) => t.title)],
    ["the most of booleans", () => loose(Post)["max"]?.((t: typeof Post.columns) => t.published)],
    [
      "an unknown option",
      () => loose(Post)["sum"]?.((t: typeof Post.columns) => t.views, { of: 1 }),
    ],
    [
      "a filter that answers a boolean",
      () => Post.sum((t) => t.views, { filter: (() => true) as never }),
    ],
    ["an aggregate after limit", () => Post.limit(1).sum((t) => t.views)],
    ["groups of nothing", () => loose(Post)["groupBy"]?.()],
    ["groups of an unknown name", () => loose(Post)["groupBy"]?.("nope")],
    ["groups of a relation", () => loose(Post)["groupBy"]?.((t: typeof Post.columns) => t.author)],
    [
      "a field that is not grouped",
      () => Post.groupBy("authorId").select(() => ({ title: Post.columns.title })),
    ],
    [
      "a condition that is not grouped",
      () => Post.groupBy("authorId").having(() => Post.columns.views.gt(1)),
    ],
    ["an unknown frame", () => sum(Post.columns.views).over({ frame: { from: "now" as never } })],
    ["an unknown window option", () => rowNumber().over({ order: 1 } as never)],
  ])("%s throws before any SQL", async ([, build]) => {
    const statements = database.spy();

    await expect((async () => build())()).rejects.toThrow(UsageError);
    expect(statements()).toEqual([]);
  });
});
