/**
 * Tells a schema's storage where the schema alone can't: `json(z.string())` is JSON, not text.
 *
 * The mark sits in the schema's own definition, so that it survives `.refine()`
 * and stays inside `.nullable()`, `.optional()` and `.default()`.
 */
import type { z } from "zod";

/** What a helper says about the storage of its schema. */
export type StorageMark =
  | { readonly kind: "json" }
  | { readonly kind: "bytes" }
  | { readonly kind: "array" }
  | { readonly kind: "decimal"; readonly precision: number | null; readonly scale: number | null }
  | { readonly kind: "enum"; readonly name: string }
  | { readonly kind: "raw"; readonly declared: string };

const key: unique symbol = Symbol.for("ferro-orm.storage");

/** Marks a schema that nobody else holds yet, and gives it back. */
export function markStorage<Schema extends z.core.$ZodType>(
  schema: Schema,
  mark: StorageMark,
): Schema {
  Object.defineProperty(schema._zod.def, key, { value: mark, enumerable: true });
  return schema;
}

/** The mark on a schema itself (not on what it wraps), or undefined. */
export function findStorageMark(schema: z.core.$ZodType): StorageMark | undefined {
  return (schema._zod.def as { [key]?: StorageMark })[key];
}
