/** What an insert does about rows that are there: which unique key tells, and what becomes of them. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { uniqueKeys } from "../definition/uniques.ts";
import { UsageError } from "../errors/errors.ts";
import type { InsertConflict } from "../ir/query.ts";
import { type AssignmentNode, impliedAssignments, readAssignments } from "./assign.ts";
import { rootColumns, scopeColumns, unknownField } from "./columns.ts";
import { Lowering } from "./lower.ts";
import { proposedScope } from "./scope.ts";

/** A conflict before a query runs. */
export interface ConflictNode {
  /** The unique key that tells; empty for any. */
  readonly target: readonly ColumnDefinition[];
  /** Columns taken over from the new row, and others with what they become. */
  readonly update: readonly (ColumnDefinition | AssignmentNode)[];
}

/** Rows that are there stay as they are. */
export const ignoreConflicts: ConflictNode = { target: [], update: [] };

/**
 * Reads the unique key that tells whether a row is there.
 *
 * @throws {UsageError} The columns are not unique together.
 */
export function readTarget(
  model: ModelDefinition,
  given: unknown,
  at: string,
): readonly ColumnDefinition[] {
  const names = typeof given === "string" ? [given] : given;
  const keys = uniqueKeys(model);
  if (Array.isArray(names)) {
    const key = keys.find(
      (columns) =>
        columns.length === names.length &&
        columns.every(({ property }) => names.includes(property)),
    );
    if (key !== undefined) return key;
  }
  const known = keys.map((columns) => columns.map(({ property }) => property).join(" + "));
  throw new UsageError(`${at} was given columns that are not unique together`, {
    hint:
      known.length === 0
        ? `${model.name} has no unique columns; declare them with { unique: true } or uniques`
        : `the unique keys of ${model.name} are ${known.join(", ")}`,
  });
}

/**
 * Reads what becomes of a row that is there: names of columns to take over, values, or a
 * lambda over that row and the new one.
 *
 * @throws {UsageError} A name is unknown, or a value is undefined.
 * @throws {ValidationError} A value doesn't satisfy its column's schema.
 */
export function readConflictUpdate(
  model: ModelDefinition,
  given: unknown,
): readonly (ColumnDefinition | AssignmentNode)[] {
  if (!Array.isArray(given)) {
    return readAssignments(model, given, rootColumns(model), scopeColumns(proposedScope(model)));
  }
  const columns = given.map((property: unknown) => {
    const column = model.byProperty.get(String(property));
    if (column === undefined) throw unknownField(model, String(property));
    return column;
  });
  return [...columns, ...impliedAssignments(model, columns)];
}

/**
 * A conflict as QueryIR, and the values that follow those of the rows.
 *
 * @param rowValues - How many values the rows have.
 */
export function lowerConflict(
  model: ModelDefinition,
  { target, update }: ConflictNode,
  rowValues: number,
): { readonly conflict: InsertConflict; readonly values: readonly unknown[] } {
  const lowering = new Lowering(model, undefined, rowValues);
  lowering.addRow(proposedScope(model), "excluded");
  const conflict: InsertConflict = {
    columns: target.map(({ column }) => column),
    update: update.map((item) =>
      "value" in item
        ? {
            column: item.column.column,
            type: item.column.type,
            value: lowering.expression(item.value),
          }
        : item.column,
    ),
  };
  return { conflict, values: lowering.values };
}
