import { ColumnCodecError } from "../codec/column-error.ts";
import type { ResultColumn, WireRow } from "./compile.ts";

/** The value of a column in a row. */
export function readColumn(
  { codec, nullAs, fromStored }: ResultColumn,
  row: WireRow,
  position: number,
): unknown {
  const cell = row[position] ?? null;
  if (cell === null) return nullAs;
  const stored = codec.decode(cell);
  return fromStored === undefined ? stored : fromStored(stored);
}

/**
 * Whether assigning the property on an instance makes an own property of it.
 * `__proto__`, accessors and read-only members of the class would take the value or refuse it.
 */
export function isAssignable(property: string, prototype: object): boolean {
  for (let owner: object | null = prototype; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const member = Object.getOwnPropertyDescriptor(owner, property);
    if (member !== undefined) return member.writable === true;
  }
  return true;
}

/** The failed read behind an error, with its column; the error itself when every cell can be read. */
export function locateFailure(
  error: unknown,
  columns: readonly ResultColumn[],
  rows: readonly WireRow[],
): unknown {
  for (const row of rows) {
    for (const [position, column] of columns.entries()) {
      try {
        readColumn(column, row, position);
      } catch (cause) {
        return new ColumnCodecError(column.property, cause);
      }
    }
  }
  return error;
}
