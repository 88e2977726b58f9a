import { describe, expectTypeOf, test } from "vitest";
import type { Query } from "../../src/query/types.ts";
import { Author, Employee, Post, type Profile, type Tag } from "./support/models.ts";

declare function render(post: Post): void;

describe("include", () => {
  test("gives rows whose relations are there", async () => {
    const [post] = await Post.include({ author: true, reviewer: true, tags: true }).all();
    if (post === undefined) return;

    expectTypeOf(post.author.shout).toEqualTypeOf<string>();
    expectTypeOf(post.reviewer?.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(post.tags[0]).toExtend<Tag | undefined>();
    expectTypeOf(post.tags.map((tag) => tag.name)).toEqualTypeOf<string[]>();
    expectTypeOf(post.tags.length).toEqualTypeOf<number>();
    // @ts-expect-error -- there may be no reviewer
    post.reviewer.name;
    // @ts-expect-error -- the list is read only
    post.tags.push;
    // @ts-expect-error -- a tag's posts were not included
    post.tags[0]?.posts[0];
  });

  test("rows with relations are no plain rows, wherever include() stood", () => {
    const rows = Post.include({ author: true }).where({ id: 1 }).limit(3);
    const alike: Query<typeof Post> = rows;
    const given = <Row>(query: Query<typeof Post, Row>): Query<typeof Post, Row> => query;

    expectTypeOf(alike.select("id").all()).toEqualTypeOf<Promise<{ id: number }[]>>();
    expectTypeOf(given(rows).one()).resolves.toHaveProperty("author");
    // @ts-expect-error -- plain rows hold no relations
    rows.select("id");
    // @ts-expect-error -- nor do those of a lambda
    rows.select((t) => ({ id: t.id }));
    // @ts-expect-error -- the related rows are no different
    Post.include({ tags: (q) => q.include({ posts: true }).limit(1).select("name") });
    // @ts-expect-error -- nor is the one row
    Post.include({ author: (q) => q.include({ posts: true }).select((t) => t.name) });
  });

  test("keeps what an instance is: methods, columns, and the relation itself", async () => {
    const post = await Post.include({ author: true, tags: true }).get(1);

    render(post);
    expectTypeOf(post.isLong()).toEqualTypeOf<boolean>();
    expectTypeOf(await post.author).toExtend<Author>();
    expectTypeOf(await post.tags.where((t) => t.name.eq("x")).all()).toEqualTypeOf<Tag[]>();
    expectTypeOf(post.tags.add).toBeFunction();
    await Post.create({ title: "t", author: post.author });
  });

  test("goes on into the related rows", async () => {
    const post = await Post.include({
      author: { profile: true, posts: { tags: true } },
      tags: { posts: true },
    }).one();
    const low = await Employee.include({ manager: { manager: true }, reports: true }).one();

    expectTypeOf(post.author.profile).toExtend<Profile | null>();
    expectTypeOf(post.author.posts[0]?.tags[0]?.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(post.tags[0]?.posts[0]?.title).toEqualTypeOf<string | undefined>();
    expectTypeOf(low.manager?.manager?.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(low.reports[0]?.name).toEqualTypeOf<string | undefined>();
    render(post);
  });

  test("a lambda refines the related rows", async () => {
    const post = await Post.include({
      author: (q) => q.where((t) => t.name.eq("x")).include({ profile: true }),
      tags: (q) =>
        q
          .where((t) => t.name.startsWith("a"))
          .orderBy("name")
          .limit(3)
          .include({ posts: true }),
    }).one();

    expectTypeOf(post.author?.profile?.bio).toEqualTypeOf<string | null | undefined>();
    expectTypeOf(post.tags[0]?.posts[0]?.title).toEqualTypeOf<string | undefined>();
    // @ts-expect-error -- a condition may leave the author out
    post.author.name;
    // @ts-expect-error -- there is no such column
    Post.include({ tags: (q) => q.where((t) => t.nope.eq(1)) });
    // @ts-expect-error -- one row has no limit
    Post.include({ author: (q) => q.limit(1) });
  });

  test("select reads plain rows in place of instances", async () => {
    const post = await Post.include({
      author: (q) => q.select("id", "name"),
      tags: (q) => q.select((t) => ({ label: t.name })).limit(2),
    }).one();

    expectTypeOf(post.author).toEqualTypeOf<{ id: number; name: string }>();
    expectTypeOf(post.tags[0]?.label).toEqualTypeOf<string | undefined>();
    // @ts-expect-error -- the name was not selected
    post.tags[0]?.name;
  });

  test("combine gives its parts, and the relation's methods", async () => {
    const author = await Author.include({
      posts: (q) => q.combine({ recent: q.limit(3).include({ tags: true }), total: q.count() }),
    }).one();

    expectTypeOf(author.posts.total).toEqualTypeOf<number>();
    expectTypeOf(author.posts.recent[0]?.tags[0]?.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(author.posts.create).toBeFunction();
    // @ts-expect-error -- a number needs a name
    Author.include({ posts: (q) => q.count() });
  });

  test("combine gives numbers of the column's own kind", async () => {
    const author = await Author.include({
      posts: (q) =>
        q.combine({
          views: q.sum((t) => t.views),
          mean: q.avg((t) => t.views),
          last: q.max((t) => t.title, { filter: (t) => t.views.gt(1) }),
          named: q.count((t) => t.title, { distinct: true }),
        }),
    }).one();

    expectTypeOf(author.posts.views).toEqualTypeOf<number>();
    expectTypeOf(author.posts.mean).toEqualTypeOf<number | null>();
    expectTypeOf(author.posts.last).toEqualTypeOf<string | null>();
    expectTypeOf(author.posts.named).toEqualTypeOf<number>();
    // @ts-expect-error -- text has no sum
    Author.include({ posts: (q) => q.combine({ n: q.sum((t) => t.title) }) });
    // @ts-expect-error -- nor has one row
    Post.include({ author: (q) => q.combine({ n: q.sum((t) => t.id) }) });
  });

  test("works on queries and relation queries, in any order", async () => {
    const author = await Author.get(1);
    const [post] = await author.posts.where({ title: "t" }).include({ tags: true }).limit(1).all();
    const both = await Post.include({ author: true })
      .where({ title: "t" })
      .include({ tags: true })
      .first();

    expectTypeOf(post?.tags[0]?.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(both?.author.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(both?.tags[0]?.name).toEqualTypeOf<string | undefined>();
  });

  test("refuses what is no relation", async () => {
    // @ts-expect-error -- there is no such relation
    Post.include({ nope: true });
    // @ts-expect-error -- there is no such relation
    Post.include({ author: true, nope: true });
    // @ts-expect-error -- a column is there anyway
    Post.include({ title: true });
    // @ts-expect-error -- there is no such relation
    Post.include({ author: { profile: true, nope: true } });
    // @ts-expect-error -- nothing was included
    (await Post.get(1)).author.name;
  });
});
