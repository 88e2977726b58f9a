/** After a rollback, also to a savepoint, instances are exactly what they were before the block. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  engines,
  fetchAll,
  fetchOne,
  id,
  Model,
  SerializationError,
  transaction,
  UniqueViolationError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { failureOf, gate, Item, Tag, useEngine } from "./support.ts";

class Note extends Model("RollbackNote", {
  id: id(),
  title: z.string(),
  meta: z.object({ tags: z.array(z.string()), depth: z.object({ n: z.int() }) }),
  at: z.date(),
  raw: z.instanceof(Uint8Array),
}) {}

const out = new Error("out");

/** A block that does its work and then fails. */
const undone = (work: () => Promise<unknown>): Promise<unknown> =>
  failureOf(
    transaction(async () => {
      await work();
      throw out;
    }),
  );

const places = [
  ["in a session", (work: () => Promise<void>) => engines.session(work)],
  ["outside any session", (work: () => Promise<void>) => work()],
] as const;

describeEachDatabase("what a rollback gives back", (db) => {
  const engine = useEngine(db);

  describe.each(places)("%s", (_, inPlace) => {
    test("S4 S4b an edit made before survives two failing transactions in a row", async () => {
      await engine.open();

      await inPlace(async () => {
        const item = await Item.create({ name: "x" });
        item.name = "edited";
        for (let round = 0; round < 2; round += 1) {
          const error = await undone(async () => {
            item.amount += 1;
            await item.save();
            item.note = "later";
            await item.save();
          });
          expect(error).toBe(out);
          expect(item).toMatchObject({ name: "edited", amount: 0, note: null });
        }
        await transaction(() => item.save());
      });

      expect(await fetchOne("select name, amount, note from item")).toEqual({
        name: "edited",
        amount: 0,
        note: null,
      });
    });

    test("an edit survives a block that refreshes, and one that deletes", async () => {
      await engine.open();

      await inPlace(async () => {
        const item = await Item.create({ name: "x" });
        item.name = "edited";
        await undone(() => item.refresh());
        expect(item.name).toBe("edited");
        await undone(() => item.delete());
        expect(item.name).toBe("edited");
        await item.save();
      });

      expect(await fetchAll("select name from item")).toEqual([{ name: "edited" }]);
    });

    test("each savepoint goes back to its own beginning", async () => {
      await engine.open();

      await inPlace(async () => {
        const item = await Item.create({ name: "x" });
        item.note = "before";
        await undone(async () => {
          item.amount = 1;
          await item.save();
          item.name = "of the outer block";
          for (let round = 0; round < 2; round += 1) {
            await undone(async () => {
              item.amount = 2;
              item.name = "inner";
              await item.save();
              await undone(async () => {
                item.name = "innermost";
                await item.save();
              });
              expect(item).toMatchObject({ name: "inner", amount: 2 });
            });
            expect(item).toMatchObject({ name: "of the outer block", amount: 1, note: "before" });
          }
        });
        expect(item).toMatchObject({ name: "x", amount: 0, note: "before" });
        await item.save();
      });

      expect(await fetchOne("select name, amount, note from item")).toEqual({
        name: "x",
        amount: 0,
        note: "before",
      });
    });

    test("what was changed in place is what it was: JSON, dates and bytes", async () => {
      await engine.open({ autoMigrate: true });

      await inPlace(async () => {
        const at = new Date(0);
        const note = await Note.create({
          title: "t",
          meta: { tags: ["a"], depth: { n: 1 } },
          at,
          raw: Uint8Array.of(1, 2),
        });
        const { meta } = note;
        note.meta.tags.push("before");
        note.at.setTime(1000);
        note.raw[0] = 9;
        await undone(async () => {
          note.meta.tags.push("inside");
          note.meta.depth.n = 2;
          note.at.setTime(2000);
          note.raw[0] = 7;
          await note.save();
        });
        expect(note.meta).toEqual({ tags: ["a", "before"], depth: { n: 1 } });
        expect(note.at).toEqual(new Date(1000));
        expect(note.raw).toEqual(Uint8Array.of(9, 2));
        await undone(async () => {
          note.meta = { tags: [], depth: { n: 3 } };
          await note.save();
        });
        expect(note.meta).toEqual({ tags: ["a", "before"], depth: { n: 1 } });
        expect(note.meta).not.toBe(meta);
        const held = note.meta;
        await undone(() => note.save());
        expect(note.meta).toBe(held);
        await note.save();
        await note.refresh();
        expect(note.meta.tags).toEqual(["a", "before"]);
        await note.delete();
      });
    });

    test("an instance that was never saved is what it was, edits of the block undone", async () => {
      await engine.open();

      await inPlace(async () => {
        const item = new Item({ name: "x" });
        item.note = "before";
        for (let round = 0; round < 2; round += 1) {
          await undone(async () => {
            item.amount += 5;
            await item.save();
            item.amount += 5;
            await item.save();
          });
          expect({ ...item }).toEqual({ id: undefined, name: "x", amount: 0, note: "before" });
        }
        await item.save();
      });

      expect(await fetchAll("select name, amount, note from item")).toEqual([
        { name: "x", amount: 0, note: "before" },
      ]);
    });

    test("a save that nobody awaited is undone as well", async () => {
      await engine.open();

      await inPlace(async () => {
        const item = await Item.create({ name: "x" });
        let saving: Promise<unknown> | undefined;
        await undone(async () => {
          item.name = "inside";
          saving = item.save();
        });
        await saving?.catch(() => {});
        expect(item.name).toBe("x");
        item.name = "inside";
        await item.save();
      });

      expect(await fetchOne("select name from item")).toEqual({ name: "inside" });
    });

    test("a row is the object that it was before, also after a delete or a change in bulk", async () => {
      await engine.open();

      await inPlace(async () => {
        const item = await Item.create({ name: "x" });
        await undone(() => item.delete());
        expect(await Item.get(item.id)).toBe(item);
        await undone(() => Item.where({ id: item.id }).update({ amount: 7 }));
        expect(await Item.get(item.id)).toBe(item);
        expect(item.amount).toBe(0);
      });
    });

    test("the database's own refusal restores in the same way", async () => {
      await engine.open();

      await inPlace(async () => {
        await Tag.create({ name: "taken" });
        const tag = await Tag.create({ name: "free" });
        tag.name = "edited";
        const error = await failureOf(
          transaction(async () => {
            await tag.save();
            tag.name = "taken";
            await tag.save();
          }),
        );
        expect(error).toBeInstanceOf(UniqueViolationError);
        expect(tag.name).toBe("edited");
      });
    });
  });

  test("in a session, a change that was not saved is undone too, so that a retry does not add to it", async () => {
    await engine.open();

    await engines.session(async () => {
      const item = await Item.create({ name: "x", amount: 100 });
      let attempts = 0;
      await transaction(
        async () => {
          attempts += 1;
          item.amount -= 30;
          if (attempts < 3) throw new SerializationError("met another", {});
          await item.save();
        },
        { retries: 5 },
      );
      expect(item.amount).toBe(70);
      expect(await Item.get(item.id)).toBe(item);
    });

    expect(await fetchOne("select amount from item")).toEqual({ amount: 70 });
  });

  test("in a session of many objects, JSON that was edited before is kept for those that the block saves", async () => {
    await engine.open({ autoMigrate: true });

    await engines.session(async () => {
      const notes: Note[] = [];
      for (let n = 0; n < 150; n += 1) {
        const raw = Uint8Array.of(n);
        const meta = { tags: ["a"], depth: { n } };
        notes.push(await Note.create({ title: `${n}`, meta, at: new Date(n), raw }));
      }
      for (const note of notes) note.meta.tags.push("before");
      for (let round = 0; round < 2; round += 1) {
        await undone(async () => {
          for (const note of notes) {
            await note.save();
            note.meta.tags.push("inside");
            note.raw = Uint8Array.of(99);
            await note.save();
          }
        });
        expect(notes.map(({ meta }) => meta.tags)).toEqual(Array(150).fill(["a", "before"]));
        expect(notes.map(({ raw }) => raw[0])).toEqual(notes.map((_, n) => n));
      }
      await Note.allRows().delete();
    });
  });

  test("outside any session, an object that the block did not touch belongs to someone else", async () => {
    await engine.open();
    const mine = await Item.create({ name: "mine" });
    const other = await Item.create({ name: "other" });

    await undone(async () => {
      mine.name = "inside";
      await mine.save();
      other.name = "edited by another request";
    });

    expect(mine.name).toBe("mine");
    expect(other.name).toBe("edited by another request");
  });

  test("B159 in a session, an eviction that was committed stays one", async () => {
    await engine.open();

    await engines.session(async () => {
      const item = await Item.create({ name: "x" });
      await transaction(() => Item.where({ id: item.id }).update({ amount: 7 }));
      const again = await Item.get(item.id);
      expect(again).not.toBe(item);
      await undone(() => again.save());
      await nextTurn();
      expect(await Item.get(item.id)).toBe(again);
    });
  });
});

describeEachDatabase(
  "what a rollback gives back on a server",
  (db) => {
    const engine = useEngine(db);

    test("in a session, what another transaction committed meanwhile is not undone", async () => {
      await engine.open({ pool: { maxConnections: 3 } });
      const [begun, committed] = [gate(), gate()];

      await engines.session(async () => {
        const one = await Item.create({ name: "one" });
        const two = await Item.create({ name: "two" });
        const failing = undone(async () => {
          one.name = "inside";
          await one.save();
          begun.open();
          await committed.opened;
        });
        await begun.opened;
        await transaction(async () => {
          two.name = "committed";
          await two.save();
        });
        committed.open();
        await failing;
        expect(one.name).toBe("one");
        expect(two.name).toBe("committed");
        await two.save();
      });

      expect(await fetchAll("select name from item order by id")).toEqual([
        { name: "one" },
        { name: "committed" },
      ]);
    });
  },
  {
    only: ["postgres"],
    because: "one writer of SQLite waits for the other",
    on: ["postgres"],
  },
);
