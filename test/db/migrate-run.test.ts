import { describe, expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import type { DriverValue } from "../../src/driver/driver.ts";
import { MigrationError } from "../../src/errors/errors.ts";
import { HistoryChangedError } from "../../src/errors/migration.ts";
import { History } from "../../src/migration/history.ts";
import { op } from "../../src/migration/op.ts";
import { migration, type RevisionSpec } from "../../src/migration/revision.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { downgrade, type RunOptions, upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { plainPlanner } from "../support/migrations.ts";

const both = (sql: string | readonly string[]) => ({ postgres: sql, sqlite: sql });
const id = (letter: string): string => letter.repeat(12);

/** A revision from SQL that is the same on both databases. */
function revision(
  letter: string,
  parents: string,
  up: RevisionSpec["up"],
  rest: Partial<RevisionSpec> = {},
) {
  return migration({ id: id(letter), parents: [...parents].map(id), message: letter, up, ...rest });
}

const a = revision("a", "", [
  op.sql(both(["create table t (n integer primary key)", "insert into t values (1)"]), {
    down: both("drop table t"),
  }),
]);
const b = revision("b", "a", [
  op.sql(both("insert into t values (2)"), { down: both("delete from t where n = 2") }),
  op.sql(both("insert into t values (3)"), { down: both("delete from t where n = 3") }),
]);

describeEachDatabase("running revisions", (db) => {
  /** Runs in a database of its own where that costs nothing, else after taking away what others left. */
  async function withTarget(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
    const target = plainPlanner(await openMigrations(db.url));
    try {
      for (const table of ["t", "ferro_migrations", "ferro_migration_steps", "ferro_migration_log"])
        await target.connection.script(`drop table if exists ${table}`);
      await work(target);
    } finally {
      await target.close();
    }
  }

  const numbers = async (target: MigrationTarget): Promise<DriverValue[]> => {
    const { rows } = await target.connection.query({
      sql: "select n from t order by n",
      parameters: [],
      returnsRows: true,
    });
    return rows.map(([n = null]) => Number(n));
  };

  const known = async (target: MigrationTarget) => (await History.open(target)).applied();

  test("applies what is missing, in order, and writes it down", async () => {
    await withTarget(async (target) => {
      expect((await upgrade(target, [b, a])).revisions).toEqual([id("a"), id("b")]);
      expect(await numbers(target)).toEqual([1, 2, 3]);
      expect(await known(target)).toMatchObject([
        { id: id("a"), parents: [], message: "a", status: "applied", phase: "up" },
        { id: id("b"), parents: [id("a")], status: "applied" },
      ]);
      expect((await upgrade(target, [a, b])).revisions).toEqual([]);
      const log = await (await History.open(target)).log();
      expect(log.map(({ seq, event, revision }) => [seq, event, revision])).toEqual([
        [1, "upgrade", id("a")],
        [2, "upgrade", id("b")],
      ]);
    });
  });

  test("goes to a revision and no further, and back", async () => {
    await withTarget(async (target) => {
      await upgrade(target, [a, b], { to: "aa" });
      expect(await numbers(target)).toEqual([1]);

      await upgrade(target, [a, b], { to: "+1" });
      expect(await numbers(target)).toEqual([1, 2, 3]);

      expect((await downgrade(target, [a, b])).revisions).toEqual([id("b")]);
      expect(await numbers(target)).toEqual([1]);

      await upgrade(target, [a, b]);
      expect((await downgrade(target, [a, b], { to: "base" })).revisions).toEqual([
        id("b"),
        id("a"),
      ]);
      expect(await known(target)).toEqual([]);
    });
  });

  test("a dry run changes nothing, not even the history tables", async () => {
    await withTarget(async (target) => {
      const report = await upgrade(target, [a, b], { dryRun: true });

      expect(report.revisions).toEqual([id("a"), id("b")]);
      expect(await (await History.open(target)).exists()).toBe(false);
    });
  });

  test("a failing statement takes its segment back, names it, and the same command goes on", async () => {
    await withTarget(async (target) => {
      const broken = revision("b", "a", [
        op.sql(both("insert into t values (2)")),
        op.sql(both(["insert into t values (3)", "insert into nowhere values (1)"])),
        op.sql(both("insert into t values (4)")),
      ]);
      const mended = revision("b", "a", [
        op.sql(both("insert into t values (2)")),
        op.sql(both(["insert into t values (3)"])),
        op.sql(both("insert into t values (4)")),
      ]);

      const failure = await upgrade(target, [a, broken]).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(MigrationError);
      expect(String(failure)).toMatch(/revision b{12} failed in segment 2 of 3: .*nowhere/s);
      expect(await numbers(target)).toEqual([1, 2]);
      expect(await known(target)).toMatchObject([{ id: id("a") }, { status: "partial" }]);

      expect((await upgrade(target, [a, mended])).revisions).toEqual([id("b")]);
      expect(await numbers(target)).toEqual([1, 2, 3, 4]);
      const history = await History.open(target);
      expect(await history.segments(id("b"))).toEqual([]);
      expect((await history.log()).map(({ event }) => event)).toContain("fail");
    });
  });

  test("segments that were done can't be changed afterwards", async () => {
    await withTarget(async (target) => {
      const broken = (n: number) =>
        revision("b", "a", [
          op.sql(both(`insert into t values (${n})`)),
          op.sql(both("insert into nowhere values (1)")),
        ]);
      await upgrade(target, [a, broken(2)]).catch(() => {});

      await expect(upgrade(target, [a, broken(7)])).rejects.toThrow(
        "segment 1 of revision bbbbbbbbbbbb was run with another text",
      );
    });
  });

  test("a statement by itself that was done is not run again", async () => {
    await withTarget(async (target) => {
      const probed = revision("b", "a", [
        op.sql(both("insert into t values (2)")),
        op.sql(both("insert into t values (9)"), {
          transaction: false,
          allow: ["select count(*) > 0 from t where n = 9"],
        }),
      ]);
      await upgrade(target, [a, probed], { to: "aa" });
      const history = await History.open(target);
      const again = plainPlanner(target);
      const run = (options: RunOptions = {}) => upgrade(again, [a, probed], options);
      // What a process leaves that was killed after the statement and before its row.
      await target.connection.script("insert into t values (2), (9)");
      const { segmentHash } = await import("../../src/migration/segment-text.ts");
      const plan = target.dialect.plan({ tables: [], enums: [] }, probed.up, {});
      for (const [index, segment] of plan.segments.entries()) {
        const row = { no: index + 1, hash: segmentHash(segment), kind: segment.kind };
        await target.connection.query(
          history.saveSegment(id("b"), row, index === 0 ? "done" : "started"),
        );
      }

      await run();
      expect(await numbers(target)).toEqual([1, 2, 9]);
    });
  });

  test("a data step sees the rows, and its work and its record are one", async () => {
    await withTarget(async (target) => {
      let fail = true;
      const step = revision("b", "a", [
        op.data("double", async ({ db: database, log }) => {
          const rows = await database.fetchAll("select n from t");
          log(`${rows.length} rows`);
          await database.execute("insert into t select n + 10 from t");
          if (fail) throw new Error("not now");
        }),
      ]);
      const events: string[] = [];
      const listen: RunOptions["listen"] = (event) => {
        if (event.kind === "progress") events.push(event.message);
      };

      await expect(upgrade(target, [a, step], { listen })).rejects.toThrow("not now");
      expect(await numbers(target)).toEqual([1]);
      fail = false;
      await upgrade(target, [a, step], { listen });
      expect(await numbers(target)).toEqual([1, 11]);
      expect(events).toEqual(["1 rows", "1 rows"]);
    });
  });

  test("a resumable data step goes on from its last key", async () => {
    await withTarget(async (target) => {
      const seen: (string | null)[] = [];
      const step = revision("b", "a", [
        op.data("walk", { resumable: true }, async ({ db: database, lastKey, saveKey }) => {
          seen.push(lastKey);
          for (let n = Number(lastKey ?? 1) + 1; n <= 4; n += 1) {
            await database.transaction(async () => {
              await database.execute(`insert into t values (${n})`);
              await saveKey(String(n));
            });
            if (n === 3 && seen.length === 1) throw new Error("killed");
          }
        }),
      ]);

      await expect(upgrade(target, [a, step])).rejects.toThrow("killed");
      expect(await numbers(target)).toEqual([1, 2, 3]);
      await upgrade(target, [a, step]);
      expect(await numbers(target)).toEqual([1, 2, 3, 4]);
      expect(seen).toEqual([null, "3"]);
    });
  });

  describe("a history that doesn't fit", () => {
    const fault = async (files: readonly ReturnType<typeof revision>[], expected: object) => {
      await withTarget(async (target) => {
        await upgrade(target, [a, b]);
        const refused = await upgrade(target, files).catch((error: unknown) => error);

        expect(refused).toBeInstanceOf(HistoryChangedError);
        expect(refused).toMatchObject({ code: "HISTORY_CHANGED", revision: id("b"), ...expected });
        expect(await numbers(target)).toEqual([1, 2, 3]);
      });
    };

    test("a revision that does something else now", () =>
      fault([a, revision("b", "a", [op.sql(both("select 1"))])], { fault: "CHANGED" }));

    test("a revision without a file", () => fault([a], { fault: "UNKNOWN_APPLIED" }));

    test("an id that means another revision", () =>
      fault([a, { ...revision("b", "", []), message: "other" }], { fault: "ID_REUSED" }));
  });
});
