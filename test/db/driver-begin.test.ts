/** A transaction that begins with its first statement, in one message with it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Driver, DriverConnection } from "../../src/driver/driver.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { openDriver, runOn } from "../support/drivers.ts";

describeEachDatabase(
  "a deferred BEGIN",
  (db) => {
    let driver: Driver;
    let connection: DriverConnection;
    const run = (sql: string, options = {}) => runOn(connection, sql, [], options);
    const made = async (name: string) =>
      (await run(`select to_regclass('${name}') is not null`)).rows[0]?.[0] === "t";

    beforeEach(async () => {
      driver = await openDriver(db);
      connection = await driver.open();
    });

    afterEach(async () => {
      await connection.close();
      await driver.close?.();
    });

    test.each([{ prepare: true }, {}])("goes with a statement (%j)", async (options) => {
      connection.deferBegin?.("begin isolation level serializable");
      expect(connection.state).toBe("inTransaction");

      const { rows } = await run("select current_setting('transaction_isolation')", options);

      expect(rows).toEqual([["serializable"]]);
      expect(connection.forgetBegin?.()).toBe(false);
      expect(connection.state).toBe("inTransaction");
      await run("create table begun ()");
      await connection.script("rollback");
      expect(connection.state).toBe("idle");
      expect(await made("begun")).toBe(false);
    });

    test("goes with a script, and with a cursor", async () => {
      connection.deferBegin?.("begin");
      await connection.script("savepoint one; create table begun ()");
      await connection.script("rollback to savepoint one");
      expect(await made("begun")).toBe(false);
      await connection.script("rollback");

      connection.deferBegin?.("begin");
      const cursor = connection.openCursor({
        sql: "select generate_series(1, 5)",
        parameters: [],
      });
      expect(await cursor.read(2)).toEqual([["1"], ["2"]]);
      expect(connection.state).toBe("inTransaction");
      expect(await cursor.read(9)).toEqual([["3"], ["4"], ["5"]]);
      await cursor.close();
      await connection.script("commit");
    });

    test("a first statement that is refused leaves a failed transaction", async () => {
      connection.deferBegin?.("begin");

      await expect(run("select nothing")).rejects.toMatchObject({ kind: "syntax" });

      expect(connection.state).toBe("failedTransaction");
      await connection.script("rollback");
      expect(connection.state).toBe("idle");
    });

    test("where beginning is refused, no statement runs outside a transaction", async () => {
      connection.deferBegin?.("begin isolation level nonsense");

      for (let round = 0; round < 2; round += 1) {
        await expect(run("create table begun ()")).rejects.toMatchObject({ kind: "syntax" });
        await expect(
          (async () => connection.script("create table begun ()"))(),
        ).rejects.toMatchObject({ kind: "syntax" });
        expect(connection.state).toBe("inTransaction");
      }

      expect(connection.forgetBegin?.()).toBe(true);
      expect(connection.state).toBe("idle");
      expect(await made("begun")).toBe(false);
    });

    test("without a statement there is nothing to end", async () => {
      connection.deferBegin?.("begin");

      expect(connection.forgetBegin?.()).toBe(true);

      expect(connection.state).toBe("idle");
      expect(connection.forgetBegin?.()).toBe(false);
    });
  },
  { only: ["postgres"], because: "others begin without a round trip" },
);
