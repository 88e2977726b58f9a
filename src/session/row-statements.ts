/** The statements that read and write single rows: planned once for each connection, then only bound. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { keptColumns } from "../definition/kept.ts";
import { UsageError } from "../errors/errors.ts";
import type {
  ColumnRef,
  DeleteQuery,
  InsertConflict,
  InsertQuery,
  Predicate,
  Query,
  SelectQuery,
  Slot,
  UpdateQuery,
} from "../ir/query.ts";
import type { Plan, Planner } from "../plan/planner.ts";
import { columnReferences, conjunction } from "../query/references.ts";
import { Lru } from "../util/lru.ts";

/** A statement and its plan. */
export interface RowStatement<Kind extends Query = Query> {
  readonly query: Kind;
  readonly plan: Plan;
}

/** An update of one row, whose generated columns come back. */
export interface UpdateStatement extends RowStatement<UpdateQuery> {
  /** Positions of the returned columns, in their order. */
  readonly filled: readonly number[];
}

/** An insert of one row, whose other columns the database fills in and gives back. */
export interface InsertStatement extends RowStatement<InsertQuery> {
  /** Positions of the returned columns, in their order. */
  readonly filled: readonly number[];
}

const alias = "t0";

/** How many sets of written columns are kept for each model. */
const mostSets = 100;

/**
 * The single-row statements of one model on one connection.
 *
 * Sets of columns are given as positions, ascending. Values are bound in their
 * order, those of the primary key after them.
 */
export class RowStatements {
  readonly #model: ModelDefinition;
  readonly #planner: Planner;
  readonly #inserts = new Lru<number | string, InsertStatement>(mostSets);
  readonly #claims = new Lru<number | string, InsertStatement>(mostSets);
  readonly #upserts = new Lru<number | string, InsertStatement>(mostSets);
  readonly #updates = new Lru<number | string, UpdateStatement>(mostSets);
  #select: RowStatement<SelectQuery> | undefined;
  #delete: RowStatement<DeleteQuery> | undefined;
  #deleteAny: RowStatement<DeleteQuery> | undefined;

  constructor(model: ModelDefinition, planner: Planner) {
    this.#model = model;
    this.#planner = planner;
  }

  /** Writes the columns at these positions. */
  insert(given: readonly number[]): InsertStatement {
    return this.#insertFrom(this.#inserts, given, () => null);
  }

  /** Writes them unless a unique value of theirs is taken; gives no row then. */
  insertUnlessTaken(given: readonly number[]): InsertStatement {
    return this.#insertFrom(this.#claims, given, () => ({ columns: [], update: [] }));
  }

  /** Writes them to the row that has the given key, where there is one. */
  upsert(given: readonly number[]): InsertStatement {
    return this.#insertFrom(this.#upserts, given, (columns) => keyConflict(this.#model, columns));
  }

  /** Writes the columns at these positions of the row with a key. */
  update(changed: readonly number[]): UpdateStatement {
    const key = setKey(changed, this.#model);
    let statement = this.#updates.get(key);
    if (statement === undefined) {
      const set = this.#columns(changed).map((column, index) => ({
        column: column.column,
        type: column.type,
        value: slot(column, index),
      }));
      const filled = [...this.#model.columns.keys()].filter(
        (place) => this.#model.columns[place]?.generated !== null,
      );
      const returning = references(this.#columns(filled));
      const planned = this.#planned({
        kind: "update",
        set,
        ...this.#byVersion(set.length),
        returning,
      });
      statement = { ...planned, filled };
      this.#updates.set(key, statement);
    }
    return statement;
  }

  /** Deletes the row with a key and, where the model has one, a version. */
  get delete(): RowStatement<DeleteQuery> {
    this.#delete ??= this.#planned({ kind: "delete", ...this.#byVersion(0), returning: [] });
    return this.#delete;
  }

  /** Deletes the row with a key, whatever its version. */
  get deleteAny(): RowStatement<DeleteQuery> {
    this.#deleteAny ??= this.#planned({ kind: "delete", ...this.#byKey(0), returning: [] });
    return this.#deleteAny;
  }

  /** Reads the row with a key. */
  get select(): RowStatement<SelectQuery> {
    const columns = columnReferences(this.#model);
    this.#select ??= this.#planned({ kind: "select", columns, ...this.#byKey(0) });
    return this.#select;
  }

  #insertFrom(
    known: Lru<number | string, InsertStatement>,
    given: readonly number[],
    conflictOf: (columns: readonly ColumnDefinition[]) => InsertConflict | null,
  ): InsertStatement {
    const key = setKey(given, this.#model);
    let statement = known.get(key);
    if (statement === undefined) {
      const columns = this.#columns(given);
      const filled = [...this.#model.columns.keys()].filter((place) => !given.includes(place));
      const planned = this.#planned({
        kind: "insert",
        table: this.#model.table,
        columns: columns.map(({ column, type }) => ({ column, type })),
        rows: 1,
        shape: "values",
        conflict: conflictOf(columns),
        returning: references(this.#columns(filled)),
      });
      statement = { ...planned, filled };
      known.set(key, statement);
    }
    return statement;
  }

  /** The row with a key, at the version that follows the key among the values. */
  #byVersion(firstSlot: number) {
    const { version } = keptColumns(this.#model);
    return this.#byKey(firstSlot, version === undefined ? [] : [version]);
  }

  #byKey(firstSlot: number, also: readonly ColumnDefinition[] = []) {
    const { table, primaryKey } = this.#model;
    // Without a key, the statement would be for every row.
    if (primaryKey.length === 0) throw noKey(this.#model);
    const operands = [...primaryKey, ...also].map(
      (column, index): Predicate => ({
        kind: "compare",
        operator: "=",
        left: reference(column),
        right: slot(column, firstSlot + index),
      }),
    );
    return {
      from: { table, alias },
      joins: [],
      where: conjunction(operands),
      orderBy: [],
      limit: null,
      offset: null,
      key: references(primaryKey),
    };
  }

  #columns(positions: readonly number[]): ColumnDefinition[] {
    return positions.map((position) => this.#model.columns[position] as ColumnDefinition);
  }

  #planned<Kind extends Query>(query: Kind): RowStatement<Kind> {
    return { query, plan: this.#planner.plan(query) };
  }
}

export function noKey(model: ModelDefinition): UsageError {
  return new UsageError(`${model.name} has no primary key, so one row can't be told from another`, {
    hint: "give the model a key, or change rows with where(…).update(…)",
  });
}

/** Saving twice never makes two rows: an instance that brings its whole key updates a row that has it. */
function keyConflict(
  model: ModelDefinition,
  given: readonly ColumnDefinition[],
): InsertConflict | null {
  const { primaryKey } = model;
  // What has a version is never overwritten unseen.
  if (keptColumns(model).version !== undefined) return null;
  if (primaryKey.length === 0 || !primaryKey.every((column) => given.includes(column))) return null;
  const others = given.filter((column) => !primaryKey.includes(column));
  return {
    columns: primaryKey.map(({ column }) => column),
    // A table of keys alone has nothing to update: the key written to itself makes the row come back.
    update: (others.length > 0 ? others : primaryKey).map(({ column }) => column),
  };
}

/** A set of positions as bits, about 170 ns cheaper than text; as text where 31 bits don't suffice. */
function setKey(positions: readonly number[], { columns }: ModelDefinition): number | string {
  if (columns.length > 31) return positions.join();
  let bits = 0;
  for (const position of positions) bits |= 1 << position;
  return bits;
}

function slot(column: ColumnDefinition, index: number): Slot {
  return { kind: "slot", index, type: column.type, label: column.property };
}

function references(columns: readonly ColumnDefinition[]): ColumnRef[] {
  return columns.map(reference);
}

function reference({ column, type, nullable }: ColumnDefinition): ColumnRef {
  return { kind: "column", source: alias, column, type, nullable };
}
