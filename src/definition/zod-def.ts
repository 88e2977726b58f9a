/**
 * Zod schemas seen through their public `_zod.def`, so that a schema made by another
 * copy of Zod 4 reads like one of ours.
 */
import type { z } from "zod";

/** Any Zod 4 schema, Zod Mini's included. */
export type Schema = z.core.$ZodType;

/** The parts of definitions that reading needs; which are there depends on `type`. */
export interface SchemaDef {
  readonly type: z.core.$ZodTypeDef["type"];
  readonly innerType: Schema;
  readonly in: Schema;
  readonly out: Schema;
  readonly transform?: (value: unknown, payload: Payload) => unknown;
  readonly reverseTransform?: (value: unknown, payload: Payload) => unknown;
  readonly getter: () => Schema;
  readonly options: readonly Schema[];
  readonly left: Schema;
  readonly right: Schema;
  readonly element: Schema;
  readonly shape: Readonly<Record<string, Schema>>;
  readonly catchall?: Schema;
  readonly items: readonly Schema[];
  readonly rest: Schema | null;
  readonly keyType: Schema;
  readonly valueType: Schema;
  readonly entries: Readonly<Record<string, string | number>>;
  readonly values: readonly unknown[];
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDef } }[];
}

/** A check, or the format that a string or number schema has itself. */
export interface CheckDef {
  readonly check?: string;
  readonly format?: string;
  readonly value?: unknown;
  readonly local?: boolean;
}

/** What Zod hands to a codec's functions besides the value. */
export interface Payload {
  value: unknown;
  issues: unknown[];
}

/** The definition of a schema. */
export function defOf(schema: Schema): SchemaDef {
  return schema._zod.def as unknown as SchemaDef;
}

/** The schema's own format and its checks. */
export function checksOf(schema: Schema): readonly CheckDef[] {
  const def = schema._zod.def as unknown as CheckDef;
  const checks = defOf(schema).checks?.map((check) => check._zod.def) ?? [];
  return def.check === undefined ? checks : [def, ...checks];
}

/** Whether a pipe goes both ways: `z.codec()`. */
export function isCodec(def: SchemaDef): boolean {
  return def.type === "pipe" && def.transform !== undefined && def.reverseTransform !== undefined;
}

/** Types that wrap one schema and store what it stores. */
const wrappers: ReadonlySet<string> = new Set([
  "optional",
  "nullable",
  "nonoptional",
  "default",
  "prefault",
  "catch",
  "readonly",
]);

/** The schema inside a wrapper or a `z.lazy()`, or undefined. */
export function innerOf(schema: Schema): Schema | undefined {
  const def = defOf(schema);
  if (wrappers.has(def.type)) return def.innerType;
  return def.type === "lazy" ? def.getter() : undefined;
}

/** The members of an enum; a TypeScript enum's reverse entries are left out, as Zod does. */
export function enumValues({ entries }: SchemaDef): readonly (string | number)[] {
  const numbers = Object.values(entries).filter((value) => typeof value === "number");
  return Object.entries(entries)
    .filter(([key]) => !numbers.includes(Number(key)))
    .map(([, value]) => value);
}
