import pg from "pg";
import { expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit.ts";
import { openMigrations } from "../../src/connect/migrate.ts";
import { MigrationLockError, PartlyAppliedError } from "../../src/errors/migration.ts";
import type { MigrationEvent } from "../../src/migration/events.ts";
import { op } from "../../src/migration/op.ts";
import { migration, type Revision } from "../../src/migration/revision.ts";
import { readStatus } from "../../src/migration/status.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { authors } from "../support/migration-models.ts";

const id = (letter: string): string => letter.repeat(12);
const first = migration({ id: id("a"), parents: [], message: "a", up: authors });
const second = migration({
  id: id("b"),
  parents: [id("a")],
  message: "b",
  up: [op.addColumn("author", { name: "nick", type: "text", nullable: true })],
});

describeEachDatabase(
  "a table that others use",
  (db) => {
    /** At revision a, with one author, and a session that reads the table and doesn't end. */
    async function held(
      work: (target: MigrationTarget, holder: pg.Client) => Promise<void>,
    ): Promise<void> {
      const target = await openMigrations(db.url);
      const holder = new pg.Client({ connectionString: db.url });
      try {
        const { tables } = await target.dialect.introspect(target.connection);
        for (const { name } of tables) {
          await target.connection.script(`drop table "${name}" cascade`);
        }
        await upgrade(target, [first]);
        await target.connection.script("insert into author (name) values ('Ann')");
        await holder.connect();
        await holder.query("begin");
        await holder.query("select * from author");
        await work(target, holder);
      } finally {
        await holder.end();
        await target.close();
      }
    }

    test("readers get by while an upgrade waits, and it succeeds once the table is free", async () => {
      await held(async (target, holder) => {
        const reader = new pg.Client({ connectionString: db.url });
        await reader.connect();
        const retries: Extract<MigrationEvent, { kind: "retry" }>[] = [];
        let upgrading = true;
        let readWhileHeld = 0;
        const upgraded = upgrade(target, [first, second], {
          patience: { lockTimeoutMs: 150, tries: 1_000 },
          listen: (event) => {
            if (event.kind === "retry") retries.push(event);
          },
        }).finally(() => {
          upgrading = false;
        });
        let released: Promise<unknown> | undefined;
        while (upgrading) {
          // Behind a statement that waits for ever, this would never come back.
          await reader.query("select * from author");
          if (released === undefined && retries.length > 0) readWhileHeld += 1;
          if (retries.length >= 2 && readWhileHeld > 0) released ??= holder.query("commit");
          await new Promise((resolve) => setImmediate(resolve));
        }
        await released;

        expect((await upgraded).revisions).toEqual([id("b")]);
        expect(readWhileHeld).toBeGreaterThan(0);
        expect(retries[0]).toMatchObject({
          no: 1,
          attempt: 1,
          reason: expect.stringContaining("lock timeout"),
        });
        const [blocker] = retries.flatMap(({ blockers }) => blockers);
        expect(blocker).toMatchObject({ query: "select * from author" });
        await reader.end();
      });
    }, 60_000);

    test("where it never gets free, it is given up with who is in the way, and 7", async () => {
      await held(async (target) => {
        const patience = { lockTimeoutMs: 200, tries: 2 };
        const refused: unknown = await upgrade(target, [first, second], { patience }).catch(
          (error: unknown) => error,
        );

        expect(refused).toBeInstanceOf(MigrationLockError);
        expect(exitCodeOf(refused)).toBe(7);
        expect(String(refused)).toMatch(/in the way: pid \d+ .*: select \* from author/);
        expect((await readStatus(target, [first, second])).heads).toEqual([id("a")]);
      });
    }, 60_000);
  },
  { on: ["postgres"] },
);

describeEachDatabase("a revision that fails half way", (db) => {
  test("gives 1 where nothing was done, 9 where something was, and goes on", async () => {
    const target = await openMigrations(db.url);
    const step = (fail: boolean) =>
      migration({
        id: id("b"),
        parents: [id("a")],
        message: "b",
        up: [
          op.addColumn("author", { name: "nick", type: "text", nullable: true }),
          op.data("think", () => {
            if (fail) throw new Error("no");
          }),
          op.addColumn("author", { name: "more", type: "text", nullable: true }),
        ],
      });
    const broken = migration({
      id: id("b"),
      parents: [id("a")],
      message: "b",
      up: [op.sql({ postgres: "select nope", sqlite: "select nope" })],
    });
    try {
      const { tables } = await target.dialect.introspect(target.connection);
      for (const { name } of tables.toReversed()) {
        await target.connection.script(`drop table "${name}"`);
      }
      const fail = (files: readonly Revision[]): Promise<unknown> =>
        upgrade(target, files).then(
          () => undefined,
          (error: unknown) => error,
        );
      await upgrade(target, [first]);
      expect(exitCodeOf(await fail([first, broken]))).toBe(1);

      const partly = await fail([first, step(true)]);
      expect(partly).toBeInstanceOf(PartlyAppliedError);
      expect(exitCodeOf(partly)).toBe(9);
      expect(String(partly)).toContain(`revision ${id("b")} failed in segment 2 of 3: no`);
      expect((await readStatus(target, [first, step(true)])).partial).toMatchObject({ done: 1 });
      expect(exitCodeOf(await fail([first, step(true)]))).toBe(9);

      expect((await upgrade(target, [first, step(false)])).heads).toEqual([id("b")]);
    } finally {
      await target.close();
    }
  });
});
