/** What comes in from outside and means harm, or is left out unseen: R33, R46..R54 of the users' pains. */
import {
  array,
  createTables,
  json,
  Model,
  RelationError,
  sql,
  transaction,
  UsageError,
  ValidationError,
} from "ferro-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../support/databases.ts";
import { fillBlog, Post, Tag, useBlog } from "./contract/blog.ts";

class Bag extends Model(
  "PainBag",
  {
    a: z.int(),
    b: z.int(),
    labels: array(z.string()).default([]),
    extra: z.record(z.string(), z.unknown()).default({}),
    anything: json(z.unknown()).default(null),
  },
  { primaryKey: ["a", "b"] },
) {}

// biome-ignore lint/suspicious/noExplicitAny: what a program without a compiler can call
type Loose = any;

const refusals = [UsageError, ValidationError, RelationError];

/** Names that would leave their quotes, or be too long for a name. */
const hostileNames = [
  'x"; drop table post; --',
  "x'; drop table post; --",
  "title desc",
  "(select 1)",
  "post.title",
  "\0",
  "__proto__",
  "constructor",
  "a".repeat(64),
];

describeEachDatabase("pains of input", (db) => {
  const { spy } = useBlog(db, [Bag]);
  const ids = Post.where((t) => t.id.gt(0));

  /** The calls that neither fail as misuse nor as invalid input. */
  async function accepted(calls: Readonly<Record<string, () => unknown>>): Promise<string[]> {
    const names: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      const failure = await (async () => call())().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refusals.some((kind) => failure instanceof kind)) continue;
      names.push(failure === undefined ? name : `${name}: ${String(failure)}`);
    }
    return names;
  }

  test("R33 what a call doesn't take is refused, and never left out unseen", async () => {
    const { ann, posts } = await fillBlog();
    const [post] = posts;
    const tag = await Tag.create({ name: "kept" });
    await post.tags.add(tag);
    const statements = spy();
    const other = { using: "elsewhere" };
    const [model, query, row]: Loose[] = [Post, ids, post];
    const calls: Record<string, () => unknown> = {
      "author.posts.create": () => (ann.posts as Loose).create({ title: "x" }, other),
      "post.tags.create": () => row.tags.create({ name: "x" }, other),
      "post.tags.set": () => row.tags.set([], []),
      "post.tags.clear": () => row.tags.clear(tag),
      "post.tags.add of a list": () => row.tags.add([tag]),
      "post.tags.remove of nothing that is a row": () => row.tags.remove({ id: 1 }),
      "include, where": () =>
        query.include({ comments: (q: Loose) => q.where({ id: 1 }, { id: 2 }) }),
      "include, limit": () => query.include({ comments: (q: Loose) => q.limit(1, 2) }),
      "post.save": () => row.save({}, other),
      "post.delete": () => row.delete({}, other),
      "post.refresh": () => row.refresh({}, other),
      "Post.create": () => model.create({ title: "x", authorId: 1 }, {}, other),
      "query.after": () => query.after("x", other),
      "query.unscoped": () => query.unscoped(other),
      "query.allRows": () => query.allRows(other),
      "query.update": () => query.update({ views: 1 }, undefined, other),
      "query.delete, of what": () => query.delete({ id: 1 }),
      "query.delete": () => query.delete(undefined, other),
      "query.toSQL": () => query.toSQL("all", undefined, other),
      "query.using": () => query.using("default", other),
      "query.signal": () => query.signal(new AbortController().signal, other),
      "query.timeout": () => query.timeout(1, other),
      "query.forUpdate": () => query.forUpdate({}, other),
      "query.forShare": () => query.forShare({}, other),
      "query.explain": () => query.explain(undefined, other),
      "select.all": () => query.select("id").all(other),
      "select.first": () => query.select("id").first(other),
      "select.one": () => query.select("id").one(other),
      "select.exists": () => query.select("id").exists(other),
      "select.count": () => query.select("id").count(other),
      "select.where": () => query.select("id").where({ id: 1 }, { id: 2 }),
      "select.limit": () => query.select("id").limit(1, 2),
      "select.distinct": () => query.select("id").distinct("id"),
    };
    for (const [name, it] of [
      ["Post", model],
      ["query", query],
    ] as const) {
      Object.assign(calls, {
        [`${name}.get`]: () => it.get(1, other),
        [`${name}.getOrNone`]: () => it.getOrNone(1, other),
        [`${name}.where`]: () => it.where({ id: 1 }, { title: "x" }),
        [`${name}.where, by lambdas`]: () =>
          it.where(
            (t: typeof Post.columns) => t.id.eq(1),
            (t: typeof Post.columns) => t.title.eq("x"),
          ),
        [`${name}.orderBy`]: () => it.orderBy("id", "asc", {}, "title"),
        [`${name}.orderBy of two`]: () => it.orderBy("id", "title"),
        [`${name}.limit`]: () => it.limit(1, 2),
        [`${name}.offset`]: () => it.offset(1, 2),
        [`${name}.include`]: () => it.include({ author: true }, { tags: true }),
        [`${name}.include by names`]: () => it.include("author", "tags"),
        [`${name}.lazy`]: () => it.lazy("one", other),
        [`${name}.page`]: () => it.page({ size: 1 }, other),
        [`${name}.stream`]: () => it.stream({}, other),
        [`${name}.count`]: () => it.count((t: typeof Post.columns) => t.id, {}, other),
        [`${name}.count of rows`]: () => it.count({ where: { id: 1 } }),
        [`${name}.sum`]: () => it.sum((t: typeof Post.columns) => t.views, {}, other),
        [`${name}.aggregate`]: () =>
          it.aggregate((rows: { count(): unknown }) => ({ n: rows.count() }), other),
        [`${name}.groupBy`]: () =>
          it.groupBy(
            (t: typeof Post.columns) => t.authorId,
            (t: typeof Post.columns) => t.title,
          ),
        [`${name}.all`]: () => it.all({ where: { id: 1 } }),
        [`${name}.exists`]: () => it.exists({ id: 1 }),
      });
    }

    expect(await accepted(calls)).toEqual([]);
    expect(statements).toEqual([]);
    expect(await post.tags.where({ id: tag.id }).count()).toBe(1);
  });

  test("R33 a call that gives a promise rejects with it, and throws nothing beside", async () => {
    const [model, query]: Loose[] = [Post, Post.limit(1)];
    const calls: Record<string, () => unknown> = {
      get: () => model.get(1, 2),
      getOrNone: () => model.getOrNone(1, 2),
      count: () => model.count(1, 2, 3),
      sum: () => model.sum(1, 2, 3),
      aggregate: () => model.aggregate(1, 2),
      page: () => model.page({ size: 1 }, 2),
      explain: () => model.explain({}, 2),
      bulkCreate: () => model.bulkCreate([], {}, 3),
      bulkUpdate: () => model.bulkUpdate([], {}, 3),
      getOrCreate: () => model.getOrCreate({}, {}, 3),
      updateOrCreate: () => model.updateOrCreate({}, {}, 3),
      upsert: () => model.upsert({}, 2),
      "query.get": () => query.get(1, 2),
      "query.delete": () => query.delete({}, 2),
      "select.all": () => query.select("id").all(1),
    };

    for (const [name, call] of Object.entries(calls)) {
      let given: unknown;
      expect(() => (given = call()), name).not.toThrow();
      await expect(given, name).rejects.toThrow(UsageError);
    }
  });

  test("R47 a name that no one declared is refused wherever a name may come in", async () => {
    await fillBlog();
    const statements = spy();
    const calls = Object.fromEntries(
      hostileNames.flatMap((name) => {
        const given = name as never;
        const key = JSON.parse(`{${JSON.stringify(name)}: 1}`) as never;
        return Object.entries({
          orderBy: () => Post.orderBy(given),
          select: () => Post.select(given),
          "the order of a selection": () => Post.select("id").orderBy(given),
          groupBy: () => Post.groupBy(given),
          distinctOn: () => ids.distinctOn(given),
          where: () => Post.where(key),
          include: () => Post.include(key),
          update: () => ids.update(key),
          "upsert.on": () => Tag.upsert({ on: given, create: { name: "x" } }),
          bulkUpdate: () => Tag.bulkUpdate([JSON.parse(`{"id": 1, ${JSON.stringify(name)}: 1}`)]),
          create: () => Tag.create(JSON.parse(`{"name": "x", ${JSON.stringify(name)}: 1}`)),
        }).map(([call, run]) => [`${call} of ${JSON.stringify(name)}`, run]);
      }),
    );

    expect(await accepted(calls)).toEqual([]);
    expect(statements).toEqual([]);
  });

  test("R47 a field may have any name: it is data", async () => {
    const { posts } = await fillBlog();
    for (const name of hostileNames.filter((name) => name !== "\0" && name !== "__proto__")) {
      const rows = await Post.where({ id: posts[0].id })
        .select((t) => ({ [name]: t.title }))
        .all();
      expect(rows, name).toEqual([{ [name]: "Alpha" }]);
    }
    expect(await Post.count()).toBe(3);
  });

  test("R49 an object, a list or a function where a value belongs is refused", async () => {
    const { ann, posts } = await fillBlog();
    const [post] = posts;
    const statements = spy();
    const wrong = {
      "an operator": { not: "" },
      "another operator": { $ne: null },
      "a column": { views: 1 },
      "a list": ["x"],
      "a function": () => "x",
    };
    const calls = Object.fromEntries(
      Object.entries(wrong).flatMap(([what, value]) => {
        const given = value as never;
        return Object.entries({
          where: () => Post.where({ title: given }),
          "where, of a foreign key": () => Post.where({ authorId: given }),
          eq: () => Post.where((t) => t.title.eq(given)),
          "in a list": () => Post.where((t) => t.title.in([given])),
          update: () => ids.update({ title: given }),
          create: () => Post.create({ title: given, authorId: ann.id }),
          bulkCreate: () => Post.bulkCreate([{ title: given, authorId: ann.id }]),
          getOrCreate: () => Tag.getOrCreate({ name: given }),
          get: () => Post.get(given),
          save: () => {
            post.title = given;
            return post.save();
          },
        }).map(([call, run]) => [`${call} of ${what}`, run]);
      }),
    );

    expect(await accepted(calls)).toEqual([]);
    expect(statements).toEqual([]);
  });

  test("R51 text in a key never becomes a type", async () => {
    await Bag.create({ a: 1, b: 1, extra: { "n::integer": "7", "n)::text--": "8" } });

    expect(await Bag.where((t) => t.extra.at("n::integer").asText().eq("7")).count()).toBe(1);
    expect(await Bag.where((t) => t.extra.at("n)::text--").asText().eq("8")).count()).toBe(1);
    expect(await Bag.where((t) => t.extra.at("n").isNull()).count()).toBe(1);
  });

  test("R52 counts, directions, modes and names are checked when they run", async () => {
    const statements = spy();
    const injected = "1; drop table post" as never;
    const calls: Record<string, () => unknown> = {
      limit: () => Post.limit(injected),
      "limit below 0": () => Post.limit(-1),
      "limit of a part": () => Post.limit(1.5),
      offset: () => Post.offset(injected),
      direction: () => Post.orderBy("id", injected),
      nulls: () => Post.orderBy("id", "asc", { nulls: injected }),
      skipLocked: () => ids.forUpdate({ skipLocked: injected }),
      lazy: () => ids.lazy(injected),
      page: () => Post.page({ size: injected }),
      batchSize: () => Post.stream({ batchSize: injected }),
      timeout: () => ids.timeout(injected),
      analyze: () => ids.explain({ analyze: injected }),
      isolation: () => transaction(async () => undefined, { isolation: injected }),
      truncate: () => Post.where((t) => t.createdAt.truncate(injected).isNull()),
      using: () => createTables({ using: injected, schema: injected } as never),
    };

    expect(await accepted(calls)).toEqual([]);
    expect(statements).toEqual([]);
  });

  test("R54 __proto__, constructor and prototype are data or refused, and reach no prototype", async () => {
    const { ann } = await fillBlog();
    const hostile = JSON.parse(
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "prototype": 1}',
    ) as Record<string, unknown>;

    await Bag.create({ a: 1, b: 1, anything: hostile });
    const bag = await Bag.get({ a: 1, b: 1 });
    const kept = bag.anything as Record<string, unknown>;
    expect(Object.keys(kept).sort()).toEqual(["__proto__", "constructor", "prototype"]);
    expect(JSON.stringify(kept["constructor"])).toContain("polluted");

    const statements = spy();
    const own = (json: string) => JSON.parse(json) as never;
    expect(
      await accepted({
        create: () => Tag.create(own('{"name": "x", "__proto__": {"id": 1}}')),
        where: () => Post.where(own('{"__proto__": {"id": 1}}')),
        update: () => ids.update(own('{"__proto__": {"views": 1}}')),
        include: () => Post.include(own('{"__proto__": {"author": true}}')),
        page: () => Post.page(own('{"size": 1, "__proto__": {"total": true}}')),
        getOrCreate: () => Tag.getOrCreate(own('{"name": "x", "__proto__": {"id": 1}}')),
        save: () => ann.save(own('{"__proto__": {"using": "x"}}')),
        delete: () => ids.delete(own('{"__proto__": {"returning": true}}')),
      }),
    ).toEqual([]);
    expect(statements).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("R46 keys of JSON are values: whatever they hold, they find what they name", async () => {
    const keys = ["a'b", 'a"b', "a.b", "[0]", "*", "$", "a::int", "%", "é😀", "' or 1=1 --", "\\"];
    await Bag.create({ a: 1, b: 1, extra: Object.fromEntries(keys.map((key) => [key, "x"])) });

    for (const key of keys) {
      expect(await Bag.where((t) => t.extra.at(key).asText().eq("x")).count(), key).toBe(1);
      expect(await Bag.where((t) => t.extra.at(`${key}?`).asText().eq("x")).count(), key).toBe(0);
    }
  });

  test("R48 a look-alike of SQL is no SQL", async () => {
    const statements = spy();
    const real = sql`select 1` as object;
    const copy = JSON.parse(JSON.stringify(real)) as never;
    const spread = { ...real } as never;

    expect(
      await accepted({
        where: () => Post.where(copy),
        "where, spread": () => Post.where(() => spread),
        select: () => Post.select(() => ({ x: copy })),
        orderBy: () => Post.orderBy(() => spread),
        update: () => ids.update({ title: copy }),
      }),
    ).toEqual([]);
    expect(statements).toEqual([]);
  });
});
