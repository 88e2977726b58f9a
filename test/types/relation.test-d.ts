import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { FerroTypeError } from "../../src/definition/types.ts";
import { backRef, foreignKey, id, Model, manyToMany } from "../../src/index.ts";
import type { LazyOne, Links, Query, Related } from "../../src/query/types.ts";
import type { Author, Employee, Post, Profile, Tag } from "./support/models.ts";

declare const author: Author;
declare const post: Post;
declare const tag: Tag;
declare const profile: Profile;
declare const employee: Employee;

describe("a foreign key", () => {
  test("loads its target when awaited", async () => {
    expectTypeOf(post.author).toEqualTypeOf<LazyOne<Author>>();
    expectTypeOf(await post.author).toEqualTypeOf<Author>();
    expectTypeOf((await post.author).shout).toEqualTypeOf<string>();
    // @ts-expect-error -- the author is not loaded yet
    post.author.name;
  });

  test("may find nothing when it is nullable", async () => {
    expectTypeOf(await post.reviewer).toEqualTypeOf<Author | null>();
    expectTypeOf(await employee.manager).toEqualTypeOf<Employee | null>();
    // @ts-expect-error -- there may be no reviewer
    (await post.reviewer).name;
  });
});

describe("a back reference", () => {
  test("of a foreign key is a query over many rows", async () => {
    expectTypeOf(author.posts).toEqualTypeOf<Related<typeof Post, "author">>();
    expectTypeOf(await author.posts.all()).toEqualTypeOf<Post[]>();
    expectTypeOf(author.posts.where((t) => t.published.eq(true)).limit(3)).toEqualTypeOf<
      Query<typeof Post>
    >();
    expectTypeOf(
      await employee.reports.orderBy((t) => t.name).first(),
    ).toEqualTypeOf<Employee | null>();
    expectTypeOf(author.posts.count()).toEqualTypeOf<Promise<number>>();
    expectTypeOf(author.posts.update({ published: false })).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error -- only many-to-many links can be added
    author.posts.add;
  });

  test("makes rows that need no foreign key", () => {
    expectTypeOf(author.posts.create({ title: "t" })).toEqualTypeOf<Promise<Post>>();
    author.reviews.create({ title: "t", author });
    // @ts-expect-error -- title is missing
    author.posts.create({});
    // @ts-expect-error -- the other foreign key is still required
    author.reviews.create({ title: "t" });
  });

  test("of a unique foreign key is one row or none", async () => {
    expectTypeOf(author.profile).toEqualTypeOf<LazyOne<Profile | null>>();
    expectTypeOf((await author.profile)?.bio).toEqualTypeOf<string | null | undefined>();
    expectTypeOf(await profile.user).toEqualTypeOf<Author>();
  });
});

describe("a many-to-many link", () => {
  test("is a query with links on both sides", async () => {
    expectTypeOf(post.tags).toEqualTypeOf<Links<typeof Tag>>();
    expectTypeOf(tag.posts).toEqualTypeOf<Links<typeof Post>>();
    expectTypeOf(await post.tags.all()).toEqualTypeOf<Tag[]>();
    expectTypeOf(await employee.friends.all()).toEqualTypeOf<Employee[]>();
    expectTypeOf(await employee.friendOf.all()).toEqualTypeOf<Employee[]>();
  });

  test("adds, removes, sets and clears links", () => {
    expectTypeOf(post.tags.add(tag, tag)).toEqualTypeOf<Promise<void>>();
    expectTypeOf(post.tags.remove(tag)).toEqualTypeOf<Promise<void>>();
    expectTypeOf(post.tags.set([tag])).toEqualTypeOf<Promise<void>>();
    expectTypeOf(post.tags.clear()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(post.tags.create({ name: "t" })).toEqualTypeOf<Promise<Tag>>();
    // @ts-expect-error -- a post is not a tag
    post.tags.add(post);
  });
});

class Shelf extends Model("Shelf", {
  id: id(),
  name: z.string(),
  get books() {
    return backRef(Book);
  },
  get lost() {
    return backRef(Book);
  },
}) {}

class Book extends Model("Book", {
  id: id(),
  title: z.string(),
  get shelf() {
    return foreignKey(Shelf, { relatedName: "books" });
  },
  get owner() {
    return foreignKey(Reader, { relatedName: "lost" });
  },
  get genres() {
    return manyToMany(Genre, { relatedName: "books" });
  },
}) {}

class Reader extends Model("Reader", { id: id() }) {}
class Genre extends Model("Genre", { id: id() }) {}

declare const shelf: Shelf;
declare const book: Book;

describe("a relation without its other side", () => {
  test("is an error that says what to add to the other model", () => {
    expectTypeOf(shelf.lost).toEqualTypeOf<
      FerroTypeError<'Shelf.lost has no pair: add get shelf() { return foreignKey(Shelf, { relatedName: "lost" }) } to Book'>
    >();
    expectTypeOf(book.owner).toEqualTypeOf<
      FerroTypeError<"Reader lacks the other side: add get lost() { return backRef(Book) } to Reader">
    >();
    expectTypeOf(book.genres).toEqualTypeOf<
      FerroTypeError<"Genre lacks the other side: add get books() { return backRef(Book) } to Genre">
    >();
  });

  test("cannot be used", async () => {
    // @ts-expect-error -- lost has no pair
    shelf.lost.all();
    // @ts-expect-error -- owner has no pair
    (await book.owner).id;
    // @ts-expect-error -- lost has no pair in a path either
    Shelf.where((t) => t.lost.some());
  });

  test("is not paired with a link to another model of the same name", () => {
    expectTypeOf(shelf.books).toEqualTypeOf<Related<typeof Book, "shelf">>();
    // Book.owner is called "lost" too, but points to Reader.
    expectTypeOf(shelf.lost).not.toEqualTypeOf<Related<typeof Book, "owner">>();
  });
});

test("options are checked", () => {
  // @ts-expect-error -- relatedName is required
  foreignKey(Shelf, {});
  // @ts-expect-error -- there is no such action
  foreignKey(Shelf, { relatedName: "books", onDelete: "DROP" });
  // @ts-expect-error -- relatedName is required
  manyToMany(Shelf, {});
});
