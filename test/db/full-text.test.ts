import fc from "fast-check";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { execute, fullText, fullTextSql, id, Model, migrate } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post } from "./models.ts";

class Article extends Model("Article", {
  id: id(),
  title: z.string(),
  body: z.string().nullable().default(null),
}) {}

class Report extends Model("Report", { id: id(), body: z.string() }, { schema: "filed" }) {}

describeEachDatabase("full-text search", (db) => {
  const database = useDatabase(db, [Article, Report]);
  const search = fullText(Article, ["title", "body"]);

  beforeAll(async () => {
    for (const statement of fullTextSql(search)) await execute(statement);
  });

  beforeEach(async () => {
    await Article.bulkCreate([
      { title: "Foxes", body: "The quick brown fox jumps over the lazy dog" },
      { title: "Dogs", body: "A lazy dog sleeps. The dog dreams of another dog" },
      { title: "Quick meals", body: null },
      { title: "Nothing", body: "brown, but slow and quick" },
    ]);
  });

  const found = async (text: string): Promise<string[]> =>
    (await Article.where((t) => search.matches(t, text)).all()).map(({ title }) => title).sort();

  test("finds rows with all the words, in any of the columns", async () => {
    expect(await found("quick brown")).toEqual(["Foxes", "Nothing"]);
    expect(await found("quick")).toEqual(["Foxes", "Nothing", "Quick meals"]);
    expect(await found("quick meal")).toEqual(["Quick meals"]);
    expect(await found("sleeping")).toEqual(["Dogs"]);
    expect(await found("fox nothing")).toEqual([]);
  });

  test("knows phrases, or, and what must not be there", async () => {
    expect(await found('"quick brown"')).toEqual(["Foxes"]);
    expect(await found("meals or dreams")).toEqual(["Dogs", "Quick meals"]);
    expect(await found("quick -fox")).toEqual(["Nothing", "Quick meals"]);
    expect(await found('quick -"brown fox" or dreams')).toEqual(["Dogs", "Nothing", "Quick meals"]);
    expect(await found("-fox")).toEqual([]);
  });

  test("follows what is written", async () => {
    await Article.where({ title: "Dogs" }).update({ body: "cats" });
    await Article.where({ title: "Foxes" }).delete();

    expect(await found("dog")).toEqual(["Dogs"]);
    expect(await found("lazy")).toEqual([]);
    expect(await found("cat")).toEqual(["Dogs"]);
  });

  test("stays as it is when tables are brought to their models", async () => {
    await migrate({ updates: true, destructive: true });
    await Article.create({ title: "New", body: "a fox" });

    expect(await found("fox")).toEqual(["Foxes", "New"]);
  });

  test("finds rows of a table in another schema", async () => {
    const reports = fullText(Report, ["body"]);
    for (const statement of fullTextSql(reports)) await execute(statement);
    await Report.create({ body: "a quick fox" });

    expect(await Report.where((t) => reports.matches(t, "fox")).count()).toBe(1);
  });

  test("orders by how well rows match", async () => {
    const rows = await Article.where((t) => search.matches(t, "dog"))
      .orderBy((t) => search.rank(t, "dog"), "desc")
      .select((t) => ({ title: t.title, rank: search.rank(t, "dog") }))
      .all();

    expect(rows.map(({ title }) => title)).toEqual(["Dogs", "Foxes"]);
    expect(rows[0]?.rank).toBeGreaterThan(rows[1]?.rank ?? 0);
    expect(
      await Article.where({ title: "Quick meals" })
        .select((t) => search.rank(t, "dog"))
        .one(),
    ).toBe(0);
  });

  test("counts some columns more than others", async () => {
    await Article.allRows().delete();
    await Article.bulkCreate([
      { title: "Fox", body: "and nothing else of it in here" },
      { title: "Here", body: "a fox, a fox and one more fox" },
    ]);
    const first = async (weights: { title?: number; body?: number }) => {
      const weighed = fullText(Article, ["title", "body"], { weights });
      const rows = await Article.where((t) => weighed.matches(t, "fox"))
        .orderBy((t) => weighed.rank(t, "fox"), "desc")
        .all();
      expect(rows).toHaveLength(2);
      return rows[0]?.title;
    };

    expect(await first({ title: 50 })).toBe("Fox");
    expect(await first({ body: 50 })).toBe("Here");
    expect(await first({ title: 0.5, body: 1e3 })).toBe("Here");
    expect(() => fullText(Article, ["title"], { weights: { body: 2 } })).toThrow(
      "weights says body",
    );
    expect(() => fullText(Article, ["title"], { weights: { title: 0 } })).toThrow("above 0");
    expect(() => fullText(Article, ["title"], { weights: 4 as never })).toThrow("by column");
  });

  test("is a condition like any other", async () => {
    expect(await Article.where((t) => search.matches(t, "quick").not()).count()).toBe(1);
    expect(
      await Article.where((t) => search.matches(t, "quick").and(t.body.isNull())).count(),
    ).toBe(1);
    const ids = Article.where((t) => search.matches(t, "dog")).select((t) => t.id);
    expect(await Article.where((t) => t.id.in(ids)).update({ title: "x" })).toBe(2);
    expect(await Article.select((t) => search.matches(t, "x")).all()).toHaveLength(4);
  });

  test("nothing that is typed is an error", async () => {
    for (const text of ["", " ", '"', '""', "-", "or", "or or", "a or", "*", "(", "NEAR(", "^a"]) {
      expect(await found(text)).toEqual(expect.any(Array));
    }
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          fc
            .array(
              fc.constantFrom(
                '"',
                "-",
                "or",
                "AND",
                "NOT",
                "quick",
                ":",
                "*",
                "(",
                ")",
                "'",
                "\\",
                "&",
                "|",
                "!",
                "<->",
                "title:",
                "{",
              ),
            )
            .map((parts) => parts.join(" ")),
          fc
            .array(fc.constantFrom('"', "-", "o", "*", "(", "'", "&", "!", "\0"))
            .map((parts) => parts.join("")),
        ),
        async (text) => {
          await Article.where((t) => search.matches(t, text))
            .orderBy((t) => search.rank(t, text))
            .all();
        },
      ),
      { numRuns: 100 },
    );
  });

  test("is served by its index", async () => {
    const plan = await Article.where((t) => search.matches(t, "quick")).explain();

    expect(plan.sql).not.toContain("quick");
    if (db.backend === "sqlite") expect(plan.fullScans).not.toContain("article");
  });

  test("refuses what can't be meant, before any SQL", () => {
    const seen = database.spy();
    const open = fullText as unknown as (...all: unknown[]) => unknown;

    expect(() => open("Article", ["title"])).toThrow("expected a model first");
    expect(() => open(Article, [])).toThrow("was given no column");
    expect(() => open(Article, ["id"])).toThrow("id, which is no column of text");
    expect(() => open(Article, ["title"], { lang: "x" })).toThrow('no option "lang"');
    expect(() => open(Article, ["title"], { language: "'; drop" })).toThrow("language is a name");
    expect(() => Article.where((t) => search.matches(t, undefined as never))).toThrow(
      "expected a string, received undefined",
    );
    expect(() => Post.where((t) => search.matches(t as never, "x"))).toThrow(
      "expected the columns of Article",
    );
    expect(() => Author.where(() => search.matches(null as never, "x"))).toThrow(
      "expected the columns of Article that a lambda gets",
    );
    expect(() => fullTextSql({} as never)).toThrow("what fullText() gave");
    expect(seen()).toEqual([]);
  });
});
