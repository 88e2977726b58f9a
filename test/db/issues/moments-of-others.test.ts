/** A SQLite database that others made keeps its moments as text in a form of their own. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { connect, execute, fetchAll, field, id, Model, type Query } from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

class Visit extends Model("Visit", {
  id: id(),
  at: field(z.date().nullable(), { dbType: "timestamp", nativeType: "DATETIME" }),
}) {}

const noon = new Date("2022-02-18T12:00:00Z");

describeEachDatabase(
  "moments of others",
  (db) => {
    beforeAll(async () => {
      await connect(db.url, { implicitRouting: "allow" });
      await execute("create table visit (id integer primary key, at DATETIME)");
    });

    beforeEach(async () => {
      await execute("delete from visit");
      await execute(`insert into visit (id, at) values
        (1, '2022-02-18'), (2, '2022-02-18 12:00:00'), (3, '2022-02-18T12:00:00.000Z'),
        (4, '2022-02-18 12:00:00.5'), (5, '2022-02-18 14:00:00+01:00'), (6, null)`);
    });

    test.for<[string, (q: typeof Visit) => Query<typeof Visit>, number[]]>([
      ["eq", (q) => q.where((t) => t.at.eq(noon)), [2, 3]],
      ["ne", (q) => q.where((t) => t.at.ne(noon)), [1, 4, 5, 6]],
      ["lt", (q) => q.where((t) => t.at.lt(noon)), [1]],
      ["lte", (q) => q.where((t) => t.at.lte(noon)), [1, 2, 3]],
      ["gt", (q) => q.where((t) => t.at.gt(noon)), [4, 5]],
      [
        "between",
        (q) => q.where((t) => t.at.between(noon, new Date("2022-02-18T12:00:01Z"))),
        [2, 3, 4],
      ],
      ["in", (q) => q.where((t) => t.at.in([noon, new Date("2022-02-18")])), [1, 2, 3]],
      ["notIn", (q) => q.where((t) => t.at.notIn([noon])), [1, 4, 5, 6]],
      ["an object", (q) => q.where({ at: noon }), [2, 3]],
    ])("%s compares what they mean", async ([, query, expected]) => {
      const rows = await query(Visit).orderBy("id").all();

      expect(rows.map((row) => row.id)).toEqual(expected);
    });

    test("they sort as time does", async () => {
      const rows = await Visit.orderBy((t) => t.at)
        .orderBy("id")
        .all();

      expect(rows.map((row) => row.id)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    test("what is written has the form of SQLite's own functions", async () => {
      await Visit.create({ id: 7, at: noon });
      await Visit.create({ id: 8, at: new Date("2022-02-18T12:00:00.120Z") });

      expect(await fetchAll("select at from visit where id > 6 order by id")).toEqual([
        { at: "2022-02-18 12:00:00" },
        { at: "2022-02-18 12:00:00.120" },
      ]);
      expect((await Visit.get(8)).at).toEqual(new Date("2022-02-18T12:00:00.120Z"));
    });

    test("saving another column leaves the text as it is", async () => {
      const visit = await Visit.get(5);
      visit.at = new Date(visit.at ?? 0);
      await visit.save();

      expect(await fetchAll("select at from visit where id = 5")).toEqual([
        { at: "2022-02-18 14:00:00+01:00" },
      ]);
    });
  },
  { only: ["sqlite"], because: "PostgreSQL keeps moments as moments" },
);
