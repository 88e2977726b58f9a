import { beforeEach, expect, test } from "vitest";
import { connect, engines, transaction, UsageError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post, Profile, Tag } from "./models.ts";

describeEachDatabase("include", (db) => {
  const database = useDatabase(db);
  let ann: Author;
  let bob: Author;

  beforeEach(async () => {
    ann = await Author.create({ name: "Ann", email: "ann@example.com" });
    bob = await Author.create({ name: "Bob", email: "bob@example.com" });
    await Profile.create({ user: ann, website: "https://ann.example.com" });
    for (const title of ["a1", "a2", "a3", "a4"]) {
      const reviewer = title === "a1" ? bob : null;
      const post = await ann.posts.create({ title, reviewer, views: Number(title[1]) });
      if (title === "a1") await post.tags.create({ name: "red" });
    }
    const [red] = await Tag.all();
    for (const title of ["b1", "b2"]) {
      const post = await bob.posts.create({ title });
      await post.tags.add(red as Tag);
    }
  });

  test("loads relations in one statement each, however many rows there are", async () => {
    const statements = database.spy();
    const posts = await Post.include({ author: true, tags: true, reviewer: true })
      .orderBy("title")
      .all();

    expect(statements()).toHaveLength(4);
    expect(posts.map(({ title, author }) => [title, author.shout])).toEqual([
      ["a1", "ANN"],
      ["a2", "ANN"],
      ["a3", "ANN"],
      ["a4", "ANN"],
      ["b1", "BOB"],
      ["b2", "BOB"],
    ]);
    expect(posts.map(({ tags }) => tags.map(({ name }) => name))).toEqual([
      ["red"],
      [],
      [],
      [],
      ["red"],
      ["red"],
    ]);
    expect(posts.map(({ reviewer }) => reviewer?.name)).toEqual([
      "Bob",
      ...Array(5).fill(undefined),
    ]);
    expect(posts[0]?.author).toBeInstanceOf(Author);
    expect(posts[1]?.reviewer).toBeNull();
    expect(await posts[0]?.author).toBe(posts[0]?.author);
    expect(posts[0]?.author).toBe(posts[3]?.author);
    expect(posts[4]?.tags[0]).toBe(posts[5]?.tags[0]);
    expect(statements()).toHaveLength(4);
  });

  test("limit, offset and one() count the rows of the query, not those of its relations", async () => {
    const authors = await Author.include({ posts: { tags: true } })
      .orderBy("name")
      .limit(1)
      .offset(1)
      .all();
    const one = await Author.include({ posts: true }).where({ name: "Ann" }).one();
    const found = await Author.include({ posts: true }).get(bob.id);

    expect(authors.map(({ name, posts }) => [name, posts.length])).toEqual([["Bob", 2]]);
    expect(one.posts).toHaveLength(4);
    expect(found.posts).toHaveLength(2);
    expect(await Author.include({ posts: true }).where({ name: "none" }).first()).toBeNull();
    expect(await Author.include({ posts: true }).count()).toBe(2);
  });

  test("a lambda chooses, orders and cuts the related rows of each parent", async () => {
    const statements = database.spy();
    const authors = await Author.include({
      posts: (q) =>
        q
          .where((t) => t.views.ne(4))
          .orderBy((t) => t.title, "desc")
          .offset(1)
          .limit(1)
          .include({ tags: (tags) => tags.orderBy("name") }),
      reviews: (q) => q.where({ title: "a1" }),
    })
      .orderBy("name")
      .all();

    expect(statements()).toHaveLength(4);
    expect(authors.map(({ posts }) => posts.map(({ title }) => title))).toEqual([["a2"], ["b1"]]);
    expect(authors[1]?.posts[0]?.tags.map(({ name }) => name)).toEqual(["red"]);
    expect(authors.map(({ reviews }) => reviews.length)).toEqual([0, 1]);
  });

  test("a limit holds for each parent of a many-to-many relation", async () => {
    const post = await Post.where({ title: "b2" }).one();
    for (const name of ["blue", "green", "white"]) await post.tags.create({ name });

    const posts = await Post.include({ tags: (q) => q.orderBy("name", "desc").limit(2) })
      .where((t) => t.title.startsWith("b"))
      .orderBy("title")
      .all();

    expect(posts.map(({ tags }) => tags.map(({ name }) => name))).toEqual([
      ["red"],
      ["white", "red"],
    ]);
  });

  test("a lambda of a relation to one row gives null where it doesn't match", async () => {
    const posts = await Post.include({
      author: (q) => q.where((t) => t.name.eq("Ann")).include({ profile: true }),
    })
      .orderBy("title")
      .all();

    expect(posts.map(({ author }) => author?.profile?.website)).toEqual([
      ...Array(4).fill("https://ann.example.com"),
      undefined,
      undefined,
    ]);
    expect(posts[5]?.author).toBeNull();
  });

  test("combine gives lists and counts beside each other", async () => {
    const authors = await Author.include({
      posts: (q) =>
        q.combine({
          recent: q.orderBy("title", "desc").limit(2).include({ tags: true }),
          total: q.count(),
          viewed: q.where((t) => t.views.gt(2)).count(),
        }),
    })
      .orderBy("name")
      .all();
    const tag = await Tag.include({ posts: (q) => q.combine({ total: q.count() }) }).one();

    expect(authors.map(({ posts }) => [posts.total, posts.viewed])).toEqual([
      [4, 2],
      [2, 0],
    ]);
    expect(authors[1]?.posts.recent.map(({ title, tags }) => [title, tags.length])).toEqual([
      ["b2", 1],
      ["b1", 1],
    ]);
    expect(await authors[0]?.posts.where({ title: "a1" }).count()).toBe(1);
    expect(tag.posts.total).toBe(3);
    expect(JSON.parse(JSON.stringify(tag)).posts).toEqual({ total: 3 });
  });

  test("select reads plain rows in place of instances", async () => {
    const posts = await Post.include({
      author: (q) => q.select("id", "name"),
      tags: (q) => q.select((t) => ({ label: t.name })).limit(2),
    })
      .where((t) => t.title.startsWith("a"))
      .orderBy("title")
      .all();
    const authors = await Author.include({
      posts: (q) => q.select((t) => ({ title: t.title, by: t.author.name })).orderBy("title"),
    })
      .orderBy("name")
      .all();

    expect(posts[0]?.author).toEqual({ id: ann.id, name: "Ann" });
    expect(posts.slice(0, 2).map(({ tags }) => [...tags])).toEqual([[{ label: "red" }], []]);
    expect(authors[1]?.posts.map(({ title, by }) => title + by)).toEqual(["b1Bob", "b2Bob"]);
    expect(posts[0]?.toJSON()).toMatchObject({ author: { name: "Ann" }, tags: [{ label: "red" }] });
  });

  test("a session's objects are those that are there already, and are not asked for again", async () => {
    await engines.session({ identityMap: true }).run(async () => {
      const known = await Author.get(ann.id);
      known.name = "unsaved";
      await Author.get(bob.id);
      const statements = database.spy();

      const posts = await Post.include({ author: true }).orderBy("title").all();

      expect(statements()).toHaveLength(1);
      expect(posts[0]?.author).toBe(known);
      expect(posts[0]?.author.name).toBe("unsaved");
    });
  });

  test("a child that was moved in memory is listed where the database has it", async () => {
    await engines.session({ identityMap: true }).run(async () => {
      const post = await Post.where({ title: "a1" }).one();
      post.authorId = bob.id;

      const authors = await Author.include({ posts: true }).orderBy("name").all();

      expect(authors.map(({ posts }) => posts.includes(post))).toEqual([true, false]);
    });
  });

  test("runs on the transaction's connection, and needs no second one", async () => {
    const url = db.ephemeral ? undefined : db.url;
    const title = await transaction(async () => {
      await bob.posts.create({ title: "b3" });
      const author = await Author.include({ posts: { tags: true } })
        .where({ name: "Bob" })
        .one();
      return author.posts.map((post) => post.title).sort();
    });
    expect(title).toEqual(["b1", "b2", "b3"]);
    if (url === undefined) return; // a database in memory is another one on each connection

    await using single = await connect(url, { name: "single", pool: { maxConnections: 1 } });
    const load = () =>
      Author.using("single")
        .include({ posts: { tags: true }, profile: true })
        .all();
    const results = await Promise.all(Array.from({ length: 10 }, load));
    expect(results.map((authors) => authors.length)).toEqual(Array(10).fill(2));
    expect(single.stats().inUse).toBe(0);
  });

  test("a model with itself, three levels deep", async () => {
    const boss = await Employee.create({ name: "boss" });
    const middle = await boss.reports.create({ name: "middle" });
    const worker = await middle.reports.create({ name: "worker" });
    await worker.friends.add(boss, middle);
    const statements = database.spy();

    const [top] = await Employee.include({ reports: { reports: { manager: true } } })
      .where({ name: "boss" })
      .all();
    const [low] = await Employee.include({ manager: { manager: { manager: true } }, friends: true })
      .where({ name: "worker" })
      .all();

    expect(statements()).toHaveLength(8);
    expect(top?.reports[0]?.reports[0]?.manager?.name).toBe("middle");
    expect(low?.manager?.manager?.name).toBe("boss");
    expect(low?.manager?.manager?.manager).toBeNull();
    expect(low?.friends.map(({ name }) => name).sort()).toEqual(["boss", "middle"]);
  });

  test("a query that finds nothing asks for no relations", async () => {
    const statements = database.spy();

    expect(await Post.include({ tags: true }).where({ title: "none" }).all()).toEqual([]);
    await Post.include({ reviewer: { posts: true } })
      .where({ title: "a2" })
      .all();

    expect(statements()).toHaveLength(2);
  });

  test.for<[string, () => unknown, string]>([
    ["an unknown relation", () => Post.include({ nope: true } as never), 'no relation "nope"'],
    ["a column", () => Post.include({ title: true } as never), 'no relation "title"'],
    [
      "what other libraries take",
      () => Post.include({ author: { where: { name: "a" } } } as never),
      "include({ …: (q) => q.where(…) })",
    ],
    ["no object", () => Post.include("author" as never), "expected an object of relations"],
    [
      "a number",
      () => Post.include({ author: 1 } as never),
      "expected true, an object or a lambda",
    ],
    [
      "a nested unknown one",
      () => Post.include({ author: { nope: true } } as never),
      'Author has no relation "nope"',
    ],
    [
      "a lambda without a result",
      () => Post.include({ tags: () => {} } as never),
      "gave undefined",
    ],
    [
      "a boolean condition",
      () =>
        Post.include({ tags: (q: { where(c: unknown): unknown }) => q.where(() => true) } as never),
      "expected a condition",
    ],
    [
      "a limit on one row",
      () => Post.include({ author: (q: { limit(n: number): unknown }) => q.limit(1) } as never),
      "leads to one row",
    ],
    [
      "a bare count",
      () => Author.include({ posts: (q: { count(): unknown }) => q.count() } as never),
      "combine",
    ],
    [
      "a part with a method's name",
      () => Author.include({ posts: (q) => q.combine({ count: q.count() }) }),
      "method of the relation",
    ],
    [
      "a refined relation twice",
      () => Post.include({ tags: true }).include({ tags: (q) => q.limit(1) }),
      "included twice",
    ],
    ["a stream", () => Post.include({ tags: true }).where({ title: "a" }).stream(), "stream()"],
  ])("%s is refused before any SQL", ([, call, message]) => {
    const statements = database.spy();

    expect(call).toThrow(UsageError);
    expect(call).toThrow(message);
    expect(statements()).toEqual([]);
  });

  test("two includes add up", async () => {
    const post = await Post.include({ author: true })
      .include({ author: { profile: true }, tags: true })
      .where({ title: "a1" })
      .one();

    expect(post.author.profile?.website).toBe("https://ann.example.com");
    expect(post.tags).toHaveLength(1);
  });
});
