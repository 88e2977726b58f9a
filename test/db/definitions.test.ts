import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  type Connection,
  connect,
  Decimal,
  execute,
  fetchOne,
  field,
  foreignKey,
  id,
  Model,
  ModelDoesNotExistError,
  SchemaError,
  UniqueViolationError,
  UsageError,
  uuidId,
  ValidationError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";

class Seat extends Model(
  "Seat",
  { row: z.string(), number: z.int(), taken: z.boolean().default(false) },
  { primaryKey: ["row", "number"] },
) {}

class LogLine extends Model("LogLine", { text: z.string() }) {}

class Invoice extends Model(
  "Invoice",
  {
    id: uuidId(),
    net: field(z.int(), { comment: "in cents" }),
    tax: field(z.int(), { dbDefault: 19 }),
    gross: field(z.int(), { generatedAs: "net + tax" }),
    stamp: field(z.string(), { dbDefault: { sql: "upper('made')" } }),
    note: z.string().default("none"),
    get customer() {
      return foreignKey(Customer, { relatedName: "invoices", index: true });
    },
  },
  { uniques: [["net", "customerId"]], comment: "bills" },
) {}

class Customer extends Model(
  "Customer",
  {
    code: field(z.string().length(3), { primaryKey: true }),
    limit: field(
      z.codec(z.string(), z.instanceof(Decimal), {
        decode: (text) => new Decimal(text),
        encode: (value) => value.toFixed(2),
      }),
      { column: "credit_limit" },
    ),
    get invoices() {
      return backRef(Invoice);
    },
  },
  { table: "customers" },
) {}

describeEachDatabase("what a definition can say", (db) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(db.url, {
      autoMigrate: true,
      identityMap: false,
      implicitRouting: "allow",
    });
  });

  afterAll(async () => {
    await connection.close();
  });

  test("a composite key identifies a row in every call", async () => {
    await Seat.bulkCreate([
      { row: "A", number: 1 },
      { row: "A", number: 2 },
      { row: "B", number: 1 },
    ]);

    const seat = await Seat.get({ row: "A", number: 2 });
    seat.taken = true;
    await seat.save();

    expect(await Seat.where({ taken: true }).count()).toBe(1);
    expect((await seat.refresh()).number).toBe(2);
    await seat.delete();
    expect(await Seat.getOrNone({ row: "A", number: 2 })).toBeNull();
    await expect(Seat.get({ row: "A" } as never)).rejects.toThrow(UsageError);
    await expect(Seat.get({ row: "A", number: 2 })).rejects.toThrow(ModelDoesNotExistError);
    await expect(Seat.create({ row: "B", number: 1 })).rejects.toThrow(UniqueViolationError);
  });

  test("a model without a key stores rows and says what it can't do", async () => {
    const line = await LogLine.create({ text: "a" });

    expect(await LogLine.count()).toBe(1);
    await expect(LogLine.get("a" as never)).rejects.toThrow(/has no primary key/);
    await expect(line.delete()).rejects.toThrow(UsageError);
    line.text = "b";
    await expect(line.save()).rejects.toThrow(/no primary key/);
  });

  test("defaults and generated columns of the database come back with the row", async () => {
    const customer = await Customer.create({ code: "abc", limit: new Decimal("12.5") });
    const invoice = await Invoice.create({ net: 100, customer });

    expect(invoice).toMatchObject({ tax: 19, gross: 119, stamp: "MADE", note: "none" });
    expect(await Invoice.get(invoice.id)).toEqual(invoice);

    invoice.net = 200;
    await invoice.save();
    expect((await Invoice.get(invoice.id)).gross).toBe(219);
    expect(invoice.gross).toBe(219);
    await expect(Invoice.create({ net: 1, customer, gross: 5 } as never)).rejects.toThrow(
      ValidationError,
    );
    await expect(Invoice.create({ net: 200, customer })).rejects.toThrow(UniqueViolationError);
    await execute(
      "insert into invoice (id, net, customer_id) values ('6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b', 1, 'abc')",
    );
    expect(await fetchOne("select note, tax from invoice where net = 1")).toEqual({
      note: "none",
      tax: 19,
    });
  });

  test("a codec column takes and gives the program's value and stores the other", async () => {
    const made = await Customer.create({ code: "xyz", limit: "7.50" });

    expect(made.limit).toBeInstanceOf(Decimal);
    expect(await fetchOne("select credit_limit from customers where code = 'xyz'")).toEqual({
      credit_limit: "7.50",
    });
    expect(await Customer.where((t) => t.limit.eq(new Decimal(7.5))).count()).toBe(1);
    made.limit = new Decimal(8);
    await made.save();
    expect((await Customer.get("xyz")).limit.toString()).toBe("8");
  });

  test("a key that is not called id is referenced and loaded", async () => {
    const customer = await Customer.create({ code: "key", limit: "1.00" });
    const invoice = await Invoice.create({ net: 5, customerId: "key" });

    expect((await invoice.customer).code).toBe("key");
    expect(await customer.invoices.count()).toBe(1);
    expect(await Invoice.where((t) => t.customer.code.eq("key")).count()).toBe(1);
  });

  test("a class field that repeats a column is refused", () => {
    class Shadowed extends Model("Shadowed", { id: id(), name: z.string() }) {
      override name = "mine";
    }

    expect(() => new Shadowed({ name: "given" })).toThrow(SchemaError);
    expect(() => new Shadowed({ name: "given" })).toThrow(/class field name of Shadowed/);
  });

  test("a class field that repeats a relation, and a member that hides a column, are refused", () => {
    class Repeats extends Model("Repeats", {
      id: id(),
      get parent() {
        return foreignKey(Repeats, { relatedName: "children", nullable: true });
      },
      get children() {
        return backRef(Repeats);
      },
    }) {
      override children = 5 as never;
    }
    class Hides extends Model("Hides", { id: id(), valueOf: z.string() }) {}

    expect(() => new Repeats({})).toThrow(/class field children of Repeats/);
    expect(() => new Hides({ valueOf: "x" } as never)).toThrow(/class member called "valueOf"/);
  });

  test("the first instance of a class is as plain as the others", () => {
    class Plain extends Model("Plain", { id: id(), name: z.string() }) {}

    expect(structuredClone(new Plain({ name: "a" }))).toEqual({ id: undefined, name: "a" });
    expect(() => Model("Plain", { id: id() }, { table: "elsewhere" })).toThrow(
      /two models are called Plain/,
    );
  });

  test.for<[string, () => unknown, RegExp]>([
    [
      "an unknown unique",
      () => Model("X", { id: id(), a: z.string() }, { uniques: [["a", "b_c"]] }),
      /unknown column "b_c"/,
    ],
    [
      "a unique of one",
      () => Model("X", { id: id(), a: z.string() }, { uniques: [["a"]] as never }),
      /at least two/,
    ],
    ["a reserved name", () => Model("X", { id: id(), save: z.string() }), /"save"/],
    ["an empty name", () => Model("", { id: id() }), /non-empty/],
    [
      "a relation outside a getter",
      () => Model("X", { id: id(), customer: foreignKey(Customer, { relatedName: "x" }) }),
      /outside a getter/,
    ],
    [
      "two keys",
      () => (Model("X", { a: id(), b: id() }) as never as { get(key: number): unknown }).get(1),
      /primaryKey: \["a", "b"\]/,
    ],
    [
      "a nullable key",
      () => Model("X", { a: field(z.string().nullable(), { primaryKey: true }) }),
      /can't be nullable/,
    ],
    ["no field at all", () => Model("X", { id: id(), a: 5 }), /is not a field/],
    ["a name over 63 bytes", () => Model("x".repeat(64), { id: id() }), /63/],
  ])("%s is refused by name", async ([, define, message]) => {
    const outcome = async () => define();

    await expect(outcome()).rejects.toThrow(message);
    await expect(outcome()).rejects.toBeInstanceOf(SchemaError);
  });
});
