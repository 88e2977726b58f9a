import { beforeEach, expect, test } from "vitest";
import { avg, count, exists, max, notExists, scalar, sum, UsageError } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post } from "./models.ts";

describeEachDatabase("subqueries", (db) => {
  const database = useDatabase(db);

  beforeEach(async () => {
    const [ann, bob] = await Promise.all([
      Author.create({ name: "Ann", email: "ann@example.com" }),
      Author.create({ name: "bob", email: "bob@example.com" }),
    ]);
    await Author.create({ name: "Cleo", email: "cleo@example.com" });
    await Post.bulkCreate([
      { title: "a", views: 1, published: true, authorId: ann.id, reviewerId: bob.id },
      { title: "b", views: 2, authorId: ann.id },
      { title: "c", views: 3, published: true, authorId: bob.id },
    ]);
    const boss = await Employee.create({ name: "boss" });
    const lead = await Employee.create({ name: "lead", manager: boss });
    await Employee.create({ name: "worker", manager: lead });
  });

  const names = async (query: { all(): Promise<{ name: string }[]> }): Promise<string[]> =>
    (await query.all()).map(({ name }) => name).sort();

  test("in and notIn take a query of one column", async () => {
    const writers = Post.where((p) => p.views.gt(1)).select((p) => p.authorId);
    const last = Post.orderBy("views", "desc").limit(1).select("authorId");

    expect(await names(Author.where((t) => t.id.in(writers)))).toEqual(["Ann", "bob"]);
    expect(await names(Author.where((t) => t.id.notIn(writers)))).toEqual(["Cleo"]);
    expect(await names(Author.where((t) => t.name.in(Post.select((p) => p.author.name))))).toEqual([
      "Ann",
      "bob",
    ]);
    expect(await names(Author.where((t) => t.id.in(last as never)))).toEqual(["bob"]);
  });

  test("NULL is a value like others in a query's column", async () => {
    const reviewers = Post.select((p) => p.reviewerId);

    expect(await names(Author.where((t) => t.id.in(reviewers)))).toEqual(["bob"]);
    expect(await names(Author.where((t) => t.id.notIn(reviewers)))).toEqual(["Ann", "Cleo"]);
    expect(await Post.where((t) => t.reviewerId.in(reviewers)).count()).toBe(3);
    expect(await Post.where((t) => t.reviewerId.notIn(reviewers)).count()).toBe(0);
    expect(await Post.where((t) => t.reviewerId.in(Author.select((a) => a.id))).count()).toBe(1);
    expect(await Post.where((t) => t.reviewerId.notIn(Author.select((a) => a.id))).count()).toBe(2);
  });

  test("one aggregate of all rows is a value", async () => {
    const titles = async (query: { all(): Promise<{ title: string }[]> }): Promise<string[]> =>
      (await query.all()).map(({ title }) => title).sort();

    const usual = scalar(Post.select((p) => avg(p.views)));
    expect(await titles(Post.where((t) => t.views.gt(usual)))).toEqual(["c"]);
    expect(await titles(Post.where((t) => t.views.in(Post.select((p) => max(p.views)))))).toEqual([
      "c",
    ]);
    const rows = await Author.orderBy("name")
      .select((t) => ({
        name: t.name,
        views: scalar(Post.where((p) => p.authorId.eq(t.id)).select((p) => sum(p.views))),
        best: scalar(
          Post.where((p) => p.authorId.eq(t.id)).select((p) =>
            max(p.views).filter(p.published.eq(true)),
          ),
        ),
      }))
      .all();
    expect(rows.sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: "Ann", views: 3, best: 1 },
      { name: "bob", views: 3, best: 3 },
      { name: "Cleo", views: 0, best: null },
    ]);
  });

  test("aggregates that are selected alone give one row", async () => {
    const totals = Post.where((t) => t.views.gt(1)).select((t) => ({
      n: count(),
      most: max(t.views),
    }));

    expect(await totals.all()).toEqual([{ n: 2, most: 3 }]);
    expect(await totals.where({ title: "b" }).first()).toEqual({ n: 1, most: 2 });
    expect(
      await Post.where({ title: "none" })
        .select((t) => max(t.views))
        .one(),
    ).toBeNull();
    expect(await totals.count()).toBe(1);
    expect(() => totals.orderBy("title")).toThrow(UsageError);
    expect(() => Post.limit(1).select((t) => sum(t.views))).toThrow(/can't follow limit/);
    expect(() => Author.include({ posts: (q) => q.select((p) => sum(p.views) as never) })).toThrow(
      /is of many/,
    );
  });

  test("exists speaks of the rows around it", async () => {
    const written = (t: typeof Author.columns) =>
      Post.where((p) => p.authorId.eq(t.id).and(p.views.gt(1)));

    expect(await names(Author.where((t) => exists(written(t))))).toEqual(["Ann", "bob"]);
    expect(await names(Author.where((t) => notExists(written(t))))).toEqual(["Cleo"]);
    expect(await names(Author.where((t) => exists(written(t)).not()))).toEqual(["Cleo"]);
    expect(
      await Author.orderBy("name")
        .select((t) => exists(written(t)))
        .all(),
    ).toEqual([true, false, true]);
  });

  test("a model joins itself without mixing up its rows", async () => {
    expect(
      await names(Employee.where((t) => exists(Employee.where((e) => e.managerId.eq(t.id))))),
    ).toEqual(["boss", "lead"]);
    expect(
      await names(
        Employee.where((t) =>
          exists(
            Employee.where((e) =>
              e.managerId.eq(t.id).and(exists(Employee.where((f) => f.managerId.eq(e.id)))),
            ),
          ),
        ),
      ),
    ).toEqual(["boss"]);
    // A path of the inner row and the same path of the outer one.
    expect(
      await names(
        Employee.where((t) =>
          exists(Employee.where((e) => e.manager.name.eq(t.name).and(t.manager.name.isNull()))),
        ),
      ),
    ).toEqual(["boss"]);
    // Begun outside the lambda, and gone on with inside.
    const leads = Employee.where((e) => e.name.ne("boss"));
    expect(
      await names(Employee.where((t) => exists(leads.where((e) => e.managerId.eq(t.id))))),
    ).toEqual(["boss", "lead"]);
    expect(await names(Employee.where((t) => t.id.in(leads.select((e) => e.id))))).toEqual([
      "lead",
      "worker",
    ]);
    expect(
      await names(
        Employee.where((t) => t.managerId.in(Employee.where({ name: "boss" }).select((e) => e.id))),
      ),
    ).toEqual(["lead"]);
  });

  test("a query's one value stands as a field, an operand and a sort key", async () => {
    const latest = (t: typeof Author.columns) =>
      scalar(
        Post.where((p) => p.authorId.eq(t.id))
          .orderBy("views", "desc")
          .select((p) => p.title),
      );

    expect(
      await Author.orderBy("name")
        .select((t) => ({ name: t.name, latest: latest(t) }))
        .all(),
    ).toEqual(
      [
        { name: "Ann", latest: "b" },
        { name: "Cleo", latest: null },
        { name: "bob", latest: "c" },
      ].sort((left, right) => (left.name < right.name ? -1 : 1)),
    );
    expect(await names(Author.where((t) => latest(t).eq("c")))).toEqual(["bob"]);
    expect(
      await Post.where((t) =>
        t.views.eq(scalar(Post.select((p) => p.views).orderBy("views", "desc"))),
      ).count(),
    ).toBe(1);
  });

  test("update and delete take subqueries", async () => {
    const cleo = await Author.where({ name: "Cleo" }).one();
    expect(
      await Post.where((t) =>
        t.authorId.in(Author.where({ name: "bob" }).select((a) => a.id)),
      ).update({
        authorId: cleo.id,
      }),
    ).toBe(1);
    expect(
      await Author.where((t) => notExists(Post.where((p) => p.authorId.eq(t.id)))).delete(),
    ).toBe(1);
    expect(await names(Author.orderBy("id"))).toEqual(["Ann", "Cleo"]);
  });

  test.for<[string, () => unknown]>([
    ["a query of instances in in()", () => Author.where((t) => t.id.in(Post as never))],
    [
      "a query of two columns",
      () => Author.where((t) => t.id.in(Post.select("id", "views") as never)),
    ],
    ["exists of a value", () => exists({ kind: "existsRows" } as never)],
    ["scalar of instances", () => scalar(Post.where({ id: 1 }) as never)],
    [
      "a row of another query",
      () => {
        let outer: typeof Author.columns | undefined;
        Author.where((t) =>
          exists(
            Post.where((p) => {
              outer = t;
              return p.id.eq(1);
            }),
          ),
        );
        let inner: typeof Post.columns | undefined;
        Author.where((t) =>
          exists(
            Post.where((p) => {
              inner = p;
              return p.authorId.eq(t.id);
            }),
          ),
        );
        return Author.where((t) =>
          t.id.eq(inner?.id as never).and(outer?.id.eq(1) as never),
        ).toSQL();
      },
    ],
  ])("%s throws before any SQL", ([, build]) => {
    const statements = database.spy();

    expect(build).toThrow(UsageError);
    expect(statements()).toEqual([]);
  });
});
