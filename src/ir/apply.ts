import { enumAppliers } from "./apply-enum.ts";
import { appliers } from "./apply-table.ts";
import { type Applier, refuse } from "./edit.ts";
import type { Operation, OperationKind } from "./migration.ts";
import type { SchemaPayload } from "./schema.ts";

/** A schema with nothing in it. */
export const emptySchema: SchemaPayload = { tables: [], enums: [] };

/**
 * The schema after an operation.
 *
 * @throws {MigrationError} The operation doesn't fit: what it changes isn't there, what it adds is there
 * already, or something still uses what it removes.
 */
export function applyOperation(schema: SchemaPayload, operation: Operation): SchemaPayload {
  return (all[operation.op] as Applier<OperationKind>)(schema, operation);
}

/** The schema after operations, in order. */
export function applyOperations(
  schema: SchemaPayload,
  operations: readonly Operation[],
): SchemaPayload {
  return operations.reduce(applyOperation, schema);
}

const all: { readonly [Kind in OperationKind]: Applier<Kind> } = {
  ...appliers,
  ...enumAppliers,
  createObject: (schema, { object }) => {
    const { objects = [] } = schema;
    if (objects.some(({ kind, name }) => kind === object.kind && name === object.name)) {
      throw refuse(`the ${object.kind} "${object.name}" exists already`);
    }
    return { ...schema, objects: [...objects, object] };
  },
  dropObject: (schema, { object }) => {
    const { objects = [], ...rest } = schema;
    const left = objects.filter(({ kind, name }) => kind !== object.kind || name !== object.name);
    if (left.length === objects.length) {
      throw refuse(`there is no ${object.kind} "${object.name}"`);
    }
    return left.length === 0 ? rest : { ...rest, objects: left };
  },
  replaceable: (schema) => schema,
  sql: (schema, { state = [] }) => applyOperations(schema, state),
  data: (schema) => schema,
};
