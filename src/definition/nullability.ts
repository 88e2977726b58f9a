import type { ColumnDefinition } from "./definition.ts";
import { findStorageMark } from "./storage-mark.ts";
import { defOf, innerOf, isCodec, type Schema } from "./zod-def.ts";

/** Which of the two absent values a schema's output may be. */
export interface Absence {
  readonly null: boolean;
  readonly undefined: boolean;
}

const NONE: Absence = { null: false, undefined: false };

/**
 * Which absent values a column's schema gives as SQL NULL.
 *
 * Null inside a `json(…)` helper or `z.json()` is a JSON value, not an absence.
 */
export function absenceOf(schema: Schema, seen: ReadonlySet<Schema> = new Set()): Absence {
  if (seen.has(schema) || findStorageMark(schema) !== undefined) return NONE;

  const def = defOf(schema);
  const within = (inner: Schema): Absence => absenceOf(inner, new Set([...seen, schema]));
  switch (def.type) {
    case "null":
      return { null: true, undefined: false };
    case "undefined":
    case "void":
      return { null: false, undefined: true };
    case "literal":
      return { null: def.values.includes(null), undefined: def.values.includes(undefined) };
    case "nullable":
      return { ...within(def.innerType), null: true };
    case "optional":
      return { ...within(def.innerType), undefined: true };
    case "nonoptional":
    case "default":
    case "prefault":
      return { ...within(def.innerType), undefined: false };
    case "union":
      return isAnyJson(def.options) ? NONE : either(def.options.map(within));
    case "pipe":
      return isCodec(def) ? both(within(def.in), within(def.out)) : within(def.out);
    default: {
      const inner = innerOf(schema);
      return inner === undefined ? NONE : within(inner);
    }
  }
}

/** Whether null is a value of the column rather than its absence. */
export function holdsJsonNull({
  type,
  nullable,
}: Pick<ColumnDefinition, "type" | "nullable">): boolean {
  return type.kind === "json" && !nullable;
}

/** Whether a union is `z.json()`, or says the same. */
function isAnyJson(options: readonly Schema[]): boolean {
  const types = new Set(options.map((option) => defOf(option).type));
  return (["null", "string", "number", "boolean", "array", "record"] as const).every((type) =>
    types.has(type),
  );
}

function either(absences: readonly Absence[]): Absence {
  return {
    null: absences.some((absence) => absence.null),
    undefined: absences.some((absence) => absence.undefined),
  };
}

function both(left: Absence, right: Absence): Absence {
  return { null: left.null && right.null, undefined: left.undefined && right.undefined };
}
