import { expect, test } from "vitest";
import { z } from "zod";
import {
  field,
  Model,
  SchemaError,
  StaleObjectError,
  transaction,
  UniqueViolationError,
  UsageError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Draft } from "./mutation-models.ts";

describeEachDatabase("version columns", (db) => {
  useDatabase(db, [Draft]);

  test("each save counts, and a stale instance is refused", async () => {
    const first = await Draft.create({ slug: "a" });
    const second = await Draft.get(first.id);
    expect(first.version).toBe(1);

    first.text = "one";
    await first.save();
    second.text = "two";
    const failure = await second.save().catch((error: unknown) => error);

    expect(first.version).toBe(2);
    expect(failure).toBeInstanceOf(StaleObjectError);
    expect(failure).toMatchObject({ code: "STALE_OBJECT", model: "Draft", pk: first.id });
    expect(second.version).toBe(1);
    expect(await Draft.get(first.id)).toMatchObject({ text: "one", version: 2 });

    await second.refresh();
    second.text = "two";
    await second.save();
    expect(await Draft.get(first.id)).toEqual(second);
    expect(second.version).toBe(3);
  });

  test("a stale instance is not deleted, nor one whose row is gone", async () => {
    const first = await Draft.create({ slug: "a" });
    const second = await Draft.get(first.id);
    first.text = "one";
    await first.save();

    await expect(second.delete()).rejects.toThrow(StaleObjectError);
    expect(await Draft.count()).toBe(1);
    await first.delete();
    expect(await Draft.count()).toBe(0);
    await second.refresh().catch(() => undefined);
    second.text = "again";
    await expect(second.save()).rejects.toThrow(StaleObjectError);
  });

  test("fifty savers of one row: one wins, and the others know", async () => {
    const { id } = await Draft.create({ slug: "a" });
    const drafts = await Promise.all(Array.from({ length: 50 }, () => Draft.get(id)));

    const outcomes = await Promise.allSettled(
      drafts.map((draft, index) => {
        draft.words = index + 1;
        return draft.save();
      }),
    );

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await Draft.get(id)).version).toBe(2);
  });

  test("every other way to write counts as well", async () => {
    const draft = await Draft.create({ slug: "a" });
    const version = async () => (await Draft.get(draft.id)).version;

    await Draft.where({ id: draft.id }).update({ words: 1 });
    expect(await version()).toBe(2);
    await Draft.upsert({ on: "slug", create: { slug: "a", words: 2 } });
    expect(await version()).toBe(3);
    await Draft.upsert({ on: "slug", create: { slug: "a" }, update: { words: 3 } });
    expect(await version()).toBe(4);
    await Draft.upsert({ on: "slug", create: { slug: "a", words: 4 }, update: ["words"] });
    expect(await version()).toBe(5);
    await Draft.bulkCreate([{ slug: "a", words: 5 }], {
      onConflict: { columns: "slug", update: ["words"] },
    });
    expect(await version()).toBe(6);
    await Draft.bulkUpdate([{ id: draft.id, words: 6 }]);
    expect(await version()).toBe(7);
    await Draft.updateOrCreate({ slug: "a" }, { defaults: { words: 7 } });
    expect(await version()).toBe(8);
  });

  test("bulkUpdate refuses stale instances, and brings the others up", async () => {
    const one = await Draft.create({ slug: "a" });
    const two = await Draft.create({ slug: "b" });
    await Draft.where({ id: two.id }).update({ words: 1 });
    one.text = "x";
    two.text = "y";

    await expect(Draft.bulkUpdate([one, two])).rejects.toMatchObject({
      code: "STALE_OBJECT",
      pk: [two.id],
    });
    expect((await Draft.get(one.id)).text).toBe("");
    expect(one.version).toBe(1);

    expect(await Draft.bulkUpdate([one])).toBe(1);
    expect(one.version).toBe(2);
    expect(await Draft.get(one.id)).toEqual(one);
    one.text = "z";
    await one.save();
  });

  test("a rollback gives the version back", async () => {
    const draft = await Draft.create({ slug: "a" });
    draft.text = "x";
    await transaction(async () => {
      await draft.save();
      throw new Error("no");
    }).catch(() => undefined);

    expect(draft.version).toBe(1);
    draft.text = "y";
    await draft.save();
    expect(draft.version).toBe(2);
  });

  test("a new instance never overwrites a row that has a version", async () => {
    const { id } = await Draft.create({ slug: "a" });

    await expect(new Draft({ id, slug: "b" }).save()).rejects.toThrow(UniqueViolationError);
  });

  test("a version and a generated column can't be set", async () => {
    const draft = await Draft.create({ slug: "a" });

    draft.version = 7;
    await expect(draft.save()).rejects.toThrow(/counted by Ferro/);
    await draft.refresh();
    draft.shout = "loud";
    await expect(draft.save()).rejects.toThrow(/generated by the database/);
    await expect(Draft.bulkUpdate([draft])).rejects.toThrow(/generated by the database/);
    await expect(Draft.allRows().update({ version: 1 })).rejects.toThrow(UsageError);
    await expect(Draft.bulkUpdate([{ id: draft.id, version: 1 }])).rejects.toThrow(UsageError);
    await draft.refresh();
    draft.text = "a";
    await draft.save();
    expect(draft.shout).toBe("A");
  });

  test("a version column needs to be an integer with a default", () => {
    const options = { version: true } as const;
    for (const schema of [z.int(), z.string().default("1"), z.int().nullable().default(1)]) {
      expect(() => Model("Wrong", { version: field(schema, options) })).toThrow(SchemaError);
    }
  });
});

describeEachDatabase("columns with onUpdate", (db) => {
  useDatabase(db, [Draft]);

  test("get a value with each change, whichever way it is written", async () => {
    const draft = await Draft.create({ slug: "a" });
    expect(draft.updatedAt).toBe(0);
    let before = 0;
    const grown = async () => {
      const { updatedAt } = await Draft.get(draft.id);
      const grew = updatedAt > before;
      before = updatedAt;
      return grew;
    };

    draft.words = 1;
    await draft.save();
    expect(await grown()).toBe(true);
    expect(draft.updatedAt).toBe(before);
    await draft.save();
    expect(await grown()).toBe(false);
    await Draft.where({ id: draft.id }).update({ words: 2 });
    expect(await grown()).toBe(true);
    await Draft.upsert({ on: "slug", create: { slug: "a", words: 3 } });
    expect(await grown()).toBe(true);
    await Draft.bulkUpdate([{ id: draft.id, words: 4 }]);
    expect(await grown()).toBe(true);
    await draft.refresh();
    draft.words = 5;
    await Draft.bulkUpdate([draft]);
    expect(await grown()).toBe(true);
    expect(draft.updatedAt).toBe(before);
  });

  test("keep a value that they are given", async () => {
    const draft = await Draft.create({ slug: "a" });
    draft.updatedAt = 1_000_000;
    await draft.save();
    expect((await Draft.get(draft.id)).updatedAt).toBe(1_000_000);

    await Draft.where({ id: draft.id }).update({ updatedAt: 2_000_000 });
    expect((await Draft.get(draft.id)).updatedAt).toBe(2_000_000);
  });
});
