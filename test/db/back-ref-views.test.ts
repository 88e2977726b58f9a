import { expect, test } from "vitest";
import { z } from "zod";
import { backRef, foreignKey, id, Model, type Query, RelationError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";

class Writer extends Model("Writer", {
  id: id(),
  name: z.string(),
  active: z.boolean().default(true),
  get texts() {
    return backRef(Text);
  },
  get checked() {
    return backRef(Text);
  },
  get published() {
    return backRef(Text, { relatedName: "texts", where: (text) => text.isPublic.eq(true) });
  },
  get popularChecked() {
    return backRef(Text, {
      relatedName: "checked",
      where: (text) => text.views.gte(10).and(text.isPublic.eq(true)),
    });
  },
}) {}

class Text extends Model("Text", {
  id: id(),
  title: z.string(),
  views: z.int().default(0),
  isPublic: z.boolean().default(false),
  get writer() {
    return foreignKey(Writer, { relatedName: "texts" });
  },
  get checker() {
    return foreignKey(Writer, { relatedName: "checked", nullable: true });
  },
}) {}

describeEachDatabase("a back reference with a condition", (database) => {
  useDatabase(database, [Text, Writer]);

  async function write() {
    const ann = await Writer.create({ name: "Ann" });
    const bob = await Writer.create({ name: "Bob" });
    const cy = await Writer.create({ name: "Cy" });
    await Text.bulkCreate([
      { title: "a1", views: 20, isPublic: true, writer: ann, checker: bob },
      { title: "a2", views: 1, isPublic: false, writer: ann, checker: bob },
      { title: "a3", views: 1, isPublic: true, writer: ann, checker: bob },
      { title: "b1", views: 50, isPublic: false, writer: bob, checker: ann },
    ]);
    return { ann, bob, cy };
  }

  const titles = (texts: readonly Text[]) => texts.map(({ title }) => title).sort();
  const names = (writers: readonly Writer[]) => writers.map(({ name }) => name);

  test("is a query over the rows that match", async () => {
    const { ann, bob } = await write();

    expect(titles(await ann.published.all())).toEqual(["a1", "a3"]);
    expect(titles(await ann.texts.all())).toEqual(["a1", "a2", "a3"]);
    expect(titles(await ann.published.where((t) => t.views.lt(5)).all())).toEqual(["a3"]);
    expect(await bob.published.count()).toBe(0);
    expect(await bob.published.exists()).toBe(false);
    expect(titles(await bob.popularChecked.all())).toEqual(["a1"]);
  });

  test("changes and deletes only what matches", async () => {
    const { ann } = await write();

    expect(await ann.published.update({ views: 7 })).toBe(2);
    expect(await ann.published.delete()).toBe(2);
    expect(titles(await Text.all())).toEqual(["a2", "b1"]);
  });

  test("is included, nested and refined, beside all rows", async () => {
    await write();

    const writers = await Writer.include({
      texts: true,
      published: (q) => q.where((t) => t.views.gt(5)),
    })
      .orderBy("name")
      .all();
    expect(writers.map((writer) => titles([...writer.texts]))).toEqual([
      ["a1", "a2", "a3"],
      ["b1"],
      [],
    ]);
    expect(writers.map((writer) => titles([...writer.published]))).toEqual([["a1"], [], []]);

    const numbers = await Writer.include({
      published: (q) => q.combine({ best: q.orderBy("views", "desc").limit(1), total: q.count() }),
    })
      .orderBy("name")
      .all();
    expect(numbers.map(({ published }) => published.total)).toEqual([2, 0, 0]);
    expect(titles([...(numbers[0]?.published.best ?? [])])).toEqual(["a1"]);
  });

  test("is loaded lazily for all rows of a result", async () => {
    await write();

    const writers = await Writer.orderBy("name").all();
    const seen: string[][] = [];
    for (const writer of writers) seen.push(titles(await writer.published.all()));
    expect(seen).toEqual([["a1", "a3"], [], []]);
  });

  test("is asked about in conditions, and counted", async () => {
    await write();

    const found = (query: Query<typeof Writer>) => query.orderBy("name").all();
    expect(names(await found(Writer.where((t) => t.published.some())))).toEqual(["Ann"]);
    expect(names(await found(Writer.where((t) => t.published.none())))).toEqual(["Bob", "Cy"]);
    expect(
      names(await found(Writer.where((t) => t.published.some((p) => p.views.gt(50))))),
    ).toEqual([]);
    expect(
      names(await found(Writer.where((t) => t.published.every((p) => p.views.gt(5))))),
    ).toEqual(["Bob", "Cy"]);
    const counted = Writer.orderBy("name").select((t) => ({
      name: t.name,
      published: t.published.count(),
      views: t.published.sum((p) => p.views),
    }));
    expect(await counted.all()).toEqual([
      { name: "Ann", published: 2, views: 21 },
      { name: "Bob", published: 0, views: 0 },
      { name: "Cy", published: 0, views: 0 },
    ]);
  });

  test("makes no rows", async () => {
    const { ann } = await write();
    const view = ann.published as unknown as { create(input: object): Promise<Text> };

    await expect(view.create({ title: "new" })).rejects.toThrow(RelationError);
    await expect(view.create({ title: "new" })).rejects.toMatchObject({
      message: expect.stringContaining("Writer.published makes no rows"),
      hint: "create them over texts",
    });
    expect(await Text.count()).toBe(4);
  });
});
