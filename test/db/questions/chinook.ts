/**
 * The Chinook database (a music shop) as it stands in the wild, as models.
 *
 * Its two files name things differently: `invoice_line.unit_price` for PostgreSQL,
 * `InvoiceLine.UnitPrice` for SQLite. A program has one of them; here the models
 * are made for whichever is asked for.
 */
import { z } from "zod";
import { backRef, decimal, field, foreignKey, Model } from "../../../src/index.ts";

/** The models of one of the two files. */
export type Chinook = ReturnType<typeof chinook>;

export function chinook(backend: "postgres" | "sqlite") {
  const named = (name: string): string => (backend === "postgres" ? snake(name) : pascal(name));
  const table = (name: string) => ({ table: named(name), naming: named });
  const key = (column: string) => field(z.int(), { primaryKey: true, column: named(column) });
  const text = () => z.string().nullable().default(null);
  const moment =
    backend === "postgres"
      ? ({ dbType: "timestamp" } as const)
      : { dbType: "timestamp" as const, nativeType: "DATETIME" };
  const link = { onDelete: "NO ACTION" } as const;

  class Artist extends Model(
    "Artist",
    {
      id: key("artistId"),
      name: text(),
      get albums() {
        return backRef(Album);
      },
    },
    table("artist"),
  ) {}

  class Album extends Model(
    "Album",
    {
      id: key("albumId"),
      title: z.string(),
      get artist() {
        return foreignKey(Artist, { relatedName: "albums", column: named("artistId"), ...link });
      },
      get tracks() {
        return backRef(Track);
      },
    },
    table("album"),
  ) {}

  class Genre extends Model(
    "Genre",
    {
      id: key("genreId"),
      name: text(),
      get tracks() {
        return backRef(Track);
      },
    },
    table("genre"),
  ) {}

  class MediaType extends Model(
    "MediaType",
    {
      id: key("mediaTypeId"),
      name: text(),
      get tracks() {
        return backRef(Track);
      },
    },
    table("mediaType"),
  ) {}

  class Track extends Model(
    "Track",
    {
      id: key("trackId"),
      name: z.string(),
      composer: text(),
      milliseconds: z.int(),
      bytes: z.int().nullable(),
      unitPrice: decimal(10, 2),
      get album() {
        return foreignKey(Album, {
          relatedName: "tracks",
          nullable: true,
          column: named("albumId"),
          ...link,
        });
      },
      get genre() {
        return foreignKey(Genre, {
          relatedName: "tracks",
          nullable: true,
          column: named("genreId"),
          ...link,
        });
      },
      get mediaType() {
        return foreignKey(MediaType, {
          relatedName: "tracks",
          column: named("mediaTypeId"),
          ...link,
        });
      },
      get lines() {
        return backRef(InvoiceLine);
      },
      get placements() {
        return backRef(PlaylistTrack);
      },
    },
    table("track"),
  ) {}

  class Playlist extends Model(
    "Playlist",
    {
      id: key("playlistId"),
      name: text(),
      get placements() {
        return backRef(PlaylistTrack);
      },
    },
    table("playlist"),
  ) {}

  class PlaylistTrack extends Model(
    "PlaylistTrack",
    {
      get playlist() {
        return foreignKey(Playlist, {
          relatedName: "placements",
          column: named("playlistId"),
          ...link,
        });
      },
      get track() {
        return foreignKey(Track, {
          relatedName: "placements",
          column: named("trackId"),
          ...link,
        });
      },
    },
    { ...table("playlistTrack"), primaryKey: ["playlistId", "trackId"] },
  ) {}

  class Employee extends Model(
    "Employee",
    {
      id: key("employeeId"),
      lastName: z.string(),
      firstName: z.string(),
      title: text(),
      birthDate: field(z.date().nullable(), moment),
      hireDate: field(z.date().nullable(), moment),
      city: text(),
      country: text(),
      email: text(),
      get manager() {
        return foreignKey(Employee, {
          relatedName: "reports",
          nullable: true,
          column: named("reportsTo"),
          ...link,
        });
      },
      get reports() {
        return backRef(Employee);
      },
      get customers() {
        return backRef(Customer);
      },
    },
    table("employee"),
  ) {}

  class Customer extends Model(
    "Customer",
    {
      id: key("customerId"),
      firstName: z.string(),
      lastName: z.string(),
      company: text(),
      city: text(),
      state: text(),
      country: text(),
      email: z.string(),
      get supportRep() {
        return foreignKey(Employee, {
          relatedName: "customers",
          nullable: true,
          column: named("supportRepId"),
          ...link,
        });
      },
      get invoices() {
        return backRef(Invoice);
      },
    },
    table("customer"),
  ) {
    get fullName(): string {
      return `${this.firstName} ${this.lastName}`;
    }
  }

  class Invoice extends Model(
    "Invoice",
    {
      id: key("invoiceId"),
      invoiceDate: field(z.date(), moment),
      billingCity: text(),
      billingCountry: text(),
      total: decimal(10, 2),
      get customer() {
        return foreignKey(Customer, {
          relatedName: "invoices",
          column: named("customerId"),
          ...link,
        });
      },
      get lines() {
        return backRef(InvoiceLine);
      },
    },
    table("invoice"),
  ) {}

  class InvoiceLine extends Model(
    "InvoiceLine",
    {
      id: key("invoiceLineId"),
      unitPrice: decimal(10, 2),
      quantity: z.int(),
      get invoice() {
        return foreignKey(Invoice, { relatedName: "lines", column: named("invoiceId"), ...link });
      },
      get track() {
        return foreignKey(Track, { relatedName: "lines", column: named("trackId"), ...link });
      },
    },
    table("invoiceLine"),
  ) {}

  return {
    Artist,
    Album,
    Genre,
    MediaType,
    Track,
    Playlist,
    PlaylistTrack,
    Employee,
    Customer,
    Invoice,
    InvoiceLine,
  };
}

/** `invoiceLineId` to `invoice_line_id`. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `invoiceLineId` to `InvoiceLineId`. */
function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
