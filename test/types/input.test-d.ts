import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { Decimal, engines, field, id, Model } from "../../src/index.ts";
import {
  type Author,
  Employee,
  Membership,
  Money,
  Post,
  Profile,
  Sample,
  Tag,
} from "./support/models.ts";

declare const author: Author;
declare const tag: Tag;

/** Everything that `Sample` must be given. */
const required = {
  text: "t",
  int: 1,
  float: 1.5,
  bool: true,
  big: 1n,
  price: "1.50",
  blob: new Uint8Array(),
  uuid: crypto.randomUUID(),
  instant: new Date(),
  day: "2026-01-01",
  time: "10:00:00",
  iso: "2026-01-01T10:00:00Z",
  choice: "a",
  literal: "only",
  named: "x",
  meta: { city: "Oslo" },
  when: new Date(),
  cost: 5,
  short: "s",
} as const;

const sample = { ...required, labels: ["l"] };

describe("input", () => {
  test("makes an instance, saved or not", () => {
    expectTypeOf(new Tag({ name: "t" })).toEqualTypeOf<Tag>();
    expectTypeOf(Tag.create({ name: "t" })).toEqualTypeOf<Promise<Tag>>();
  });

  test("may leave out keys that are made, defaults, and columns that take NULL", () => {
    Sample.create(sample);
    Employee.create({ name: "e" });
    Employee.create({ id: crypto.randomUUID(), name: "e", manager: null });
  });

  test("must have every other column", () => {
    // @ts-expect-error -- name is missing
    Tag.create({});
    // @ts-expect-error -- undefined is no name
    Tag.create({ name: undefined });
    // @ts-expect-error -- title is missing
    Post.create({ author });
  });

  test("takes values of the column's type", () => {
    // @ts-expect-error -- a number is not a name
    Tag.create({ name: 1 });
    // @ts-expect-error -- the column does not take null
    Tag.create({ name: null });
    // @ts-expect-error -- "gone" is not one of its values
    Post.create({ title: "t", author, status: "gone" });
    // @ts-expect-error -- "other" is not the literal
    Sample.create({ ...sample, literal: "other" });
    // @ts-expect-error -- "z" is not a value of the named enum
    Sample.create({ ...sample, named: "z" });
    // @ts-expect-error -- the JSON has no such form
    Sample.create({ ...sample, meta: { town: "Oslo" } });
  });

  test("refuses properties that the model lacks", () => {
    // @ts-expect-error -- there is no such column
    Tag.create({ name: "t", colour: "red" });
    // @ts-expect-error -- there is no such column
    new Tag({ name: "t", colour: "red" });
  });

  test("of a decimal is a Decimal, text, a number or a bigint", () => {
    Sample.create({ ...sample, price: new Decimal("1.5") });
    Sample.create({ ...sample, price: "1.5" });
    Sample.create({ ...sample, price: 1.5 });
    Sample.create({ ...sample, price: 1n, discount: null });
    // @ts-expect-error -- a boolean is not a decimal
    Sample.create({ ...sample, price: true });
  });

  test("of a codec is either of its sides, under nullable too", () => {
    Sample.create({ ...sample, when: "2026-01-01T10:00:00Z", whenever: new Date() });
    Sample.create({ ...sample, when: new Date(), whenever: "2026-01-01T10:00:00Z" });
    Sample.create({ ...sample, cost: new Money(5), whenever: null });
    // @ts-expect-error -- neither a Money nor its cents
    Sample.create({ ...sample, cost: "5" });
  });

  test("of an object or a list with codecs inside is either side of them", () => {
    const when = z.codec(z.string(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    });
    class Event extends Model("Event", {
      id: id(),
      span: z.object({ from: when, breaks: z.array(z.object({ at: when.nullable() })) }),
      plain: z.object({ name: z.string().default("x") }),
    }) {}

    Event.create({ span: { from: new Date(), breaks: [{ at: new Date() }] }, plain: {} });
    Event.create({ span: { from: "2026-01-01", breaks: [{ at: null }] }, plain: { name: "n" } });
    // @ts-expect-error -- neither side of the codec
    Event.create({ span: { from: 1, breaks: [] }, plain: {} });
  });

  test("takes a session or a connection's name beside it", () => {
    const session = engines.session();

    Tag.create({ name: "t" }, { session });
    tag.save({ session });
    tag.delete({ using: "replica" });
    // @ts-expect-error -- an id is not a session
    tag.refresh({ session: session.sessionId });
  });

  test("may give a column that the database fills, and must not give one it computes", () => {
    Sample.create({ ...sample, serverTime: new Date() });
    // @ts-expect-error -- the database computes area
    Sample.create({ ...sample, area: 3 });
  });

  test("may leave out integer keys, and needs text keys that have no default", () => {
    class Numbered extends Model("Numbered", { key: field(z.int(), { primaryKey: true }) }) {}
    class Coded extends Model("Coded", {
      code: field(z.string(), { primaryKey: true }),
      name: z.string(),
    }) {}
    class Manual extends Model("Manual", {
      key: field(z.int(), { primaryKey: true, autoincrement: false }),
    }) {}

    new Numbered({});
    new Coded({ code: "c", name: "n" });
    // @ts-expect-error -- a text key is not made by the database
    new Coded({ name: "n" });
    // @ts-expect-error -- this key is given by hand
    new Manual({});
  });

  test("of many rows is a list of the same", () => {
    expectTypeOf(Tag.bulkCreate([{ name: "a" }, { name: "b" }])).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error -- name is missing in the second row
    Tag.bulkCreate([{ name: "a" }, {}]);
  });
});

describe("a required foreign key in input", () => {
  test("is an instance or an id", () => {
    Post.create({ title: "t", author });
    Post.create({ title: "t", authorId: 1 });
    new Profile({ user: author });
    Membership.create({ orgId: 1, role: "r", memberId: 2 });
  });

  test("is not left out", () => {
    // @ts-expect-error -- author or authorId is missing
    Post.create({ title: "t" });
    // @ts-expect-error -- user or userId is missing
    new Profile({ bio: null });
  });

  test("is not given twice", () => {
    // @ts-expect-error -- author and authorId say the same thing
    Post.create({ title: "t", author, authorId: 1 });
  });

  test("is of the target's model, or its key", () => {
    // @ts-expect-error -- a tag is not an author
    Post.create({ title: "t", author: tag });
    // @ts-expect-error -- the key is a number
    Post.create({ title: "t", authorId: "1" });
    // @ts-expect-error -- the key is not null
    Post.create({ title: "t", authorId: null });
  });
});

describe("an optional foreign key in input", () => {
  test("is an instance, an id, null or nothing", () => {
    Post.create({ title: "t", author, reviewer: author });
    Post.create({ title: "t", author, reviewer: null });
    Post.create({ title: "t", author, reviewerId: 1 });
    Post.create({ title: "t", author, reviewerId: null });
  });

  test("is of the target's model", () => {
    // @ts-expect-error -- a tag is not an author
    Post.create({ title: "t", author, reviewer: tag });
  });
});

describe("links to many in input", () => {
  test("are made by create alone", () => {
    Post.create({ title: "t", author, tags: [tag] });
    // @ts-expect-error -- tags are added to the saved post
    new Post({ title: "t", author, tags: [tag] });
    // @ts-expect-error -- nor are many rows made with rows around them
    Post.bulkCreate([{ title: "t", author, tags: [tag] }]);
  });
});

describe("schema", () => {
  test("takes what create takes, links as ids", () => {
    type Given = z.input<typeof Post.schema>;
    expectTypeOf<Given["title"]>().toEqualTypeOf<string>();
    expectTypeOf<Given["authorId"]>().toEqualTypeOf<number>();
    expectTypeOf<Given["views"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Given["reviewerId"]>().toEqualTypeOf<number | null | undefined>();
    expectTypeOf<Given>().not.toHaveProperty("author");
    expectTypeOf<Given>().not.toHaveProperty("tags");
  });

  test("leaves out what the database computes", () => {
    type Given = z.input<typeof Sample.schema>;
    expectTypeOf<Given>().not.toHaveProperty("area");
    expectTypeOf<Given["serverTime"]>().toEqualTypeOf<Date | undefined>();
    expectTypeOf<Given["price"]>().toEqualTypeOf<Decimal | string | number | bigint>();
  });

  test("parses to what create takes", () => {
    Post.create(Post.schema.parse({ title: "t", authorId: 1 }));
    Sample.create(Sample.schema.parse(sample));
    expectTypeOf(Post.schema.parse({}).views).toEqualTypeOf<number>();
    expectTypeOf(Post.schema.parse({}).authorId).toEqualTypeOf<number>();
  });

  test("makes smaller forms", () => {
    const form = Post.schema.pick({ title: true, status: true });
    expectTypeOf<z.output<typeof form>>().toEqualTypeOf<{
      title: string;
      status: "draft" | "live";
    }>();
  });

  test("makes the model a Standard Schema", () => {
    expectTypeOf(Post["~standard"].vendor).toEqualTypeOf<string>();
    expectTypeOf(Post["~standard"].validate).toBeFunction();
    type Types = NonNullable<(typeof Post)["~standard"]["types"]>;
    expectTypeOf<Types["input"]["title"]>().toEqualTypeOf<string>();
    expectTypeOf<Types["output"]["views"]>().toEqualTypeOf<number>();
  });
});

describe("a shape", () => {
  test("says so where a value is no field", () => {
    class Odd extends Model("Odd", { id: id(), size: 5 }) {}
    // @ts-expect-error -- 5 is not a field, so size holds an error and no number
    new Odd({}).size.toFixed();
  });
});
