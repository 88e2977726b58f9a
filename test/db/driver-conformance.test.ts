import { existsSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Driver,
  type DriverConnection,
  DriverError,
  type DriverResult,
  type DriverValue,
} from "../../src/driver/driver.ts";
import { describeEachDatabase, everyDatabase } from "../support/databases.ts";
import { openDriver } from "../support/drivers.ts";

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

    describe("errors", () => {
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
        expect((await query("select 1 as one")).rows).toEqual([[int(1)]]);
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

    describe.skipIf(db.driver !== "pg")("over a socket", () => {
      test("cancel ends the running statement and nothing else", async () => {
        const running = failure("select pg_sleep(60)");

        await connection.cancel();

        expect((await running).kind).toBe("cancelled");
        expect((await query("select 1")).rows).toEqual([["1"]]);
      });

      test("a value too large for a string fails its statement, not the process", async () => {
        const doomed = await driver.open();

        await expect(runOn(doomed, "select repeat('x', 600000000)")).rejects.toMatchObject({
          kind: "connectionLost",
          code: "ERR_STRING_TOO_LONG",
        });
        expect(doomed.state).toBe("broken");
      });

      test("a killed backend fails the calls on it, idle or busy", async () => {
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
      });

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

      test("a stale plan inside a transaction is an error, and outside it is not", async () => {
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
      });

      test("every connection looks in ferro_search_path", async () => {
        await query("create schema tenant_a");
        const tenant = await openDriver(db, { url: `${db.url}?ferro_search_path=tenant_a` });

        for (const each of [await tenant.open(), await tenant.open()]) {
          expect((await runOn(each, "select current_schema()")).rows).toEqual([["tenant_a"]]);
          await each.close();
        }
      });

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
    });

    describe.skipIf(!sqlite || db.ephemeral)("in a file", () => {
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

          expect(() => refused.open()).toThrow(DriverError);
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
    });
  },
  { on: everyDatabase },
);

async function runOn(
  connection: DriverConnection,
  sql: string,
  parameters: readonly DriverValue[] = [],
  options: { readonly bigints?: boolean; readonly prepare?: boolean } = {},
): Promise<DriverResult> {
  return connection.query({ sql, parameters, ...options });
}

/** Everything a logger could find in an error. */
function printed(error: unknown): string {
  const texts: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    texts.push(
      each.message,
      each.stack ?? "",
      JSON.stringify(each, Object.getOwnPropertyNames(each)),
    );
  }
  return texts.join("\n");
}
