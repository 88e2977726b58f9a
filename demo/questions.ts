/** Ten questions to the world, each a query on a model. */
import { and, or } from "ferro-orm";
import { Country, Language, Place, Province } from "./models.ts";

/** A line of a table: what stands in each column, by its heading. */
export type Line = Readonly<Record<string, string | number | null>>;

/** A question that was put to one database. */
export interface Asked {
  /** The statement, with its values. */
  readonly statement: { readonly sql: string; readonly parameters: readonly unknown[] };
  /** Runs the query: rows as instances of the model, or their number. */
  run(): Promise<readonly object[] | number>;
  /** The answer as a table. Loads what the lines show of other models. */
  table(): Promise<readonly Line[]>;
}

export interface Question {
  readonly text: string;
  /** What of the query language it shows. */
  readonly shows: string;
  /** Puts the question to a connection. */
  readonly ask: (on: string) => Asked;
}

/** A query whose rows are instances of a model. */
interface Rows<Row extends object> {
  all(): Promise<Row[]>;
  count(): Promise<number>;
  toSQL(): Asked["statement"];
}

export const questions: readonly Question[] = [
  {
    text: "Which landlocked countries have only landlocked neighbours?",
    shows: "every() over a many-to-many relation of a model to itself",
    ask: (on) =>
      list(
        Country.using(on)
          .where((t) => t.landlocked.eq(true))
          .where((t) =>
            and(
              t.borders.some(),
              t.borders.every((next) => next.landlocked.eq(true)),
            ),
          )
          .orderBy((t) => t.name),
        async (country) => ({
          country: country.name,
          capital: country.capital,
          neighbours: await names(country.borders.orderBy((t) => t.name)),
        }),
      ),
  },
  {
    text: "Which are the largest members of the United Nations without a land border?",
    shows: "none(), exact decimals that sort as numbers",
    ask: (on) =>
      list(
        Country.using(on)
          .where((t) => and(t.unMember.eq(true), t.borders.none()))
          .orderBy((t) => t.area, "desc")
          .limit(6),
        (country) => ({
          country: country.name,
          "in its own words": Object.values(country.nativeNames).join(", "),
          subregion: country.subregionId,
          "km²": country.area.toNumber(),
        }),
      ),
  },
  {
    text: "Which places of the Americas lie furthest south?",
    shows: "a path over three foreign keys, order, limit; each line loads its relations",
    ask: (on) =>
      list(
        Place.using(on)
          .where((t) => t.country.subregion.regionId.eq("Americas"))
          .orderBy((t) => t.latitude)
          .limit(6),
        async (place) => ({
          place: place.name,
          province: (await place.province)?.name ?? null,
          country: (await place.country).name,
          position: place.position,
        }),
      ),
  },
  {
    text: "Which languages are official both in Africa and in South America?",
    shows: "some() from the other side of a many-to-many relation, counts per row",
    ask: (on) =>
      list(
        Language.using(on)
          .where((t) => t.countries.some((c) => c.subregion.regionId.eq("Africa")))
          .where((t) => t.countries.some((c) => c.subregionId.eq("South America")))
          .orderBy((t) => t.name),
        async (language) => ({
          language: language.name,
          countries: await language.countries.count(),
          "in South America": await names(
            language.countries
              .where((t) => t.subregionId.eq("South America"))
              .orderBy((t) => t.name)
              .limit(3),
          ),
        }),
      ),
  },
  {
    text: "Outside of Europe, who takes euros next to a country that does not?",
    shows: "some() and none() inside each other, over two many-to-many relations",
    ask: (on) =>
      list(
        Country.using(on)
          .where((t) => t.currencies.some((money) => money.code.eq("EUR")))
          .where((t) => t.subregion.regionId.ne("Europe"))
          .where((t) =>
            t.borders.some((next) => next.currencies.none((money) => money.code.eq("EUR"))),
          )
          .orderBy((t) => t.name),
        async (country) => ({
          country: country.name,
          currencies: await country.currencies.count(),
          neighbours: await names(country.borders.orderBy((t) => t.name)),
        }),
      ),
  },
  {
    text: "Which countries are two borders away from Switzerland?",
    shows: "neighbours of neighbours: three levels of the same relation",
    ask: (on) =>
      list(
        Country.using(on)
          .where((t) => t.code.ne("CH"))
          .where((t) => t.borders.none((next) => next.code.eq("CH")))
          .where((t) => t.borders.some((next) => next.borders.some((far) => far.code.eq("CH"))))
          .orderBy((t) => t.area, "desc")
          .limit(8),
        (country) => ({
          country: country.name,
          capital: country.capital,
          domains: country.domains.join(" "),
          "km²": country.area.toNumber(),
        }),
      ),
  },
  {
    text: "Which countries have a place within 10 km of the equator, from west to east?",
    shows: "between() behind a back reference to 171,000 rows",
    ask: (on) =>
      list(
        Country.using(on)
          .where((t) => t.places.some((place) => place.latitude.between(-0.09, 0.09)))
          .orderBy((t) => t.longitude),
        async (country) => {
          const close = country.places.where((t) => t.latitude.between(-0.09, 0.09));
          return {
            country: country.name,
            places: await close.count(),
            "for example": (await close.orderBy((t) => t.name).first())?.name ?? null,
          };
        },
      ),
  },
  {
    text: "How many places are named after a saint where French is an official language?",
    shows: "or(), startsWith(), count(); the SQL is that of the rows that are counted",
    ask: (on) =>
      count(
        Place.using(on)
          .where((t) =>
            or(
              t.name.startsWith("Saint-"),
              t.name.startsWith("Sainte-"),
              t.name.startsWith("Saint "),
            ),
          )
          .where((t) => t.country.languages.some((language) => language.code.eq("fra"))),
        "places",
      ),
  },
  {
    text: "Which provinces have no place in the list? (from the 61st on)",
    shows: "none() over a back reference, order by a column of another model, offset",
    ask: (on) =>
      list(
        Province.using(on)
          .where((t) => t.places.none())
          .orderBy((t) => t.country.name)
          .orderBy((t) => t.code)
          .limit(6)
          .offset(60),
        async (province) => ({
          code: province.code,
          province: province.name,
          country: (await province.country).name,
        }),
      ),
  },
  {
    text: "Where is there a Paris outside of France?",
    shows: "ilike(), notIn(), isNotNull(), order by columns of two models",
    ask: (on) =>
      list(
        Place.using(on)
          .where((t) => and(t.name.ilike("paris"), t.countryId.notIn(["FR"])))
          .where((t) => t.province.name.isNotNull())
          .orderBy((t) => t.country.area, "desc")
          .orderBy((t) => t.latitude, "desc")
          .limit(6),
        async (place) => ({
          place: place.name,
          province: (await place.province)?.name ?? null,
          country: (await place.country).name,
          position: place.position,
        }),
      ),
  },
];

function list<Row extends object>(
  query: Rows<Row>,
  line: (row: Row) => Line | Promise<Line>,
): Asked {
  return {
    statement: query.toSQL(),
    run: () => query.all(),
    table: async () => Promise.all((await query.all()).map(line)),
  };
}

function count<Row extends object>(query: Rows<Row>, heading: string): Asked {
  return {
    statement: query.toSQL(),
    run: () => query.count(),
    table: async () => [{ [heading]: await query.count() }],
  };
}

async function names(query: { all(): Promise<{ name: string }[]> }): Promise<string> {
  return (await query.all()).map(({ name }) => name).join(", ");
}
