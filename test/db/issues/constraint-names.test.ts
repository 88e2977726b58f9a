/** The names that SQLite's errors borrow are those that PostgreSQL makes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { constraintName } from "../../../src/dialect/constraint-name.ts";
import { type Connection, connect, execute, fetchAll } from "../../../src/index.ts";
import { quoteIdentifier } from "../../../src/util/identifier.ts";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase(
  "names of constraints that were given none",
  (db) => {
    let connection: Connection;

    beforeAll(async () => {
      connection = await connect(db.url, { implicitRouting: "allow" });
      await execute("create table target (id int primary key)");
    });

    afterAll(async () => {
      await connection.close();
    });

    test.each([
      ["post", "author_id"],
      ["t".repeat(63), "key_of"],
      ["t", "c".repeat(63)],
      ["t".repeat(40), "c".repeat(40)],
      ["t".repeat(28), "c".repeat(40)],
      ["é".repeat(31), "c".repeat(30)],
      ["€".repeat(21), "é".repeat(31)],
    ])("are as expected for %s.%s", async (table, column) => {
      const [name, of] = [quoteIdentifier(table), quoteIdentifier(column)];
      await execute(`create table ${name} (p int primary key, ${of} int unique references target)`);

      const rows = await fetchAll(
        "select conname::text as name from pg_constraint where conrelid = $1::regclass and contype in ('p', 'u', 'f')",
        [name],
      );

      expect(rows.map((row) => row["name"]).sort()).toEqual(
        [
          constraintName(table, [], "pkey"),
          constraintName(table, [column], "key"),
          constraintName(table, [column], "fkey"),
        ].sort(),
      );
    });
  },
  { only: ["postgres"], because: "SQLite makes no names" },
);
