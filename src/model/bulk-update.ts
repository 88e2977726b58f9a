/** `bulkUpdate`: reads what the user gave, before any SQL. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { foldRelations, parseColumn } from "../definition/input.ts";
import { keptColumns, nextVersion } from "../definition/kept.ts";
import { definitionKey, findDefinition } from "../definition/key.ts";
import { UsageError } from "../errors/errors.ts";
import { toStored } from "../query/assign.ts";
import { unknownField } from "../query/columns.ts";
import { isPlainObject } from "../query/plain.ts";
import { keyText, type RowChange, updateRows } from "../session/bulk-update.ts";
import { assignedKept, changedColumns, type Entity, refuseKept } from "../session/changes.ts";
import { originOf } from "../session/hydrators.ts";
import { noKey } from "../session/row-statements.ts";
import { resolveScope } from "../session/scope.ts";
import { InstanceState } from "../session/state.ts";
import { storedKey, versionIn } from "../session/store.ts";
import { type Bound, checkOptions, classOf, routeFor } from "./bound.ts";
import type { WriteOptions } from "./runtime.ts";

/** Options as the user gave them. */
export interface BulkUpdateOptions extends WriteOptions {
  readonly missing?: "error" | "ignore";
}

/** Changes many rows, each to values of its own; gives how many there were. */
export async function bulkUpdate(
  bound: Bound,
  rows: unknown,
  options: BulkUpdateOptions = {},
): Promise<number> {
  const constructor = classOf(bound);
  const model = constructor[definitionKey];
  const at = `${model.name}.bulkUpdate()`;
  if (!Array.isArray(rows)) throw new UsageError(`${at} expected an array of rows`);
  checkOptions(model.name, "bulkUpdate", options, ["missing"]);
  if (![undefined, "error", "ignore"].includes(options.missing)) {
    throw new UsageError(`${at} expected missing to be "error" or "ignore"`);
  }
  if (model.primaryKey.length === 0) throw noKey(model);
  const changes = rows.flatMap((row: unknown) => readRow(model, row, at) ?? []);
  refuseTwice(model, changes, at);
  const foreign = rows.map((row: object) =>
    InstanceState.has(row) ? InstanceState.origin(row)?.connection : undefined,
  );
  const origin = foreign.find((connection) => connection !== undefined);
  const scope = resolveScope({ ...routeFor(bound, options), origin });
  const elsewhere = foreign.find((c) => c !== undefined && c !== scope.connection);
  if (elsewhere !== undefined) {
    throw new UsageError(`${at} was given instances of more than one connection`, {
      hint: "call it once for each connection",
    });
  }
  return updateRows(scope, {
    model,
    origin: originOf(scope.connection, model, constructor),
    changes,
    ignoreMissing: options.missing === "ignore",
  });
}

/** What changes of one row; undefined where nothing does. */
function readRow(model: ModelDefinition, row: unknown, at: string): RowChange | undefined {
  if (typeof row === "object" && row !== null && findDefinition(row.constructor) === model) {
    return readInstance(model, row, at);
  }
  if (!isPlainObject(row)) {
    throw new UsageError(`${at} expected ${model.name} instances, or objects with a key`);
  }
  return readObject(model, row, at);
}

function readInstance(model: ModelDefinition, instance: object, at: string): RowChange | undefined {
  const origin = InstanceState.origin(instance);
  const row = InstanceState.row(instance);
  if (origin === undefined || row === undefined) {
    throw new UsageError(`${at} was given a ${model.name} that was never saved`, {
      hint: "make new rows with bulkCreate()",
    });
  }
  const entity = instance as Entity;
  refuseKept(entity, origin, row);
  const columns = changedColumns(entity, origin, row).map(
    (position) => origin.columns[position] as ColumnDefinition,
  );
  if (columns.length === 0) return undefined;
  const touched = touchedValues(model, columns);
  const { version } = keptColumns(model);
  const seen = version === undefined ? undefined : versionIn(origin, version, row);
  const values = columns.map((column) => {
    const checked = parseColumn(model, column, entity[column.property]);
    entity[column.property] = checked;
    return toStored(column, checked);
  });
  const bumped = version === undefined ? [] : [version];
  return {
    key: storedKey(origin, row),
    columns: [...columns, ...touched.columns, ...bumped],
    values: [...values, ...touched.values, ...bumped.map(() => nextVersion(seen))],
    instance,
    version: seen,
  };
}

function readObject(
  model: ModelDefinition,
  row: Record<string, unknown>,
  at: string,
): RowChange | undefined {
  const given = foldRelations(model, row);
  const unknown = Object.keys(given).find((property) => !model.byProperty.has(property));
  if (unknown !== undefined) throw unknownField(model, unknown);
  const key = model.primaryKey.map((column) => {
    const value = given[column.property];
    if (value === undefined || value === null) {
      throw new UsageError(`${at} was given a row without its key, ${column.property}`);
    }
    return toStored(column, parseColumn(model, column, value));
  });
  const columns = model.columns.filter(
    (column) => column.property in given && !model.primaryKey.includes(column),
  );
  const values = columns.map((column) => {
    const value = given[column.property];
    if (column.version === true) throw assignedKept(model.name, column.property, true);
    if (value === undefined || column.generated !== null) throw unusable(model, column);
    return toStored(column, parseColumn(model, column, value));
  });
  if (columns.length === 0) return undefined;
  const touched = touchedValues(model, columns);
  return {
    key,
    columns: [...columns, ...touched.columns],
    values: [...values, ...touched.values],
    instance: undefined,
  };
}

/** What the change of a row brings with it. */
function touchedValues(model: ModelDefinition, given: readonly ColumnDefinition[]) {
  const columns = keptColumns(model).touched.filter((column) => !given.includes(column));
  const values = columns.map((column) =>
    toStored(column, parseColumn(model, column, column.onUpdate?.())),
  );
  return { columns, values };
}

function unusable(model: ModelDefinition, { property, generated }: ColumnDefinition): UsageError {
  const at = `${model.name}.${property}`;
  return generated === null
    ? new UsageError(`${at} was given undefined in bulkUpdate()`, {
        hint: "leave the key out to keep the value, or give null to clear it",
      })
    : new UsageError(`${at} is generated by the database and can't be set`);
}

function refuseTwice(model: ModelDefinition, changes: readonly RowChange[], at: string): void {
  const seen = new Set<string>();
  for (const { key } of changes) {
    const text = keyText(key);
    if (seen.has(text)) {
      throw new UsageError(`${at} was given one ${model.name} twice`, {
        hint: "merge the changes of a row first",
      });
    }
    seen.add(text);
  }
}
