/** `upsert`: reads what the user gave, before any SQL. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { foldRelations, parseInput } from "../definition/input.ts";
import { definitionKey } from "../definition/key.ts";
import { UsageError } from "../errors/errors.ts";
import { type AssignmentNode, impliedAssignments } from "../query/assign.ts";
import { readConflictUpdate, readTarget } from "../query/conflict.ts";
import { isPlainObject } from "../query/plain.ts";
import { resolveScope } from "../session/scope.ts";
import { type Upserted, upsertRow } from "../session/upsert.ts";
import { type Bound, checkOptions, classOf, routeFor } from "./bound.ts";
import { connectionOfParents, refuseForeignParents } from "./parents.ts";
import type { WriteOptions } from "./runtime.ts";

/** What `upsert` takes, as the user gave it. */
interface Given extends WriteOptions {
  readonly on?: unknown;
  readonly create?: unknown;
  readonly update?: unknown;
}

/** Inserts a row, or changes the one that has its unique values. */
export async function upsert(bound: Bound, options: unknown): Promise<Upserted> {
  const constructor = classOf(bound);
  const model = constructor[definitionKey];
  const given = readGiven(`${model.name}.upsert()`, options);
  checkOptions(model.name, "upsert", given, ["on", "create", "update"]);
  const target = readTarget(model, given.on, `${model.name}.upsert()`);
  const values = parseInput(model, given.create);
  requireTarget(model, target, values);
  const update =
    given.update === undefined
      ? takenOver(model, target, given.create as object)
      : readConflictUpdate(model, given.update);
  const scope = resolveScope(routeFor(bound, given));
  refuseForeignParents(model.name, connectionOfParents(model, given.create), scope.connection);
  return upsertRow(scope, { model, constructor, values, conflict: { target, update } });
}

function readGiven(at: string, options: unknown): Given {
  if (!isPlainObject(options)) {
    throw new UsageError(`${at} expected { on, create, update }`, {
      hint: 'write upsert({ on: "email", create: { … }, update: { … } })',
    });
  }
  return options;
}

/** Without its unique values a row can't be found again. */
function requireTarget(
  model: ModelDefinition,
  target: readonly ColumnDefinition[],
  values: Readonly<Record<string, unknown>>,
): void {
  const missing = target.find(
    ({ property }) => values[property] === undefined || values[property] === null,
  );
  if (missing === undefined) return;
  throw new UsageError(
    `${model.name}.upsert() needs a value for ${missing.property}, which tells whether the row is there`,
    { hint: `give ${missing.property} in create, or name another unique key in on` },
  );
}

/** What the user gave for the new row; what the model filled in is for new rows alone. */
function takenOver(
  model: ModelDefinition,
  target: readonly ColumnDefinition[],
  create: object,
): readonly (ColumnDefinition | AssignmentNode)[] {
  const given = foldRelations(model, create);
  const columns = model.columns.filter(
    (column) =>
      given[column.property] !== undefined && column.version !== true && !target.includes(column),
  );
  // With nothing to change, a column written to itself makes the row come back.
  return columns.length > 0 ? [...columns, ...impliedAssignments(model, columns)] : target;
}
