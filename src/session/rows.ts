/** What writes do to instances that are held. */
import type { DriverRow } from "../driver/driver.ts";
import { decodeCell } from "./cells.ts";
import { changedColumns, type Entity } from "./changes.ts";
import type { Executor } from "./connection.ts";
import { InstanceState, type RowOrigin } from "./state.ts";
import { Transaction } from "./transaction.ts";

/** Tells the transaction around a write how the instance stood before it. */
export function remember(executor: Executor, instance: object, changed?: readonly number[]): void {
  if (executor instanceof Transaction) executor.remember(instance, changed);
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
