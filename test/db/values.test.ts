/** What is written is what is read: every storage type through real columns, in three time zones. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Decimal } from "../../src/codec/decimal.ts";
import { valueRules } from "../../src/codec/rules.ts";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { postgresListElementSql, postgresListType } from "../../src/dialect/postgres/lists.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { sqliteFunctions } from "../../src/dialect/sqlite/functions.ts";
import { sqliteListElementSql } from "../../src/dialect/sqlite/lists.ts";
import type { Driver, DriverConnection, DriverRow, DriverValue } from "../../src/driver/driver.ts";
import type { StorageType } from "../../src/ir/type.ts";
import { describeEachDatabase, everyDatabase } from "../support/databases.ts";
import { openDriver } from "../support/drivers.ts";
import { digits, everyType } from "../unit/codec/arbitraries.ts";

const zones = [
  ["UTC", 0],
  ["Asia/Shanghai", -480],
  ["America/Los_Angeles", 480],
] as const;

const json: StorageType = { kind: "json" };
const decimal: StorageType = { kind: "decimal", precision: null, scale: null };
const sampled = { numRuns: 60, seed: 20_260_424 };

describeEachDatabase(
  "values",
  (db) => {
    const sqlite = db.backend === "sqlite";
    const dialect = sqlite ? sqliteDialect : postgresDialect;
    const zoneBefore = process.env["TZ"];

    let driver: Driver;
    let connection: DriverConnection;

    beforeAll(async () => {
      driver = await openDriver(db, { functions: sqliteFunctions });
      connection = await driver.open();
      if (!sqlite) {
        await connection.script(
          "set time zone 'Asia/Kathmandu'; create type mood as enum ('sad', 'so so', 'o''k')",
        );
      }
      for (const [index, { type }] of everyType.entries()) {
        await connection.script(
          `create table t${index} (id integer, v ${dialect.ddl.columnType(type)})`,
        );
      }
    });

    afterAll(async () => {
      if (zoneBefore === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zoneBefore;
      await connection.close();
      await driver.close?.();
    });

    async function query(
      sql: string,
      parameters: readonly DriverValue[] = [],
      bigints = false,
    ): Promise<DriverRow[]> {
      const text = sqlite ? sql.replaceAll(/\$\d/g, "?") : sql;
      return (await connection.query({ sql: text, parameters, bigints })).rows;
    }

    /** A table expression whose column `v` has the list's values in their wire form. */
    function listSql(type: StorageType): string {
      if (sqlite)
        return `(select key + 1 as n, ${sqliteListElementSql(type)} as v from json_each($1))`;
      const castType = dialect.ddl.columnType(type);
      return `(select n, ${postgresListElementSql(type, "e", castType)} as v from unnest($1::${postgresListType(type, castType)}) with ordinality as x (e, n)) as y`;
    }

    async function readBack(table: string, type: StorageType): Promise<unknown[]> {
      const codec = dialect.codec(type);
      const rows = await query(`select v from ${table} order by id`, [], codec.bigints);
      return rows.map(([cell]) =>
        cell === null || cell === undefined ? null : codec.decode(cell),
      );
    }

    describe.each(zones)("in %s", (zone, minutes) => {
      beforeAll(() => {
        process.env["TZ"] = zone;
        expect(new Date("2026-01-15T00:00:00Z").getTimezoneOffset()).toBe(minutes);
      });

      test.each(everyType.map(({ name }, index) => [name, index] as const))(
        "%s",
        async (_name, index) => {
          const { type, values } = everyType[index] as (typeof everyType)[number];
          const table = `t${index}`;
          const rules = valueRules(type);
          const codec = dialect.codec(type);
          const given = fc.sample(values, sampled);
          const normal = given.map((value) => rules.normalize(value));
          await connection.script(`delete from ${table}`);

          for (const [id, value] of given.entries()) {
            await query(`insert into ${table} (id, v) values (${id}, $1)`, [codec.encode(value)]);
          }
          const single = await readBack(table, type);
          await connection.script(`delete from ${table}`);
          await query(`insert into ${table} (id, v) select n, v from ${listSql(type)}`, [
            dialect.listEncoder(type)([...given, null]),
          ]);
          const bulk = await readBack(table, type);

          expect(single).toEqual(normal);
          expect(single.every((value, at) => rules.equals(value, normal[at]))).toBe(true);
          expect(bulk).toEqual([...normal, null]);
        },
      );

      test.each(
        everyType
          .map(({ name, type }, index) => ({ name, type, index }))
          .filter(({ type }) => type.kind !== "json" && type.kind !== "array"),
      )("$name is found by its value and in a list of values", async ({ type, index }) => {
        const table = `t${index}`;
        const codec = dialect.codec(type);
        const values = (await readBack(table, type)).filter((value) => value !== null);
        const castType = dialect.ddl.columnType(type);
        const place = sqlite ? "$1" : `$1::${castType}`;

        for (const value of values.slice(0, 10)) {
          const [row] = await query(`select count(*) from ${table} where v = ${place}`, [
            codec.encode(value),
          ]);
          expect(Number(row?.[0])).toBe(
            values.filter((other) => valueRules(type).equals(value, other)).length,
          );
        }
        const [row] = await query(
          `select count(*) from ${table} where v in (select v from ${listSql(type)})`,
          [dialect.listEncoder(type)(values)],
        );
        expect(Number(row?.[0])).toBe(values.length);
      });
    });

    test.each<[unknown, string]>([
      ["10.5", "string"],
      ["true", "string"],
      ["null", "string"],
      ["", "string"],
      [0, "number"],
      [10.5, "number"],
      [true, "boolean"],
      [null, "null"],
      [[], "array"],
      [{}, "object"],
    ])("the JSON value %j is stored as a %s", async (value, expected) => {
      const encoded = dialect.codec(json).encode(value);
      const [row] = await query(
        sqlite ? "select json_type($1)" : "select jsonb_typeof($1::jsonb)",
        [encoded],
      );
      const sqliteNames: Readonly<Record<string, string>> = {
        text: "string",
        integer: "number",
        real: "number",
        true: "boolean",
      };
      const name = String(row?.[0]);

      expect(sqlite ? (sqliteNames[name] ?? name) : name).toBe(expected);
    });

    test("decimals sort as numbers, however many digits they have", async () => {
      const values = fc.sample(digits, { numRuns: 300, seed: 7 });
      const place = sqlite ? "ferro_decimal_key(v)" : "v";
      const rows = await query(`select v from ${listSql(decimal)} order by ${place}`, [
        dialect.listEncoder(decimal)(values),
      ]);
      const sorted = values.map((value) => new Decimal(value)).sort((a, b) => a.comparedTo(b));

      expect(rows.map(([cell]) => String(dialect.codec(decimal).decode(cell as string)))).toEqual(
        sorted.map((value) => (value.isZero() ? "0" : value.toString())),
      );
    });

    test("raw cells and arguments", async () => {
      const result = await connection.query({
        sql: sqlite
          ? "select ? + 1, ? / 2, ?, ?, ?, null, 9007199254740993"
          : "select $1::int4 + 1, $2::int8 / 2, $3::bytea, $4::text, $5::bool, null, 9007199254740993::int8",
        parameters: [1, 7n, Uint8Array.of(0, 255), "x", true].map(
          (value) => dialect.encodeRaw(value) as DriverValue,
        ),
        bigints: true,
      });
      const cells = result.rows[0]?.map((cell, at) =>
        dialect.decodeRaw(cell, result.columns[at] ?? { name: "", type: null }),
      );

      expect(cells).toEqual([
        2,
        3,
        Uint8Array.of(0, 255),
        "x",
        sqlite ? 1 : true,
        null,
        9007199254740993n,
      ]);
    });
  },
  { on: everyDatabase.filter((name) => name !== "node:sqlite memory") },
);

describeEachDatabase(
  "values that others wrote",
  (db) => {
    test("instants beyond ISO text's years, and infinity, are read right or refused", async () => {
      const driver = await openDriver(db);
      const connection = await driver.open();
      const read = async (sql: string, host: "date" | "text"): Promise<unknown> => {
        const { rows } = await connection.query({ sql: `select ${sql}`, parameters: [] });
        return postgresDialect.codec({ kind: "timestamptz", host }).decode(rows[0]?.[0] as string);
      };

      try {
        for (const zone of ["UTC", "Asia/Kathmandu", "America/St_Johns"]) {
          await connection.script(`set time zone '${zone}'`);
          for (const iso of [
            "-000043-03-15T12:00:00.000Z",
            "+012026-01-31T00:00:00.000Z",
            "1850-06-01T00:00:00.001Z",
          ]) {
            const sent = postgresDialect
              .codec({ kind: "timestamptz", host: "date" })
              .encode(new Date(iso));
            expect(await read(`'${sent}'::timestamptz`, "date")).toEqual(new Date(iso));
          }
          await expect(read("'infinity'::timestamptz", "date")).rejects.toThrow("infinity");
          await expect(read("'12026-01-31 00:00+00'::timestamptz", "text")).rejects.toThrow("year");
        }
      } finally {
        await connection.close();
        await driver.close?.();
      }
    });
  },
  { only: ["postgres"], because: "SQLite stores what we print" },
);
