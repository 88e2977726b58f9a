import { describe, expectTypeOf, test } from "vitest";
import type { Decimal } from "../../src/index.ts";
import type { Selection } from "../../src/query/selection-types.ts";
import { type Money, Post, Sample } from "./support/models.ts";

describe("select", () => {
  test("reads rows of what the lambda gives", () => {
    const rows = Post.select((t) => ({
      id: t.id,
      who: t.author.name,
      reviewer: t.reviewer.name,
      bio: t.author.profile.bio,
      old: t.views.gt(10),
    }));

    expectTypeOf(rows).toEqualTypeOf<
      Selection<
        typeof Post,
        { id: number; who: string; reviewer: string | null; bio: string | null; old: boolean }
      >
    >();
    expectTypeOf(
      Post.where({ id: 1 })
        .select((t) => ({ id: t.id }))
        .all(),
    ).toEqualTypeOf<Promise<{ id: number }[]>>();
    expectTypeOf(rows.first()).resolves.toEqualTypeOf<{
      id: number;
      who: string;
      reviewer: string | null;
      bio: string | null;
      old: boolean;
    } | null>();
  });

  test("reads the values of one expression", () => {
    expectTypeOf(Post.select((t) => t.authorId).all()).toEqualTypeOf<Promise<number[]>>();
    expectTypeOf(Post.select((t) => t.reviewer.id).all()).toEqualTypeOf<
      Promise<(number | null)[]>
    >();
    expectTypeOf(Post.select((t) => t.views.gt(1)).one()).toEqualTypeOf<Promise<boolean>>();
  });

  test("reads columns by name", () => {
    expectTypeOf(Post.select("id", "reviewerId").all()).toEqualTypeOf<
      Promise<{ id: number; reviewerId: number | null }[]>
    >();
    expectTypeOf(Sample.select("price", "big", "cost", "optional").one()).resolves.toEqualTypeOf<{
      price: Decimal;
      big: bigint;
      cost: Money;
      optional: string | undefined;
    }>();
    // @ts-expect-error -- there is no such column
    Post.select("subtitle");
    // @ts-expect-error -- a relation is not a column
    Post.select("author");
    // @ts-expect-error -- nothing is selected
    Post.select();
  });

  test("refuses what is no expression", () => {
    // @ts-expect-error -- a relation is not a column
    Post.select((t) => ({ author: t.author }));
    // @ts-expect-error -- a plain value is not an expression
    Post.select(() => ({ one: 1 }));
    // @ts-expect-error -- there is no such column
    Post.select((t) => ({ a: t.nope }));
  });

  test("keeps where, orderBy, limit, offset, using and distinct", () => {
    const rows = Post.select((t) => ({ who: t.author.name }));

    expectTypeOf(
      rows
        .where((t) => t.id.gt(1))
        .where({ published: true })
        .orderBy("who")
        .orderBy("title", "desc")
        .orderBy((t) => t.author.email)
        .limit(1)
        .offset(1)
        .distinct()
        .using("x"),
    ).toEqualTypeOf(rows);
    // @ts-expect-error -- neither a selected field nor a column
    rows.orderBy("nope");
    // @ts-expect-error -- a boolean is not a predicate
    rows.where((t) => t.id === 1);
  });

  test("a path over an optional link may be NULL, and compares as such", () => {
    Post.where((t) => t.reviewer.name.eq(null));
    // @ts-expect-error -- an author is always there
    Post.where((t) => t.author.name.eq(null));
  });
});
