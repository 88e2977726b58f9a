import { expect, test } from "vitest";
import {
  ForeignKeyViolationError,
  RelationError,
  UniqueViolationError,
  UsageError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post, Profile, Tag } from "./models.ts";

describeEachDatabase("relations", (db) => {
  const database = useDatabase(db);
  const ann = () => Author.create({ name: "Ann", email: "ann@example.com" });

  test("a foreign key loads when awaited, and only then", async () => {
    const author = await ann();
    const post = await Post.create({ title: "a", author });
    const statements = database.spy();

    const lazy = post.author;
    expect(statements()).toEqual([]);
    const loaded = await lazy;

    expect(loaded).toBeInstanceOf(Author);
    expect(loaded.shout).toBe("ANN");
    expect(statements()).toHaveLength(1);
    expect(await post.reviewer).toBeNull();
    expect(statements()).toHaveLength(1);
  });

  test("a back reference is a query over the rows that point here", async () => {
    const author = await ann();
    const other = await Author.create({ name: "Bob", email: "bob@example.com" });
    await author.posts.create({ title: "a", views: 3 });
    await author.posts.create({ title: "b", views: 5 });
    await other.posts.create({ title: "c" });

    expect(await author.posts.count()).toBe(2);
    expect(
      (await author.posts.where((t) => t.views.gt(3)).all()).map(({ title }) => title),
    ).toEqual(["b"]);
    expect((await author.posts.orderBy((t) => t.title, "desc").first())?.title).toBe("b");
    expect(await author.posts.exists()).toBe(true);
    expect(await author.posts.update({ published: true })).toBe(2);
    expect(await Post.where({ published: true }).count()).toBe(2);
    expect(await author.posts.where((t) => t.title.eq("a")).delete()).toBe(1);
    expect(await Post.count()).toBe(2);
    expect(await author.posts.delete()).toBe(1);
    expect(await Post.count()).toBe(1);
  });

  test("one-to-one gives one row or null, and refuses a second", async () => {
    const author = await ann();
    expect(await author.profile).toBeNull();

    await Profile.create({ user: author, website: "https://example.com" });

    expect((await author.profile)?.website).toBe("https://example.com");
    await expect(Profile.create({ user: author })).rejects.toThrow(UniqueViolationError);
    expect(await Author.where((t) => t.profile.website.isNotNull()).count()).toBe(1);
  });

  test("many-to-many links are added, read from both sides, removed, set and cleared", async () => {
    const author = await ann();
    const post = await Post.create({ title: "a", author });
    const [red, green, blue] = await Promise.all(
      ["red", "green", "blue"].map((name) => Tag.create({ name })),
    );
    if (!red || !green || !blue) throw new Error("unreachable");
    const names = async () =>
      (await post.tags.orderBy((t) => t.name).all()).map(({ name }) => name);

    await post.tags.add(red, green, red);
    await post.tags.add(red);
    expect(await names()).toEqual(["green", "red"]);
    expect(await red.posts.count()).toBe(1);
    expect((await red.posts.one()).title).toBe("a");

    await post.tags.remove(red);
    expect(await names()).toEqual(["green"]);
    await post.tags.set([red, blue]);
    expect(await names()).toEqual(["blue", "red"]);
    await post.tags.create({ name: "black" });
    expect(await names()).toEqual(["black", "blue", "red"]);
    await post.tags.add();
    await post.tags.remove();
    await post.tags.clear();
    expect(await post.tags.exists()).toBe(false);
    expect(await Tag.count()).toBe(4);
  });

  test("changes over a many-to-many relation stay within it", async () => {
    const author = await ann();
    const post = await Post.create({ title: "a", author });
    const red = await post.tags.create({ name: "red" });
    await Tag.create({ name: "green" });

    expect(await post.tags.update({ name: "crimson" })).toBe(1);
    expect((await Tag.get(red.id)).name).toBe("crimson");
    expect(await post.tags.where((t) => t.name.eq("green")).delete()).toBe(0);
    expect(await post.tags.delete()).toBe(1);
    expect((await Tag.one()).name).toBe("green");
  });

  test("a model relates to itself, one to many and many to many", async () => {
    const boss = await Employee.create({ name: "boss" });
    const one = await Employee.create({ name: "one", manager: boss });
    const two = await boss.reports.create({ name: "two" });

    expect((await one.manager)?.name).toBe("boss");
    expect((await boss.reports.orderBy((t) => t.name).all()).map(({ name }) => name)).toEqual([
      "one",
      "two",
    ]);
    await one.friends.add(two);
    expect((await one.friends.one()).name).toBe("two");
    expect(await one.friendOf.count()).toBe(0);
    expect((await two.friendOf.one()).name).toBe("one");
    expect(
      await Employee.where((t) => t.friends.some((f) => f.name.eq("two"))).one(),
    ).toMatchObject({ name: "one" });
  });

  test("deleting a parent takes its children along, or clears their key, as declared", async () => {
    const author = await ann();
    const reviewer = await Author.create({ name: "Rex", email: "rex@example.com" });
    const post = await Post.create({ title: "a", author, reviewer });

    await reviewer.delete();
    expect((await post.refresh()).reviewerId).toBeNull();
    await author.delete();
    expect(await Post.count()).toBe(0);
    await expect(Post.create({ title: "b", authorId: 404 })).rejects.toThrow(
      ForeignKeyViolationError,
    );
  });

  test("re-parenting is setting the id", async () => {
    const first = await ann();
    const second = await Author.create({ name: "Bob", email: "bob@example.com" });
    const post = await Post.create({ title: "a", author: first });

    post.authorId = second.id;
    await post.save();

    expect((await post.author).name).toBe("Bob");
    expect(() => {
      (post as never as { author: unknown }).author = first;
    }).toThrow(UsageError);
  });

  test("relations of unsaved instances say so", async () => {
    const author = new Author({ name: "New", email: "new@example.com" });
    const post = await Post.create({ title: "a", author: await ann() });

    expect(() => author.posts).toThrow(RelationError);
    await expect(post.tags.add(new Tag({ name: "x" }))).rejects.toThrow(RelationError);
    await expect(post.tags.add(post as never)).rejects.toThrow(/expected Tag instances/);
  });
});
