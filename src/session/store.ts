/** Writes and reads one instance: insert, update of what changed, delete, refresh. */
import type {
  ColumnDefinition,
  ModelConstructor,
  ModelDefinition,
} from "../definition/definition.ts";
import { parseColumn } from "../definition/input.ts";
import { findDefinition } from "../definition/key.ts";
import type { DriverRow, DriverValue } from "../driver/driver.ts";
import { ModelDoesNotExistError, UsageError } from "../errors/errors.ts";
import type { ColumnRef, InsertConflict, InsertQuery, Predicate, Slot } from "../ir/query.ts";
import { holdsJsonNull, toStored } from "../query/assign.ts";
import { conjunction } from "../query/lower.ts";
import type { Executor } from "./connection.ts";
import { originOf, rowKey } from "./hydrators.ts";
import { runQuery } from "./run.ts";
import { refuseReadOnly, type Scope } from "./scope.ts";
import { InstanceState, type RowOrigin } from "./state.ts";
import { type InstanceMemory, Transaction } from "./transaction.ts";

/** An instance by its properties. */
type Entity = Record<string, unknown>;

const alias = "t0";

/** Inserts a new instance, or writes what changed of a saved one. */
export async function saveInstance(scope: Scope, instance: object): Promise<void> {
  refuseReadOnly(scope, "save()");
  const { executor } = scope;
  const entity = instance as Entity;
  const origin = InstanceState.origin(instance) ?? findOrigin(executor, instance);
  const row = InstanceState.row(instance);
  remember(executor, instance);
  await writeInstance(executor, entity, origin, row);
  reregister(scope, instance, row);
}

async function writeInstance(
  executor: Executor,
  entity: Entity,
  origin: RowOrigin,
  row: DriverRow | undefined,
): Promise<void> {
  if (row === undefined) {
    await insertInstance(executor, entity, origin, InstanceState.isCreating(entity));
    return;
  }
  const changed = changedColumns(entity, origin, row);
  if (changed.length === 0) return;
  const affected = await updateColumns(executor, entity, origin, row, changed);
  // The row is gone: saving writes it anew, as saving a new instance would.
  if (affected === 0) await insertInstance(executor, entity, origin, false);
  else noteSaved(entity, origin, row);
}

/** Deletes the row behind an instance; an instance that was never saved has none. */
export async function deleteInstance(scope: Scope, instance: object): Promise<void> {
  refuseReadOnly(scope, "delete()");
  const { executor } = scope;
  const origin = InstanceState.origin(instance) ?? findOrigin(executor, instance);
  const key = currentKey(instance as Entity, origin);
  if (key === undefined) return;
  const { values, where } = keyPredicate(origin.model, key);
  await runQuery(
    executor,
    {
      kind: "delete",
      from: { table: origin.model.table, alias },
      joins: [],
      where,
      orderBy: [],
      limit: null,
      offset: null,
      key: references(origin.model.primaryKey),
      returning: [],
    },
    values,
    origin.model,
    "delete",
  );
  remember(executor, instance);
  const row = InstanceState.row(instance);
  InstanceState.deleted(instance);
  reregister(scope, instance, row);
}

/**
 * Reads an instance's row again, in place.
 *
 * @throws {UsageError} The instance has no key yet.
 * @throws {ModelDoesNotExistError} The row is gone.
 */
export async function refreshInstance(scope: Scope, instance: object): Promise<void> {
  const { executor } = scope;
  const origin = InstanceState.origin(instance) ?? findOrigin(executor, instance);
  const { model } = origin;
  const key = currentKey(instance as Entity, origin);
  if (key === undefined) {
    throw new UsageError(`a ${model.name} that was never saved can't be refreshed`, {
      hint: "save() it first",
    });
  }
  const { values, where } = keyPredicate(model, key);
  const { rows } = await runQuery(
    executor,
    {
      kind: "select",
      columns: references(model.columns),
      from: { table: model.table, alias },
      joins: [],
      where,
      orderBy: [],
      limit: null,
      offset: null,
    },
    values,
    model,
    "refresh",
  );
  const [row] = rows;
  if (row === undefined) throw new ModelDoesNotExistError(model.name, publicKey(model, key));
  showRow(instance as Entity, origin, row);
  InstanceState.saved(instance, row, origin);
  reregister(scope, instance, undefined);
}

/** Gives an instance back the row, and the values, that it had before a transaction that was rolled back. */
export function restoreInstance(instance: object, { row, origin }: InstanceMemory): void {
  const entity = instance as Entity;
  const current = InstanceState.origin(instance);
  InstanceState.reset(instance, row, origin);
  if (row !== undefined && origin !== undefined) {
    showRow(entity, origin, row);
    return;
  }
  // It was made inside: what the database had filled in is no longer there.
  for (const column of current?.columns ?? []) {
    if (column.autoincrement || column.generated !== null) entity[column.property] = undefined;
  }
}

function showRow(entity: Entity, origin: RowOrigin, row: DriverRow): void {
  origin.columns.forEach((column, index) => {
    entity[column.property] = decodeCell(origin, column, row[index] ?? null);
  });
}

/** Tells the transaction around a write how the instance stood before it. */
function remember(executor: Executor, instance: object): void {
  if (!(executor instanceof Transaction)) return;
  executor.remember(instance, {
    row: InstanceState.row(instance),
    origin: InstanceState.origin(instance),
  });
}

/** Puts an instance in the identity map under its present key, and takes it out from under its former one. */
function reregister({ identity }: Scope, instance: object, before: DriverRow | undefined): void {
  const origin = InstanceState.origin(instance);
  if (identity === undefined || origin === undefined) return;
  const constructor = instance.constructor as unknown as ModelConstructor;
  const entries = identity.of(origin.model);
  const row = InstanceState.row(instance);
  const formerKey = before === undefined ? undefined : rowKey(origin, constructor, before);
  const key = row === undefined ? undefined : rowKey(origin, constructor, row);
  if (formerKey !== undefined && formerKey !== key) entries.delete(formerKey);
  if (key !== undefined) entries.set(key, instance);
}

/** Where a fresh instance goes on this executor. */
function findOrigin(executor: Executor, instance: object): RowOrigin {
  const constructor = instance.constructor as unknown as ModelConstructor;
  const model = findDefinition(constructor) as ModelDefinition;
  return originOf(executor.connection, model, constructor);
}

async function insertInstance(
  executor: Executor,
  entity: Entity,
  origin: RowOrigin,
  creating: boolean,
): Promise<void> {
  const { model } = origin;
  const stored = validated(entity, model, model.columns, true);
  const given = model.columns.filter((column) => stored.has(column));
  const filled = model.columns.filter((column) => !stored.has(column));
  const query: InsertQuery = {
    kind: "insert",
    table: model.table,
    columns: given.map(({ column, type }) => ({ column, type })),
    rows: 1,
    shape: "values",
    conflict: creating ? null : keyConflict(model, given),
    returning: references(filled),
  };
  const values = given.map((column) => stored.get(column));
  const { rows } = await runQuery(executor, query, values, model, creating ? "create" : "save");
  const [row] = rows;
  filled.forEach((column, index) => {
    entity[column.property] = decodeCell(origin, column, row?.[index] ?? null);
  });
  noteSaved(entity, origin, undefined);
}

/** Saving twice never makes two rows: an instance that brings its whole key updates a row that has it. */
function keyConflict(
  model: ModelDefinition,
  given: readonly ColumnDefinition[],
): InsertConflict | null {
  const { primaryKey } = model;
  if (primaryKey.length === 0 || !primaryKey.every((column) => given.includes(column))) return null;
  const others = given.filter((column) => !primaryKey.includes(column));
  return {
    columns: primaryKey.map(({ column }) => column),
    // A table of keys alone has nothing to update: the key written to itself makes the row come back.
    update: (others.length > 0 ? others : primaryKey).map(({ column }) => column),
  };
}

async function updateColumns(
  executor: Executor,
  entity: Entity,
  origin: RowOrigin,
  row: DriverRow,
  changed: readonly ColumnDefinition[],
): Promise<number> {
  const { model } = origin;
  const stored = validated(entity, model, changed, false);
  const values: unknown[] = changed.map((column) => stored.get(column));
  const set = changed.map((column, index) => ({
    column: column.column,
    type: column.type,
    value: slot(column, index),
  }));
  const generated = model.columns.filter((column) => column.generated !== null);
  const { where } = keyPredicate(model, storedKey(origin, row), values);
  const result = await runQuery(
    executor,
    {
      kind: "update",
      set,
      from: { table: model.table, alias },
      joins: [],
      where,
      orderBy: [],
      limit: null,
      offset: null,
      key: references(model.primaryKey),
      returning: references(generated),
    },
    values,
    model,
    "save",
  );
  const [returned] = result.rows;
  if (returned !== undefined) {
    generated.forEach((column, index) => {
      entity[column.property] = decodeCell(origin, column, returned[index] ?? null);
    });
  }
  return result.affectedRows;
}

/**
 * Checks current values against their schemas and brings them to their stored form.
 *
 * @param inserting - Leave out what the database fills in.
 * @throws {ValidationError} A value doesn't satisfy its schema.
 */
function validated(
  entity: Entity,
  model: ModelDefinition,
  columns: readonly ColumnDefinition[],
  inserting: boolean,
): Map<ColumnDefinition, unknown> {
  const stored = new Map<ColumnDefinition, unknown>();
  for (const column of columns) {
    if (column.generated !== null) continue;
    const value = entity[column.property];
    if (inserting && (value === undefined || value === null) && isFilled(column, value)) continue;
    const checked = parseColumn(model, column, value);
    if (checked !== value && !Object.is(checked, value)) entity[column.property] = checked;
    stored.set(column, toStored(column, checked));
  }
  return stored;
}

/** Whether the database fills the column when the insert leaves it out. */
function isFilled(column: ColumnDefinition, value: unknown): boolean {
  if (column.autoincrement) return true;
  return value === undefined && column.default() !== null;
}

/** Columns whose value is no longer what the row holds. */
function changedColumns(entity: Entity, origin: RowOrigin, row: DriverRow): ColumnDefinition[] {
  return origin.columns.filter((column, index) => {
    if (column.generated !== null) return false;
    return isChanged(entity, origin, column, row[index] ?? null);
  });
}

function isChanged(
  entity: Entity,
  origin: RowOrigin,
  column: ColumnDefinition,
  cell: DriverValue,
): boolean {
  const value = entity[column.property];
  if (value === undefined || (value === null && !holdsJsonNull(column))) return cell !== null;
  if (cell === null) return true;
  const before = origin.connection.dialect.codec(column.type).decode(cell);
  if (value === null) return before !== null;
  const now = storedOrUndefined(column, value);
  return now === undefined || !column.rules.equals(before, now);
}

/** The stored form of a value, or undefined when it has none: then saving it says why. */
function storedOrUndefined(column: ColumnDefinition, value: unknown): unknown {
  try {
    return column.transform === undefined ? column.rules.normalize(value) : toStored(column, value);
  } catch {
    return undefined;
  }
}

/** Keeps what the database holds now, so that the next save writes only what changes after it. */
function noteSaved(entity: Entity, origin: RowOrigin, before: DriverRow | undefined): void {
  const { dialect } = origin.connection;
  const row = origin.columns.map((column, index): DriverValue => {
    // A generated column may have changed with the others; its old value is never compared.
    if (column.generated !== null) return before?.[index] ?? null;
    const stored = toStored(column, entity[column.property]);
    return stored === null ? null : dialect.codec(column.type).encode(stored);
  });
  InstanceState.saved(entity, row, origin);
}

function decodeCell(origin: RowOrigin, column: ColumnDefinition, cell: DriverValue): unknown {
  if (cell === null) return column.nullAs;
  const value = origin.connection.dialect.codec(column.type).decode(cell);
  return column.transform === undefined ? value : column.transform.fromStored(value);
}

/** The key that the row has in the database; undefined when there is none yet. */
function currentKey(entity: Entity, origin: RowOrigin): unknown[] | undefined {
  const row = InstanceState.row(entity);
  if (row !== undefined) return storedKey(origin, row);
  const { model } = origin;
  const key = model.primaryKey.map((column) => entity[column.property]);
  if (key.length === 0) throw noKey(model);
  if (key.some((value) => value === undefined || value === null)) return undefined;
  return model.primaryKey.map((column, index) => toStored(column, key[index]));
}

function storedKey({ model, columns, connection }: RowOrigin, row: DriverRow): unknown[] {
  if (model.primaryKey.length === 0) throw noKey(model);
  return model.primaryKey.map((column) => {
    const cell = row[columns.indexOf(column)] ?? null;
    return cell === null ? null : connection.dialect.codec(column.type).decode(cell);
  });
}

function publicKey(model: ModelDefinition, key: readonly unknown[]): unknown {
  if (key.length === 1) return key[0];
  return Object.fromEntries(model.primaryKey.map(({ property }, index) => [property, key[index]]));
}

function noKey(model: ModelDefinition): UsageError {
  return new UsageError(`${model.name} has no primary key, so one row can't be told from another`, {
    hint: "give the model a key, or change rows with where(…).update(…)",
  });
}

/** `key = …`, with the values appended to `values`. */
function keyPredicate(
  model: ModelDefinition,
  key: readonly unknown[],
  values: unknown[] = [],
): { where: Predicate; values: unknown[] } {
  const operands = model.primaryKey.map((column, index): Predicate => {
    const right = slot(column, values.push(key[index]) - 1);
    return { kind: "compare", operator: "=", left: reference(column), right };
  });
  return { where: conjunction(operands) as Predicate, values };
}

function slot(column: ColumnDefinition, index: number): Slot {
  return { kind: "slot", index, type: column.type, label: column.property };
}

function references(columns: readonly ColumnDefinition[]): ColumnRef[] {
  return columns.map(reference);
}

function reference(column: ColumnDefinition): ColumnRef {
  return {
    kind: "column",
    source: alias,
    column: column.column,
    type: column.type,
    nullable: column.nullable,
  };
}
