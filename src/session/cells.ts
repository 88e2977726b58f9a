/** Cells of a row as a program sees them. */
import type { ColumnDefinition } from "../definition/definition.ts";
import type { DriverRow, DriverValue } from "../driver/driver.ts";
import type { RowOrigin } from "./state.ts";

/** Shows on an instance what a row holds. */
export function showRow(entity: Record<string, unknown>, origin: RowOrigin, row: DriverRow): void {
  origin.columns.forEach((column, index) => {
    entity[column.property] = decodeCell(origin, index, row[index] ?? null);
  });
}

/** The value of one cell. */
export function decodeCell(
  { columns, codecs }: RowOrigin,
  position: number,
  cell: DriverValue,
): unknown {
  const column = columns[position] as ColumnDefinition;
  if (cell === null) return column.nullAs;
  const value = codecs[position]?.decode(cell);
  return column.transform === undefined ? value : column.transform.fromStored(value);
}
