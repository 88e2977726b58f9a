import { expect, test } from "vitest";
import {
  engines,
  transaction,
  UniqueViolationError,
  UsageError,
  ValidationError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Account, Setting } from "./mutation-models.ts";

const theme = { userId: 1, name: "theme" };

describeEachDatabase("upsert", (db) => {
  const database = useDatabase(db, [Setting, Account]);

  test("inserts a row, then changes it, and says which", async () => {
    const first = await Setting.upsert({
      on: ["userId", "name"],
      create: { ...theme, value: "a" },
    });
    const second = await Setting.upsert({
      on: ["userId", "name"],
      create: { ...theme, value: "b" },
    });

    expect(first.inserted).toBe(true);
    expect(first.row).toBeInstanceOf(Setting);
    expect(first.row).toMatchObject({ ...theme, value: "a", hits: 0, note: null });
    expect(second.inserted).toBe(false);
    expect(second.row).toMatchObject({ id: first.row.id, value: "b" });
    expect(await Setting.all()).toEqual([second.row]);
  });

  test("tells inserted from updated the same way when the row is touched again and again", async () => {
    const told: boolean[] = [];
    for (let time = 0; time < 4; time += 1) {
      const { inserted } = await Setting.upsert({ on: ["userId", "name"], create: theme });
      told.push(inserted);
    }
    const other = { userId: 2, name: "theme" };
    told.push((await Setting.upsert({ on: ["userId", "name"], create: other })).inserted);
    told.push((await Setting.upsert({ on: ["userId", "name"], create: other })).inserted);

    expect(told).toEqual([true, false, false, false, true, false]);
  });

  test("an existing row takes over what was given, not what the model filled in", async () => {
    await Setting.create({ ...theme, value: "kept", hits: 9 });

    const { row } = await Setting.upsert({
      on: ["name", "userId"] as never,
      create: { ...theme, note: "new" },
    });

    expect(row).toMatchObject({ value: "kept", hits: 9, note: "new" });
  });

  test("the update may name columns, give values, or calculate with both rows", async () => {
    await Setting.create({ ...theme, value: "old", hits: 5, note: "old" });
    const create = { ...theme, value: "new", hits: 2, note: "new" };

    const named = await Setting.upsert({ on: ["userId", "name"], create, update: ["value"] });
    expect(named.row).toMatchObject({ value: "new", hits: 5, note: "old" });

    const given = await Setting.upsert({
      on: ["userId", "name"],
      create,
      update: { note: "given" },
    });
    expect(given.row).toMatchObject({ value: "new", hits: 5, note: "given" });

    const calculated = await Setting.upsert({
      on: ["userId", "name"],
      create,
      update: (row, proposed) => ({
        hits: row.hits.plus(proposed.hits).times(10),
        note: proposed.value,
      }),
    });
    expect(calculated.row).toMatchObject({ hits: 70, note: "new" });
    expect(calculated.inserted).toBe(false);
  });

  test("fifty callers at once make one row, and each counts", async () => {
    const all = await Promise.all(
      Array.from({ length: 50 }, () =>
        Setting.upsert({
          on: ["userId", "name"],
          create: { ...theme, hits: 1 },
          update: (row, proposed) => ({ hits: row.hits.plus(proposed.hits) }),
        }),
      ),
    );

    expect(all.filter(({ inserted }) => inserted)).toHaveLength(1);
    expect((await Setting.one()).hits).toBe(50);
  });

  test("is by the primary key or by a unique column as well", async () => {
    const ann = await Account.create({ email: "ann@example.com", handle: "ann" });

    const byKey = await Account.upsert({
      on: "id",
      create: { id: ann.id, email: "a@example.com", handle: "a" },
    });
    const byHandle = await Account.upsert({
      on: ["handle"],
      create: { email: "b@example.com", handle: "a" },
    });

    expect(byKey).toMatchObject({ inserted: false, row: { id: ann.id, handle: "a" } });
    expect(byHandle).toMatchObject({
      inserted: false,
      row: { id: ann.id, email: "b@example.com" },
    });
  });

  test("another unique value that is taken is a violation", async () => {
    await Account.create({ email: "ann@example.com", handle: "ann" });

    await expect(
      Account.upsert({ on: "email", create: { email: "bob@example.com", handle: "ann" } }),
    ).rejects.toThrow(UniqueViolationError);
  });

  test("an object of the session is the row, and keeps its unsaved edits", async () => {
    const session = engines.session({ identityMap: true });
    await session.run(async () => {
      const held = await Setting.create({ ...theme, value: "a" });
      held.note = "edited";

      const { row, inserted } = await Setting.upsert({
        on: ["userId", "name"],
        create: { ...theme, value: "b" },
      });

      expect(row).toBe(held);
      expect(inserted).toBe(false);
      expect([held.value, held.note]).toEqual(["b", "edited"]);
      await held.save();
      expect((await held.refresh()).note).toBe("edited");
    });
    await session.close();
  });

  test("a rollback takes the row and what the object showed of it back", async () => {
    const session = engines.session({ identityMap: true });
    await session.run(async () => {
      const held = await Setting.create({ ...theme, value: "a" });
      await transaction(async () => {
        await Setting.upsert({ on: ["userId", "name"], create: { ...theme, value: "b" } });
        throw new Error("no");
      }).catch(() => undefined);

      expect(held.value).toBe("a");
    });
    await session.close();
    expect((await Setting.one()).value).toBe("a");
  });

  test("what can't mean anything is refused before any SQL", async () => {
    const statements = database.spy();
    const bad: readonly unknown[] = [
      undefined,
      {},
      { on: "value", create: theme },
      { on: ["userId"], create: theme },
      { on: [], create: theme },
      { on: "id", create: theme },
      { on: ["userId", "name"], create: theme, update: {} },
      { on: ["userId", "name"], create: theme, update: { value: undefined } },
      { on: ["userId", "name"], create: theme, update: ["color"] },
      { on: ["userId", "name"], create: theme, where: 1 },
    ];

    for (const options of bad) {
      await expect(Setting.upsert(options as never)).rejects.toThrow(UsageError);
    }
    await expect(
      Setting.upsert({ on: ["userId", "name"], create: { ...theme, hits: "1" } as never }),
    ).rejects.toThrow(ValidationError);

    expect(statements()).toEqual([]);
  });
});
