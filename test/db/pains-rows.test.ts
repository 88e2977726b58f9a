/** Rows that are lost, repeated, or written by reading: R27, R29, R31, R32 and R42 of the users' pains. */

import fc from "fast-check";
import { backRef, foreignKey, id, Model, SchemaError, transaction } from "ferro-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../support/databases.ts";
import { Author, Comment, fillBlog, Post, Tag, useBlog } from "./contract/blog.ts";

const prefix = "a_table_with_a_prefix_that_is_longer_than_fifty_one";
const [first, second, third] = ["x".repeat(9), "y".repeat(9), "z".repeat(9)].map(
  (end) => `${prefix}${end}`,
) as [string, string, string];

class LongRoot extends Model(
  "PainLongRoot",
  {
    id: id(),
    name: z.string(),
    get middles() {
      return backRef(LongMiddle);
    },
  },
  { table: first },
) {}

class LongMiddle extends Model(
  "PainLongMiddle",
  {
    id: id(),
    name: z.string(),
    get root() {
      return foreignKey(LongRoot, { relatedName: "middles" });
    },
    get leaves() {
      return backRef(LongLeaf);
    },
  },
  { table: second },
) {}

class LongLeaf extends Model(
  "PainLongLeaf",
  {
    id: id(),
    name: z.string(),
    get middle() {
      return foreignKey(LongMiddle, { relatedName: "leaves" });
    },
  },
  { table: third },
) {}

describeEachDatabase("pains of rows", (db) => {
  const { spy } = useBlog(db, [LongLeaf, LongMiddle, LongRoot]);

  test("R27 a save writes what was assigned, and the instance equals its row", async () => {
    const { posts } = await fillBlog();
    const [post] = posts;
    await Post.where({ id: post.id }).update({ views: 99, note: "by someone else" });
    const statements = spy();

    post.title = "Changed";
    await post.save();
    expect(statements.filter((text) => text.startsWith("update"))).toHaveLength(1);
    expect(statements.join()).not.toContain("views");
    expect(await Post.where({ id: post.id }).select("title", "views", "note").one()).toEqual({
      title: "Changed",
      views: 99,
      note: "by someone else",
    });
    post.rating = null;
    post.views = 5;
    await post.save();
    const row = await Post.where({ id: post.id }).using("default").one();
    expect({ ...row }).toMatchObject({ rating: null, views: 5, title: "Changed" });
  });

  test("R29 rows that were not named are never deleted, cleared or moved", async () => {
    const { ann, posts } = await fillBlog();
    const [post] = posts;
    const [kept, gone] = [await Tag.create({ name: "kept" }), await Tag.create({ name: "gone" })];
    await post.tags.set([kept, gone]);
    const before = {
      authors: await Author.count(),
      posts: await Post.count(),
      tags: await Tag.count(),
    };

    expect(() => Object.assign(ann, { posts: [] })).toThrow("posts can't be assigned");
    expect(() => Object.assign(post, { tags: [kept] })).toThrow("tags can't be assigned");
    await ann.save();
    await post.save();
    await post.tags.set([kept]);
    await post.tags.remove(gone);

    expect(await post.tags.select("name").all()).toEqual([{ name: "kept" }]);
    expect({
      authors: await Author.count(),
      posts: await Post.count(),
      tags: await Tag.count(),
    }).toEqual(before);
    expect(await ann.posts.count()).toBe(await Post.where({ authorId: ann.id }).count());
  });

  test("R31 three long names that begin alike are joined without taking one for another", async () => {
    const root = await LongRoot.create({ name: "root" });
    const middle = await root.middles.create({ name: "middle" });
    await middle.leaves.create({ name: "leaf" });

    const read = await LongLeaf.where((t) => t.middle.root.name.eq("root"))
      .orderBy((t) => t.middle.name)
      .select((t) => ({ leaf: t.name, middle: t.middle.name, root: t.middle.root.name }))
      .all();
    expect(read).toEqual([{ leaf: "leaf", middle: "middle", root: "root" }]);
    const leaf = await LongLeaf.include({ middle: { root: true } }).one();
    expect(leaf.middle.root.name).toBe("root");
    expect(() => Model("PainTooLong", { id: id() }, { table: "é".repeat(32) })).toThrow(
      SchemaError,
    );
  });

  test("R32 pages are the whole, and limits count rows, whatever is included, filtered or ordered", async () => {
    const { ann } = await fillBlog();
    await Post.bulkCreate(
      Array.from({ length: 9 }, (_, n) => ({ title: `p${n % 3}`, views: n % 2, authorId: ann.id })),
    );
    const all = await Post.all();
    await Comment.bulkCreate(
      all.flatMap((post, n) =>
        Array.from({ length: n % 4 }, () => ({
          text: "c",
          postId: post.id,
          approved: n % 2 === 0,
        })),
      ),
    );

    await fc.assert(
      fc.asyncProperty(
        fc.record({
          size: fc.integer({ min: 1, max: 5 }),
          order: fc.constantFrom("none", "title", "author", "comments"),
          filter: fc.constantFrom("none", "some", "path"),
          include: fc.boolean(),
          direction: fc.constantFrom("asc" as const, "desc" as const),
        }),
        async ({ size, order, filter, include, direction }) => {
          let rows = Post.orderBy("views", direction);
          if (order === "title") rows = Post.orderBy("title", direction);
          if (order === "author") rows = Post.orderBy((t) => t.author.name, direction);
          if (order === "comments") rows = Post.orderBy((t) => t.comments.count(), direction);
          if (filter === "some") rows = rows.where((t) => t.comments.some());
          if (filter === "path") rows = rows.where((t) => t.author.name.eq("Ann"));
          const whole = (await rows.orderBy("id", direction).all()).map((post) => post.id);
          const read = include ? rows.include({ comments: true, tags: true, author: true }) : rows;

          const paged: number[] = [];
          let after: string | null = null;
          do {
            const page: { items: { id: number }[]; next: string | null } = await read.page({
              size,
              after,
            });
            paged.push(...page.items.map((post) => post.id));
            after = page.next;
          } while (after !== null);
          expect(paged).toEqual(whole);
          expect(await rows.count()).toBe(whole.length);

          const sliced = await read.orderBy("id", direction).limit(size).offset(1).all();
          expect(sliced.map((post) => post.id)).toEqual(whole.slice(1, size + 1));
        },
      ),
      { numRuns: 25 },
    );
  });

  test("R42 reading writes nothing, whatever was read and whatever the transaction ends with", async () => {
    const { ann } = await fillBlog();
    const statements = spy();

    await transaction(async () => {
      const posts = await Post.include({ author: true, tags: true, comments: true }).all();
      for (const post of posts) {
        await post.author;
        await post.tags.all();
        post.toJSON();
        await post.save();
      }
      await Author.include({ posts: { comments: true }, profile: true }).all();
      await ann.refresh();
      await ann.profile;
      await Post.select((t) => ({ id: t.id, name: t.author.name })).all();
      for await (const post of Post.stream({ identityMap: true })) await post.save();
      await Post.page({ size: 2 });
    });

    expect(statements.filter((text) => /^\s*(?:insert|update|delete)/iu.test(text))).toEqual([]);
  });
});
