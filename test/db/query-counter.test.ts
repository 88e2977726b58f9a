import { expect, test } from "vitest";
import { expectQueries, recordQueries } from "../../src/test-kit/query-counter.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post } from "./models.ts";

describeEachDatabase("counting statements", (db) => {
  useDatabase(db);

  test("gives the result, or an error that lists what was sent", async () => {
    const author = await Author.create({ name: "Ann", email: "ann@example.com" });
    await author.posts.create({ title: "a" });

    const posts = await expectQueries(2, () => Post.include({ author: true }).all());
    const wrong = expectQueries(1, () => Post.include({ author: true }).all());

    expect(posts).toHaveLength(1);
    await expect(wrong).rejects.toThrow("expected 1 statements, but 2 were sent\n  1. select");
  });

  test("counts what belongs to it alone", async () => {
    const [one, two] = await Promise.all([
      recordQueries(() => Post.count()),
      recordQueries(async () => {
        await Post.count();
        await Author.count();
      }),
    ]);
    await Post.count();

    expect([one.statements.length, two.statements.length]).toEqual([1, 2]);
  });
});
