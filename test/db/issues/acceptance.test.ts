/** Faults that programs written from the guides alone have met, each as its smallest one. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  avg,
  backRef,
  type ConnectOptions,
  connect,
  count,
  cte,
  disconnect,
  engines,
  execute,
  fetchAll,
  field,
  foreignKey,
  from,
  id,
  Model,
  max,
  min,
  RoutingError,
  scalar,
  transaction,
  UsageError,
  uuidId,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

class Sale extends Model("Sale", { id: id(), city: z.string(), amount: z.int() }) {}

class Tag extends Model("Tag", { id: id(), name: field(z.string(), { unique: true }) }) {}

class Shop extends Model("Shop", {
  id: uuidId(),
  get tills() {
    return backRef(Till);
  },
}) {}

class Till extends Model("Till", {
  id: id(),
  get shop() {
    return foreignKey(Shop, { relatedName: "tills" });
  },
}) {}

const longMs = Number.MAX_SAFE_INTEGER;

describeEachDatabase("acceptance", (db) => {
  const open = (options: ConnectOptions = {}) =>
    connect(db.url, { implicitRouting: "allow", autoMigrate: true, ...options });

  beforeEach(async () => {
    await open();
    await Sale.allRows().delete();
    await Sale.bulkCreate([
      { city: "Oslo", amount: 10 },
      { city: "Oslo", amount: 30 },
      { city: "Rome", amount: 80 },
    ]);
  });

  afterEach(async () => {
    await open().then((connection) => connection.close());
  });

  test.for([
    ["COMMIT", () => execute("commit")],
    ["ROLLBACK", () => fetchAll("rollback")],
    ["ROLLBACK in a savepoint", () => transaction(() => execute("rollback"))],
  ] as const)("nothing runs outside after a %s of one's own", async ([_, end]) => {
    const ended = transaction(async () => {
      await end().catch(() => undefined);
      await Sale.create({ city: "Bern", amount: 1 }).catch(() => undefined);
      await transaction(() => Sale.create({ city: "Bern", amount: 2 })).catch(() => undefined);
    });

    await expect(ended).rejects.toThrow("was ended by a statement inside its block");
    expect(await Sale.where({ city: "Bern" }).count()).toBe(0);
    await transaction(() => Sale.create({ city: "Bern", amount: 3 }));
    expect(await Sale.where({ city: "Bern" }).count()).toBe(1);
  });

  test("nor what was asked for in the same turn", async () => {
    const ended = transaction(() =>
      Promise.allSettled([
        execute("commit"),
        Sale.create({ city: "Bern", amount: 1 }),
        execute("insert into sale (city, amount) values ('Bern', 2)"),
      ]),
    );

    await expect(ended).rejects.toThrow("was ended by a statement inside its block");
    expect(await Sale.where({ city: "Bern" }).count()).toBe(0);
  });

  test.runIf(db.backend === "sqlite")("nor after a trigger that rolls back", async () => {
    await execute(
      "create trigger no_bern before insert on sale when new.city = 'Bern' begin select raise(rollback, 'no'); end",
    );
    try {
      const ended = transaction(async () => {
        await Sale.create({ city: "Lima", amount: 1 });
        await Sale.create({ city: "Bern", amount: 1 }).catch(() => undefined);
        await Sale.create({ city: "Lima", amount: 2 }).catch(() => undefined);
      });

      await expect(ended).rejects.toThrow("was ended by a statement inside its block");
      expect(await Sale.where({ city: "Lima" }).count()).toBe(0);
    } finally {
      await execute("drop trigger no_bern");
    }
  });

  test("afterCommit of an outer handle is dropped with the savepoint it was called in", async () => {
    const called: string[] = [];

    await transaction(async (outer) => {
      outer.afterCommit(() => called.push("outer"));
      const undone = transaction(async () => {
        outer.afterCommit(() => called.push("inner"));
        throw new Error("undo");
      });
      await expect(undone).rejects.toThrow("undo");
    });

    expect(called).toEqual(["outer"]);
  });

  test("limits longer than timers can wait are no limits", async () => {
    const pool = { maxConnections: 1, acquireTimeoutMs: longMs, idleTimeoutMs: longMs };
    await open({ pool });
    const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

    const first = transaction(turn, { timeoutMs: longMs });
    expect(await Sale.count()).toBe(db.url.includes(":memory:") ? 0 : 3);
    await first;
    await engines.session(async () => turn().then(() => Sale.count()), { deadlineMs: longMs });
    await engines.session(() => Sale.count(), { deadlineMs: Number.POSITIVE_INFINITY });
  });

  test.for([
    [() => engines.session(() => Sale.count(), { deadlineMs: Number.NaN }), "deadlineMs must be"],
    [() => engines.session(() => Sale.count(), { deadlineMs: -1 }), "deadlineMs must be"],
    [() => fetchAll("select 1", [], { timeoutMs: Number.NaN }), "timeoutMs expected a number"],
    [() => execute("delete from sale", [], { timeoutMs: -5 }), "timeoutMs expected a number"],
    [() => open({ migrateDestructive: "false" as never }), "must be true or false"],
    [() => open({ identityMap: 1 as never }), "must be true or false"],
    [() => open({ pool: 5 as never }), "pool of connect() must be an object"],
  ] as const)("refuses %#", async ([call, message]) => {
    const refused = (async () => call())();
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
    expect(await Sale.count()).toBe(3);
  });

  test("getOrCreate passes by numbers that are taken", async () => {
    const { id: last } = await Tag.create({ name: "first" });
    await Tag.bulkCreate([1, 2].map((step) => ({ id: last + step, name: `by hand ${step}` })));

    const [tag, made] = await Tag.getOrCreate({ name: "sought" });

    expect([tag.name, made]).toEqual(["sought", true]);
    await Tag.allRows().delete();
  });

  test("uuids have a least and a greatest", async () => {
    const [least, most] = ["0a", "fe"].map((start) => `${start}000000-0000-4000-8000-000000000000`);
    await Shop.bulkCreate([{ id: most }, { id: least }]);

    expect(await Shop.min((t) => t.id)).toBe(least);
    expect(await Shop.where((t) => t.id.eq(scalar(Shop.select((s) => max(s.id))))).all()).toEqual([
      { id: most },
    ]);
    expect(await Shop.select((t) => min(t.id).over({ partitionBy: t.id })).all()).toHaveLength(2);
    await Shop.allRows().delete();
  });

  test("an instance of another connection is no foreign key", async () => {
    await connect("sqlite::memory:", { name: "elsewhere", autoMigrate: true });
    const shop = await Shop.using("elsewhere").create({});
    const here = await Shop.create({});
    const refusals = [
      () => Till.create({ shop }),
      () => new Till({ shop }).save(),
      () => Till.bulkCreate([{ shop: here }, { shop }]),
      () => Till.upsert({ on: "id", create: { id: 1, shop } }),
      () => Till.getOrCreate({ id: 1 }, { defaults: { shop } }),
      () => transaction(() => Till.create({ shop })),
      () => Till.using("elsewhere").create({ shop: here }),
    ];

    for (const refused of refusals) await expect(refused()).rejects.toThrow(RoutingError);
    expect(await Till.count()).toBe(0);
    await Till.using("elsewhere").create({ shop });
    await Till.create({ shopId: here.id });
    await Shop.allRows().delete();
    await disconnect("elsewhere");
  });

  test("instances without a row are rows to write, whatever their relations", async () => {
    const id = "fe000000-0000-4000-8000-000000000000";
    const made = (input: object): object => new Shop(input); // the type of input has no back references

    await Shop.bulkCreate([made({}), made(made({ id }))]);
    await Shop.upsert({ on: "id", create: made({ id }) });

    expect(await Shop.count()).toBe(2);
    await Shop.allRows().delete();
  });

  test("an aggregate that is selected of the rows of a query is of all of them", async () => {
    const cities = cte(
      "cities",
      Sale.groupBy("city").select((key, rows) => ({
        city: key.city,
        total: rows.sum((t) => t.amount),
      })),
    );
    const above = cities.where((t) => t.total.gt(scalar(cities.select((c) => avg(c.total)))));

    expect(await above.select((t) => t.city).all()).toEqual(["Rome"]);
    expect(
      await from(cities)
        .select((t) => ({ n: count(), mean: avg(t.total) }))
        .all(),
    ).toEqual([{ n: 2, mean: 60 }]);
    // @ts-expect-error a column of one row beside an aggregate of all
    expect(() => cities.select((t) => ({ city: t.city, n: count() }))).toThrow(UsageError);
    expect(() => cities.distinct().select(() => count())).toThrow("can't follow distinct()");
    expect(() => cities.limit(1).select(() => count())).toThrow("can't follow limit()");
  });
});
