/** The world as eight models: where a place is, what is spoken and paid there, and who lives next door. */
import {
  array,
  backRef,
  decimal,
  field,
  foreignKey,
  id,
  json,
  Model,
  manyToMany,
  namedEnum,
} from "ferro-orm";
import { z } from "zod";

const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);

/** Where the data came from. */
export class Dataset extends Model("Dataset", {
  id: id(),
  name: field(z.string().min(1), { unique: true, comment: "The npm package" }),
  version: z.string(),
  license: z.string(),
  homepage: z.url(),
  loadedAt: z.date().default(() => new Date()),
}) {}

export class Region extends Model("Region", {
  name: field(z.string().min(1), { primaryKey: true }),
  get subregions() {
    return backRef(Subregion);
  },
}) {}

export class Subregion extends Model("Subregion", {
  name: field(z.string().min(1), { primaryKey: true }),
  get region() {
    return foreignKey(Region, { relatedName: "subregions", column: "region", index: true });
  },
  get countries() {
    return backRef(Country);
  },
}) {}

export class Language extends Model("Language", {
  code: field(z.string().regex(/^[a-z]{3}$/), { primaryKey: true, comment: "ISO 639-3" }),
  name: z.string().min(1),
  get countries() {
    return backRef(Country);
  },
}) {}

export class Currency extends Model("Currency", {
  code: field(z.string().regex(/^[A-Z]{3}$/), { primaryKey: true, comment: "ISO 4217" }),
  name: z.string().min(1),
  symbol: z.string().min(1),
  get countries() {
    return backRef(Country);
  },
}) {}

export class Country extends Model(
  "Country",
  {
    code: field(z.string().regex(/^[A-Z]{2}$/), {
      primaryKey: true,
      comment: "ISO 3166-1 alpha-2",
    }),
    alpha3: field(z.string().regex(/^[A-Z]{3}$/), { unique: true }),
    name: field(z.string().min(1), { unique: true }),
    officialName: z.string().min(1),
    nativeNames: json(z.record(z.string(), z.string())),
    capital: z.string().min(1).nullable(),
    status: namedEnum("iso_status", ["officially-assigned", "user-assigned"]),
    independent: z.boolean().nullable(),
    unMember: z.boolean(),
    landlocked: z.boolean(),
    area: field(
      decimal(10, 2).refine((area) => area.gt(0), "must be above 0"),
      { comment: "In square kilometres, water included" },
    ),
    latitude,
    longitude,
    domains: array(z.string().min(2)),
    get subregion() {
      return foreignKey(Subregion, {
        relatedName: "countries",
        column: "subregion",
        index: true,
        onDelete: "RESTRICT",
      });
    },
    get languages() {
      return manyToMany(Language, { relatedName: "countries" });
    },
    get currencies() {
      return manyToMany(Currency, { relatedName: "countries" });
    },
    /** Borders are rows of a join table between countries and countries. */
    get borders() {
      return manyToMany(Country, { relatedName: "borderedBy" });
    },
    get borderedBy() {
      return backRef(Country);
    },
    get provinces() {
      return backRef(Province);
    },
    get places() {
      return backRef(Place);
    },
  },
  { comment: "Countries and territories with an ISO 3166 code" },
) {}

/** The first level below a country: a state, canton, prefecture. */
export class Province extends Model(
  "Province",
  {
    code: field(z.string().regex(/^[A-Z]{2}\.\w+$/), { primaryKey: true, comment: "As in CH.ZH" }),
    name: z.string().min(1),
    get country() {
      return foreignKey(Country, { relatedName: "provinces", column: "country_code" });
    },
    get places() {
      return backRef(Place);
    },
  },
  { uniques: [["countryId", "name"]] },
) {}

export class Place extends Model(
  "Place",
  {
    id: id(),
    name: field(z.string().min(1).max(100), { index: true }),
    latitude: field(latitude, { index: true }),
    longitude,
    get country() {
      return foreignKey(Country, { relatedName: "places", column: "country_code" });
    },
    get province() {
      return foreignKey(Province, {
        relatedName: "places",
        column: "province_code",
        index: true,
        nullable: true,
        onDelete: "SET NULL",
      });
    },
  },
  { indexes: [["countryId", "name"]] },
) {
  /** "46.20°N 6.15°E" */
  get position(): string {
    const degrees = (value: number, [positive, negative]: string) =>
      `${Math.abs(value).toFixed(2)}°${value < 0 ? negative : positive}`;
    return `${degrees(this.latitude, "NS")} ${degrees(this.longitude, "EW")}`;
  }
}
