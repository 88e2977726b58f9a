import { beforeEach, expect, test } from "vitest";
import { recursive, union } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post } from "./models.ts";

describeEachDatabase("distinctOn", (db) => {
  const database = useDatabase(db);

  beforeEach(async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
    const bob = await Author.create({ name: "Bob", email: "bob@example.com" });
    await Post.bulkCreate([
      { title: "a1", views: 5, published: true, authorId: ann.id, reviewerId: bob.id },
      { title: "a2", views: 9, authorId: ann.id },
      { title: "b1", views: 7, published: true, authorId: bob.id },
      { title: "b2", views: 7, authorId: bob.id, rating: 1 },
      { title: "b3", views: 1, published: true, authorId: bob.id },
    ]);
  });

  const titles = async (query: { all(): Promise<{ title: string }[]> }) =>
    (await query.all()).map(({ title }) => title);
  const most = Post.orderBy("views", "desc").distinctOn((t) => t.authorId);

  test("gives the first row of each group, in the order", async () => {
    expect(await titles(most)).toEqual(["a2", "b1"]);
    expect(await titles(Post.orderBy("views").distinctOn("authorId"))).toEqual(["b3", "a1"]);
    expect((await most.all()).every((row) => row instanceof Post)).toBe(true);
    expect(await titles(Post.where({ views: 7 }).distinctOn((t) => t.views))).toEqual(["b1"]);
    expect(
      await titles(Post.orderBy("title").distinctOn((t) => [t.author.name, t.published])),
    ).toEqual(["a1", "a2", "b1", "b2"]);
    expect(await titles(Post.orderBy("title").distinctOn((t) => t.views.mod(2)))).toEqual(["a1"]);
  });

  test("NULLs are one group", async () => {
    expect(await titles(Post.orderBy("title").distinctOn((t) => t.reviewerId))).toEqual([
      "a1",
      "a2",
    ]);
  });

  test("conditions count before it, limits after it, wherever they stand", async () => {
    expect(await titles(most.where({ published: true }))).toEqual(["b1", "a1"]);
    expect(
      await titles(
        Post.where((t) => t.views.lt(9))
          .distinctOn("authorId")
          .orderBy("views", "desc"),
      ),
    ).toEqual(["b1", "a1"]);
    expect(await titles(most.limit(1))).toEqual(["a2"]);
    expect(await titles(Post.limit(1).offset(1).orderBy("views").distinctOn("authorId"))).toEqual([
      "a1",
    ]);
    expect((await most.first())?.title).toBe("a2");
    expect((await Post.orderBy("id").distinctOn("authorId").first())?.title).toBe("a1");
  });

  test("goes on like any other query", async () => {
    expect(await most.count()).toBe(2);
    expect(await most.exists()).toBe(true);
    expect(await most.sum((t) => t.views)).toBe(16);
    expect(
      await most
        .groupBy((t) => t.published)
        .select((_, rows) => rows.count())
        .all(),
    ).toEqual(expect.arrayContaining([1, 1]));
    expect(await most.select((t) => ({ title: t.title, who: t.author.name })).all()).toEqual([
      { title: "a2", who: "Ann" },
      { title: "b1", who: "Bob" },
    ]);
    expect(await most.select("views").where({ published: true }).all()).toEqual([
      { views: 7 },
      { views: 5 },
    ]);
    const [first] = await most.include({ author: true }).all();
    expect((await first?.author)?.name).toBe("Ann");
    const page = await most.page({ size: 1, total: true });
    expect([page.items[0]?.title, page.total, page.hasNext]).toEqual(["a2", 2, true]);
    const next = await most.page({ size: 1, after: page.next });
    expect([next.items[0]?.title, next.hasNext]).toEqual(["b1", false]);
    const streamed: string[] = [];
    for await (const { title } of most) streamed.push(title);
    expect(streamed).toEqual(["a2", "b1"]);
    const a1 = await Post.where({ title: "a1" }).one();
    expect(await most.getOrNone(a1.id)).toMatchObject({ title: "a1" });
    const bob = await Author.where({ name: "Bob" }).one();
    expect(await titles(bob.posts.orderBy("views").distinctOn("authorId"))).toEqual(["b3"]);
  });

  test("stands inside other queries, and in front of others", async () => {
    expect(
      await titles(Post.where((t) => t.id.in(most.select((p) => p.id))).orderBy("id")),
    ).toEqual(["a2", "b1"]);
    const own = Author.orderBy("name").where((a) =>
      a.name.in(
        Post.where((p) => p.authorId.eq(a.id))
          .orderBy("views", "desc")
          .distinctOn((p) => p.authorId)
          .select((p) => p.author.name),
      ),
    );
    expect(await own.count()).toBe(2);
    const inside = Author.where((a) =>
      a.id.in(most.where((p) => p.published.eq(true)).select((p) => p.authorId)),
    );
    expect(await inside.count()).toBe(2);
    expect(await titles(union(most, Post.where({ title: "b3" })).orderBy("title"))).toEqual([
      "a2",
      "b1",
      "b3",
    ]);
    const lead = await Employee.create({ name: "lead" });
    await Employee.create({ name: "one", manager: lead });
    await Employee.create({ name: "two", manager: lead });
    const levels = recursive(
      Employee.where({ name: "lead" }),
      (next, found) => next.managerId.eq(found.id),
      { maxDepth: 3 },
    );
    const names = levels.orderBy("name", "desc").distinctOn((t) => t.managerId);
    expect((await names.all()).map(({ name }) => name)).toEqual(["two", "lead"]);
  });

  test("chooses the rows that are changed", async () => {
    expect(await most.update({ title: "most" })).toBe(2);
    expect(await Post.where({ title: "most" }).count()).toBe(2);
    expect(await Post.orderBy("views").distinctOn("authorId").delete()).toBe(2);
    expect(await Post.orderBy("id").count()).toBe(3);
  });

  test("refuses what can't be meant, before any SQL", () => {
    const seen = database.spy();
    const wrong =
      (...keys: unknown[]) =>
      (): unknown =>
        (Post.limit(1) as unknown as { distinctOn(...keys: unknown[]): unknown }).distinctOn(
          ...keys,
        );

    expect(wrong()).toThrow("nothing to tell rows apart by");
    expect(wrong(() => [])).toThrow("nothing to tell rows apart by");
    expect(wrong("nope")).toThrow('Post has no field "nope"');
    expect(wrong(() => 1)).toThrow("expected columns, or expressions of them, received number");
    expect(wrong((t: typeof Post.columns) => t.meta)).toThrow("received json");
    expect(seen()).toEqual([]);
  });
});
