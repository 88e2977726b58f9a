/** Puts the cells of a row on its instance. */
import type { ColumnDefinition } from "../definition/definition.ts";
import type { DriverRow, DriverValue } from "../driver/driver.ts";
import { changedColumns, type Entity } from "./changes.ts";
import type { Executor } from "./connection.ts";
import { InstanceState, type RowOrigin } from "./state.ts";
import { Transaction } from "./transaction.ts";

/** Shows every column of a row. */
export function showRow(entity: Entity, origin: RowOrigin, row: DriverRow): void {
  origin.columns.forEach((column, index) => {
    entity[column.property] = decodeCell(origin, index, row[index] ?? null);
  });
}

/** Gives an instance the row that the database holds now; columns that were edited and not saved keep the edit. */
export function takeOverRow(instance: object, origin: RowOrigin, row: DriverRow): void {
  const entity = instance as Entity;
  const former = InstanceState.row(instance);
  const edited = new Set(former === undefined ? [] : changedColumns(entity, origin, former));
  origin.columns.forEach((column, index) => {
    if (!edited.has(index)) entity[column.property] = decodeCell(origin, index, row[index] ?? null);
  });
  InstanceState.saved(instance, row, origin);
}

/** Tells the transaction around a write how the instance stood before it. */
export function remember(executor: Executor, instance: object): void {
  if (!(executor instanceof Transaction)) return;
  executor.remember(instance, {
    row: InstanceState.row(instance),
    origin: InstanceState.origin(instance),
  });
}

/** The program's value of one cell. */
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
