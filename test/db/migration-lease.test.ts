/**
 * The migration lock as a row, which is what holds behind a pooler in transaction mode. Here it is asked for;
 * `npm run test:pooler` runs the same through PgBouncer. Time passes when a test says so, by the row.
 */
import { expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit.ts";
import { openMigrations } from "../../src/connect/migrate.ts";
import { UsageError } from "../../src/errors/errors.ts";
import { MigrationLockError } from "../../src/errors/migration.ts";
import { connect, fetchAll, resetEngine } from "../../src/index.ts";
import type { MigrationEvent } from "../../src/migration/events.ts";
import { History } from "../../src/migration/history.ts";
import { historyTables } from "../../src/migration/history-tables.ts";
import { takeLease } from "../../src/migration/lease.ts";
import { takeLock } from "../../src/migration/lock.ts";
import { op } from "../../src/migration/op.ts";
import { migration } from "../../src/migration/revision.ts";
import { stamp } from "../../src/migration/stamp.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { ask, expire } from "../support/lease.ts";

const id = (letter: string): string => letter.repeat(12);
const sql = (text: string) => op.sql({ postgres: text });
const quiet = { waitMs: 60_000, onWait: () => {} };

const table = migration({
  id: id("a"),
  parents: [],
  message: "a",
  up: [sql("create table t (n integer)")],
});
const numbers = (up: Parameters<typeof migration>[0]["up"]) =>
  migration({ id: id("b"), parents: [id("a")], message: "b", up });

/** A promise that a test fulfils. */
function signal(): { readonly given: Promise<void>; give(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { given: promise, give: resolve };
}

describeEachDatabase(
  "the lock as a lease",
  (db) => {
    /** Each over connections of its own, as processes have them. */
    async function withTargets(
      work: (...targets: [MigrationTarget, MigrationTarget, MigrationTarget]) => Promise<void>,
    ): Promise<void> {
      const open = () => openMigrations(db.url, { lock: "lease" });
      const targets = [await open(), await open(), await open()] as const;
      try {
        for (const name of ["t", ...historyTables]) {
          await targets[0].connection.script(`drop table if exists ${name}`);
        }
        await work(...targets);
      } finally {
        for (const target of targets) await target.close();
      }
    }

    const refusal = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      );

    test("is had by one at a time, says who has it, and is free again after a release", async () => {
      await withTargets(async (first, second) => {
        const held = await takeLock(first, quiet);
        const told: (string | null)[] = [];
        const refused = await refusal(
          takeLock(second, { waitMs: 50, onWait: (holder) => told.push(holder) }),
        );

        expect(refused).toBeInstanceOf(MigrationLockError);
        const who = /^\S+@\S+, process \d+ \(a lease, for \d+ s, renewed \d+ s ago\)$/;
        expect(told).toEqual([expect.stringMatching(who)]);
        await held.release();
        await (await takeLock(second, quiet)).release();
        expect(await ask(first, "select * from ferro_migration_lease")).toEqual([]);
      });
    });

    test("eight that come at once, before its table is there, run each revision once", async () => {
      await withTargets(async (first) => {
        const opened = await Promise.all(
          Array.from({ length: 8 }, () => openMigrations(db.url, { lock: "lease" })),
        );
        const files = [table, numbers([sql("insert into t values (1)")])];

        const reports = await Promise.all(opened.map((target) => upgrade(target, files)));

        expect(reports.flatMap(({ revisions }) => revisions)).toEqual([id("a"), id("b")]);
        expect(await ask(first, "select n from t")).toEqual(["1"]);
        for (const target of opened) await target.close();
      });
    });

    test("is renewed while its holder lives, and not once it was released", async () => {
      await withTargets(async (first, watcher) => {
        const lock = await first.openLock();
        if (lock === null) throw new Error("no connection for the lock");
        const times = { forMs: 60_000, renewMs: 10 };
        const held = await takeLease(first, lock, async () => {}, times);
        await expire(watcher);

        const renewed = async (): Promise<boolean> =>
          (
            await ask(
              watcher,
              "select 1 from ferro_migration_lease where expires_at > clock_timestamp() + interval '50 s'",
            )
          ).length === 1;
        while (!(await renewed())) await new Promise((resolve) => setImmediate(resolve));
        await held.assertHeld(first.connection);

        await held.release();
        expect(await renewed()).toBe(false);
      });
    });

    test("one that lost its connection to a fault opens another and goes on renewing", async () => {
      await withTargets(async (first, watcher) => {
        const opened: { destroy(): void }[] = [];
        const fragile = {
          ...first,
          openLock: async () => {
            const lock = await first.openLock();
            if (lock !== null) opened.push(lock.connection);
            return lock;
          },
        };
        const lock = await fragile.openLock();
        if (lock === null) throw new Error("no connection for the lock");
        const held = await takeLease(fragile, lock, async () => {}, { forMs: 60_000, renewMs: 10 });
        opened[0]?.destroy();
        await expire(watcher);

        const late = "select 1 from ferro_migration_lease where expires_at < clock_timestamp()";
        while ((await ask(watcher, late)).length > 0) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect(opened).toHaveLength(2);
        await held.release();
      });
    });

    test("a transaction under it is never overtaken, though its time is over", async () => {
      await withTargets(async (first, second, watcher) => {
        const inside = signal();
        const go = signal();
        const atomic = op.data("one", async ({ db: database }) => {
          await database.execute("insert into t values (1)");
          inside.give();
          await go.given;
        });
        await upgrade(first, [table]);
        const working = upgrade(first, [table, numbers([atomic])]);
        await inside.given;
        await expire(watcher);

        const refused = await refusal(
          upgrade(second, [table, numbers([atomic])], { lockWaitMs: 300 }),
        );

        expect(refused).toBeInstanceOf(MigrationLockError);
        expect(exitCodeOf(refused)).toBe(7);
        go.give();
        expect((await working).revisions).toEqual([id("b")]);
        expect(await ask(watcher, "select n from t")).toEqual(["1"]);
      });
    });

    test("one that comes back after it was taken over stops before it does anything", async () => {
      await withTargets(async (first, second, watcher) => {
        const between = signal();
        const go = signal();
        const step = (pause: () => Promise<void>) =>
          op.data("walk", { resumable: true }, async ({ db: database, lastKey, saveKey }) => {
            for (let n = Number(lastKey ?? 0) + 1; n <= 3; n += 1) {
              await database.transaction(async () => {
                await database.execute("insert into t values ($1)", [n]);
                await saveKey(String(n));
              });
              if (n === 2) await pause();
            }
          });
        const files = (pause: () => Promise<void>) => [
          table,
          numbers([step(pause), sql("insert into t values (4)")]),
        ];
        const late = files(async () => {
          between.give();
          await go.given;
        });
        const working = refusal(upgrade(first, late));
        await between.given;
        await expire(watcher);

        const other = await upgrade(
          second,
          files(async () => {}),
        );

        expect(other.revisions).toEqual([id("b")]);
        go.give();
        const stopped = await working;
        expect(stopped).toBeInstanceOf(MigrationLockError);
        expect(exitCodeOf(stopped)).toBe(7);
        expect(String(stopped)).toContain("another process took it");
        expect(await ask(watcher, "select n from t order by n")).toEqual(["1", "2", "3", "4"]);
        const log = await (await History.open(watcher)).log();
        expect(log.map(({ event }) => event)).toEqual(["upgrade", "resume", "upgrade"]);
      });
    });

    test("once it is lost, statements by themselves aren't begun", async () => {
      await withTargets(async (first, second) => {
        await upgrade(first, [table]);
        const stolen = sql("update ferro_migration_lease set token = 'another'");
        const alone = op.sql({ postgres: "insert into t values (9)" }, { transaction: false });

        const refused = await refusal(
          upgrade(first, [table, numbers([sql("insert into t values (1)"), stolen, alone])]),
        );

        expect(refused).toBeInstanceOf(MigrationLockError);
        expect(await ask(second, "select n from t")).toEqual(["1"]);
      });
    });

    test("a stamp is made under it", async () => {
      await withTargets(async (first, second) => {
        const held = await takeLock(first, quiet);
        const refused = await refusal(stamp(second, [table], { lockWaitMs: 50 }));
        await held.release();

        expect(refused).toBeInstanceOf(MigrationLockError);
        expect(await stamp(second, [table])).toEqual([id("a")]);
      });
    });

    test(
      "and the lock of a session keep each other out, whoever was first",
      db.direct("a lock of a session can't be held through a pooler"),
      async () => {
        await withTargets(async (lease) => {
          const session = await openMigrations(db.url);
          expect(session.lock).toBe("session");
          for (const [first, second] of [
            [lease, session],
            [session, lease],
          ] as const) {
            const held = await takeLock(first, quiet);
            const told: (string | null)[] = [];
            const refused = await refusal(
              takeLock(second, { waitMs: 50, onWait: (holder) => told.push(holder) }),
            );
            expect(refused).toBeInstanceOf(MigrationLockError);
            expect(told).toEqual([
              expect.stringMatching(first === lease ? /\(a lease, / : /^pid \d+ /),
            ]);
            const later = takeLock(second, quiet);
            await held.release();
            await (await later).release();
          }
          await session.close();
        });
      },
    );

    test("whoever upgrades is warned that it is one", async () => {
      await withTargets(async (first) => {
        const events: MigrationEvent[] = [];
        await upgrade(first, [table], { listen: (event) => events.push(event) });

        expect(events[0]).toEqual({
          kind: "warning",
          message: expect.stringMatching(/a row that is renewed every 5 s; .*directUrl/),
        });
      });
    });

    test("a pooler is noticed, and the server itself", async () => {
      const target = await openMigrations(db.url);
      expect(target.lock).toBe(db.pooled ? "lease" : "session");
      await target.close();
    });

    test("a program upgrades as it starts", async () => {
      await withTargets(async (first) => {
        const revisions = [table, numbers([sql("insert into t values (1)")])];
        await connect(db.url, { migrations: { mode: "upgrade", revisions, phase: "expand" } });
        expect(await fetchAll("select n from t")).toEqual([{ n: 1 }]);
        expect(await ask(first, "select id from ferro_migrations")).toEqual([id("a"), id("b")]);
        await resetEngine();
      });
    });
  },
  { on: ["postgres"] },
);

describeEachDatabase(
  "a lease where there is no server",
  (db) => {
    test("is refused", async () => {
      const target = await openMigrations(db.url, { lock: "lease" });
      await expect(upgrade(target, [])).rejects.toThrow(UsageError);
      await target.close();
    });
  },
  { on: ["node:sqlite file"] },
);

describeEachDatabase(
  "the lock of a session",
  (db) => {
    test(
      "one whose session was ended stops before its next segment",
      db.direct("sessions are the pooler's"),
      async () => {
        const [target, watcher] = [await openMigrations(db.url), await openMigrations(db.url)];
        let pid = "";
        const between = op.data("wait", { resumable: true }, async () => {
          const holders = await ask(
            watcher,
            "select pid from pg_locks where locktype = 'advisory'",
          );
          [pid = ""] = holders;
          const locks = `select count(*) from pg_locks where locktype = 'advisory'`;
          await ask(watcher, `select pg_terminate_backend(${pid})`);
          while ((await ask(watcher, locks))[0] !== "0") {
            await new Promise((resolve) => setImmediate(resolve));
          }
        });
        const files = [table, numbers([between, sql("insert into t values (1)")])];

        await expect(upgrade(target, files)).rejects.toThrow(/session that held the .* was ended/);

        expect(pid).not.toBe("");
        expect(await ask(watcher, "select n from t")).toEqual([]);
        await target.close();
        await watcher.close();
      },
    );
  },
  { on: ["postgres"] },
);
