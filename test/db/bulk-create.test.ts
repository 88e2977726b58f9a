import { expect, test } from "vitest";
import { UniqueViolationError, UsageError, ValidationError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Account, Reading, Setting, Visit } from "./mutation-models.ts";

const account = (index: number, credit = 0) => ({
  email: `a${index}@example.com`,
  handle: `a${index}`,
  credit,
});

describeEachDatabase("bulkCreate", (db) => {
  const database = useDatabase(db, [Setting, Visit, Account, Reading]);

  test("gives instances in the order of the rows, whatever each leaves to the database", async () => {
    const rows = Array.from({ length: 2_345 }, (_, index) => ({
      userId: index,
      name: `n${index}`,
      ...(index % 3 === 0 && { id: 1_000_000 + index }),
      ...(index % 2 === 0 && { value: `v${index}` }),
    }));

    const made = await Setting.bulkCreate(rows, { returning: true });

    expect(made.map(({ userId }) => userId)).toEqual(rows.map(({ userId }) => userId));
    expect(made[0]).toBeInstanceOf(Setting);
    expect(made[3]).toMatchObject({ id: 1_000_003, value: "none", hits: 0, note: null });
    expect(made[1]?.id).toBeTypeOf("number");
    const read = await Setting.orderBy((t) => t.userId).all();
    expect(read).toEqual(made);
  });

  test("values of every kind are what they were, however many rows", async () => {
    const rows = Array.from({ length: 4_000 }, (_, index) => ({
      count: index % 7 === 0 ? 2n ** 62n - BigInt(index) : BigInt(index % 3),
      on: index % 2 === 0,
      level: index === 3_999 ? -0.0001 : index / 7,
      at: new Date(1_700_000_000_000 + index),
      meta: index % 5 === 0 ? null : { tags: ["a\u2028", `"${index}"`] },
      // Bytes here and there: their statements take another way.
      raw: index % 1_000 === 999 ? Uint8Array.of(index % 256, 0) : null,
    }));

    expect(await Reading.bulkCreate(rows)).toBe(4_000);

    const read = await Reading.orderBy((t) => t.id).all();
    expect(read.map(({ id: _, ...values }) => values)).toEqual(rows);
  });

  test("instances that it gives can be saved", async () => {
    const [made] = await Account.bulkCreate([account(1)], { returning: true });
    if (made === undefined) throw new Error("no instance");
    made.credit = 7;
    await made.save();

    expect((await Account.get(made.id)).credit).toBe(7);
  });

  test("leaves rows that are there as they are, and inserts the others", async () => {
    await Account.create(account(2, 50));
    const rows = [account(1, 1), account(2, 2), account(3, 3)];

    expect(await Account.bulkCreate(rows, { onConflict: "ignore" })).toBe(2);

    const all = await Account.orderBy((t) => t.email).all();
    expect(all.map(({ credit }) => credit)).toEqual([1, 50, 3]);
  });

  test("gives only what it inserted when others are left, in their order", async () => {
    await Account.bulkCreate([account(2), account(4)]);
    const rows = [account(5), { ...account(1), id: 900 }, account(2), account(3), account(4)];

    const made = await Account.bulkCreate(rows, { onConflict: "ignore", returning: true });

    expect(made.map(({ handle }) => handle)).toEqual(["a5", "a1", "a3"]);
  });

  test("leaves rows by one unique key and fails on another", async () => {
    await Account.create(account(1));
    const onConflict = { columns: "email", update: "ignore" } as const;

    expect(await Account.bulkCreate([account(1), account(2)], { onConflict })).toBe(1);
    await expect(
      Account.bulkCreate([{ email: "new@example.com", handle: "a1" }], { onConflict }),
    ).rejects.toThrow(UniqueViolationError);
  });

  test("changes rows that are there: columns taken over, values, or both rows in an expression", async () => {
    await Account.create(account(2, 50));
    const rows = [account(1, 1), account(2, 2), account(3, 3)];

    const named = await Account.bulkCreate(rows, {
      onConflict: { columns: "email", update: ["credit"] },
      returning: true,
    });
    expect(named.map(({ credit }) => credit)).toEqual([1, 2, 3]);

    const count = await Account.bulkCreate(rows, {
      onConflict: {
        columns: ["email"],
        update: (row, proposed) => ({ credit: row.credit.plus(proposed.credit).times(10) }),
      },
    });
    expect(count).toBe(3);
    const all = await Account.orderBy((t) => t.email).all();
    expect(all.map(({ credit }) => credit)).toEqual([20, 40, 60]);
  });

  test("a value of the update reaches every chunk", async () => {
    const rows = Array.from({ length: 1_111 }, (_, index) => account(index));
    await Account.bulkCreate(rows);

    await Account.bulkCreate(rows, {
      onConflict: { columns: "email", update: { credit: 42 } },
    });

    expect(await Account.where({ credit: 42 }).count()).toBe(1_111);
  });

  test("two rows for one unique key are refused when rows are changed", async () => {
    const statements = database.spy();

    await expect(
      Account.bulkCreate([account(1), account(2), account(1)], {
        onConflict: { columns: "email", update: ["credit"] },
      }),
    ).rejects.toThrow(/two rows with one email/);

    expect(statements()).toEqual([]);
  });

  test("takes 200,000 rows in one call, and lets other work run meanwhile", async () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => ({
      page: `/${index}`,
      ...(index % 2 === 0 && { reader: "r" }),
    }));
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);

    const count = await Visit.bulkCreate(rows);
    clearInterval(timer);

    expect(count).toBe(200_000);
    expect(await Visit.count()).toBe(200_000);
    expect(await Visit.where({ reader: "r" }).count()).toBe(100_000);
    expect(turns).toBeGreaterThan(5);
  });

  test("an invalid row anywhere means that nothing is sent", async () => {
    const rows = Array.from({ length: 12_000 }, (_, index) => ({ page: `/${index}` }));
    const statements = database.spy();

    await expect(Visit.bulkCreate([...rows, { page: 1 } as never])).rejects.toThrow(
      ValidationError,
    );

    expect(statements()).toEqual([]);
  });

  test("what a database can't hold is refused with its place, and nothing is sent", async () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({ page: `/${index}` }));
    const statements = database.spy();

    for (const page of ["half of \ud800", "a\0b"]) {
      const refused = Visit.bulkCreate([...rows, { page }, { page: 7 } as never]);
      await expect(refused).rejects.toMatchObject({
        issues: [{ path: [30, "page"] }, { path: [31, "page"], code: "invalid_type" }],
      });
    }

    expect(statements()).toEqual([]);
  });

  test("options that can't mean anything are refused before any SQL", async () => {
    const statements = database.spy();
    const bad: readonly unknown[] = [
      { onConflict: "skip" },
      { onConflict: { columns: "credit", update: ["handle"] } },
      { onConflict: { columns: "email" } },
      { onConflict: { columns: "email", update: ["color"] } },
      { onConflict: { columns: "email", update: {} } },
      { onConflict: { columns: "email", update: { credit: undefined } } },
      { ignore: true },
    ];

    for (const options of bad) {
      await expect(Account.bulkCreate([account(1)], options as never)).rejects.toThrow(UsageError);
    }
    await expect(
      Account.bulkCreate([account(1)], {
        onConflict: { columns: "email", update: { credit: 1.5 } },
      }),
    ).rejects.toThrow(ValidationError);

    expect(statements()).toEqual([]);
  });
});
