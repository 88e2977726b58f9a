import { beforeEach, expect, test } from "vitest";
import {
  Decimal,
  except,
  exists,
  from,
  intersect,
  rowNumber,
  UsageError,
  union,
  unionAll,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post, Tag } from "./models.ts";

describeEachDatabase("queries put together", (db) => {
  const database = useDatabase(db);

  beforeEach(async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com", bio: "writes" });
    const bob = await Author.create({ name: "Bob", email: "bob@example.com" });
    await Post.bulkCreate([
      { title: "Alpha", views: 1, published: true, authorId: ann.id, rating: 4.5 },
      { title: "Beta", views: 2, authorId: ann.id, subtitle: "b" },
      { title: "Gamma", views: 3, published: true, authorId: bob.id, reviewerId: ann.id },
      { title: "Ann", views: 3, authorId: bob.id },
    ]);
    await Tag.bulkCreate([{ name: "Ann" }, { name: "Zed" }]);
  });

  const titles = async (query: { all(): Promise<Post[]> }) =>
    (await query.all()).map(({ title }) => title).sort();
  const published = Post.where({ published: true });
  const viewed = Post.where((t) => t.views.gt(1));

  test("instances of one model", async () => {
    expect(await titles(union(published, viewed))).toEqual(["Alpha", "Ann", "Beta", "Gamma"]);
    expect(await titles(intersect(published, viewed))).toEqual(["Gamma"]);
    expect(await titles(except(published, viewed))).toEqual(["Alpha"]);
    expect(await titles(except(viewed, published, Post.where({ title: "Ann" })))).toEqual(["Beta"]);

    const both = union(published, viewed);
    expect((await both.all()).every((post) => post instanceof Post)).toBe(true);
    expect(await both.count()).toBe(4);
    expect(await both.where((t) => t.author.name.eq("Bob")).count()).toBe(2);
    expect(await both.sum((t) => t.views)).toBe(9);
    expect((await both.orderBy("views", "desc").orderBy("title").limit(1).one()).title).toBe("Ann");
    const [first] = await both.include({ author: true }).orderBy("title").all();
    expect((await first?.author)?.name).toBe("Ann");
    const page = await both.orderBy("title").page({ size: 3, total: true });
    expect([page.items.map(({ title }) => title), page.total]).toEqual([
      ["Alpha", "Ann", "Beta"],
      4,
    ]);
    expect(await both.get((await Post.where({ title: "Beta" }).one()).id)).toMatchObject({
      title: "Beta",
    });
    const alpha = await Post.where({ title: "Alpha" }).one();
    expect(await intersect(published, viewed).getOrNone(alpha.id)).toBeNull();
  });

  test("instances: each part may have an order and a limit", async () => {
    const ends = union(Post.orderBy("title").limit(1), Post.orderBy("title", "desc").limit(1));

    expect(await titles(ends)).toEqual(["Alpha", "Gamma"]);
    expect(await titles(except(Post.orderBy("id"), ends))).toEqual(["Ann", "Beta"]);
    const ann = await Author.where({ name: "Ann" }).one();
    expect(await titles(union(ann.posts, ann.reviews))).toEqual(["Alpha", "Beta", "Gamma"]);
  });

  test("instances are changed by what the queries choose", async () => {
    expect(await intersect(published, viewed).update({ title: "Both" })).toBe(1);
    expect(await titles(published)).toEqual(["Alpha", "Both"]);
    expect(await union(published, Post.where({ title: "Beta" })).delete()).toBe(3);
    expect(await titles(Post.orderBy("id"))).toEqual(["Ann"]);
  });

  test("plain rows of different models", async () => {
    const names = union(
      Author.select((t) => ({ name: t.name, kind: t.email })),
      Tag.select((t) => ({ kind: t.name, name: t.name })),
    );

    expect(
      await names
        .orderBy("name")
        .orderBy((t) => t.kind, "desc")
        .all(),
    ).toEqual([
      { name: "Ann", kind: "ann@example.com" },
      { name: "Ann", kind: "Ann" },
      { name: "Bob", kind: "bob@example.com" },
      { name: "Zed", kind: "Zed" },
    ]);
    expect(await names.where((t) => t.kind.contains("@")).count()).toBe(2);
    expect(await names.where((t) => t.name.eq("Zed")).exists()).toBe(true);
    expect(await names.orderBy("name", "desc").limit(1).offset(1).all()).toEqual([
      { name: "Bob", kind: "bob@example.com" },
    ]);
    expect((await names.first())?.name).toBe("Ann");
    expect(await names.where((t) => t.name.eq("Zed")).one()).toEqual({ name: "Zed", kind: "Zed" });
    const streamed: string[] = [];
    for await (const { name } of names.orderBy("name")) streamed.push(name);
    expect(streamed).toEqual(["Ann", "Ann", "Bob", "Zed"]);
    expect(
      await names
        .select((t) => ({ label: t.name.concat("/", t.kind) }))
        .orderBy("label")
        .limit(1)
        .all(),
    ).toEqual([{ label: "Ann/Ann" }]);
    expect(
      await names
        .groupBy((t) => t.name)
        .having((_, rows) => rows.count().gt(1))
        .select((name, rows) => ({ name, n: rows.count(), last: rows.max((t) => t.kind.length()) }))
        .all(),
    ).toEqual([{ name: "Ann", n: 2, last: 15 }]);
    expect(await names.max((t) => t.name)).toBe("Zed");
    expect(await names.aggregate((rows) => rows.count((t) => t.name.eq("Ann")))).toBe(2);
  });

  test("single values, with and without repetition", async () => {
    const names = Author.select((t) => t.name);
    const tags = Tag.select((t) => t.name);
    const titlesOf = Post.select((t) => t.title);

    expect((await union(names, tags).all()).sort()).toEqual(["Ann", "Bob", "Zed"]);
    expect(
      await unionAll(names, tags, titlesOf)
        .where((name) => name.eq("Ann"))
        .count(),
    ).toBe(3);
    expect(
      await unionAll(names, tags)
        .orderBy((name) => name, "desc")
        .limit(2)
        .all(),
    ).toEqual(["Zed", "Bob"]);
    expect(await intersect(names, tags, titlesOf).all()).toEqual(["Ann"]);
    expect((await except(union(names, tags), titlesOf).all()).sort()).toEqual(["Bob", "Zed"]);
    expect(
      await unionAll(names, tags)
        .groupBy((name) => name)
        .select((name, rows) => ({ name, n: rows.count(), most: rows.max((each) => each) }))
        .orderBy("name")
        .first(),
    ).toEqual({ name: "Ann", n: 2, most: "Ann" });
    expect(await unionAll(names, tags).distinct().count()).toBe(3);
  });

  test("NULL is a value like others", async () => {
    const reviewers = Post.select((t) => t.reviewerId);
    const authors = Post.select((t) => t.authorId);

    expect(await union(reviewers, authors).count()).toBe(3);
    expect(await except(reviewers, authors).all()).toEqual([null]);
    expect(
      await union(reviewers, reviewers)
        .where((t) => t.isNull())
        .count(),
    ).toBe(1);
    const rows = union(
      Post.select((t) => ({ a: t.subtitle, b: t.rating })),
      Author.select((t) => ({ a: t.bio, b: t.id.asFloat() })),
    );
    const found = await rows.where((t) => t.a.isNull().and(t.b.isNull())).all();
    expect(found).toEqual([{ a: null, b: null }]);
  });

  test("stand inside other queries, and speak of the rows around", async () => {
    const used = union(
      Author.select((t) => t.name),
      Post.select((t) => t.title),
    );
    expect((await Tag.where((t) => t.name.in(used)).all()).map(({ name }) => name)).toEqual([
      "Ann",
    ]);
    expect((await Tag.where((t) => t.name.notIn(used)).all()).map(({ name }) => name)).toEqual([
      "Zed",
    ]);
    const busy = Author.where((a) =>
      exists(
        intersect(
          Post.where((p) => p.authorId.eq(a.id).and(p.published.eq(true))),
          Post.where((p) => p.authorId.eq(a.id).and(p.views.gt(2))),
        ),
      ),
    );
    expect((await busy.all()).map(({ name }) => name)).toEqual(["Bob"]);
    const inside = Author.where((a) =>
      exists(
        unionAll(
          Post.where((p) => p.authorId.eq(a.id)).select((p) => ({ views: p.views })),
          Post.where((p) => p.reviewerId.eq(a.id)).select((p) => ({ views: p.views })),
        ).where((row) => row.views.eq(a.id.minus(a.id).plus(2))),
      ),
    );
    expect((await inside.all()).map(({ name }) => name)).toEqual(["Ann"]);
    const ids = union(published, viewed).select((t) => t.authorId);
    expect(await Author.where((t) => t.id.in(ids)).count()).toBe(2);
    const made = union(published.select("authorId"), viewed.select("authorId"));
    const narrowed = Author.where((t) =>
      t.id.in(made.where((row) => row.authorId.ne(t.id)).select((row) => row.authorId)),
    );
    expect(await narrowed.count()).toBe(0);
  });

  test("a selection made outside is refined inside another's lambda", async () => {
    const writers = Post.select((p) => p.authorId);
    const found = Author.where((t) => t.id.in(writers.where((p) => p.views.gt(2))));

    expect((await found.all()).map(({ name }) => name)).toEqual(["Bob"]);
  });

  test("groups that are asked for keep their conditions", async () => {
    const groups = Post.groupBy((t) => t.authorId)
      .having((_, rows) => rows.count().gt(5))
      .select((authorId) => ({ authorId }));

    expect(await Author.where(() => exists(groups)).count()).toBe(0);
  });

  test("from() gives rows to be queried again", async () => {
    const places = from(
      Post.select((t) => ({
        title: t.title,
        author: t.authorId,
        place: rowNumber().over({ partitionBy: t.authorId, orderBy: [t.views.desc(), t.title] }),
      })),
    );

    expect(
      await places
        .where((t) => t.place.eq(1))
        .orderBy("title")
        .all(),
    ).toMatchObject([
      { title: "Ann", place: 1 },
      { title: "Beta", place: 1 },
    ]);
    const groups = from(
      Post.groupBy("authorId").select((key, rows) => ({
        authorId: key.authorId,
        n: rows.count(),
        views: rows.sum((t) => t.views),
      })),
    );
    expect(await groups.avg((t) => t.n)).toBe(2);
    expect(await groups.where((t) => t.views.gt(4)).count()).toBe(1);
    const last = from(
      Post.orderBy("views", "desc").orderBy("id").limit(2).select("title", "views"),
    );
    expect(
      await last
        .orderBy("title")
        .select((t) => t.title)
        .all(),
    ).toEqual(["Ann", "Gamma"]);
    expect(await from(last).count()).toBe(2);
    expect(await from(Post.select((t) => t.views)).sum((views) => views)).toBe(9);
  });

  test("JSON, dates and numbers read as they do elsewhere", async () => {
    await Post.where({ title: "Alpha" }).update({ meta: { tags: ["x"], depth: 1 } });
    await Post.where({ title: "Beta" }).update({ meta: { depth: 1, tags: ["x"] } as never });
    const metas = union(
      Post.where({ title: "Alpha" }).select((t) => ({ meta: t.meta, at: t.views.asDecimal() })),
      Post.where({ title: "Beta" }).select((t) => ({
        meta: t.meta,
        at: t.views.minus(1).asDecimal(),
      })),
    );
    expect(await metas.all()).toEqual([{ meta: { tags: ["x"], depth: 1 }, at: new Decimal(1) }]);
    expect(await metas.where((t) => t.meta.depth.eq(1)).count()).toBe(1);
    expect(await metas.where((t) => t.meta.tags.has("y")).count()).toBe(0);
    const [{ createdAt } = { createdAt: null }] = await unionAll(
      Post.where({ title: "Alpha" }).select("createdAt"),
      Post.where({ title: "nope" }).select("createdAt"),
    ).all();
    expect(createdAt).toEqual((await Post.where({ title: "Alpha" }).one()).createdAt);
    const mixed = union(
      Post.where({ title: "Alpha" }).select((t) => ({ n: t.views })),
      Post.where({ title: "Alpha" }).select((t) => ({ n: t.rating })),
    );
    expect(await mixed.orderBy("n").all()).toEqual([{ n: 1 }, { n: 4.5 }]);
  });

  test("refuse what can't be meant, before any SQL", async () => {
    const seen = database.spy();
    const wrong =
      (...queries: unknown[]) =>
      (): unknown =>
        (union as unknown as (...all: unknown[]) => unknown)(...queries);

    expect(wrong(published)).toThrow("puts two queries or more together");
    expect(wrong(published, "x")).toThrow("expected queries, received string");
    expect(wrong(published, Author.where({ id: 1 }))).toThrow(
      "was given instances of Post and of Author",
    );
    expect(wrong(published, Post.select("id"))).toThrow(
      "queries of instances and queries of plain",
    );
    expect(wrong(Post.select("id"), Post.select("title"))).toThrow(
      "query 1 selects the field id, and query 2 doesn't",
    );
    expect(wrong(Post.select("id"), Post.select("id", "title"))).toThrow(
      "query 2 selects the field title, and query 1 doesn't",
    );
    expect(
      wrong(
        Post.select((t) => ({ a: t.id })),
        Post.select((t) => ({ a: t.title })),
      ),
    ).toThrow("union(): the field a is integer and text");
    expect(
      wrong(
        Post.select((t) => t.id),
        Post.select((t) => ({ value: t.id })),
      ),
    ).toThrow("a query of values and a query of rows");
    expect(wrong(published.forUpdate(), viewed)).toThrow("takes no query with include()");
    expect(wrong(published.include({ author: true }), viewed)).toThrow("call them on what union()");
    expect(wrong(published.using("a"), viewed.using("b"))).toThrow('connections "a" and "b"');
    expect(() => (unionAll as unknown as typeof union)(published, viewed)).toThrow(
      "would give an instance several times",
    );
    expect(() => from(published as never)).toThrow(UsageError);
    expect(() => union(published, viewed).where((t) => t.title.eq(undefined as never))).toThrow(
      UsageError,
    );
    expect(seen()).toEqual([]);
  });

  test("print and plan", async () => {
    const rows = union(Post.select("id"), Employee.select("id")).where((t) => t.id.gt(3));

    expect(rows.toSQL().sql).toContain(" union ");
    expect(rows.toSQL().parameters.map(Number)).toEqual([3]);
    expect((await rows.explain()).steps.length).toBeGreaterThan(0);
    expect(union(published, viewed).toSQL("count").sql).toContain(" union ");
  });
});
