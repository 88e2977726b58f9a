import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  avg,
  caseWhen,
  count,
  type Decimal,
  type Explanation,
  exists,
  foreignKey,
  lag,
  Model,
  now,
  rowNumber,
  scalar,
  sql,
  sum,
} from "../../src/index.ts";
import { Author, Post, Sample } from "./support/models.ts";

describe("SQL as a condition", () => {
  test("stands where a condition does, and only there", () => {
    Post.where((t) => sql`${t.views} > ${3}`);
    Post.where((t) => t.views.gt(1).and(sql`${t.views} < ${3}`));
    Author.where((t) => t.posts.some((p) => sql`${p.views} > ${3}`));
    // @ts-expect-error -- without a schema it is no value
    Post.orderBy((t) => sql`${t.views}`);
    // @ts-expect-error -- text is no SQL
    Post.where((t) => `${t.views} > 3`);
  });
});

describe("aggregates", () => {
  test("answer the kind of their column", () => {
    expectTypeOf(Post.sum((t) => t.views)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(Sample.sum((t) => t.price)).toEqualTypeOf<Promise<Decimal>>();
    expectTypeOf(Sample.sum((t) => t.big)).toEqualTypeOf<Promise<bigint>>();
    expectTypeOf(Sample.avg((t) => t.int)).toEqualTypeOf<Promise<number | null>>();
    expectTypeOf(Sample.avg((t) => t.big)).toEqualTypeOf<Promise<Decimal | null>>();
    expectTypeOf(Sample.max((t) => t.instant)).toEqualTypeOf<Promise<Date | null>>();
    expectTypeOf(Post.where({ id: 1 }).min((t) => t.title)).toEqualTypeOf<Promise<string | null>>();
    expectTypeOf(Post.count((t) => t.views.gt(1))).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error -- text has no sum
    Post.sum((t) => t.title);
    // @ts-expect-error -- a filter answers a predicate
    Post.sum((t) => t.views, { filter: () => true });
    // @ts-expect-error -- there is no such column
    Post.sum((t) => t.nope);
  });

  test("of relations are expressions", () => {
    expectTypeOf(
      Author.select((t) => ({
        posts: t.posts.count(),
        views: t.posts.sum((p) => p.views),
        last: t.posts.max((p) => p.title),
      })).one(),
    ).resolves.toEqualTypeOf<{ posts: number; views: number; last: string | null }>();
    Author.where((t) => t.posts.count((p) => p.published.eq(true)).gt(1));
    Author.orderBy((t) => t.posts.count(), "desc");
  });

  test("of all rows make one object", () => {
    expectTypeOf(
      Post.aggregate((rows) => ({ n: rows.count(), views: rows.sum((t) => t.views) })),
    ).toEqualTypeOf<Promise<{ n: number; views: number }>>();
  });
});

describe("groups", () => {
  test("select their keys and aggregates", () => {
    expectTypeOf(
      Post.groupBy((t) => ({ who: t.author.name, reviewer: t.reviewer.name }))
        .having((key, rows) => rows.count().gt(1).and(key.who.ne("x")))
        .select((key, rows) => ({ who: key.who, reviewer: key.reviewer, n: rows.count() }))
        .orderBy((_, rows) => rows.count(), "desc")
        .orderBy("who")
        .all(),
    ).resolves.toEqualTypeOf<{ who: string; reviewer: string | null; n: number }[]>();
    expectTypeOf(
      Post.groupBy("authorId", "published")
        .select((key) => ({ author: key.authorId }))
        .all(),
    ).resolves.toEqualTypeOf<{ author: number }[]>();
    expectTypeOf(
      Post.groupBy((t) => t.views)
        .select((key) => key)
        .all(),
    ).resolves.toEqualTypeOf<number[]>();
  });

  test("are explained, streamed and limited like other queries", () => {
    const groups = Post.groupBy("authorId").select((key, rows) => ({
      author: key.authorId,
      n: rows.count(),
    }));

    expectTypeOf(groups.signal(new AbortController().signal).timeout(1)).toEqualTypeOf(groups);
    expectTypeOf(groups.explain({ analyze: true })).resolves.toEqualTypeOf<Explanation>();
    expectTypeOf(groups.stream().next()).resolves.toEqualTypeOf<
      IteratorResult<{ author: number; n: number }, void>
    >();
    // @ts-expect-error -- groups have no key to go on from
    groups.page({ size: 1 });
  });

  test("refuse a field that is neither a key nor an aggregate", () => {
    // @ts-expect-error -- title is not grouped
    Post.groupBy("authorId").select((_, rows) => ({ title: rows.title }));
    // @ts-expect-error -- title is no key
    Post.groupBy("authorId").select((key) => ({ title: key.title }));
    // @ts-expect-error -- there is no such column
    Post.groupBy("nope");
    // @ts-expect-error -- a relation is no key
    Post.groupBy((t) => ({ a: t.author }));
    // @ts-expect-error -- a predicate is asked for
    Post.groupBy("authorId").having((_, rows) => rows.count());
  });
});

class Diary extends Model("Diary", {
  day: z.iso.date(),
  maybe: z.iso.date().nullable(),
  at: z.iso.datetime().optional(),
  text: z.string(),
  mail: z.email(),
  get post() {
    return foreignKey(Post, { relatedName: "diaries", nullable: true });
  },
}) {}

describe("days and moments as text", () => {
  test("have parts, beginnings and spans", () => {
    const row = Diary.select((t) => ({
      year: t.day.asDate().year(),
      month: t.maybe.asDate().month(),
      hour: t.at.asDate().hour(),
      first: t.day.asDate().truncate("month"),
      next: t.maybe.asDate().plus({ days: 1 }),
      number: t.text.asInteger(),
      exact: t.mail.asDecimal(),
    })).one();

    expectTypeOf(row).resolves.toEqualTypeOf<{
      year: number;
      month: number | null;
      hour: number | null;
      first: string;
      next: string | null;
      number: number | null;
      exact: Decimal | null;
    }>();
    Diary.where((t) => t.day.gt("2026-01-01").and(t.day.asDate().plus({ days: 1 }).gt(t.maybe)));
    // @ts-expect-error -- text has no year
    Diary.select((t) => t.text.year());
  });
});

describe("functions", () => {
  test("give the type of their result, NULL as their operands have it", () => {
    const row = Sample.select((t) => ({
      lower: t.text.lower(),
      length: t.nullable.length(),
      joined: t.text.concat(t.nullable),
      plus: t.int.plus(1),
      quotient: t.int.dividedBy(2),
      maybe: t.int.dividedBy(t.int),
      price: t.price.times("1.5").round(2),
      total: t.price.times(t.int),
      totalToo: t.int.times(t.price).plus(1),
      wide: t.int.plus(t.big),
      wideToo: t.big.times(2),
      change: t.big.minus(t.price),
      year: t.instant.year(),
      day: t.instant.truncate("day"),
      there: t.nullable.coalesce("x"),
      case: caseWhen(t.int.gt(1), "many").else("few"),
      place: rowNumber().over({ orderBy: t.int.desc() }),
      soFar: sum(t.price).over({ orderBy: t.int }),
      before: lag(t.text).over({ orderBy: t.int }),
      raw: sql`${t.int} * 2`.as(z.int()),
      now: now(),
    })).one();

    expectTypeOf(row).resolves.toEqualTypeOf<{
      lower: string;
      length: number | null;
      joined: string | null;
      plus: number;
      quotient: number;
      maybe: number | null;
      price: Decimal;
      total: Decimal;
      totalToo: Decimal;
      wide: bigint;
      wideToo: bigint;
      change: Decimal;
      year: number;
      day: Date;
      there: string;
      case: "many" | "few";
      place: number;
      soFar: Decimal;
      before: string | null;
      raw: number;
      now: Date;
    }>();
  });

  test("exist for the right kind of value only", () => {
    // @ts-expect-error -- a number has no letters
    Sample.select((t) => t.int.lower());
    // @ts-expect-error -- text has no year
    Sample.select((t) => t.text.year());
    // @ts-expect-error -- a date is moved by a span
    Sample.select((t) => t.instant.plus(1));
    // @ts-expect-error -- there is no such unit
    Sample.select((t) => t.instant.truncate("century"));
    // @ts-expect-error -- undefined is not a value
    Sample.select((t) => t.int.plus(undefined));
    // @ts-expect-error -- text is no number
    Sample.select((t) => t.int.plus(t.text));
    // @ts-expect-error -- a number is no bigint
    Sample.select((t) => t.int.plus(1n));
  });
});

describe("subqueries", () => {
  test("stand where a list, a condition or a value does", () => {
    Author.where((t) => t.id.in(Post.select((p) => p.authorId)));
    Author.where((t) => exists(Post.where((p) => p.authorId.eq(t.id))));
    expectTypeOf(
      Author.select((t) =>
        scalar(Post.where((p) => p.authorId.eq(t.id)).select((p) => p.views)),
      ).all(),
    ).resolves.toEqualTypeOf<(number | null)[]>();
    Post.where((t) => t.views.gt(scalar(Post.select((p) => avg(p.views)))));
    expectTypeOf(Post.select((t) => sum(t.views)).one()).resolves.toEqualTypeOf<number>();
    expectTypeOf(
      Post.select((t) => ({ n: count(), views: avg(t.views) })).all(),
    ).resolves.toEqualTypeOf<{ n: number; views: number | null }[]>();
    // @ts-expect-error -- a row has no place without its window
    Post.select(() => ({ place: rowNumber() }));
    // @ts-expect-error -- a column beside an aggregate
    Post.select((t) => ({ id: t.id, views: sum(t.views) }));
    // @ts-expect-error -- titles are no ids
    Author.where((t) => t.id.in(Post.select((p) => p.title)));
    // @ts-expect-error -- a boolean is no query
    Author.where(() => exists(true));
  });
});
