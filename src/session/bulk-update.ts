/** Changes many rows, each to values of its own: one statement for many, in one transaction. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import type { DriverRow } from "../driver/driver.ts";
import { ModelDoesNotExistError } from "../errors/errors.ts";
import type { UpdateRowsQuery } from "../ir/query.ts";
import { references } from "../query/references.ts";
import { decodeCell } from "./cells.ts";
import { ChunkWriter, yieldAfter } from "./chunks.ts";
import type { Executor } from "./connection.ts";
import { evictModel } from "./evict.ts";
import { remember } from "./rows.ts";
import { runQuery } from "./run.ts";
import { refuseReadOnly, type Scope } from "./scope.ts";
import { InstanceState, type RowOrigin } from "./state.ts";
import { atomically } from "./transact.ts";

/** One row's change, checked: stored values. */
export interface RowChange {
  /** The key that the row has in the database. */
  readonly key: readonly unknown[];
  readonly columns: readonly ColumnDefinition[];
  readonly values: readonly unknown[];
  /** Where the change comes from one: it equals its row afterwards. */
  readonly instance: object | undefined;
}

/** What to change. */
export interface BulkUpdate {
  readonly model: ModelDefinition;
  readonly origin: RowOrigin;
  readonly changes: readonly RowChange[];
  /** Whether a key without a row is no error. */
  readonly ignoreMissing: boolean;
}

interface Group {
  readonly columns: readonly ColumnDefinition[];
  readonly changes: RowChange[];
}

/**
 * Changes the rows.
 *
 * @returns How many rows there were to change.
 * @throws {ModelDoesNotExistError} A key has no row; nothing is changed then.
 */
export async function updateRows(scope: Scope, update: BulkUpdate): Promise<number> {
  refuseReadOnly(scope, "bulkUpdate()");
  const { model, changes, ignoreMissing } = update;
  const groups = groupChanges(changes);
  if (groups.length === 0) return 0;
  const found = await atomically(scope, async (executor) => {
    const met = new Map<string, DriverRow>();
    for (const group of groups) await updateGroup(executor, update, group, met);
    const missing = changes.filter(({ key }) => !met.has(keyText(key)));
    if (missing.length > 0 && !ignoreMissing) throw noRows(model, missing);
    for (const { instance, key, columns, values } of changes) {
      const returned = met.get(keyText(key));
      if (instance === undefined || returned === undefined) continue;
      remember(executor, instance);
      showWritten(instance, update.origin, columns, values, returned.slice(key.length));
    }
    return met.size;
  });
  if (changes.some(({ instance }) => instance === undefined)) evictModel(scope, model);
  return found;
}

/** Rows that change the same columns share statements. */
function groupChanges(changes: readonly RowChange[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const change of changes) {
    const key = change.columns.map(({ property }) => property).join(",");
    let group = groups.get(key);
    if (group === undefined) {
      group = { columns: change.columns, changes: [] };
      groups.set(key, group);
    }
    group.changes.push(change);
  }
  return [...groups.values()];
}

/** Runs the statements of a group; notes the rows that were there by their keys. */
async function updateGroup(
  executor: Executor,
  { model, origin }: BulkUpdate,
  { columns, changes }: Group,
  met: Map<string, DriverRow>,
): Promise<void> {
  const { primaryKey } = model;
  const writer = new ChunkWriter(primaryKey.length + columns.length, executor.connection.dialect);
  for (const { key, values } of changes) {
    for (const value of key) writer.push(value);
    for (const value of values) writer.push(value);
    writer.endRow();
  }
  const generated = model.columns.filter((column) => column.generated !== null);
  const returned = [...primaryKey, ...generated];
  const positions = primaryKey.map((column) => origin.columns.indexOf(column));
  let turn = performance.now();
  for (const { rows, shape, values } of writer.take()) {
    const query: UpdateRowsQuery = {
      kind: "updateRows",
      table: model.table,
      key: primaryKey.map(({ column, type }) => ({ column, type })),
      set: columns.map(({ column, type }) => ({ column, type })),
      rows: shape === "unnest" ? 1 : rows,
      shape,
      returning: references(returned),
    };
    const result = await runQuery(executor, query, values, model, "bulkUpdate");
    for (const row of result.rows) {
      const key = positions.map((position, place) => {
        const cell = row[place] ?? null;
        return cell === null ? null : origin.codecs[position]?.decode(cell);
      });
      met.set(keyText(key), row);
    }
    turn = await yieldAfter(turn);
  }
}

/** Notes on an instance what was written of it. */
function showWritten(
  instance: object,
  origin: RowOrigin,
  columns: readonly ColumnDefinition[],
  values: readonly unknown[],
  generated: DriverRow,
): void {
  const row = (InstanceState.row(instance) as DriverRow).slice();
  columns.forEach((column, index) => {
    const position = origin.columns.indexOf(column);
    const value = values[index];
    row[position] = value === null ? null : (origin.codecs[position]?.encode(value) ?? null);
  });
  let next = 0;
  for (const [position, column] of origin.columns.entries()) {
    if (column.generated === null) continue;
    row[position] = generated[next++] ?? null;
    (instance as Record<string, unknown>)[column.property] = decodeCell(
      origin,
      position,
      row[position] ?? null,
    );
  }
  InstanceState.saved(instance, row, origin);
}

/** A key as text that tells it from others, whatever its type. */
export function keyText(key: readonly unknown[]): string {
  return JSON.stringify(key.map(String));
}

function noRows(model: ModelDefinition, missing: readonly RowChange[]): ModelDoesNotExistError {
  const keys = missing.map(({ key }) =>
    key.length === 1
      ? key[0]
      : Object.fromEntries(model.primaryKey.map(({ property }, index) => [property, key[index]])),
  );
  return new ModelDoesNotExistError(model.name, keys);
}
