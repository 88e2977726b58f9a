import { expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Shelf, Volume } from "./mutation-models.ts";

describeEachDatabase("a default scope", (db) => {
  useDatabase(db, [
    { allRows: () => Volume.unscoped().allRows() },
    { allRows: () => Shelf.unscoped().allRows() },
  ]);

  async function library() {
    const shelf = await Shelf.create({ name: "a" });
    const [kept, gone] = await Volume.bulkCreate(
      [
        { title: "kept", shelfId: shelf.id },
        { title: "gone", shelfId: shelf.id, deletedAt: new Date("2026-01-01T00:00:00Z") },
      ],
      { returning: true },
    );
    return { shelf, kept: kept as Volume, gone: gone as Volume };
  }

  test("is part of every query, and of changes by query", async () => {
    const { kept, gone } = await library();

    expect(await Volume.count()).toBe(1);
    expect(await Volume.all()).toEqual([kept]);
    expect(await Volume.getOrNone(gone.id)).toBeNull();
    expect(await Volume.get(kept.id)).toEqual(kept);
    expect(await Volume.where({ title: "gone" }).exists()).toBe(false);
    expect(await Volume.select("title").all()).toEqual([{ title: "kept" }]);
    expect(await Volume.allRows().update({ title: "changed" })).toBe(1);
    expect(await Volume.allRows().delete()).toBe(1);
    expect(await Volume.unscoped().count()).toBe(1);
  });

  test("unscoped() goes without it", async () => {
    const { gone } = await library();

    expect(await Volume.unscoped().count()).toBe(2);
    expect(await Volume.unscoped().get(gone.id)).toEqual(gone);
    expect(await Volume.where({ title: "gone" }).unscoped().one()).toEqual(gone);
    expect(await Volume.where({ title: "gone" }).unscoped().update({ deletedAt: null })).toBe(1);
    expect(await Volume.count()).toBe(2);
  });

  test("holds for rows that are reached over relations", async () => {
    const { shelf, kept } = await library();

    expect(await shelf.volumes.all()).toEqual([kept]);
    expect(await shelf.volumes.count()).toBe(1);
    expect(await shelf.volumes.unscoped().count()).toBe(2);
    const [loaded] = await Shelf.allRows().include({ volumes: true }).all();
    expect([...(loaded?.volumes ?? [])]).toEqual([kept]);
  });

  test("holds for conditions on related rows", async () => {
    await library();

    const some = (title: string) =>
      Shelf.where((t) => t.volumes.some((v) => v.title.eq(title))).exists();
    expect(await some("kept")).toBe(true);
    expect(await some("gone")).toBe(false);
    expect(await Shelf.where((t) => t.volumes.every((v) => v.title.eq("kept"))).exists()).toBe(
      true,
    );
    expect(await Shelf.where((t) => t.volumes.none((v) => v.title.eq("gone"))).exists()).toBe(true);
    await Volume.allRows().delete();
    expect(await Shelf.where((t) => t.volumes.some()).exists()).toBe(false);
  });

  test("never hides the row that a foreign key points to", async () => {
    const { kept, shelf } = await library();
    await Shelf.allRows().update({ name: "hidden" });
    expect(await Shelf.count()).toBe(0);

    const [volume] = await Volume.allRows().include({ shelf: true }).all();
    expect((await kept.shelf).id).toBe(shelf.id);
    expect((await volume?.shelf)?.name).toBe("hidden");
    expect(await Volume.where((t) => t.shelf.name.eq("hidden")).count()).toBe(1);
  });

  test("leaves instances alone: they are saved, refreshed and deleted by their key", async () => {
    const { kept } = await library();

    kept.deletedAt = new Date("2026-02-02T00:00:00Z");
    await kept.save();
    expect(await Volume.count()).toBe(0);
    await kept.refresh();
    kept.deletedAt = null;
    await kept.save();
    expect(await Volume.count()).toBe(1);
    await kept.delete();
    expect(await Volume.unscoped().count()).toBe(1);
  });
});
