/** Plans that differ by the version of the database: written down together, chosen where they are run. */
import { expect, test } from "vitest";
import { openMigrations, planners } from "../../src/connect/migrate.ts";
import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import { planFiles } from "../../src/migration/autogenerate.ts";
import { op } from "../../src/migration/op.ts";
import { migration } from "../../src/migration/revision.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { chooseVariant, planVariants } from "../../src/migration/variants.ts";
import { describeEachDatabase } from "../support/databases.ts";

const id = (letter: string): string => letter.repeat(12);
const first = migration({
  id: id("a"),
  parents: [],
  message: "a",
  up: [
    op.createTable("item", {
      columns: [
        { name: "id", type: "integer" },
        { name: "code", type: "text", nullable: true },
      ],
      primaryKey: ["id"],
    }),
  ],
});
const second = migration({
  id: id("b"),
  parents: [id("a")],
  message: "b",
  up: [
    op.setNotNull("item", "code"),
    op.addCheck("item", { name: "listed", column: "code", values: ["x", "y"] }),
  ],
});

describeEachDatabase("plans by version", (db) => {
  const plan = () =>
    planFiles([first, second], id("b"), planners([db.backend]))[`plan.${db.backend}.sql`] ?? "";

  test("one file has them all", () => {
    const lines = plan()
      .split("\n")
      .filter((line) => line.startsWith("-- ") && !/ferro|ops/.test(line));

    expect(lines).toEqual(
      db.backend === "sqlite"
        ? [
            '-- segment 1: rebuild of "item"',
            "-- from version 3.53 on, instead",
            "-- segment 1: transaction",
          ]
        : expect.not.arrayContaining([expect.stringContaining("version")]),
    );
    if (db.backend === "sqlite") {
      expect(plan()).toContain('ALTER TABLE "item" ALTER COLUMN "code" SET NOT NULL;');
    }
  });

  test("the one that fits the database is run, and the table takes what it says", async () => {
    const target = await openMigrations(db.url);
    try {
      const pinned = { ...second, plans: { [db.backend]: plan() } };
      const report = await upgrade(target, [first, pinned]);
      const kinds = report.planned[1]?.plan.segments.map(({ kind }) => kind) ?? [];

      expect(new Set(kinds)).toEqual(new Set(["transaction"]));
      const insert = async (code: string): Promise<void> =>
        target.connection.script(`insert into item (id, code) values (1, ${code})`);
      await expect(insert("null")).rejects.toThrow(/NOT NULL|not-null/i);
      await expect(insert("''")).rejects.toThrow(/check/i);
    } finally {
      await target.close();
    }
  });

  test("a file that tells no versions apart is run as it was reviewed", async () => {
    const target = await openMigrations(db.url);
    try {
      for (const table of [
        "item",
        "ferro_migrations",
        "ferro_migration_steps",
        "ferro_migration_log",
      ])
        await target.connection.script(`drop table if exists ${table}`);
      const [plain = ""] = plan().split("\n-- from version");
      const report = await upgrade(target, [first, { ...second, plans: { [db.backend]: plain } }]);

      expect(report.planned[1]?.plan.segments[0]?.kind).toBe(
        db.backend === "sqlite" ? "rebuild" : "transaction",
      );
    } finally {
      await target.close();
    }
  });

  test("an older version gets the older plan", () => {
    const [{ dialect }] = planners([db.backend]) as readonly [ReturnType<typeof planners>[number]];
    const before = applyOperations(emptySchema, first.up);
    const variants = planVariants(dialect, before, second.up, {});
    const kinds = (version: string | null) =>
      new Set(chooseVariant(variants, version).segments.map(({ kind }) => kind));
    const old = db.backend === "sqlite" ? "rebuild" : "transaction";

    expect(kinds(null)).toEqual(new Set([old]));
    expect(kinds("3.52.9")).toEqual(new Set([old]));
    expect(kinds("3.53.4")).toEqual(new Set(["transaction"]));
    expect(planVariants(dialect, before, second.up, { version: "3.53" })).toHaveLength(1);
  });
});
