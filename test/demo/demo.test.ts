/** The demo on a few countries: each database must answer as SQLite in memory does. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { agree, answer, compareRows } from "../../demo/compare.ts";
import { readSource, readWorld, type Source } from "../../demo/data.ts";
import { load, rowsOf } from "../../demo/load.ts";
import { Country } from "../../demo/models.ts";
import { questions } from "../../demo/questions.ts";
import { layOutSql } from "../../demo/sql.ts";
import { connect, Decimal, disconnect } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";

const countries = [
  "CH",
  "LI",
  "AT",
  "DE",
  "FR",
  "IT",
  "ES",
  "CA",
  "BR",
  "GF",
  "JP",
  "KE",
  "MZ",
  "SJ",
];
const placesPerCountry = 40;
/** Places that are answers; they are in the sample beside the first of each country. */
const answers = (place: Source["places"][number]) =>
  /^(Paris|Saint-É.*)$/.test(place.name) || Math.abs(Number(place.lat)) < 0.09;

const world = readWorld(sampleOf(readSource()));

test("the sample holds what the demo is about", () => {
  expect(world.countries).toHaveLength(countries.length - 1);
  expect(world.places.length).toBeGreaterThan(450);
  expect(world.refusals).toEqual([
    { model: "Country", reason: "area must be above 0", names: ["Svalbard and Jan Mayen"] },
    { model: "Province", reason: "country was refused", names: ["Jan Mayen", "Svalbard"] },
    { model: "Place", reason: "country was refused", names: ["Longyearbyen", "Olonkinbyen"] },
  ]);
  expect(world.links.find(({ country }) => country === "CH")?.borders).toEqual(
    expect.arrayContaining(["AT", "FR", "IT", "LI", "DE"]),
  );
});

describeEachDatabase("the demo", (db) => {
  beforeAll(async () => {
    await connect("sqlite::memory:", { name: "reference", autoMigrate: true });
    await connect(db.url, {
      name: "database",
      autoMigrate: true,
      ...(db.driver === "better-sqlite3" && { sqlite: db.driver }),
    });
    await load(world, "reference");
  });

  afterAll(() => disconnect());

  test("loads every row, and reports all of them", async () => {
    let reported = 0;
    const loaded = await load(world, "database", (_name, rows) => {
      reported += rows;
    });

    expect(reported).toBe(rowsOf(world));
    expect(loaded.reduce((sum, { rows }) => sum + rows, 0)).toBe(reported);
    expect(await compareRows("database", "reference")).toEqual({ rows: reported, differing: [] });
  });

  test.for(questions.map((question) => [question.text, question] as const))(
    "%s",
    async ([, question]) => {
      const expected = await answer(question, "reference");
      const given = await answer(question, "database");

      expect(given.table).not.toEqual([]);
      expect(given.table).not.toEqual([{ places: 0 }]);
      expect(given.table).toEqual(expected.table);
      expect(agree(given, expected)).toBe(true);
    },
  );

  test("sees when one row of many differs", async () => {
    const japan = await Country.using("database").get("JP");
    japan.area = new Decimal("377930.01");
    await japan.save();

    expect((await compareRows("database", "reference")).differing).toEqual(["countries"]);
    const islands = questions[1]!;
    expect(agree(await answer(islands, "database"), await answer(islands, "reference"))).toBe(
      false,
    );
  });
});

test("SQL is laid out a clause and a condition to a line, and a subquery deeper", () => {
  const sql =
    'select "a"."x", "a"."y", "a"."z" from "a" where "a"."x" between ? and ? and exists ' +
    '(select 1 from "b" where "b"."x" = "a"."x" and ("b"."and" = ?)) order by "a"."x" asc limit ?';

  expect(layOutSql(sql)).toBe(
    [
      'select "a"."x", … 2 more',
      'from "a"',
      'where "a"."x" between ? and ?',
      "  and exists (",
      "    select 1",
      '    from "b"',
      '    where "b"."x" = "a"."x"',
      '      and ("b"."and" = ?)',
      "  )",
      'order by "a"."x" asc',
      "limit ?",
    ].join("\n"),
  );
});

function sampleOf(source: Source): Source {
  const seen = new Map<string, number>();
  return {
    countries: source.countries.filter(({ cca2 }) => countries.includes(cca2)),
    provinces: source.provinces.filter(({ code }) => countries.includes(code.slice(0, 2))),
    places: source.places.filter((place) => {
      const { country } = place;
      const count = (seen.get(country) ?? 0) + 1;
      seen.set(country, count);
      return countries.includes(country) && (count <= placesPerCountry || answers(place));
    }),
  };
}
