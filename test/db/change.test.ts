import { expect, test } from "vitest";
import { engines, UsageError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post } from "./models.ts";
import { Account, Cell } from "./mutation-models.ts";

const account = (index: number) => ({
  email: `a${index}@example.com`,
  handle: `a${index}`,
  credit: index,
});

describeEachDatabase("update and delete by query", (db) => {
  const database = useDatabase(db, [Account, Cell]);

  test("a limit and an order choose the rows", async () => {
    await Account.bulkCreate([1, 2, 3, 4, 5].map(account));

    const updated = await Account.allRows()
      .orderBy((t) => t.credit.desc())
      .limit(2)
      .update({ credit: 100 });
    const deleted = await Account.where((t) => t.credit.lt(100))
      .orderBy("credit")
      .offset(1)
      .limit(1)
      .delete();

    expect([updated, deleted]).toEqual([2, 1]);
    const left = await Account.orderBy("email").all();
    expect(left.map(({ handle, credit }) => [handle, credit])).toEqual([
      ["a1", 1],
      ["a3", 3],
      ["a4", 100],
      ["a5", 100],
    ]);
  });

  test("a limit counts rows that a relation chooses, and rows of a composite key", async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
    for (const title of ["a", "b", "c"]) await Post.create({ title, author: ann });
    await Cell.bulkCreate([1, 2, 3].map((place) => ({ sheet: "s", place, text: "x" })));

    const posts = await Post.where((t) => t.author.name.eq("Ann"))
      .orderBy((t) => t.author.name)
      .orderBy((t) => t.title)
      .limit(2)
      .delete();
    const cells = await Cell.where({ sheet: "s" })
      .orderBy((t) => t.place.desc())
      .limit(1)
      .update({ text: "last" });

    expect([posts, cells]).toEqual([2, 1]);
    expect((await Post.one()).title).toBe("c");
    expect((await Cell.get({ sheet: "s", place: 3 })).text).toBe("last");
  });

  test("an update gives the changed rows as instances", async () => {
    await Account.bulkCreate([1, 2, 3].map(account));

    const rows = await Account.where((t) => t.credit.gt(1)).update(
      (t) => ({ credit: t.credit.times(10) }),
      { returning: true },
    );

    expect(rows.every((row) => row instanceof Account)).toBe(true);
    expect(rows.map(({ credit }) => credit).toSorted()).toEqual([20, 30]);
    const [first] = rows;
    if (first === undefined) throw new Error("no row");
    first.credit = 7;
    await first.save();
    expect((await Account.get(first.id)).credit).toBe(7);
  });

  test("an update gives what a lambda picks, columns and expressions", async () => {
    await Account.bulkCreate([1, 2].map(account));

    const rows = await Account.where({ handle: "a2" }).update(
      { credit: 5 },
      { returning: (t) => ({ key: t.email, double: t.credit.times(2), rich: t.credit.gt(4) }) },
    );
    const credits = await Account.allRows().update((t) => ({ credit: t.credit.plus(1) }), {
      returning: (t) => t.credit,
    });

    expect(rows).toEqual([{ key: "a2@example.com", double: 10, rich: true }]);
    expect(credits.toSorted()).toEqual([2, 6]);
  });

  test("a delete gives the rows that are gone", async () => {
    const [one] = await Account.bulkCreate([1, 2, 3].map(account), { returning: true });

    const gone = await Account.where({ handle: "a1" }).delete({ returning: true });
    const handles = await Account.allRows()
      .orderBy((t) => t.credit)
      .limit(1)
      .delete({ returning: (t) => t.handle });

    expect(gone).toEqual([one]);
    expect(handles).toEqual(["a2"]);
    expect(await Account.count()).toBe(1);
    // An instance whose row is gone is written anew when it is saved.
    await gone[0]?.save();
    expect(await Account.count()).toBe(2);
  });

  test("an object of the session is not one that an update gave back stale", async () => {
    const session = engines.session({ identityMap: true });
    await session.run(async () => {
      const held = await Account.create(account(1));
      const [row] = await Account.where({ id: held.id }).update(
        { credit: 50 },
        { returning: true },
      );

      expect(row?.credit).toBe(50);
      expect(await Account.get(held.id)).toBe(row);
    });
    await session.close();
  });

  test("what can't mean anything is refused before any SQL", async () => {
    const statements = database.spy();
    const all = Account.allRows();
    const bad: readonly (() => Promise<unknown>)[] = [
      () => Account.limit(1).delete(),
      () => Account.orderBy("id").limit(1).update({ credit: 1 }),
      () => all.delete({ returning: 1 } as never),
      () => all.delete({ limit: 1 } as never),
      () => all.delete({ returning: () => ({}) } as never),
      () => all.delete({ returning: () => true } as never),
      () => all.update({ credit: 1 }, { returning: "id" } as never),
      () => all.update({ credit: 1 }, "id" as never),
      () => Post.allRows().update({ views: 1 }, { returning: (t) => ({ name: t.author.name }) }),
    ];

    for (const call of bad) await expect(call()).rejects.toThrow(UsageError);

    expect(statements()).toEqual([]);
  });
});
