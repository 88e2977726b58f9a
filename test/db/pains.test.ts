/** Predicates that disappear, and keys that are dropped: R1..R8 and R33 of the users' pains, each seen before any SQL. */
import {
  and,
  array,
  caseWhen,
  Model,
  not,
  notExists,
  or,
  type Predicate,
  type Query,
  UsageError,
  ValidationError,
} from "ferro-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../support/databases.ts";
import { Author, Comment, fillBlog, Post, Tag, useBlog } from "./contract/blog.ts";

class Pair extends Model(
  "PainPair",
  { a: z.int(), b: z.int(), labels: array(z.string()).default([]) },
  { primaryKey: ["a", "b"] },
) {}

type Columns = typeof Post.columns;
type Where = (t: Columns) => Predicate;

/** Each operator with a hole for a value that can't be meant. */
const operators: Readonly<Record<string, (t: Columns, hole: never) => Predicate>> = {
  eq: (t, hole) => t.views.eq(hole),
  ne: (t, hole) => t.views.ne(hole),
  isDistinctFrom: (t, hole) => t.views.isDistinctFrom(hole),
  isNotDistinctFrom: (t, hole) => t.views.isNotDistinctFrom(hole),
  gt: (t, hole) => t.views.gt(hole),
  gte: (t, hole) => t.views.gte(hole),
  lt: (t, hole) => t.views.lt(hole),
  lte: (t, hole) => t.views.lte(hole),
  "the low end of between": (t, hole) => t.views.between(hole, 9),
  "the high end of between": (t, hole) => t.views.between(1, hole),
  notBetween: (t, hole) => t.views.notBetween(hole, 9),
  "an element of in": (t, hole) => t.views.in([1, hole]),
  "an element of notIn": (t, hole) => t.views.notIn([1, hole]),
  in: (t, hole) => t.views.in(hole),
  notIn: (t, hole) => t.views.notIn(hole),
  like: (t, hole) => t.title.like(hole),
  notLike: (t, hole) => t.title.notLike(hole),
  ilike: (t, hole) => t.title.ilike(hole),
  startsWith: (t, hole) => t.title.startsWith(hole),
  endsWith: (t, hole) => t.title.endsWith(hole),
  contains: (t, hole) => t.title.contains(hole),
  "a date": (t, hole) => t.createdAt.lt(hole),
  "a decimal": (t, hole) => t.price.eq(hole),
  bytes: (t, hole) => t.cover.eq(hole),
  "a boolean": (t, hole) => t.published.eq(hole),
  "a JSON path": (t, hole) => t.meta.address.city.eq(hole),
  "a number in JSON": (t, hole) => t.meta.address.floor.gt(hole),
  "a list in JSON": (t, hole) => t.meta.labels.has(hole),
  "a path to a related row": (t, hole) => t.author.name.eq(hole),
  some: (t, hole) => t.comments.some((c) => c.text.eq(hole)),
  none: (t, hole) => t.comments.none((c) => c.text.eq(hole)),
  every: (t, hole) => t.comments.every((c) => c.text.eq(hole)),
  not: (t, hole) => not(t.views.eq(hole)),
  and: (t, hole) => and(t.views.eq(1), t.title.eq(hole)),
  or: (t, hole) => or(t.views.eq(1), t.title.eq(hole)),
  "an operand of and()": (_, hole) => and(hole),
  "an operand of or()": (t, hole) => t.views.eq(1).or(hole),
  plus: (t, hole) => t.views.plus(hole).eq(1),
  coalesce: (t, hole) => t.rating.coalesce(hole).eq(1),
  caseWhen: (t, hole) => caseWhen(t.views.gt(1), hole).else(2).eq(2),
  "a query inside": (_, hole) => notExists(Comment.where((c) => c.text.eq(hole))),
};

const holes = [
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["an invalid Date", new Date("never")],
] as const;

type Rows = Query<typeof Post>;

/** Each way to run a query. */
const verbs: Readonly<Record<string, (rows: Rows) => unknown>> = {
  all: (rows) => rows.all(),
  first: (rows) => rows.first(),
  one: (rows) => rows.one(),
  get: (rows) => rows.get(1),
  count: (rows) => rows.count(),
  exists: (rows) => rows.exists(),
  sum: (rows) => rows.sum((t) => t.views),
  page: (rows) => rows.page({ size: 1 }),
  update: (rows) => rows.update({ views: 1 }),
  delete: (rows) => rows.delete(),
};

describeEachDatabase("pains", (db) => {
  const { spy } = useBlog(db, [Pair]);
  const titles = async (where: Where) =>
    (await Post.where(where).orderBy("id").all()).map(({ title }) => title);

  test.for(holes)(
    "R1 %s in any operator, under any verb, throws and sends nothing",
    async ([, hole]) => {
      const statements = spy();

      for (const [operator, build] of Object.entries(operators)) {
        for (const [verb, run] of Object.entries(verbs)) {
          const work = async () => run(Post.where((t) => build(t, hole as never)));
          await expect(work(), `${operator} under ${verb}`).rejects.toThrow(UsageError);
        }
      }
      for (const object of [{ title: hole }, { authorId: hole }, { views: 1, title: hole }]) {
        expect(() => Post.where(object as never)).toThrow(UsageError);
      }
      expect(statements).toEqual([]);
    },
  );

  test("R1 the error names the model and the field", () => {
    expect(() => Post.where((t) => t.title.eq(undefined as never))).toThrow(/Post\.title/u);
    expect(() => Post.where({ views: Number.NaN })).toThrow(/Post\.views/u);
  });

  test("R1 in values to write, too", async () => {
    const { posts } = await fillBlog();
    const [post] = posts;
    const statements = spy();
    const rows = Post.where({ id: post.id });

    for (const [, hole] of holes) {
      const changes = [{ views: hole }, { createdAt: hole }, { authorId: hole }] as never[];
      for (const each of changes) {
        if (hole === undefined) continue;
        await expect((async () => rows.update(each))()).rejects.toThrow();
        await expect(Post.create({ title: "x", authorId: 1, ...(each as object) })).rejects.toThrow(
          ValidationError,
        );
      }
    }
    await expect((async () => rows.update({ views: undefined } as never))()).rejects.toThrow();
    await expect((async () => rows.update({}))()).rejects.toThrow();
    post.createdAt = new Date("never");
    await expect(post.save()).rejects.toThrow();
    expect(statements).toEqual([]);
  });

  test("R2 a change without a condition throws, and nothing stands for a condition", async () => {
    const statements = spy();

    for (const query of [
      Post.orderBy("id"),
      Post.limit(10),
      Post.offset(0),
      Post.include({ tags: true }),
    ]) {
      await expect((async () => query.delete())()).rejects.toThrow(UsageError);
      await expect((async () => query.update({ views: 1 }))()).rejects.toThrow(UsageError);
    }
    for (const nothing of [
      undefined,
      null,
      true,
      false,
      {},
      [],
      "",
      0,
      1,
      "1 = 1",
      () => true,
      () => undefined,
    ]) {
      expect(() => Post.where(nothing as never)).toThrow(UsageError);
    }
    expect(statements).toEqual([]);
  });

  test("R3 a lambda that gives no condition throws", () => {
    const wrong: readonly ((t: Columns) => unknown)[] = [
      (t) => t.published,
      (t) => (t.title as unknown) === "x",
      (t) => !t.published,
      () => undefined,
      () => "published = true",
      async (t) => t.published.eq(true),
      (t) => [t.published.eq(true)],
      (t) => t.views.gt(1) && t.views.lt(5),
      (t) => {
        t.views.gt(1);
        return t.views.lt(5);
      },
    ];
    for (const lambda of wrong) expect(() => Post.where(lambda as never)).toThrow(UsageError);
    // @ts-expect-error: a comparison by JavaScript is a boolean
    expect(() => Post.where((t) => t.views > 5)).toThrow(UsageError);
    // @ts-expect-error: so is a negation
    expect(() => Post.where((t) => !t.published.eq(true))).toThrow(UsageError);
  });

  test("R4 get takes a whole key and nothing else; null compares as IS NULL", async () => {
    await fillBlog();
    const statements = spy();
    for (const key of [undefined, null, Number.NaN, {}, [], { id: 1 }, "1", true]) {
      await expect((async () => Post.get(key as never))()).rejects.toThrow(UsageError);
      await expect((async () => Post.getOrNone(key as never))()).rejects.toThrow(UsageError);
    }
    for (const key of [undefined, null, 1, { a: 1 }, { a: 1, b: null }, { a: 1, b: 2, c: 3 }]) {
      await expect((async () => Pair.get(key as never))()).rejects.toThrow(UsageError);
    }
    expect(statements).toEqual([]);
    expect(await Post.where({ rating: null }).count()).toBe(1);
    expect(await Post.where((t) => t.rating.eq(null)).count()).toBe(1);
  });

  test("R5 empty lists and empty combinations have one meaning, under not and or as well", async () => {
    await fillBlog();
    const [none, all]: [string[], string[]] = [[], ["Alpha", "Beta", "Gamma"]];

    expect(await titles((t) => t.views.in([]))).toEqual(none);
    expect(await titles((t) => t.views.notIn([]))).toEqual(all);
    expect(await titles(() => or())).toEqual(none);
    expect(await titles(() => and())).toEqual(all);
    expect(await titles((t) => not(t.rating.in([])))).toEqual(all);
    expect(await titles((t) => not(t.rating.notIn([])))).toEqual(none);
    expect(await titles(() => not(or()))).toEqual(all);
    expect(await titles((t) => or(t.rating.in([]), t.title.eq("Beta")))).toEqual(["Beta"]);
    expect(await titles((t) => and(t.rating.notIn([]), t.title.eq("Beta")))).toEqual(["Beta"]);
  });

  test("R6 not equal keeps NULL, and NULL in a list is a value like others", async () => {
    await fillBlog(); // ratings: NULL, 2.5, 4

    expect(await titles((t) => t.rating.ne(4))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => not(t.rating.eq(4)))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.rating.notIn([4]))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => not(t.rating.gt(3)))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.rating.notBetween(3, 5))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.rating.in([2.5, null as never]))).toEqual(["Alpha", "Beta"]);
    expect(await titles((t) => t.rating.notIn([2.5, null as never]))).toEqual(["Gamma"]);
  });

  test("R7 what is special in LIKE is plain text, in finding and in changing", async () => {
    const texts = ["50%", "5000", "a_b", "axb", "a\\b", "100%_\\", "[a]"];
    await Tag.bulkCreate(texts.map((name) => ({ name })));

    for (const text of texts) {
      for (const method of ["startsWith", "endsWith", "contains"] as const) {
        expect(
          await Tag.where((t) => t.name[method](text))
            .select((t) => t.name)
            .all(),
          text,
        ).toEqual([text]);
      }
    }
    expect(await Tag.where((t) => t.name.contains("_")).count()).toBe(2);
    expect(
      await Tag.where((t) => t.name.contains("%"))
        .update({ name: "changed" })
        .catch(() => "two"),
    ).toBe("two");
    expect(await Tag.where((t) => t.name.like("a_b")).count()).toBe(3);
    expect(await Tag.where((t) => t.name.contains("A", { ignoreCase: true })).count()).toBe(4);
  });

  test("R8 every and none are true of no rows, and count() tells how many a delete would take", async () => {
    await fillBlog();
    const doomed = Post.where((t) => t.comments.every((c) => c.approved.eq(true)));

    expect(await titles((t) => t.comments.every((c) => c.approved.eq(true)))).toEqual([
      "Beta",
      "Gamma",
    ]);
    expect(await titles((t) => t.comments.none((c) => c.approved.eq(true)))).toEqual(["Gamma"]);
    expect(await doomed.count()).toBe(2);
    expect(doomed.toSQL("delete").sql).toMatch(/^delete/u);
    expect(await doomed.delete()).toBe(2);
  });

  test("R33 unknown and misspelt keys are refused everywhere, from variables too", async () => {
    const { ann } = await fillBlog();
    const statements = spy();
    const typo = { titel: "x" } as never;
    const calls: Readonly<Record<string, () => unknown>> = {
      new: () => new Tag({ name: "x", ...(typo as object) }),
      create: () => Tag.create({ name: "x", ...(typo as object) }),
      bulkCreate: () => Tag.bulkCreate([{ name: "x", ...(typo as object) }]),
      where: () => Post.where(typo),
      "where, further on": () => Post.where({ views: 1 }).where(typo),
      update: () => Post.where({ views: 1 }).update(typo),
      "update by lambda": () => Post.where({ views: 1 }).update(() => typo),
      orderBy: () => Post.orderBy("titel" as never),
      select: () => Post.select("titel" as never),
      groupBy: () => Post.groupBy("titel" as never),
      include: () => Post.include({ autor: true } as never),
      "include, deeper": () => Post.include({ author: { post: true } } as never),
      getOrCreate: () => Tag.getOrCreate(typo),
      "getOrCreate's defaults": () => Tag.getOrCreate({ name: "x" }, { defaults: typo }),
      "getOrCreate's options": () => Tag.getOrCreate({ name: "x" }, { default: {} } as never),
      upsert: () => Tag.upsert({ on: "titel" as never, create: { name: "x" } }),
      "upsert's options": () =>
        Tag.upsert({ on: "name", create: { name: "x" }, updates: [] } as never),
      bulkUpdate: () => Tag.bulkUpdate([{ id: 1, ...(typo as object) }]),
      "bulkCreate's options": () => Tag.bulkCreate([{ name: "x" }], { return: true } as never),
      "save's options": () => ann.save({ on: "x" } as never),
      page: () => Post.orderBy("id").page({ size: 1, afterr: "x" } as never),
      forUpdate: () => Post.where({ views: 1 }).forUpdate({ skip: true } as never),
      "a relation's create": () => ann.posts.create({ title: "x", ...(typo as object) }),
    };

    const dropped: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      const failure = await (async () => call())().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure instanceof UsageError || failure instanceof ValidationError) continue;
      dropped.push(name);
    }
    expect(dropped).toEqual([]);
    expect(statements).toEqual([]);
    expect(await Author.count()).toBe(2);
  });
});
