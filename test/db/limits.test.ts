import { expect, test } from "vitest";
import {
  fetchOne,
  QueryCancelledError,
  QueryTimeoutError,
  transaction,
  UsageError,
} from "../../src/index.ts";
import { defaultConnection } from "../../src/session/registry.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Tag } from "./models.ts";

describeEachDatabase(
  "signal and timeout of a query",
  (db) => {
    const database = useDatabase(db);
    const postgres = db.backend === "postgres";

    /** Runs `work` while nobody can change Tag, and on PostgreSQL nobody can read it either. */
    async function whileLocked(work: () => Promise<void>): Promise<void> {
      const locked = Promise.withResolvers<void>();
      const done = Promise.withResolvers<void>();
      const holding = transaction(async (tx) => {
        if (postgres) await tx.execute("lock table tag in access exclusive mode");
        else await Tag.create({ name: "held" });
        locked.resolve();
        await done.promise;
      });
      await locked.promise;
      try {
        await work();
      } finally {
        done.resolve();
        await holding;
      }
    }

    const failure = (promise: Promise<unknown>) =>
      promise.then(
        () => undefined,
        (error: unknown) => error,
      );
    const deletion = () => Tag.where((t) => t.name.eq("nobody"));

    test("a query that takes too long fails, and its connection is whole again", async () => {
      await whileLocked(async () => {
        const error = await failure(deletion().timeout(30).delete());

        expect(error).toBeInstanceOf(QueryTimeoutError);
        expect((error as Error).message).toMatch(
          /^Tag delete took longer than its timeout of 30 ms/u,
        );
      });
      await expect.poll(() => defaultConnection().stats().inUse).toBe(0);
      expect(await deletion().timeout(5000).delete()).toBe(0);
    });

    test("an abort ends what waits, with its reason as the cause", async () => {
      await whileLocked(async () => {
        const controller = new AbortController();
        const deleted = failure(deletion().signal(controller.signal).delete());
        controller.abort(new Error("hung up"));
        const error = await deleted;

        expect(error).toBeInstanceOf(QueryCancelledError);
        expect((error as Error).cause).toEqual(new Error("hung up"));
      });
    });

    test("a signal that was aborted before runs nothing, whatever is called", async () => {
      await Tag.create({ name: "a" });
      const statements = database.spy();
      const query = Tag.where((t) => t.id.gt(0)).signal(AbortSignal.abort());

      const calls = [
        () => query.all(),
        () => query.first(),
        () => query.one(),
        () => query.get(1),
        () => query.getOrNone(1),
        () => query.count(),
        () => query.exists(),
        () => query.delete(),
        () => query.update({ name: "b" }),
        () => query.page({ size: 1 }),
        () => query.stream().next(),
        () => query.select("name").all(),
        () => query.select("name").count(),
      ];
      for (const call of calls) await expect(call()).rejects.toThrow(QueryCancelledError);
      expect(statements()).toEqual([]);
    });

    test("limits that are not reached change nothing", async () => {
      await Tag.create({ name: "a" });
      const controller = new AbortController();
      const query = Tag.where({ name: "a" }).signal(controller.signal).timeout(10_000);

      expect(await query.count()).toBe(1);
      controller.abort();
      expect(await Tag.where({ name: "a" }).count()).toBe(1);
      await expect(query.count()).rejects.toThrow(QueryCancelledError);
    });

    test("either of two signals ends it", async () => {
      const [one, two] = [new AbortController(), new AbortController()];
      const query = Tag.where({ name: "a" }).signal(one.signal).signal(two.signal);
      one.abort();

      await expect(query.count()).rejects.toThrow(QueryCancelledError);
    });

    test("a transaction goes on after a query in it was cancelled before it ran", async () => {
      await transaction(async () => {
        await Tag.create({ name: "kept" });
        const query = Tag.where({ name: "kept" }).signal(AbortSignal.abort());
        await expect(query.delete()).rejects.toThrow(QueryCancelledError);
      });
      expect(await Tag.where({ name: "kept" }).count()).toBe(1);
    });

    test.for([
      [() => Tag.where({ name: "a" }).timeout(0), "timeout() expected"],
      [() => Tag.where({ name: "a" }).timeout(Number.NaN), "timeout() expected"],
      [() => Tag.where({ name: "a" }).timeout("5" as never), "timeout() expected"],
      [() => Tag.where({ name: "a" }).timeout(2 ** 31), "timeout() expected"],
      [() => Tag.where({ name: "a" }).signal({} as never), "signal() expected an AbortSignal"],
    ] as const)("refuses %#", ([call, message]) => {
      expect(call).toThrow(UsageError);
      expect(call).toThrow(message);
    });

    test.runIf(postgres)("PostgreSQL stops working on it", async () => {
      await whileLocked(async () => {
        const controller = new AbortController();
        const counted = failure(Tag.where({ name: "a" }).signal(controller.signal).count());
        const waiting = async () => {
          const row = await fetchOne(
            "select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
          );
          return Number(row?.["n"]);
        };
        await expect.poll(waiting).toBe(1);
        controller.abort();
        expect(await counted).toBeInstanceOf(QueryCancelledError);
        await expect.poll(waiting).toBe(0);
      });
    });

    test.runIf(postgres)("PostgreSQL: a transaction can go on after a timeout", async () => {
      await whileLocked(async () => {
        await transaction(
          async (tx) => {
            await tx.execute("create temporary table scratch (n int) on commit drop");
            for (let round = 0; round < 5; round += 1) {
              const query = Tag.where({ name: "a" }).timeout(20);
              await expect(query.count()).rejects.toThrow(QueryTimeoutError);
              expect(await tx.execute("insert into scratch values (1)")).toBe(1);
            }
            expect(await tx.fetchOne("select count(*)::int as n from scratch")).toEqual({ n: 5 });
          },
          { recoverStatements: true },
        );
      });
    });
  },
  { unpooled: "it looks at the server's own sessions" },
);
