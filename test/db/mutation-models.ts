/** Models of the suites about writing: every kind of key and of unique value. */
import { z } from "zod";
import { field, id, Model, uuidId } from "../../src/index.ts";

/** A composite unique, and defaults of both kinds. */
export class Setting extends Model(
  "Setting",
  {
    id: id(),
    userId: z.int(),
    name: z.string().min(1),
    value: z.string().default("none"),
    hits: z.int().default(0),
    note: z.string().nullable().default(null),
  },
  { uniques: [["userId", "name"]] },
) {}

/** Nothing but the key is unique. */
export class Visit extends Model("Visit", {
  id: uuidId(),
  page: z.string(),
  reader: z.string().nullable().default(null),
  seen: z.int().default(1),
}) {}

/** Two unique columns beside a numbered key. */
export class Account extends Model("Account", {
  id: id(),
  email: field(z.email(), { unique: true }),
  handle: field(z.string(), { unique: true }),
  credit: z.int().default(0),
}) {}

/** A composite key. */
export class Cell extends Model(
  "Cell",
  { sheet: z.string(), place: z.int(), text: z.string() },
  { primaryKey: ["sheet", "place"] },
) {}

/** What workers take from a queue. */
export class Job extends Model("Job", {
  id: id(),
  name: z.string(),
  state: z.string().default("open"),
  runs: z.int().default(0),
}) {}
