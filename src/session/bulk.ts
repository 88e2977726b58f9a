/** Inserts many rows: chunks under the database's limits, in one transaction, without holding up the event loop. */
import { setImmediate } from "node:timers/promises";
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import type { InsertQuery } from "../ir/query.ts";
import { toStored } from "../query/assign.ts";
import type { Executor } from "./connection.ts";
import { runQuery } from "./run.ts";
import { refuseReadOnly, type Scope } from "./scope.ts";
import { atomically } from "./transact.ts";

/** Rows that one PostgreSQL statement carries as arrays: enough to make the round trip cheap. */
const unnestRows = 5_000;
/** Rows that one multi-row INSERT carries: more gain nothing on SQLite. */
const valuesRows = 100;
/** How long other work may wait for ours, in milliseconds. */
const slice = 20;
/** After how many rows to look at the clock: much less than a slice. */
const rowsBetweenLooks = 64;

/** A row by property, validated; an absent property is left to the database. */
export type BulkRow = Readonly<Record<string, unknown>>;

/**
 * Inserts validated rows.
 *
 * @returns How many rows were inserted.
 */
export async function insertRows(
  scope: Scope,
  model: ModelDefinition,
  rows: Iterable<BulkRow>,
): Promise<number> {
  refuseReadOnly(scope, "bulkCreate()");
  const groups = await groupRows(model, rows);
  if (groups.length === 0) return 0;
  return atomically(scope, async (executor) => {
    let inserted = 0;
    for (const { columns, rows } of groups)
      inserted += await insertGroup(executor, model, columns, rows);
    return inserted;
  });
}

interface Group {
  readonly columns: readonly ColumnDefinition[];
  readonly rows: BulkRow[];
}

/** Rows that leave the same columns to the database share statements. */
async function groupRows(model: ModelDefinition, rows: Iterable<BulkRow>): Promise<Group[]> {
  const writable = model.columns.filter(({ generated }) => generated === null);
  const groups = new Map<string, Group>();
  let latest: Group | undefined;
  let count = 0;
  let turn = performance.now();
  for (const row of rows) {
    // Most rows are like the one before, and then need no key.
    if (latest === undefined || !isAlike(row, writable, latest.columns)) {
      const columns = writable.filter((column) => !isLeftToDatabase(column, row));
      const key = columns.map(({ property }) => property).join(",");
      latest = groups.get(key) ?? { columns, rows: [] };
      groups.set(key, latest);
    }
    latest.rows.push(row);
    count += 1;
    if (count % rowsBetweenLooks === 0) turn = await yieldAfter(turn);
  }
  return [...groups.values()];
}

function isAlike(
  row: BulkRow,
  writable: readonly ColumnDefinition[],
  columns: readonly ColumnDefinition[],
): boolean {
  let next = 0;
  for (const column of writable) {
    const given = columns[next] === column;
    if (given === isLeftToDatabase(column, row)) return false;
    if (given) next += 1;
  }
  return true;
}

/** Whether an insert leaves a column out, for the database to fill. */
export function isLeftToDatabase(column: ColumnDefinition, row: BulkRow): boolean {
  if (column.generated !== null) return true;
  const value = row[column.property];
  if (value !== undefined && value !== null) return false;
  if (column.autoincrement) return true;
  return value === undefined && column.default() !== null;
}

async function insertGroup(
  executor: Executor,
  model: ModelDefinition,
  columns: readonly ColumnDefinition[],
  rows: readonly BulkRow[],
): Promise<number> {
  const { dialect } = executor.connection;
  const unnest = dialect.bulkInsert === "unnest" && columns.length > 0;
  const fitting = Math.floor(dialect.maxParameters / Math.max(1, columns.length));
  const most = columns.length === 0 ? 1 : unnest ? unnestRows : Math.min(valuesRows, fitting);
  const queryOf = (count: number): InsertQuery =>
    Object.freeze({
      kind: "insert",
      table: model.table,
      columns: columns.map(({ column, type }) => ({ column, type })),
      rows: unnest ? 1 : count,
      shape: unnest ? "unnest" : "values",
      conflict: null,
      returning: [],
    });
  const whole = queryOf(most);
  let inserted = 0;
  let turn = performance.now();
  for (let start = 0; start < rows.length; start += most) {
    const chunk = rows.slice(start, start + most);
    const query = chunk.length === most ? whole : queryOf(chunk.length);
    const values = unnest ? byColumn(columns, chunk) : byRow(columns, chunk);
    const result = await runQuery(executor, query, values, model, "bulkCreate");
    inserted += result.affectedRows;
    turn = await yieldAfter(turn);
  }
  return inserted;
}

function byRow(columns: readonly ColumnDefinition[], rows: readonly BulkRow[]): unknown[] {
  const values: unknown[] = [];
  for (const row of rows) {
    for (const column of columns) values.push(toStored(column, row[column.property]));
  }
  return values;
}

function byColumn(columns: readonly ColumnDefinition[], rows: readonly BulkRow[]): unknown[][] {
  return columns.map((column) => rows.map((row) => toStored(column, row[column.property])));
}

/** Lets other work run once ours has taken its slice; gives the start of the current slice. */
async function yieldAfter(start: number): Promise<number> {
  if (performance.now() - start < slice) return start;
  await setImmediate();
  return performance.now();
}
