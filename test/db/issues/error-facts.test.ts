/** A refused write tells the same on every database: which model, table, columns and constraint. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  CheckViolationError,
  type Connection,
  connect,
  DatabaseError,
  execute,
  ForeignKeyViolationError,
  field,
  foreignKey,
  id,
  Model,
  manyToMany,
  NotNullViolationError,
  transaction,
  UniqueViolationError,
} from "../../../src/index.ts";
import { describeEachDatabase, type TestDatabase } from "../../support/databases.ts";

class Shelf extends Model("Shelf", {
  id: id(),
  get books() {
    return backRef(Book);
  },
}) {}

class Book extends Model(
  "Book",
  {
    id: id(),
    title: z.string(),
    isbn: field(z.string().nullable().default(null), { unique: true }),
    volume: z.int().default(1),
    kind: z.enum(["novel", "poem"]).default("novel"),
    get shelf() {
      return foreignKey(Shelf, { relatedName: "books", onDelete: "RESTRICT" });
    },
    get sequel() {
      return foreignKey(Book, { relatedName: "prequels", nullable: true, onDelete: "NO ACTION" });
    },
    get prequels() {
      return backRef(Book);
    },
    get chapters() {
      return backRef(Chapter);
    },
    get topics() {
      return manyToMany(Topic, { relatedName: "books" });
    },
  },
  { uniques: [["title", "volume"]], checks: [{ name: "ck_book_volume", sql: "volume > 0" }] },
) {}

class Topic extends Model("Topic", {
  id: id(),
  get books() {
    return backRef(Book);
  },
}) {}

class Chapter extends Model("Chapter", {
  id: id(),
  get book() {
    return foreignKey(Book, { relatedName: "chapters", onDelete: "CASCADE" });
  },
  get notes() {
    return backRef(Footnote);
  },
}) {}

class Footnote extends Model("Footnote", {
  id: id(),
  get madeIn() {
    return foreignKey(Chapter, { relatedName: "notes", onDelete: "NO ACTION" });
  },
}) {}

class Country extends Model("Country", {
  code: field(z.string(), { primaryKey: true }),
  get cities() {
    return backRef(City);
  },
}) {}

class City extends Model("City", {
  id: id(),
  get country() {
    return foreignKey(Country, { relatedName: "cities", onDelete: "NO ACTION" });
  },
}) {}

async function failure<Kind extends Error>(
  kind: abstract new (...given: never[]) => Kind,
  work: PromiseLike<unknown>,
): Promise<Kind> {
  const error: unknown = await Promise.resolve(work).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof kind)) throw new Error(`expected ${kind.name}`, { cause: error });
  return error;
}

/** What a program may read off an error, and the message. */
async function facts(
  kind: typeof DatabaseError,
  work: PromiseLike<unknown>,
): Promise<readonly unknown[]> {
  const { model, table, columns, constraint, message } = await failure(kind, work);
  return [model, table, columns, constraint, message];
}

function useLibrary(db: TestDatabase): void {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
  });

  beforeEach(async () => {
    await execute("delete from book_topics");
    for (const model of [Footnote, Chapter]) await model.allRows().delete();
    await Book.allRows().update({ sequelId: null });
    for (const model of [Book, Shelf, Topic, City, Country]) await model.allRows().delete();
  });

  afterAll(async () => {
    await connection.close();
  });
}

describeEachDatabase("a foreign key to no row", (db) => {
  useLibrary(db);

  test("in create, save, update and bulkCreate names the shadow's property", async () => {
    const shelf = await Shelf.create({});
    const book = await Book.create({ title: "a", shelf });
    const row = (title: string, shelfId: number) => ({ title, shelfId });
    const told = (action: string) => [
      "Book",
      "book",
      ["shelfId"],
      "book_shelf_id_fkey",
      `Book ${action} was refused by book_shelf_id_fkey: the row pointed to is missing, there is no such Shelf (shelfId)`,
    ];

    book.shelfId = 404;
    expect(await facts(ForeignKeyViolationError, book.save())).toEqual(told("save"));
    expect(await facts(ForeignKeyViolationError, Book.create(row("b", 404)))).toEqual(
      told("create"),
    );
    const update = Book.where({ title: "a" }).update({ shelfId: 404 });
    expect(await facts(ForeignKeyViolationError, update)).toEqual(told("update"));
    const rows = [row("c", shelf.id), row("d", shelf.id), row("e", 404), row("f", shelf.id)];
    expect(await facts(ForeignKeyViolationError, Book.bulkCreate(rows))).toEqual(
      told("bulkCreate"),
    );
    expect(await Book.count()).toBe(1);
  });

  test("is told from the other keys of the row, and from rows that point to their own statement", async () => {
    const { id: shelfId } = await Shelf.create({});
    const base = { shelfId, kind: "novel" as const };
    const before = await Book.create({ ...base, title: "a" });
    const next = before.id + 1;

    const error = await failure(
      ForeignKeyViolationError,
      Book.bulkCreate([
        { ...base, id: next, title: "b", sequelId: next + 1 },
        { ...base, id: next + 1, title: "c", sequelId: before.id },
        { ...base, id: next + 2, title: "d", shelfId: 404, sequelId: next + 2 },
      ]),
    );
    const sequel = await failure(
      ForeignKeyViolationError,
      Book.create({ ...base, title: "e", sequelId: 404 }),
    );

    expect(error.columns).toEqual(["shelfId"]);
    expect(sequel.columns).toEqual(["sequelId"]);
  });

  test("of a link names the join table's column", async () => {
    const book = await Book.create({ title: "a", shelf: await Shelf.create({}) });
    const [kept, gone] = [await Topic.create({}), await Topic.create({})];
    await Topic.where({ id: gone.id }).delete();

    const told = [
      "Book",
      "book_topics",
      ["topic_id"],
      "book_topics_topic_id_fkey",
      "Book topics.add was refused by book_topics_topic_id_fkey: the row pointed to is missing, there is no such Topic (topic_id)",
    ];
    expect(await facts(ForeignKeyViolationError, book.topics.add(kept, gone))).toEqual(told);

    await Book.where({ id: book.id }).delete();
    expect((await failure(ForeignKeyViolationError, kept.books.add(book))).columns).toEqual([
      "book_id",
    ]);
  });

  test("inside a transaction that goes on from a savepoint leaves it usable", async () => {
    await transaction(async () => {
      const nested = transaction(() => Book.create({ title: "a", shelfId: 404 }));
      expect((await failure(ForeignKeyViolationError, nested)).columns).toEqual(["shelfId"]);
      await Shelf.create({});
    });

    expect(await Shelf.count()).toBe(1);
  });
});

describeEachDatabase("a row that others still point to", (db) => {
  useLibrary(db);

  test("can't be deleted: RESTRICT, by instance and by query", async () => {
    const shelf = await Shelf.create({});
    await Book.create({ title: "a", shelf });
    const told = [
      "Shelf",
      "book",
      ["shelfId"],
      "book_shelf_id_fkey",
      "Shelf delete was refused by book_shelf_id_fkey: rows of Book still point here (shelfId)",
    ];

    expect(await facts(ForeignKeyViolationError, shelf.delete())).toEqual(told);
    const all = Shelf.where((t) => t.id.gt(0)).delete();
    expect(await facts(ForeignKeyViolationError, all)).toEqual(told);
    expect(await Shelf.count()).toBe(1);
  });

  test("can't be deleted: NO ACTION, from the same table", async () => {
    const shelf = await Shelf.create({});
    const sequel = await Book.create({ title: "b", shelf });
    await Book.create({ title: "a", shelf, sequel });

    expect(await facts(ForeignKeyViolationError, sequel.delete())).toEqual([
      "Book",
      "book",
      ["sequelId"],
      "book_sequel_id_fkey",
      "Book delete was refused by book_sequel_id_fkey: rows of Book still point here (sequelId)",
    ]);
  });

  test("can't be deleted by way of a CASCADE, though rows of its own table point to it", async () => {
    const shelf = await Shelf.create({});
    const sequel = await Book.create({ title: "b", shelf });
    const book = await Book.create({ title: "a", shelf, sequel });
    const chapter = await Chapter.create({ book });
    await Footnote.create({ madeIn: chapter });

    expect(await facts(ForeignKeyViolationError, Book.allRows().delete())).toEqual([
      "Book",
      "footnote",
      ["madeInId"],
      "footnote_made_in_id_fkey",
      "Book delete was refused by footnote_made_in_id_fkey: rows of Footnote still point here (madeInId)",
    ]);
  });

  test("can't change the key", async () => {
    const country = await Country.create({ code: "de" });
    await City.create({ country });

    const update = Country.where({ code: "de" }).update({ code: "fr" });
    expect(await facts(ForeignKeyViolationError, update)).toEqual([
      "Country",
      "city",
      ["countryId"],
      "city_country_id_fkey",
      "Country update was refused by city_country_id_fkey: rows of City still point here (countryId)",
    ]);
  });

  test("can't be deleted by raw SQL, which names no columns of the other table", async () => {
    await Book.create({ title: "a", shelf: await Shelf.create({}) });

    const error = await failure(ForeignKeyViolationError, execute("delete from shelf"));

    expect(error.columns).toEqual([]);
    expect(error.message).toMatch(/^execute was refused.*a row still points here$/);
  });
});

describeEachDatabase("a row that breaks a rule", (db) => {
  useLibrary(db);

  test("of uniqueness, by column, by several columns and by key", async () => {
    const { id: shelfId } = await Shelf.create({});
    const book = await Book.create({ title: "a", isbn: "1", shelfId });

    const one = Book.create({ title: "b", isbn: "1", shelfId });
    expect(await facts(UniqueViolationError, one)).toEqual([
      "Book",
      "book",
      ["isbn"],
      "book_isbn_key",
      "Book create was refused by book_isbn_key: the value is taken (isbn)",
    ]);
    const several = Book.create({ title: "a", isbn: "2", shelfId });
    expect(await facts(UniqueViolationError, several)).toEqual([
      "Book",
      "book",
      ["title", "volume"],
      "uq_book_title_volume",
      "Book create was refused by uq_book_title_volume: the value is taken (title, volume)",
    ]);
    const key = Book.create({ id: book.id, title: "c", isbn: "3", shelfId });
    expect(await facts(UniqueViolationError, key)).toEqual([
      "Book",
      "book",
      ["id"],
      "book_pkey",
      "Book create was refused by book_pkey: the value is taken (id)",
    ]);
    const raw = execute(
      `insert into book (id, title, volume, kind, shelf_id) values (${book.id}, 'd', 1, 'novel', ${shelfId})`,
    );
    expect((await facts(UniqueViolationError, raw)).slice(1, 4)).toEqual([
      "book",
      ["id"],
      "book_pkey",
    ]);
  });

  test("of an expression's uniqueness names the index and no column", async () => {
    await execute("create unique index uq_book_lower on book (lower(title))");
    const { id: shelfId } = await Shelf.create({});
    await Book.create({ title: "a", shelfId });

    const error = await facts(
      UniqueViolationError,
      Book.create({ title: "A", volume: 2, shelfId }),
    );
    await execute("drop index uq_book_lower");

    expect(error.slice(0, 4)).toEqual(["Book", "book", [], "uq_book_lower"]);
  });

  test("of a check, the model's own and an enum's", async () => {
    const { id: shelfId } = await Shelf.create({});
    const book = await Book.create({ title: "a", shelfId });

    const own = Book.where({ id: book.id }).update({ volume: 0 });
    expect((await facts(CheckViolationError, own)).slice(0, 4)).toEqual([
      "Book",
      "book",
      [],
      "ck_book_volume",
    ]);
    const kind = await failure(CheckViolationError, execute("update book set kind = 'x'"));
    expect(kind.constraint).toBe("ck_book_kind");
  });

  test("of NOT NULL", async () => {
    const { id: shelfId } = await Shelf.create({});
    const book = await Book.create({ title: "a", shelfId });

    const error = await failure(NotNullViolationError, execute("update book set shelf_id = null"));
    book.isbn = "x";
    await book.save();

    expect(error).toMatchObject({ table: "book", columns: ["shelf_id"], constraint: undefined });
  });
});

describeEachDatabase(
  "a trigger's own refusal",
  (db) => {
    useLibrary(db);

    test("is no foreign key, though it has the code of RESTRICT", async () => {
      await execute(
        "create trigger no_topics before insert on topic begin select raise(abort, 'closed'); end",
      );

      const error = await failure(DatabaseError, Topic.create({}));
      await execute("drop trigger no_topics");

      expect(error).not.toBeInstanceOf(ForeignKeyViolationError);
      expect(error.message).toBe("Topic create failed: closed");
    });
  },
  { only: ["sqlite"], because: "PostgreSQL's triggers raise with a code of their own" },
);
