/** Backfills of many rows: their batches, their pace, and what is said of them. */
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { UsageError } from "../../src/errors/errors.ts";
import type { MigrationEvent } from "../../src/migration/events.ts";
import { historyTables } from "../../src/migration/history-tables.ts";
import { op } from "../../src/migration/op.ts";
import type { BatchProgress } from "../../src/migration/progress.ts";
import { migration } from "../../src/migration/revision.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { type RunOptions, upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { inProject, json, one } from "../support/ferro-runs.ts";

const id = (letter: string): string => letter.repeat(12);

const table = op.createTable("t", {
  columns: [
    { name: "id", type: "integer" },
    { name: "n", type: "integer", default: 0 },
  ],
  primaryKey: ["id"],
});
const made = migration({ id: id("a"), parents: [], message: "a", up: [table] });

/** `count` rows, whose ids are the numbers from 1 on. */
const rowsSql = (count: number): string =>
  `insert into t (id) with recursive i (n) as (select 1 union all select n + 1 from i where n < ${count}) select n from i`;

const counting = (options: Partial<Parameters<typeof op.backfill>[1]> = {}) =>
  migration({
    id: id("b"),
    parents: [id("a")],
    message: "b",
    up: [op.backfill("t", { set: { n: "n + 1" }, batch: 10, ...options })],
  });

async function ask(target: MigrationTarget, text: string): Promise<number[][]> {
  const statement = { sql: text, parameters: [], returnsRows: true };
  const { rows } = await target.connection.query(statement);
  return rows.map((row) => row.map(Number));
}

describeEachDatabase(
  "a backfill",
  (db) => {
    async function withRows(
      count: number,
      work: (target: MigrationTarget) => Promise<void>,
    ): Promise<void> {
      const target = await openMigrations(db.url);
      try {
        for (const name of ["t", ...historyTables]) {
          await target.connection.script(`drop table if exists ${name}`);
        }
        await upgrade(target, [made]);
        await target.connection.script(rowsSql(count));
        await work(target);
      } finally {
        await target.close();
      }
    }

    /** Runs it and gives what was told of its batches. */
    async function batchesOf(
      target: MigrationTarget,
      revision: ReturnType<typeof migration>,
      options: RunOptions = {},
    ): Promise<BatchProgress[]> {
      const batches: BatchProgress[] = [];
      const listen = (event: MigrationEvent) => {
        if (event.kind === "progress" && event.batch !== undefined) batches.push(event.batch);
        options.listen?.(event);
      };
      await upgrade(target, [made, revision], { ...options, listen });
      return batches;
    }

    test("tells after each batch how far it is, of how many rows, and for how long it goes on", async () => {
      await withRows(25, async (target) => {
        const said: string[] = [];
        const batches = await batchesOf(target, counting(), {
          listen: (event) => {
            if (event.kind === "progress") said.push(event.message);
          },
        });

        expect(batches).toEqual([
          { done: 10, total: 25, leftMs: expect.any(Number), restMs: 0, key: "10" },
          { done: 20, total: 25, leftMs: expect.any(Number), restMs: 0, key: "20" },
          { done: 25, total: 25, leftMs: 0, restMs: 0, key: "25" },
        ]);
        expect(said[0]).toMatch(/^10 of about 25 rows, about \d+ s left, up to key 10$/);
        expect(await ask(target, "select count(*), sum(n) from t")).toEqual([[25, 25]]);
      });
    });

    test("one that failed half way goes on after its last batch, and knows what was done before", async () => {
      await withRows(30, async (target) => {
        // The third batch meets a value that is too large.
        await target.connection.script("update t set n = 2000000000 where id = 25");
        const doubling = counting({
          set: { n: "n + cast('1' as integer) * (1 / (2000000000 - n) * 0 + 1)" },
        });
        const division = db.backend === "postgres";
        if (!division) {
          await target.connection.script(
            "create trigger no before update on t when old.n = 2000000000 begin select raise(abort, 'division by zero'); end",
          );
        }
        await expect(batchesOf(target, doubling)).rejects.toThrow("division by zero");
        expect(await ask(target, "select count(*) from t where n = 1")).toEqual([[20]]);
        if (!division) await target.connection.script("drop trigger no");
        await target.connection.script("update t set n = 0 where id = 25");

        const batches = await batchesOf(target, doubling);

        expect(batches.map(({ done, total, key }) => [done, total, key])).toEqual([
          [20, 30, "20"],
          [30, 30, "30"],
        ]);
        expect(await ask(target, "select distinct n from t")).toEqual([[1]]);
      });
    });

    test("rests after each batch for a multiple of its time; who runs it may say otherwise", async () => {
      await withRows(20, async (target) => {
        const order: string[] = [];
        const listen = (event: MigrationEvent) => {
          if (event.kind !== "progress" || event.batch === undefined) return;
          order.push(event.batch.key);
          setTimeout(() => order.push("rested"), event.batch.restMs / 2);
        };
        const slow = await batchesOf(target, counting({ throttle: 50 }), { listen });

        expect(slow.every(({ restMs }) => restMs > 0)).toBe(true);
        expect(order).toEqual(["10", "rested", "20", "rested"]);
      });
      await withRows(20, async (target) => {
        const patience = { throttle: 0 };
        const fast = await batchesOf(target, counting({ throttle: 1_000_000 }), { patience });

        expect(fast.map(({ restMs }) => restMs)).toEqual([0, 0]);
      });
    });

    test("a pace that means nothing is refused where it is written", () => {
      for (const wrong of [
        { batch: 0 },
        { batch: 1.5 },
        { throttle: -1 },
        { throttle: Number.NaN },
      ]) {
        expect(() => counting(wrong)).toThrow(UsageError);
      }
    });

    test("processes: killed in the middle and run again, it changes each row once", async () => {
      await inProject(db.url, async (project) => {
        const { id: _, ...rest } = one;
        project.revision({ ...rest, id: id("a"), up: [table] }, 1);
        expect((await project.ferro("upgrade")).code).toBe(0);
        const target = await openMigrations(db.url);
        await target.connection.script(rowsSql(2_000));
        project.revision(counting({ batch: 20 }), 2);

        const killed = await project.ferroKilled(/ rows, /, "upgrade", "--throttle", "500");
        expect(killed.code).toBeNull();
        expect((await project.ferro("current")).code).toBe(9);
        const [[done = 0] = []] = await ask(target, "select count(*) from t where n = 1");
        const ran = await project.ferro("upgrade", "--json");

        expect(ran.code, ran.stderr).toBe(0);
        expect(json(ran)).toMatchObject({ revisions: [id("b")] });
        const count = done.toLocaleString("en-US");
        expect(ran.stderr).toContain(
          `going on after ${count} of about 2,000 rows, up to key ${done}`,
        );
        expect(await ask(target, "select n, count(*) from t group by n")).toEqual([[1, 2_000]]);
        await target.close();
      });
    }, 300_000);
  },
  { on: ["node:sqlite file", "postgres"] },
);

describeEachDatabase(
  "a backfill of a server",
  (db) => {
    test("a batch that takes too long is tried with half its rows, until it doesn't", async () => {
      const target = await openMigrations(db.url);
      await upgrade(target, [made]);
      await target.connection.script(rowsSql(64));
      const slow = "n + 1 + (select 0 from (select pg_sleep(0.03)) as s where n = n)";
      const reasons: string[] = [];
      const keys: string[] = [];
      await upgrade(target, [made, counting({ set: { n: slow }, batch: 64 })], {
        patience: { batchTimeoutMs: 1_000 },
        listen: (event) => {
          if (event.kind === "retry") reasons.push(event.reason);
          if (event.kind === "progress" && event.batch !== undefined) keys.push(event.batch.key);
        },
      });

      expect(reasons[0]).toMatch(/statement timeout: batches of 32 rows from here$/);
      expect(keys.length).toBeGreaterThan(1);
      expect(keys.at(-1)).toBe("64");
      expect(await ask(target, "select distinct n from t")).toEqual([[1]]);
      await target.close();
    });

    test("the rows of a large table are estimated, not counted", async () => {
      const target = await openMigrations(db.url);
      await target.connection.script(
        "create table big as select n, repeat('x', 100) as filling from generate_series(1, 20000) as n",
      );
      const estimate = await target.answers.estimateRows(target.connection, "big");
      await target.connection.script("analyze big");

      expect(estimate).toBeGreaterThan(2_000);
      expect(await target.answers.estimateRows(target.connection, "big")).toBe(20_000);
      await target.close();
    });
  },
  { on: ["postgres"] },
);
