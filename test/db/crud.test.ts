import { expect, test } from "vitest";
import {
  ModelDoesNotExistError,
  MultipleResultsError,
  UniqueViolationError,
  UsageError,
  ValidationError,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post, Tag } from "./models.ts";

const alice = { name: "Alice", email: "alice@example.com" };

describeEachDatabase("create, read, save, delete", (db) => {
  const database = useDatabase(db);

  test("create validates, inserts and gives an instance with its key", async () => {
    const author = await Author.create(alice);

    expect(author).toBeInstanceOf(Author);
    expect(author.id).toBeTypeOf("number");
    expect(author.bio).toBeNull();
    expect(author.shout).toBe("ALICE");
    expect(Object.keys(author)).toEqual(["id", "name", "email", "bio"]);
  });

  test("a created row reads back equal, key order and all", async () => {
    const author = await Author.create(alice);
    const post = await Post.create({
      title: "Hello World",
      author,
      rating: 4.5,
      meta: { tags: ["a", "b"], depth: 2 },
      createdAt: new Date("2026-04-24T18:30:00.123Z"),
    });

    const read = await Post.get(post.id);

    expect(read).toEqual(post);
    expect(read).not.toBe(post);
    expect(read.slug).toBe("hello-world");
    expect(read.createdAt).toEqual(new Date("2026-04-24T18:30:00.123Z"));
    expect(read.subtitle).toBeUndefined();
    expect(JSON.parse(JSON.stringify(read))).toMatchObject({
      title: "Hello World",
      authorId: author.id,
    });
  });

  test("invalid input throws before any SQL and writes nothing", async () => {
    const statements = database.spy();

    const input = { name: "", email: "nope" };
    await expect(Author.create(input)).rejects.toThrow(ValidationError);
    await expect(Author.create({ ...alice, extra: 1 } as never)).rejects.toThrow(/extra/);
    await expect(Post.create({ title: "x" } as never)).rejects.toThrow(/author: is required/);
    expect(() => new Author({ name: 1, email: "x" } as never)).toThrow(ValidationError);

    expect(statements()).toEqual([]);
    expect(await Author.count()).toBe(0);
  });

  test("a foreign key is given as an instance or an id, and not as both", async () => {
    const author = await Author.create(alice);

    const byInstance = await Post.create({ title: "a", author });
    const byId = await Post.create({ title: "b", authorId: author.id });

    expect(byInstance.authorId).toBe(author.id);
    expect(byId.authorId).toBe(author.id);
    await expect(Post.create({ title: "c", author, authorId: author.id } as never)).rejects.toThrow(
      /not both/,
    );
    await expect(
      Post.create({ title: "d", author: new Author({ ...alice, email: "b@example.com" }) }),
    ).rejects.toThrow(/save the Author first/);
  });

  test("save writes only what changed, and nothing when nothing did", async () => {
    const author = await Author.create(alice);
    const post = await Post.create({ title: "a", author, meta: { tags: [], depth: 1 } });
    const loaded = await Post.get(post.id);
    const statements = database.spy();

    await loaded.save();
    expect(statements()).toEqual([]);

    loaded.views = 7;
    loaded.meta?.tags.push("x");
    await loaded.save();
    expect(statements()).toHaveLength(1);
    expect(statements()[0]).toMatch(/set "views" = .+, "meta" = .+ where/);
    expect(statements()[0]).not.toMatch(/"title" =/);

    await loaded.save();
    expect(statements()).toHaveLength(1);
    expect((await Post.get(post.id)).meta).toEqual({ tags: ["x"], depth: 1 });
  });

  test("save validates what was assigned", async () => {
    const author = await Author.create(alice);
    author.email = "not an address";

    await expect(author.save()).rejects.toThrow(ValidationError);
    expect((await Author.get(author.id)).email).toBe(alice.email);
  });

  test("a new instance with a key of its own is saved once, however often", async () => {
    const tag = new Tag({ id: 40, name: "sql" });
    await tag.save();
    const again = new Tag({ id: 40, name: "SQL" });
    await again.save();

    expect(await Tag.count()).toBe(1);
    expect((await Tag.get(40)).name).toBe("SQL");
    await expect(Tag.create({ id: 40, name: "other" })).rejects.toThrow(UniqueViolationError);
  });

  test("saving an instance whose row is gone writes the row again", async () => {
    const tag = await Tag.create({ name: "sql" });
    await Tag.where((t) => t.id.eq(tag.id)).delete();

    tag.name = "sql again";
    await tag.save();

    expect((await Tag.get(tag.id)).name).toBe("sql again");
  });

  test("refresh reads the row again, in place", async () => {
    const author = await Author.create(alice);
    await Author.where((t) => t.id.eq(author.id)).update({ bio: "writes" });
    author.name = "unsaved";

    const same = await author.refresh();

    expect(same).toBe(author);
    expect(author.bio).toBe("writes");
    expect(author.name).toBe("Alice");
    await author.delete();
    await expect(author.refresh()).rejects.toThrow(ModelDoesNotExistError);
    await expect(new Author(alice).refresh()).rejects.toThrow(UsageError);
  });

  test("delete removes the row and leaves the object", async () => {
    const author = await Author.create(alice);

    await author.delete();

    expect(author.name).toBe("Alice");
    expect(await Author.getOrNone(author.id)).toBeNull();
    await new Author(alice).delete();
  });

  test("get throws with model and key, getOrNone gives null", async () => {
    const missing = await Author.get(404).catch((error: unknown) => error);

    expect(missing).toBeInstanceOf(ModelDoesNotExistError);
    expect(missing).toMatchObject({ code: "MODEL_DOES_NOT_EXIST", model: "Author", pk: 404 });
    expect(await Author.getOrNone(404)).toBeNull();
    await expect(Author.get(undefined as never)).rejects.toThrow(UsageError);
    await expect(Author.get({ id: 1 } as never)).rejects.toThrow(UsageError);
  });

  test("one gives the only row and says when there is none or more", async () => {
    await expect(Tag.one()).rejects.toThrow(ModelDoesNotExistError);
    await Tag.create({ name: "a" });
    expect((await Tag.one()).name).toBe("a");
    await Tag.create({ name: "b" });
    await expect(Tag.one()).rejects.toThrow(MultipleResultsError);
  });

  test("bulkCreate inserts thousands of rows and counts them", async () => {
    const author = await Author.create(alice);
    const rows = Array.from({ length: 2_500 }, (_, index) => ({
      title: `post ${index}`,
      authorId: author.id,
      published: index % 2 === 0,
      ...(index % 3 === 0 && { rating: index / 4 }),
    }));

    expect(await Post.bulkCreate(rows)).toBe(2_500);
    expect(await Post.bulkCreate([])).toBe(0);
    expect(await Post.count()).toBe(2_500);
    const last = await Post.orderBy((t) => t.id.desc()).first();
    expect(last).toMatchObject({ title: "post 2499", published: false, rating: 624.75 });
  });

  test("bulkCreate takes keys given and left out in one call, and all or nothing", async () => {
    expect(await Employee.bulkCreate([{ id: 900, name: "a" }, { name: "b" }])).toBe(2);
    await expect(Tag.bulkCreate([{ name: "x" }, { name: "y" }, { name: "x" }])).rejects.toThrow(
      UniqueViolationError,
    );
    expect(await Tag.count()).toBe(0);
    await expect(Tag.bulkCreate([{ name: "x" }, { name: 1 } as never])).rejects.toThrow(
      ValidationError,
    );
    expect(await Tag.count()).toBe(0);
  });

  test("a unique violation names model, columns and nothing of the values", async () => {
    await Author.create(alice);
    const error = await Author.create(alice).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(UniqueViolationError);
    expect(error).toMatchObject({ model: "Author", table: "author", columns: ["email"] });
    expect(String(error)).not.toContain(alice.email);
  });
});
