/** Writes and reads one instance: insert, update of what changed, delete, refresh. */
import type {
  ColumnDefinition,
  ModelConstructor,
  ModelDefinition,
} from "../definition/definition.ts";
import { parseColumn } from "../definition/input.ts";
import { keptColumns, nextVersion } from "../definition/kept.ts";
import { findDefinition } from "../definition/key.ts";
import type { DriverRow } from "../driver/driver.ts";
import { ModelDoesNotExistError, StaleObjectError, UsageError } from "../errors/errors.ts";
import { toStored } from "../query/assign.ts";
import { after } from "../util/after.ts";
import { decodeCell, showRow } from "./cells.ts";
import { changedColumns, type Entity, refuseKept } from "./changes.ts";
import type { Executor } from "./connection.ts";
import { evictAround } from "./evict.ts";
import { withDeleteHooks, withSaveHooks } from "./hooks.ts";
import { originOf } from "./hydrators.ts";
import { noKey, type RowStatements } from "./row-statements.ts";
import { remember } from "./rows.ts";
import { bind, runBound } from "./run.ts";
import { refuseReadOnly, type Scope } from "./scope.ts";
import { type Draft, InstanceState, type RowOrigin } from "./state.ts";

/** Inserts a new instance, or writes what changed of a saved one; gives no promise where the database answers at once. */
export function saveInstance(scope: Scope, instance: object): void | Promise<void> {
  refuseReadOnly(scope, InstanceState.draft(instance)?.creating === true ? "create()" : "save()");
  return withSaveHooks(scope, instance, saveAlone);
}

function saveAlone(scope: Scope, instance: object): void | Promise<void> {
  if (InstanceState.row(instance) !== undefined) return writeInstance(scope, instance);
  const first = inserting.get(instance);
  if (first !== undefined) return saveAfter(first, scope, instance);
  const insert = writeInstance(scope, instance);
  return insert instanceof Promise ? noteInserting(instance, insert) : insert;
}

/** A second save that comes while the first inserts the row must find it there. */
async function saveAfter(first: Promise<void>, scope: Scope, instance: object): Promise<void> {
  await first.catch(() => undefined);
  return saveAlone(scope, instance);
}

async function noteInserting(instance: object, insert: Promise<void>): Promise<void> {
  inserting.set(instance, insert);
  try {
    await insert;
  } finally {
    inserting.delete(instance);
  }
}

/** Instances whose first row is on its way. */
const inserting = new WeakMap<object, Promise<void>>();

function writeInstance(scope: Scope, instance: object): void | Promise<void> {
  const { executor } = scope;
  const entity = instance as Entity;
  const origin = InstanceState.origin(instance) ?? findOrigin(executor, instance);
  const row = InstanceState.row(instance);
  if (row === undefined) {
    remember(executor, instance);
    const creating = InstanceState.draft(instance)?.creating === true;
    const inserted = insertInstance(executor, entity, origin, creating ? "create" : "save");
    return after(inserted, () => noteWritten(scope, instance, row));
  }
  refuseKept(entity, origin, row);
  const changed = changedColumns(entity, origin, row);
  remember(executor, instance, changed);
  if (changed.length === 0) return noteWritten(scope, instance, row);
  const updated = updateInstance(executor, entity, origin, row, changed);
  return after(updated, (affected) => {
    if (affected > 0) return noteWritten(scope, instance, row);
    const { model } = origin;
    if (keptColumns(model).version !== undefined) {
      throw new StaleObjectError(model.name, publicKey(model, storedKey(origin, row)));
    }
    // The row is gone: saving writes it anew, as saving a new instance would.
    const inserted = insertInstance(executor, entity, origin, "save");
    return after(inserted, () => noteWritten(scope, instance, row));
  });
}

/** Puts a written instance where identity maps find it. */
function noteWritten(scope: Scope, instance: object, before: DriverRow | undefined): void {
  reregister(scope, instance, before);
  evictStale(scope, instance);
}

/** A transaction has a map of its own: another object for the row, in the map outside, is stale once it commits. */
function evictStale(scope: Scope, instance: object): void {
  if (scope.executor === scope.connection) return;
  const origin = InstanceState.origin(instance);
  const row = InstanceState.row(instance);
  const key = row === undefined ? undefined : origin?.keyOf?.(row);
  if (origin === undefined || key === undefined) return;
  evictAround(scope, (around) => {
    if (around.of(origin.model).get(key) !== instance) around.evict(origin.model, key);
  });
}

/**
 * Inserts a new instance, unless a row has one of its unique values.
 *
 * @returns Whether it was inserted; nothing has failed and nothing was changed otherwise.
 */
export async function insertUnlessTaken(scope: Scope, instance: object): Promise<boolean> {
  const { executor } = scope;
  const origin = InstanceState.origin(instance) ?? findOrigin(executor, instance);
  remember(executor, instance);
  const inserted = await insertInstance(executor, instance as Entity, origin, "unlessTaken");
  if (inserted) reregister(scope, instance, undefined);
  return inserted;
}

/** Deletes the row behind an instance; an instance that was never saved has none. */
export async function deleteInstance(scope: Scope, instance: object): Promise<void> {
  refuseReadOnly(scope, "delete()");
  await withDeleteHooks(scope, instance, (inner) => deleteAlone(inner, instance));
}

async function deleteAlone(scope: Scope, instance: object): Promise<void> {
  const { executor } = scope;
  const origin = InstanceState.origin(instance) ?? findOrigin(executor, instance);
  const { model, statements } = origin;
  const values = currentKey(instance as Entity, origin);
  if (values === undefined) return;
  const row = InstanceState.row(instance);
  const { version } = keptColumns(model);
  const versioned = row !== undefined && version !== undefined;
  if (versioned) values.push(versionIn(origin, version, row));
  const { query, plan } = versioned ? statements.delete : statements.deleteAny;
  const attempted = { values, model, action: "delete" };
  const bound = bind(plan, values, model, "delete");
  const { affectedRows } = await runBound(executor, query, bound, attempted);
  if (versioned && affectedRows === 0) {
    throw new StaleObjectError(model.name, publicKey(model, values));
  }
  remember(executor, instance);
  InstanceState.deleted(instance);
  reregister(scope, instance, row);
  const key = row === undefined ? undefined : origin.keyOf?.(row);
  if (key !== undefined) evictAround(scope, (around) => around.evict(model, key));
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
  const { model, statements } = origin;
  const values = currentKey(instance as Entity, origin);
  if (values === undefined) {
    throw new UsageError(`a ${model.name} that was never saved can't be refreshed`, {
      hint: "save() it first",
    });
  }
  remember(executor, instance);
  const { query, plan } = statements.select;
  const attempted = { values, model, action: "refresh" };
  const { rows } = await runBound(executor, query, bind(plan, values, model, "refresh"), attempted);
  const [row] = rows;
  if (row === undefined) throw new ModelDoesNotExistError(model.name, publicKey(model, values));
  showRow(instance as Entity, origin, row);
  InstanceState.saved(instance, row, origin);
  reregister(scope, instance, undefined);
}

/** Puts an instance in the identity map under its present key, and takes it out from under its former one. */
function reregister({ identity }: Scope, instance: object, before: DriverRow | undefined): void {
  const origin = InstanceState.origin(instance);
  if (identity === undefined || origin?.keyOf === undefined) return;
  const entries = identity.of(origin.model);
  const row = InstanceState.row(instance);
  const formerKey = before === undefined ? undefined : origin.keyOf(before);
  const key = row === undefined ? undefined : origin.keyOf(row);
  if (formerKey !== undefined && formerKey !== key) entries.delete(formerKey);
  if (key !== undefined) entries.set(key, instance);
}

/** Where a fresh instance goes on this executor. */
function findOrigin(executor: Executor, instance: object): RowOrigin {
  const constructor = instance.constructor as unknown as ModelConstructor;
  const model = findDefinition(constructor) as ModelDefinition;
  return originOf(executor.connection, model, constructor);
}

/** What an insert does about a row that is there: fail, write to the one with its key, or leave it. */
type InsertAction = "create" | "save" | "unlessTaken";

const inserts = {
  create: "insert",
  save: "upsert",
  unlessTaken: "insertUnlessTaken",
} as const satisfies Record<InsertAction, keyof RowStatements>;

/** Inserts a row; gives whether there is one now. */
function insertInstance(
  executor: Executor,
  entity: Entity,
  origin: RowOrigin,
  how: InsertAction,
): boolean | Promise<boolean> {
  const { model, columns, statements } = origin;
  const draft = InstanceState.draft(entity);
  const action = how === "save" ? "save" : "create";
  const given: number[] = [];
  const values: unknown[] = [];
  for (let position = 0; position < columns.length; position += 1) {
    const column = columns[position] as ColumnDefinition;
    if (isLeftToDatabase(column, entity[column.property])) continue;
    given.push(position);
    values.push(storedValue(entity, model, column, draft));
  }
  const { query, plan, filled } = statements[inserts[how]](given);
  const statement = bind(plan, values, model, action);
  const attempted = { values, model, action };
  return after(runBound(executor, query, statement, attempted), ({ rows, affectedRows }) => {
    if (how === "unlessTaken" && affectedRows === 0) return false;
    const row: DriverRow = new Array(columns.length).fill(null);
    given.forEach((position, index) => {
      row[position] = statement.parameters[index] ?? null;
    });
    showFilled(entity, origin, row, filled, rows[0]);
    InstanceState.saved(entity, row, origin);
    return true;
  });
}

/** Takes over what the database filled in: into the row, and onto the instance. */
function showFilled(
  entity: Entity,
  origin: RowOrigin,
  row: DriverRow,
  filled: readonly number[],
  returned: DriverRow | undefined,
): void {
  filled.forEach((position, index) => {
    const cell = returned?.[index] ?? null;
    row[position] = cell;
    entity[origin.columns[position]?.property as string] = decodeCell(origin, position, cell);
  });
}

/** Writes some columns; gives how many rows there were to write to. */
function updateInstance(
  executor: Executor,
  entity: Entity,
  origin: RowOrigin,
  row: DriverRow,
  changed: readonly number[],
): number | Promise<number> {
  const { model, columns, statements } = origin;
  const kept = keptValues(origin, row, changed);
  // Statements know sets of columns in their order.
  const set = kept.size === 0 ? changed : [...changed, ...kept.keys()].sort((a, b) => a - b);
  const values = set.map((position) => {
    const column = columns[position] as ColumnDefinition;
    if (kept.has(position)) return toStored(column, kept.get(position));
    return storedValue(entity, model, column, undefined);
  });
  values.push(...storedKey(origin, row));
  const { version } = keptColumns(model);
  if (version !== undefined) values.push(versionIn(origin, version, row));
  const { query, plan, filled } = statements.update(set);
  const statement = bind(plan, values, model, "save");
  const attempted = { values, model, action: "save" };
  return after(runBound(executor, query, statement, attempted), ({ affectedRows, rows }) => {
    if (affectedRows === 0) return 0;
    // A copy: a transaction may have to give the old one back.
    const saved = row.slice();
    set.forEach((position, index) => {
      saved[position] = statement.parameters[index] ?? null;
    });
    for (const [position, value] of kept) {
      entity[(columns[position] as ColumnDefinition).property] = value;
    }
    showFilled(entity, origin, saved, filled, rows[0]);
    InstanceState.saved(entity, saved, origin);
    return affectedRows;
  });
}

const nothingKept: ReadonlyMap<number, unknown> = new Map();

/** What a change gives the columns that Ferro keeps, by their positions. */
function keptValues(
  origin: RowOrigin,
  row: DriverRow,
  changed: readonly number[],
): ReadonlyMap<number, unknown> {
  const { model, columns } = origin;
  const { version, touched } = keptColumns(model);
  if (version === undefined && touched.length === 0) return nothingKept;
  const values = new Map<number, unknown>();
  for (const column of touched) {
    const position = columns.indexOf(column);
    if (changed.includes(position)) continue;
    values.set(position, parseColumn(model, column, column.onUpdate?.()));
  }
  if (version !== undefined) {
    values.set(columns.indexOf(version), nextVersion(versionIn(origin, version, row)));
  }
  return values;
}

/** The version of a row. */
export function versionIn(origin: RowOrigin, version: ColumnDefinition, row: DriverRow): unknown {
  const position = origin.columns.indexOf(version);
  return decodeCell(origin, position, row[position] ?? null);
}

/**
 * Checks a current value against its schema, as the constructor may have done, and gives its stored form.
 *
 * @throws {ValidationError} The value doesn't satisfy its schema.
 */
function storedValue(
  entity: Entity,
  model: ModelDefinition,
  column: ColumnDefinition,
  draft: Draft | undefined,
): unknown {
  const value = entity[column.property];
  // What can be changed in place is checked again; so is an absence, which has another form when it is read.
  const constant = typeof value !== "object" && value !== undefined;
  if (constant && draft !== undefined && Object.is(value, draft.values[column.property])) {
    return toStored(column, value);
  }
  const checked = parseColumn(model, column, value);
  if (checked !== value && !Object.is(checked, value)) entity[column.property] = checked;
  return toStored(column, checked);
}

/** Whether an insert leaves the column out, for the database to fill. */
function isLeftToDatabase(column: ColumnDefinition, value: unknown): boolean {
  if (column.generated !== null) return true;
  if (column.autoincrement) return value === undefined || value === null;
  return value === undefined && column.default() !== null;
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

/** The key that a row has in the database, in stored form. */
export function storedKey({ model, columns, codecs }: RowOrigin, row: DriverRow): unknown[] {
  if (model.primaryKey.length === 0) throw noKey(model);
  return model.primaryKey.map((column) => {
    const position = columns.indexOf(column);
    const cell = row[position] ?? null;
    return cell === null ? null : codecs[position]?.decode(cell);
  });
}

function publicKey(model: ModelDefinition, key: readonly unknown[]): unknown {
  if (key.length === 1) return key[0];
  return Object.fromEntries(model.primaryKey.map(({ property }, index) => [property, key[index]]));
}
