import { beforeEach, expect, test } from "vitest";
import { engines, transaction } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post, Profile, Tag } from "./models.ts";

describeEachDatabase("what was included", (db) => {
  useDatabase(db);
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

  test("a loaded list is still the relation", async () => {
    const post = await Post.include({ tags: true }).where({ title: "a1" }).one();

    expect(Array.isArray(post.tags)).toBe(true);
    expect(post.tags).toBe(post.tags);
    expect([...post.tags].length).toBe(1);
    expect(post.tags.map(({ name }) => name)).toEqual(["red"]);
    expect(await post.tags.where((t) => t.name.eq("red")).count()).toBe(1);
    expect(await post.tags.all()).toHaveLength(1);
    expect(() => (post.tags as never as string[]).push("x")).toThrow(TypeError);
  });

  test("changes through the relation are seen in its loaded list", async () => {
    const post = await Post.include({ tags: true }).where({ title: "a2" }).one();
    const refined = await Post.include({ tags: (q) => q.orderBy("name") })
      .where({ title: "a2" })
      .one();
    const names = () => post.tags.map(({ name }) => name);
    const red = await Tag.one();
    const again = await Tag.get(red.id);

    await post.tags.add(red);
    await post.tags.add(red);
    await post.tags.create({ name: "blue" });
    expect(names()).toEqual(["red", "blue"]);
    await post.tags.remove(again);
    expect(names()).toEqual(["blue"]);
    await post.tags.set([red]);
    expect(names()).toEqual(["red"]);
    for (const tag of post.tags) await post.tags.remove(tag);
    expect(names()).toEqual([]);
    await post.tags.clear();
    await refined.tags.add(red);
    expect(refined.tags).toHaveLength(0);

    const author = await Author.include({ posts: true }).where({ name: "Bob" }).one();
    await author.posts.create({ title: "b3" });
    expect(author.posts.map(({ title }) => title).sort()).toEqual(["b1", "b2", "b3"]);
  });

  test("a rollback takes such changes back", async () => {
    const post = await Post.include({ tags: true }).where({ title: "a1" }).one();

    await expect(
      transaction(async (tx) => {
        await post.tags.create({ name: "blue" });
        await tx.savepoint(() => post.tags.clear());
        expect(post.tags).toHaveLength(0);
        throw new Error("undo");
      }),
    ).rejects.toThrow("undo");

    expect(post.tags.map(({ name }) => name)).toEqual(["red"]);
  });

  test("a changed foreign key leads to the new row; refresh loads what was included again", async () => {
    const post = await Post.include({ author: true, tags: true }).where({ title: "a1" }).one();

    post.authorId = bob.id;
    expect((await post.author).name).toBe("Bob");
    post.authorId = ann.id;
    expect(post.author.name).toBe("Ann");

    await Post.where({ id: post.id }).update({ authorId: bob.id });
    await (await Post.get(post.id)).tags.clear();
    await post.refresh();
    expect(post.author.name).toBe("Bob");
    expect(post.tags).toHaveLength(0);
  });

  test("toJSON shows what was included, and ends where an instance holds itself", async () => {
    await engines.session({ identityMap: true }).run(async () => {
      const author = await Author.include({ posts: { author: true, tags: true } })
        .where({ name: "Bob" })
        .one();

      expect(author.posts[0]?.author).toBe(author);
      const json = JSON.parse(JSON.stringify(author));
      expect(json.posts).toHaveLength(2);
      expect(json.posts[0].tags).toEqual([{ id: expect.any(Number), name: "red" }]);
      expect(json.posts[0].author).toEqual({
        id: author.id,
        name: "Bob",
        email: "bob@example.com",
        bio: null,
      });
    });
    const plain = await Post.include({ reviewer: true }).where({ title: "a2" }).one();
    expect(plain.toJSON()).toMatchObject({ title: "a2", reviewer: null });
    expect(Object.keys(plain)).not.toContain("reviewer");
  });
});
