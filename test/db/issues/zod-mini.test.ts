/** Schemas of zod/mini are columns like those of zod. */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod/mini";
import {
  array,
  backRef,
  type Connection,
  connect,
  field,
  foreignKey,
  id,
  json,
  Model,
  ValidationError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

class Shelf extends Model("MiniShelf", {
  code: field(z.string(), { primaryKey: true }),
  get books() {
    return backRef(Book);
  },
}) {}

class Book extends Model("MiniBook", {
  id: id(),
  title: z.string().check(z.minLength(1)),
  pages: z._default(z.int(), 1),
  subtitle: z.optional(z.string()),
  note: z.nullable(z.string()),
  made: field(z.string(), { dbDefault: "now" }),
  strict: field(z.nullable(z.string()), { nullable: false }),
  loose: field(z.string(), { nullable: true }),
  data: json(z.object({ a: z.number() })),
  labels: array(z.string()),
  at: z.codec(z.string(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  }),
  get shelf() {
    return foreignKey(Shelf, { relatedName: "books", nullable: true });
  },
}) {}

describeEachDatabase("zod/mini", (db) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
  });

  afterAll(async () => {
    await connection.close();
  });

  test("its schemas make columns", async () => {
    const at = new Date("2026-01-31T09:30:00.000Z");
    const given = { title: "a", strict: "s", data: { a: 1 }, labels: ["x"], at, note: null };
    const shelf = await Shelf.create({ code: "s" });

    const book = await Book.create({ ...given, shelf });
    book.subtitle = "b";
    await book.save();
    await Book.where((t) => t.id.eq(book.id)).update({ loose: "l", shelfId: null });

    expect(await Book.bulkCreate([given])).toBe(1);
    expect({ ...(await book.refresh()).toJSON() }).toMatchObject({
      title: "a",
      pages: 1,
      subtitle: "b",
      note: null,
      made: "now",
      loose: "l",
      data: { a: 1 },
      labels: ["x"],
      shelfId: null,
    });
    expect(book.at).toEqual(at);
    await expect(Book.create({ ...given, title: "" })).rejects.toThrow(ValidationError);
    await expect(Book.create({ ...given, strict: null })).rejects.toThrow("can't be null");
  });
});
