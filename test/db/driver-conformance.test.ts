import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Driver,
  type DriverConnection,
  DriverError,
  type DriverResult,
  type DriverValue,
} from "../../src/driver/driver.ts";
import { describeEachDatabase, everyDatabase } from "../support/databases.ts";
import { openDriver, runOn } from "../support/drivers.ts";

describeEachDatabase(
  "driver",
  (db) => {
    const sqlite = db.backend === "sqlite";
    /** What an integer looks like before its codec has seen it. */
    const int = (value: number): DriverValue => (sqlite ? value : String(value));
    const holder = (position: number): string => (sqlite ? "?" : `$${position}`);

    let driver: Driver;
    let connection: DriverConnection;

    beforeAll(async () => {
      driver = await openDriver(db, {
        functions: { ferro_test_twice: (value) => `${value}${value}` },
      });
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
        create table cell (b ${sqlite ? "blob" : "bytea"}, t text, i bigint, f ${sqlite ? "real" : "double precision"});
      `);
    });

    afterAll(async () => {
      await connection.close();
      await driver.close?.();
    });

    beforeEach(async () => {
      await connection.script("delete from item; delete from parent; delete from cell");
    });

    function query(
      sql: string,
      parameters: readonly DriverValue[] = [],
      options: { readonly bigints?: boolean; readonly prepare?: boolean } = {},
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

    const insertCell = `insert into cell (b, t, i, f) values (${[1, 2, 3, 4].map(holder).join(", ")})`;

    describe("values", () => {
      test("come back as they went in", async () => {
        const bytes = new Uint8Array([0, 1, 0, 255, 92, 120]);
        const text = 'it\'s "quoted" \\ ünï 🚀\nline';

        await query(insertCell, [bytes, text, -5, 0.1]);
        const { rows } = await query("select b, t, i, f from cell");

        expect(rows).toEqual([[bytes, text, int(-5), sqlite ? 0.1 : "0.1"]]);
        expect(Object.getPrototypeOf(rows[0]![0])).toBe(Uint8Array.prototype);
      });

      test("are NULL, empty text and no bytes, each apart from the others", async () => {
        await query(insertCell, [new Uint8Array(0), "", null, null]);
        await query(insertCell, [null, null, 0, 0]);

        expect((await query("select b, t from cell order by i nulls first")).rows).toEqual([
          [new Uint8Array(0), ""],
          [null, null],
        ]);
      });

      test.each([2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)])(
        "%s keeps every digit",
        async (value) => {
          await query(insertCell, [null, null, value, null]);

          const plain = (await query("select i from cell")).rows[0]![0];
          const asBigint = (await query("select i from cell", [], { bigints: true })).rows[0]![0];
          const returned = await query(`update cell set t = 'x' returning i`);

          expect([plain, asBigint, returned.rows[0]![0]]).toEqual(
            sqlite ? [value, value, value] : [String(value), String(value), String(value)],
          );
        },
      );

      test("2^53+1 leaves small integers beside it as they are", async () => {
        await query(insertCell, [null, null, 2n ** 53n + 1n, null]);
        await query(insertCell, [null, null, 7, null]);

        expect((await query("select i from cell order by i")).rows).toEqual([
          [int(7)],
          [sqlite ? 2n ** 53n + 1n : "9007199254740993"],
        ]);
      });

      test("a write that returns a large integer happens once", async () => {
        const sql = `insert into cell (i) values (${holder(1)}) returning i`;

        await query(sql, [2n ** 53n + 1n]);

        expect((await query("select count(*) from cell")).rows).toEqual([[int(1)]]);
      });

      test.skipIf(!sqlite)("a whole number is stored as an integer", async () => {
        expect(
          (await query("select typeof(?), typeof(?), typeof(?)", [1, 2 ** 53 - 1, 1.5])).rows,
        ).toEqual([["integer", "integer", "real"]]);
      });

      test.skipIf(!sqlite)("numbered placeholders take their positions", async () => {
        expect((await query("select ?2, ?1, ?2", ["a", "b"])).rows).toEqual([["b", "a", "b"]]);
      });

      test.skipIf(!sqlite)("registered functions can be called", async () => {
        expect((await query("select ferro_test_twice('ab')")).rows).toEqual([["abab"]]);
      });

      test.skipIf(sqlite)("text means the same whatever the server's settings were", async () => {
        const { rows } = await query(
          `select '2024-03-01 12:30:00.123456+02'::timestamptz, '2024-03-01'::date, 0.1::float8 + 0.2::float8,
                  true, '{"b": 1}'::jsonb, 'infinity'::float8, interval '1 day 2 hours'`,
        );

        expect(rows).toEqual([
          [
            "2024-03-01 10:30:00.123456+00",
            "2024-03-01",
            "0.30000000000000004",
            "t",
            '{"b": 1}',
            "Infinity",
            "1 day 02:00:00",
          ],
        ]);
      });
    });

    describe("results", () => {
      test("keep columns of one name apart, in order", async () => {
        const { rows, columns } = await query("select 1 as a, 'x' as b, 2 as a");

        expect(rows).toEqual([[int(1), "x", int(2)]]);
        expect(columns.map(({ name }) => name)).toEqual(["a", "b", "a"]);
      });

      test("name their columns when there is no row", async () => {
        const { rows, columns } = await query("select id, name from item");

        expect(rows).toEqual([]);
        expect(columns.map(({ name }) => name)).toEqual(["id", "name"]);
      });

      test("count the rows that changed", async () => {
        const counts = [];
        for (const sql of [
          "insert into parent (id) values (1), (2), (3)",
          "select * from parent",
          "update parent set id = id where id > 1",
          "update parent set id = id where id > 100",
          "create temporary table passing (id integer)",
          "drop table passing",
          "insert into parent (id) values (4) returning id",
          "with doomed as (select 4 as id) delete from parent where id in (select id from doomed)",
          "delete from parent",
        ]) {
          counts.push((await query(sql)).affectedRows);
        }

        expect(counts).toEqual([3, 0, 2, 0, 0, 0, 1, 1, 3]);
      });
    });

    describe("statements", () => {
      test("are one to a call", async () => {
        const { kind } = await failure(
          "insert into parent (id) values (1); insert into parent (id) values (2)",
        );

        expect(kind).toBe("syntax");
        expect((await query("select count(*) from parent")).rows).toEqual([[int(0)]]);
      });

      test.skipIf(!sqlite).each(["", " ; ", "-- nothing"])("refuse the text %j", async (sql) => {
        expect((await failure(sql)).kind).toBe("syntax");
      });

      test("may end in a semicolon and a comment", async () => {
        expect((await query("select 'a;b' as x; -- the end\n")).rows).toEqual([["a;b"]]);
      });

      test.each([[["a"]], [["a", "b", "c"]]])("refuse %j for two placeholders", async (values) => {
        const { kind } = await failure(
          `insert into item (name, shape) values (${holder(1)}, ${holder(2)})`,
          values,
        );

        expect(kind).toBe("syntax");
      });

      test("1,000 prepared ones leave a bounded number behind", async () => {
        for (let number = 0; number < 1000; number += 1) {
          await query(`select ${number} as n`, [], { prepare: true });
        }

        expect((await query("select 7 as n", [], { prepare: true })).rows).toEqual([[int(7)]]);
        if (db.driver === "pg") {
          const { rows } = await query("select count(*) from pg_prepared_statements");
          expect(Number(rows[0]![0])).toBeLessThanOrEqual(201);
        }
      });

      test("prepared ones survive a change of their table", async () => {
        await query("create table altered (id integer)");
        await query("insert into altered values (1)");
        const before = await query("select * from altered", [], { prepare: true });

        await query("alter table altered add column extra integer");
        const after = await query("select * from altered", [], { prepare: true });
        const again = await query("select * from altered", [], { prepare: true });
        await query("drop table altered");

        expect([before.rows, after.rows, again.rows]).toEqual([
          [[int(1)]],
          [[int(1), null]],
          [[int(1), null]],
        ]);
      });

      test("prepared ones give errors again and again, and then rows", async () => {
        const sql = sqlite ? "select abs(?)" : "select 1 / $1::int";
        const bad = sqlite ? -(2n ** 63n) : 0;
        const kinds = [];
        for (let round = 0; round < 2; round += 1) {
          const error = await query(sql, [bad], { prepare: true }).catch(
            (reason: unknown) => reason,
          );
          kinds.push((error as DriverError).kind);
        }

        expect(kinds).toEqual(["range", "range"]);
        expect((await query(sql, [1], { prepare: true })).rows).toEqual([[int(1)]]);
      });
    });

    describe("state", () => {
      test("follows begin, failure, commit and rollback", async () => {
        const states = [connection.state];
        for (const sql of ["begin", "insert into parent (id) values (1)", "commit", "begin"]) {
          await query(sql);
          states.push(connection.state);
        }
        await failure("selec 1");
        states.push(connection.state);
        await query("rollback");
        states.push(connection.state);

        expect(states).toEqual([
          "idle",
          "inTransaction",
          "inTransaction",
          "idle",
          "inTransaction",
          sqlite ? "inTransaction" : "failedTransaction",
          "idle",
        ]);
      });

      test.skipIf(sqlite)("a commit that the server turned into a rollback says so", async () => {
        await query("begin");
        await failure("selec 1");

        expect((await query("commit")).command).toBe("ROLLBACK");
      });

      test("a second connection starts idle, answers a ping, and closes twice", async () => {
        const second = db.ephemeral ? connection : await driver.open();
        await second.ping();
        expect(second.state).toBe("idle");
        if (!db.ephemeral) {
          await second.close();
          await second.close();
          second.destroy();
          expect(second.state).toBe("broken");
          await expect(runOn(second, "select 1")).rejects.toMatchObject({ kind: "connectionLost" });
        }
      });
    });
  },
  { on: everyDatabase },
);
