import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type {
  Driver,
  DriverConnection,
  DriverResult,
  DriverValue,
} from "../../src/driver/driver.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { openDriver, runOn } from "../support/drivers.ts";

describeEachDatabase(
  "driver of a file",
  (db) => {
    let driver: Driver;
    let connection: DriverConnection;

    beforeAll(async () => {
      driver = await openDriver(db);
      connection = await driver.open();
      await connection.script(`
        create table parent (id integer primary key);
        create table item (
          id integer primary key,
          name text not null,
          size integer constraint size_positive check (size > 0),
          shape text, hue text,
          parent_id integer references parent (id),
          unique (shape, hue)
        );
      `);
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

    const file = () => db.url.slice("sqlite:".length).replace(/\?.*/u, "");

    test("is WAL, with foreign keys on, on every connection", async () => {
      const second = await driver.open();
      const settings = [];
      for (const pragma of ["journal_mode", "foreign_keys", "synchronous"]) {
        settings.push((await runOn(second, `pragma ${pragma}`)).rows[0]![0]);
      }
      await second.close();

      expect(settings).toEqual(["wal", 1, 1]);
    });

    test("rw and ro refuse a missing file and do not make one", async () => {
      for (const mode of ["", "?mode=rw", "?mode=ro"]) {
        const missing = `${file()}.missing`;
        const refused = await openDriver(db, { url: `sqlite:${missing}${mode}` });

        await expect((async () => refused.open())()).rejects.toMatchObject({ kind: "connect" });
        expect(existsSync(missing)).toBe(false);
      }
    });

    test("ro reads and does not write", async () => {
      const readOnly = await (await openDriver(db, { url: `sqlite:${file()}?mode=ro` })).open();

      expect((await runOn(readOnly, "select count(*) from item")).rows).toEqual([[0]]);
      await expect(runOn(readOnly, "delete from item")).rejects.toMatchObject({
        kind: "readOnly",
      });
      await readOnly.close();
    });

    test("a lock held by another connection is busy", async () => {
      const second = await driver.open();
      await query("begin immediate");

      await expect(runOn(second, "begin immediate")).rejects.toMatchObject({ kind: "busy" });

      await query("rollback");
      await second.close();
    });
  },
  {
    on: [
      "node:sqlite file",
      "better-sqlite3 file",
      "node:sqlite threads",
      "better-sqlite3 threads",
    ],
  },
);
