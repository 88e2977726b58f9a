/** Faults that a review found in saving and rolling back, each as its smallest program. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  type Connection,
  connect,
  engines,
  execute,
  fetchOne,
  id,
  Model,
  RelationError,
  SerializationError,
  transaction,
  UsageError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, Post, Tag } from "../models.ts";

let nonce = 0;
const sealed = z.codec(z.string(), z.object({ secret: z.string() }), {
  decode: (text) => ({ secret: text.slice(text.indexOf(":") + 1) }),
  encode: ({ secret }) => `${nonce++}:${secret}`,
});

class Account extends Model("Account", {
  id: id(),
  name: z.string(),
  password: z
    .string()
    .transform((text) => `H(${text})`)
    .pipe(z.string())
    .default("none"),
  box: sealed.nullable().default(null),
}) {}

describeEachDatabase("saving", (db) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
  });

  beforeEach(async () => {
    for (const model of [Post, Tag, Author, Account]) await model.allRows().delete();
  });

  afterAll(async () => {
    await connection.close();
  });

  test("an edit made while a save runs is written by the next one", async () => {
    const tag = await Tag.create({ name: "a" });

    tag.name = "b";
    const saving = tag.save();
    tag.name = "c";
    await saving;
    await tag.save();

    expect(await fetchOne("select name from tag")).toEqual({ name: "c" });
  });

  test("a boolean that was just written is unchanged, and a rollback gives it back", async () => {
    const author = await Author.create({ name: "Ann", email: "ann@example.com" });
    const post = await Post.create({ title: "a", published: true, author });
    await execute("update post set published = false");

    await post.save();
    expect((await fetchOne("select published from post"))?.["published"]).toBeOneOf([false, 0]);

    const failed = transaction(async () => {
      post.published = false;
      await post.save();
      throw new Error("undo");
    });
    await expect(failed).rejects.toThrow("undo");
    expect(post.published).toBe(true);
  });

  test("two saves of one new instance at once make one row", async () => {
    const tag = new Tag({ name: "a" });

    await Promise.all([tag.save(), tag.save()]);

    expect(await Tag.count()).toBe(1);
  });

  test("a schema that changes its input runs once", async () => {
    const account = await Account.create({ name: "a", password: "pw" });
    expect(account.password).toBe("H(pw)");

    account.password = "set by the program";
    await account.save();

    expect(await fetchOne("select password from account")).toEqual({
      password: "set by the program",
    });
  });

  test("a codec that never writes the same twice is left alone by other saves", async () => {
    const account = await Account.create({ name: "a", box: { secret: "s" } });
    const before = await fetchOne("select box from account");
    const loaded = await engines.session((session) => session.query(Account).get(account.id));

    loaded.name = "b";
    await loaded.save();

    expect(await fetchOne("select box from account")).toEqual(before);
    expect(loaded.box).toEqual({ secret: "s" });
  });

  test("a rollback gives back edits made before, and undoes those made inside", async () => {
    await engines.session(async () => {
      const [edited, changed] = [await Tag.create({ name: "a" }), await Tag.create({ name: "b" })];
      edited.name = "edited before";
      const fails = transaction(async () => {
        await edited.save();
        changed.name = "changed inside";
        await changed.save();
        throw new Error("no");
      });

      await expect(fails).rejects.toThrow("no");
      expect(edited.name).toBe("edited before");
      expect(changed.name).toBe("b");
      await edited.save();
      await changed.save();
      expect((await Tag.orderBy((t) => t.id).all()).map(({ name }) => name)).toEqual([
        "edited before",
        "b",
      ]);
    });
  });

  test("a retry saves again what was edited before the transaction", async () => {
    await engines.session(async () => {
      const tag = await Tag.create({ name: "a" });
      tag.name = "new";
      let runs = 0;

      await transaction(
        async () => {
          await tag.save();
          runs += 1;
          if (runs < 3) throw new SerializationError("again");
        },
        { retries: 3 },
      );

      expect(tag.name).toBe("new");
      expect(await fetchOne("select name from tag")).toEqual({ name: "new" });
    });
  });

  test("a refresh inside a transaction is undone with it", async () => {
    const tag = await Tag.create({ name: "a" });
    const fails = transaction(async () => {
      await execute("update tag set name = 'inside'");
      const inside = await Tag.get(tag.id);
      await inside.refresh();
      await tag.refresh();
      throw new Error("no");
    });

    await expect(fails).rejects.toThrow("no");
    expect(tag.name).toBe("a");
  });

  test("a related row that can't be linked is not made", async () => {
    const author = await Author.create({ name: "Ann", email: "ann@example.com" });
    const post = await Post.create({ title: "a", author });
    await execute("delete from post");

    await expect(post.tags.create({ name: "orphan" })).rejects.toThrow();

    expect(await Tag.count()).toBe(0);
  });

  test("a required relation that leads nowhere says so", async () => {
    const post = new Post({ title: "a", authorId: 404 });

    await expect((async () => post.author)()).rejects.toThrow(RelationError);
  });

  test("a transaction that ends itself is refused", async () => {
    const ended = transaction(async (tx) => {
      await tx.execute("commit");
    });

    await expect(ended).rejects.toThrow();
    await expect(transaction("select 1" as never)).rejects.toThrow(UsageError);
    expect(() => engines.session({ readonly: true } as never)).toThrow(/no option "readonly"/);
    expect(() => engines.session(5 as never)).toThrow(UsageError);
  });
});
