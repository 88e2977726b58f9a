import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { backRef, foreignKey, id, Model } from "../../src/index.ts";
import type { LazyOne, Related } from "../../src/query/types.ts";

class Order extends Model(
  "Order",
  {
    tenantId: z.int(),
    number: z.string(),
    get lines() {
      return backRef(Line);
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

class Line extends Model("Line", {
  id: id(),
  tenantId: z.int(),
  orderNumber: z.string(),
  giftNumber: z.string().nullable(),
  note: z.string(),
  get order() {
    return foreignKey(Order, { relatedName: "lines", columns: ["tenantId", "orderNumber"] });
  },
  get giftOf() {
    return foreignKey(Order, {
      relatedName: "gifts",
      columns: ["tenantId", "giftNumber"],
      nullable: true,
    });
  },
}) {}

class Invoice extends Model("Invoice", {
  id: id(),
  tenantId: z.int(),
  number: z.string(),
  get order() {
    return foreignKey(Order, {
      relatedName: "invoice",
      columns: ["tenantId", "number"],
      unique: true,
    });
  },
}) {}

declare const order: Order;
declare const line: Line;

describe("a foreign key to a composite key", () => {
  test("is a row, and has no id of its own", async () => {
    expectTypeOf(line.order).toEqualTypeOf<LazyOne<Order>>();
    expectTypeOf(await line.giftOf).toEqualTypeOf<Order | null>();
    expectTypeOf(line.orderNumber).toEqualTypeOf<string>();
    expectTypeOf<Line>().not.toHaveProperty("orderId");
    expectTypeOf(order.lines).toEqualTypeOf<Related<typeof Line, "order">>();
    expectTypeOf(await order.invoice).toEqualTypeOf<Invoice | null>();
    // @ts-expect-error -- there is no such id
    Line.where({ orderId: 1 });
  });

  test("is given as its columns or as the row", async () => {
    Line.create({ tenantId: 1, orderNumber: "n", note: "" });
    Line.create({ tenantId: 1, orderNumber: "n", note: "", giftOf: order });
    const made = await Line.create({ order, note: "" });
    Line.create({ order, tenantId: 1, giftOf: null, note: "" });
    Line.create({ orderNumber: "n", giftOf: order, note: "" });
    Line.create({ order: { tenantId: 1, number: "n" }, note: "" });
    new Line({ tenantId: 1, orderNumber: "n", note: "" });
    Line.bulkCreate([{ tenantId: 1, orderNumber: "n", note: "" }]);

    expectTypeOf(made.order.number).toEqualTypeOf<string>();
    // @ts-expect-error -- the number of the order is missing
    Line.create({ tenantId: 1, note: "" });
    // @ts-expect-error -- a gift says the tenant, and not the order
    Line.create({ giftOf: order, note: "" });
    // @ts-expect-error -- the note is missing
    Line.create({ order });
    // @ts-expect-error -- a line is no order
    Line.create({ order: line, note: "" });
  });

  test("is known in rows made over the back reference", () => {
    expectTypeOf(order.lines.create({ note: "" })).toExtend<Promise<Line>>();
    Order.create({ tenantId: 1, number: "n", lines: [{ note: "" }], invoice: {} });
    // @ts-expect-error -- the note is missing
    order.lines.create({});
    // @ts-expect-error -- the number of the order is missing
    order.gifts.create({ note: "" });
  });

  test("is a path, an include, and a change", async () => {
    const [found] = await Line.where((t) => t.order.number.eq("n"))
      .include({ order: { invoice: true }, giftOf: true })
      .all();
    const orders = await Order.where((t) => t.lines.some((l) => l.note.eq("")))
      .include({ lines: true })
      .all();

    expectTypeOf(found?.order.invoice?.number).toEqualTypeOf<string | undefined>();
    expectTypeOf(found?.giftOf?.number).toEqualTypeOf<string | undefined>();
    expectTypeOf(orders[0]?.lines[0]?.note).toEqualTypeOf<string | undefined>();
    Line.where({ id: 1 }).update({ order, giftOf: null });
    // @ts-expect-error -- an order is needed
    Line.where({ id: 1 }).update({ order: null });
  });

  test("has columns in options that exist", () => {
    // @ts-expect-error -- columns are a list
    foreignKey(Order, { relatedName: "lines", columns: "tenantId" });
  });
});
