/** What one or two tools have and their users love, or none has: items of PEERS.md sections 3 and 4 that concern queries, one example each. */
import {
  backRef,
  engines,
  fetchAll,
  foreignKey,
  id,
  Model,
  QueryCancelledError,
  sql,
  transaction,
  UsageError,
} from "ferro-orm";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { describeEachDatabase } from "../support/databases.ts";
import { Author, fillBlog, Post, Tag, useBlog } from "./contract/blog.ts";

class Shop extends Model("LovedShop", {
  id: id(),
  get offers() {
    return backRef(Offer);
  },
  get openOffers() {
    return backRef(Offer, { relatedName: "offers", where: (offer) => offer.isOpen.eq(true) });
  },
}) {}

class Offer extends Model("LovedOffer", {
  id: id(),
  isOpen: z.boolean(),
  get shop() {
    return foreignKey(Shop, { relatedName: "offers" });
  },
}) {}

/** Keys that are a pair, and a foreign key that points to them. */
class Order extends Model(
  "LovedOrder",
  {
    tenantId: z.int(),
    number: z.string(),
    get lines() {
      return backRef(Line);
    },
  },
  { primaryKey: ["tenantId", "number"] },
) {}

class Line extends Model("LovedLine", {
  id: id(),
  tenantId: z.int(),
  orderNumber: z.string(),
  get order() {
    return foreignKey(Order, { relatedName: "lines", columns: ["tenantId", "orderNumber"] });
  },
}) {}

describeEachDatabase("the loved list", (db) => {
  const { spy } = useBlog(db, [Line, Order, Offer, Shop]);

  test("3.3 afterCommit runs after the outermost commit, and never after a rollback", async () => {
    const sent: string[] = [];
    await transaction(async (tx) => {
      tx.afterCommit(() => sent.push("kept"));
      await transaction(async (inner) => {
        inner.afterCommit(() => sent.push("dropped"));
        throw new Error("undo");
      }).catch(() => undefined);
      expect(sent).toEqual([]);
    });
    expect(sent).toEqual(["kept"]);
  });

  test("3.5 the compiler knows what was loaded", async () => {
    await fillBlog();
    const [loaded] = await Post.include({ author: true }).orderBy("id").all();
    const [plain] = await engines.session(() => Post.orderBy("id").all());

    expect(loaded?.author.name).toBe("Ann");
    // @ts-expect-error: it was not included, so it has to be awaited
    expect(() => plain?.author.name).toThrow();
    expectTypeOf(await plain?.author).toEqualTypeOf<Author | undefined>();
  });

  test("3.6 loading is a statement for each relation, never a product of rows", async () => {
    await fillBlog();
    const statements = spy();

    await engines.session(async () => {
      const query = Post.include({ author: true, tags: true, comments: true });
      const [alpha] = await query.orderBy("id").all();
      expect([alpha?.tags.length, alpha?.comments.length]).toEqual([2, 3]);
    });

    expect(statements).toHaveLength(4);
  });

  test("3.7 combine gives a list and numbers of one relation; queries order and filter by them", async () => {
    await fillBlog();
    const authors = await Author.include({
      posts: (q) =>
        q.combine({
          newest: q.orderBy("id", "desc").limit(1),
          total: q.count(),
          views: q.sum((t) => t.views),
        }),
    })
      .where((t) => t.posts.count().gte(1))
      .orderBy((t) => t.posts.count(), "desc")
      .all();

    expect(
      authors.map(({ posts }) => [
        posts.newest.map(({ title }) => title),
        posts.total,
        posts.views,
      ]),
    ).toEqual([
      [["Beta"], 2, 30],
      [["Gamma"], 1, 30],
    ]);
  });

  test("3.8 keyset pages with nulls, ties and mixed directions, forward and back", async () => {
    await fillBlog();
    const query = Post.orderBy((t) => t.rating, "desc").orderBy((t) => t.published);
    const forward: string[] = [];
    let after: string | null = null;
    let last = await query.page({ size: 1, total: true });
    for (;;) {
      forward.push(...last.items.map(({ title }) => title));
      after = last.next;
      if (after === null) break;
      last = await query.page({ size: 1, after });
    }
    expect(forward).toEqual((await query.orderBy("id").all()).map(({ title }) => title));
    expect((await query.page({ size: 5, before: last.start })).items).toHaveLength(2);
  });

  test("3.9 a signal stops a query", async () => {
    const controller = new AbortController();
    controller.abort(new Error("left"));
    await expect(Post.where({ views: 1 }).signal(controller.signal).all()).rejects.toThrow(
      QueryCancelledError,
    );
  });

  test("3.10 rows are streamed as entities, in batches, outside the identity map", async () => {
    await Tag.bulkCreate(Array.from({ length: 25 }, (_, index) => ({ name: `tag ${index}` })));
    let count = 0;
    for await (const tag of Tag.orderBy("id").stream({ batchSize: 10 })) {
      expect(tag).toBeInstanceOf(Tag);
      count += 1;
      if (count === 15) break;
    }
    expect(count).toBe(15);
  });

  test("3.11 bulkUpdate gives each row its own values in one statement, and throws on a missing one", async () => {
    const { posts } = await fillBlog();
    const statements = spy();
    const changes = posts.map(({ id: key }, index) => ({ id: key, views: index }));

    expect(await Post.bulkUpdate(changes)).toBe(3);
    expect(statements.filter((text) => text.startsWith("update"))).toHaveLength(1);
    await expect(Post.bulkUpdate([{ id: -1, views: 1 }])).rejects.toThrow();
  });

  test("3.23 sums never round: a bigint stays one, a decimal exact, a number throws beyond its range", async () => {
    const { ann } = await fillBlog();
    await Post.allRows().update({ price: "0.1" });
    await Post.create({ title: "x", author: ann, price: "0.2" });

    expect((await Post.sum((t) => t.price)).toFixed()).toBe("0.5");
    await expect(
      Post.aggregate((rows) => ({
        huge: rows.sum((t) =>
          t.views
            .plus(2_000_000_000)
            .asBigint()
            .times(2n ** 33n),
        ),
      })),
    ).rejects.toThrow();
  });

  test("3.28 a back reference to some of the rows", async () => {
    const shop = await Shop.create({});
    for (const isOpen of [true, false]) await shop.offers.create({ isOpen });

    const [loaded] = await Shop.include({ openOffers: true, offers: true }).all();

    expect([loaded?.openOffers.length, loaded?.offers.length]).toEqual([1, 2]);
    expect(await Shop.where((t) => t.openOffers.some()).count()).toBe(1);
  });

  test("4.1 an await in a plain loop is one statement for all rows of the result", async () => {
    await fillBlog();
    await engines.session(async () => {
      const posts = await Post.orderBy("id").all();
      const statements = spy();
      for (const post of posts) await post.author;
      expect(statements).toHaveLength(1);
    });
  });

  test("4.2 a guard finds loops of statements, and says what to include", async () => {
    await fillBlog();
    const loop = engines.session(
      async () => {
        for (const author of await Author.all()) await author.posts.where({ views: 1 }).all();
      },
      { nPlusOne: { action: "throw", limit: 1 } },
    );
    await expect(loop).rejects.toThrow(UsageError);
    await expect(loop).rejects.toThrow(/loved-list\.test[\s\S]*Author\.include\(\{ posts/u);
  });

  test("4.16 a list of any length is one parameter, so the statement is one", () => {
    const short = Post.where((t) => t.id.in([1])).toSQL();
    const long = Post.where((t) =>
      t.id.in(Array.from({ length: 70_000 }, (_, key) => key)),
    ).toSQL();

    expect(long.sql).toBe(short.sql);
    expect(long.parameters).toHaveLength(1);
  });

  test("4.18 explain is data that a test can hold a query to", async () => {
    await fillBlog();
    const byKey = await Post.where({ id: 1 }).explain();
    const byTitle = await Post.where((t) => t.title.contains("x")).explain();

    expect(byTitle.fullScans).toEqual(["post"]);
    expect(byKey.steps.length).toBeGreaterThan(0);
  });

  test("4.20 upsert says whether it inserted", async () => {
    const first = await Tag.upsert({ on: "name", create: { name: "a" } });
    const second = await Tag.upsert({ on: "name", create: { name: "a" } });
    expect([first.inserted, second.inserted, first.row.id === second.row.id]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("4.21 raw SQL is read by a model or a schema", async () => {
    const { posts } = await fillBlog();
    const [row] = await fetchAll(sql`select * from post where id = ${posts[0].id}`.as(Post));
    const [checked] = await fetchAll(sql`select title, views from post order by id`, {
      schema: z.object({ title: z.string(), views: z.coerce.number() }),
    });
    expect(row?.slug).toBe("alpha");
    expect(checked).toEqual({ title: "Alpha", views: 10 });
  });

  test("2.11 a foreign key of several columns, made, filtered by and loaded", async () => {
    const order = await Order.create({ tenantId: 1, number: "A-7" });
    await order.lines.create({});
    await Line.create({ order });

    const lines = await Line.where((t) => t.order.number.eq("A-7"))
      .include({ order: true })
      .all();

    expect(lines.map((line) => [line.tenantId, line.orderNumber, line.order.number])).toEqual([
      [1, "A-7", "A-7"],
      [1, "A-7", "A-7"],
    ]);
  });
});
