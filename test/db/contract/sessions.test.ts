/** DESIGN 2.4, sessions, as its text would be followed. */
import { engines, resetEngine, SessionClosedError, transaction, UsageError } from "ferro-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, connectTo } from "./blog.ts";

describeEachDatabase("contract 2.4", (db) => {
  beforeEach(async () => {
    await connectTo(db, { name: "analytics", default: true, implicitRouting: "error" });
    await Author.using("analytics").allRows().delete();
    await Author.using("analytics").create({ name: "Ann", email: "ann@example.com" });
  });
  afterEach(resetEngine);

  test("in a callback", async () => {
    await engines.session("analytics", async (s) => {
      expect(await Author.all()).toHaveLength(1);
      expect(
        await s
          .query(Author)
          .where((u) => u.name.eq("Ann"))
          .all(),
      ).toHaveLength(1);
    });
    expect(await engines.session(() => Author.count())).toBe(1);
  });

  test("as a handle, and entered for the rest of a block", async () => {
    const s = engines.session("analytics");
    expect(await s.query(Author).all()).toHaveLength(1);
    expect(await s.run(() => Author.all())).toHaveLength(1);
    await s.close();
    await s.close();

    await Promise.resolve().then(async () => {
      await using entered = engines.session().enter();
      expect(await Author.all()).toHaveLength(1);
      expect(entered.isClosed).toBe(false);
    });
  });

  test("each has its own identity map: a hit keeps unsaved edits, refresh reloads, bulk changes evict", async () => {
    await engines.session(async () => {
      const ann = await Author.where({ name: "Ann" }).one();
      ann.name = "Anna";
      expect(await Author.get(ann.id)).toBe(ann);
      expect((await Author.get(ann.id)).name).toBe("Anna");
      await engines.session(async () => expect(await Author.get(ann.id)).not.toBe(ann));
      expect((await ann.refresh()).name).toBe("Ann");
      await Author.where({ id: ann.id }).update({ name: "Annette" });
      expect(await Author.get(ann.id)).not.toBe(ann);
    });
  });

  test("close is refused in its transaction; work on a closed session fails", async () => {
    const s = engines.session("analytics");
    await s.run(() =>
      transaction(async () => {
        await expect(s.close()).rejects.toThrow(UsageError);
      }),
    );
    await s.close();
    await expect(s.query(Author).count()).rejects.toThrow(SessionClosedError);
    await expect(s.run(() => Author.count())).rejects.toThrow(SessionClosedError);
  });

  test("an inner session gives way to the outer one; without any, implicitRouting decides", async () => {
    await engines.session("analytics", async (outer) => {
      const ann = await Author.where({ name: "Ann" }).one();
      await engines.session("analytics", () => Author.count());
      expect(await Author.get(ann.id)).toBe(ann);
      expect(outer.isClosed).toBe(false);
    });
    await expect(Author.count()).rejects.toThrow(UsageError);
  });
});
