import { beforeEach, expect, test } from "vitest";
import { exists, recursive, UsageError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Employee } from "./models.ts";

describeEachDatabase("recursive queries", (db) => {
  useDatabase(db);

  // boss > lead > (ann > intern, bob); other > solo
  beforeEach(async () => {
    const boss = await Employee.create({ name: "boss" });
    const lead = await Employee.create({ name: "lead", manager: boss });
    const ann = await Employee.create({ name: "ann", manager: lead });
    await Employee.create({ name: "bob", manager: lead });
    await Employee.create({ name: "intern", manager: ann });
    const other = await Employee.create({ name: "other" });
    await Employee.create({ name: "solo", manager: other });
  });

  type Columns = typeof Employee.columns;
  const down = (child: Columns, parent: Columns) => child.managerId.eq(parent.id);
  const up = (parent: Columns, child: Columns) => parent.id.eq(child.managerId);

  const names = async (query: { all(): Promise<{ name: string }[]> }): Promise<string[]> =>
    (await query.all()).map(({ name }) => name).sort();

  test("find a whole subtree in one statement, as instances", async () => {
    const tree = recursive(Employee.where({ name: "lead" }), down);

    expect(await names(tree)).toEqual(["ann", "bob", "intern", "lead"]);
    expect((await tree.all()).every((row) => row instanceof Employee)).toBe(true);
    expect(await tree.count()).toBe(4);
    expect(await tree.exists()).toBe(true);
    expect(await recursive(Employee.where({ name: "nobody" }), down).exists()).toBe(false);
    expect(
      await names(
        recursive(
          Employee.where((t) => t.managerId.eq(null)),
          down,
        ),
      ),
    ).toHaveLength(7);
  });

  test("find the rows above", async () => {
    const above = recursive(Employee.where({ name: "intern" }), up);

    expect(await names(above)).toEqual(["ann", "boss", "intern", "lead"]);
    expect(await names(above.where((t) => t.managerId.eq(null)))).toEqual(["boss"]);
  });

  test("go on like any other query", async () => {
    const tree = recursive(Employee.where({ name: "boss" }), down);

    expect(await names(tree.where((t) => t.manager.name.eq("lead")))).toEqual(["ann", "bob"]);
    expect(await tree.orderBy("name", "desc").limit(2).select("name").all()).toEqual([
      { name: "lead" },
      { name: "intern" },
    ]);
    expect((await tree.first())?.name).toBe("boss");
    expect((await tree.where({ name: "ann" }).one()).name).toBe("ann");
    const [lead] = await tree
      .where({ name: "lead" })
      .include({ reports: true, manager: true })
      .all();
    expect((await lead?.reports.all())?.length).toBe(2);
    const page = await tree.orderBy("name").page({ size: 2, total: true });
    expect([page.items.map(({ name }) => name), page.total]).toEqual([["ann", "bob"], 5]);
    const solo = await Employee.where({ name: "solo" }).one();
    expect(await tree.getOrNone(solo.id)).toBeNull();
    expect(
      await tree
        .groupBy((t) => t.managerId)
        .select((_, rows) => rows.count())
        .count(),
    ).toBe(4);
  });

  test("begin with a part of the rows", async () => {
    const first = recursive(Employee.orderBy("name", "desc").limit(1), up);

    expect(await names(first)).toEqual(["other", "solo"]);
    const lead = await Employee.where({ name: "lead" }).one();
    expect(await names(recursive(lead.reports, down))).toEqual(["ann", "bob", "intern"]);
  });

  test("know the depth where there is a limit to it", async () => {
    const tree = recursive(Employee.where({ name: "boss" }), down, { maxDepth: 2 });

    expect(
      await tree
        .orderBy((_, depth) => depth)
        .orderBy("name")
        .select((t, depth) => ({ name: t.name, depth }))
        .all(),
    ).toEqual([
      { name: "boss", depth: 0 },
      { name: "lead", depth: 1 },
      { name: "ann", depth: 2 },
      { name: "bob", depth: 2 },
    ]);
    expect(await names(tree.where((_, depth) => depth.gt(1)))).toEqual(["ann", "bob"]);
    expect(await names(recursive(Employee.where({ name: "boss" }), down, { maxDepth: 0 }))).toEqual(
      ["boss"],
    );
    const rows = await tree
      .select((t, depth) => ({ name: t.name, depth }))
      .orderBy("depth", "desc")
      .all();
    expect(rows[0]?.depth).toBe(2);
  });

  test("end in circles, and find each row once with its least depth", async () => {
    const intern = await Employee.where({ name: "intern" }).one();
    await Employee.where({ name: "boss" }).update({ managerId: intern.id });

    expect(await names(recursive(Employee.where({ name: "lead" }), down))).toEqual([
      "ann",
      "bob",
      "boss",
      "intern",
      "lead",
    ]);
    const rows = await recursive(Employee.where({ name: "lead" }), down, { maxDepth: 50 })
      .select((t, depth) => ({ name: t.name, depth }))
      .orderBy("depth")
      .orderBy("name")
      .all();
    expect(rows).toEqual([
      { name: "lead", depth: 0 },
      { name: "ann", depth: 1 },
      { name: "bob", depth: 1 },
      { name: "intern", depth: 2 },
      { name: "boss", depth: 3 },
    ]);
  });

  test("stand inside other queries, and speak of the rows around", async () => {
    const team = recursive(Employee.where({ name: "lead" }), down);

    expect(await names(Employee.where((t) => t.id.notIn(team.select((e) => e.id))))).toEqual([
      "boss",
      "other",
      "solo",
    ]);
    // Everyone above whom the boss stands.
    const under = Employee.where((t) =>
      exists(
        recursive(
          Employee.where((e) => e.id.eq(t.id)),
          up,
        ).where((e) => e.name.eq("boss")),
      ),
    );
    expect(await names(under)).toEqual(["ann", "bob", "boss", "intern", "lead"]);
  });

  test("choose the rows that are changed", async () => {
    const tree = recursive(Employee.where({ name: "ann" }), down);

    expect(await tree.update({ name: "gone" })).toBe(2);
    // Rows below go with the first of them, so a database may count that one alone.
    expect(await recursive(Employee.where({ name: "gone" }), down).delete()).toBeGreaterThan(0);
    expect(await names(Employee.orderBy("id"))).toEqual(["bob", "boss", "lead", "other", "solo"]);
  });

  test("refuse what can't be meant, before any SQL", async () => {
    const all = Employee.where({ name: "boss" });
    const wrong = (link: unknown, options?: unknown) => () =>
      recursive(all, link as typeof down, options as { maxDepth: number });

    expect(wrong("managerId")).toThrow(UsageError);
    expect(wrong(() => true)).toThrow("expected a condition");
    expect(wrong(down, { maxDepth: -1 })).toThrow("maxDepth to be a whole number");
    expect(wrong(down, { depth: 1 })).toThrow('no option "depth"');
    expect(() => recursive(all.forUpdate(), down)).toThrow("can't follow forUpdate()");
    expect(() => recursive(all, (next) => next.managerId.eq("x" as never))).toThrow(UsageError);
  });

  test("print and plan", async () => {
    const tree = recursive(Employee.where({ name: "boss" }), down, { maxDepth: 3 });

    expect(tree.toSQL().sql).toContain("with recursive");
    expect(tree.toSQL().parameters).toContain("boss");
    expect(tree.where({ name: "x" }).toSQL("count").sql).toContain("with recursive");
    expect(await tree.explain()).toBeDefined();
  });
});
