/** B098..B124: which connection a call goes to. */
import { expect, test } from "vitest";
import {
  createTables,
  engines,
  execute,
  fetchAll,
  fetchOne,
  ModelDoesNotExistError,
  NoConnectionError,
  RelationError,
  RoutingError,
  setDefaultConnection,
  transaction,
  UsageError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import {
  Author,
  apart,
  failureOf,
  gate,
  Item,
  meeting,
  Post,
  Profile,
  Tag,
  turns,
  useEngine,
} from "./support.ts";

type Name = "a" | "b" | "c" | "d";

describeEachDatabase("routing", (db) => {
  const engine = useEngine(db);

  async function openAll(...names: readonly Name[]): Promise<void> {
    for (const name of names) await engine.open({ name, at: name });
    const [first] = names;
    if (first !== undefined) setDefaultConnection(first);
  }

  /** Opens connections, each with one row that says which it is. */
  async function openMarked(...names: readonly Name[]): Promise<void> {
    await openAll(...names);
    for (const name of names) await Item.using(name).bulkCreate([{ name }]);
  }

  const where = async () => (await Item.one()).name;

  test("B098 RTE-01 explicit, then transaction, then origin, then session, then default, then an error", async () => {
    await openMarked("a", "b", "c", "d");
    const ofC = await Item.using("c").one();

    expect(await where()).toBe("a");
    await engines.session("b", async () => {
      expect(await where()).toBe("b");
      expect((await Item.using("d").one()).name).toBe("d");
      ofC.amount = 1;
      await ofC.save();
      await transaction(
        async () => {
          expect(await where()).toBe("c");
        },
        { using: "c" },
      );
      expect(await where()).toBe("b");
    });
    expect(await Item.using("c").where({ amount: 1 }).count()).toBe(1);
  });

  test("B098 RTE-01 relations, raw SQL, transactions and schema calls follow the same order", async () => {
    await openMarked("a", "b");
    const author = await Author.using("b").create({ name: "A", email: "a@example.com" });

    await engines.session("a", async () => {
      expect(await author.posts.count()).toBe(0);
      await author.posts.create({ title: "t" });
      expect(await fetchOne("select name from item")).toEqual({ name: "a" });
      expect(await fetchOne("select name from item", [], { using: "b" })).toEqual({ name: "b" });
      await transaction(async (tx) => {
        expect(await tx.fetchOne("select name from item")).toEqual({ name: "a" });
      });
    });
    expect(await Post.using("b").count()).toBe(1);
    expect(await Post.using("a").count()).toBe(0);
  });

  test("B099 RTE-02 using() gives the whole surface, bound to one connection", async () => {
    await openAll("a", "b");
    const items = Item.using("b");

    const made = await items.create({ name: "1" });
    expect(await items.bulkCreate([{ name: "2" }, { name: "3" }])).toBe(2);

    expect(await items.count()).toBe(3);
    expect(await items.exists()).toBe(true);
    expect(await items.all()).toHaveLength(3);
    expect(await items.get(made.id)).toBe(made);
    expect(await items.getOrNone(99)).toBeNull();
    expect((await items.first())?.name).toBe("1");
    expect((await items.where({ name: "2" }).one()).name).toBe("2");
    expect((await items.orderBy((t) => t.id, "desc").first())?.name).toBe("3");
    expect(await items.limit(1).all()).toHaveLength(1);
    expect(await items.offset(1).limit(5).all()).toHaveLength(2);
    expect(await items.allRows().delete()).toBe(3);
    expect(await Item.count()).toBe(0);
  });

  test("B099 RTE-02 an instance made with new goes where its class was bound", async () => {
    await openAll("a", "b");
    const Bound = Item.using("b");

    const item = new Bound({ name: "x" });
    await item.save();

    expect(item).toBeInstanceOf(Item);
    expect(await Item.using("b").count()).toBe(1);
    expect(await Item.using("a").count()).toBe(0);
  });

  test("B100 RTE-03 using().get() throws for a missing row and getOrNone() gives null", async () => {
    await openAll("a", "b");
    await Item.create({ name: "in a" });

    await expect(Item.using("b").get(1)).rejects.toThrow(ModelDoesNotExistError);
    expect(await Item.using("b").getOrNone(1)).toBeNull();
  });

  test("B101 RTE-04 update(), delete(), count() and exists() run on the named connection", async () => {
    await openMarked("a", "b");

    expect(await Item.using("b").where({ name: "b" }).update({ amount: 4 })).toBe(1);
    expect(await Item.using("b").where({ amount: 4 }).count()).toBe(1);
    expect(await Item.where({ amount: 4 }).exists()).toBe(false);
    expect(
      await Item.where((t) => t.amount.eq(0))
        .using("b")
        .exists(),
    ).toBe(false);
    expect(await Item.using("b").where({ amount: 4 }).delete()).toBe(1);
    expect(await Item.using("a").count()).toBe(1);
  });

  test("B102 RTE-05 raw SQL takes using and session", async () => {
    await openMarked("a", "b");
    const session = engines.session("b");

    await execute("update item set amount = 1", [], { using: "b" });
    await execute("update item set amount = amount + 1", [], { session });

    expect(await fetchOne("select name, amount from item", [], { using: "b" })).toEqual({
      name: "b",
      amount: 2,
    });
    expect(await fetchAll("select amount from item", [], { session })).toEqual([{ amount: 2 }]);
    expect(await fetchAll("select amount from item")).toEqual([{ amount: 0 }]);
  });

  test("B103 RTE-06 createTables({ using }) acts on that connection alone", async () => {
    await engine.open({ name: "a", at: "a", autoMigrate: false });
    await engine.open({ name: "b", at: "b", autoMigrate: false });
    if (db.driver === "pg") {
      for (const at of ["a", "b"]) await engine.admin(`drop table if exists place_${at}.item`);
    }

    await createTables({ using: "b" });

    expect(await Item.using("b").count()).toBe(0);
    await expect(Item.using("a").count()).rejects.toThrow(/item/);
    await createTables({ using: "a" });
    expect(await Item.using("a").count()).toBe(0);
  });

  test("B104 RTE-07 createTables() without using acts on the default, or on the session around it", async () => {
    for (const name of ["a", "b"] as const) {
      await engine.open({ name, at: name, autoMigrate: false });
      if (db.driver === "pg") await engine.admin(`drop table if exists place_${name}.item`);
    }
    setDefaultConnection("a");

    await createTables();
    expect(await Item.using("a").count()).toBe(0);
    await expect(Item.using("b").count()).rejects.toThrow(/item/);
    await engines.session("b", () => createTables());
    expect(await Item.using("b").count()).toBe(0);
  });

  test("B105 RTE-08 using and a session on another connection contradict each other", async () => {
    await openMarked("a", "b");
    const session = engines.session("b");

    for (const work of [
      () => fetchOne("select 1", [], { using: "a", session }),
      () => execute("update item set amount = 1", [], { using: "a", session }),
      () => transaction(async () => {}, { using: "a", session }),
      () => session.query(Item).using("a").count(),
    ]) {
      const error = await failureOf(work());
      expect(error).toBeInstanceOf(RoutingError);
      expect(String(error)).toMatch(/"a".*"b"/);
    }
  });

  test("B106 RTE-09 using and a session on the same connection agree", async () => {
    await openMarked("a", "b");
    const session = engines.session("b");

    expect(await fetchOne("select name from item", [], { using: "b", session })).toEqual({
      name: "b",
    });
    expect((await session.query(Item).using("b").one()).name).toBe("b");
    await transaction(async () => expect(await where()).toBe("b"), { using: "b", session });
  });

  test("B107 RTE-10 using that differs from the ambient session overrides it, outside its identity map", async () => {
    await openMarked("a", "b");

    await engines.session("a", async (session) => {
      const other = await Item.using("b").one();
      expect(other.name).toBe("b");
      const own = await session.query(Item).one();
      expect(own.name).toBe("a");
      expect(await Item.using("a").one()).toBe(own);
    });
  });

  test("B108 RTE-11 inside a transaction another connection is an error that names both", async () => {
    await openMarked("a", "b");

    await transaction(
      async () => {
        for (const work of [
          () => Item.using("b").count(),
          () => Item.using("b").create({ name: "x" }),
          () => execute("update item set amount = 1", [], { using: "b" }),
          () => fetchOne("select 1", [], { using: "b" }),
          () => Item.using("b").bulkCreate([{ name: "x" }]),
        ]) {
          const error = await failureOf(work());
          expect(error).toBeInstanceOf(RoutingError);
          expect(String(error)).toContain('"a"');
          expect(String(error)).toContain('"b"');
        }
        await Item.create({ name: "still usable" });
      },
      { using: "a" },
    );

    expect(await Item.using("a").count()).toBe(2);
    expect(await Item.using("b").count()).toBe(1);
  });

  test("B109 RTE-12 inside a transaction its own connection may be named", async () => {
    await openMarked("a", "b");

    await failureOf(
      transaction(
        async () => {
          await Item.using("b").create({ name: "x" });
          await execute("update item set amount = 1", [], { using: "b" });
          expect(await Item.count()).toBe(2);
          throw new Error("out");
        },
        { using: "b" },
      ),
    );

    expect(await Item.using("b").where({ amount: 0 }).count()).toBe(1);
  });

  test("B110 RTE-13 a session on another connection than the transaction's is an error", async () => {
    await openMarked("a", "b");
    const session = engines.session("b");

    await transaction(
      async () => {
        for (const work of [
          () => session.query(Item).count(),
          () => fetchOne("select 1", [], { session }),
          () => transaction(async () => {}, { session }),
        ]) {
          const error = await failureOf(work());
          expect(error).toBeInstanceOf(RoutingError);
          expect(String(error)).toContain('"a"');
          expect(String(error)).toContain('"b"');
        }
      },
      { using: "a" },
    );
  });

  test("B111 RTE-14 where an instance came from is no part of its data", async () => {
    await openMarked("a", "b");
    const item = await Item.using("b").one();

    expect(Object.keys(item)).toEqual(["id", "name", "amount", "note"]);
    expect(JSON.parse(JSON.stringify(item))).toEqual({ id: 1, name: "b", amount: 0, note: null });
    expect(Object.getOwnPropertySymbols(item)).toEqual([]);
    expect(structuredClone({ ...item })).toEqual({ ...item });
  });

  test("B112 RTE-15 save, refresh and delete go to the instance's origin, not to the default", async () => {
    await openMarked("a", "b");
    const item = await Item.using("b").one();

    item.amount = 5;
    await item.save();
    expect(await Item.using("b").where({ amount: 5 }).count()).toBe(1);
    await execute("update item set amount = 6", [], { using: "b" });
    await item.refresh();
    expect(item.amount).toBe(6);
    await item.delete();

    expect(await Item.using("b").count()).toBe(0);
    expect(await Item.using("a").where({ amount: 0 }).count()).toBe(1);
  });

  test("B113 RTE-16 origin and an explicit using that differs contradict each other", async () => {
    await openMarked("a", "b");
    const item = await Item.using("b").one();

    for (const work of [
      () => item.save({ using: "a" }),
      () => item.refresh({ using: "a" }),
      () => item.delete({ using: "a" }),
    ]) {
      const error = await failureOf(work());
      expect(error).toBeInstanceOf(RoutingError);
      expect(String(error)).toMatch(/"b".*"a"/);
    }
    item.amount = 1;
    await item.save({ using: "b" });
    expect(await Item.using("a").where({ amount: 0 }).count()).toBe(1);
    expect(await Item.using("b").where({ amount: 1 }).count()).toBe(1);
  });

  test("B114 RTE-17 FIX: inside a transaction an instance of another connection fails", async () => {
    await openMarked("a", "b");
    const item = await Item.using("b").one();
    const author = await Author.using("b").create({ name: "A", email: "a@example.com" });
    item.amount = 9;

    await transaction(
      async () => {
        for (const work of [
          () => item.save(),
          () => item.refresh(),
          () => item.delete(),
          () => author.posts.count(),
          () => author.posts.create({ title: "t" }),
          async () => await author.profile,
        ]) {
          const error = await failureOf(work());
          expect(error).toBeInstanceOf(RoutingError);
          expect(String(error)).toMatch(/"b".*"a"/);
        }
      },
      { using: "a" },
    );

    expect(await Item.using("a").where({ amount: 0 }).count()).toBe(1);
    expect(await Item.using("b").where({ amount: 0 }).count()).toBe(1);
  });

  test("B115 RTE-18 FIX: origin beats the ambient session; an explicit session on another connection is an error", async () => {
    await openMarked("a", "b");
    const item = await Item.using("b").one();
    const author = await Author.using("b").create({ name: "A", email: "a@example.com" });
    const explicit = { session: engines.session("a") } as object;

    await engines.session("a", async () => {
      item.amount = 3;
      await item.save();
      await item.refresh();
      await author.posts.create({ title: "t" });
      expect(await author.posts.count()).toBe(1);
      expect(await author.profile).toBeNull();
    });
    await expect(item.save(explicit)).rejects.toThrow(RoutingError);
    await expect(item.refresh(explicit)).rejects.toThrow(RoutingError);
    await expect(item.delete(explicit)).rejects.toThrow(RoutingError);

    expect(await Item.using("b").where({ amount: 3 }).count()).toBe(1);
    expect(await Item.using("a").where({ amount: 0 }).count()).toBe(1);
    expect(await Post.using("b").count()).toBe(1);
  });

  test("B116 RTE-19 methods inside a transaction touch only that connection's identity entries", async () => {
    await openMarked("a", "b");
    const ofA = await Item.using("a").one();

    await transaction(
      async () => {
        const ofB = await Item.one();
        expect(ofB.id).toBe(ofA.id);
        ofB.amount = 1;
        await ofB.save();
        await ofB.refresh();
        await ofB.delete();
      },
      { using: "b" },
    );

    expect(await Item.using("a").get(ofA.id)).toBe(ofA);
    expect(ofA).toMatchObject({ name: "a", amount: 0 });
  });

  test("B117 RTE-20 a fresh instance keeps the route of its first successful save", async () => {
    await openAll("a", "b", "c");
    const item = new Item({ name: "x" });

    await expect(item.save({ using: "ghost" })).rejects.toThrow(NoConnectionError);
    await engines.session("b", () => item.save());
    setDefaultConnection("c");
    item.amount = 2;
    await item.save();

    expect(await Item.using("b").where({ amount: 2 }).count()).toBe(1);
    expect(await Item.using("a").count()).toBe(0);
    expect(await Item.using("c").count()).toBe(0);
    await expect(item.save({ using: "c" })).rejects.toThrow(RoutingError);
  });

  test("B117 RTE-20 a first save that is rolled back does not count", async () => {
    await openAll("a", "b");
    const item = new Item({ name: "x" });

    await failureOf(
      transaction(
        async () => {
          await item.save();
          throw new Error("out");
        },
        { using: "a" },
      ),
    );
    await item.save({ using: "b" });

    expect(await Item.using("a").count()).toBe(0);
    expect(await Item.using("b").count()).toBe(1);
  });

  async function blogOn(name: Name): Promise<{ author: Author; post: Post }> {
    const author = await Author.using(name).create({ name, email: `${name}@example.com` });
    const post = await Post.using(name).create({ title: `of ${name}`, author });
    await Profile.using(name).create({ user: author });
    return { author, post };
  }

  test("B118 RTE-21 a forward relation is loaded where its source came from", async () => {
    await openAll("a", "b");
    await blogOn("a");
    const { post, author } = await blogOn("b");

    expect(await post.author).toBe(author);
    expect((await post.author).name).toBe("b");
    expect((await (await Post.using("b").get(post.id)).author).name).toBe("b");
  });

  test("B119 RTE-22 a back reference is asked where its source came from", async () => {
    await openAll("a", "b");
    await blogOn("a");
    const { author } = await blogOn("b");

    expect((await author.posts.all()).map(({ title }) => title)).toEqual(["of b"]);
    await author.posts.where({ title: "of b" }).update({ views: 3 });
    await author.posts.create({ title: "second" });
    expect(await Post.using("b").where({ views: 3 }).count()).toBe(1);
    expect(await Post.using("a").count()).toBe(1);
    expect(await Post.using("b").count()).toBe(2);
  });

  test("B120 RTE-23 many-to-many reads and writes go where their source came from", async () => {
    await openAll("a", "b");
    const { post } = await blogOn("b");
    const tag = await Tag.using("b").create({ name: "x" });

    await post.tags.add(tag);
    expect(await post.tags.all()).toEqual([tag]);
    await post.tags.create({ name: "y" });
    expect(await post.tags.count()).toBe(2);
    await post.tags.remove(tag);
    await post.tags.set([tag]);
    expect(await tag.posts.count()).toBe(1);
    await post.tags.clear();

    expect(await post.tags.count()).toBe(0);
    expect(await Tag.using("b").count()).toBe(2);
    expect(await Tag.using("a").count()).toBe(0);
    const foreign = await Tag.using("a").create({ name: "foreign" });
    await expect(post.tags.add(foreign)).rejects.toThrow(RelationError);
  });

  test("B121 RTE-24 inside a transaction relations use its connection", async () => {
    await openAll("a", "b");

    await failureOf(
      transaction(
        async (tx) => {
          const author = await Author.create({ name: "in tx", email: "t@example.com" });
          const post = await author.posts.create({ title: "in tx" });
          await post.tags.create({ name: "in tx" });
          expect((await post.author).name).toBe("in tx");
          expect(await author.profile).toBeNull();
          expect(await tx.fetchAll("select title from post")).toHaveLength(1);
          throw new Error("out");
        },
        { using: "b" },
      ),
    );

    for (const name of ["a", "b"]) {
      expect(await Author.using(name).count()).toBe(0);
      expect(await Tag.using(name).count()).toBe(0);
    }
  });

  test("B122 RTE-25 FIX: a one-to-one back reference is loaded where its source came from", async () => {
    await openAll("a", "b");
    await blogOn("a");
    const { author } = await blogOn("b");
    await Profile.using("b").where({ userId: author.id }).update({ website: "https://b.example" });

    expect((await author.profile)?.website).toBe("https://b.example");
    await engines.session("a", async () => {
      const again = await Author.using("b").one();
      expect((await again.profile)?.website).toBe("https://b.example");
    });
  });

  test("B124 RTE-27 a task that began outside never joins the transaction", async () => {
    await openMarked("a");
    const begun = gate();
    const finish = gate();
    const outside = apart(async () => {
      await begun.opened;
      finish.open();
      await Item.create({ name: "outside" });
    });

    await failureOf(
      transaction(async () => {
        await Item.create({ name: "inside" });
        begun.open();
        await finish.opened;
        await turns();
        throw new Error("out");
      }),
    );
    await outside;

    expect((await Item.orderBy((t) => t.id).all()).map(({ name }) => name)).toEqual([
      "a",
      "outside",
    ]);
  });

  test("B124 RTE-27 parallel tasks have transactions of their own", async () => {
    await openMarked("a", "b");
    const meet = meeting(2);

    await Promise.allSettled([
      transaction(
        async () => {
          await Item.create({ name: "kept" });
          await meet();
        },
        { using: "a" },
      ),
      transaction(
        async () => {
          await Item.create({ name: "lost" });
          await meet();
          throw new Error("out");
        },
        { using: "b" },
      ),
    ]);

    expect(await Item.using("a").count()).toBe(2);
    expect(await Item.using("b").count()).toBe(1);
  });

  test("using a bound class with another name in the options is refused", async () => {
    await openAll("a", "b");

    await expect(Item.using("a").create({ name: "x" }, { using: "b" })).rejects.toThrow(UsageError);
  });
});
