import { beforeEach, describe, expect, test } from "vitest";
import {
  connect,
  engines,
  execute,
  RelationError,
  transaction,
  UsageError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post, Profile, Tag } from "./models.ts";

describeEachDatabase("lazy loading", (db) => {
  const database = useDatabase(db);
  const names = ["Ann", "Bob", "Cid"];

  beforeEach(async () => {
    for (const name of names) {
      const author = await Author.create({ name, email: `${name.toLowerCase()}@example.com` });
      if (name !== "Cid") await Profile.create({ user: author });
      for (const number of [1, 2, 3]) {
        const post = await author.posts.create({ title: `${name} ${number}` });
        if (number === 1) await post.tags.create({ name: `tag of ${name}` });
      }
    }
  });

  const posts = () => Post.orderBy("id").all();

  describe("of siblings", () => {
    test("a foreign key in a loop is one statement", async () => {
      const all = await posts();
      const statements = database.spy();

      const found: string[] = [];
      for (const post of all) found.push((await post.author).name);

      expect(found).toEqual(names.flatMap((name) => [name, name, name]));
      expect(statements()).toHaveLength(1);
      for (const post of all) await post.author;
      expect(statements()).toHaveLength(1);
    });

    test("a back reference to one row, and one to many, and links", async () => {
      const authors = await Author.orderBy("id").all();
      const all = await posts();
      const statements = database.spy();

      const profiles: boolean[] = [];
      const counts: number[] = [];
      for (const author of authors) {
        profiles.push((await author.profile) !== null);
        counts.push((await author.posts.all()).length);
      }
      const tags: string[][] = [];
      for (const post of all) tags.push((await post.tags.all()).map(({ name }) => name));

      expect(profiles).toEqual([true, true, false]);
      expect(counts).toEqual([3, 3, 3]);
      expect(tags.flat()).toEqual(names.map((name) => `tag of ${name}`));
      expect(statements()).toHaveLength(3);
    });

    test("goes on with what was loaded", async () => {
      const authors = await Author.orderBy("id").all();
      const statements = database.spy();

      const found: string[] = [];
      for (const author of authors) {
        for (const post of await author.posts.all()) {
          for (const tag of await post.tags.all()) found.push(tag.name + (await post.author).name);
        }
      }

      expect(found).toEqual(names.map((name) => `tag of ${name}${name}`));
      expect(statements()).toHaveLength(3);
    });

    test("callers at the same time share the statement", async () => {
      const all = await posts();
      const statements = database.spy();

      const authors = await Promise.all(all.map(async (post) => (await post.author).name));
      const tags = await Promise.all(all.map((post) => post.tags.all()));

      expect(authors).toHaveLength(9);
      expect(tags.flat()).toHaveLength(3);
      expect(statements()).toHaveLength(2);
    });

    test("leaves out what is there already, and what has no key", async () => {
      const all = await posts();
      const [ann] = await Author.where({ name: "Ann" }).all();
      (all[0] as Post).reviewerId = ann?.id ?? 0;
      const statements = database.spy();

      for (const post of all) await post.reviewer;

      expect((await all[0]?.reviewer)?.name).toBe("Ann");
      expect(await all[1]?.reviewer).toBeNull();
      expect(statements()).toHaveLength(1);
    });

    test("a changed foreign key leads to the new row", async () => {
      const all = await posts();
      const cid = await Author.where({ name: "Cid" }).one();
      await all[0]?.author;

      (all[0] as Post).authorId = cid.id;

      expect((await all[0]?.author)?.name).toBe("Cid");
      expect((await all[1]?.author)?.name).toBe("Ann");
    });

    test("rows that were written meanwhile are read again", async () => {
      const all = await posts();
      const [first, second, third] = all as [Post, Post, Post];
      await first.tags.all();

      await second.tags.create({ name: "new" });
      expect((await second.tags.all()).map(({ name }) => name)).toEqual(["new"]);

      const authors = await Author.orderBy("id").all();
      await authors[0]?.posts.all();
      await Post.where({ id: third.id }).delete();
      await Post.create({ title: "more", author: authors[1] as Author });
      expect(await authors[1]?.posts.all()).toHaveLength(4);
      await authors[0]?.profile;
      await authors[1]?.delete();
      expect(await authors[1]?.posts.all()).toEqual([]);
      expect(await authors[1]?.profile).toBeNull();
      await Profile.create({ user: authors[2] as Author });
      expect(await authors[2]?.profile).not.toBeNull();
    });

    test("so are those that raw SQL, another task's transaction or a rollback changed", async () => {
      const load = async () => {
        const authors = await Author.orderBy("id").all();
        await authors[0]?.posts.all();
        return authors[1] as Author;
      };
      const raw = await load();
      await execute("delete from post");
      expect(await raw.posts.all()).toEqual([]);

      const committed = await load();
      await transaction(async () => {
        await committed.posts.create({ title: "in a transaction" });
      });
      expect(await committed.posts.all()).toHaveLength(1);

      await transaction(async (tx) => {
        const authors = await Author.orderBy("id").all();
        await tx
          .savepoint(async () => {
            await authors[1]?.posts.create({ title: "undone" });
            await authors[0]?.posts.all();
            throw new Error("undo");
          })
          .catch(() => undefined);
        expect(await authors[1]?.posts.all()).toHaveLength(1);
      });
    });

    test("a loop that writes what it reads doesn't read everything again each time", async () => {
      const authors = await Author.orderBy("id").all();
      const statements = database.spy();

      for (const author of authors) {
        await author.posts.all();
        await author.posts.create({ title: "more" });
      }

      const read = statements().filter((sql) => sql.startsWith("select"));
      expect(read.filter((sql) => sql.includes("any(") || sql.includes("json_each"))).toHaveLength(
        1,
      );
      expect(read).toHaveLength(3);
    });

    test("a list is read again when it is asked for again", async () => {
      const authors = await Author.orderBy("id").all();
      for (const author of authors) await author.posts.all();
      const statements = database.spy();

      expect(await authors[0]?.posts.all()).toHaveLength(3);
      expect(statements()).toHaveLength(1);
    });

    test("a refined list is the instance's own", async () => {
      const authors = await Author.orderBy("id").all();
      const statements = database.spy();

      for (const author of authors) await author.posts.where((t) => t.title.endsWith("1")).all();

      expect(statements()).toHaveLength(3);
    });

    test("a sibling that can't be asked for keeps no other from its row", async () => {
      const all = await posts();
      (all[1] as { authorId: unknown }).authorId = "no number";

      expect((await all[0]?.author)?.name).toBe("Ann");
      expect((await all[3]?.author)?.name).toBe("Bob");
      await expect((async () => await all[1]?.author)()).rejects.toThrow();
    });

    test("what is read in one session is not read ahead in another", async () => {
      const all = await engines.session({ identityMap: false }).run(posts);
      const statements = database.spy();

      await engines.session({ identityMap: false }).run(async () => {
        for (const post of all.slice(0, 3)) await post.author;
      });

      expect(statements()).toHaveLength(3);
    });

    test("inside a transaction", async () => {
      await transaction(async () => {
        await Author.allRows().update({ bio: "changed" });
        const all = await posts();
        const statements = database.spy();
        for (const post of all) expect((await post.author).bio).toBe("changed");
        expect(statements()).toHaveLength(1);
      });
      const outside = await posts();
      await transaction(async () => {
        expect((await outside[0]?.author)?.name).toBe("Ann");
      });
    });

    test("a session answers from its objects", async () => {
      await engines.session({ identityMap: true }).run(async () => {
        const authors = await Author.orderBy("id").all();
        const all = await posts();
        const statements = database.spy();

        for (const post of all) expect(authors).toContain(await post.author);

        expect(statements()).toEqual([]);
      });
    });
  });

  describe("modes", () => {
    test("one loads for the instance alone", async () => {
      const all = await Post.lazy("one").orderBy("id").limit(3).all();
      const statements = database.spy();

      for (const post of all) await post.author;
      for (const post of all) await post.tags.all();

      expect(statements()).toHaveLength(6);
    });

    test("throw refuses, and says what to include", async () => {
      const post = await Post.where({ title: "Ann 1" }).lazy("throw").include({ tags: true }).one();

      const refused = (async () => await post.author)();
      await expect(refused).rejects.toThrow(RelationError);
      await expect(refused).rejects.toThrow("Post.author is not loaded");
      await expect(refused).rejects.toThrow("Post.include({ author: true })");
      await expect(post.tags[0]?.posts.all()).rejects.toThrow("Tag.include({ posts: true })");
      expect(await post.reviewer).toBeNull();
      expect(await post.tags.where({ name: "x" }).all()).toEqual([]);
      expect(post.tags).toHaveLength(1);
    });

    test("a session has its own, which a query may change", async () => {
      await engines.session({ lazy: "throw", identityMap: false }).run(async () => {
        const [post] = await posts();
        await expect((async () => await post?.author)()).rejects.toThrow(RelationError);
        const [other] = await Post.lazy("one").limit(2).all();
        expect(await other?.author).toBeInstanceOf(Author);
      });
      expect(() => engines.session({ lazy: "no" } as never)).toThrow(UsageError);
      expect(() => Post.lazy("no" as never)).toThrow(UsageError);
    });

    test("a connection has its own", async () => {
      if (db.ephemeral) return; // a database in memory is another one on each connection
      await using strict = await connect(db.url, { name: "strict", lazy: "throw" });
      const [post] = await Post.using(strict.name).all();

      await expect((async () => await post?.author)()).rejects.toThrow(RelationError);
      await expect(connect(db.url, { name: "bad", lazy: "no" } as never)).rejects.toThrow(
        UsageError,
      );
    });
  });

  test("a column of a row that is not loaded is an error, not undefined", async () => {
    const [post] = await posts();
    const author = post?.author as Author;

    expect(() => author.name).toThrow(RelationError);
    expect(() => author.name).toThrow("(await row.author).name");
    expect(() => author.shout).toThrow(RelationError);
    expect(() => String(author)).not.toThrow();
    expect(await Tag.count()).toBe(3);
  });
});
