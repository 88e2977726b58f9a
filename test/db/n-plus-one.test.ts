import { beforeEach, expect, test, vi } from "vitest";
import { engines, UsageError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post } from "./models.ts";

describeEachDatabase("nPlusOne", (db) => {
  useDatabase(db);

  beforeEach(async () => {
    for (let number = 1; number <= 6; number += 1) {
      const author = await Author.create({ name: "a", email: `a${number}@example.com` });
      await author.posts.create({ title: `p${number}` });
    }
  });

  const within = <Result>(work: () => Promise<Result>) =>
    engines.session(work, { nPlusOne: { action: "throw", limit: 3 }, identityMap: false });

  test("loading for all rows is no loop of statements", async () => {
    const names = await within(async () => {
      const found: string[] = [];
      for (const post of await Post.all()) {
        found.push((await post.author).name);
        await post.tags.all();
      }
      return found;
    });

    expect(names).toHaveLength(6);
  });

  test("names the relation, the place and what to include", async () => {
    const loop = within(async () => {
      for (const post of await Post.lazy("one").all()) await post.author;
    });

    await expect(loop).rejects.toThrow(UsageError);
    await expect(loop).rejects.toThrow("Post.author was read 4 times in one session");
    await expect(loop).rejects.toThrow(/at .*n-plus-one\.test\.ts:\d+:\d+/);
    await expect(loop).rejects.toThrow("Post.include({ author: true })");
  });

  test("finds lists with conditions, counts, and reads by key", async () => {
    const loop = (work: (post: Post, author: Author) => Promise<unknown>) =>
      within(async () => {
        const authors = await Author.include({ posts: true }).all();
        for (const author of authors) await work(author.posts[0] as Post, author);
      });

    await expect(loop((_, author) => author.posts.where({ title: "x" }).all())).rejects.toThrow(
      "Author.include({ posts: (q) => q.where(…) })",
    );
    await expect(loop((_, author) => author.posts.count())).rejects.toThrow("q.count()");
    await expect(loop((post) => Author.get(post.authorId))).rejects.toThrow("t.id.in(keys)");
    await expect(loop((_, author) => author.profile as Promise<unknown>)).resolves.toBeUndefined();
  });

  test("tells one place from another", async () => {
    await within(async () => {
      await Post.count();
      await Post.count();
      await Post.count();
      await Post.count();
    });
  });

  test("warn says it once and goes on", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    try {
      await engines.session(
        async () => {
          for (const post of await Post.lazy("one").all()) await post.author;
          for (const post of await Post.lazy("one").all()) await post.author;
        },
        { nPlusOne: { action: "warn", limit: 2 }, identityMap: false },
      );

      const messages = warned.mock.calls.map(([message]) => String(message));
      expect(messages.filter((message) => message.startsWith("Post.author"))).toHaveLength(2);
    } finally {
      warned.mockRestore();
    }
  });

  test.for([{ nPlusOne: "no" }, { nPlusOne: {} }, { nPlusOne: { action: "warn", limit: 0 } }])(
    "%o is refused",
    (options) => {
      expect(() => engines.session(options as never)).toThrow(UsageError);
    },
  );
});
