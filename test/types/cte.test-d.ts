import { describe, expectTypeOf, test } from "vitest";
import { cte, type Joined, type Rows } from "../../src/index.ts";
import { Author, Employee, Post, Tag } from "./support/models.ts";

describe("rows under a name", () => {
  const totals = cte(
    "totals",
    Post.groupBy("authorId").select((key, rows) => ({
      authorId: key.authorId,
      views: rows.sum((t) => t.views),
    })),
  );

  test("have the fields that were selected", () => {
    expectTypeOf(totals).toEqualTypeOf<Rows<{ authorId: number; views: number }>>();
    cte("x", Post.select("id"), { materialized: true });
    // @ts-expect-error -- instances are no plain rows
    cte("x", Post.where({ id: 1 }));
    // @ts-expect-error -- there are no steps
    cte("x", Post.select("id"), { all: true });
  });

  test("stand beside those of a model", () => {
    const authors = Author.with(totals, (t, total) => total.authorId.eq(t.id));
    type Total = Parameters<Parameters<typeof authors.select>[0]>[1];
    expectTypeOf(authors).toEqualTypeOf<Joined<typeof Author, Author, [Total]>>();
    expectTypeOf(authors.all()).resolves.toEqualTypeOf<Author[]>();
    expectTypeOf(
      authors
        .where((t, total) => total.views.gt(1).and(t.name.eq("Ann")))
        .orderBy((_, total) => total.views, "desc")
        .select((t, total) => ({ name: t.name, views: total.views }))
        .all(),
    ).resolves.toEqualTypeOf<{ name: string; views: number }[]>();
    expectTypeOf(
      Author.where({ id: 1 })
        .with(totals, (t, total) => total.authorId.eq(t.id), { optional: true })
        .select((t, total) => ({ id: t.id, views: total.views }))
        .one(),
    ).resolves.toEqualTypeOf<{ id: number; views: number | null }>();
    expectTypeOf(
      authors
        .with(
          Tag.select((t) => t.name),
          (t, total, tag) => tag.eq(t.name).and(total.views.gt(1)),
        )
        .select((_, total, tag) => ({ tag, views: total.views }))
        .first(),
    ).resolves.toEqualTypeOf<{ tag: string; views: number } | null>();

    // @ts-expect-error -- the rows have no such field
    Author.with(totals, (t, total) => total.id.eq(t.id));
    // @ts-expect-error -- text and a number
    Author.with(totals, (t, total) => total.authorId.eq(t.name));
    // @ts-expect-error -- a boolean is no condition
    Author.with(totals, () => true);
    // @ts-expect-error -- a page has keys that tell its rows apart
    authors.page({ size: 10 });
  });

  test("are found step by step", () => {
    const path = cte(
      "path",
      Employee.where({ name: "boss" }).select((t) => ({ id: t.id, path: t.name })),
      (found) =>
        Employee.with(found, (t, above) => t.managerId.eq(above.id)).select((t, above) => ({
          id: t.id,
          path: above.path.concat("/", t.name),
        })),
      { all: true },
    );
    expectTypeOf(path.all()).resolves.toEqualTypeOf<{ id: string; path: string }[]>();
    const start = Employee.select((t) => ({ id: t.id, path: t.name }));
    // @ts-expect-error -- a step gives the same fields
    cte("path", start, (rows) => Employee.with(rows, (t, r) => t.id.eq(r.id)).select("id"));
  });
});
