/** What beginners write, as a program without a compiler can: each is told what to write instead, before any SQL. */
import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  avg,
  backRef,
  caseWhen,
  Decimal,
  decimal,
  FerroError,
  foreignKey,
  id,
  json,
  Model,
  manyToMany,
  or,
  rowNumber,
  scalar,
  sql,
  sum,
} from "../../src/index.ts";
import { recordQueries } from "../../src/test-kit/query-counter.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";

class Author extends Model("MistakenAuthor", {
  id: id(),
  name: z.string(),
  get posts() {
    return backRef(Post);
  },
}) {}

class Tag extends Model("MistakenTag", {
  id: id(),
  name: z.string(),
  get posts() {
    return backRef(Post);
  },
}) {}

class Post extends Model("MistakenPost", {
  id: id(),
  title: z.string(),
  views: z.int().default(0),
  rating: z.number().nullable().default(null),
  kind: z.enum(["draft", "live"]).default("draft"),
  published: z.boolean().default(false),
  price: decimal(10, 2).default(() => new Decimal(1)),
  createdAt: z.date().default(() => new Date(0)),
  meta: json(z.object({ a: z.string() })).default({ a: "x" }),
  get author() {
    return foreignKey(Author, { relatedName: "posts" });
  },
  get tags() {
    return manyToMany(Tag, { relatedName: "posts" });
  },
}) {}

// biome-ignore lint/suspicious/noExplicitAny: what a program without a compiler has
type Untyped = any;
const [post, author]: readonly Untyped[] = [Post, Author];
let one: Untyped;

/** What was written, and parts of what is said about it. */
const mistakes: Readonly<Record<string, readonly [() => unknown, string, string]>> = {
  "an operator object": [
    () => post.where({ title: { contains: "x" } }),
    "MistakenPost.title was given an object in where()",
    "where((t) => t.title.contains(…))",
  ],
  "an operator of MongoDB": [
    () => post.where({ views: { $gte: 1 } }),
    "was given an object",
    "where((t) => t.views.gte(…))",
  ],
  "a list of values": [
    () => post.where({ id: [1, 2] }),
    "was given an array",
    "where((t) => t.id.in([…]))",
  ],
  "or in an object": [
    () => post.where({ OR: [{ id: 1 }, { id: 2 }] }),
    'has no key "OR"',
    "where((t) => or(",
  ],
  "where in where": [() => post.where({ where: { id: 1 } }), "takes the conditions", "where({ id"],
  "what a related row is like": [
    () => post.where({ author: { name: "Ann" } }),
    "MistakenPost.author was given an object",
    "where((t) => t.author.name.eq(…))",
  ],
  "many related rows": [
    () => author.where({ posts: { title: "x" } }),
    "MistakenAuthor.posts can't be compared",
    "t.posts.some((row) => row.id.eq(…))",
  ],
  "rows in all()": [() => post.all({ where: { id: 1 } }), "all() takes no arguments", "where({"],
  "rows in first()": [() => post.first({ id: 1 }), "first() takes no arguments", ".first()"],
  undefined: [() => post.where({ title: undefined }), "was given undefined", "leave the condition"],
  "a member that an enum doesn't have": [
    () => post.where({ kind: "lve" }),
    "expected a member of the enum",
    'its members are "draft", "live"',
  ],
  "text for a number": [() => post.where({ views: "1" }), "expected an integer", "Number(…)"],
  "text for a date": [
    () => post.where((t: Untyped) => t.createdAt.gt("2026-01-01")),
    "expected a Date",
    "new Date(…)",
  ],
  "a key as text": [() => post.get("1"), "MistakenPost.get() expected an integer", "Number(…)"],
  "a key as an object": [
    () => post.get({ id: 1 }),
    "get() expected the id of a row, received an object",
    "get(row.id)",
  ],
  "a row as its key": [() => post.get(one), "expected the id of a row", "get(row.id)"],
  "a misspelt column": [
    () => post.where({ titel: "x" }),
    'no field "titel"',
    "did you mean title?",
  ],
  "a misspelt column in a lambda": [
    () => post.where((t: Untyped) => t.publishd.eq(true)),
    'no field "publishd"',
    "did you mean published?",
  ],
  "a column by its name in the database": [
    () => post.where((t: Untyped) => t.author_id.eq(1)),
    'no field "author_id"',
    "did you mean authorId?",
  ],
  "a column of many rows": [
    () => author.where((t: Untyped) => t.posts.title.eq("x")),
    "MistakenAuthor.posts leads to many rows, which have no one title",
    "t.posts.some((row) => row.title…)",
  ],
  "a relation compared": [
    () => post.where((t: Untyped) => t.author.eq(one)),
    "MistakenPost.author is a relation, and has no eq()",
    "t.authorId.eq(…), or one of its columns, t.author.name.eq(…)",
  ],
  "a relation as a value": [
    () => post.where((t: Untyped) => t.authorId.eq(t.author)),
    "was given the relation MistakenPost.author",
    "t.authorId",
  ],
  "an object for some()": [
    () => author.where((t: Untyped) => t.posts.some({ title: "x" })),
    "some() expected a lambda",
    "posts.some((row) => row.title.eq(…))",
  ],
  "a boolean column as a condition": [
    () => post.where((t: Untyped) => t.published),
    "expected a condition, received MistakenPost.published",
    "t.published.eq(true)",
  ],
  "a comparison of JavaScript": [
    () => post.where((t: Untyped) => t.title === "x"),
    "expected a condition, received boolean",
    "=== and > are evaluated by JavaScript",
  ],
  "an operator of JavaScript": [
    () => post.where((t: Untyped) => t.views > 1),
    "MistakenPost.views was used as a plain value",
    ".gt()",
  ],
  "a lambda that gives nothing": [
    () =>
      post.where((t: Untyped) => {
        t.views.gt(1);
      }),
    "received undefined",
    "or return it",
  ],
  "an asynchronous lambda": [
    () => post.where(async () => true),
    "received a promise",
    "lambdas can't be async",
  ],
  "a list of conditions": [
    () => post.where((t: Untyped) => [t.id.eq(1), t.id.eq(2)]),
    "received an array",
    "and(a, b)",
  ],
  "or() of a list": [() => or([] as Untyped), "received an array", "or(a, b)"],
  "a column and its value": [() => post.where("title", "x"), "received string", "where({ title"],
  "a key in where()": [() => post.where(1), "received number", "get(…)"],
  "a query as a value": [
    () => post.where((t: Untyped) => t.authorId.eq(Author.where({ name: "Ann" }))),
    "was given a Query<MistakenAuthor>",
    "t.authorId.in(",
  ],
  "a promise as a value": [
    () => post.where({ authorId: Promise.resolve(1) }),
    "was given a promise",
    "await it first",
  ],
  "a column of another type": [
    () => post.where((t: Untyped) => t.views.eq(t.title)),
    "a number beside text",
    "asText()",
  ],
  "a query in a loop": [
    () => [...post.where({ id: 1 })],
    "was used as a list",
    "for await (const row of query)",
  ],
  "the length of a query": [() => post.where({ id: 1 }).length, "has no length", "await its rows"],
  "a query mapped": [() => one.tags.map(String), "has no map: it was not run", "query.all()"],
  "groups without select()": [
    () => post.groupBy("authorId").all(),
    "has no all() before select()",
    "rows.count()",
  ],
  "a column of a group's rows": [
    () => post.groupBy("authorId").select((_: unknown, rows: Untyped) => ({ t: rows.title })),
    "the field t is undefined",
    "rows.max(",
  ],
  "a condition after groups": [
    () =>
      post
        .groupBy("authorId")
        .select((_: unknown, rows: Untyped) => ({ n: rows.count() }))
        .where((t: Untyped) => t.views.gt(1)),
    "can't be followed by where()",
    "having()",
  ],
  "a page of groups": [
    () =>
      post
        .groupBy("authorId")
        .select((_: unknown, rows: Untyped) => ({ n: rows.count() }))
        .page({ size: 1 }),
    "groups have no primary key",
    "limit() and offset()",
  ],
  "a direction within the name": [
    () => post.orderBy("createdAt desc"),
    "takes the direction apart",
    'orderBy("createdAt", "desc")',
  ],
  "a minus before the name": [
    () => post.orderBy("-views"),
    "takes the direction apart",
    'orderBy("views", "desc")',
  ],
  "an order as an object": [
    () => post.orderBy({ createdAt: "desc" }),
    "expected a column, received an object",
    'orderBy("createdAt", "desc")',
  ],
  "a direction that is none": [() => post.orderBy("views", -1), '"asc" or "desc"', "orderBy("],
  "SQL as an order": [() => post.orderBy(() => sql`random()`), "expected a column", "`.as(z."],
  "include() by name": [
    () => post.include("author"),
    "expected an object of relations",
    "include({ author: true })",
  ],
  "include() before select()": [
    () => post.include({ author: true }).select("id"),
    "select() reads plain rows, which hold no author",
    "leave include() out",
  ],
  "include() before groupBy()": [
    () => post.include({ tags: true }).groupBy("authorId"),
    "groupBy() reads plain rows, which hold no tags",
    "t.tags.count()",
  ],
  "a lambda and names in select()": [
    () => post.select((t: Untyped) => ({ id: t.id }), "title"),
    "takes names, or one lambda",
    "(t) => ({ id: t.id",
  ],
  "select() before include()": [
    () => post.select("id").include({ author: true }),
    "reads plain rows, and has no include()",
    "leave select() out",
  ],
  "SQL without a schema": [
    () => post.select(() => ({ x: sql`1 + 1` })),
    "the field x expected an expression",
    "`.as(z.int())",
  ],
  "a case without its end": [
    () => post.select((t: Untyped) => ({ x: caseWhen(t.views.gt(1), "a") })),
    "a case without its end",
    ".else(value)",
  ],
  "rowNumber() without over()": [
    () => post.select(() => ({ n: rowNumber() })),
    "rowNumber() without its window",
    "rowNumber().over({ orderBy: t.id })",
  ],
  "an aggregate beside a column": [
    () => post.select((t: Untyped) => ({ id: t.id, n: sum(t.views) })),
    "neither grouped nor aggregated",
    "sum(…).over({ … })",
  ],
  "an aggregate as a value": [
    () => post.where((t: Untyped) => t.views.gt(avg(t.views))),
    "was given avg() of many rows",
    "scalar(Post.select((p) => avg(p.views)))",
  ],
  "a number that was fetched as a subquery": [
    () => scalar(Promise.resolve(1) as Untyped),
    "scalar() expected a query",
    "is not run",
  ],
  "the sum of text": [
    () => post.sum((t: Untyped) => t.title),
    "MistakenPost.sum() needs numbers, and MistakenPost.title is text",
    "min() and max()",
  ],
  "a decimal times a float": [
    () => post.select((t: Untyped) => t.price.times(t.rating)),
    "a float is no exact number",
    "MistakenPost.price.asFloat()",
  ],
  "an increment": [
    () => post.where({ id: 1 }).update({ views: { increment: 1 } }),
    "was given an object in update()",
    "t.views.plus(…)",
  ],
  "update() of the model": [
    () => post.update({ title: "x" }),
    "would change every row",
    "where(…).update(…)",
  ],
  "create() of a list": [() => post.create([{ title: "x" }]), "received an array", "bulkCreate()"],
  "a relation that is a promise": [
    () => post.create({ title: "x", author: Promise.resolve(1) }),
    "author: is a promise",
    "await it first",
  ],
  "links as a list": [() => one.tags.add([one]), "expected MistakenTag instances", "add(...rows)"],
};

describeEachDatabase("mistakes", (db) => {
  useDatabase(db);

  beforeEach(async () => {
    one = await Post.create({ title: "one", author: await Author.create({ name: "Ann" }) });
  });

  test.for(Object.entries(mistakes))("%s", async ([, [run, message, hint]]) => {
    const { result: error, statements } = await recordQueries(async () => {
      try {
        const made = run();
        // A query that was built must not come as far as its terminal.
        await (made instanceof Promise ? made : (made as { all?: () => unknown }).all?.());
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    });

    expect(error).toBeInstanceOf(FerroError);
    expect((error as FerroError).message).toContain(message);
    expect((error as FerroError).message).toContain(hint);
    expect(statements).toEqual([]);
  });

  test("a query that is printed says that it was not run", () => {
    expect(JSON.stringify({ posts: Post.where({ id: 1 }) })).toBe(
      '{"posts":"[a Query<MistakenPost> that was not run]"}',
    );
  });
});
