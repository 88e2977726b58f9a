import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  Decimal,
  decimal,
  field,
  foreignKey,
  id,
  Model,
  manyToMany,
  UsageError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author } from "./models.ts";

class Shop extends Model("NumberShop", {
  id: id(),
  name: z.string(),
  get sales() {
    return backRef(Sale);
  },
  get dear() {
    return backRef(Sale, { where: (t) => t.price.gt("1") });
  },
}) {}

class Sale extends Model(
  "NumberSale",
  {
    id: id(),
    price: decimal(20, 4).nullable(),
    big: z.bigint(),
    n: z.int(),
    at: z.date(),
    long: field(z.int().default(0), { dbType: "bigint" }),
    level: z.codec(z.int(), z.string(), {
      decode: (n) => `L${n}`,
      encode: (s) => Number(s.slice(1)),
    }),
    gone: z.boolean().default(false),
    get shop() {
      return foreignKey(Shop, { relatedName: "sales" });
    },
    get labels() {
      return manyToMany(Label, { relatedName: "sales" });
    },
  },
  { scope: () => Sale.columns.gone.eq(false) },
) {}

class Label extends Model("NumberLabel", {
  id: id(),
  name: z.string(),
  get sales() {
    return backRef(Sale);
  },
}) {}

const at = (day: number) => new Date(Date.UTC(2026, 0, day));

describeEachDatabase("numbers in include", (db) => {
  const database = useDatabase(db, [Sale, Shop, Label]);

  beforeEach(async () => {
    const first = await Shop.create({ name: "first" });
    const second = await Shop.create({ name: "second" });
    await Shop.create({ name: "third" });
    await Sale.bulkCreate([
      { shop: first, price: "0.1", big: 9_007_199_254_740_993n, n: 1, at: at(1), level: "L1" },
      { shop: first, price: "0.2", big: 2n, n: 2, at: at(3), level: "L3" },
      { shop: first, price: null, big: 3n, n: 2, at: at(2), level: "L2" },
      { shop: first, price: "99", big: 1n, n: 100, at: at(9), level: "L9", gone: true },
      { shop: second, price: "7.5", big: -4n, n: 5, at: at(5), level: "L5" },
    ]);
  });

  test("sums, averages and extremes of each parent, exact and of the column's own kind", async () => {
    const shops = await Shop.include({
      sales: (q) =>
        q.combine({
          total: q.sum((t) => t.price),
          mean: q.avg((t) => t.price),
          least: q.min((t) => t.price),
          bigTotal: q.sum((t) => t.big),
          bigMean: q.avg((t) => t.big),
          bigMost: q.max((t) => t.big),
          n: q.sum((t) => t.n),
          nMean: q.avg((t) => t.n),
          opened: q.min((t) => t.at),
          level: q.max((t) => t.level),
          twice: q.sum((t) => t.price.times(2)),
        }),
    })
      .orderBy("id")
      .all();

    expect(shops.map(({ sales }) => ({ ...sales }))).toEqual([
      {
        total: new Decimal("0.3"),
        mean: new Decimal("0.15"),
        least: new Decimal("0.1"),
        bigTotal: 9_007_199_254_740_998n,
        bigMean: new Decimal("3002399751580332.66666666666666666667"),
        bigMost: 9_007_199_254_740_993n,
        n: 5,
        nMean: 5 / 3,
        opened: at(1),
        level: "L3",
        twice: new Decimal("0.6"),
      },
      {
        total: new Decimal("7.5"),
        mean: new Decimal("7.5"),
        least: new Decimal("7.5"),
        bigTotal: -4n,
        bigMean: new Decimal(-4),
        bigMost: -4n,
        n: 5,
        nMean: 5,
        opened: at(5),
        level: "L5",
        twice: new Decimal(15),
      },
      {
        total: new Decimal(0),
        mean: null,
        least: null,
        bigTotal: 0n,
        bigMean: null,
        bigMost: null,
        n: 0,
        nMean: null,
        opened: null,
        level: null,
        twice: new Decimal(0),
      },
    ]);
  });

  test("numbers about the same rows are one statement, whatever else is combined", async () => {
    const statements = database.spy();

    const shops = await Shop.include({
      sales: (q) =>
        q.combine({
          count_: q.count(),
          newest: q.orderBy("at", "desc").limit(1),
          n: q.sum((t) => t.n),
          cheap: q.where((t) => t.price.lt(1)).sum((t) => t.n),
          priced: q.count((t) => t.price),
          twos: q.count((t) => t.n.eq(2)),
          kinds: q.count((t) => t.n, { distinct: true }),
          late: q.max((t) => t.n, { filter: (t) => t.at.gt(at(1)) }),
        }),
    })
      .orderBy("id")
      .limit(1)
      .all();

    const { newest, ...numbers } = { ...shops[0]?.sales };
    expect(numbers).toEqual({
      count_: 3,
      n: 5,
      cheap: 3,
      priced: 2,
      twos: 2,
      kinds: 2,
      late: 2,
    });
    expect(newest?.map((sale) => sale.at)).toEqual([at(3)]);
    // Shops, the numbers about all sales, the newest, and those about cheap ones.
    expect(statements()).toHaveLength(4);
  });

  test("numbers about links and views, over relation paths too", async () => {
    const [red, blue] = [await Label.create({ name: "red" }), await Label.create({ name: "blue" })];
    const sales = await Sale.orderBy("id").all();
    for (const sale of sales) await sale.labels.add(red);
    await sales[0]?.labels.add(blue);

    const labels = await Label.include({
      sales: (q) => q.combine({ n: q.sum((t) => t.n), shop: q.max((t) => t.shop.name) }),
    })
      .orderBy("id")
      .all();
    const shops = await Shop.include({ dear: (q) => q.combine({ n: q.sum((t) => t.n) }) })
      .orderBy("id")
      .all();

    expect(labels.map(({ sales }) => ({ ...sales }))).toEqual([
      { n: 10, shop: "second" },
      { n: 1, shop: "first" },
    ]);
    expect(shops.map(({ dear }) => dear.n)).toEqual([0, 5, 0]);
  });

  test("a sum beyond what a number holds exactly throws", async () => {
    const shop = await Shop.where({ name: "second" }).one();
    const most = {
      price: null,
      big: 0n,
      n: 0,
      at: at(1),
      level: "L1",
      long: Number.MAX_SAFE_INTEGER,
    };
    await Sale.bulkCreate([
      { ...most, shop },
      { ...most, shop },
    ]);

    await expect(
      Shop.include({ sales: (q) => q.combine({ long: q.sum((t) => t.long) }) }).all(),
    ).rejects.toThrow(/exactly/);
  });

  test.for([
    [
      "of nothing",
      () => Shop.include({ sales: (q) => q.combine({ n: q.sum(undefined as never) }) }),
      "of what",
    ],
    [
      "after limit()",
      () => Shop.include({ sales: (q) => q.combine({ n: q.limit(2).sum((t) => t.n) }) }),
      "can't follow limit()",
    ],
    [
      "a sum of text",
      () => Author.include({ posts: (q) => q.combine({ n: q.sum((t) => t.title as never) }) }),
      "needs numbers",
    ],
    [
      "with an unknown option",
      () =>
        Shop.include({ sales: (q) => q.combine({ n: q.sum((t) => t.n, { where: 1 } as never) }) }),
      "no option",
    ],
    [
      "after select()",
      () =>
        Shop.include({
          sales: (q) => q.combine({ n: (q.select("n") as unknown as typeof q).sum((t) => t.n) }),
        }),
      "can't follow select()",
    ],
  ] as const)("%s is refused before any SQL", ([, call, message]) => {
    const statements = database.spy();

    expect(call).toThrow(UsageError);
    expect(call).toThrow(message);
    expect(statements()).toEqual([]);
  });
});
