/** DESIGN 2.7, mutations, as its text would be followed. */
import { id, Model, ModelDoesNotExistError, rowVersion, StaleObjectError } from "ferro-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, fillBlog, Post, Tag, useBlog } from "./blog.ts";

class Draft extends Model("Draft", { id: id(), text: z.string(), version: rowVersion() }) {}

describeEachDatabase("contract 2.7", (db) => {
  const { spy } = useBlog(db, [Draft]);

  test("save writes only changed columns, and the instance equals the row after it", async () => {
    const { posts } = await fillBlog();
    const [post] = posts;
    const statements = spy();

    post.title = "Changed";
    post.views += 1;
    await post.save();
    await post.save();

    expect(statements).toEqual([expect.any(String)]);
    expect(statements[0]).toMatch(/"title"/u);
    expect(statements[0]).not.toMatch(/"rating" =/u);
    const { id: key } = post;
    expect(
      await Post.select((t) => ({ title: t.title, views: t.views }))
        .where({ id: key })
        .one(),
    ).toEqual({
      title: "Changed",
      views: 11,
    });
  });

  test("delete and refresh", async () => {
    const { posts } = await fillBlog();
    const [post] = posts;
    post.title = "not saved";
    expect((await post.refresh()).title).toBe("Alpha");
    await post.delete();
    expect(await Post.getOrNone(post.id)).toBeNull();
  });

  test("bulkCreate of any size, with returning and onConflict", async () => {
    const names = Array.from({ length: 3_000 }, (_, index) => ({ name: `tag ${index}` }));
    expect(await Tag.bulkCreate(names)).toBe(3_000);
    expect(
      await Tag.bulkCreate([{ name: "tag 1" }, { name: "new" }], { onConflict: "ignore" }),
    ).toBe(1);
    const given = await Tag.bulkCreate([{ name: "b" }, { name: "a" }], { returning: true });
    expect(given.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(await Tag.get(given[0]?.id ?? 0)).not.toBe(given[0]);
    await expect(Tag.bulkCreate([{ name: "c" }, { name: "a" }])).rejects.toThrow();
    expect(await Tag.where({ name: "c" }).exists()).toBe(false);
  });

  test("bulkUpdate gives each row its own values, upsert tells which it was", async () => {
    const { posts } = await fillBlog();
    expect(
      await Post.bulkUpdate(posts.map(({ id: key }, index) => ({ id: key, views: index }))),
    ).toBe(3);
    expect(await Post.sum((t) => t.views)).toBe(3);

    const create = { name: "Cid", email: "cid@example.com" };
    const first = await Author.upsert({ on: "email", create });
    const second = await Author.upsert({ on: "email", create: { ...create, name: "Cyd" } });
    expect([first.inserted, second.inserted, second.row.name]).toEqual([true, false, "Cyd"]);
  });

  test("getOrCreate and updateOrCreate give the instance and whether it was made", async () => {
    const defaults = { name: "Dan" };
    const [dan, made] = await Author.getOrCreate({ email: "dan@example.com" }, { defaults });
    const [again, madeAgain] = await Author.getOrCreate(
      { email: "dan@example.com" },
      { defaults: { name: "other" } },
    );
    expect([made, madeAgain, again.id === dan.id, again.name]).toEqual([true, false, true, "Dan"]);
    const [changed, created] = await Author.updateOrCreate(
      { email: "dan@example.com" },
      { defaults: { name: "Daniel" } },
    );
    expect([changed.name, created]).toEqual(["Daniel", false]);
  });

  test("get throws with model and pk, getOrNone gives null", async () => {
    const error = await Post.get(404).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(ModelDoesNotExistError);
    expect((error as ModelDoesNotExistError).model).toBe("Post");
    expect((error as ModelDoesNotExistError).pk).toBe(404);
    expect(await Post.getOrNone(404)).toBeNull();
  });

  test("version columns lock optimistically", async () => {
    const mine = await Draft.create({ text: "…" });
    await Draft.where({ id: mine.id }).update({ text: "theirs" });
    mine.text = "mine";
    await expect(mine.save()).rejects.toThrow(StaleObjectError);
  });
});
