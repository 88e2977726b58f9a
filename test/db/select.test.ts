import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { Decimal, decimal, field, id, Model, UsageError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post, Profile, Tag } from "./models.ts";

class Money {
  readonly cents: number;
  constructor(cents: number) {
    this.cents = cents;
  }
}

const money = z.codec(z.int(), z.instanceof(Money), {
  decode: (cents) => new Money(cents),
  encode: (value) => value.cents,
});

/** Every kind of column, to be read as on an instance. */
class Coin extends Model("SelectCoin", {
  id: id(),
  price: decimal(10, 2),
  big: z.bigint(),
  cost: money,
  day: z.iso.date(),
  at: z.date(),
  labels: z.array(z.string()),
  note: z.string().optional(),
  weird: field(z.string(), { column: 'we"ird' }),
}) {}

describeEachDatabase("select", (db) => {
  const database = useDatabase(db);

  beforeEach(async () => {
    await Coin.allRows().delete();
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
    const bob = await Author.create({ name: "bob", email: "bob@example.com", bio: "b" });
    await Profile.create({ user: ann, website: "https://ann.example" });
    await Post.bulkCreate([
      { title: "alpha", views: 1, published: true, rating: 1.5, authorId: ann.id },
      { title: "beta", views: 2, authorId: ann.id, reviewerId: bob.id },
      { title: "gamma", views: 3, published: true, authorId: bob.id, subtitle: "s" },
    ]);
  });

  test("reads plain objects of columns, over relation paths", async () => {
    const rows = await Post.select((t) => ({
      title: t.title,
      who: t.author.name,
      site: t.author.profile.website,
      reviewer: t.reviewer.name,
    }))
      .orderBy((t) => t.title)
      .all();

    expect(rows).toStrictEqual([
      { title: "alpha", who: "Ann", site: "https://ann.example", reviewer: null },
      { title: "beta", who: "Ann", site: "https://ann.example", reviewer: "bob" },
      { title: "gamma", who: "bob", site: null, reviewer: null },
    ]);
    expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype);
  });

  test("reads columns by their names", async () => {
    const query = Post.where((t) => t.views.gte(2)).orderBy("views");

    expect(await query.select("title", "reviewerId", "subtitle").all()).toMatchObject([
      { title: "beta", reviewerId: expect.any(Number), subtitle: undefined },
      { title: "gamma", reviewerId: null, subtitle: "s" },
    ]);
    expect(Object.keys((await Post.select("views", "title").first()) ?? {})).toEqual([
      "views",
      "title",
    ]);
  });

  test("reads the values of one expression", async () => {
    expect(
      await Post.select((t) => t.author.name)
        .orderBy("title")
        .all(),
    ).toEqual(["Ann", "Ann", "bob"]);
    expect(
      await Post.select((t) => t.views.times(10))
        .orderBy((t) => t.views, "desc")
        .all(),
    ).toEqual([30, 20, 10]);
  });

  test("reads conditions as booleans, never null", async () => {
    const rows = await Post.orderBy("id")
      .select((t) => ({
        good: t.rating.gt(1),
        popular: t.author.posts.some((p) => p.views.gt(2)),
        unrated: t.rating.isNull(),
      }))
      .all();

    expect(rows).toEqual([
      { good: true, popular: false, unrated: false },
      { good: false, popular: false, unrated: true },
      { good: false, popular: true, unrated: true },
    ]);
  });

  test("a value reads as it does on an instance", async () => {
    const coin = await Coin.create({
      price: "12.50",
      big: 9_007_199_254_740_993n,
      cost: new Money(5),
      day: "2026-01-31",
      at: new Date("2026-01-31T09:30:00.123Z"),
      labels: ["a", 'b"'],
      weird: "w",
    });
    const read = await Coin.get(coin.id);
    const row = await Coin.select(
      "price",
      "big",
      "cost",
      "day",
      "at",
      "labels",
      "note",
      "weird",
    ).one();

    expect(row).toStrictEqual({
      price: new Decimal("12.50"),
      big: 9_007_199_254_740_993n,
      cost: new Money(5),
      day: "2026-01-31",
      at: new Date("2026-01-31T09:30:00.123Z"),
      labels: ["a", 'b"'],
      note: undefined,
      weird: "w",
    });
    expect({ ...read }).toEqual({ id: coin.id, ...row });
    expect(await Coin.select((t) => t.cost).all()).toEqual([new Money(5)]);
  });

  test("where, orderBy, limit and offset stand before select or after it", async () => {
    const before = Post.where((t) => t.views.gt(1))
      .orderBy("title", "desc")
      .limit(1)
      .offset(1)
      .select("title");
    const after = Post.select("title")
      .where({ published: true })
      .orderBy("title", "desc")
      .limit(1)
      .offset(1);

    expect(await before.all()).toEqual([{ title: "beta" }]);
    expect(await after.all()).toEqual([{ title: "alpha" }]);
  });

  test("orders by a selected field's name", async () => {
    const rows = Post.select((t) => ({ who: t.author.name, n: t.views.times(-1) })).orderBy("n");

    expect((await rows.all()).map(({ n }) => n)).toEqual([-3, -2, -1]);
  });

  test("distinct gives equal rows once, and counts them so", async () => {
    const names = Post.select((t) => ({ who: t.author.name })).distinct();

    expect(await names.orderBy("who").all()).toEqual([{ who: "Ann" }, { who: "bob" }]);
    expect(await names.orderBy((t) => t.author.name, "desc").first()).toEqual({ who: "bob" });
    expect(await names.first()).toEqual({ who: "Ann" });
    expect(await names.count()).toBe(2);
    expect(await names.limit(1).count()).toBe(2);
    expect(await Post.select((t) => t.author.name).count()).toBe(3);
    expect(() => names.orderBy("title").toSQL()).toThrow(UsageError);
  });

  test("first, one, count and exists answer as they do for instances", async () => {
    const titles = Post.select((t) => t.title);

    expect(await titles.first()).toBe("alpha");
    expect(await titles.where({ title: "nope" }).first()).toBe(null);
    expect(await titles.where({ views: 3 }).one()).toBe("gamma");
    await expect(titles.one()).rejects.toThrow(/more than one/);
    await expect(titles.where({ views: 9 }).one()).rejects.toThrow(/Post/);
    expect(await titles.where((t) => t.views.gt(1)).count()).toBe(2);
    expect(await titles.where((t) => t.views.gt(9)).exists()).toBe(false);
  });

  test("selects of relations of an instance", async () => {
    const ann = await Author.where({ name: "Ann" }).one();
    const red = await Tag.create({ name: "red" });
    const [first] = await Post.orderBy("id").all();
    await first?.tags.add(red);

    expect(await ann.posts.select("title").orderBy("title").all()).toEqual([
      { title: "alpha" },
      { title: "beta" },
    ]);
    expect(await first?.tags.select((t) => t.name).all()).toEqual(["red"]);
  });

  test("property names are data, whatever they are", async () => {
    const rows = await Post.select((t) => ({
      constructor: t.title,
      ["__proto__"]: t.views,
      "a b": t.id.gt(0),
    }))
      .orderBy("views")
      .limit(1)
      .all();

    expect(Object.entries(rows[0] ?? {})).toEqual([
      ["constructor", "alpha"],
      ["__proto__", 1],
      ["a b", true],
    ]);
  });

  test("one shape is planned once, whatever the values", () => {
    const text = (views: number) =>
      Post.where((t) => t.views.gt(views))
        .select((t) => ({ n: t.views.plus(views) }))
        .toSQL();

    expect(text(1).sql).toBe(text(2).sql);
    expect(text(1).sql).not.toContain("title");
    expect(text(7).parameters.map(String)).toEqual(["7", "7"]);
  });

  test.for<[string, () => unknown]>([
    ["nothing", () => (Post.select as () => unknown)()],
    ["an unknown name", () => Post.select("nope" as never)],
    ["a relation's name", () => Post.select("author" as never)],
    ["an empty object", () => Post.select(() => ({}))],
    ["a plain value", () => Post.select((() => ({ a: 1 })) as never)],
    ["undefined", () => Post.select((() => undefined) as never)],
    ["a relation", () => Post.select(((t: { author: unknown }) => ({ a: t.author })) as never)],
    ["a relation alone", () => Post.select(((t: { author: unknown }) => t.author) as never)],
    ["a column of another model", () => Post.select(() => ({ a: Tag.columns.name })).toSQL()],
    ["an unknown sort key", () => Post.select("title").orderBy("nope" as never)],
    ["a negative limit", () => Post.select("title").limit(-1)],
  ])("%s throws before any SQL", ([, build]) => {
    const statements = database.spy();

    expect(build).toThrow(UsageError);
    expect(statements()).toEqual([]);
  });

  test("one model under several aliases", async () => {
    const boss = await Employee.create({ name: "boss" });
    await Employee.create({ name: "worker", manager: boss });

    expect(
      await Employee.select((t) => ({
        name: t.name,
        boss: t.manager.name,
        top: t.manager.manager.name,
      }))
        .orderBy("name")
        .all(),
    ).toEqual([
      { name: "boss", boss: null, top: null },
      { name: "worker", boss: "boss", top: null },
    ]);
  });
});
