import { beforeEach, expect, test } from "vitest";
import { and, not, or, type Query, UsageError, ValidationError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post, Tag } from "./models.ts";

describeEachDatabase("queries", (db) => {
  const database = useDatabase(db);

  beforeEach(async () => {
    const [ann, bob] = await Promise.all([
      Author.create({ name: "Ann", email: "ann@example.com", bio: "50% off_" }),
      Author.create({ name: "bob", email: "bob@example.com" }),
    ]);
    await Post.bulkCreate([
      { title: "alpha", views: 1, published: true, rating: 1.5, authorId: ann.id },
      { title: "Beta", views: 2, rating: null, authorId: ann.id },
      { title: "gamma_x", views: 3, published: true, authorId: bob.id, reviewerId: ann.id },
      { title: "100%", views: 4, rating: 4.5, authorId: bob.id },
    ]);
    await Tag.create({ name: "red" });
  });

  const titles = async (query: { all(): Promise<Post[]> }): Promise<string[]> =>
    (await query.all()).map(({ title }) => title).sort();

  test("queries of one form share a statement, and differ in their values alone", async () => {
    const at = (views: number) => Post.where((t) => t.views.eq(views));
    expect(at(1).toSQL().sql).toBe(at(2).toSQL().sql);
    expect(await titles(at(1))).toEqual(["alpha"]);
    expect(await titles(at(2))).toEqual(["Beta"]);

    // One thing each is different from the form before: none may take the other's statement.
    const forms: readonly [Query<typeof Post>, string[]][] = [
      [at(2).where((t) => t.rating.eq(9)), []],
      [Post.where((t) => t.views.gt(2)), ["100%", "gamma_x"]],
      [
        Post.where((t) => t.views.gt(2))
          .orderBy("views", "desc")
          .limit(1),
        ["100%"],
      ],
      [
        Post.where((t) => t.views.gt(2))
          .orderBy("views")
          .limit(1),
        ["gamma_x"],
      ],
      [
        Post.where((t) => t.views.gt(2))
          .orderBy("views")
          .limit(1)
          .offset(1),
        ["100%"],
      ],
      [Post.where((t) => or(t.views.gt(3), t.views.gt(2))), ["100%", "gamma_x"]],
      [Post.where((t) => and(t.views.gt(2), t.views.gt(3))), ["100%"]],
      [Post.where((t) => t.id.gt(2)).where((t) => t.views.gt(3)), ["100%"]],
      [Post.where((t) => t.views.gt(2 ** 40)), []],
      [Post.where((t) => t.author.name.eq("Ann")), ["Beta", "alpha"]],
      [Post.where((t) => t.rating.ne(1.5)), ["100%", "Beta", "gamma_x"]],
      [Post.where((t) => t.rating.eq(1.5)), ["alpha"]],
    ];
    for (let round = 0; round < 2; round += 1) {
      for (const [query, expected] of forms) expect(await titles(query)).toEqual(expected);
    }
    expect((await Post.where((t) => t.views.gt(2)).first())?.title).toBe("gamma_x");
    expect(
      (
        await Post.where((t) => t.views.gt(2))
          .orderBy("views", "desc")
          .first()
      )?.title,
    ).toBe("100%");
  });

  test.for<[string, (query: typeof Post) => Query<typeof Post>, string[]]>([
    ["eq", (p) => p.where((t) => t.title.eq("Beta")), ["Beta"]],
    ["ne", (p) => p.where((t) => t.title.ne("Beta")), ["100%", "alpha", "gamma_x"]],
    ["ne keeps NULL rows", (p) => p.where((t) => t.rating.ne(1.5)), ["100%", "Beta", "gamma_x"]],
    ["eq(null)", (p) => p.where((t) => t.rating.eq(null)), ["Beta", "gamma_x"]],
    ["ne(null)", (p) => p.where((t) => t.rating.ne(null)), ["100%", "alpha"]],
    ["gt", (p) => p.where((t) => t.views.gt(3)), ["100%"]],
    ["gte and lt", (p) => p.where((t) => t.views.gte(2).and(t.views.lt(4))), ["Beta", "gamma_x"]],
    ["between", (p) => p.where((t) => t.views.between(2, 3)), ["Beta", "gamma_x"]],
    ["in", (p) => p.where((t) => t.views.in([1, 4])), ["100%", "alpha"]],
    ["in of nothing", (p) => p.where((t) => t.views.in([])), []],
    ["notIn", (p) => p.where((t) => t.rating.notIn([1.5])), ["100%", "Beta", "gamma_x"]],
    [
      "notIn of nothing",
      (p) => p.where((t) => t.views.notIn([])),
      ["100%", "Beta", "alpha", "gamma_x"],
    ],
    ["isNull", (p) => p.where((t) => t.reviewerId.isNull()), ["100%", "Beta", "alpha"]],
    ["like", (p) => p.where((t) => t.title.like("%a")), ["Beta", "alpha"]],
    ["like is case-sensitive", (p) => p.where((t) => t.title.like("b%")), []],
    ["ilike", (p) => p.where((t) => t.title.ilike("b%")), ["Beta"]],
    ["contains takes wildcards as text", (p) => p.where((t) => t.title.contains("%")), ["100%"]],
    [
      "endsWith takes wildcards as text",
      (p) => p.where((t) => t.title.endsWith("_x")),
      ["gamma_x"],
    ],
    ["startsWith", (p) => p.where((t) => t.title.startsWith("al")), ["alpha"]],
    ["boolean", (p) => p.where((t) => t.published.eq(true)), ["alpha", "gamma_x"]],
    ["or", (p) => p.where((t) => or(t.views.eq(1), t.views.eq(2))), ["Beta", "alpha"]],
    [
      "and with not",
      (p) => p.where((t) => and(not(t.published.eq(true)), t.views.lt(4))),
      ["Beta"],
    ],
    [
      "not is the complement, NULL rows too",
      (p) => p.where((t) => t.rating.gt(2).not()),
      ["Beta", "alpha", "gamma_x"],
    ],
    ["an object of equalities", (p) => p.where({ published: true, views: 3 }), ["gamma_x"]],
    ["column against column", (p) => p.where((t) => t.rating.gt(t.views)), ["100%", "alpha"]],
    ["arithmetic", (p) => p.where((t) => t.views.times(2).minus(1).eq(7)), ["100%"]],
    ["a relation path", (p) => p.where((t) => t.author.name.eq("Ann")), ["Beta", "alpha"]],
    [
      "a nullable relation path",
      (p) => p.where((t) => t.reviewer.name.ne("zoe")),
      ["100%", "Beta", "alpha", "gamma_x"],
    ],
    [
      "several where() calls",
      (p) => p.where((t) => t.views.gt(1)).where({ published: true }),
      ["gamma_x"],
    ],
    ["a prebuilt predicate", (p) => p.where(Post.columns.views.lt(2)), ["alpha"]],
    ["hostile text is data", (p) => p.where((t) => t.title.eq("' or 1=1 --")), []],
  ])("%s", async ([, build, expected]) => {
    expect(await titles(build(Post))).toEqual(expected);
  });

  test("some, none and every ask about related rows", async () => {
    const names = async (query: { all(): Promise<Author[]> }) =>
      (await query.all()).map(({ name }) => name).sort();

    expect(await names(Author.where((t) => t.posts.some((p) => p.views.gt(3))))).toEqual(["bob"]);
    expect(await names(Author.where((t) => t.posts.none((p) => p.views.gt(3))))).toEqual(["Ann"]);
    expect(await names(Author.where((t) => t.posts.every((p) => p.published.eq(true))))).toEqual(
      [],
    );
    expect(await names(Author.where((t) => t.reviews.some()))).toEqual(["Ann"]);
    expect(await Author.where((t) => t.reviews.every((p) => p.views.gt(99))).count()).toBe(1);
    const red = await Tag.one();
    const alpha = await Post.where({ title: "alpha" }).one();
    await alpha.tags.add(red);
    expect(await titles(Post.where((t) => t.tags.some((tag) => tag.name.eq("red"))))).toEqual([
      "alpha",
    ]);
    expect(await Tag.where((t) => t.posts.some((p) => p.author.name.eq("Ann"))).count()).toBe(1);
    expect(await Tag.where((t) => t.posts.some((p) => p.author.name.eq("bob"))).count()).toBe(0);
  });

  test("a model asks about itself without mixing up its rows", async () => {
    const boss = await Employee.create({ name: "boss" });
    await Employee.create({ name: "worker", manager: boss });

    expect(await Employee.where((t) => t.reports.some((r) => r.name.eq("worker"))).count()).toBe(1);
    expect(await Employee.where((t) => t.manager.name.eq("boss")).one()).toMatchObject({
      name: "worker",
    });
    expect((await Employee.where((t) => t.manager.name.isNull()).one()).name).toBe("boss");
  });

  test("orderBy, limit and offset slice the rows", async () => {
    const ordered = Post.orderBy((t) => t.views, "desc");

    expect((await ordered.all()).map(({ views }) => views)).toEqual([4, 3, 2, 1]);
    expect((await ordered.limit(2).offset(1).all()).map(({ views }) => views)).toEqual([3, 2]);
    expect((await ordered.offset(3).all()).map(({ views }) => views)).toEqual([1]);
    expect(await ordered.limit(0).all()).toEqual([]);
    expect((await ordered.first())?.views).toBe(4);
    expect(await ordered.limit(1).count()).toBe(4);
  });

  test("NULL sorts last going up and first going down, unless said otherwise", async () => {
    const ratings = async (query: { all(): Promise<Post[]> }) =>
      (await query.all()).map(({ rating }) => rating);

    expect(await ratings(Post.orderBy((t) => t.rating))).toEqual([1.5, 4.5, null, null]);
    expect(await ratings(Post.orderBy((t) => t.rating.desc()))).toEqual([null, null, 4.5, 1.5]);
    expect(await ratings(Post.orderBy((t) => t.rating.desc({ nulls: "last" })))).toEqual([
      4.5,
      1.5,
      null,
      null,
    ]);
    expect(await ratings(Post.orderBy((t) => t.rating, "asc", { nulls: "first" }))).toEqual([
      null,
      null,
      1.5,
      4.5,
    ]);
  });

  test("exists stops at the first row and count counts", async () => {
    expect(await Post.where((t) => t.views.gt(3)).exists()).toBe(true);
    expect(await Post.where((t) => t.views.gt(9)).exists()).toBe(false);
    expect(await Post.where((t) => t.views.gt(1)).count()).toBe(3);
    expect(await Post.exists()).toBe(true);
  });

  test("update changes the rows that match, by values and by expressions", async () => {
    expect(await Post.where((t) => t.published.eq(true)).update({ rating: null })).toBe(2);
    expect(
      await Post.where((t) => t.views.lt(3)).update((t) => ({ views: t.views.plus(10) })),
    ).toBe(2);
    expect(await Post.where((t) => t.views.gt(10)).count()).toBe(2);
    expect(await Post.where((t) => t.author.name.eq("bob")).update({ views: 0 })).toBe(2);
    expect(await Post.where({ views: 0 }).count()).toBe(2);
    expect(await Post.where({ views: 0 }).delete()).toBe(2);
    expect(await Post.count()).toBe(2);
  });

  test("queries are immutable", async () => {
    const all = Post.where((t) => t.views.gt(0));
    const some = all.where((t) => t.views.gt(3));
    await all.first();

    expect(await all.count()).toBe(4);
    expect(await some.count()).toBe(1);
    expect((await all.all()).length).toBe(4);
  });

  test("a query shows its SQL without running", () => {
    const statements = database.spy();
    const { sql, parameters } = Post.where((t) => t.title.eq("x"))
      .limit(3)
      .toSQL();

    expect(sql).toMatch(/^select .+ from "post" as "t0" where "t0"."title" = /);
    expect(parameters.map(String)).toEqual(["x", "3"]);
    expect(statements()).toEqual([]);
  });

  test.for<[string, () => unknown]>([
    ["undefined in eq", () => Post.where((t) => t.title.eq(undefined as never))],
    ["undefined in in", () => Post.where((t) => t.views.in([1, undefined as never]))],
    ["undefined in an object", () => Post.where({ title: undefined } as never)],
    ["an empty object", () => Post.where({})],
    ["NaN", () => Post.where((t) => t.rating.gt(Number.NaN))],
    ["an invalid date", () => Post.where((t) => t.createdAt.eq(new Date("x")))],
    ["an operator object", () => Post.where({ title: { not: "x" } } as never)],
    ["a wrong type", () => Post.where((t) => t.title.eq(1 as never))],
    [
      "an unknown column",
      () => Post.where((t) => (t as never as Record<string, typeof t.title>)["nope"]!.eq("x")),
    ],
    ["an unknown key", () => Post.where({ nope: 1 } as never)],
    ["a boolean from the lambda", () => Post.where((() => true) as never)],
    ["=== in the lambda", () => Post.where(((t: { views: unknown }) => t.views === 1) as never)],
    ["&& in the lambda", () => Post.where((t) => t.views.eq(1) && t.published.eq(true))],
    ["> in the lambda", () => Post.where(((t: { views: number }) => t.views > 1) as never)],
    ["nothing", () => Post.where(undefined as never)],
    ["null", () => Post.where(null as never)],
    ["a forged predicate", () => Post.where(JSON.parse('{"kind":"constant","value":true}'))],
    ["an unknown sort key", () => Post.orderBy("title; drop table post" as never)],
    ["an unknown direction", () => Post.orderBy((t) => t.title, "sideways" as never)],
    ["a negative limit", () => Post.limit(-1)],
    ["a fraction as limit", () => Post.limit(1.5)],
    ["a column of another model", () => Post.where(Tag.columns.name.eq("x")).toSQL()],
  ])("%s throws before any SQL", ([, build]) => {
    const statements = database.spy();

    expect(build).toThrow(UsageError);
    expect(statements()).toEqual([]);
  });

  test("changes of a whole table throw unless they are meant", async () => {
    const statements = database.spy();

    await expect(Post.limit(1).delete()).rejects.toThrow(UsageError);
    await expect(
      (Post.orderBy((t) => t.id) as never as { delete(): Promise<number> }).delete(),
    ).rejects.toThrow(/every row/);
    await expect(Post.where((t) => t.id.gt(0)).update({})).rejects.toThrow(UsageError);
    await expect(Post.where((t) => t.id.gt(0)).update({ nope: 1 } as never)).rejects.toThrow(
      UsageError,
    );
    await expect(Post.where((t) => t.id.gt(0)).update({ title: "" })).rejects.toThrow(
      ValidationError,
    );
    await expect(Post.where((t) => t.id.gt(0)).update({ title: null as never })).rejects.toThrow(
      ValidationError,
    );
    expect(statements()).toEqual([]);

    expect(await Tag.allRows().delete()).toBe(1);
  });
});
