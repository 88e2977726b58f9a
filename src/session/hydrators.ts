/** Row functions: one for each model class and connection, made at the first read. */
import type { ModelConstructor, ModelDefinition } from "../definition/definition.ts";
import { refuseShadowing } from "../definition/shadowing.ts";
import type { DriverRow } from "../driver/driver.ts";
import { compileHydrator, type Hydrator } from "../hydrate/compile.ts";
import type { Connection } from "./connection.ts";
import { evictAround } from "./evict.ts";
import { textOf } from "./key-text.ts";
import { RowStatements } from "./row-statements.ts";
import { remember, takeOverRow } from "./rows.ts";
import type { Scope } from "./scope.ts";
import { InstanceState, type RowOrigin } from "./state.ts";

interface RowReader {
  readonly origin: RowOrigin;
  readonly hydrator: Hydrator<object>;
}

const readers = new WeakMap<Connection, WeakMap<ModelConstructor, RowReader>>();

/**
 * Turns rows of all columns of `model` into instances of `constructor`.
 *
 * A row that the identity map knows gives the object that stands there, as it is.
 */
export function hydrateRows(
  { connection, identity }: Pick<Scope, "connection" | "identity">,
  model: ModelDefinition,
  constructor: ModelConstructor,
  rows: readonly DriverRow[],
): object[] {
  const { hydrator, origin } = reader(connection, model, constructor);
  const { keyOf } = origin;
  if (identity === undefined || keyOf === undefined) return hydrator.rows(rows, origin);
  const entries = identity.of(model);
  return rows.map((row) => {
    const key = keyOf(row);
    const known = entries.get(key);
    if (known !== undefined && known instanceof constructor) return known;
    const instance = hydrator.row(row, origin);
    entries.set(key, instance);
    return instance;
  });
}

/** Turns rows into instances that no identity map knows. */
export function hydrateApart(
  { connection }: Scope,
  model: ModelDefinition,
  constructor: ModelConstructor,
  rows: readonly DriverRow[],
): object[] {
  const { hydrator, origin } = reader(connection, model, constructor);
  return hydrator.rows(rows, origin);
}

/** Gives instances that the identity map holds the rows that were just locked: what they showed may be old. */
export function takeOverKnown(
  scope: Scope,
  model: ModelDefinition,
  constructor: ModelConstructor,
  rows: readonly DriverRow[],
): void {
  const { origin } = reader(scope.connection, model, constructor);
  const entries = scope.identity?.of(model);
  for (const row of rows) {
    const held = entries?.get(origin.keyOf?.(row) ?? "");
    if (!(held instanceof constructor)) continue;
    remember(scope.executor, held);
    takeOverRow(held, origin, row);
  }
}

/**
 * The instance of a row that was just written, all columns of it.
 *
 * One that the identity map holds takes the row over, but for columns that were edited and not saved.
 */
export function hydrateWritten(
  scope: Scope,
  model: ModelDefinition,
  constructor: ModelConstructor,
  row: DriverRow,
): object {
  const { origin } = reader(scope.connection, model, constructor);
  const key = origin.keyOf?.(row);
  if (key !== undefined) evictAround(scope, (around) => around.evict(model, key));
  const held = key === undefined ? undefined : scope.identity?.of(model).get(key);
  if (held instanceof constructor) {
    remember(scope.executor, held);
    takeOverRow(held, origin, row);
    return held;
  }
  return hydrateRows(scope, model, constructor, [row])[0] as object;
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
  refuseShadowing(model, constructor.prototype as object);
  const columns = model.columns.map((column) => ({
    property: column.property,
    codec: connection.dialect.codec(column.type),
    nullAs: column.nullAs,
    ...(column.transform && { fromStored: column.transform.fromStored }),
  }));
  return {
    origin: {
      connection,
      model,
      columns: model.columns,
      codecs: columns.map(({ codec }) => codec),
      keyOf: makeKeyOf(connection, model),
      statements: new RowStatements(model, connection.planner),
    },
    hydrator: compileHydrator(columns, constructor.prototype as object, InstanceState.loaded),
  };
}

/** Kinds whose cell has one form, however it was written. */
const plainKeys: ReadonlySet<string> = new Set(["integer", "bigint", "text", "uuid"]);

function makeKeyOf(
  { dialect }: Connection,
  { columns, primaryKey }: ModelDefinition,
): RowOrigin["keyOf"] {
  const parts = primaryKey.map((column) => {
    const position = columns.indexOf(column);
    if (plainKeys.has(column.type.kind)) return (row: DriverRow) => String(row[position]);
    const codec = dialect.codec(column.type);
    return (row: DriverRow) => {
      const cell = row[position] ?? null;
      return cell === null ? "" : textOf(codec.decode(cell));
    };
  });
  const [only, second] = parts;
  if (second === undefined) return only;
  return (row) => JSON.stringify(parts.map((part) => part(row)));
}
