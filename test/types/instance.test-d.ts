import { describe, expectTypeOf, test } from "vitest";
import type { Decimal } from "../../src/index.ts";
import {
  type Author,
  type Employee,
  type Membership,
  type Money,
  Post,
  type Sample,
} from "./support/models.ts";

declare const author: Author;
declare const post: Post;
declare const employee: Employee;
declare const membership: Membership;
declare const sample: Sample;

describe("columns of an instance", () => {
  test("have the output type of their schema", () => {
    expectTypeOf(sample.id).toEqualTypeOf<bigint>();
    expectTypeOf(sample.text).toEqualTypeOf<string>();
    expectTypeOf(sample.defaulted).toEqualTypeOf<number>();
    expectTypeOf(sample.int).toEqualTypeOf<number>();
    expectTypeOf(sample.float).toEqualTypeOf<number>();
    expectTypeOf(sample.bool).toEqualTypeOf<boolean>();
    expectTypeOf(sample.big).toEqualTypeOf<bigint>();
    expectTypeOf(sample.price).toEqualTypeOf<Decimal>();
    expectTypeOf(sample.discount).toEqualTypeOf<Decimal | null>();
    expectTypeOf(sample.blob).toEqualTypeOf<Uint8Array>();
    expectTypeOf(sample.uuid).toEqualTypeOf<string>();
    expectTypeOf(sample.instant).toEqualTypeOf<Date>();
    expectTypeOf(sample.day).toEqualTypeOf<string>();
    expectTypeOf(sample.time).toEqualTypeOf<string>();
    expectTypeOf(sample.iso).toEqualTypeOf<string>();
    expectTypeOf(sample.choice).toEqualTypeOf<"a" | "b">();
    expectTypeOf(sample.literal).toEqualTypeOf<"only">();
    expectTypeOf(sample.named).toEqualTypeOf<"x" | "y">();
    expectTypeOf(sample.labels).toEqualTypeOf<string[]>();
    expectTypeOf(sample.meta).toEqualTypeOf<{ city: string; zip: string }>();
    expectTypeOf(sample.address).toEqualTypeOf<{ city: string } | null>();
    expectTypeOf(sample.anything).toEqualTypeOf<unknown>();
    expectTypeOf(sample.serverTime).toEqualTypeOf<Date>();
    expectTypeOf(sample.area).toEqualTypeOf<number>();
    expectTypeOf(sample.short).toEqualTypeOf<string>();
  });

  test("read NULL as their schema says", () => {
    expectTypeOf(sample.nullable).toEqualTypeOf<string | null>();
    expectTypeOf(sample.optional).toEqualTypeOf<string | undefined>();
    expectTypeOf(sample.nullish).toEqualTypeOf<string | null | undefined>();
    expectTypeOf(sample.maybe).toEqualTypeOf<string | null>();
  });

  test("behind a codec have the program's type", () => {
    expectTypeOf(sample.when).toEqualTypeOf<Date>();
    expectTypeOf(sample.whenever).toEqualTypeOf<Date | null>();
    expectTypeOf(sample.cost).toEqualTypeOf<Money>();
  });

  test("can be spread into several shapes", () => {
    expectTypeOf(author.createdAt).toEqualTypeOf<Date>();
    expectTypeOf(author.updatedAt).toEqualTypeOf<Date | null>();
  });

  test("can be assigned, with values of their type", () => {
    post.title = "new";
    post.authorId = 7;
    // @ts-expect-error -- a number is not a title
    post.title = 7;
    // @ts-expect-error -- the column is not nullable
    post.title = null;
    // @ts-expect-error -- relations are changed through their id or their methods
    post.author = author;
  });
});

describe("shadows of foreign keys", () => {
  test("have the type of the target's key", () => {
    expectTypeOf(post.authorId).toEqualTypeOf<number>();
    expectTypeOf(post.reviewerId).toEqualTypeOf<number | null>();
    expectTypeOf(membership.memberId).toEqualTypeOf<number>();
  });

  test("are nullable when deleting the target sets them to NULL", () => {
    expectTypeOf(employee.managerId).toEqualTypeOf<string | null>();
  });
});

describe("an instance", () => {
  test("has the getters and methods of its class", () => {
    expectTypeOf(author.shout).toEqualTypeOf<string>();
    expectTypeOf(post.isLong()).toEqualTypeOf<boolean>();
  });

  test("saves, refreshes and deletes itself", () => {
    expectTypeOf(post.save()).toEqualTypeOf<Promise<Post>>();
    expectTypeOf(post.save({ using: "service" })).toEqualTypeOf<Promise<Post>>();
    expectTypeOf(post.refresh()).toEqualTypeOf<Promise<Post>>();
    expectTypeOf(post.delete()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(post.toJSON()).toEqualTypeOf<Record<string, unknown>>();
  });

  test("is not an instance of another model", () => {
    // @ts-expect-error -- an employee is not an author
    employee satisfies Author;
  });

  test("has no property that the shape lacks", () => {
    // @ts-expect-error -- there is no such column
    post.subtitle;
  });
});

describe("a subclass", () => {
  test("is what its own queries answer", () => {
    class Draft extends Post {
      preview(): string {
        return this.title;
      }
    }
    expectTypeOf(Draft.first()).toEqualTypeOf<Promise<Draft | null>>();
    expectTypeOf(Draft.where((t) => t.published.eq(false)).all()).toEqualTypeOf<Promise<Draft[]>>();
  });

  test("adds static methods that keep its type", () => {
    class Live extends Post {
      static newest(count: number): Promise<Live[]> {
        return Live.where((t) => t.status.eq("live"))
          .orderBy((t) => t.id, "desc")
          .limit(count)
          .all();
      }
    }
    expectTypeOf(Live.using("replica").newest(3)).toEqualTypeOf<Promise<Live[]>>();
  });
});
