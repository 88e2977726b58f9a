import { expect, test } from "vitest";
import {
  ForeignKeyViolationError,
  ModelDoesNotExistError,
  UniqueViolationError,
  UsageError,
  ValidationError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post } from "./models.ts";
import { Account, Cell, Setting } from "./mutation-models.ts";

const account = (index: number) => ({ email: `a${index}@example.com`, handle: `a${index}` });

describeEachDatabase("bulkUpdate", (db) => {
  const database = useDatabase(db, [Setting, Account, Cell]);

  test("gives each row values of its own, in one statement", async () => {
    const made = await Account.bulkCreate([account(1), account(2), account(3)], {
      returning: true,
    });
    const statements = database.spy();

    const count = await Account.bulkUpdate(
      made.slice(0, 2).map(({ id }, index) => ({ id, credit: index + 10, handle: `h${index}` })),
    );

    expect(count).toBe(2);
    expect(statements().filter((sql) => sql.startsWith("update"))).toHaveLength(1);
    const all = await Account.orderBy((t) => t.email).all();
    expect(all.map(({ credit, handle }) => [credit, handle])).toEqual([
      [10, "h0"],
      [11, "h1"],
      [0, "a3"],
    ]);
  });

  test("writes what changed of instances, and they equal their rows", async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
    const posts: Post[] = [];
    for (const title of ["a", "b", "c"]) {
      posts.push(await Post.create({ title, author: ann, rating: 1.5 }));
    }
    const [first, second, third] = posts as [Post, Post, Post];
    first.title = "A";
    first.meta = { tags: ["x"], depth: 1 };
    second.title = "B";
    second.meta = null;
    second.createdAt = new Date("2026-01-02T03:04:05.678Z");
    third.rating = null;
    const statements = database.spy();

    expect(await Post.bulkUpdate(posts)).toBe(3);
    expect(statements().filter((sql) => sql.startsWith("update"))).toHaveLength(3);

    const before = statements().length;
    for (const post of posts) await post.save();
    expect(await Post.bulkUpdate(posts)).toBe(0);
    expect(statements()).toHaveLength(before);
    expect(await Post.orderBy((t) => t.id).all()).toEqual(posts);
  });

  test("a key without a row is an error that names it, and nothing is changed", async () => {
    const { id } = await Account.create(account(1));
    const rows = [
      { id, credit: 1 },
      { id: 404, credit: 2 },
      { id: 405, handle: "x" },
    ];

    const failure = await Account.bulkUpdate(rows).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ModelDoesNotExistError);
    expect(failure).toMatchObject({ model: "Account", pk: [404, 405] });
    expect((await Account.get(id)).credit).toBe(0);
    expect(await Account.bulkUpdate(rows, { missing: "ignore" })).toBe(1);
    expect((await Account.get(id)).credit).toBe(1);
  });

  test("finds rows by a composite key", async () => {
    await Cell.bulkCreate([
      { sheet: "a", place: 1, text: "x" },
      { sheet: "a", place: 2, text: "y" },
    ]);

    await Cell.bulkUpdate([
      { sheet: "a", place: 2, text: "Y" },
      { sheet: "a", place: 1, text: "X" },
    ]);

    const cells = await Cell.orderBy((t) => t.place).all();
    expect(cells.map(({ text }) => text)).toEqual(["X", "Y"]);
  });

  test("changes 20,000 rows, each to a value of its own", async () => {
    const made = await Account.bulkCreate(
      Array.from({ length: 20_000 }, (_, index) => account(index)),
      { returning: true },
    );

    const count = await Account.bulkUpdate(made.map(({ id }, index) => ({ id, credit: index })));

    expect(count).toBe(20_000);
    const last = await Account.where({ email: "a19999@example.com" }).one();
    expect(last.credit).toBe(19_999);
    expect(await Account.where({ credit: 0 }).count()).toBe(1);
  });

  test("constraints fail as they do for one row, and nothing is changed", async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
    const post = await Post.create({ title: "a", author: ann });
    const [one, two] = await Account.bulkCreate([account(1), account(2)], { returning: true });

    await expect(
      Account.bulkUpdate([
        { id: one?.id as number, credit: 5, handle: "free" },
        { id: two?.id as number, credit: 5, handle: "free" },
      ]),
    ).rejects.toThrow(UniqueViolationError);
    await expect(Post.bulkUpdate([{ id: post.id, authorId: 404 }])).rejects.toThrow(
      ForeignKeyViolationError,
    );
    expect(await Account.where({ credit: 5 }).exists()).toBe(false);
  });

  test("what can't mean anything is refused before any SQL", async () => {
    const statements = database.spy();
    const bad: readonly unknown[] = [
      "rows",
      [1],
      [{ credit: 1 }],
      [{ id: 1, credit: undefined }],
      [{ id: 1, color: "red" }],
      [
        { id: 1, credit: 1 },
        { id: 1, credit: 2 },
      ],
      [new Account(account(1))],
    ];

    for (const rows of bad) {
      await expect(Account.bulkUpdate(rows as never)).rejects.toThrow(UsageError);
    }
    await expect(Account.bulkUpdate([{ id: 1, credit: 1.5 }])).rejects.toThrow(ValidationError);
    expect(await Account.bulkUpdate([])).toBe(0);

    expect(statements()).toEqual([]);
  });
});
