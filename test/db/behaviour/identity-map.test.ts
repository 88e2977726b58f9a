/** B149..B165: one row, one object, within one session and connection. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import {
  createTables,
  engines,
  evictInstance,
  execute,
  fetchAll,
  ModelDoesNotExistError,
  transaction,
  UsageError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, failureOf, Item, Post, Profile, turns, useEngine } from "./support.ts";

describeEachDatabase("the identity map", (db) => {
  const engine = useEngine(db);

  /** Runs `work` in a session, and once more outside any. */
  async function bothWays(work: () => Promise<void>): Promise<void> {
    await engines.session(work);
    await Item.allRows().delete();
    await work();
  }

  test("B149 IDM-01 within a session one key is one object", async () => {
    await engine.open();

    await bothWays(async () => {
      const made = await Item.create({ name: "x" });
      expect(await Item.get(made.id)).toBe(made);
      expect((await Item.all())[0]).toBe(made);
      expect(await Item.where({ name: "x" }).first()).toBe(made);
      expect(await Item.get(made.id)).toBe(await Item.getOrNone(made.id));
    });
  });

  test("B150 IDM-02 the model is part of the key: equal ids of two models are two objects", async () => {
    await engine.open();

    await engines.session(async () => {
      const item = await Item.create({ name: "x" });
      const author = await Author.create({ name: "A", email: "a@example.com" });
      expect(item.id).toBe(author.id);
      expect(await Item.get(item.id)).toBe(item);
      expect(await Author.get(author.id)).toBe(author);
    });
  });

  test("B151 IDM-03 a row loaded through one connection never answers for another", async () => {
    await engine.open({ name: "app" });
    await engine.open({ name: "service" });
    const made = await Item.using("service").create({ name: "x" });
    if (db.ephemeral) await Item.using("app").create({ name: "x" });

    const seen = await Item.using("app").get(made.id);

    expect(seen).not.toBe(made);
    expect(await Item.using("service").get(made.id)).toBe(made);
    expect(await Item.using("app").get(made.id)).toBe(seen);
    await engines.session("app", async () => {
      const own = await Item.get(made.id);
      expect(own).not.toBe(made);
      expect(own).not.toBe(seen);
      expect(await Item.using("service").get(made.id)).toBe(made);
      expect(await Item.get(made.id)).toBe(own);
    });
  });

  test("B152 IDM-04 get, getOrNone, first, all, create, save, refresh and relations fill it", async () => {
    await engine.open();
    const ids = async () => {
      await Item.bulkCreate([{ name: "x" }]);
      return (await fetchAll("select max(id) as id from item"))[0]!["id"] as number;
    };

    await engines.session(async () => {
      let id = await ids();
      expect(await Item.get(id)).toBe(await Item.get(id));
      id = await ids();
      expect(await Item.getOrNone(id)).toBe(await Item.get(id));
      id = await ids();
      expect(await Item.where({ id }).first()).toBe(await Item.get(id));
      id = await ids();
      expect(await Item.where({ id }).one()).toBe(await Item.get(id));
      id = await ids();
      expect((await Item.where({ id }).all())[0]).toBe(await Item.get(id));
      const created = await Item.create({ name: "created" });
      expect(await Item.get(created.id)).toBe(created);
      const saved = new Item({ name: "saved" });
      await saved.save();
      expect(await Item.get(saved.id)).toBe(saved);
      evictInstance("Item", String(saved.id));
      await saved.refresh();
      expect(await Item.get(saved.id)).toBe(saved);

      const author = await Author.create({ name: "A", email: "a@example.com" });
      const post = await author.posts.create({ title: "t" });
      const profile = await Profile.create({ user: author });
      const tag = await post.tags.create({ name: "x" });
      expect(await post.author).toBe(author);
      expect((await author.posts.all())[0]).toBe(post);
      expect(await author.profile).toBe(profile);
      expect((await post.tags.all())[0]).toBe(tag);
      evictInstance("Author", String(author.id));
      const loaded = await (await Post.get(post.id)).author;
      expect(await Author.get(author.id)).toBe(loaded);
    });
  });

  test("B153 IDM-05 bulkCreate() and raw SQL do not fill it", async () => {
    await engine.open();

    await engines.session(async () => {
      const given = new Item({ name: "x" });
      await Item.bulkCreate([given]);
      const [row] = await fetchAll("select * from item");

      const loaded = await Item.one();

      expect(loaded).not.toBe(given);
      expect(loaded).not.toBe(row);
      expect(given.id).toBeUndefined();
    });
  });

  test("B154 IDM-06 a hit gives the object as it is: newer values are not merged, edits survive", async () => {
    await engine.open();

    await bothWays(async () => {
      const item = await Item.create({ name: "x" });
      item.name = "edited";
      await execute("update item set amount = 9, name = 'changed'");

      const again = await Item.get(item.id);

      expect(again).toBe(item);
      expect(again).toMatchObject({ name: "edited", amount: 0 });
      await item.save();
      expect(await fetchAll("select name, amount from item")).toEqual([
        { name: "edited", amount: 9 },
      ]);
    });
  });

  test("B155 IDM-07 it is no cache: get, first and all ask the database", async () => {
    await engine.open();

    await bothWays(async () => {
      const item = await Item.create({ name: "x" });
      await execute("update item set name = 'y'");
      expect(await Item.where({ name: "x" }).first()).toBeNull();
      expect(await Item.where({ name: "y" }).first()).toBe(item);

      await execute("delete from item");

      await expect(Item.get(item.id)).rejects.toThrow(ModelDoesNotExistError);
      expect(await Item.getOrNone(item.id)).toBeNull();
      expect(await Item.all()).toEqual([]);
    });
  });

  test("B156 IDM-08 refresh() reloads in place", async () => {
    await engine.open();

    await bothWays(async () => {
      const item = await Item.create({ name: "x" });
      await execute("update item set amount = 9, note = 'n'");
      item.name = "edited";

      expect(await item.refresh()).toBe(item);

      expect({ ...item }).toEqual({ id: item.id, name: "x", amount: 9, note: "n" });
      expect(await Item.get(item.id)).toBe(item);
    });
  });

  test("B157 IDM-09 refresh() of a deleted row, and of an unsaved instance, says so", async () => {
    await engine.open();
    const item = await Item.create({ name: "x" });
    await execute("delete from item");

    const error = await failureOf(item.refresh());

    expect(error).toBeInstanceOf(ModelDoesNotExistError);
    expect(error).toMatchObject({ model: "Item", pk: item.id });
    const unsaved = await failureOf(new Item({ name: "y" }).refresh());
    expect(unsaved).toBeInstanceOf(UsageError);
    expect(String(unsaved)).toMatch(/Item.*never saved[\s\S]*save\(\)/);
  });

  test("B158 IDM-10 evictInstance() makes the next load build a new object", async () => {
    await engine.open();
    await engine.open({ name: "other", at: "b" });

    await bothWays(async () => {
      const item = await Item.create({ name: "x" });
      const elsewhere = await Item.using("other").create({ name: "x" });

      evictInstance("Item", String(item.id));

      expect(await Item.get(item.id)).not.toBe(item);
      expect(await Item.using("other").get(elsewhere.id)).toBe(elsewhere);
      evictInstance("Item", String(elsewhere.id), { using: "other" });
      expect(await Item.using("other").get(elsewhere.id)).not.toBe(elsewhere);
    });
    const session = engines.session();
    const { id } = await session.run(() => Item.create({ name: "x" }));
    const held = await session.query(Item).get(id);
    evictInstance("Item", String(id));
    expect(await session.query(Item).get(id)).toBe(held);
    evictInstance("Item", String(id), { session });
    expect(await session.query(Item).get(id)).not.toBe(held);
    expect(() => evictInstance("Nothing", "1")).toThrow(UsageError);
  });

  test("B159 IDM-11 bulk update() and delete() evict the model, and nothing else", async () => {
    await engine.open();

    await bothWays(async () => {
      const [one, two] = [await Item.create({ name: "1" }), await Item.create({ name: "2" })];
      const author = await Author.create({ name: "A", email: `${one!.id}@example.com` });
      await Item.where({ id: one!.id }).update({ amount: 5 });

      const again = await Item.get(one!.id);
      expect(again).not.toBe(one);
      expect(again.amount).toBe(5);
      expect(one!.amount).toBe(0);
      await one!.refresh();
      expect(one!.amount).toBe(5);
      expect(await Item.get(two!.id)).not.toBe(two);
      expect(await Author.get(author.id)).toBe(author);

      const held = await Item.get(two!.id);
      await Item.where({ id: one!.id }).delete();
      expect(await Item.get(two!.id)).not.toBe(held);
    });
  });

  test("B160 IDM-12 delete() evicts the instance", async () => {
    await engine.open();

    await bothWays(async () => {
      const item = await Item.create({ name: "x" });
      const { id } = item;
      await item.delete();
      await Item.bulkCreate([{ id, name: "again" }]);

      const again = await Item.get(id);

      expect(again).not.toBe(item);
      expect(again.name).toBe("again");
    });
  });

  test("B161 IDM-13 identityMap: false: each load gives a new object", async () => {
    await engine.open({ identityMap: false });

    await bothWays(async () => {
      const made = await Item.create({ name: "x" });
      const [one, two] = [await Item.get(made.id), await Item.get(made.id)];
      expect(one).not.toBe(made);
      expect(one).not.toBe(two);
      expect(one).toEqual(two);
      await one.refresh();
      expect(await Item.get(made.id)).not.toBe(one);
      await transaction(async () =>
        expect(await Item.get(made.id)).not.toBe(await Item.get(made.id)),
      );
    });
  });

  test("B162 IDM-14 the switch is the connection's own", async () => {
    await engine.open({ name: "on", at: "a" });
    await engine.open({ name: "off", at: "b", identityMap: false });
    const [on, off] = [
      await Item.using("on").create({ name: "x" }),
      await Item.using("off").create({ name: "x" }),
    ];

    expect(await Item.using("on").get(on!.id)).toBe(on);
    expect(await Item.using("off").get(off!.id)).not.toBe(off);
  });

  test("B163 IDM-15 DDL clears the map outside sessions", async () => {
    await engine.open();
    const item = await Item.create({ name: "x" });

    await createTables();

    expect(await Item.get(item.id)).not.toBe(item);
  });

  test("B164 IDM-16 a changed key moves the entry, and the old key answers no more", async () => {
    await engine.open();

    await bothWays(async () => {
      const item = await Item.create({ name: "x" });
      const before = item.id;
      item.id = before + 100;
      await item.save();

      expect(await Item.get(before + 100)).toBe(item);
      expect(await Item.getOrNone(before)).toBeNull();
      await Item.bulkCreate([{ id: before, name: "other" }]);
      const other = await Item.get(before);
      expect(other).not.toBe(item);
      expect(other.name).toBe("other");
    });
  });

  test("B165 IDM-17 sessions do not synchronise: stale until refresh or evict", async () => {
    await engine.open();
    const [one, two] = [engines.session(), engines.session()];
    const item = await one.run(() => Item.create({ name: "x" }));
    const other = await two.query(Item).get(item.id);

    other.name = "changed";
    await two.run(() => other.save());

    expect((await one.query(Item).get(item.id)).name).toBe("x");
    await item.refresh();
    expect(item.name).toBe("changed");
    evictInstance("Item", String(item.id), { session: one });
    expect(await one.query(Item).get(item.id)).not.toBe(item);
  });

  test("outside any session instances are held weakly: memory stays bounded", async () => {
    await engine.open();
    await Item.bulkCreate(Array.from({ length: 50 }, (_, n) => ({ name: `n${n}` })));
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const references = (await Item.all()).map((item) => new WeakRef(item));

    await expect
      .poll(
        async () => {
          await turns(2);
          collect();
          return references.filter((reference) => reference.deref() !== undefined).length;
        },
        { timeout: 5000, interval: 5 },
      )
      .toBeLessThan(3);

    expect(await Item.count()).toBe(50);
  });

  test("a session keeps its objects as long as it is open", async () => {
    await engine.open();
    await Item.bulkCreate([{ name: "x" }]);
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;

    await engines.session(async () => {
      const marks = new WeakMap<object, string>();
      marks.set(await Item.one(), "seen");
      await turns(2);
      collect();
      await turns(2);
      expect(marks.get(await Item.one())).toBe("seen");
    });
  });
});
