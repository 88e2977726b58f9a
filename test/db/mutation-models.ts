/** Models of the suites about writing: every kind of key and of unique value. */
import { z } from "zod";
import {
  backRef,
  bytes,
  field,
  foreignKey,
  id,
  Model,
  rowVersion,
  timestamps,
  uuidId,
} from "../../src/index.ts";

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

/** Columns that Ferro keeps: a version, and the time of the last change. */
export class Draft extends Model("Draft", {
  id: id(),
  slug: field(z.string(), { unique: true }),
  text: z.string().default(""),
  words: z.int().default(0),
  version: rowVersion(),
  updatedAt: field(z.int().default(0), { onUpdate: () => nextTick() }),
  shout: field(z.string().nullable(), { generatedAs: "upper(text)" }),
}) {}

let ticks = 0;

function nextTick(): number {
  ticks += 1;
  return ticks;
}

/** What the hooks of `Note` saw, in order. */
export const seen: string[] = [];

/** Every hook is overridden. */
export class Note extends Model("Note", {
  id: id(),
  text: z.string(),
  length: z.int().default(0),
  ...timestamps(),
}) {
  override async beforeSave() {
    this.length = this.text.length;
    seen.push(`beforeSave ${await Note.count()}`);
    if (this.text === "stop") throw new Error("stopped");
  }
  override async beforeCreate() {
    seen.push("beforeCreate");
  }
  override async afterCreate() {
    seen.push(`afterCreate ${await Note.count()}`);
  }
  override async afterSave() {
    seen.push(`afterSave ${await Note.count()}`);
    if (this.text === "late stop") throw new Error("stopped late");
  }
  override async beforeDelete() {
    seen.push(`beforeDelete ${await Note.count()}`);
  }
  override async afterDelete() {
    seen.push(`afterDelete ${await Note.count()}`);
  }
  override async afterCommit() {
    seen.push(`afterCommit ${await Note.count()}`);
  }
}

/** Hides shelves by a bound value. */
export class Shelf extends Model(
  "Shelf",
  {
    id: id(),
    name: z.string(),
    get volumes() {
      return backRef(Volume);
    },
  },
  { scope: () => Shelf.columns.name.ne("hidden") },
) {}

/** Deleted softly. */
export class Volume extends Model(
  "Volume",
  {
    id: id(),
    title: z.string(),
    deletedAt: z.date().nullable().default(null),
    get shelf() {
      return foreignKey(Shelf, { relatedName: "volumes" });
    },
  },
  { scope: () => Volume.columns.deletedAt.isNull() },
) {}

/** Values whose cells are of every kind. */
export class Reading extends Model("BulkReading", {
  id: id(),
  count: z.bigint(),
  on: z.boolean(),
  level: z.number(),
  at: z.date(),
  meta: z.object({ tags: z.array(z.string()) }).nullable(),
  raw: bytes().nullable(),
}) {}
