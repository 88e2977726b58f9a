import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Driver,
  type DriverConnection,
  DriverError,
  type DriverResult,
  type DriverValue,
} from "../../src/driver/driver.ts";
import { describeEachDatabase, everyDatabase } from "../support/databases.ts";
import { openDriver, printed, runOn } from "../support/drivers.ts";

describeEachDatabase(
  "driver errors",
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

    async function failure(
      sql: string,
      parameters: readonly DriverValue[] = [],
    ): Promise<DriverError> {
      const error = await query(sql, parameters).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DriverError);
      return error as DriverError;
    }

    const sqlite = db.backend === "sqlite";
    const holder = (position: number): string => (sqlite ? "?" : `$${position}`);

    beforeEach(async () => {
      await connection.script("delete from item; delete from parent");
    });

    const insert = "insert into item (id, name, size, shape, hue, parent_id) values";

    test("unique", async () => {
      await query(`${insert} (1, 'a', 1, 'round', 'red', null)`);

      expect(await failure(`${insert} (2, 'b', 1, 'round', 'red', null)`)).toMatchObject({
        kind: "unique",
        table: "item",
        columns: ["shape", "hue"],
        code: sqlite ? "SQLITE_CONSTRAINT_UNIQUE" : "23505",
      });
      expect(await failure(`${insert} (1, 'b', 1, 'square', 'red', null)`)).toMatchObject({
        kind: "unique",
        table: "item",
        columns: ["id"],
      });
    });

    test("foreign key", async () => {
      expect(await failure(`${insert} (1, 'a', 1, null, null, 404)`)).toMatchObject(
        sqlite
          ? { kind: "foreignKey" }
          : {
              kind: "foreignKey",
              table: "item",
              columns: ["parent_id"],
              constraint: "item_parent_id_fkey",
            },
      );
    });

    test("not null", async () => {
      expect(await failure(`${insert} (1, null, 1, null, null, null)`)).toMatchObject({
        kind: "notNull",
        table: "item",
        columns: ["name"],
      });
    });

    test("check", async () => {
      expect(await failure(`${insert} (1, 'a', -1, null, null, null)`)).toMatchObject({
        kind: "check",
        constraint: "size_positive",
      });
    });

    test("syntax", async () => {
      expect((await failure("selec 1")).kind).toBe("syntax");
      expect((await failure("select * from no_such_table")).kind).toBe("syntax");
    });

    test("read only", async () => {
      const begin = sqlite ? "pragma query_only = on" : "begin read only";
      const end = sqlite ? "pragma query_only = off" : "rollback";
      await query(begin);
      const { kind } = await failure("insert into parent (id) values (1)");
      await query(end);

      expect(kind).toBe("readOnly");
    });

    test("never show a value", async () => {
      await query(`${insert} (1, 'a', 1, 'hush-hush', 'red', null)`);

      const errors = [
        await failure(`${insert} (2, 'b', 1, ${holder(1)}, 'red', null)`, ["hush-hush"]),
        await failure(`${insert} (3, ${holder(1)}, -1, null, null, null)`, ["hush-hush"]),
        await failure(`${insert} (4, null, 1, ${holder(1)}, null, null)`, ["hush-hush"]),
        ...(sqlite ? [] : [await failure("select $1::int", ["hush-hush"])]),
      ];

      for (const error of errors) {
        expect(printed(error)).not.toContain("hush-hush");
      }
    });

    test("leave the connection as good as new", async () => {
      await failure("selec 1");

      expect(connection.state).toBe("idle");
      expect((await query("select 1 as one")).rows).toEqual([[sqlite ? 1 : "1"]]);
    });
  },
  { on: everyDatabase },
);
