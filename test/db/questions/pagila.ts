/**
 * The video shop, Pagila on PostgreSQL and Sakila on SQLite, as models: one set fits both.
 *
 * Of each table the columns that the questions need, and those that must be given.
 */
import { z } from "zod";
import { backRef, decimal, field, foreignKey, Model, shape } from "../../../src/index.ts";

const key = (column: string) => field(z.int(), { primaryKey: true, column });
const stamp = { lastUpdate: z.date().default(() => new Date()) };
const link = { onDelete: "NO ACTION" } as const;

export class Country extends Model(
  "Country",
  shape(stamp, {
    id: key("country_id"),
    country: z.string(),
    get cities() {
      return backRef(City);
    },
  }),
) {}

export class City extends Model(
  "City",
  shape(stamp, {
    id: key("city_id"),
    city: z.string(),
    get country() {
      return foreignKey(Country, { relatedName: "cities", ...link });
    },
    get addresses() {
      return backRef(Address);
    },
  }),
) {}

export class Address extends Model(
  "Address",
  shape(stamp, {
    id: key("address_id"),
    address: z.string(),
    district: z.string(),
    phone: z.string(),
    get city() {
      return foreignKey(City, { relatedName: "addresses", ...link });
    },
    get customers() {
      return backRef(Customer);
    },
  }),
) {}

export class Customer extends Model(
  "Customer",
  shape(stamp, {
    id: key("customer_id"),
    storeId: z.int(),
    firstName: z.string(),
    lastName: z.string(),
    email: z.string().nullable().default(null),
    createDate: z.date().default(() => new Date()),
    get address() {
      return foreignKey(Address, { relatedName: "customers", ...link });
    },
    get rentals() {
      return backRef(Rental);
    },
    get payments() {
      return backRef(Payment);
    },
  }),
) {}

export class Language extends Model(
  "Language",
  shape(stamp, {
    id: key("language_id"),
    name: z.string(),
    get films() {
      return backRef(Film);
    },
  }),
) {}

export class Category extends Model(
  "Category",
  shape(stamp, {
    id: key("category_id"),
    name: z.string(),
    get films() {
      return backRef(FilmCategory);
    },
  }),
) {}

export class Actor extends Model(
  "Actor",
  shape(stamp, {
    id: key("actor_id"),
    firstName: z.string(),
    lastName: z.string(),
    get roles() {
      return backRef(FilmActor);
    },
  }),
) {}

export class Film extends Model(
  "Film",
  shape(stamp, {
    id: key("film_id"),
    title: z.string(),
    rentalDuration: field(z.int(), { dbType: "smallint" }),
    rentalRate: decimal(4, 2),
    length: field(z.int().nullable(), { dbType: "smallint" }),
    replacementCost: decimal(5, 2),
    get language() {
      return foreignKey(Language, { relatedName: "films", ...link });
    },
    get roles() {
      return backRef(FilmActor);
    },
    get categories() {
      return backRef(FilmCategory);
    },
    get inventory() {
      return backRef(Inventory);
    },
  }),
) {}

export class FilmActor extends Model(
  "FilmActor",
  shape(stamp, {
    get actor() {
      return foreignKey(Actor, { relatedName: "roles", ...link });
    },
    get film() {
      return foreignKey(Film, { relatedName: "roles", ...link });
    },
  }),
  { table: "film_actor", primaryKey: ["actorId", "filmId"] },
) {}

export class FilmCategory extends Model(
  "FilmCategory",
  shape(stamp, {
    get film() {
      return foreignKey(Film, { relatedName: "categories", ...link });
    },
    get category() {
      return foreignKey(Category, { relatedName: "films", ...link });
    },
  }),
  { table: "film_category", primaryKey: ["filmId", "categoryId"] },
) {}

export class Inventory extends Model(
  "Inventory",
  shape(stamp, {
    id: key("inventory_id"),
    storeId: z.int(),
    get film() {
      return foreignKey(Film, { relatedName: "inventory", ...link });
    },
    get rentals() {
      return backRef(Rental);
    },
  }),
) {}

export class Rental extends Model(
  "Rental",
  shape(stamp, {
    id: key("rental_id"),
    rentalDate: z.date(),
    returnDate: z.date().nullable().default(null),
    staffId: z.int(),
    get inventory() {
      return foreignKey(Inventory, { relatedName: "rentals", ...link });
    },
    get customer() {
      return foreignKey(Customer, { relatedName: "rentals", ...link });
    },
    get payments() {
      return backRef(Payment);
    },
  }),
) {}

export class Payment extends Model("Payment", {
  id: key("payment_id"),
  staffId: z.int(),
  amount: decimal(5, 2),
  paymentDate: z.date(),
  get customer() {
    return foreignKey(Customer, { relatedName: "payments", ...link });
  },
  get rental() {
    return foreignKey(Rental, { relatedName: "payments", ...link });
  },
}) {}
