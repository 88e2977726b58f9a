import { describe, expectTypeOf, test } from "vitest";
import { Author, Post } from "./support/models.ts";

describe("getOrCreate and updateOrCreate", () => {
  test("give the row and whether it was made", () => {
    const call = Author.getOrCreate({ email: "a@b.cd" }, { defaults: { name: "Ann" } });
    expectTypeOf(call).toEqualTypeOf<Promise<[row: Author, created: boolean]>>();
    expectTypeOf(
      Author.using("replica").updateOrCreate({ email: "a@b.cd" }, { defaults: { name: "Ann" } }),
    ).toEqualTypeOf<Promise<[row: Author, created: boolean]>>();
  });

  test("filter by scalars, and take columns and links as defaults", () => {
    const author = {} as Author;
    Post.getOrCreate({ title: "a", authorId: 1 }, { defaults: { views: 3, reviewer: null } });
    Post.getOrCreate({ title: "a" }, { defaults: { author, reviewerId: 2 }, using: "replica" });
    // @ts-expect-error -- there is no such column
    Post.getOrCreate({ subtitle: "a" });
    // @ts-expect-error -- operators cannot come in with data
    Post.getOrCreate({ title: { contains: "a" } });
    // @ts-expect-error -- a lambda says nothing about a new row
    Post.getOrCreate((t) => t.title.eq("a"));
    // @ts-expect-error -- a number is not text
    Post.getOrCreate({ id: 1 }, { defaults: { title: 1 } });
    // @ts-expect-error -- there is no such column
    Post.getOrCreate({ id: 1 }, { defaults: { subtitle: "a" } });
    // @ts-expect-error -- a query has rows already
    Post.where({ id: 1 }).getOrCreate({ title: "a" });
  });
});
