import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Connection,
  ConnectionLostError,
  execute,
  fetchOne,
  PoolTimeoutError,
  transaction,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { refuseStrays } from "../../support/strays.ts";
import { runTransfers } from "../../support/transfers.ts";
import { failureOf, gate, useEngine } from "../behaviour/support.ts";

refuseStrays();

describeEachDatabase(
  "killed backends",
  (db) => {
    const engine = useEngine(db);
    let connection: Connection;

    beforeAll(async () => {
      await engine.admin("create table place_a.note (id bigint primary key)");
    });

    beforeEach(async () => {
      connection = await engine.open({
        autoMigrate: false,
        pool: { maxConnections: 3 },
        url: { application_name: "ferro_victim" },
      });
    });

    afterEach(async () => {
      await engine.admin("delete from place_a.note");
    });

    const killAll = () =>
      engine.admin(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'ferro_victim'",
      );
    const backends = async () =>
      Number(
        (
          await engine.admin(
            "select count(*) from pg_stat_activity where application_name = 'ferro_victim'",
          )
        )[0]?.["count"],
      );
    const one = () => fetchOne("select 1 as one");

    test("R56, P1 idle: the pool notices, and the next statement is served", async () => {
      await Promise.all([one(), one(), one()]);

      await killAll();
      await expect.poll(one, { interval: 1 }).toEqual({ one: 1 });

      expect(await Promise.all([one(), one(), one()])).toEqual([
        { one: 1 },
        { one: 1 },
        { one: 1 },
      ]);
      expect(connection.stats()).toMatchObject({ inUse: 0, waiting: 0 });
    });

    test("R56, P1 busy: the running statement fails, and nothing else", async () => {
      const running = failureOf(fetchOne("select pg_sleep(60)"));
      await expect
        .poll(() =>
          engine.admin(
            "select 1 from pg_stat_activity where application_name = 'ferro_victim' and query like '%pg_sleep%' and state = 'active'",
          ),
        )
        .toHaveLength(1);

      await killAll();

      expect(await running).toBeInstanceOf(ConnectionLostError);
      expect(await one()).toEqual({ one: 1 });
      expect(connection.stats()).toMatchObject({ inUse: 0, waiting: 0 });
    });

    test("P1, P2 in a transaction: its next statement fails, nothing was written, the slot is free", async () => {
      for (let round = 0; round < 6; round += 1) {
        const begun = gate();
        const killed = gate();
        const failing = failureOf(
          transaction(async () => {
            await execute("insert into note values (1)");
            begun.open();
            await killed.opened;
            await execute("insert into note values (2)");
          }),
        );
        await begun.opened;
        await killAll();
        killed.open();

        expect(await failing).toBeInstanceOf(ConnectionLostError);
      }
      expect(await engine.admin("select * from place_a.note")).toEqual([]);
      expect(connection.stats()).toMatchObject({ inUse: 0, waiting: 0 });
      expect(await Promise.all([one(), one(), one()])).toHaveLength(3);
    });

    test("P5 the program's own error comes out of a transaction whose connection is gone", async () => {
      const mine = new Error("mine");

      const error = await failureOf(
        transaction(async () => {
          await execute("insert into note values (1)");
          await killAll();
          throw mine;
        }),
      );

      expect(error).toBe(mine);
      expect(await engine.admin("select * from place_a.note")).toEqual([]);
    });

    test("R58, P8 1,000 waits that end in vain leak no connection", async () => {
      const release = gate();
      const holding = Array.from({ length: 3 }, async () => {
        const begun = gate();
        const held = transaction(async (tx) => {
          await tx.fetchOne("select 1");
          begun.open();
          await release.opened;
        });
        await begun.opened;
        return { held };
      });
      const held = await Promise.all(holding);
      const before = await backends();

      const errors = await Promise.all(
        Array.from({ length: 1000 }, () =>
          failureOf(Promise.resolve(connection.acquire({ timeoutMs: 5 }, false))),
        ),
      );

      expect(errors.every((error) => error instanceof PoolTimeoutError)).toBe(true);
      release.open();
      await Promise.all(held.map((each) => each.held));
      expect(before).toBe(3);
      expect(await backends()).toBe(3);
      expect(connection.stats()).toMatchObject({ size: 3, inUse: 0, idle: 3, waiting: 0 });
      expect(await one()).toEqual({ one: 1 });
    });

    test("T1 500 transfers by 50 callers and 20 kills: each exactly once", async () => {
      await connection.close();

      const outcome = await runTransfers(db.url, {
        transfers: 500,
        callers: 50,
        kills: 20,
        seed: 1,
      });

      expect(outcome).toMatchObject({
        done: 500,
        lost: 0,
        doubled: 0,
        conserved: true,
        leaked: 0,
        whole: true,
        kills: 20,
      });
    });
  },
  {
    unpooled: "it kills the backends of one client",
    only: ["postgres"],
    because: "it is about a server's processes",
  },
);
