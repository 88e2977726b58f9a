import { CodecError } from "../codec/codec.ts";
import { ColumnCodecError } from "../codec/column-error.ts";
import type { ModelConstructor, ModelDefinition } from "../definition/definition.ts";
import type { DriverRow } from "../driver/driver.ts";
import { DatabaseError } from "../errors/errors.ts";
import type { SelectQuery } from "../ir/query.ts";
import type { Picked } from "../query/nodes.ts";
import type { Connection } from "./connection.ts";
import { hydrateRows } from "./hydrators.ts";
import { plainRows } from "./plain-rows.ts";
import type { Scope } from "./scope.ts";

/**
 * Turns rows into instances.
 *
 * @throws {DatabaseError} A cell holds what its column can't show.
 */
export function readRows(
  scope: Pick<Scope, "connection" | "identity">,
  model: ModelDefinition,
  constructor: ModelConstructor,
  rows: readonly DriverRow[],
): object[] {
  try {
    return hydrateRows(scope, model, constructor, rows);
  } catch (error) {
    throw unreadable(error, model);
  }
}

/**
 * Turns rows into what a selection reads of them.
 *
 * @throws {DatabaseError} A cell holds what its column can't show.
 */
export function readPlain(
  connection: Connection,
  query: SelectQuery,
  picked: Picked,
  model: ModelDefinition,
  rows: readonly DriverRow[],
): unknown[] {
  try {
    return plainRows(connection, query, picked, rows);
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
