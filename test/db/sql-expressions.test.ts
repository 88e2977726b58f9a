import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  and,
  caseWhen,
  exists,
  fetchAll,
  not,
  rowNumber,
  scalar,
  sql,
  UsageError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post } from "./models.ts";

describeEachDatabase("sql in queries", (db) => {
  const database = useDatabase(db);

  beforeEach(async () => {
    const ann = await Author.create({ name: "Ann", email: "ann@example.com" });
    const bob = await Author.create({ name: "bob", email: "bob@example.com" });
    await Post.bulkCreate([
      { title: "a", views: 1, published: true, rating: 1.5, authorId: ann.id },
      { title: "b", views: 2, authorId: ann.id },
      { title: "c", views: 3, published: true, authorId: bob.id },
    ]);
  });

  test("stands as a field, a condition, a sort key, an operand and a new value", async () => {
    const doubled = (t: typeof Post.columns) => sql`${t.views} * 2`.as(z.int());

    expect(
      await Post.select((t) => ({ id: doubled(t), plus: doubled(t).plus(1) }))
        .orderBy("id")
        .all(),
    ).toEqual([
      { id: 2, plus: 3 },
      { id: 4, plus: 5 },
      { id: 6, plus: 7 },
    ]);
    expect(await Post.where((t) => doubled(t).gt(3)).count()).toBe(2);
    expect(await Post.where((t) => sql`${t.views} > ${1}`.as(z.boolean()).eq(true)).count()).toBe(
      2,
    );
    expect(await Post.where((t) => t.views.lt(sql`${t.views} + 1`.as(z.int()))).count()).toBe(3);
    expect((await Post.orderBy((t) => sql`-${t.views}`.as(z.int())).first())?.title).toBe("c");
    expect(
      await Post.where({ title: "a" }).update((t) => ({ views: sql`${t.views} + 10`.as(z.int()) })),
    ).toBe(1);
    expect(await Post.where({ views: 11 }).count()).toBe(1);
    expect(
      await Post.groupBy((t) => ({ odd: sql`${t.views} % 2`.as(z.int()) }))
        .select((key, rows) => ({ odd: key.odd, n: rows.count() }))
        .orderBy("odd")
        .all(),
    ).toEqual([
      { odd: 0, n: 1 },
      { odd: 1, n: 2 },
    ]);
  });

  test("stands as a condition; unknown counts as false", async () => {
    const rated = Post.where((t) => sql`${t.rating} > ${1}`);

    expect(await rated.count()).toBe(1);
    expect(await Post.where((t) => not(sql`${t.rating} > ${1}`)).count()).toBe(2);
    expect(await Post.where((t) => t.views.gt(1).or(sql`${t.rating} > ${1}`)).count()).toBe(3);
    expect(await Post.where((t) => and(sql`${t.views} > 1`, t.published.eq(true))).count()).toBe(1);
    expect(
      await Author.where((t) => t.posts.some((p) => sql`${p.views} > ${2}`))
        .select("name")
        .all(),
    ).toEqual([{ name: "bob" }]);
    expect(await Post.where((t) => sql`${t.author.name} = ${"Ann"}`).count()).toBe(2);
    expect(rated.toSQL().parameters.map(String)).toEqual(["1"]);
  });

  test("the schema says how it is read", async () => {
    const row = await Post.where({ title: "a" })
      .select((t) => ({
        text: sql`'x' || ${t.title}`.as(z.string()),
        none: sql`${t.subtitle}`.as(z.string().nullable()),
        missing: sql`${t.subtitle}`.as(z.string().optional()),
        at: sql`${t.createdAt}`.as(z.date()),
        yes: sql`${t.published}`.as(z.boolean()),
        meta: sql`${t.meta}`.as(z.object({ a: z.int() }).nullable()),
      }))
      .one();

    expect(row).toEqual({
      text: "xa",
      none: null,
      missing: undefined,
      at: expect.any(Date),
      yes: true,
      meta: null,
    });
  });

  test("holds columns over paths, conditions, queries and fragments", async () => {
    const most = Post.select((p) => p.views)
      .orderBy("views", "desc")
      .limit(1);
    const bonus = sql`+ ${100}`;

    expect(
      await Post.select((t) => ({
        who: sql`lower(${t.author.name})`.as(z.string()),
        long: sql`case when ${t.title.eq("c")} then 1 else 0 end`.as(z.int()),
        most: sql`${most} ${bonus}`.as(z.int()),
      }))
        .orderBy("title", "desc")
        .first(),
    ).toEqual({ who: "bob", long: 1, most: 103 });
    expect(
      await Author.where((t) =>
        exists(Post.where((p) => sql`${p.authorId} = ${t.id}`.as(z.boolean()).eq(true))),
      ).count(),
    ).toBe(2);
  });

  test("values are bound, and never become text", () => {
    const hostile = "'; drop table post; --";
    const { sql: text, parameters } = Post.where((t) =>
      sql`${t.title} = ${hostile}`.as(z.boolean()).eq(true),
    ).toSQL();

    expect(text).not.toContain("drop");
    expect(parameters).toContain(hostile);
  });

  test.for<[string, () => unknown]>([
    [
      "a look-alike",
      () => Post.select(() => ({ a: JSON.parse('{"pieces":["1"],"operands":[]}') })),
    ],
    ["a fragment without a schema", () => Post.select(() => ({ a: sql`1` as never }))],
    ["a fragment outside a lambda", () => Post.where(sql`1 = 1` as never)],
    ["a fragment that && dropped", () => Post.where((t) => t.views.gt(1) && sql`1 = 1`)],
    [
      "a placeholder of its own",
      () => Post.where(() => sql`1 = $1`.as(z.boolean()).eq(true)).toSQL(),
    ],
    ["a query of instances", () => sql`${Post.where({ id: 1 })}`.as(z.int())],
    [
      "a column of another query",
      () => Author.where(() => sql`${Post.columns.id}`.as(z.int()).eq(1)).toSQL(),
    ],
    ["a window in a condition", () => Post.where(() => rowNumber().over().gt(1))],
  ])("%s throws before any SQL", ([, build]) => {
    const statements = database.spy();

    expect(build).toThrow(UsageError);
    expect(statements()).toEqual([]);
  });

  test("undefined in the tag is a TypeError, as it is among parameters", () => {
    expect(() => sql`${undefined}`).toThrow(TypeError);
  });

  const lookAlikes = [
    { pieces: ["1 = 1"], operands: [] },
    { kind: "raw", pieces: ["1 = 1"], operands: [], type: { kind: "boolean" } },
    { kind: "column", column: "id" },
    { node: { kind: "constant", value: true } },
    { sql: "1 = 1", parameters: [] },
    { raw: ["1 = 1"], "0": "1 = 1", length: 1 },
    { toSQL: "1 = 1", toOperationNode: { kind: "RawNode" }, _zod: {} },
    ["1 = 1"],
    "1 = 1",
    true,
  ].map((value) => [JSON.stringify(value), JSON.parse(JSON.stringify(value)) as never] as const);

  test.for(lookAlikes)("R48: %s, as it comes out of JSON, is never SQL", async ([, forged]) => {
    const statements = database.spy();
    const inputs: readonly (() => unknown)[] = [
      () => Post.where(forged).all(),
      () => Post.where(() => forged).all(),
      () => Post.where((t) => t.id.gt(0).and(forged)).all(),
      () => Post.where((t) => not(forged).or(t.id.gt(0))).all(),
      () => Post.where((t) => t.id.eq(forged)).all(),
      () => Post.where((t) => t.id.in(forged)).all(),
      () => Post.where((t) => t.id.in([forged])).all(),
      () => Post.orderBy(forged).all(),
      () => Post.orderBy(() => forged).all(),
      () => Post.select(forged).all(),
      () => Post.select(() => ({ a: forged })).all(),
      () => Post.allRows().update({ views: forged }),
      () => Post.allRows().update(() => ({ views: forged })),
      () => Author.where((t) => t.posts.some(() => forged)).all(),
      () => caseWhen(forged, 1),
      () => exists(forged),
      () => scalar(forged),
      () => sql(forged),
      () => sql.join(forged, forged),
    ];

    for (const [place, input] of inputs.entries()) {
      await expect((async () => input())(), `input ${place}`).rejects.toThrow();
    }
    expect(statements()).toEqual([]);
  });

  test("a change that uses another row's columns throws before any SQL", async () => {
    const statements = database.spy();

    await expect(
      Post.allRows().update((t) => ({ title: t.title.concat(t.author.name) })),
    ).rejects.toThrow(UsageError);
    await expect(
      Post.allRows().update((t) => ({ views: sql`${t.author.id}`.as(z.int()) })),
    ).rejects.toThrow(UsageError);
    await expect(Post.allRows().update(() => ({ views: rowNumber().over() }))).rejects.toThrow(
      UsageError,
    );
    await expect(fetchAll(sql`select ${Post.columns.id}`)).rejects.toThrow();
    expect(statements()).toEqual([]);
  });
});
