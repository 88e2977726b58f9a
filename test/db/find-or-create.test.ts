import { describe, expect, test } from "vitest";
import {
  advisoryLock,
  engines,
  MultipleResultsError,
  transaction,
  tryAdvisoryLock,
  UniqueViolationError,
  UsageError,
  ValidationError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post } from "./models.ts";
import { Account, Setting, Visit } from "./mutation-models.ts";

const callers = Array.from({ length: 50 }, (_, index) => index);

describeEachDatabase("getOrCreate and updateOrCreate", (db) => {
  const database = useDatabase(db, [Setting, Visit, Account]);

  test("the first call makes the row from filters and defaults, the second finds it", async () => {
    const [made, created] = await Account.getOrCreate(
      { email: "ann@example.com" },
      { defaults: { handle: "ann", credit: 5 } },
    );
    const [found, again] = await Account.getOrCreate(
      { email: "ann@example.com" },
      { defaults: { handle: "other", credit: 9 } },
    );

    expect(created).toBe(true);
    expect(made).toBeInstanceOf(Account);
    expect(made).toMatchObject({ email: "ann@example.com", handle: "ann", credit: 5 });
    expect(again).toBe(false);
    expect(found).toEqual(made);
    expect(await Account.count()).toBe(1);
  });

  test("fifty callers at once make one row, by a unique column and by a group", async () => {
    const accounts = await Promise.all(
      callers.map((index) =>
        Account.getOrCreate({ email: "ann@example.com" }, { defaults: { handle: `ann${index}` } }),
      ),
    );
    const settings = await Promise.all(
      callers.map((index) =>
        Setting.getOrCreate({ userId: 7, name: "theme" }, { defaults: { value: `${index}` } }),
      ),
    );

    expect(accounts.filter(([, created]) => created)).toHaveLength(1);
    expect(settings.filter(([, created]) => created)).toHaveLength(1);
    expect(new Set(settings.map(([{ id }]) => id)).size).toBe(1);
    expect(new Set(settings.map(([{ value }]) => value)).size).toBe(1);
    expect(await Account.count()).toBe(1);
    expect(await Setting.count()).toBe(1);
  });

  test("fifty callers at once make one row where nothing is unique", async () => {
    const visits = await Promise.all(
      callers.map(() => Visit.getOrCreate({ page: "/home", reader: null })),
    );

    expect(visits.filter(([, created]) => created)).toHaveLength(1);
    expect(await Visit.count()).toBe(1);
  });

  test("fifty transactions at once make one row, and none of them is aborted", async () => {
    const settings = await Promise.all(
      callers.map((index) =>
        transaction(async () => {
          const [setting, created] = await Setting.getOrCreate({ userId: 7, name: "theme" });
          await Visit.create({ page: `/after/${index}` });
          return [setting.id, created] as const;
        }),
      ),
    );

    expect(settings.filter(([, created]) => created)).toHaveLength(1);
    expect(new Set(settings.map(([id]) => id)).size).toBe(1);
    expect(await Visit.count()).toBe(50);
  });

  test("fifty callers of updateOrCreate make one row, and the last one's values stand", async () => {
    const settings = await Promise.all(
      callers.map((index) =>
        Setting.updateOrCreate({ userId: 7, name: "theme" }, { defaults: { value: `v${index}` } }),
      ),
    );

    expect(settings.filter(([, created]) => created)).toHaveLength(1);
    expect(settings.map(([{ value }]) => value)).toEqual(callers.map((index) => `v${index}`));
    expect((await Setting.one()).value).toMatch(/^v\d+$/);
  });

  test("updateOrCreate writes only the defaults to the row that is there", async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com", bio: "old" });
    const statements = database.spy();

    const [row, created] = await Author.updateOrCreate(
      { email: "ann@example.com" },
      { defaults: { name: "Anna" } },
    );

    expect([row.id, row.name, row.bio, created]).toEqual([ann.id, "Anna", "old", false]);
    expect(statements()).toHaveLength(2);
    expect(statements()[1]).toMatch(/^update "author" (as "t0" )?set "name" = /);
    expect(await Author.get(ann.id)).toEqual(row);
  });

  test("a row that has the unique value but another filter is a violation, not a second row", async () => {
    await Account.create({ email: "ann@example.com", handle: "ann" });

    const other = Account.getOrCreate({ email: "ann@example.com", handle: "anna" });

    await expect(other).rejects.toThrow(UniqueViolationError);
    await expect(other).rejects.toMatchObject({ model: "Account", columns: ["email"] });
    expect(await Account.count()).toBe(1);
  });

  test("a unique value among the defaults that is taken is a violation", async () => {
    await Account.create({ email: "ann@example.com", handle: "ann" });

    await expect(
      Account.getOrCreate({ email: "bob@example.com" }, { defaults: { handle: "ann" } }),
    ).rejects.toMatchObject({ code: "UNIQUE_VIOLATION", columns: ["handle"] });
  });

  test("more than one row that matches is an error", async () => {
    await Visit.bulkCreate([{ page: "/a" }, { page: "/a" }]);

    await expect(Visit.getOrCreate({ page: "/a" })).rejects.toThrow(MultipleResultsError);
  });

  test("a foreign key is a filter by its id, and a default by instance or id", async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });

    const [post] = await Post.getOrCreate(
      { title: "a", authorId: ann.id },
      { defaults: { reviewer: ann, subtitle: "b" } },
    );

    expect(post).toMatchObject({ authorId: ann.id, reviewerId: ann.id, subtitle: "b" });
    const [again, created] = await Post.getOrCreate({ subtitle: "b", reviewerId: ann.id });
    expect([again.id, created]).toEqual([post.id, false]);
  });

  test("a null that reads as undefined filters by NULL and is left out of the new row", async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });

    const [post, created] = await Post.getOrCreate({
      title: "a",
      authorId: ann.id,
      subtitle: null,
    });

    expect(created).toBe(true);
    expect(post.subtitle).toBeUndefined();
  });

  test("what can't mean anything is refused before any SQL", async () => {
    const statements = database.spy();
    const bad = [
      Account.getOrCreate({}),
      Account.getOrCreate(undefined as never),
      Account.getOrCreate(((t: never) => t) as never),
      Account.getOrCreate({ email: undefined } as never),
      Account.getOrCreate({ email: { not: "" } } as never),
      Account.getOrCreate({ color: "red" } as never),
      Account.getOrCreate({ email: "a@b.cd" }, { defaults: { color: "red" } as never }),
      Account.getOrCreate({ email: "a@b.cd" }, { defaults: { email: "x@b.cd" } }),
      Account.getOrCreate({ email: "a@b.cd" }, { defaults: 1 as never }),
      Account.updateOrCreate({ credit: Number.NaN }, { defaults: {} }),
    ];

    for (const call of bad) await expect(call).rejects.toThrow(UsageError);
    await expect(
      Account.getOrCreate({ email: "a@b.cd" }, { defaults: { credit: 1.5 } }),
    ).rejects.toThrow(ValidationError);

    expect(statements()).toEqual([]);
  });

  test("what a new row lacks is a validation error, and no row is made", async () => {
    await expect(Account.getOrCreate({ email: "ann@example.com" })).rejects.toThrow(
      ValidationError,
    );
    expect(await Account.count()).toBe(0);
  });

  test("it goes where the model, the session or the transaction says", async () => {
    const [made] = await Setting.using("default").getOrCreate({ userId: 1, name: "a" });
    const session = engines.session();
    const [found, created] = await Setting.getOrCreate({ userId: 1, name: "a" }, { session });
    const [same] = await Setting.updateOrCreate(
      { userId: 1, name: "a" },
      { session, defaults: { hits: 3 } },
    );
    await session.close();

    expect([found.id, created, same.hits]).toEqual([made.id, false, 3]);
    await expect(Setting.using("nowhere").getOrCreate({ userId: 1, name: "a" })).rejects.toThrow(
      /nowhere/,
    );
  });

  test("what a rolled back transaction made is gone", async () => {
    await transaction(async () => {
      await Setting.getOrCreate({ userId: 1, name: "a" });
      throw new Error("no");
    }).catch(() => undefined);

    expect(await Setting.count()).toBe(0);
  });
});

describeEachDatabase("advisory locks", (db) => {
  useDatabase(db, [Visit]);

  test("one caller at a time runs under a key", async () => {
    let inside = 0;
    let most = 0;

    await Promise.all(
      callers.map(() =>
        advisoryLock("counter", async () => {
          inside += 1;
          most = Math.max(most, inside);
          const seen = await Visit.count();
          await Visit.create({ page: `/${seen}` });
          inside -= 1;
        }),
      ),
    );

    expect(most).toBe(1);
    const pages = (await Visit.all()).map(({ page }) => page);
    expect(new Set(pages).size).toBe(50);
  });

  test("it joins the transaction around it and fails with it", async () => {
    await expect(
      transaction(async () => {
        await advisoryLock(7n, () => Visit.create({ page: "/a" }));
        throw new Error("no");
      }),
    ).rejects.toThrow("no");

    expect(await Visit.count()).toBe(0);
  });

  test("a key is a name or a 64-bit integer", async () => {
    for (const key of ["", 1, undefined, null, 1n << 63n, {}]) {
      await expect(advisoryLock(key as never, () => 1)).rejects.toThrow(UsageError);
      await expect(tryAdvisoryLock(key as never, () => 1)).rejects.toThrow(UsageError);
    }
    expect(await tryAdvisoryLock(-(1n << 63n), () => 1)).toEqual({ acquired: true, result: 1 });
  });
});

describeEachDatabase(
  "advisory locks of a server",
  (db) => {
    useDatabase(db);

    test("tryAdvisoryLock answers at once whether it got the key", async () => {
      const inner = await advisoryLock("report", () =>
        transaction(() => tryAdvisoryLock("report", () => 1), { mode: "separate" }),
      );
      const other = await advisoryLock("report", () =>
        transaction(() => tryAdvisoryLock("cleanup", () => 1), { mode: "separate" }),
      );

      expect(inner).toEqual({ acquired: false });
      expect(other).toEqual({ acquired: true, result: 1 });
    });
  },
  { only: ["postgres"], because: "SQLite has one writer, who waits for no key" },
);

describeEachDatabase(
  "advisory locks of a file",
  (db) => {
    useDatabase(db);

    test("a transaction that only reads can't hold one", async () => {
      const call = transaction(() => advisoryLock("a", () => 1), { readOnly: true });

      await expect(call).rejects.toThrow(/read-only/);
    });
  },
  { only: ["sqlite"], because: "PostgreSQL locks in transactions that only read as well" },
);

describe("getOrCreate", () => {
  test("is part of a model that is bound to a connection", () => {
    expect(Setting.using("somewhere").getOrCreate).toBeTypeOf("function");
    expect(Setting.using("somewhere").updateOrCreate).toBeTypeOf("function");
  });
});
