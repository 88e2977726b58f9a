/** DESIGN 2.1, models and fields, as its text would be followed. */
import {
  backRef,
  bytes,
  CheckViolationError,
  decimal,
  engines,
  execute,
  fetchOne,
  field,
  foreignKey,
  id,
  json,
  Model,
  SchemaError,
  sql,
  UniqueViolationError,
  uuidId,
  ValidationError,
} from "ferro-orm";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, fillBlog, Post, useBlog } from "./blog.ts";

const timestamps = { createdAt: z.date().default(() => new Date()) };

/** Methods shared by an ordinary mixin. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks it of the constructor of a mixin
function Greets<Base extends new (...input: any[]) => { name: string }>(base: Base) {
  return class extends base {
    greet(): string {
      return `hello, ${this.name}`;
    }
  };
}

class Org extends Model("Org", { id: id(), name: z.string() }, { table: "organisations" }) {}

class Membership extends Model(
  "Membership",
  {
    id: uuidId(),
    userId: z.int(),
    orgId: z.int(),
    role: z.string(),
    seats: z.int().default(1),
    ...timestamps,
  },
  {
    uniques: [["userId", "orgId"]],
    indexes: [["role", "created_at"]],
    checks: [{ name: "seats_positive", sql: "seats > 0" }],
    comment: "who belongs where",
  },
) {}

class Seat extends Model(
  "Seat",
  { row: z.string(), number: z.int(), taken: z.boolean().default(false) },
  { primaryKey: ["row", "number"] },
) {}

class Person extends Greets(
  Model("Person", { id: id(), name: z.string() }, { naming: "preserve", table: "PersonTable" }),
) {}

class Everything extends Model("Everything", {
  key: field(z.int(), { primaryKey: true }),
  unique: field(z.string(), { unique: true }),
  indexed: field(z.string(), { index: true }),
  forced: field(z.string(), { nullable: true }),
  inferred: field(z.string().nullable(), { nullable: "infer" }),
  text: field(z.string(), { dbType: "text" }),
  short: field(z.string(), { dbType: "varchar(3)" }),
  small: field(z.int(), { dbType: "smallint" }),
  int: field(z.int(), { dbType: "int" }),
  big: field(z.int(), { dbType: "bigint" }),
  uuid: field(z.uuid(), { dbType: "uuid" }),
  naive: field(z.date(), { dbType: "timestamp" }),
  moment: field(z.date(), { dbType: "timestamptz" }),
  day: field(z.iso.date(), { dbType: "date" }),
  time: field(z.iso.time(), { dbType: "time" }),
  mood: field(z.enum(["good", "bad"]), { dbType: "text", dbCheck: true }),
  fromDatabase: field(z.int(), { dbDefault: 7 }),
  renamed: field(z.string(), { column: "other_name", renamedFrom: "older_name" }),
  doubled: field(z.int(), { generatedAs: "small * 2", comment: "computed" }),
  price: decimal(10, 2),
  data: bytes(),
  anything: json(z.unknown()),
  maybe: z.string().optional(),
  empty: z.string().nullable(),
  both: z.string().nullish(),
  withDefault: z.string().default("x"),
  url: z.codec(z.string(), z.instanceof(URL), {
    decode: (text) => new URL(text),
    encode: (url) => url.href,
  }),
}) {}

const everything = {
  key: 1,
  unique: "u",
  indexed: "i",
  forced: "f",
  inferred: null,
  text: "t",
  short: "abc",
  small: 4,
  int: 5,
  big: 5_000_000_000,
  uuid: "0b0a8f7c-8f86-4e3f-9a3e-2f1d2a3b4c5d",
  naive: new Date("2026-01-02T03:04:05.678Z"),
  moment: new Date("2026-01-02T03:04:05.678Z"),
  day: "2026-01-02",
  time: "03:04:05",
  mood: "good" as const,
  renamed: "r",
  price: "12.50",
  data: new Uint8Array([1, 2]),
  anything: { a: [1] },
  empty: null,
  url: new URL("https://example.com/"),
};

class Parent extends Model("Parent", {
  id: uuidId(),
  get children() {
    return backRef(Child);
  },
}) {}

class Child extends Model("Child", {
  id: id(),
  get parent() {
    return foreignKey(Parent, { relatedName: "children" });
  },
}) {}

describeEachDatabase("contract 2.1", (db) => {
  const { spy } = useBlog(db, [Child, Parent, Everything, Person, Seat, Membership, Org]);

  test("table, uniques, checks and a composite key of the options", async () => {
    await Org.create({ name: "Ferro" });
    expect(await fetchOne("select name from organisations")).toEqual({ name: "Ferro" });

    await Membership.create({ userId: 1, orgId: 1, role: "admin" });
    await Membership.create({ userId: 1, orgId: 2, role: "admin" });
    const twice = await Membership.create({ userId: 1, orgId: 2, role: "x" }).catch((e) => e);
    expect(twice).toBeInstanceOf(UniqueViolationError);
    expect(twice).toMatchObject({ model: "Membership", columns: ["userId", "orgId"] });
    await expect(Membership.create({ userId: 2, orgId: 2, role: "x", seats: 0 })).rejects.toThrow(
      CheckViolationError,
    );

    await Seat.create({ row: "A", number: 7 });
    expect(await Seat.get({ row: "A", number: 7 })).toMatchObject({ taken: false });
  });

  test("naming, and methods of a mixin", async () => {
    const ann = await Person.create({ name: "Ann" });
    const read = await Person.get(ann.id);

    expect(read.greet()).toBe("hello, Ann");
    expect(read).toBeInstanceOf(Person);
    expect(Person.where({ name: "Ann" }).toSQL().sql).toContain('"PersonTable"');
  });

  test("every option of a field, every dbType and every helper", async () => {
    const made = await Everything.create(everything);
    const read = await Everything.get(1);

    for (const row of [made, read]) {
      expect({ ...row, price: String(row.price), url: row.url.href, data: [...row.data] }).toEqual({
        ...everything,
        maybe: undefined,
        both: null,
        withDefault: "x",
        fromDatabase: 7,
        doubled: 8,
        price: "12.5",
        url: "https://example.com/",
        data: [1, 2],
      });
    }
    expect(await fetchOne("select other_name as n from everything")).toEqual({ n: "r" });
  });

  test("nullability follows the schema, and a literal default is the database's too", async () => {
    await execute(
      sql`insert into tag (name) values (${"raw"})`, // no column of it has a default
    );
    await execute(sql`insert into author (name, email) values (${"A"}, ${"a@example.com"})`);
    const author = await Author.one();
    await execute(sql`
      insert into post (title, author_id, created_at) values (${"raw"}, ${author.id}, ${new Date(0)})
    `);

    const post = await Post.one();

    expect(post).toMatchObject({ published: false, views: 0, rating: null });
    expect(post.note).toBeUndefined();
    expect("note" in post).toBe(true);
  });

  test("createdAt is created_at, author is authorId and author_id, typed like the target's key", async () => {
    const parent = await Parent.create({});
    const child = await Child.create({ parent });

    const key: string = child.parentId;
    expect(key).toBe(parent.id);
    expect(await fetchOne("select parent_id from child")).toEqual({ parent_id: parent.id });
    expect(await fetchOne("select count(created_at) as n from membership")).toEqual({ n: 0 });
  });

  test("new and create throw ValidationError with Zod's issues, before any SQL", async () => {
    const statements = spy();

    // @ts-expect-error: title is missing, authorId is no string
    const wrong = () => new Post({ authorId: "x" });
    expect(wrong).toThrow(ValidationError);
    const error = await Post.create({ title: "", authorId: 1 }).catch((e) => e);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.issues).toMatchObject([{ path: ["title"], code: "too_small" }]);
    expect(error.code).toBe("VALIDATION");
    // @ts-expect-error: there is no such key
    await expect(Post.create({ title: "x", authorId: 1, nope: 1 })).rejects.toThrow(/nope/u);
    expect(statements).toEqual([]);
  });

  test("rows are trusted: no Zod on the way out", async () => {
    const { ann } = await fillBlog();
    await execute(sql`update post set title = ${""} where author_id = ${ann.id}`);

    await engines.session(async () => {
      const read = await Post.where({ authorId: ann.id }).all();
      expect(read.map((post) => post.title)).toEqual(["", ""]);
    });
  });

  test("instances are plain: own columns, getters and methods of the class, toJSON", async () => {
    await fillBlog();
    const [post] = await Post.include({ author: true, tags: true }).orderBy("id").limit(1).all();
    if (post === undefined) throw new Error("no post");

    expect(Object.keys(post).slice(0, 3)).toEqual(["id", "title", "published"]);
    expect(post.slug).toBe("alpha");
    expect(Object.hasOwn(post, "slug")).toBe(false);
    const seen = JSON.parse(JSON.stringify(post));
    expect(seen).toMatchObject({
      title: "Alpha",
      author: { name: "Ann" },
      tags: [{ name: "red" }, { name: "blue" }],
    });
    expect(seen).not.toHaveProperty("comments");
  });

  test("schema, columns and ~standard", async () => {
    await fillBlog();

    expect(Post.schema.parse({ title: "t", authorId: 1 })).toMatchObject({ views: 0, authorId: 1 });
    expect(Post.schema.shape.title.safeParse("").success).toBe(false);
    expect(await Post.where(Post.columns.views.gt(15)).count()).toBe(2);
    expect(await Post["~standard"].validate({ title: "", authorId: 1 })).toHaveProperty("issues");
    expect(Post["~standard"].version).toBe(1);
  });

  test("a Date compares by its millisecond where the column has more digits, and a save leaves them", async () => {
    const { posts } = await fillBlog();
    const moment = "2026-03-04 05:06:07.123456";
    await execute(
      db.backend === "postgres"
        ? "alter table post alter column created_at type timestamptz(6)"
        : "select 1",
    );
    await execute(
      db.backend === "postgres"
        ? sql`update post set created_at = ${`${moment}+00`}::timestamptz where id = ${posts[0].id}`
        : sql`update post set created_at = ${"2026-03-04T05:06:07.123456Z"} where id = ${posts[0].id}`,
    );

    const found = await Post.where((t) =>
      t.createdAt.eq(new Date("2026-03-04T05:06:07.123Z")),
    ).one();
    found.title = "Alpha 2";
    await found.save();

    const kept = await fetchOne(sql`select created_at as at from post where id = ${found.id}`);
    expect(String(kept?.["at"])).toContain("07.123456");
  });
});

describe("contract 2.1, wrong definitions", () => {
  const shape = { id: id(), a: z.string(), b: z.string() };
  const loose = (options: unknown) => options as { uniques: [["a", "b"]] };

  test.each([
    ["one column", { uniques: [["a"]] }],
    ["an unknown column", { indexes: [["a", "nope"]] }],
    ["a column twice", { uniques: [["a", "a"]] }],
  ])("a group of %s is refused where it is defined", (_, options) => {
    expect(() => Model("Wrong", shape, loose(options))).toThrow(SchemaError);
  });

  test("a dbType that doesn't suit, and a dbCheck without a closed list or a dbType", () => {
    expect(() => Model("W", { id: id(), a: field(z.int(), { dbType: "text" }) })).toThrow(
      SchemaError,
    );
    expect(() => Model("W", { id: id(), a: field(z.string(), { dbCheck: true }) })).toThrow(
      SchemaError,
    );
    expect(() => Model("W", { id: id(), a: field(z.enum(["a", "b"]), { dbCheck: true }) })).toThrow(
      SchemaError,
    );
  });
});
