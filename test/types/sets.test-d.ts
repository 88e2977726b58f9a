import { describe, expectTypeOf, test } from "vitest";
import {
  type Decimal,
  except,
  from,
  intersect,
  type Query,
  type Rows,
  union,
  unionAll,
} from "../../src/index.ts";
import { Author, Post, Sample, Tag } from "./support/models.ts";

describe("queries put together", () => {
  const posts = Post.where({ published: true });

  test("of one model give its instances", () => {
    const both = union(posts, Post.orderBy("id").limit(3));
    expectTypeOf(both).toEqualTypeOf<Query<typeof Post>>();
    expectTypeOf(intersect(posts, posts, posts).all()).resolves.toEqualTypeOf<Post[]>();
    expectTypeOf(except(posts, posts).first()).resolves.toEqualTypeOf<Post | null>();
    both.where((t) => t.author.name.eq("Ann"));

    // @ts-expect-error -- instances of two models
    union(posts, Author.where({ id: 1 }));
    // @ts-expect-error -- an instance is there once
    unionAll(posts, posts);
    // @ts-expect-error -- instances and plain rows
    union(posts, Post.select("id"));
    // @ts-expect-error -- one query alone
    union(posts);
  });

  test("of plain rows have the first query's fields and the values of all", () => {
    const rows = union(
      Author.select((t) => ({ id: t.id, label: t.name, note: t.bio })),
      Tag.select((t) => ({ id: t.id, label: t.name, note: t.name })),
      Post.select((t) => ({ note: t.title, label: t.reviewer.name, id: t.id })),
    );
    expectTypeOf(rows).toEqualTypeOf<
      Rows<{ id: number; label: string | null; note: string | null }>
    >();
    expectTypeOf(rows.where((t) => t.label.isNull()).all()).resolves.toEqualTypeOf<
      { id: number; label: string | null; note: string | null }[]
    >();
    expectTypeOf(rows.select((t) => ({ long: t.label.length() })).first()).resolves.toEqualTypeOf<{
      long: number | null;
    } | null>();
    expectTypeOf(
      except(
        Author.select((t) => ({ label: t.name })),
        Author.select((t) => ({ label: t.bio })),
      ).one(),
    ).resolves.toEqualTypeOf<{ label: string }>();

    // @ts-expect-error -- the rows have no such field
    rows.where((t) => t.title.eq("a"));
    // @ts-expect-error -- nor by name
    rows.orderBy("title");
    const ids = Author.select((t) => ({ id: t.id }));
    // @ts-expect-error -- the second query doesn't select id
    union(ids, Post.select("title"));
    // @ts-expect-error -- the first query doesn't select title
    union(ids, Post.select("id", "title"));
    const titles = Post.select((t) => ({ id: t.title }));
    // @ts-expect-error -- the field id has another type in the first query
    union(ids, titles);
  });

  test("of single values are values", () => {
    const names = unionAll(
      Author.select((t) => t.name),
      Author.select((t) => t.bio),
    );
    expectTypeOf(names.all()).resolves.toEqualTypeOf<(string | null)[]>();
    names.where((name) => name.startsWith("A")).orderBy((name) => name, "desc");
    Tag.where((t) => t.name.in(names));
    unionAll(
      Author.select((t) => t.name),
      // @ts-expect-error -- text and numbers
      Author.select((t) => t.id),
    );
    // @ts-expect-error -- text among numbers
    Tag.where((t) => t.id.in(names));
  });

  test("from() makes columns of what was selected", () => {
    const rows = from(Sample.select((t) => ({ price: t.price, choice: t.choice, meta: t.meta })));
    expectTypeOf(rows.all()).resolves.toEqualTypeOf<
      { price: Decimal; choice: "a" | "b"; meta: { city: string; zip: string } }[]
    >();
    expectTypeOf(rows.sum((t) => t.price)).resolves.toEqualTypeOf<Decimal>();
    rows.where((t) => t.meta.city.eq("Oslo"));
    const groups = rows
      .groupBy((t) => t.choice)
      .select((choice, all) => ({ choice, n: all.count(), most: all.max((t) => t.price) }));
    expectTypeOf(groups.all()).resolves.toEqualTypeOf<
      { choice: "a" | "b"; n: number; most: Decimal | null }[]
    >();
    expectTypeOf(from(groups).avg((t) => t.n)).resolves.toEqualTypeOf<number | null>();
    // @ts-expect-error -- instances are no plain rows
    from(posts);
  });
});

test("distinctOn takes columns and what is computed of them", () => {
  expectTypeOf(Post.orderBy("views").distinctOn((t) => t.authorId)).toEqualTypeOf<
    Query<typeof Post>
  >();
  Post.orderBy("views").distinctOn((t) => [t.author.name, t.views.mod(2)]);
  Post.orderBy("views").distinctOn("authorId", "published");
  // @ts-expect-error -- a condition has two values only; select what it computes
  Post.orderBy("views").distinctOn((t) => t.views.gt(1));
  // @ts-expect-error -- a relation is no column
  Post.orderBy("views").distinctOn("author");
});
