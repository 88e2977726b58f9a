/** Cells as text: a list of them that waits for its turn takes a fraction of the memory, and the collector has nothing to follow. */
import type { DriverValue } from "../driver/driver.ts";

/**
 * The text of a list of cells; undefined where one of them has no exact form in JSON.
 *
 * @example
 * ```ts
 * packCells(["a", 1.5, 1n]) // => '["a",1.5,true]'
 * ```
 */
export function packCells(cells: readonly DriverValue[]): string | undefined {
  const parts: unknown[] = new Array(cells.length);
  for (let place = 0; place < cells.length; place += 1) {
    const cell = cells[place];
    if (typeof cell === "bigint") {
      parts[place] = cell === 0n || cell === 1n ? cell === 1n : [cell.toString()];
    } else if (typeof cell === "object" ? cell !== null : !isExact(cell)) {
      return undefined;
    } else {
      parts[place] = cell;
    }
  }
  return JSON.stringify(parts);
}

/** The cells of a text that `packCells` made. */
export function unpackCells(text: string): DriverValue[] {
  const parts = JSON.parse(text) as (null | string | number | boolean | [string])[];
  for (let place = 0; place < parts.length; place += 1) {
    const part = parts[place];
    if (typeof part === "boolean") (parts as unknown[])[place] = part ? 1n : 0n;
    else if (Array.isArray(part)) (parts as unknown[])[place] = BigInt(part[0]);
  }
  return parts as DriverValue[];
}

/** Not what JSON writes as null, nor the zero that loses its sign. */
function isExact(cell: string | number | undefined): boolean {
  return typeof cell !== "number" || (Number.isFinite(cell) && !Object.is(cell, -0));
}
