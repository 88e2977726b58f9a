import { beforeEach, expect, test } from "vitest";
import { connect, transaction } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Note, seen } from "./mutation-models.ts";

describeEachDatabase("hooks", (db) => {
  useDatabase(db, [Note]);

  beforeEach(() => {
    seen.length = 0;
  });

  test("run around a create, a save and a delete, and see what the transaction wrote", async () => {
    const note = await Note.create({ text: "abc" });
    expect(note.length).toBe(3);
    expect(seen.splice(0)).toEqual([
      "beforeSave 0",
      "beforeCreate",
      "afterCreate 1",
      "afterSave 1",
      "afterCommit 1",
    ]);

    note.text = "abcd";
    await note.save();
    expect((await Note.get(note.id)).length).toBe(4);
    expect(seen.splice(0)).toEqual(["beforeSave 1", "afterSave 1", "afterCommit 1"]);

    await note.delete();
    expect(seen.splice(0)).toEqual(["beforeDelete 1", "afterDelete 0", "afterCommit 0"]);
  });

  test("an error before stops the write, and one after undoes it", async () => {
    await expect(Note.create({ text: "stop" })).rejects.toThrow("stopped");
    await expect(Note.create({ text: "late stop" })).rejects.toThrow("stopped late");

    expect(await Note.count()).toBe(0);
    expect(seen.some((call) => call.startsWith("afterCommit"))).toBe(false);
  });

  test("belong to the transaction around: afterCommit waits for its end", async () => {
    await transaction(async () => {
      await Note.create({ text: "a" });
      expect(seen.at(-1)).toBe("afterSave 1");
    });
    expect(seen.at(-1)).toBe("afterCommit 1");
    seen.length = 0;

    await transaction(async () => {
      await Note.create({ text: "b" });
      throw new Error("no");
    }).catch(() => undefined);
    expect(seen.at(-1)).toBe("afterSave 2");
    expect(await Note.count()).toBe(1);
  });

  test("need no second connection", async () => {
    await using connection = await connect(db.url, {
      name: "narrow",
      autoMigrate: true,
      implicitRouting: "allow",
      pool: { maxConnections: 1 },
    });
    const Narrow = Note.using(connection.name);
    await Narrow.allRows().delete();

    const note = await Narrow.create({ text: "abc" });
    await note.delete();

    expect(seen).toHaveLength(8);
  });

  test("run for rows that getOrCreate and updateOrCreate write", async () => {
    const [note, created] = await Note.getOrCreate({ text: "abc" });
    expect([note.length, created]).toEqual([3, true]);
    seen.length = 0;

    await Note.getOrCreate({ text: "abc" });
    expect(seen).toEqual([]);
    await Note.updateOrCreate({ id: note.id }, { defaults: { text: "abcde" } });
    expect((await Note.get(note.id)).length).toBe(5);
  });

  test("don't run for statements about many rows", async () => {
    await Note.bulkCreate([{ text: "a" }, { text: "b" }]);
    await Note.allRows().update({ text: "c" });
    await Note.upsert({ on: "id", create: { id: 70, text: "d" } });
    await Note.bulkUpdate([{ id: 70, text: "e" }]);
    await Note.allRows().delete();

    expect(seen).toEqual([]);
  });
});
