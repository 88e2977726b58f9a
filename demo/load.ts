/** Fills a database with the world: the same code for every database. */
import type { Links, World } from "./data.ts";
import {
  Country,
  Currency,
  Dataset,
  Language,
  Place,
  Province,
  Region,
  Subregion,
} from "./models.ts";

/** How many rows one `bulkCreate` gets, so that progress can be shown between two. */
const batchSize = 5_000;

/** What was loaded of one kind, and how long it took. */
export interface Loaded {
  readonly name: string;
  readonly rows: number;
  readonly milliseconds: number;
}

/** Anything that rows can be given to: a model, bound to a connection or not. */
interface Table<Row> {
  bulkCreate(rows: readonly Row[]): Promise<number>;
}

/**
 * Inserts everything.
 *
 * @param on - The name of the connection.
 * @param onProgress - Told how many more rows are in.
 */
export async function load(
  world: World,
  on: string,
  onProgress: (name: string, rows: number) => void = () => {},
): Promise<Loaded[]> {
  const loaded: Loaded[] = [];

  async function timed(name: string, insert: () => AsyncIterable<number>): Promise<void> {
    const start = performance.now();
    let rows = 0;
    for await (const inserted of insert()) {
      rows += inserted;
      onProgress(name, inserted);
    }
    loaded.push({ name, rows, milliseconds: performance.now() - start });
  }

  await timed("datasets", () => fill(Dataset.using(on), world.datasets));
  await timed("regions", () => fill(Region.using(on), world.regions));
  await timed("subregions", () => fill(Subregion.using(on), world.subregions));
  await timed("languages", () => fill(Language.using(on), world.languages));
  await timed("currencies", () => fill(Currency.using(on), world.currencies));
  await timed("countries", () => fill(Country.using(on), world.countries));
  await timed("links between them", () => link(world.links, on));
  await timed("provinces", () => fill(Province.using(on), world.provinces));
  await timed("places", () => fill(Place.using(on), world.places));
  return loaded;
}

/** How many rows {@link load} will insert, links included. */
export function rowsOf(world: World): number {
  const { datasets, regions, subregions, languages, currencies, countries, provinces, places } =
    world;
  const tables = [
    datasets,
    regions,
    subregions,
    languages,
    currencies,
    countries,
    provinces,
    places,
    ...world.links.flatMap((links) => [links.languages, links.currencies, links.borders]),
  ];
  return tables.reduce((sum, { length }) => sum + length, 0);
}

async function* fill<Row>(table: Table<Row>, rows: readonly Row[]): AsyncGenerator<number> {
  for (let start = 0; start < rows.length; start += batchSize) {
    yield await table.bulkCreate(rows.slice(start, start + batchSize));
  }
}

/** Links each country to its languages, its currencies and its neighbours. */
async function* link(links: readonly Links[], on: string): AsyncGenerator<number> {
  const countries = byCode(await Country.using(on).all());
  const languages = byCode(await Language.using(on).all());
  const currencies = byCode(await Currency.using(on).all());

  for (const each of links) {
    const country = countries(each.country);
    await country.languages.add(...each.languages.map(languages));
    await country.currencies.add(...each.currencies.map(currencies));
    await country.borders.add(...each.borders.map(countries));
    yield each.languages.length + each.currencies.length + each.borders.length;
  }
}

function byCode<Row extends { readonly code: string }>(
  rows: readonly Row[],
): (code: string) => Row {
  const found = new Map(rows.map((row) => [row.code, row]));
  return (code) => {
    const row = found.get(code);
    if (row === undefined) throw new Error(`nothing has the code ${code}`);
    return row;
  };
}
