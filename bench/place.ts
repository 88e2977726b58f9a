/** The model that is measured, its rows, and what a bare contestant must be able to do with them. */
import { id, Model } from "ferro-orm";
import { z } from "zod";

/** How many rows are there before anything is measured. */
export const rowCount = 10_000;

export class Place extends Model("Place", {
  id: id(),
  name: z.string(),
  code: z.string(),
  population: z.int(),
  latitude: z.number(),
  active: z.boolean().default(false),
  capital: z.boolean().default(false),
  created: z.date(),
  updated: z.date().nullable(),
  meta: z.object({ rank: z.number(), tags: z.array(z.string()), note: z.string() }),
}) {}

/** What a program gives for a new row. */
export interface PlaceInput {
  name: string;
  code: string;
  population: number;
  latitude: number;
  active: boolean;
  capital: boolean;
  created: Date;
  updated: Date | null;
  meta: { rank: number; tags: string[]; note: string };
}

export const columns = [
  "name",
  "code",
  "population",
  "latitude",
  "active",
  "capital",
  "created",
  "updated",
  "meta",
] as const;

export function sample(row: number): PlaceInput {
  return {
    name: `Place number ${row}`,
    code: `P${row % 100}`,
    population: row * 37,
    latitude: row / 7,
    active: row % 2 === 0,
    capital: row % 50 === 0,
    created: new Date(1_700_000_000_000 + row * 61_001),
    updated: row % 10 === 0 ? null : new Date(1_710_000_000_000 + row * 7_919),
    meta: { rank: row % 9, tags: ["a", "b"], note: `note ${row}` },
  };
}

export function samples(count: number): PlaceInput[] {
  return Array.from({ length: count }, (_, row) => sample(row));
}

/** The same work by hand, on a table of the same form: the answers are what a program would use. */
export interface Bare {
  all(): unknown;
  get(id: number): unknown;
  /** Twenty rows after an id. */
  page(after: number): unknown;
  /** Gives the new id. */
  insert(input: PlaceInput): number | Promise<number>;
  setPopulation(id: number, population: number): unknown;
  delete(id: number): unknown;
  /** Two reads, two updates and an insert in a transaction. */
  five(first: number, second: number, population: number, input: PlaceInput): unknown;
  /** An update for each id, in a transaction. */
  setAll(ids: readonly number[], population: number): unknown;
  bulk(rows: readonly PlaceInput[]): unknown;
  /** Deletes what was added, outside the time that is taken. */
  tidy(): unknown;
  close(): unknown;
}
