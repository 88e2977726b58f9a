/**
 * What every query tool must have: the must-list of PEERS.md section 2, one example for each item.
 * 17 and 18 are in migrate-run.test.ts and pull.test.ts, 19 in pains.test.ts and skip.test.ts, 20 and 21 in test/unit.
 */
import {
  array,
  backRef,
  bigintId,
  bytes,
  CheckViolationError,
  type Condition,
  connect,
  Decimal,
  decimal,
  execute,
  ForeignKeyViolationError,
  fetchAll,
  field,
  foreignKey,
  id,
  Model,
  NotNullViolationError,
  namedEnum,
  sql,
  TransactionClosedError,
  timestamps,
  transaction,
  UniqueViolationError,
  uuidId,
} from "ferro-orm";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../support/databases.ts";
import { Author, Comment, fillBlog, Post, Tag, useBlog } from "./contract/blog.ts";

/** Each kind of value there is. */
class Sample extends Model("MustSample", {
  id: bigintId(),
  uuid: z.uuid(),
  exact: decimal(38, 18),
  big: z.bigint(),
  day: z.iso.date(),
  instant: z.date(),
  shape: z.object({ a: z.int() }),
  data: bytes(),
  mood: z.enum(["good", "bad"]),
  state: namedEnum("must_state", ["on", "off"]),
  labels: array(z.string()),
  url: z.codec(z.string(), z.instanceof(URL), {
    decode: (text) => new URL(text),
    encode: (url) => url.href,
  }),
}) {}

class Line extends Model(
  "MustLine",
  {
    orderId: uuidId(),
    place: z.int(),
    sku: z.string(),
    amount: z.int().default(1),
  },
  {
    primaryKey: ["orderId", "place"],
    uniques: [["orderId", "sku"]],
    checks: [{ name: "some", sql: "amount > 0" }],
  },
) {}

/** Soft delete, timestamps and a scope of its own. */
class Note extends Model(
  "MustNote",
  {
    id: id(),
    text: z.string(),
    deletedAt: z.date().nullable().default(null),
    ...timestamps(),
    get folder() {
      return foreignKey(Folder, { relatedName: "notes", nullable: true });
    },
  },
  { scope: () => Note.columns.deletedAt.isNull() },
) {
  async hide(): Promise<void> {
    this.deletedAt = new Date();
    await this.save();
  }
}

class Folder extends Model("MustFolder", {
  id: id(),
  name: field(z.string(), { unique: true }),
  get notes() {
    return backRef(Note);
  },
}) {}

describeEachDatabase("the must-list", (db) => {
  const { spy } = useBlog(db, [Sample, Line, { allRows: () => Note.unscoped().allRows() }, Folder]);

  test("1. eager loading with nested filter, order and a limit for each parent, and no N+1", async () => {
    await fillBlog();
    const statements = spy();

    const authors = await Author.include({
      posts: (q) =>
        q
          .where((p) => p.views.gte(10))
          .orderBy((p) => p.views, "desc")
          .limit(1)
          .include({ comments: (c) => c.where((t) => t.approved.eq(true)).orderBy("id") }),
    })
      .orderBy("id")
      .all();

    expect(
      authors.map(({ posts }) => posts.map(({ title, comments }) => [title, comments.length])),
    ).toEqual([[["Beta", 1]], [["Gamma", 0]]]);
    expect(statements).toHaveLength(3);
  });

  test("2. filters through a relation: a path to one row; some, none and every of many", async () => {
    await fillBlog();

    expect(await Post.where((t) => t.author.name.eq("Ann")).count()).toBe(2);
    expect(await Author.where((t) => t.posts.some((p) => p.views.gt(25))).count()).toBe(1);
    expect(await Author.where((t) => t.posts.none((p) => p.views.gt(25))).count()).toBe(1);
    expect(await Author.where((t) => t.posts.every((p) => p.views.gte(10))).count()).toBe(2);
  });

  test("3. partial select with a narrowed type", async () => {
    await fillBlog();

    const rows = await Post.select("id", "title").orderBy("id").all();

    expectTypeOf(rows).toEqualTypeOf<{ id: number; title: string }[]>();
    expect(rows.map(({ title }) => title)).toEqual(["Alpha", "Beta", "Gamma"]);
  });

  test("4. count, sum, avg, min, max, groupBy and having, typed", async () => {
    await fillBlog();

    const groups = await Post.groupBy((t) => ({ author: t.authorId }))
      .having((_, rows) => rows.sum((t) => t.views).gt(20))
      .select((key, rows) => ({
        author: key.author,
        posts: rows.count(),
        views: rows.sum((t) => t.views),
        usual: rows.avg((t) => t.views),
        least: rows.min((t) => t.views),
        most: rows.max((t) => t.views),
      }))
      .orderBy("views")
      .all();

    expectTypeOf(groups[0]?.usual).toEqualTypeOf<number | null | undefined>();
    expect(groups.map(({ author: _, ...rest }) => rest)).toEqual([
      { posts: 2, views: 30, usual: 15, least: 10, most: 20 },
      { posts: 1, views: 30, usual: 30, least: 30, most: 30 },
    ]);
  });

  test("5. the full set of operators, columns beside columns among them", async () => {
    await fillBlog();
    const count = (where: Condition<typeof Post>) => Post.where(where).count();

    expect(await count((t) => t.views.ne(10))).toBe(2);
    expect(await count((t) => t.views.notIn([10, 20]))).toBe(1);
    expect(await count((t) => t.views.between(10, 20))).toBe(2);
    expect(await count((t) => t.views.notBetween(10, 20))).toBe(1);
    expect(await count((t) => t.title.ilike("a%"))).toBe(1);
    expect(await count((t) => t.title.notIlike("a%"))).toBe(2);
    expect(await count((t) => t.title.startsWith("A%"))).toBe(0);
    expect(await count((t) => t.title.endsWith("a"))).toBe(3);
    expect(await count((t) => t.title.contains("mm"))).toBe(1);
    expect(await count((t) => t.rating.isNull())).toBe(1);
    expect(await count((t) => t.rating.isNull().not())).toBe(2);
    expect(await count((t) => t.views.gt(t.rating))).toBe(2);
  });

  test("6. order with NULL first or last, distinct, several columns by lambda", async () => {
    await fillBlog();

    const first = await Post.orderBy((t) => t.rating.desc({ nulls: "first" })).first();
    const ordered = await Post.orderBy((t) => t.published, "desc")
      .orderBy((t) => t.views, "desc")
      .all();

    expect(first?.title).toBe("Alpha");
    expect(ordered.map(({ title }) => title)).toEqual(["Alpha", "Gamma", "Beta"]);
    expect(
      await Post.select((t) => t.author.name)
        .distinct()
        .orderBy((t) => t.author.name)
        .all(),
    ).toEqual(["Ann", "Bob"]);
  });

  test("7. atomic upsert, and createMany that gives instances", async () => {
    const create = { name: "Cid", email: "cid@example.com" };
    const all = await Promise.all(
      Array.from({ length: 10 }, () => Author.upsert({ on: "email", create })),
    );
    const tags = await Tag.bulkCreate([{ name: "b" }, { name: "a" }], { returning: true });

    expect(all.filter(({ inserted }) => inserted)).toHaveLength(1);
    expect(await Author.count()).toBe(1);
    expect(tags.map((tag) => [tag instanceof Tag, tag.name])).toEqual([
      [true, "b"],
      [true, "a"],
    ]);
  });

  test("8. atomic update expressions; update and delete with returning", async () => {
    await fillBlog();

    const changed = await Post.where((t) => t.views.lt(30)).update(
      (t) => ({ views: t.views.plus(1) }),
      { returning: (t) => t.views },
    );
    const gone = await Comment.where({ approved: false }).delete({ returning: true });

    expect(changed.toSorted()).toEqual([11, 21]);
    expect(gone.map(({ text }) => text)).toEqual(["no"]);
  });

  test("9. transactions: savepoints, isolation, read-only, rollback, and a handle that ends", async () => {
    let kept: { execute(sql: string): Promise<number> } | undefined;
    await transaction(
      async (tx) => {
        kept = tx;
        await Tag.create({ name: "kept" });
        await transaction(async () => {
          await Tag.create({ name: "undone" });
          throw new Error("undo");
        }).catch(() => undefined);
      },
      { isolation: "serializable" },
    );
    const write = transaction(() => Tag.create({ name: "never" }), { readOnly: true });

    await expect(write).rejects.toThrow();
    expect((await Tag.all()).map(({ name }) => name)).toEqual(["kept"]);
    await expect(kept?.execute("delete from tag")).rejects.toThrow(TransactionClosedError);
  });

  test("10. FOR UPDATE, SKIP LOCKED and NOWAIT", async () => {
    await fillBlog();

    const [job] = await transaction(() => {
      const next = Post.where({ published: false }).orderBy("id").limit(1);
      return next.forUpdate({ skipLocked: true }).update({ published: true }, { returning: true });
    });
    await transaction(() => Post.where({ views: 10 }).forUpdate({ noWait: true }).one());

    expect(job?.title).toBe("Beta");
  });

  test("11. composite keys and uniques, identity columns, UUIDs", async () => {
    const { orderId } = await Line.create({ place: 1, sku: "a" });
    await Line.create({ orderId, place: 2, sku: "b" });

    expect(orderId).toMatch(/^[0-9a-f-]{36}$/u);
    expect((await Line.get({ orderId, place: 2 })).sku).toBe("b");
    await expect(Line.create({ orderId, place: 3, sku: "b" })).rejects.toThrow(
      UniqueViolationError,
    );
    await expect(Line.create({ orderId, place: 2, sku: "c" })).rejects.toThrow(
      UniqueViolationError,
    );
  });

  test("12. decimals, bigints, dates, JSON, bytes, enums, arrays and codecs lose nothing", async () => {
    const given = {
      uuid: "0b0a8f7c-8f86-4e3f-9a3e-2f1d2a3b4c5d",
      exact: new Decimal("12345678901234567890.123456789012345678"),
      big: 2n ** 53n + 1n,
      day: "2026-01-02",
      instant: new Date("2026-01-02T03:04:05.678Z"),
      shape: { a: 1 },
      data: new Uint8Array([0, 255]),
      mood: "good" as const,
      state: "off" as const,
      labels: ['a"b', "a,b", "{}", "NULL", ""],
      url: new URL("https://example.com/x"),
    };
    const { id: key } = await Sample.create(given);

    const read = await Sample.get(key);

    expect({ ...read, data: [...read.data], url: read.url.href }).toMatchObject({
      ...given,
      data: [0, 255],
      url: "https://example.com/x",
    });
  });

  test("13. a SQL tag with parameters, identifiers and nested fragments, inside the transaction", async () => {
    await fillBlog();

    await transaction(async () => {
      const which = sql`${sql.identifier("post", "views")} > ${15}`;
      expect(await fetchAll(sql`select title from post where ${which} order by title`)).toEqual([
        { title: "Beta" },
        { title: "Gamma" },
      ]);
      await execute(sql`delete from post`);
      throw new Error("undo");
    }).catch(() => undefined);
    expect(await Post.count()).toBe(3);
  });

  test("14. typed constraint errors with constraint, table and columns", async () => {
    const folder = await Folder.create({ name: "a" });
    const failures = await Promise.all(
      [
        Folder.create({ name: "a" }),
        Post.create({ title: "x", authorId: 12_345 }),
        execute(sql`update mustfolder set name = ${null} where id = ${folder.id}`),
        Line.create({ place: 1, sku: "x", amount: 0 }),
      ].map((work) => (work as Promise<unknown>).catch((error: unknown) => error)),
    );

    const [unique, foreign, missing, check] = failures;
    expect(unique).toBeInstanceOf(UniqueViolationError);
    expect(unique).toMatchObject({ model: "MustFolder", columns: ["name"] });
    expect(foreign).toBeInstanceOf(ForeignKeyViolationError);
    expect(foreign).toMatchObject({ model: "Post", columns: ["authorId"] });
    expect(missing).toBeInstanceOf(NotNullViolationError);
    expect(missing).toMatchObject({ table: "mustfolder", columns: ["name"] });
    expect(check).toBeInstanceOf(CheckViolationError);
    expect(check).toMatchObject({ constraint: "some" });
  });

  test("15. a log of statements with duration, a switch for parameters, and a threshold", async () => {
    const lines: string[] = [];
    const slow: string[] = [];
    const write = (line: string) => lines.push(line);
    await using logged = await connect("sqlite::memory:", {
      name: "logged",
      autoMigrate: true,
      log: { write, parameters: true },
    });
    await using calm = await connect("sqlite::memory:", {
      name: "calm",
      autoMigrate: true,
      log: { write: (line) => slow.push(line), slowerThanMs: 60_000 },
    });
    lines.length = 0;

    await Tag.using(logged.name).create({ name: "red" });
    await Tag.using(calm.name).create({ name: "red" });

    expect(lines).toEqual([
      expect.stringMatching(/^\[logged\] \d+\.\d ms, 1 row: insert into "tag" .* -- \["red"\]$/u),
    ]);
    expect(slow).toEqual([]);
  });

  test("16. several databases, limits of the pool, a graceful end", async () => {
    {
      await using other = await connect("sqlite::memory:", {
        name: "other",
        autoMigrate: true,
        pool: {
          maxConnections: 1,
          minConnections: 1,
          acquireTimeoutMs: 1_000,
          maxLifetimeMs: 60_000,
        },
      });
      await Tag.using("other").create({ name: "there" });
      expect(other.stats()).toMatchObject({ waiting: 0 });
      expect(await Tag.count()).toBe(0);
    }
    await expect(Tag.using("other").count()).rejects.toThrow(/other/u);
  });

  test("22. soft deletes, timestamps and default scopes, over relations too", async () => {
    const folder = await Folder.create({ name: "a" });
    const note = await folder.notes.create({ text: "a" });
    await folder.notes.create({ text: "b" });
    const before = note.updatedAt;
    await note.hide();

    expect(note.updatedAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(await folder.notes.count()).toBe(1);
    expect((await Folder.include({ notes: true }).one()).notes.map(({ text }) => text)).toEqual([
      "b",
    ]);
    expect(await Folder.where((t) => t.notes.some((n) => n.text.eq("a"))).count()).toBe(0);
    expect(await Note.unscoped().count()).toBe(2);
  });
});
