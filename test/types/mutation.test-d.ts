import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { Upserted } from "../../src/model/write-types.ts";
import { Model } from "./support/model.ts";
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

const Pair = class extends Model(
  "Pair",
  { left: z.int(), right: z.int(), name: z.string(), label: z.string(), note: z.string() },
  {
    primaryKey: ["left", "right"],
    uniques: [
      ["name", "label"],
      ["label", "note"],
    ],
  },
) {};

describe("upsert", () => {
  const author = { name: "Ann", email: "a@b.cd", bio: null };
  const pair = { left: 1, right: 2, name: "a", label: "b", note: "c" };

  test("gives the row, and whether it was inserted", () => {
    expectTypeOf(Author.upsert({ on: "email", create: author })).toEqualTypeOf<
      Promise<Upserted<Author>>
    >();
  });

  test("is by a declared unique key", () => {
    Author.upsert({ on: "id", create: { ...author, id: 1 } });
    Author.upsert({ on: ["email"], create: author, using: "replica" });
    Pair.upsert({ on: ["left", "right"], create: pair });
    Pair.upsert({ on: ["name", "label"], create: pair });
    Pair.upsert({ on: ["label", "note"], create: pair });
    // @ts-expect-error -- a name is not unique
    Author.upsert({ on: "name", create: author });
    // @ts-expect-error -- name and note are not unique together
    Pair.upsert({ on: ["name", "note"], create: pair });
    // @ts-expect-error -- half a key is no key
    Pair.upsert({ on: "left", create: pair });
    // @ts-expect-error -- there is no such column
    Author.upsert({ on: "subtitle", create: author });
  });

  test("takes names, values or a lambda over both rows as the update", () => {
    Author.upsert({ on: "email", create: author, update: ["name", "bio"] });
    Author.upsert({ on: "email", create: author, update: { bio: "again" } });
    const title = { title: "a", authorId: 1 };
    Post.upsert({
      on: "id",
      create: title,
      update: (row, proposed) => ({ views: row.views.plus(proposed.views), title: "b" }),
    });
    // @ts-expect-error -- there is no such column
    Author.upsert({ on: "email", create: author, update: ["subtitle"] });
    // @ts-expect-error -- a number is not text
    Author.upsert({ on: "email", create: author, update: { name: 1 } });
    // @ts-expect-error -- text is not a number
    Post.upsert({ on: "id", create: title, update: (row) => ({ views: row.title }) });
    // @ts-expect-error -- the new row lacks its email
    Author.upsert({ on: "email", create: { name: "Ann" } });
  });
});

describe("bulkCreate", () => {
  const rows = [{ name: "Ann", email: "a@b.cd", bio: null }];

  test("answers a number, or instances", () => {
    expectTypeOf(Author.bulkCreate(rows)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(Author.bulkCreate(rows, { onConflict: "ignore" })).toEqualTypeOf<
      Promise<number>
    >();
    expectTypeOf(Author.bulkCreate(rows, { returning: true })).toEqualTypeOf<Promise<Author[]>>();
  });

  test("takes a declared unique key for conflicts", () => {
    Author.bulkCreate(rows, { onConflict: { columns: "email", update: ["name"] } });
    Author.bulkCreate(rows, { onConflict: { columns: ["id"], update: "ignore" } });
    Author.bulkCreate(rows, {
      onConflict: { columns: "email", update: (_row, proposed) => ({ bio: proposed.name }) },
    });
    // @ts-expect-error -- a name is not unique
    Author.bulkCreate(rows, { onConflict: { columns: "name", update: ["name"] } });
    // @ts-expect-error -- there is no such column
    Author.bulkCreate(rows, { onConflict: { columns: "email", update: ["subtitle"] } });
    // @ts-expect-error -- there is no such policy
    Author.bulkCreate(rows, { onConflict: "skip" });
  });
});

describe("bulkUpdate", () => {
  test("takes instances, or objects with their key", () => {
    const author = {} as Author;
    expectTypeOf(Author.bulkUpdate([author])).toEqualTypeOf<Promise<number>>();
    Author.bulkUpdate(
      [
        { id: 1, name: "a" },
        { id: 2, bio: null },
      ],
      { missing: "ignore" },
    );
    Pair.bulkUpdate([{ left: 1, right: 2, note: "a" }]);
    // @ts-expect-error -- half a key is no key
    Pair.bulkUpdate([{ left: 1, note: "a" }]);
    // @ts-expect-error -- a row is found by its key
    Author.bulkUpdate([{ name: "a" }]);
    // @ts-expect-error -- a number is not text
    Author.bulkUpdate([{ id: 1, name: 1 }]);
    // @ts-expect-error -- there is no such column
    Author.bulkUpdate([{ id: 1, subtitle: "a" }]);
  });
});

describe("update and delete with returning", () => {
  const query = Post.where({ id: 1 });

  test("give instances, or what a lambda picks", () => {
    expectTypeOf(query.update({ views: 1 })).toEqualTypeOf<Promise<number>>();
    expectTypeOf(query.update({ views: 1 }, { returning: true })).toEqualTypeOf<Promise<Post[]>>();
    expectTypeOf(
      query.update((t) => ({ views: t.views.plus(1) }), {
        returning: (t) => ({ key: t.id, title: t.title, seen: t.views.gt(1) }),
      }),
    ).toEqualTypeOf<Promise<{ key: number; title: string; seen: boolean }[]>>();
    expectTypeOf(query.delete({ returning: true })).toEqualTypeOf<Promise<Post[]>>();
    expectTypeOf(query.delete({ returning: (t) => t.title })).toEqualTypeOf<Promise<string[]>>();
    // @ts-expect-error -- there is no such column
    query.delete({ returning: (t) => t.subtitle });
    // @ts-expect-error -- a number is not text
    query.update({ title: 1 }, { returning: true });
    // @ts-expect-error -- there is no such option
    query.delete({ limit: 1 });
  });
});

describe("row locks", () => {
  test("stand on a query, with or without a selection", () => {
    const query = Post.where({ id: 1 }).forUpdate({ skipLocked: true });
    expectTypeOf(query.first()).toEqualTypeOf<Promise<Post | null>>();
    Post.allRows().forShare({ noWait: true }).select("id");
    // @ts-expect-error -- there is no such option
    Post.allRows().forUpdate({ skip: true });
    // @ts-expect-error -- a whole table is not locked by accident
    Post.forUpdate();
  });
});
