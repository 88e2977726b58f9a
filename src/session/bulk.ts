/** Inserts many rows: chunks under the database's limits, in one transaction, without holding up the event loop. */
import type {
  ColumnDefinition,
  ModelConstructor,
  ModelDefinition,
} from "../definition/definition.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { DriverRow } from "../driver/driver.ts";
import { UsageError } from "../errors/errors.ts";
import type { InsertQuery } from "../ir/query.ts";
import type { Plan } from "../plan/planner.ts";
import { toStored } from "../query/assign.ts";
import { type ConflictNode, lowerConflict } from "../query/conflict.ts";
import { columnReferences } from "../query/references.ts";
import { type Chunk, ChunkWriter, yieldAfter } from "./chunks.ts";
import type { Executor } from "./connection.ts";
import { evictModel } from "./evict.ts";
import { hydrateApart } from "./hydrators.ts";
import { bind, runBound } from "./run.ts";
import { refuseReadOnly, type Scope } from "./scope.ts";
import { atomically } from "./transact.ts";

/** A row by property, validated; an absent property is left to the database. */
export type BulkRow = Readonly<Record<string, unknown>>;

/** What to insert, and what to do about rows that are there. */
export interface BulkInsert {
  readonly model: ModelDefinition;
  readonly rows: Iterable<BulkRow>;
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

/** Inserts validated rows. */
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
  readonly columns: readonly ColumnDefinition[];
  readonly writer: ChunkWriter;
  /** The place of each row among all, where instances are wanted. */
  readonly places: number[];
}

async function groupRows(scope: Scope, insert: BulkInsert): Promise<readonly Group[]> {
  const groups = new Groups(insert, scope.connection.dialect);
  let turn = performance.now();
  for (const row of insert.rows) {
    const next = yieldAfter(turn, groups.add(row));
    // Awaiting a number costs more than a row.
    turn = typeof next === "number" ? next : await next;
  }
  return groups.all;
}

/** Rows that leave the same columns to the database share statements. */
class Groups {
  readonly #groups = new Map<string, Group>();
  readonly #writable: readonly ColumnDefinition[];
  readonly #dialect: Dialect;
  readonly #placed: boolean;
  /** Rows that are left as they are give nothing back, so only runs of alike rows keep the order then. */
  readonly #runsOnly: boolean;
  readonly #distinct: DistinctKeys | undefined;
  #latest: Group | undefined;
  #count = 0;

  constructor({ model, conflict, returning }: BulkInsert, dialect: Dialect) {
    this.#writable = model.columns.filter(({ generated }) => generated === null);
    this.#dialect = dialect;
    this.#placed = returning !== undefined;
    this.#runsOnly = this.#placed && conflict?.update.length === 0;
    this.#distinct = conflict?.update.length ? new DistinctKeys(model, conflict.target) : undefined;
  }

  get all(): readonly Group[] {
    return [...this.#groups.values()];
  }

  /** Takes the values of a row; gives how many there were. */
  add(row: BulkRow): number {
    this.#distinct?.add(row);
    const { columns, writer, places } = this.#groupOf(row);
    for (const column of columns) writer.push(toStored(column, row[column.property]));
    writer.endRow();
    if (this.#placed) places.push(this.#count);
    this.#count += 1;
    return this.#count;
  }

  #groupOf(row: BulkRow): Group {
    const latest = this.#latest;
    // Most rows are like the one before, and then need no key.
    if (latest !== undefined && isAlike(row, this.#writable, latest.columns)) return latest;
    const columns = this.#writable.filter((column) => !isLeftToDatabase(column, row));
    const key = this.#runsOnly
      ? String(this.#count)
      : columns.map(({ property }) => property).join(",");
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { columns, writer: new ChunkWriter(columns.length, this.#dialect), places: [] };
      this.#groups.set(key, group);
    }
    this.#latest = group;
    return group;
  }
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
  columns: readonly ColumnDefinition[],
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
    columns: columns.map(({ column, type }) => ({ column, type })),
    rows: shape === "unnest" ? 1 : rows,
    shape,
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
    const parts = this.#target.map(({ property }) => row[property]);
    if (parts.some((part) => part === undefined || part === null)) return;
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
