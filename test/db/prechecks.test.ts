/** Rows that a change would fail on are found before anything is changed: types and enum values. */
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import type { Operation } from "../../src/ir/migration.ts";
import { op } from "../../src/migration/op.ts";
import { migration } from "../../src/migration/revision.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";

const id = (letter: string): string => letter.repeat(12);
const state = { kind: "enum", name: "state", values: ["draft", "out", "gone"] } as const;

const first = migration({
  id: id("a"),
  parents: [],
  message: "a",
  up: [
    op.createEnum("state", state.values),
    op.createTable("item", {
      columns: [
        { name: "id", type: "integer" },
        { name: "code", type: "text", nullable: true },
        { name: "size", type: "bigint", nullable: true },
        { name: "state", type: state, nullable: true },
      ],
      primaryKey: ["id"],
    }),
  ],
});

const next = (...up: readonly Operation[]) =>
  migration({ id: id("b"), parents: [id("a")], message: "b", up });

describeEachDatabase("rows in the way", (db) => {
  async function withRows(
    rows: string,
    work: (target: MigrationTarget) => Promise<void>,
  ): Promise<void> {
    const target = await openMigrations(db.url);
    try {
      for (const table of [
        "item",
        "ferro_migrations",
        "ferro_migration_steps",
        "ferro_migration_log",
      ])
        await target.connection.script(`drop table if exists ${table}`);
      if (db.backend === "postgres") await target.connection.script("drop type if exists state");
      await upgrade(target, [first]);
      await target.connection.script(`insert into item (id, code, size, state) values ${rows}`);
      await work(target);
    } finally {
      await target.close();
    }
  }

  async function read(target: MigrationTarget, sql: string): Promise<unknown> {
    const { rows } = await target.connection.query({ sql, parameters: [], returnsRows: true });
    return rows.map((row) => row.map(String));
  }

  test.for([
    ["integer", "'12', 'x1', ' 7 ', '-3', '1.5'", "2, 5"],
    ["uuid", "'6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b', 'x'", "2"],
    ["date", "'2026-01-31', '2026-02-31'", "2"],
    ["json", `'{"a": [1]}', '{a}', 'null'`, "2"],
    ["boolean", "'1', '0', 'maybe'", "3"],
  ] as const)("a text that is no %s", async ([type, values, keys]) => {
    const rows = values
      .split(/, (?=')/)
      .map((value, at) => `(${at + 1}, ${value}, null, null)`)
      .join(", ");
    await withRows(`${rows}, (99, null, null, null)`, async (target) => {
      const change = upgrade(target, [first, next(op.setType("item", "code", type))]);

      await expect(change).rejects.toThrow(
        /rows stand in the way, so nothing was changed:\n {2}FM305 values of "item"\."code" have no form in /,
      );
      await expect(change).rejects.toThrow(new RegExp(`: ${keys}$`, "m"));
    });
  });

  test("texts that all have a form go over", async () => {
    await withRows("(1, '12', null, null), (2, null, null, null)", async (target) => {
      await upgrade(target, [first, next(op.setType("item", "code", "integer"))]);

      expect(await read(target, "select code + 1 from item where id = 1")).toEqual([["13"]]);
    });
  });

  test("a value that is missing from the list of a column's new type", async () => {
    await withRows("(1, 'draft', null, null), (2, 'lost', null, null)", async (target) => {
      const change = upgrade(target, [first, next(op.setType("item", "code", state))]);

      await expect(change).rejects.toThrow(/FM305 .* have no form in the list of values: 2$/m);
    });
  });

  test("with `using`, the expression decides", async () => {
    await withRows("(1, 'x1', null, null)", async (target) => {
      await upgrade(target, [
        first,
        next(op.setType("item", "code", "integer", { using: "length(code)" })),
      ]);

      expect(await read(target, "select code from item")).toEqual([["2"]]);
    });
  });

  test("a removed value that rows hold and nothing takes the place of", async () => {
    await withRows("(1, null, null, 'draft'), (2, null, null, 'gone')", async (target) => {
      const change = upgrade(target, [first, next(op.swapEnum("state", ["draft", "out"]))]);

      await expect(change).rejects.toThrow(
        'FM306 "item"."state" has values that are removed from "state" (gone): 2',
      );
      const mapping = { gone: "out" };
      await upgrade(
        target,
        [first, next(op.swapEnum("state", ["draft", "out"], { mapping, destructive: "done" }))],
        {},
      );
      expect(await read(target, "select state from item order by id")).toEqual([
        ["draft"],
        ["out"],
      ]);
    });
  });

  const twice = "(1, 'x', 7, 'draft'), (2, 'x', 7, 'out'), (3, null, null, null)";

  test.for<readonly [string, readonly Operation[], RegExp]>([
    [
      "a column without a default that takes no NULL",
      [op.addColumn("item", { name: "fresh", type: "text" })],
      /FM120 "item" has rows, and its new column "fresh" takes no NULL and has no default: 1, 2, 3$/m,
    ],
    [
      "a unique",
      [op.addUnique("item", { columns: ["code", "size"] })],
      /FM301 values of "item" \(code, size\) occur more than once: x, 7$/m,
    ],
    [
      "a unique index",
      [op.createIndex("item", { name: "i", columns: ["code"], unique: true })],
      /FM301 values of "item" \(code\) occur more than once: x$/m,
    ],
    [
      "a unique index on an expression of some rows",
      [
        op.createIndex("item", {
          name: "i",
          columns: [],
          keys: [{ expression: "size + 1" }],
          unique: true,
          where: "code = 'x'",
        }),
      ],
      /FM301 values of "item" \(\(size \+ 1\n\)\) occur more than once: 8$/m,
    ],
    [
      "a unique column that begins with one value",
      [
        op.addColumn("item", { name: "fresh", type: "text" }, { fill: "new" }),
        op.addUnique("item", { columns: ["fresh"] }),
      ],
      /FM301 every row of "item" would have the same \(fresh\), which is to be unique: 1, 2, 3$/m,
    ],
    [
      "a primary key",
      [op.dropPrimaryKey("item"), op.addPrimaryKey("item", { columns: ["code"] })],
      /FM302 "item" \(code\) is NULL: 3\n {2}FM301 values of "item" \(code\) occur more than once: x$/m,
    ],
    [
      "a list of values",
      [op.addCheck("item", { name: "c", column: "code", values: ["y", "z"] })],
      /FM304 rows of "item" break the check "c": 1, 2$/m,
    ],
    [
      "a check",
      [op.addCheck("item", { name: "c", sql: "size < 5" })],
      /FM304 rows of "item" break the check "c": 1, 2$/m,
    ],
    [
      "a column that is to be filled",
      [op.setNotNull("item", "code")],
      /FM302 "item"."code" is NULL: 3$/m,
    ],
  ])("%s", async ([, operations, message]) => {
    await withRows(twice, async (target) => {
      await expect(upgrade(target, [first, next(...operations)])).rejects.toThrow(message);
      expect(await read(target, "select count(*) from item")).toEqual([["3"]]);
    });
  });

  test("many rows are counted", async () => {
    const many = Array.from({ length: 8 }, (_, at) => `(${at + 1}, 'x', null, null)`).join(", ");
    await withRows(many, async (target) => {
      const change = upgrade(target, [first, next(op.setNotNull("item", "size"))]);

      await expect(change).rejects.toThrow(
        /FM302 "item"."size" is NULL: 1, 2, 3, 4, 5, … \(8 in all\)$/m,
      );
    });
  });

  test("a value that is renamed in the same run is left to its statements", async () => {
    await withRows("(1, null, null, 'gone')", async (target) => {
      const up = next(
        op.renameEnumValue("state", "gone", "left"),
        op.swapEnum("state", ["draft", "left"]),
      );
      await upgrade(target, [first, up]);

      expect(await read(target, "select state from item")).toEqual([["left"]]);
    });
  });

  if (db.backend === "postgres") {
    test("what a server alone knows is told in its words: a number out of range", async () => {
      await withRows("(1, null, 3000000000, null)", async (target) => {
        const change = upgrade(target, [first, next(op.setType("item", "size", "integer"))]);

        await expect(change).rejects.toThrow(/FM305 .* no form in integer: .*out of range/);
      });
    });

    test("a text that a limit would cut", async () => {
      await withRows("(1, 'abc', null, null), (2, 'abcd', null, null)", async (target) => {
        const change = upgrade(target, [first, next(op.setType("item", "code", "varchar(3)"))]);

        await expect(change).rejects.toThrow(/FM305 .* no form in varchar\(3\): 2$/m);
      });
    });
  }
});
