import { describe, expectTypeOf, test } from "vitest";
import type { FerroTypeError } from "../../src/definition/types.ts";
import { and, caseWhen, Decimal, not, or, type Skip, skip } from "../../src/index.ts";
import type { Predicate } from "../../src/query/expression-types.ts";
import type { CompiledQuery, Query } from "../../src/query/types.ts";
import { Author, Employee, Membership, Money, Post, Sample } from "./support/models.ts";

describe("where", () => {
  test("takes a lambda, a predicate or an object of equalities", () => {
    expectTypeOf(Post.where((t) => t.title.eq("a"))).toEqualTypeOf<Query<typeof Post>>();
    expectTypeOf(Post.where(Post.columns.title.eq("a"))).toEqualTypeOf<Query<typeof Post>>();
    expectTypeOf(Post.where({ title: "a", authorId: 1, reviewerId: null })).toEqualTypeOf<
      Query<typeof Post>
    >();
  });

  test("refuses a lambda that answers no predicate", () => {
    // @ts-expect-error -- === compares in JavaScript, and answers a boolean
    Post.where((t) => t.title === "a");
    // @ts-expect-error -- a boolean is not a predicate
    Post.where(() => true);
    // @ts-expect-error -- a boolean is not a predicate, of a model without links either
    Sample.where(() => true);
    // @ts-expect-error -- nothing is not a predicate
    Post.where((t) => {
      t.title.eq("a");
    });
    // @ts-expect-error -- && lets a boolean through
    Post.where((t) => !t.title.eq("a"));
    // @ts-expect-error -- a column is not a predicate
    Post.where((t) => t.published);
    // @ts-expect-error -- a promise is not a predicate
    Post.where(async (t) => t.title.eq("a"));
  });

  test("refuses what is no condition", () => {
    // @ts-expect-error -- undefined is not "no filter"
    Post.where(undefined);
    // @ts-expect-error -- null is not "no filter"
    Post.where(null);
    // @ts-expect-error -- true is not "no filter"
    Post.where(true);
    // @ts-expect-error -- text is not a predicate
    Post.where("1 = 1");
  });

  test("takes skip for a condition that is left out on purpose", () => {
    const title = "a" as string | undefined;
    expectTypeOf(skip).toEqualTypeOf<Skip>();
    expectTypeOf(Post.where(skip)).toEqualTypeOf<Query<typeof Post>>();
    expectTypeOf(Post.where({ title: title ?? skip, authorId: skip })).toEqualTypeOf<
      Query<typeof Post>
    >();
    expectTypeOf(Post.where((t) => (title === undefined ? skip : t.title.eq(title)))).toEqualTypeOf<
      Query<typeof Post>
    >();
    expectTypeOf(and(skip, or(skip), not(skip))).toEqualTypeOf<Predicate>();
    Post.where({ title: "a" })
      .where((t) => t.title.eq("a").and(skip).or(skip))
      .where({ title: skip });

    // @ts-expect-error -- it is a condition and no value
    Post.where((t) => t.title.eq(skip));
    // @ts-expect-error -- nor a member of a list
    Post.where((t) => t.id.in([skip]));
    // @ts-expect-error -- a key that may be missing is said to be left out
    Post.where({ title });
    // @ts-expect-error -- nothing that looks like it passes for it
    Post.where({ title: {} });
    // @ts-expect-error -- rows have to be said to be counted; leave some() out instead
    Author.where((t) => t.posts.some(() => skip));
    // @ts-expect-error -- a branch needs its condition
    caseWhen(skip, 1);
    // @ts-expect-error -- a column is not written with it
    Post.where({ id: "p" }).update({ title: skip });
  });

  test("knows the model's columns", () => {
    // @ts-expect-error -- there is no such column
    Post.where((t) => t.subtitle.eq("a"));
    // @ts-expect-error -- there is no such column
    Post.where({ subtitle: "a" });
  });

  test("takes scalars in an object, never operators", () => {
    Sample.where({
      text: "a",
      bool: true,
      big: 1n,
      price: "1.5",
      instant: new Date(),
      nullable: null,
    });
    // @ts-expect-error -- operators cannot come in with data
    Post.where({ title: { contains: "a" } });
    // @ts-expect-error -- a list is not a scalar
    Post.where({ id: [1, 2] });
    // @ts-expect-error -- the column is not nullable
    Post.where({ title: null });
    // @ts-expect-error -- undefined is not a value
    Post.where({ title: undefined });
    // @ts-expect-error -- JSON is compared in a lambda
    Sample.where({ meta: { city: "a", zip: "1" } });
    // @ts-expect-error -- relations are compared by their id
    Post.where({ author: 1 });
  });
});

describe("a comparison", () => {
  test("takes the type of its column", () => {
    Sample.where((t) => t.text.eq("a").and(t.int.gt(1), t.big.lte(2n), t.instant.lt(new Date())));
    Sample.where((t) => t.price.gte("1.5").or(t.price.lt(new Decimal(2)), t.price.eq(3)));
    Sample.where((t) => t.blob.eq(new Uint8Array()).and(t.bool.ne(true), t.day.between("a", "b")));
    Sample.where((t) => t.when.gt(new Date()).and(t.cost.eq(new Money(5))));
    Employee.where((t) => t.managerId.eq("u").or(t.managerId.isNull()));
    // @ts-expect-error -- a number is not text
    Post.where((t) => t.title.eq(1));
    // @ts-expect-error -- text is not a number
    Post.where((t) => t.views.gt("1"));
    // @ts-expect-error -- a number is not a bigint
    Sample.where((t) => t.big.eq(1));
    // @ts-expect-error -- the stored side of a codec is not the program's
    Sample.where((t) => t.when.eq("2026-01-01"));
    // @ts-expect-error -- the key of an employee is text
    Employee.where((t) => t.managerId.eq(1));
  });

  test("refuses undefined", () => {
    // @ts-expect-error -- undefined is not a value
    Post.where((t) => t.title.eq(undefined));
    // @ts-expect-error -- undefined is not a value
    Sample.where((t) => t.optional.eq(undefined));
    // @ts-expect-error -- undefined is not a value
    Sample.where((t) => t.nullish.ne(undefined));
    // @ts-expect-error -- undefined is not a value
    Post.where((t) => t.views.gt(undefined));
    // @ts-expect-error -- undefined is not a value
    Post.where((t) => t.id.in([1, undefined]));
    // @ts-expect-error -- undefined is not a list
    Post.where((t) => t.id.in(undefined));
    // @ts-expect-error -- undefined is not text
    Post.where((t) => t.title.contains(undefined));
  });

  test("takes null where the column may be NULL, for equality only", () => {
    Sample.where((t) => t.nullable.eq(null).or(t.optional.ne(null), t.nullish.eq(null)));
    Post.where((t) => t.reviewerId.eq(null));
    // @ts-expect-error -- the column is never NULL
    Post.where((t) => t.title.eq(null));
    // @ts-expect-error -- the column is never NULL
    Post.where((t) => t.authorId.ne(null));
    // @ts-expect-error -- NULL has no size
    Sample.where((t) => t.nullable.gt(null));
    // @ts-expect-error -- NULL is in no list
    Sample.where((t) => t.nullable.in(["a", null]));
  });

  test("takes only the members of an enum or a literal", () => {
    Post.where((t) => t.status.eq("draft").or(t.status.in(["draft", "live"])));
    Sample.where((t) => t.literal.eq("only").and(t.named.ne("y")));
    // @ts-expect-error -- "gone" is not a status
    Post.where((t) => t.status.eq("gone"));
    // @ts-expect-error -- "gone" is not a status
    Post.where((t) => t.status.in(["gone"]));
    // @ts-expect-error -- "z" is not in the named enum
    Sample.where((t) => t.named.eq("z"));
    // @ts-expect-error -- "other" is not the literal
    Sample.where((t) => t.literal.eq("other"));
  });

  test("takes another column of the same type", () => {
    Sample.where((t) =>
      t.text.eq(t.nullable).and(t.int.lt(t.float), t.int.gt(t.defaulted.plus(1))),
    );
    Post.where((t) => t.title.eq(t.author.name));
    // @ts-expect-error -- a number is not text
    Sample.where((t) => t.text.eq(t.int));
  });

  test("matches text", () => {
    Post.where((t) => t.title.like("a%").and(t.title.notLike("b%"), t.title.ilike("C%")));
    Post.where((t) => t.title.startsWith("a").or(t.title.endsWith("b"), t.title.contains("c")));
    // @ts-expect-error -- numbers are not matched as text
    Post.where((t) => t.views.contains("1"));
  });

  test("says why a column cannot be compared by size", () => {
    expectTypeOf(Sample.columns.bool.gt).toEqualTypeOf<
      FerroTypeError<"gt() needs a column of text, numbers or dates">
    >();
    expectTypeOf(Sample.columns.meta.lte).toEqualTypeOf<
      FerroTypeError<"lte() needs a column of text, numbers or dates">
    >();
    expectTypeOf(Sample.columns.blob.between).toEqualTypeOf<
      FerroTypeError<"between() needs a column of text, numbers or dates">
    >();
    // @ts-expect-error -- booleans have no size
    Sample.where((t) => t.bool.gt(false));
    // @ts-expect-error -- JSON has no order
    Sample.orderBy((t) => t.meta);
  });

  test("exists for every kind of value", () => {
    Sample.where((t) =>
      t.meta.isNull().or(t.address.isNotNull(), t.blob.isNull(), t.cost.isNull()),
    );
    Sample.where((t) => t.labels.isNotNull().and(t.anything.isNotNull()));
  });
});

describe("predicates", () => {
  test("combine", () => {
    expectTypeOf(Post.columns.id.eq(1).and(Post.columns.id.eq(2))).toEqualTypeOf<Predicate>();
    expectTypeOf(Post.columns.id.eq(1).or(Post.columns.id.eq(2)).not()).toEqualTypeOf<Predicate>();
    // @ts-expect-error -- a boolean is not a predicate
    Post.where((t) => t.id.eq(1).and(true));
  });

  test("follow foreign keys and one-to-one links", () => {
    Post.where((t) => t.author.email.eq("x").and(t.reviewer.name.eq("y")));
    Post.where((t) => t.author.profile.bio.eq(null));
    Employee.where((t) => t.manager.manager.name.eq("boss"));
    // @ts-expect-error -- there is no such column on the author
    Post.where((t) => t.author.title.eq("a"));
  });

  test("ask about rows on the far side of to-many links", () => {
    Author.where((t) => t.posts.some());
    Author.where((t) =>
      t.posts.some((p) => p.views.gt(10).and(p.tags.none((g) => g.name.eq("x")))),
    );
    Author.where((t) => t.posts.every((p) => p.published.eq(true)).and(t.reviews.none()));
    Employee.where((t) => t.friends.some((f) => f.friendOf.some((g) => g.name.eq("a"))));
    // @ts-expect-error -- to-many columns are reached through some, none or every
    Author.where((t) => t.posts.title.eq("a"));
    // @ts-expect-error -- every row of what?
    Author.where((t) => t.posts.every());
    // @ts-expect-error -- a boolean is not a predicate
    Author.where((t) => t.posts.some((p) => p.views === 1));
  });
});

describe("orderBy", () => {
  test("takes a column, a direction and the place of NULLs", () => {
    Post.orderBy((t) => t.title);
    Post.orderBy((t) => t.author.name.desc({ nulls: "last" }));
    Post.orderBy((t) => t.reviewerId, "asc", { nulls: "first" }).orderBy(
      (t) => t.published,
      "desc",
    );
    // @ts-expect-error -- there is no such direction
    Post.orderBy((t) => t.title, "down");
    // @ts-expect-error -- there is no such place
    Post.orderBy((t) => t.title, "asc", { nulls: "middle" });
    // @ts-expect-error -- a predicate is not an order
    Post.orderBy((t) => t.title.eq("a"));
    Post.orderBy("title").orderBy("authorId", "desc", { nulls: "last" });
    // @ts-expect-error -- there is no such column
    Post.orderBy("subtitle");
    // @ts-expect-error -- a relation is not a column
    Post.where((t) => t.id.eq(1)).orderBy("author");
  });
});

describe("terminals", () => {
  test("answer instances, counts and SQL", () => {
    const query = Post.where((t) => t.id.gt(1))
      .orderBy((t) => t.id)
      .limit(10)
      .offset(5);
    expectTypeOf(query.all()).toEqualTypeOf<Promise<Post[]>>();
    expectTypeOf(query.first()).toEqualTypeOf<Promise<Post | null>>();
    expectTypeOf(query.one()).toEqualTypeOf<Promise<Post>>();
    expectTypeOf(query.get(1)).toEqualTypeOf<Promise<Post>>();
    expectTypeOf(query.getOrNone(1)).toEqualTypeOf<Promise<Post | null>>();
    expectTypeOf(query.count()).toEqualTypeOf<Promise<number>>();
    expectTypeOf(query.exists()).toEqualTypeOf<Promise<boolean>>();
    expectTypeOf(query.delete()).toEqualTypeOf<Promise<number>>();
    expectTypeOf(query.using("replica").allRows().toSQL()).toEqualTypeOf<CompiledQuery>();
  });

  test("start at the model too", () => {
    expectTypeOf(Post.all()).toEqualTypeOf<Promise<Post[]>>();
    expectTypeOf(Post.first()).toEqualTypeOf<Promise<Post | null>>();
    expectTypeOf(Post.one()).toEqualTypeOf<Promise<Post>>();
    expectTypeOf(Post.count()).toEqualTypeOf<Promise<number>>();
    expectTypeOf(Post.exists()).toEqualTypeOf<Promise<boolean>>();
    expectTypeOf(Post.limit(1).offset(2)).toEqualTypeOf<Query<typeof Post>>();
    expectTypeOf(Post.using("replica")).toEqualTypeOf<typeof Post>();
  });

  test("that write stand on a query only", () => {
    Post.allRows().delete();
    // @ts-expect-error -- a whole table is not deleted by accident
    Post.delete();
    // @ts-expect-error -- a whole table is not changed by accident
    Post.update({ views: 0 });
  });
});

describe("update", () => {
  const query = Post.where((t) => t.id.eq(1));

  test("takes values, or expressions over the row", () => {
    expectTypeOf(query.update({ title: "u", authorId: 2, reviewerId: null })).toEqualTypeOf<
      Promise<number>
    >();
    query.update((t) => ({ views: t.views.plus(1).times(2).minus(t.id), title: "u" }));
    query.update({ views: Post.columns.views.plus(1) });
    Sample.allRows().update({ nullable: null, price: "2.50", when: "2026-01-01" });
    Sample.allRows().update((t) => ({ nullable: t.text, big: t.big.plus(1n) }));
    Sample.allRows().update({ optional: null, nullish: null });
  });

  test("refuses values that the column does not hold", () => {
    // @ts-expect-error -- a number is not a title
    query.update({ title: 1 });
    // @ts-expect-error -- the column is not nullable
    query.update({ title: null });
    // @ts-expect-error -- undefined is not a value
    query.update({ title: undefined });
    // @ts-expect-error -- there is no such column
    query.update({ subtitle: "a" });
    // @ts-expect-error -- "gone" is not a status
    query.update({ status: "gone" });
    // @ts-expect-error -- text is not a number
    query.update((t) => ({ views: t.title }));
    // @ts-expect-error -- the expression may be NULL, the column not
    Sample.allRows().update((t) => ({ text: t.nullable }));
    // @ts-expect-error -- links are changed through the relation
    query.update({ tags: [] });
    // @ts-expect-error -- the database computes area
    Sample.allRows().update({ area: 1 });
    // @ts-expect-error -- a number is not added to text
    query.update((t) => ({ title: t.title.plus(1) }));
  });
});

describe("get", () => {
  test("takes the key", () => {
    expectTypeOf(Post.get(1)).toEqualTypeOf<Promise<Post>>();
    expectTypeOf(Employee.getOrNone("u")).toEqualTypeOf<Promise<Employee | null>>();
    expectTypeOf(Sample.get(1n)).toEqualTypeOf<Promise<Sample>>();
    // @ts-expect-error -- the key is a number
    Post.get("1");
    // @ts-expect-error -- nothing is not a key
    Post.get(undefined);
    // @ts-expect-error -- null is not a key
    Post.get(null);
  });

  test("takes every part of a composite key", () => {
    expectTypeOf(Membership.get({ orgId: 1, memberId: 2 })).toEqualTypeOf<Promise<Membership>>();
    // @ts-expect-error -- memberId is missing
    Membership.get({ orgId: 1 });
    // @ts-expect-error -- the key has no role
    Membership.get({ orgId: 1, memberId: 2, role: "r" });
    // @ts-expect-error -- the key is not one number
    Membership.get(1);
  });
});
