/** Faults that a review found in queries and values, each as its smallest program. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  and,
  backRef,
  type Condition,
  type Connection,
  connect,
  execute,
  fetchAll,
  fetchOne,
  field,
  foreignKey,
  id,
  Model,
  or,
  UsageError,
  ValidationError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, Post, Tag } from "../models.ts";

class Note extends Model("Note", {
  id: id(),
  data: z.json(),
  maybe: z.json().nullable().default(null),
}) {}

class Width extends Model("Width", {
  id: id(),
  small: field(z.int(), { dbType: "smallint" }),
  plain: z.int(),
  wide: field(z.int(), { dbType: "bigint" }),
}) {}

class Source extends Model("Source", {
  id: id(),
  name: z.string(),
  get lines() {
    return backRef(Line);
  },
}) {}

class Line extends Model("Line", {
  text: z.string(),
  get source() {
    return foreignKey(Source, { relatedName: "lines" });
  },
}) {}

const beyond = 3_000_000_000;

describeEachDatabase("queries", (db) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
  });

  beforeEach(async () => {
    for (const model of [Line, Source, Post, Tag, Author, Note, Width]) {
      await model.allRows().delete();
    }
  });

  afterAll(async () => {
    await connection.close();
  });

  test("a condition on related rows may stand twice in one query", async () => {
    const x = await Author.create({ name: "x", email: "x@example.com" });
    const [one, two, three] = [
      await Post.create({ title: "a", author: x }),
      await Post.create({ title: "b", author: x }),
      await Post.create({ title: "c", author: x }),
    ];
    const tag = await Tag.create({ name: "t" });
    await one.tags.add(tag);
    await three.tags.add(tag);
    const tagged = Post.columns.tags.some((t) => t.posts.some((p) => p.author.name.eq("x")));
    const [a, b] = [Post.columns.title.eq("a"), Post.columns.title.eq("b")];

    const either = await Post.where(or(and(tagged, a), and(tagged, b))).all();
    const twice = await Post.where(tagged)
      .where(tagged)
      .orderBy((t) => t.id)
      .all();

    expect(either.map(({ id }) => id)).toEqual([one.id]);
    expect(twice.map(({ id }) => id)).toEqual([one.id, three.id]);
    expect(two.id).not.toBe(one.id);
  });

  test("columns that left their some() are refused", async () => {
    let inner = Tag.columns;
    const outer = Post.columns.tags.some((t) => {
      inner = t;
      return t.name.eq("b");
    });

    await expect(Post.where(outer.and(inner.name.eq("a"))).all()).rejects.toThrow(UsageError);
  });

  test("update() refuses what is not a column of the row", async () => {
    const changes = (t: typeof Post.columns) => ({ title: t.author.email });

    await expect(Post.allRows().update(changes as never)).rejects.toThrow(
      "Post.title was given Post.author.email: update() can only use columns of Post itself",
    );
    await expect(
      Post.allRows().update({ views: Post.columns.views.plus(Author.columns.id) }),
    ).rejects.toThrow(UsageError);
  });

  test("changing the rows of a model without a key by a relation says what is missing", async () => {
    const bySource = Line.where((t) => t.source.name.eq("a"));

    await expect(bySource.delete()).rejects.toThrow(/Line has no primary key/);
    await expect(bySource.update({ text: "b" })).rejects.toThrow(UsageError);
  });

  test("JSON is compared as a value", async () => {
    const note = await Note.create({ data: { b: 2, a: [1, { d: null, c: "é" }] } });
    if (db.backend === "sqlite") {
      await execute(`update "note" set "data" = '{ "a": [1.0, {"c":"é","d":null}], "b": 2e0 }'`);
    }
    const same = { a: [1, { c: "é", d: null }], b: 2 };
    const other = { a: [{ c: "é", d: null }, 1], b: 2 };

    expect((await Note.where((t) => t.data.eq(same)).one()).id).toBe(note.id);
    expect(await Note.where((t) => t.data.in([other, same])).count()).toBe(1);
    expect(await Note.where((t) => t.data.ne(same)).count()).toBe(0);
    expect(await Note.where((t) => t.data.notIn([same])).count()).toBe(0);
    expect(await Note.where((t) => t.data.eq(other)).count()).toBe(0);
    expect(await Note.where((t) => t.data.eq({ a: same.a })).count()).toBe(0);
    expect(await Note.where((t) => t.maybe.eq(same)).count()).toBe(0);
    expect(await Note.where((t) => t.maybe.ne(same)).count()).toBe(1);
    expect(await Note.where((t) => t.data.eq(t.data)).count()).toBe(1);
  });

  test("null in JSON without NULL is a value", async () => {
    const none = await Note.create({ data: null });
    const some = await Note.create({ data: "null" });

    expect(await ids((t) => t.data.eq(null))).toEqual([none.id]);
    expect(await ids((t) => t.data.ne(null))).toEqual([some.id]);
    expect(await ids((t) => t.data.in([null]))).toEqual([none.id]);
    expect(await ids((t) => t.data.in([null, "null"]))).toEqual([none.id, some.id]);
    expect(await ids((t) => t.data.notIn([null]))).toEqual([some.id]);
    expect(await ids((t) => t.data.isNull())).toEqual([]);
    expect(await ids((t) => t.maybe.eq(null))).toEqual([none.id, some.id]);
  });

  test("an integer beyond its column is refused before it is written", async () => {
    const row = await Width.create({ small: 32_767, plain: 2 ** 31 - 1, wide: beyond });
    const input = { small: 1, plain: 1, wide: 1 };

    await expect(Width.create({ ...input, plain: beyond })).rejects.toThrow('dbType: "bigint"');
    await expect(Width.create({ ...input, small: 40_000 })).rejects.toThrow('dbType: "int"');
    await expect(Width.bulkCreate([{ ...input, plain: beyond }])).rejects.toThrow(ValidationError);
    await expect(Width.allRows().update({ plain: -beyond })).rejects.toThrow(ValidationError);
    row.plain = beyond;
    await expect(row.save()).rejects.toThrow(ValidationError);
    await expect(Post.create({ title: "a", authorId: beyond })).rejects.toThrow(ValidationError);
    expect(await Width.count()).toBe(1);
  });

  test("an integer beyond its column may be asked for", async () => {
    const row = await Width.create({ small: 1, plain: 2, wide: beyond });
    const found = async (condition: Condition<typeof Width>) => Width.where(condition).count();

    expect(await Width.getOrNone(row.id)).not.toBeNull();
    expect(await Width.getOrNone(beyond)).toBeNull();
    expect(await Width.getOrNone(row.id)).not.toBeNull();
    await expect(Width.get(beyond)).rejects.toThrow("no Width has the primary key");
    expect(await found((t) => t.plain.eq(beyond))).toBe(0);
    expect(await found((t) => t.plain.ne(beyond))).toBe(1);
    expect(await found((t) => t.plain.lt(beyond).and(t.plain.gt(-beyond)))).toBe(1);
    expect(await found((t) => t.plain.gte(beyond))).toBe(0);
    expect(await found((t) => t.plain.between(2, beyond))).toBe(1);
    expect(await found((t) => t.small.in([beyond, 1]))).toBe(1);
    expect(await found((t) => t.small.notIn([beyond, 70_000]))).toBe(1);
    expect(await found((t) => t.wide.eq(beyond))).toBe(1);
    expect(await Post.where({ authorId: beyond }).count()).toBe(0);
  });

  test("raw rows with two columns of one name are refused", async () => {
    await expect(fetchAll("select 1 as a, 2 as b, 3 as a")).rejects.toThrow(
      'fetchAll() gave two columns the name "a"',
    );
    await expect(fetchOne("select 1 as a, 2 as a")).rejects.toThrow(UsageError);
    expect(await fetchAll("select 1 as a, 2 as b")).toHaveLength(1);
  });

  async function ids(condition: (t: typeof Note.columns) => ReturnType<typeof or>) {
    const rows = await Note.where(condition)
      .orderBy((t) => t.id)
      .all();
    return rows.map(({ id }) => id);
  }
});
