/** DESIGN 2.5, transactions, as its text would be followed. */
import { engines, fetchOne, sql, TransactionClosedError, transaction } from "ferro-orm";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, Tag, useBlog } from "./blog.ts";

describeEachDatabase("contract 2.5", (db) => {
  useBlog(db);
  const count = () => Tag.count();

  test("commits on return and gives the result, rolls back on throw", async () => {
    const given = await transaction(async (tx) => {
      const made = await Author.create({ name: "A", email: "a@example.com" });
      if (db.backend === "postgres") {
        await tx.execute("select set_config($1, $2, true)", ["app.user", "7"]);
        const row = await tx.fetchOne("select current_setting('app.user') as user");
        expect(row).toEqual({ user: "7" });
      }
      return made.name;
    });
    expect(given).toBe("A");

    const failed = transaction(async () => {
      await Tag.create({ name: "undone" });
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await count()).toBe(0);
  });

  test("takes all its options", async () => {
    await using session = engines.session();
    const signal = new AbortController().signal;
    const options = {
      session,
      isolation: "serializable",
      retries: 2,
      timeoutMs: 10_000,
      signal,
    } as const;
    await transaction(async () => Tag.create({ name: "x" }), options);
    await transaction(async () => Tag.count(), { using: "default", readOnly: true });
    expect(await count()).toBe(1);
  });

  test("nested ones are savepoints; siblings of Promise.all run one after the other", async () => {
    await transaction(async (tx) => {
      await Tag.create({ name: "outer" });
      await transaction(async () => {
        await Tag.create({ name: "inner" });
        throw new Error("inner");
      }).catch(() => undefined);
      await tx.savepoint(() => Tag.create({ name: "saved" }));
      const order: string[] = [];
      await Promise.all(
        ["a", "b"].map((name) =>
          transaction(async () => {
            order.push(`${name} begins`);
            await Tag.create({ name });
            order.push(`${name} ends`);
          }),
        ),
      );
      expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
    });
    expect((await Tag.orderBy("id").all()).map(({ name }) => name)).toEqual([
      "outer",
      "saved",
      "a",
      "b",
    ]);
  });

  test("the handle has execute, fetchAll, fetchOne and savepoint, and dies with its block", async () => {
    let kept: Parameters<Parameters<typeof transaction>[0]>[0] | undefined;
    await transaction(async (tx) => {
      kept = tx;
      expect(await tx.execute(sql`insert into tag (name) values (${"raw"})`)).toBe(1);
      expect(await tx.fetchAll("select name from tag")).toEqual([{ name: "raw" }]);
      expect(await tx.fetchOne(sql`select count(*) as n from tag`)).toEqual({ n: 1 });
    });
    await expect(kept?.execute("delete from tag")).rejects.toThrow(TransactionClosedError);
    await expect(kept?.savepoint(() => undefined)).rejects.toThrow(TransactionClosedError);
  });

  test("work that was left un-awaited and comes after the end fails", async () => {
    let late: Promise<unknown> | undefined;
    await transaction(async () => {
      late = new Promise((resolve) => setImmediate(resolve))
        .then(() => new Promise((resolve) => setImmediate(resolve)))
        .then(() => Tag.create({ name: "late" }));
    });
    await expect(late).rejects.toThrow(TransactionClosedError);
    expect(await fetchOne("select count(*) as n from tag")).toEqual({ n: 0 });
  });
});
