/** Changes many rows, each to values of its own: one statement for many, in one transaction. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { keptColumns } from "../definition/kept.ts";
import type { DriverRow } from "../driver/driver.ts";
import { ModelDoesNotExistError, StaleObjectError } from "../errors/errors.ts";
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
  /** The version that the row must have; undefined where any will do. */
  readonly version?: unknown;
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
  /** Whether rows are found at a version. */
  readonly versioned: boolean;
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
    const stale = missing.filter(({ version }) => version !== undefined);
    if (stale.length > 0) throw new StaleObjectError(model.name, keysOf(model, stale));
    if (missing.length > 0 && !ignoreMissing) {
      throw new ModelDoesNotExistError(model.name, keysOf(model, missing));
    }
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
    const versioned = change.version !== undefined;
    const names = change.columns.map(({ property }) => property);
    const key = `${versioned}:${names.join(",")}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { versioned, columns: change.columns, changes: [] };
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
  { versioned, columns, changes }: Group,
  met: Map<string, DriverRow>,
): Promise<void> {
  const { primaryKey } = model;
  const { version } = keptColumns(model);
  const found = versioned && version !== undefined ? [...primaryKey, version] : primaryKey;
  const writer = new ChunkWriter(found.length + columns.length, executor.connection.dialect);
  for (const { key, values, version: seen } of changes) {
    for (const value of key) writer.push(value);
    if (versioned) writer.push(seen);
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
      // What is found at a version is given the next one among its values.
      ...(version !== undefined && !versioned && { bump: version.column }),
      key: found.map(({ column, type }) => ({ column, type })),
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
    if (column.version === true || column.onUpdate !== undefined) {
      (instance as Record<string, unknown>)[column.property] =
        column.transform === undefined ? value : column.transform.fromStored(value);
    }
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

/** Keys as a program writes them. */
function keysOf(model: ModelDefinition, changes: readonly RowChange[]): unknown[] {
  return changes.map(({ key }) =>
    key.length === 1
      ? key[0]
      : Object.fromEntries(model.primaryKey.map(({ property }, index) => [property, key[index]])),
  );
}
