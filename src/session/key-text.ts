/** Keys as text, so that equal ones are equal to a Map whatever they are: bytes, decimals, dates. */
import { hexOf } from "../codec/bytes.ts";
import type { ColumnDefinition } from "../definition/definition.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { DriverRow } from "../driver/driver.ts";
import { toStored } from "../query/assign.ts";

/** Kinds that have one form, in a program as in a cell. */
const plainKinds: ReadonlySet<string> = new Set(["integer", "bigint", "text", "uuid"]);

/** Whether a column's values are their own text, however they were read. */
export function isPlainKey({
  type,
  transform,
}: Pick<ColumnDefinition, "type" | "transform">): boolean {
  return transform === undefined && plainKinds.has(type.kind);
}

/** The text of a key in stored form, one part of it. A date's own text has no milliseconds. */
export function textOf(stored: unknown): string {
  if (stored instanceof Date) return stored.toISOString();
  return stored instanceof Uint8Array ? hexOf(stored) : String(stored);
}

/** Several parts as one text. */
function joined(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] as string) : JSON.stringify(parts);
}

/** The text of a key in stored form. */
export function keyText(stored: readonly unknown[]): string {
  return joined(stored.map(textOf));
}

/** A key that an instance holds. */
export interface HeldKey {
  readonly text: string;
  /** In stored form, a value for each column. */
  readonly stored: readonly unknown[];
}

/**
 * The key in these columns of an instance; null where a part of it is missing.
 *
 * @throws {CodecError} A value has no stored form.
 */
export function keyOfInstance(
  instance: object,
  columns: readonly ColumnDefinition[],
): HeldKey | null {
  const stored: unknown[] = [];
  for (const column of columns) {
    const value = (instance as Record<string, unknown>)[column.property];
    if (value === null || value === undefined) return null;
    stored.push(column.rules.normalize(toStored(column, value)));
  }
  return { text: keyText(stored), stored };
}

/** Reads the text of a key out of rows whose cells at `positions` hold it; null where a part of it is NULL. */
export function keyReader(
  dialect: Dialect,
  columns: readonly ColumnDefinition[],
  positions: readonly number[],
): (row: DriverRow) => string | null {
  const parts = columns.map((column, index) => {
    const position = positions[index] as number;
    if (plainKinds.has(column.type.kind)) return (row: DriverRow) => row[position] ?? null;
    const codec = dialect.codec(column.type);
    return (row: DriverRow) => {
      const cell = row[position] ?? null;
      return cell === null ? null : textOf(codec.decode(cell));
    };
  });
  const [only, second] = parts;
  if (only !== undefined && second === undefined) {
    return (row) => {
      const part = only(row);
      return part === null ? null : String(part);
    };
  }
  return (row) => {
    const cells = parts.map((part) => part(row));
    return cells.includes(null) ? null : joined(cells.map(String));
  };
}
