/** Inserts one row, or changes the row that has its unique values, and tells which it was. */
import type {
  ColumnDefinition,
  ModelConstructor,
  ModelDefinition,
} from "../definition/definition.ts";
import type { DriverRow } from "../driver/driver.ts";
import type { ExistsQuery, InsertQuery, Predicate } from "../ir/query.ts";
import { toStored } from "../query/assign.ts";
import { type ConflictNode, lowerConflict } from "../query/conflict.ts";
import { columnReferences, conjunction } from "../query/references.ts";
import { isLeftToDatabase } from "./bulk.ts";
import type { Executor } from "./connection.ts";
import { hydrateWritten } from "./hydrators.ts";
import { runQuery } from "./run.ts";
import { refuseReadOnly, type Scope } from "./scope.ts";
import { atomically } from "./transact.ts";

/** What an upsert did. */
export interface Upserted {
  readonly row: object;
  /** False where a row was there and was changed. */
  readonly inserted: boolean;
}

/** What to write, validated. */
export interface Upsert {
  readonly model: ModelDefinition;
  readonly constructor: ModelConstructor;
  /** The new row by property. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly conflict: ConflictNode;
}

/** Runs an upsert: one statement where the database tells what it did, else a look before it. */
export async function upsertRow(scope: Scope, upsert: Upsert): Promise<Upserted> {
  refuseReadOnly(scope, "upsert()");
  const { model, constructor } = upsert;
  const [row, inserted] = scope.connection.dialect.sql.inserted
    ? await write(scope.executor, upsert)
    : await atomically(scope, async (executor) => {
        const there = await exists(executor, upsert);
        const [row] = await write(executor, upsert);
        return [row, !there] as const;
      });
  return { row: hydrateWritten(scope, model, constructor, row), inserted };
}

async function write(
  executor: Executor,
  { model, values, conflict }: Upsert,
): Promise<readonly [row: DriverRow, inserted: boolean]> {
  const given = model.columns.filter((column) => !isLeftToDatabase(column, values));
  const lowered = lowerConflict(model, conflict, given.length);
  const query: InsertQuery = {
    kind: "insert",
    table: model.table,
    columns: given.map(({ column, type }) => ({ column, type })),
    rows: 1,
    shape: "values",
    conflict: lowered.conflict,
    returning: columnReferences(model),
    tellsInserted: true,
  };
  const stored = given.map((column) => toStored(column, values[column.property]));
  const bound = [...stored, ...lowered.values];
  const { rows } = await runQuery(executor, query, bound, model, "upsert");
  const row = (rows[0] as DriverRow).slice(0, model.columns.length);
  return [row, rows[0]?.[model.columns.length] === "t"];
}

/** Whether a row has the unique values; nothing can come in between in a transaction that may write. */
async function exists(
  executor: Executor,
  { model, values, conflict: { target } }: Upsert,
): Promise<boolean> {
  const query: ExistsQuery = {
    kind: "exists",
    from: { table: model.table, alias: "t0" },
    joins: [],
    where: conjunction(target.map(equalsSlot)),
  };
  const key = target.map((column) => toStored(column, values[column.property]));
  const { rows } = await runQuery(executor, query, key, model, "upsert");
  return rows.length > 0;
}

function equalsSlot({ column, type, property }: ColumnDefinition, index: number): Predicate {
  return {
    kind: "compare",
    operator: "=",
    left: { kind: "column", source: "t0", column, type, nullable: false },
    right: { kind: "slot", index, type, label: property },
  };
}
