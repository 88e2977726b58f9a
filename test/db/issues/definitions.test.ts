/** Faults that first users met in definitions and readings, each as its smallest program. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import {
  bytes,
  type Connection,
  ConnectionError,
  connect,
  DatabaseError,
  execute,
  fetchAll,
  field,
  id,
  Model,
  SchemaError,
  UsageError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

class Stamped extends Model("Stamped", {
  id: id(),
  at: field(z.date(), { dbDefault: { sql: "now()" } }),
  day: field(z.iso.date(), { dbDefault: { sql: "CURRENT_TIMESTAMP" } }),
  raw: bytes().nullable().default(null),
  count: z.int().default(0),
}) {}

describeEachDatabase("definitions and readings", (db) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(db.url, {
      autoMigrate: true,
      implicitRouting: "allow",
      identityMap: false,
    });
  });

  afterAll(async () => {
    await connection.close();
  });

  test("the present moment as a default is found again by its value", async () => {
    const made = await Stamped.create({});

    expect(await Stamped.where((t) => t.at.eq(made.at)).count()).toBe(1);
    expect(await Stamped.where((t) => t.at.gte(new Date(Date.now() - 60_000))).count()).toBe(1);
    expect(made.day).toBe(made.at.toISOString().slice(0, 10));
  });

  test("bytes in JSON are base64", async () => {
    const made = await Stamped.create({ raw: new Uint8Array([1, 2, 250]) });

    expect(JSON.parse(JSON.stringify(made))).toMatchObject({ raw: "AQL6" });
  });

  test("options that don't exist are refused at run time too", async () => {
    expect(() => Model("Odd", { id: id() }, { tabel: "x" } as never)).toThrow(/no option "tabel"/);
    expect(() => Model("Odd", { id: field(z.int(), { uniqe: true } as never) })).toThrow(
      SchemaError,
    );
    await expect(fetchAll("select 1", [], { usign: "x" } as never)).rejects.toThrow(UsageError);
  });

  test("a database that can't be opened is a ConnectionError without the password", async () => {
    const failed = connect("postgres://user:hunter2@127.0.0.1:1/none", { name: "nowhere" });

    await expect(failed).rejects.toThrow(ConnectionError);
    await expect(failed).rejects.not.toThrow(/hunter2/);
  });
});

describeEachDatabase(
  "a cell that doesn't fit its column",
  (db) => {
    test("is a DatabaseError that names the model and the column", async () => {
      const connection = await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
      await execute("insert into stamped (count) values ('many')");

      const failed = Stamped.all();

      await expect(failed).rejects.toThrow(DatabaseError);
      await expect(failed).rejects.toThrow(/Stamped.*count/);
      await connection.close();
    });
  },
  { only: ["sqlite"], because: "PostgreSQL's columns hold nothing but their type" },
);
