/** `skip`: a condition that is left out on purpose, where `undefined` throws. */
import {
  and,
  array,
  caseWhen,
  count,
  fetchAll,
  from,
  id,
  json,
  Model,
  not,
  or,
  type Predicate,
  recursive,
  skip,
  sql,
  UsageError,
} from "ferro-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../support/databases.ts";
import { Author, Comment, fillBlog, Post, useBlog } from "./contract/blog.ts";

class Note extends Model("SkipNote", {
  id: id(),
  anything: json(z.unknown()),
  labels: array(z.string()).default([]),
  url: z.codec(z.string(), z.instanceof(URL), {
    decode: (text) => new URL(text),
    encode: (url) => url.href,
  }),
}) {}

/** Skip where the compiler expects a value. */
const asValue = skip as never;
/** What combines nothing but skip is skip, and looks like any condition. */
const nothing: Predicate = and(skip, or(skip), not(skip));

const all = ["Alpha", "Beta", "Gamma"];

describeEachDatabase("skip", (db) => {
  const { spy } = useBlog(db, [Note]);
  const titles = async (rows: { all(): Promise<readonly { readonly title: string }[]> }) =>
    (await rows.all()).map(({ title }) => title).sort();

  test("a lambda that gives skip is no where", async () => {
    await fillBlog();
    const least = (views: number | undefined) =>
      Post.where((t) => (views === undefined ? skip : t.views.gte(views)));

    expect(await titles(least(20))).toEqual(["Beta", "Gamma"]);
    expect(await titles(least(undefined))).toEqual(all);
    expect(least(undefined).toSQL()).toEqual(Post.unscoped().toSQL());
    expect(await titles(Post.where(skip))).toEqual(all);
    expect(await titles(Post.where({ published: true }).where(skip))).toEqual(["Alpha"]);
    expect(await titles(Post.where(nothing))).toEqual(all);
  });

  test("a key of an object is left out", async () => {
    await fillBlog();
    const found = (title?: string, views?: number) =>
      Post.where({ title: title ?? skip, views: views ?? skip });

    expect(await titles(found("Beta", 20))).toEqual(["Beta"]);
    expect(await titles(found(undefined, 30))).toEqual(["Gamma"]);
    expect(await titles(found("Alpha"))).toEqual(["Alpha"]);
    expect(await titles(found())).toEqual(all);
    expect(found().toSQL()).toEqual(Post.unscoped().toSQL());
    expect(await titles(Post.where({ author: asValue, authorId: skip, note: skip }))).toEqual(all);
    expect(() => Post.where({ nope: skip } as never)).toThrow(/no field "nope"/u);
    expect(() => Post.where({ meta: asValue })).toThrow(/can't be compared in an object/u);
  });

  test("and, or and not leave it out", async () => {
    await fillBlog();
    const shown = (condition: (t: typeof Post.columns) => Predicate) =>
      titles(Post.where(condition));

    expect(await shown((t) => and(t.views.gt(10), skip))).toEqual(["Beta", "Gamma"]);
    expect(await shown((t) => t.views.gt(10).and(skip, t.views.lt(30)))).toEqual(["Beta"]);
    expect(await shown((t) => or(skip, t.title.eq("Beta")))).toEqual(["Beta"]);
    expect(await shown((t) => t.title.eq("Beta").or(skip))).toEqual(["Beta"]);
    expect(await shown((t) => or(and(skip, skip), t.title.eq("Beta")))).toEqual(["Beta"]);
    expect(await shown((t) => or(not(skip), t.title.eq("Beta")))).toEqual(["Beta"]);
    expect(await shown((t) => and(or(skip, skip), t.title.eq("Beta")))).toEqual(["Beta"]);
    expect(await shown((t) => not(and(t.title.eq("Beta"), skip)))).toEqual(["Alpha", "Gamma"]);
    for (const none of [and(skip), or(skip), or(skip, skip), not(skip), nothing, nothing.not()]) {
      expect(await shown(() => none)).toEqual(all);
      expect(await shown((t) => none.and(t.title.eq("Beta")))).toEqual(["Beta"]);
      expect(await shown((t) => none.or(t.title.eq("Beta")))).toEqual(["Beta"]);
    }
    expect(await shown(() => or())).toEqual([]);
  });

  test("every place that filters takes it", async () => {
    const { ann } = await fillBlog();

    expect(await Post.count((t) => t.id, { filter: () => skip })).toBe(3);
    expect(await Post.select("title").where(skip).where({ views: skip }).count()).toBe(3);
    expect(
      await Author.groupBy((t) => t.name)
        .having(() => skip)
        .select((name) => ({ name }))
        .all(),
    ).toHaveLength(2);
    const rows = from(Post.select("title", "views"));
    expect(await titles(rows.where(() => skip).where(skip))).toEqual(all);
    expect(
      await Author.with(from(Post.select("authorId")), (t, post) => post.authorId.eq(t.id))
        .where(() => skip)
        .count(),
    ).toBe(3);
    const [first] = await Author.where({ id: ann.id })
      .include({ posts: (posts) => posts.where(() => skip) })
      .all();
    expect(first?.posts).toHaveLength(2);
    expect(await ann.posts.where({ title: skip }).count()).toBe(2);
    expect(await Comment.where((t) => t.post.title.eq("Alpha").and(skip)).count()).toBe(3);
  });

  test("a change under nothing but skip is refused without allRows()", async () => {
    await fillBlog();
    const statements = spy();
    for (const rows of [
      Post.where(skip),
      Post.where(() => skip),
      Post.where({ title: skip, views: skip }),
      Post.where(() => nothing),
      Post.where(nothing).where(() => or(skip)),
    ]) {
      await expect((async () => rows.delete())()).rejects.toThrow(/allRows\(\)\.delete/u);
      await expect((async () => rows.update({ views: 1 }))()).rejects.toThrow(
        /allRows\(\)\.update/u,
      );
    }
    expect(statements).toEqual([]);
    expect(await Post.where(skip).allRows().update({ views: 1 })).toBe(3);
    expect(await Post.where({ title: skip }).where({ title: "Beta" }).delete()).toBe(1);
  });

  test("as a value it throws and says where to write it", async () => {
    const statements = spy();
    const values: readonly (() => unknown)[] = [
      () => Post.where((t) => t.title.eq(asValue)),
      () => Post.where((t) => t.views.gt(asValue)),
      () => Post.where((t) => t.views.between(1, asValue)),
      () => Post.where((t) => t.views.in([1, asValue])),
      () => Post.where((t) => t.title.contains(asValue)),
      () => Post.where((t) => t.title.like(asValue)),
      () => Post.where((t) => t.meta.address.city.eq(asValue)),
      () => Post.where((t) => t.views.plus(asValue).eq(1)),
      () => Post.where((t) => t.price.eq(asValue)),
      () => Post.where((t) => t.cover.eq(asValue)),
      () => Note.where((t) => t.url.eq(asValue)),
      () => Note.where((t) => t.labels.has(asValue)),
      () => Note.where((t) => t.anything.eq(asValue)),
      () => Note.where({ url: asValue, id: 1 }).where((t) => t.url.in([asValue])),
    ];
    for (const write of values) {
      expect(write, String(write)).toThrow(/(was given|received) skip/u);
      expect(write, String(write)).toThrow(UsageError);
    }
    expect(() => Post.where((t) => t.views.in(asValue))).toThrow(UsageError);
    expect(() => JSON.stringify({ skip })).toThrow(UsageError);
    expect(() => `${asValue}`).toThrow(UsageError);
    const at = hintOf(() => Post.where((t) => t.title.eq(asValue)));
    expect(at).toMatch(/given === undefined \? skip : t\.title\.eq\(given\)/u);

    for (const write of [
      () => Post.create({ title: asValue, authorId: 1 }),
      () => Note.create({ anything: skip, url: new URL("https://example.com") }),
      async () => Post.where({ id: 1 }).update({ title: asValue }),
      async () => Note.where({ id: 1 }).update({ anything: skip }),
      async () => Post.get(asValue),
      async () => Author.getOrCreate({ name: skip, email: "x@example.com" }),
      async () => Author.updateOrCreate({ name: skip }, { defaults: { email: "x@example.com" } }),
      async () => fetchAll(sql`select ${asValue}`),
    ]) {
      await expect((async () => write())(), String(write)).rejects.toThrow();
    }
    expect(statements).toEqual([]);
  });

  test("where a condition has to be, it throws", () => {
    const places: readonly (() => unknown)[] = [
      () => Author.where((t) => t.posts.some(() => nothing)),
      () => Author.where((t) => t.posts.none(() => nothing)),
      () => Author.where((t) => t.posts.every(() => nothing)),
      () => Post.select(() => caseWhen(nothing, 1).else(2)),
      () => Post.select(() => ({ n: count().filter(nothing).over() })),
      () => Post.select(() => ({ nothing })),
      () => Author.with(from(Post.select("authorId")), () => nothing),
      () => recursive(Comment.where({ id: 1 }), () => nothing),
    ];
    for (const write of places) {
      expect(write, String(write)).toThrow(UsageError);
      expect(write, String(write)).toThrow(/skip/u);
    }
    expect(hintOf(() => Author.where((t) => t.posts.some(() => nothing)))).toMatch(/leave out/u);
    // A condition that JavaScript swallowed is noticed beside it, too.
    expect(() => Post.where((t) => t.title.eq("a") && skip)).toThrow(/not part of/u);
  });

  test("nothing from outside passes for it", () => {
    for (const text of ['{"skip":true}', "{}", '"skip"', '{"and":{},"or":{},"not":{}}']) {
      const value = JSON.parse(text) as never;
      expect(() => Post.where({ title: value, views: JSON.parse(text) })).toThrow(UsageError);
      expect(() => Post.where(() => value)).toThrow(UsageError);
      expect(() => Post.where((t) => and(t.views.eq(1), value))).toThrow(UsageError);
    }
    const copies = [{ ...skip }, Object.create(skip) as object];
    for (const copy of copies) {
      expect(() => Post.where({ title: copy as never })).toThrow(UsageError);
      expect(() => Post.where(() => copy as never)).toThrow(UsageError);
    }
    expect(Object.isFrozen(skip)).toBe(true);
  });
});

function hintOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return (error as UsageError).hint;
  }
  return undefined;
}
