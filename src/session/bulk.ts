/** Inserts many rows: chunks under the database's limits, in one transaction, without holding up the event loop. */
import type {
  ColumnDefinition,
  ModelConstructor,
  ModelDefinition,
} from "../definition/definition.ts";
import { normalizeValue, validateInput } from "../definition/input.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { DriverRow } from "../driver/driver.ts";
import { UsageError, ValidationError, type ValidationIssue } from "../errors/errors.ts";
import type { InsertQuery } from "../ir/query.ts";
import type { Plan } from "../plan/planner.ts";
import { type ConflictNode, lowerConflict } from "../query/conflict.ts";
import { columnReferences } from "../query/references.ts";
import { type CellColumn, cellColumns, cellOf } from "./bulk-cells.ts";
import { type Chunk, ChunkWriter, yieldAfter } from "./chunks.ts";
import type { Executor } from "./connection.ts";
import { evictModel } from "./evict.ts";
import { hydrateApart } from "./hydrators.ts";
import { bind, runBound } from "./run.ts";
import { refuseReadOnly, type Scope } from "./scope.ts";
import { InstanceState } from "./state.ts";
import { atomically } from "./transact.ts";

/** A row by property, as Zod gives it; an absent property is left to the database. */
export type BulkRow = Readonly<Record<string, unknown>>;

/** What to insert, and what to do about rows that are there. */
export interface BulkInsert {
  readonly model: ModelDefinition;
  /** As the program gave them. */
  readonly rows: readonly unknown[];
  /** Null: a row that is there is an error. */
  readonly conflict: ConflictNode | null;
  /** The class to make instances of; undefined where only the number is wanted. */
  readonly returning: ModelConstructor | undefined;
}

/** What was written. */
export interface BulkOutcome {
  readonly count: number;
  /** Instances in the order of the rows; empty where only the number is wanted. */
  readonly instances: readonly object[];
}

/**
 * Validates rows and inserts them.
 *
 * @throws {ValidationError} A row is not valid; nothing was written.
 */
export async function insertRows(scope: Scope, insert: BulkInsert): Promise<BulkOutcome> {
  refuseReadOnly(scope, "bulkCreate()");
  const groups = await groupRows(scope, insert);
  if (groups.length === 0) return { count: 0, instances: [] };
  const written = new Written(scope, insert);
  await atomically(scope, async (executor) => {
    for (const group of groups) await insertGroup(executor, insert, group, written);
  });
  if (insert.conflict?.update.length) evictModel(scope, insert.model);
  return written;
}

interface Group {
  readonly columns: readonly CellColumn[];
  /** Holds the cells of the rows, and nothing of the rows themselves. */
  readonly writer: ChunkWriter;
  /** The place of each row among all, where instances are wanted. */
  readonly places: number[];
}

/** Invalid rows are collected up to this many issues, so that one run tells what is to be mended. */
const mostIssues = 100;

async function groupRows(scope: Scope, insert: BulkInsert): Promise<readonly Group[]> {
  const { model, rows } = insert;
  const groups = new Groups(insert, scope.connection.dialect);
  const issues: ValidationIssue[] = [];
  let turn = performance.now();
  for (let index = 0; index < rows.length && issues.length < mostIssues; index += 1) {
    const row = rows[index];
    try {
      const given = row instanceof Object && InstanceState.has(row) ? { ...row } : row;
      groups.add(validateInput(model, given));
    } catch (error) {
      issues.push(...issuesOfRow(error, index));
    }
    const next = yieldAfter(turn, index);
    // Awaiting a number costs more than a row.
    turn = typeof next === "number" ? next : await next;
  }
  if (issues.length > 0) throw new ValidationError(model.name, issues);
  return groups.all;
}

/** What is wrong with one row, by its place; anything but invalid input is thrown on. */
function issuesOfRow(error: unknown, index: number): ValidationIssue[] {
  if (!(error instanceof ValidationError)) throw error;
  return error.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] }));
}

/** Rows that leave the same columns to the database share statements. */
class Groups {
  readonly #groups = new Map<string, Group>();
  readonly #model: ModelDefinition;
  readonly #writable: readonly CellColumn[];
  readonly #dialect: Dialect;
  readonly #placed: boolean;
  /** Rows that are left as they are give nothing back, so only runs of alike rows keep the order then. */
  readonly #runsOnly: boolean;
  readonly #distinct: DistinctKeys | undefined;
  #latest: Group | undefined;
  #count = 0;

  constructor({ model, conflict, returning }: BulkInsert, dialect: Dialect) {
    this.#model = model;
    this.#writable = cellColumns(model, dialect);
    this.#dialect = dialect;
    this.#placed = returning !== undefined;
    this.#runsOnly = this.#placed && conflict?.update.length === 0;
    this.#distinct = conflict?.update.length ? new DistinctKeys(model, conflict.target) : undefined;
  }

  get all(): readonly Group[] {
    return [...this.#groups.values()];
  }

  /** Takes the values of a row. */
  add(row: BulkRow): void {
    const { columns, writer, places } = this.#groupOf(row);
    for (const cell of columns) writer.push(cellOf(this.#model, cell, row[cell.column.property]));
    writer.endRow();
    this.#distinct?.add(row);
    if (this.#placed) places.push(this.#count);
    this.#count += 1;
  }

  #groupOf(row: BulkRow): Group {
    const latest = this.#latest;
    // Most rows are like the one before, and then need no key.
    if (latest !== undefined && isAlike(row, this.#writable, latest.columns)) return latest;
    const columns = this.#writable.filter(({ column }) => !isLeftToDatabase(column, row));
    const key = this.#runsOnly
      ? String(this.#count)
      : columns.map(({ column }) => column.property).join(",");
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        columns,
        writer: new ChunkWriter(columns.length, this.#dialect, "cells"),
        places: [],
      };
      this.#groups.set(key, group);
    }
    this.#latest = group;
    return group;
  }
}

function isAlike(
  row: BulkRow,
  writable: readonly CellColumn[],
  columns: readonly CellColumn[],
): boolean {
  let next = 0;
  for (const cell of writable) {
    const given = columns[next] === cell;
    if (given === isLeftToDatabase(cell.column, row)) return false;
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
  insert: BulkInsert,
  { columns, writer, places }: Group,
  written: Written,
): Promise<void> {
  const { model } = insert;
  let planned: { readonly rows: number; readonly statement: Planned } | undefined;
  let done = 0;
  let turn = performance.now();
  for (const chunk of writer.take()) {
    if (planned?.rows !== chunk.rows) {
      planned = { rows: chunk.rows, statement: planInsert(executor, insert, columns, chunk) };
    }
    const { query, plan, extras } = planned.statement;
    const values = extras.length === 0 ? chunk.values : [...chunk.values, ...extras];
    const statement = bind(plan, values, model, "bulkCreate");
    const attempted = { values, model, action: "bulkCreate" };
    const { affectedRows, rows } = await runBound(executor, query, statement, attempted);
    written.add(affectedRows, rows, places.slice(done, done + chunk.rows));
    done += chunk.rows;
    turn = await yieldAfter(turn);
  }
}

/** What the statements gave back, so far. */
class Written {
  count = 0;
  readonly instances: object[] = [];
  readonly #hydrate: ((rows: readonly DriverRow[]) => object[]) | undefined;

  constructor(scope: Scope, { model, returning }: BulkInsert) {
    this.#hydrate =
      returning === undefined ? undefined : (rows) => hydrateApart(scope, model, returning, rows);
  }

  add(affected: number, rows: readonly DriverRow[], places: readonly number[]): void {
    this.count += affected;
    const made = this.#hydrate?.(rows) ?? [];
    const complete = made.length === places.length;
    for (const [index, instance] of made.entries()) {
      // With rows left out, the order alone is known.
      const place = complete ? places[index] : undefined;
      this.instances[place ?? this.instances.length] = instance;
    }
  }
}

interface Planned {
  readonly query: InsertQuery;
  readonly plan: Plan;
  /** Values that follow those of the rows. */
  readonly extras: readonly unknown[];
}

function planInsert(
  executor: Executor,
  { model, conflict, returning }: BulkInsert,
  columns: readonly CellColumn[],
  { rows, shape, values }: Chunk,
): Planned {
  // One row of nothing but defaults can meet no row that is there.
  const lowered =
    conflict === null || columns.length === 0
      ? undefined
      : lowerConflict(model, conflict, values.length);
  const query: InsertQuery = {
    kind: "insert",
    table: model.table,
    columns: columns.map(({ column: { column, type } }) => ({ column, type })),
    rows: shape === "unnest" ? 1 : rows,
    shape,
    cells: true,
    conflict: lowered?.conflict ?? null,
    returning: returning === undefined ? [] : columnReferences(model),
  };
  const plan = executor.connection.planner.plan(query);
  return { query, plan, extras: lowered?.values ?? [] };
}

/** One statement can't change a row twice, and several would do so by chance of where a chunk ends. */
class DistinctKeys {
  readonly #seen = new Set<string>();
  readonly #model: ModelDefinition;
  readonly #target: readonly ColumnDefinition[];

  constructor(model: ModelDefinition, target: readonly ColumnDefinition[]) {
    this.#model = model;
    this.#target = target;
  }

  add(row: BulkRow): void {
    const given = this.#target.map(({ property }) => row[property]);
    if (given.some((part) => part === undefined || part === null)) return;
    const parts = this.#target.map((column, index) =>
      normalizeValue(this.#model, column, given[index]),
    );
    const key = JSON.stringify(parts.map(String));
    if (this.#seen.has(key)) {
      const names = this.#target.map(({ property }) => property).join(" + ");
      throw new UsageError(
        `${this.#model.name}.bulkCreate() was given two rows with one ${names}`,
        { hint: "a row can be written once in a call; merge them first" },
      );
    }
    this.#seen.add(key);
  }
}
