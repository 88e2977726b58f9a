import type { ColumnIr } from "../../ir/schema.ts";
import type { StorageKind } from "../../ir/type.ts";
import { postgresDdl } from "./ddl.ts";

const numbers: ReadonlySet<StorageKind> = new Set(["integer", "bigint", "decimal", "float"]);
const moments: ReadonlySet<StorageKind> = new Set(["date", "timestamp", "timestamptz"]);

/** The expression that brings a column's values to another type; between kinds that don't meet, by way of text. */
export function castTo(quoted: string, was: ColumnIr, is: ColumnIr): string {
  const target = is.nativeType ?? postgresDdl.columnType(is.type);
  const [from, to] = [was.type.kind, is.type.kind];
  // The meaning of a clock's time is decided here, not by the session's zone.
  if (from === "timestamp" && to === "timestamptz") {
    return `(${quoted} AT TIME ZONE 'UTC')::${target}`;
  }
  if (from === "timestamptz" && moments.has(to)) return `(${quoted} AT TIME ZONE 'UTC')::${target}`;
  const direct =
    was.nativeType !== undefined ||
    is.nativeType !== undefined ||
    (from === to && from !== "enum" && from !== "array") ||
    (numbers.has(from) && numbers.has(to)) ||
    (moments.has(from) && moments.has(to)) ||
    from === "text";
  if (direct) return `${quoted}::${target}`;
  if (to === "text") return `${quoted}::${target}`;
  const through = from === "array" && to === "array" ? "text[]" : "text";
  return `${quoted}::${through}::${target}`;
}
