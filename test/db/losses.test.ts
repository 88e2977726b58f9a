/** What loses something needs a reason, and says how many rows it is about. */
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { DestructiveChangeError } from "../../src/errors/migration.ts";
import type { Operation } from "../../src/ir/migration.ts";
import { op } from "../../src/migration/op.ts";
import { migration } from "../../src/migration/revision.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";

const id = (letter: string): string => letter.repeat(12);
const columns = [
  { name: "id", type: "integer" },
  { name: "code", type: "text", nullable: true },
  { name: "price", type: { kind: "decimal", precision: 10, scale: 2 }, nullable: true },
  { name: "made", type: { kind: "timestamp", host: "date" }, nullable: true },
] as const;
const first = migration({
  id: id("a"),
  parents: [],
  message: "a",
  up: [
    op.createTable("item", { columns, primaryKey: ["id"] }),
    op.createTable("bare", { columns, primaryKey: ["id"] }),
  ],
});
const next = (...up: readonly Operation[]) =>
  migration({ id: id("b"), parents: [id("a")], message: "b", up });

describeEachDatabase("what loses something", (db) => {
  async function withRows(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
    const target = await openMigrations(db.url);
    try {
      for (const table of ["item", "bare", "migrations", "migration_steps", "migration_log"]) {
        const name = table.startsWith("migration") ? `ferro_${table}` : table;
        await target.connection.script(`drop table if exists ${name}`);
      }
      await upgrade(target, [first]);
      await target.connection.script(
        "insert into item (id, code, price) values (1, 'a', null), (2, null, null), (3, 'c', null)",
      );
      await work(target);
    } finally {
      await target.close();
    }
  }

  test.for<readonly [string, Operation, string]>([
    ["a table with rows", op.dropTable("item"), 'drops the table "item" with 3 rows'],
    ["an empty table", op.dropTable("bare"), 'drops the table "bare", which is empty'],
    [
      "a column with values",
      op.dropColumn("item", "code"),
      'drops the column "item"."code", in which 2 rows have a value',
    ],
    [
      "a column without any",
      op.dropColumn("item", "price"),
      'drops the column "item"."price", in which no row has a value',
    ],
    [
      "fewer digits",
      op.setType("item", "price", { kind: "decimal", precision: 10, scale: 0 }),
      'narrows "item"."price" from numeric(10,2) to numeric(10,0), in which no row has a value',
    ],
    [
      "a moment without its time",
      op.setType("item", "made", "date"),
      'narrows "item"."made" from timestamp(3) to date, in which no row has a value',
    ],
    [
      "a value where there was none",
      op.setNotNull("item", "code", { fill: "?" }),
      'gives rows without a value one in "item"."code": 1 row',
    ],
  ])("%s", async ([, operation, message]) => {
    await withRows(async (target) => {
      const change = upgrade(target, [first, next(operation)]);
      await expect(change).rejects.toThrow(DestructiveChangeError);
      await expect(change).rejects.toThrow(`revision ${id("b")} ${message}\n  hint: say why`);

      const reason = { ...operation, destructive: "nobody needs it" };
      const report = await upgrade(target, [first, next(reason)]);
      expect(report.revisions).toEqual([id("b")]);
    });
  });

  test.for<readonly [string, readonly Operation[]]>([
    ["a fill where nothing is empty", [op.setNotNull("bare", "code", { fill: "?" })]],
    [
      "a fill of a column that is new",
      [
        op.addColumn("item", { name: "fresh", type: "text", nullable: true }),
        op.setNotNull("item", "fresh", { fill: "?" }),
      ],
    ],
    ["a wider type", [op.setType("item", "price", { kind: "decimal", precision: 12, scale: 2 })]],
    ["a column set aside", [op.dropColumn("item", "code", { keep: true })]],
  ])("%s loses nothing", async ([, operations]) => {
    await withRows(async (target) => {
      const { revisions } = await upgrade(target, [first, next(...operations)]);

      expect(revisions).toEqual([id("b")]);
    });
  });
});
