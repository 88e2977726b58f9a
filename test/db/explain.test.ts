import { expect, test } from "vitest";
import { type Explanation, execute, type PlanStep, UsageError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Post, Tag } from "./models.ts";

describeEachDatabase("explain", (db) => {
  const database = useDatabase(db);
  const postgres = db.backend === "postgres";

  const flat = (steps: readonly PlanStep[]): PlanStep[] =>
    steps.flatMap((step) => [step, ...flat(step.steps)]);

  test("says which table is read whole", async () => {
    const plan = await Tag.where((t) => t.name.like("%x%")).explain();

    expect(plan.fullScans).toEqual(["tag"]);
    expect(plan.indexes).toEqual([]);
    expect(plan.sql).toBe(Tag.where((t) => t.name.like("%x%")).toSQL().sql);
    expect(plan.raw).not.toBe("");
  });

  test("says which index is used", async () => {
    if (postgres) {
      // A planner that sees an empty table reads it whole, whatever there is.
      await Tag.bulkCreate(Array.from({ length: 5000 }, (_, place) => ({ name: `tag ${place}` })));
      await execute("analyze tag");
    }
    const plan = await Tag.where({ name: "tag 7" }).explain();

    expect(plan.fullScans).toEqual([]);
    expect(plan.indexes).toHaveLength(1);
    const [step] = flat(plan.steps).filter(({ index }) => index !== undefined);
    expect(step).toMatchObject({ table: "tag", index: plan.indexes[0], readsWholeTable: false });
    expect(step?.detail).toMatch(/name/u);
  });

  test("names tables behind aliases, in joins and in subqueries", async () => {
    const joined = await Post.where((t) => t.author.name.eq("Ann"))
      .where((t) => t.tags.some((tag) => tag.name.eq("red")))
      .orderBy("title")
      .explain();

    const tables = flat(joined.steps).flatMap(({ table }) => table ?? []);
    expect(new Set(tables)).toEqual(new Set(["post", "author", "post_tags", "tag"]));
  });

  test("estimates on PostgreSQL", async () => {
    const plan = await Author.where({ name: "Ann" }).explain();

    const [step] = plan.steps;
    expect(typeof step?.estimatedRows).toBe(postgres ? "number" : "undefined");
    expect(typeof step?.cost).toBe(postgres ? "number" : "undefined");
    expect(plan.milliseconds).toBeUndefined();
    expect(step?.actualRows).toBeUndefined();
  });

  test("analyze runs the statement on PostgreSQL", async () => {
    await Tag.bulkCreate([{ name: "a" }, { name: "b" }, { name: "c" }]);
    const plan: Explanation = await Tag.where((t) => t.name.ne("b")).explain({ analyze: true });

    expect(plan.steps[0]?.actualRows).toBe(postgres ? 2 : undefined);
    expect(typeof plan.milliseconds).toBe(postgres ? "number" : "undefined");
  });

  test("plain rows are explained, too", async () => {
    expect(
      (
        await Tag.where((t) => t.id.gt(0))
          .select("name")
          .explain()
      ).sql,
    ).toContain("name");
  });

  test("runs nothing but the explanation", async () => {
    const statements = database.spy();
    await Tag.where({ name: "a" }).explain();

    expect(statements()).toHaveLength(1);
    expect(statements()[0]).toMatch(/^explain /u);
  });

  test.for([
    [{ analyse: true }, 'no option "analyse"'],
    [{ analyze: "yes" }, "analyze must be true or false"],
    ["analyze", "takes its options in an object"],
  ] as const)("refuses %j", async ([options, message]) => {
    const explained = Tag.where({ name: "a" }).explain(options as never);
    await expect(explained).rejects.toThrow(UsageError);
    await expect(explained).rejects.toThrow(message);
  });

  test("a model is explained and shown like a query of all its rows", async () => {
    const statements = database.spy();

    expect(Tag.toSQL()).toEqual(Tag.unscoped().toSQL());
    expect(Tag.toSQL("count").sql).toMatch(/^select count/u);
    expect(statements()).toEqual([]);
    expect(await Tag.explain()).toEqual(await Tag.unscoped().explain());
  });

  test("toSQL() shows the statement of each terminal, and runs none", async () => {
    const statements = database.spy();
    const query = Tag.where({ name: "a" });
    const place = postgres ? "$1" : "?";
    const text = (sql: string) => sql.replaceAll('"', "").replaceAll("t0.", "");

    expect(text(query.toSQL("count").sql)).toMatch(/^select count\(\*\) from tag/u);
    expect(text(query.toSQL("exists").sql)).toMatch(/^select 1 from tag .* limit 1$/u);
    expect(text(query.toSQL("first").sql)).toMatch(/order by id asc limit/u);
    expect(text(query.toSQL("delete").sql)).toContain(`where name = ${place}`);
    const update = query.toSQL("update", { name: "b" });
    expect(text(update.sql)).toMatch(/^update tag .*set name = /u);
    expect(update.parameters).toEqual(["b", "a"]);
    expect(query.toSQL("all")).toEqual(query.toSQL());
    expect(() => query.toSQL("sum" as never)).toThrow(UsageError);
    expect(() => Tag.limit(1).toSQL("delete")).toThrow("no where()");
    expect(statements()).toEqual([]);
  });
});
