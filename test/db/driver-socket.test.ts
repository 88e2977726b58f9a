import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Driver,
  type DriverConnection,
  DriverError,
  type DriverResult,
  type DriverValue,
} from "../../src/driver/driver.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { openDriver, printed, runOn } from "../support/drivers.ts";

describeEachDatabase(
  "driver over a socket",
  (db) => {
    let driver: Driver;
    let connection: DriverConnection;

    beforeAll(async () => {
      driver = await openDriver(db);
      connection = await driver.open();
    });

    afterAll(async () => {
      await connection.close();
      await driver.close?.();
    });

    function query(
      sql: string,
      parameters: readonly DriverValue[] = [],
      options: { readonly prepare?: boolean } = {},
    ): Promise<DriverResult> {
      return runOn(connection, sql, parameters, options);
    }

    async function failure(
      sql: string,
      parameters: readonly DriverValue[] = [],
    ): Promise<DriverError> {
      const error = await query(sql, parameters).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DriverError);
      return error as DriverError;
    }

    test("cancel ends the running statement and nothing else", async () => {
      const running = failure("select pg_sleep(60)");

      await connection.cancel();

      expect((await running).kind).toBe("cancelled");
      expect((await query("select 1")).rows).toEqual([["1"]]);
    });

    test(
      "a value too large for a string fails its statement, not the process",
      db.direct("half a gigabyte takes a pooler half a minute"),
      async () => {
        const doomed = await driver.open();

        await expect(runOn(doomed, "select repeat('x', 600000000)")).rejects.toMatchObject({
          kind: "connectionLost",
          code: "ERR_STRING_TOO_LONG",
        });
        expect(doomed.state).toBe("broken");
      },
    );

    test(
      "a killed backend fails the calls on it, idle or busy",
      db.direct("an idle connection has no backend of its own"),
      async () => {
        const idle = await driver.open();
        const busy = await driver.open();
        const pid = async (one: DriverConnection) =>
          (await runOn(one, "select pg_backend_pid()")).rows[0]![0]!;
        const pids = [await pid(idle), await pid(busy)];
        const sleeping = runOn(busy, "select pg_sleep(60)").catch((error: unknown) => error);

        for (const each of pids) {
          await query("select pg_terminate_backend($1)", [each]);
        }

        expect(await sleeping).toMatchObject({ kind: "connectionLost" });
        await expect.poll(() => [idle.state, busy.state]).toEqual(["broken", "broken"]);
        await expect(runOn(idle, "select 1")).rejects.toMatchObject({ kind: "connectionLost" });
      },
    );

    test("more than 65,535 parameters are refused before they are sent", async () => {
      expect(
        (
          await failure(
            "select 1",
            Array.from({ length: 65_536 }, () => 1),
          )
        ).kind,
      ).toBe("range");
    });

    test(
      "a stale plan inside a transaction is an error, and outside it is not",
      db.direct("plans are not kept there"),
      async () => {
        await query("create table replanned (id integer)");
        await query("select * from replanned", [], { prepare: true });
        await query("begin");
        await query("alter table replanned add column extra integer");
        const inside = await query("select * from replanned", [], { prepare: true }).catch(
          (e: unknown) => e,
        );
        await query("rollback");

        expect(inside).toMatchObject({ code: "0A000" });
        expect((await query("select * from replanned", [], { prepare: true })).rows).toEqual([]);
        await query("drop table replanned");
      },
    );

    test(
      "every connection looks in ferro_search_path",
      db.direct("there it is set per transaction: test/db/pooler.test.ts"),
      async () => {
        await query("create schema tenant_a");
        const tenant = await openDriver(db, { url: `${db.url}?ferro_search_path=tenant_a` });

        for (const each of [await tenant.open(), await tenant.open()]) {
          expect((await runOn(each, "select current_schema()")).rows).toEqual([["tenant_a"]]);
          await each.close();
        }
      },
    );

    test("a wrong password and a missing database are failures to connect, and show no password", async () => {
      const wrong = new URL(db.url);
      wrong.password = "not-the-password";
      const missing = new URL(db.url);
      missing.pathname = "/no_such_database";

      for (const url of [wrong.href, missing.href]) {
        const refused = await openDriver(db, { url });
        const error = await Promise.resolve(refused.open()).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ kind: "connect", transient: false });
        expect(printed(error)).not.toContain("not-the-password");
      }
    });

    test("a port that nobody listens on may pass by itself", async () => {
      const refused = await openDriver(db, { url: "postgresql://a:b@127.0.0.1:1/db" });

      await expect(Promise.resolve(refused.open())).rejects.toMatchObject({
        kind: "connect",
        code: "ECONNREFUSED",
        transient: true,
      });
    });

    test("sslmode=require is refused by a server without TLS; prefer is not", async () => {
      const required = await openDriver(db, { url: `${db.url}?sslmode=require` });
      const preferred = await openDriver(db, { url: `${db.url}?sslmode=prefer` });

      await expect(Promise.resolve(required.open())).rejects.toMatchObject({ kind: "connect" });
      await (await preferred.open()).close();
    });
  },
  { on: ["postgres"] },
);
