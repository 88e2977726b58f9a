/** Plans that differ by the version of the database: written down together, chosen where they are run. */
import { expect, test } from "vitest";
import { openMigrations, planners } from "../../src/connect/migrate.ts";
import { isAtLeast } from "../../src/ddl/version.ts";
import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import { planFiles } from "../../src/migration/autogenerate.ts";
import { checkRevisions } from "../../src/migration/check.ts";
import { op } from "../../src/migration/op.ts";
import { migration } from "../../src/migration/revision.ts";
import { writeScript } from "../../src/migration/script.ts";
import type { Targets } from "../../src/migration/targets.ts";
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
  const plan = (targets: Targets = {}) =>
    planFiles([first, second], id("b"), planners([db.backend], targets))[
      `plan.${db.backend}.sql`
    ] ?? "";
  const newest = { sqlite: "3.53", postgres: "18" }[db.backend];
  const segments = (count: number) =>
    Array.from({ length: count }, (_, at) => `-- segment ${at + 1}: transaction`);

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
        : [...segments(4), "-- from version 18 on, instead", ...segments(4)],
    );
    expect(plan()).toContain(
      db.backend === "sqlite"
        ? 'ALTER TABLE "item" ALTER COLUMN "code" SET NOT NULL;'
        : 'ADD CONSTRAINT "item_code_not_null" NOT NULL "code" NOT VALID;',
    );
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
    const chosen = (version: string | null) => chooseVariant(variants, version);
    const [old, fresh] = variants.map((each) => each.plan);

    expect(variants).toHaveLength(2);
    expect(chosen(null)).toBe(old);
    expect(chosen(db.backend === "sqlite" ? "3.52.9" : "17.10")).toBe(old);
    expect(chosen(`${newest}.4`)).toBe(fresh);
    expect(planVariants(dialect, before, second.up, { version: newest })).toHaveLength(1);
    expect(planVariants(dialect, before, second.up, { oldest: newest })).toEqual([
      { since: null, plan: fresh },
    ]);
  });

  test("a target leaves older forms out, and what was reviewed for it is run by all", async () => {
    const text = plan({ [db.backend]: newest });
    const target = await openMigrations(db.url);
    try {
      const clean = ["item", "ferro_migrations", "ferro_migration_steps", "ferro_migration_log"];
      for (const table of clean) await target.connection.script(`drop table if exists ${table}`);
      // Nothing but the file says which versions it is for.
      const pinned = { ...second, plans: { [db.backend]: text } };
      const { rows } = await target.connection.query({
        sql: target.answers.serverVersion,
        parameters: [],
        returnsRows: true,
      });
      const dry = upgrade(target, [first, pinned], { dryRun: true });
      // On an older server (`npm run test:versions`) it is refused.
      if (!isAtLeast(String(rows[0]?.[0]).replace(/^\D+/, ""), newest)) {
        await expect(dry).rejects.toThrow(`${newest} and later`);
        return;
      }
      const { planned } = await dry;

      expect(text).not.toContain("from version");
      expect(text.split("\n")[0]).toMatch(new RegExp(` ${newest} and later$`));
      expect(planned[1]?.variants).toHaveLength(1);
      const { problems } = checkRevisions([first, pinned], {
        planners: planners([db.backend]),
        lint: { databases: [] },
      });
      expect(problems).toEqual([]);
    } finally {
      await target.close();
    }
  });

  test("a plan for newer versions is run on no older database, and put into no script for one", async () => {
    const text = plan({ [db.backend]: newest }).replace(`${newest} and`, "99 and");
    const pinned = { ...second, plans: { [db.backend]: text } };
    const target = await openMigrations(db.url);
    try {
      const error = await upgrade(target, [first, pinned], { dryRun: true }).catch(String);
      expect(error).toMatch(
        new RegExp(
          `plan of revision b+ is for ${db.backend} 99 and later, and this is for [\\d.]+`,
        ),
      );
      expect(error).toContain("ferro replan");
    } finally {
      await target.close();
    }
    const [older] = planners([db.backend], { sqlite: "3.40", postgres: "16" });
    expect(() =>
      writeScript(older as ReturnType<typeof planners>[number], [first, pinned]),
    ).toThrow("99 and later");
  });

  test("a script is for the target, or for the oldest", () => {
    const script = (targets: Targets) =>
      writeScript(planners([db.backend], targets)[0] as ReturnType<typeof planners>[number], [
        first,
        second,
      ]);
    const form =
      db.backend === "sqlite" ? 'ALTER COLUMN "code" SET NOT NULL' : '"item_code_not_null"';

    expect(script({})).not.toContain(form);
    expect(script({ [db.backend]: newest })).toContain(form);
  });
});
