/** A part of a schema that is worth a picture of its own. */
import { UsageError } from "../errors/errors.ts";
import type { SchemaPayload, TableIr } from "../ir/schema.ts";
import { compareText } from "../util/lists.ts";
import { nearest } from "../util/nearest.ts";

/** Which tables a diagram shows; all of them when nothing is said. */
export interface DiagramPart {
  /** Tables by name; `*` stands for any letters. */
  readonly tables?: readonly string[];
  /** Tables that are shown with what they point to and what points to them. */
  readonly around?: readonly string[];
  /** How many foreign keys away `around` goes; 1 when left out. */
  readonly depth?: number;
}

/**
 * The part of a schema that a diagram shows.
 *
 * @throws {UsageError} A name is that of no table.
 *
 * @example
 * ```ts
 * import { modelSchema, partOf, toSvg } from "ferro-orm/migrate";
 *
 * toSvg(partOf(modelSchema(), { around: ["post"], depth: 2 }));
 * ```
 */
export function partOf(
  schema: SchemaPayload,
  { tables = [], around = [], depth = 1 }: DiagramPart,
): SchemaPayload {
  if (tables.length === 0 && around.length === 0) return schema;
  const shown = new Set(tables.flatMap((pattern) => matching(schema.tables, pattern)));
  let edge = around.flatMap((pattern) => matching(schema.tables, pattern));
  for (const name of edge) shown.add(name);
  for (let step = 0; step < depth; step += 1) {
    edge = schema.tables
      .flatMap((table) => neighbours(table, edge))
      .filter((name) => !shown.has(name));
    for (const name of edge) shown.add(name);
  }
  return { ...schema, tables: schema.tables.filter(({ name }) => shown.has(name)) };
}

/** The tables on the other side of a table's foreign keys, of those that are at the edge. */
function neighbours({ name, foreignKeys }: TableIr, edge: readonly string[]): readonly string[] {
  const targets = foreignKeys.map(({ referencedTable }) => referencedTable);
  const here = targets.some((target) => edge.includes(target)) ? [name] : [];
  return edge.includes(name) ? [...here, ...targets] : here;
}

function matching(tables: readonly TableIr[], pattern: string): readonly string[] {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  const like = new RegExp(`^${parts.join(".*")}$`);
  const names = tables.map(({ name }) => name);
  const found = names.filter((name) => like.test(name));
  if (found.length > 0) return found;
  const close = nearest(pattern, names);
  throw new UsageError(`there is no table "${pattern}"`, {
    hint:
      close === undefined
        ? `tables are ${names.toSorted(compareText).slice(0, 5).join(", ")}, …`
        : `did you mean "${close}"? "*" stands for any letters`,
  });
}
