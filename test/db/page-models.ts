/** Models with a column of each sortable type, and walks over their pages. */
import { expect } from "vitest";
import { z } from "zod";
import {
  backRef,
  bigintId,
  bytes,
  decimal,
  foreignKey,
  id,
  Model,
  type Page,
  type PageOptions,
  uuidId,
} from "../../src/index.ts";

export class Group extends Model("PageGroup", {
  id: id(),
  label: z.string().nullable().default(null),
  get items() {
    return backRef(Item);
  },
}) {}

export class Item extends Model("PageItem", {
  id: id(),
  whole: z.int().nullable().default(null),
  big: z.bigint().nullable().default(null),
  price: decimal(12, 4).nullable().default(null),
  float: z.number().nullable().default(null),
  text: z.string().default("a"),
  flag: z.boolean().default(false),
  at: z.date().nullable().default(null),
  exact: z.iso.datetime().nullable().default(null),
  day: z.iso.date().nullable().default(null),
  blob: bytes().nullable().default(null),
  get group() {
    return foreignKey(Group, { relatedName: "items", nullable: true });
  },
}) {}

export class Pair extends Model(
  "PagePair",
  { left: z.int(), right: z.string(), rank: z.int() },
  { primaryKey: ["left", "right"] },
) {}

export class Wide extends Model("PageWide", { id: bigintId(), rank: z.int() }) {}
export class Named extends Model("PageNamed", { id: uuidId(), rank: z.int() }) {}
export class Moment extends Model("PageMoment", { id: id(), at: z.date() }) {}
export class Keyless extends Model("PageKeyless", { note: z.string() }) {}

export interface Row {
  readonly id: unknown;
}

export interface Paged<Item> {
  page(options: PageOptions): Promise<Page<Item>>;
}

/** All pages from the first to the last. */
export async function forward<Item>(query: Paged<Item>, size: number): Promise<Page<Item>[]> {
  const pages: Page<Item>[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page: Page<Item> = await query.page({ size, after });
    pages.push(page);
    expect(page.hasNext).toBe(page.next !== null);
    after = page.next;
  }
  return pages;
}

/** All pages from the one before a cursor back to the first, in the order of the rows. */
export async function backward<Item>(
  query: Paged<Item>,
  size: number,
  from: string | null,
): Promise<Page<Item>[]> {
  const pages: Page<Item>[] = [];
  for (let before = from; before !== null; ) {
    const page: Page<Item> = await query.page({ size, before });
    pages.unshift(page);
    expect(page.hasPrevious).toBe(page.previous !== null);
    before = page.previous;
  }
  return pages;
}

export const ids = (pages: readonly Page<Row>[]) =>
  pages.flatMap(({ items }) => items.map(({ id }) => id));
