import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  DatabaseError,
  ForeignKeyViolationError,
  field,
  foreignKey,
  id,
  Model,
  migrate,
  RelationError,
  UniqueViolationError,
  ValidationError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";

class Order extends Model(
  "CompositeOrder",
  {
    tenantId: z.int(),
    number: z.string(),
    note: z.string().nullable().default(null),
    get lines() {
      return backRef(Line);
    },
    get big() {
      return backRef(Line, { relatedName: "lines", where: (t) => t.quantity.gt(5) });
    },
    get gifts() {
      return backRef(Line);
    },
    get invoice() {
      return backRef(Invoice);
    },
  },
  { primaryKey: ["tenantId", "number"] },
) {}

class Line extends Model(
  "CompositeLine",
  {
    id: id(),
    tenantId: z.int(),
    orderNumber: field(z.string(), { column: "order_no" }),
    giftNumber: z.string().nullable().default(null),
    quantity: z.int().default(1),
    get order() {
      return foreignKey(Order, { relatedName: "lines", columns: ["tenantId", "orderNumber"] });
    },
    get giftOf() {
      return foreignKey(Order, {
        relatedName: "gifts",
        columns: ["tenantId", "giftNumber"],
        nullable: true,
        onDelete: "NO ACTION",
      });
    },
  },
  { indexes: [["tenantId", "orderNumber"]] },
) {}

class Shelf extends Model("CompositeShelf", {
  id: id(),
  get slots() {
    return backRef(Slot);
  },
  get items() {
    return backRef(Item);
  },
}) {}

class Slot extends Model(
  "CompositeSlot",
  {
    place: z.int(),
    get shelf() {
      return foreignKey(Shelf, { relatedName: "slots" });
    },
    get items() {
      return backRef(Item);
    },
  },
  { primaryKey: ["shelfId", "place"] },
) {}

class Item extends Model("CompositeItem", {
  id: id(),
  place: z.int().nullable().default(null),
  get slot() {
    return foreignKey(Slot, {
      relatedName: "items",
      columns: ["shelfId", "place"],
      nullable: true,
      onDelete: "NO ACTION",
    });
  },
  get shelf() {
    return foreignKey(Shelf, { relatedName: "items" });
  },
}) {}

class Invoice extends Model("CompositeInvoice", {
  id: id(),
  tenant: z.int().nullable().default(null),
  order_number: z.string().nullable().default(null),
  get order() {
    return foreignKey(Order, {
      relatedName: "invoice",
      columns: ["tenant", "order_number"],
      unique: true,
      onDelete: "SET NULL",
      onUpdate: "CASCADE",
    });
  },
}) {}

const violation = async (work: Promise<unknown>): Promise<DatabaseError> => {
  const error = await work.catch((error: unknown) => error);
  if (error instanceof DatabaseError) return error;
  throw new Error("nothing was refused", { cause: error });
};

describeEachDatabase("foreign keys to composite keys", (db) => {
  const database = useDatabase(db, [Invoice, Line, Order, Item, Slot, Shelf]);
  let a1: Order;
  let a2: Order;
  let b1: Order;

  beforeEach(async () => {
    a1 = await Order.create({ tenantId: 1, number: "1" });
    a2 = await Order.create({ tenantId: 1, number: "2" });
    b1 = await Order.create({ tenantId: 2, number: "1" });
    await Line.bulkCreate([
      { tenantId: 1, orderNumber: "1", quantity: 1 },
      { tenantId: 1, orderNumber: "1", quantity: 9 },
      { tenantId: 1, orderNumber: "2", quantity: 3, giftNumber: "1" },
      { tenantId: 2, orderNumber: "1", quantity: 7 },
    ]);
  });

  test("a row is made by its columns, by the row that it points to, and over the back reference", async () => {
    const byColumns = await Line.create({ tenantId: 1, orderNumber: "2" });
    const byRow = await Line.create({ order: a2 });
    const both = await Line.create({ order: a1, tenantId: 1, giftOf: a2 });
    const over = await b1.lines.create({ quantity: 2 });
    const made = await Line.create({ order: { tenantId: 3, number: "x" } });

    expect(await byColumns.order).toMatchObject({ tenantId: 1, number: "2" });
    expect([byRow.tenantId, byRow.orderNumber, byRow.order]).toEqual([1, "2", a2]);
    expect([both.orderNumber, both.giftNumber]).toEqual(["1", "2"]);
    expect([over.tenantId, over.orderNumber]).toEqual([2, "1"]);
    expect([made.tenantId, made.orderNumber, made.order.note]).toEqual([3, "x", null]);
    expect(await Order.count()).toBe(4);
  });

  test("makes children and parents together", async () => {
    const order = await Order.create({
      tenantId: 5,
      number: "n",
      lines: [{ quantity: 1 }, { quantity: 2, giftOf: { tenantId: 5, number: "gift" } }],
      invoice: {},
    });

    expect(order.lines.map(({ tenantId, orderNumber }) => [tenantId, orderNumber])).toEqual([
      [5, "n"],
      [5, "n"],
    ]);
    expect(order.invoice).toMatchObject({ tenant: 5, order_number: "n" });
    expect((await Order.get({ tenantId: 5, number: "gift" })).note).toBeNull();
    await expect(
      Order.create({ tenantId: 6, number: "n", lines: [{ tenantId: 7 }] }),
    ).rejects.toThrow("lines.0.order: has another tenantId than was given");
  });

  test("loads in both directions, for siblings together", async () => {
    const lines = await Line.orderBy("id").all();
    const statements = database.spy();
    const numbers: unknown[] = [];
    for (const line of lines) numbers.push((await line.order).number, (await line.giftOf)?.number);

    expect(numbers).toEqual(["1", undefined, "1", undefined, "2", "1", "1", undefined]);
    expect(statements()).toHaveLength(2);
    expect((await a1.lines.orderBy("id").all()).map((line) => line.quantity)).toEqual([1, 9]);
    expect(await b1.lines.count()).toBe(1);
    expect(await a1.big.count()).toBe(1);
    expect(await a2.gifts.exists()).toBe(false);
    expect(await a1.invoice).toBeNull();
  });

  test("is included, in one statement each, with limits and numbers for each parent", async () => {
    await Invoice.create({ order: a2 });
    const statements = database.spy();

    const lines = await Line.include({ order: { invoice: true }, giftOf: true })
      .orderBy("id")
      .all();
    const orders = await Order.include({
      lines: (q) =>
        q.combine({ top: q.orderBy("quantity", "desc").limit(1), n: q.sum((t) => t.quantity) }),
      big: true,
      gifts: true,
    })
      .orderBy("tenantId")
      .orderBy("number")
      .all();

    expect(statements()).toHaveLength(4 + 5);
    expect(
      lines.map(({ order, giftOf }) => [order.tenantId, order.number, giftOf?.number]),
    ).toEqual([
      [1, "1", undefined],
      [1, "1", undefined],
      [1, "2", "1"],
      [2, "1", undefined],
    ]);
    expect(lines[2]?.order.invoice?.tenant).toBe(1);
    expect(
      orders.map(({ lines, big, gifts }) => [
        lines.n,
        lines.top.map((l) => l.quantity),
        big.length,
        gifts.length,
      ]),
    ).toEqual([
      [10, [9], 1, 1],
      [3, [3], 0, 0],
      [7, [7], 1, 0],
    ]);
  });

  test("stands in conditions, paths, orders and aggregates", async () => {
    const quantities = async (query: { all(): Promise<Line[]> }) =>
      (await query.all()).map((line) => line.quantity).sort();

    expect(await quantities(Line.where((t) => t.order.number.eq("1")))).toEqual([1, 7, 9]);
    expect(await quantities(Line.where((t) => t.giftOf.tenantId.eq(1)))).toEqual([3]);
    expect(await quantities(Line.where({ order: a1 } as never))).toEqual([1, 9]);
    expect(await Order.where((t) => t.lines.some((l) => l.quantity.gt(5))).count()).toBe(2);
    expect(await Order.where((t) => t.lines.every((l) => l.quantity.gt(2))).count()).toBe(2);
    expect(await Order.where((t) => t.gifts.none()).count()).toBe(2);
    const rows = await Order.orderBy((t) => t.lines.sum((l) => l.quantity), "desc")
      .select((t) => ({ n: t.lines.count(), most: t.lines.max((l) => l.quantity) }))
      .all();
    expect(rows).toEqual([
      { n: 2, most: 9 },
      { n: 1, most: 7 },
      { n: 1, most: 3 },
    ]);
  });

  test("is changed by its columns, and by update with a row or null", async () => {
    const line = await Line.where({ quantity: 3 }).one();
    line.orderNumber = "1";
    line.giftNumber = null;
    await line.save();

    expect(await line.order).toMatchObject({ number: "1" });
    expect(await line.giftOf).toBeNull();
    expect(await Line.where({ tenantId: 1 }).update({ order: a2, giftOf: a1 })).toBe(3);
    expect(await a2.lines.count()).toBe(3);
    expect(await a1.gifts.update({ giftOf: null })).toBe(3);
    expect(await Line.where({ tenantId: 1, giftNumber: null }).count()).toBe(3);
    await expect(Line.where({ id: line.id }).update({ order: a2, giftOf: b1 })).rejects.toThrow(
      "two values for tenantId",
    );
    expect(() => {
      (line as unknown as { order: Order }).order = a1;
    }).toThrow("set tenantId and orderNumber");
  });

  test("the database holds it, and does what onDelete says", async () => {
    const invoice = await Invoice.create({ order: b1 });

    await expect(Line.create({ tenantId: 2, orderNumber: "2" })).rejects.toThrow(
      ForeignKeyViolationError,
    );
    await expect(Invoice.create({ order: b1 })).rejects.toThrow(UniqueViolationError);
    await expect(a1.delete()).rejects.toThrow(ForeignKeyViolationError);
    b1.number = "new";
    await expect(b1.save()).rejects.toThrow(ForeignKeyViolationError);
    await b1.refresh();
    await b1.delete();

    await invoice.refresh();
    expect([invoice.tenant, invoice.order_number, await invoice.order]).toEqual([null, null, null]);
    expect(await Line.where({ tenantId: 2 }).count()).toBe(0);
  });

  test("a broken one is named with all of its columns, whatever wrote it", async () => {
    const order = {
      table: "compositeline",
      columns: ["tenantId", "orderNumber"],
      constraint: "compositeline_tenant_id_order_no_fkey",
    };
    const gift = {
      table: "compositeline",
      columns: ["tenantId", "giftNumber"],
      constraint: "compositeline_tenant_id_gift_number_fkey",
    };
    const line = await Line.where({ quantity: 3 }).one();

    // Each value is that of some order, but there is no such pair.
    const created = await violation(Line.create({ tenantId: 2, orderNumber: "2" }));
    const made = await violation(
      Line.bulkCreate([
        { tenantId: 1, orderNumber: "1" },
        { tenantId: 2, orderNumber: "1", giftNumber: "2" },
      ]),
    );
    line.giftNumber = "9";
    const saved = await violation(line.save());
    const updated = await violation(Line.where({ quantity: 7 }).update({ orderNumber: "2" }));
    const deleted = await violation(a1.delete());
    a2.number = "new";
    const renamed = await violation(a2.save());

    expect(created).toMatchObject(order);
    expect(created.message).toContain("there is no such CompositeOrder (tenantId, orderNumber)");
    expect(made).toMatchObject(gift);
    expect(saved).toMatchObject(gift);
    expect(updated).toMatchObject(order);
    expect(updated.message).toContain("there is no such CompositeOrder");
    expect(deleted).toMatchObject(gift);
    expect(deleted.message).toContain("rows of CompositeLine still point here");
    expect(renamed).toMatchObject(order);
  });

  test("a key or a unique of several columns that is taken is named", async () => {
    await Invoice.create({ order: b1 });

    const key = await violation(Order.create({ tenantId: 1, number: "1" }));
    const unique = await violation(Invoice.create({ order: b1 }));

    expect(key).toMatchObject({
      columns: ["tenantId", "number"],
      constraint: "compositeorder_pkey",
    });
    expect(unique).toMatchObject({
      columns: ["tenant", "order_number"],
      constraint: "uq_compositeinvoice_tenant_order_number",
    });
  });

  test("may go over the shadow of another foreign key, and lead to a key that holds one", async () => {
    const shelf = await Shelf.create({ slots: [{ place: 1 }, { place: 2 }] });
    const other = await Shelf.create({ slots: [{ place: 1 }] });
    const [first, second] = shelf.slots;

    const item = await Item.create({ shelf, slot: first as Slot });
    const loose = await Item.create({ shelfId: shelf.id });
    await (second as Slot).items.create({ shelf });

    expect([item.shelfId, item.place, item.slot]).toEqual([shelf.id, 1, first]);
    expect(await loose.slot).toBeNull();
    expect(await shelf.items.count()).toBe(3);
    const slots = await Slot.include({ items: true }).orderBy("shelfId").orderBy("place").all();
    expect(slots.map(({ items }) => items.length)).toEqual([1, 1, 0]);
    await expect(Item.create({ shelf: other, slot: first as Slot })).rejects.toThrow(
      "slot: has another shelfId than was given",
    );
  });

  test("what was made is what the models say", async () => {
    const { statements } = await migrate({ dryRun: true });

    expect(statements).toEqual([]);
  });

  test.for([
    [
      "a part that disagrees",
      { order: "a1", tenantId: 2 },
      "order: has another tenantId than was given",
    ],
    ["a row of another model", { order: "line" }, "order: expected CompositeOrder, received"],
    ["an id", { order: 5 }, "order: expected CompositeOrder, received"],
    ["nothing", {}, "tenantId"],
    ["null", { order: null }, "orderNumber"],
  ] as const)("%s is refused before any SQL", async ([, given, message]) => {
    const line = await Line.where({ quantity: 3 }).one();
    const row = "order" in given && given.order === "a1" ? a1 : line;
    const input =
      "order" in given && typeof given.order === "string" ? { ...given, order: row } : given;
    const statements = database.spy();

    await expect(Line.create(input as never)).rejects.toThrow(ValidationError);
    await expect(Line.create(input as never)).rejects.toThrow(message);
    expect(statements()).toEqual([]);
  });

  test("a relation of a row without its key leads nowhere", () => {
    const order = new Order({ tenantId: 1, number: "9" });
    (order as { number: unknown }).number = undefined;

    expect(() => order.lines).toThrow(RelationError);
  });
});
