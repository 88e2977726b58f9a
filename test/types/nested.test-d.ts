import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { backRef, foreignKey, id, Model } from "../../src/index.ts";
import type { LazyOne, Links, Related } from "../../src/query/types.ts";
import { Author, Employee, Post, type Profile, type Tag } from "./support/models.ts";

declare const author: Author;
declare const tag: Tag;

class Box extends Model("Box", {
  id: id(),
  get loose() {
    return backRef(Item);
  },
  get fixed() {
    return backRef(Item);
  },
  get heavy() {
    return backRef(Item, { where: (t) => t.weight.gt(3) });
  },
}) {}

class Item extends Model("Item", {
  id: id(),
  weight: z.int().default(1),
  get box() {
    return foreignKey(Box, { relatedName: "loose", nullable: true });
  },
  get home() {
    return foreignKey(Box, { relatedName: "fixed" });
  },
}) {}

declare const item: Item;
declare const box: Box;

const ann = { name: "Ann", email: "ann@example.com", bio: null };

describe("create with rows around the row", () => {
  test("takes input wherever a relation leads, at any depth", () => {
    Post.create({ title: "t", author: ann, tags: [{ name: "a" }, tag] });
    Author.create({
      ...ann,
      profile: { bio: "b" },
      posts: [
        { title: "t", reviewer: { ...ann, posts: [] }, tags: [{ name: "a", posts: [] }] },
        { title: "u", reviewer: author },
      ],
    });
    Employee.create({
      name: "a",
      manager: { name: "b", manager: { name: "c" } },
      reports: [{ name: "d", reports: [{ name: "e" }] }],
      friends: [{ name: "f" }],
      friendOf: [],
    });
  });

  test("gives the relations loaded", async () => {
    const post = await Post.create({ title: "t", author: ann, tags: [{ name: "a" }] });
    const made = await Author.create({ ...ann, posts: [{ title: "t" }], profile: null });
    const report = await Employee.create({ name: "a", manager: null, reports: [] });

    expectTypeOf(post.author.shout).toEqualTypeOf<string>();
    expectTypeOf(post.tags[0]).toEqualTypeOf<Tag | undefined>();
    expectTypeOf(post.tags).toExtend<Links<typeof Tag>>();
    expectTypeOf(post.isLong()).toEqualTypeOf<boolean>();
    expectTypeOf(post.reviewer).toEqualTypeOf<LazyOne<Author | null>>();
    expectTypeOf(post).toExtend<Post>();
    expectTypeOf(made.posts[0]?.title).toEqualTypeOf<string | undefined>();
    expectTypeOf(made.posts).toExtend<Related<typeof Post, "author">>();
    expectTypeOf(made.profile).toExtend<Profile | null>();
    expectTypeOf(made.profile?.bio).toEqualTypeOf<string | null | undefined>();
    expectTypeOf(report.manager?.name).toEqualTypeOf<string | undefined>();
  });

  test("of plain input loads nothing", async () => {
    const post = await Post.create({ title: "t", author });

    expectTypeOf(post).toEqualTypeOf<Post>();
    // @ts-expect-error -- the author was given, but not made with the post
    post.author.shout;
  });

  test("works over relations too", async () => {
    const post = await author.posts.create({ title: "t", tags: [{ name: "a" }] });
    const other = await tag.posts.create({ title: "t", author: ann });

    expectTypeOf(post.tags[0]?.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(other.author.shout).toEqualTypeOf<string>();
    // @ts-expect-error -- the title is missing
    author.posts.create({ tags: [{ name: "a" }] });
  });

  test("checks every level", () => {
    // @ts-expect-error -- a tag has no colour
    Post.create({ title: "t", author, tags: [{ name: "a", colour: "red" }] });
    // @ts-expect-error -- nor has a post
    Post.create({ title: "t", author: ann, colour: "red" });
    // @ts-expect-error -- the name of the tag is missing
    Post.create({ title: "t", author, tags: [{}] });
    // @ts-expect-error -- the email of the author is missing
    Post.create({ title: "t", author: { name: "Ann", bio: null } });
    // @ts-expect-error -- a number is no title
    Author.create({ ...ann, posts: [{ title: 1 }] });
    // @ts-expect-error -- an author is no tag
    Post.create({ title: "t", author, tags: [author] });
    // @ts-expect-error -- one tag is no list
    Post.create({ title: "t", author, tags: { name: "a" } });
    // @ts-expect-error -- an id or the row, not both
    Post.create({ title: "t", authorId: 1, author: ann });
    // @ts-expect-error -- the title is still needed
    Post.create({ author: ann, tags: [] });
  });

  test("takes a row that is there where it may point nowhere yet", () => {
    Box.create({ loose: [item, { home: box }] });
    // @ts-expect-error -- this item has a home already
    Box.create({ fixed: [item] });
    // @ts-expect-error -- a view of some rows makes none
    Box.create({ heavy: [{ home: box }] });
  });
});
