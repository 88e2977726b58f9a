import { CodecError } from "../codec/codec.ts";
import { ColumnCodecError } from "../codec/column-error.ts";
import type { ModelConstructor, ModelDefinition } from "../definition/definition.ts";
import type { DriverRow } from "../driver/driver.ts";
import { DatabaseError } from "../errors/errors.ts";
import type { DeleteQuery, SelectQuery, UpdateQuery } from "../ir/query.ts";
import type { RowForm } from "../query/runner.ts";
import { hydrateRows } from "./hydrators.ts";
import { plainRows } from "./plain-rows.ts";
import type { Scope } from "./scope.ts";

/**
 * Rows in the form that was asked for: instances, or what was selected of them.
 *
 * @throws {DatabaseError} A cell holds what its column can't show.
 */
export function rowsIn(
  { model, read }: RowForm,
  scope: Pick<Scope, "connection" | "identity">,
  query: SelectQuery | UpdateQuery | DeleteQuery,
  rows: readonly DriverRow[],
): unknown[] {
  if (typeof read === "function") return instancesIn(scope, { model, read }, rows);
  try {
    return plainRows(scope.connection, query, read, rows);
  } catch (error) {
    throw unreadable(error, model);
  }
}

/** Rows of all columns of a model as instances. */
export function instancesIn(
  scope: Pick<Scope, "connection" | "identity">,
  { model, read }: { readonly model: ModelDefinition; readonly read: ModelConstructor },
  rows: readonly DriverRow[],
): object[] {
  try {
    return hydrateRows(scope, model, read, rows);
  } catch (error) {
    throw unreadable(error, model);
  }
}

/** What to throw for a cell that its column can't show; the rows are the database's, so it is no mistake of the call. */
function unreadable(error: unknown, model: ModelDefinition): unknown {
  if (!(error instanceof CodecError)) return error;
  return new DatabaseError(`${model.name} query: ${error.message}`, {
    model: model.name,
    table: model.table,
    ...(error instanceof ColumnCodecError && { columns: [error.column] }),
    hint: error.hint,
    cause: error,
  });
}
