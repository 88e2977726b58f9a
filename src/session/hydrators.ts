/** Row functions: one for each model class and connection, made at the first read. */
import type { ColumnDefinition, ModelConstructor, ModelDefinition } from "../definition/definition.ts";
import type { DriverRow } from "../driver/driver.ts";
import { SchemaError } from "../errors/errors.ts";
import { compileHydrator, type Hydrator } from "../hydrate/compile.ts";
import type { Connection } from "./connection.ts";
import { InstanceState, type RowOrigin } from "./state.ts";

interface RowReader {
  readonly origin: RowOrigin;
  readonly hydrator: Hydrator<object>;
}

const readers = new WeakMap<Connection, WeakMap<ModelConstructor, RowReader>>();

/** Turns rows of all columns of `model` into instances of `constructor`. */
export function hydrateRows(
  connection: Connection,
  model: ModelDefinition,
  constructor: ModelConstructor,
  rows: readonly DriverRow[],
): object[] {
  const { hydrator, origin } = reader(connection, model, constructor);
  return hydrator.rows(rows, origin);
}

/** What instances of `model` on `connection` share. */
export function originOf(
  connection: Connection,
  model: ModelDefinition,
  constructor: ModelConstructor,
): RowOrigin {
  return reader(connection, model, constructor).origin;
}

function reader(
  connection: Connection,
  model: ModelDefinition,
  constructor: ModelConstructor,
): RowReader {
  let ofConnection = readers.get(connection);
  if (ofConnection === undefined) {
    ofConnection = new WeakMap();
    readers.set(connection, ofConnection);
  }
  let found = ofConnection.get(constructor);
  if (found === undefined) {
    found = makeReader(connection, model, constructor);
    ofConnection.set(constructor, found);
  }
  return found;
}

function makeReader(
  connection: Connection,
  model: ModelDefinition,
  constructor: ModelConstructor,
): RowReader {
  refuseShadowing(model, constructor);
  const columns = model.columns.map((column) => ({
    property: column.property,
    codec: connection.dialect.codec(column.type),
    nullAs: column.nullAs,
    ...(column.transform && { fromStored: column.transform.fromStored }),
  }));
  return {
    origin: { connection, model, columns: model.columns },
    hydrator: compileHydrator(columns, constructor.prototype as object, InstanceState.loaded),
  };
}

/** An accessor or method of the class would take a column's assignments. */
function refuseShadowing(model: ModelDefinition, constructor: ModelConstructor): void {
  for (const { property } of model.columns as readonly ColumnDefinition[]) {
    if (property in (constructor.prototype as object)) {
      throw new SchemaError(`${model.name} has a column and a class member called "${property}"`, {
        hint: "rename one of them; a column can be kept under another property with field(schema, { column })",
      });
    }
  }
}
