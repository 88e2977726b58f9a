/** Finds the foreign key that a write broke, and on which side. */
import type { ModelDefinition } from "../definition/definition.ts";
import { DriverError } from "../driver/driver.ts";
import type { ColumnPair, ColumnRef, Exists, ExistsQuery, Predicate, Query } from "../ir/query.ts";
import type { ReferentialAction } from "../ir/schema.ts";
import { conjunction } from "../query/references.ts";
import { sameList } from "../util/lists.ts";
import type { Executor } from "./connection.ts";
import { type Key, keysOf, keysTo, keysTowards, nameOf } from "./foreign-keys.ts";

/** A foreign key that stood in the way of a write. */
export interface BrokenKey {
  /** Whether the written row points to no row, or other rows still point to the one that was to go. */
  readonly problem: "missing" | "referenced";
  /** The table that points. */
  readonly table: string;
  /** Its columns; properties where it is a model's. */
  readonly columns: readonly string[];
  readonly constraint: string;
  /** The model that points, or the join table. */
  readonly owner: string;
  /** The model that is pointed to. */
  readonly target: string;
}

/** A statement that failed, and what it was given. */
export interface FailedWrite {
  readonly query: Query;
  readonly values: readonly unknown[];
  readonly model: ModelDefinition;
}

/**
 * Finds the foreign key behind a violation.
 *
 * PostgreSQL names the table and the constraint, and these are looked up among
 * the keys of the model and those that lead to it. SQLite only says that some
 * key failed: what was written is at hand, so the rows are asked for. This runs
 * after a failure and never otherwise.
 *
 * @returns Undefined for any other error, and where nothing could be found out.
 */
export async function findBrokenKey(
  error: unknown,
  executor: Executor,
  failed: FailedWrite,
): Promise<BrokenKey | undefined> {
  if (!(error instanceof DriverError) || error.kind !== "foreignKey") return undefined;
  if (error.table !== undefined) return lookUp(error, failed);
  try {
    return (await probeTargets(executor, failed)) ?? (await probeReferences(executor, failed));
  } catch {
    // What the write failed with matters more than why a probe did.
    return undefined;
  }
}

function lookUp(error: DriverError, { query, model }: FailedWrite): BrokenKey | undefined {
  const keys = [...keysOf(model, tableOf(query)), ...keysTowards(model)].filter(
    ({ table }) => table === error.table,
  );
  const key =
    keys.find((key) => nameOf(key) === error.constraint) ??
    keys.find(({ columns }) =>
      sameList(
        columns.map(({ column }) => column),
        error.columns ?? [],
      ),
    );
  if (key === undefined) return undefined;
  return {
    ...describe(key, problemOf(error, key, query)),
    constraint: error.constraint ?? nameOf(key),
  };
}

/** The database tells by the columns, unless it speaks another language than ours. */
function problemOf({ columns }: DriverError, key: Key, query: Query): BrokenKey["problem"] {
  if (columns !== undefined) return columns.length > 0 ? "missing" : "referenced";
  if (query.kind !== "update") return query.kind === "delete" ? "referenced" : "missing";
  return key.table === tableOf(query) && writes(query, key) ? "missing" : "referenced";
}

/** Looks for a written key to no row. */
async function probeTargets(
  executor: Executor,
  { query, values, model }: FailedWrite,
): Promise<BrokenKey | undefined> {
  const table = tableOf(query);
  for (const key of keysOf(model, table)) {
    const probes =
      query.kind === "update" && key.columns.length > 1
        ? [async () => updateLeadsNowhere(executor, query, values, key)]
        : writtenKeys(query, values, key, key.target.table === table).map(
            (each) => async () => !(await exists(executor, targetQuery(key), each)),
          );
    for (const leadsNowhere of probes) {
      if (await leadsNowhere()) return describe(key, "missing");
    }
  }
  return undefined;
}

/**
 * The keys that a write gave its rows, each once: only whole ones lead anywhere, and what the
 * database worked out isn't known.
 *
 * @param ownTable - Whether a row may point to itself, or to another of its statement.
 */
function writtenKeys(
  query: Query,
  values: readonly unknown[],
  { columns }: Key,
  ownTable: boolean,
): readonly (readonly unknown[])[] {
  const rowsOf = (names: readonly string[]): readonly (readonly unknown[])[] => {
    const [first = [], ...rest] = names.map((name) => writtenValues(query, values, name));
    if (rest.some((list) => list.length !== first.length)) return [];
    return first.map((value, row) => [value, ...rest.map((list) => list[row])]);
  };
  const text = (key: readonly unknown[]): string => JSON.stringify(key.map(String));
  const own = ownTable ? rowsOf(columns.map(({ references }) => references.column)) : [];
  const present = new Set(own.map(text));
  const written = new Map(
    rowsOf(columns.map(({ column }) => column))
      .filter((key) => key.every((value) => value !== null && value !== undefined))
      .map((key) => [text(key), key]),
  );
  return [...written].filter(([key]) => !present.has(key)).map(([, key]) => key);
}

/** Whether a row would point nowhere with the values that were set, and its own where none was. */
async function updateLeadsNowhere(
  executor: Executor,
  query: Update,
  values: readonly unknown[],
  key: Key,
): Promise<boolean> {
  if (!writes(query, key)) return false;
  const { alias } = query.from;
  const target = aliasAt(0);
  const on: ColumnPair[] = [];
  const compared: Predicate[] = [];
  const filled: Predicate[] = [];
  for (const { column, nullable, references } of key.columns) {
    const { type } = references;
    const left: ColumnRef = {
      kind: "column",
      source: target,
      column: references.column,
      type,
      nullable: references.nullable,
    };
    const value = query.set.find((assignment) => assignment.column === column)?.value;
    if (value === undefined) {
      const right: ColumnRef = { kind: "column", source: alias, column, type, nullable };
      on.push({ left, right });
      if (nullable) filled.push({ kind: "isNull", operand: right, negated: true });
      continue;
    }
    if (value.kind !== "slot" || values[value.index] === null) return false;
    compared.push({
      kind: "compare",
      operator: "=",
      left,
      right: { kind: "slot", index: value.index, type },
    });
  }
  const nowhere: Exists = {
    kind: "exists",
    source: { table: key.target.table, alias: target },
    joins: [],
    on,
    where: conjunction(compared),
    negated: true,
  };
  const where = query.where === null ? [] : [query.where];
  const { from, joins } = query;
  return exists(
    executor,
    { kind: "exists", from, joins, where: conjunction([...where, ...filled, nowhere]) },
    values,
  );
}

/** Looks for rows that point to what was to be deleted, or to a key that was to change. */
async function probeReferences(
  executor: Executor,
  { query, values, model }: FailedWrite,
): Promise<BrokenKey | undefined> {
  if (query.kind !== "delete" && query.kind !== "update") return undefined;
  const found =
    query.kind === "delete"
      ? deleteObstacles(model, query.from.alias, [])
      : keysTo(model)
          .filter((key) => blocks(key.onUpdate) && setsTarget(query, key))
          .map((key) => ({ key, where: referencing(key, query.from.alias, 0, null) }));
  // A tree that goes as a whole is in nobody's way, so what else points here is likelier.
  const obstacles = found.sort((a, b) => Number(isSelf(a.key)) - Number(isSelf(b.key)));
  for (const { key, where } of obstacles) {
    const { from, joins } = query;
    const both = query.where === null ? [where] : [query.where, where];
    const probe: ExistsQuery = { kind: "exists", from, joins, where: conjunction(both) };
    if (await exists(executor, probe, values)) return describe(key, "referenced");
  }
  return undefined;
}

interface Obstacle {
  readonly key: Key;
  /** True of a row that the key's rows keep from being deleted. */
  readonly where: Exists;
}

/** The keys that stop a delete of `model`: those that lead to it, and to what would go with it. */
function deleteObstacles(
  model: ModelDefinition,
  alias: string,
  above: readonly ModelDefinition[],
): Obstacle[] {
  const depth = above.length;
  return keysTo(model).flatMap((key): Obstacle[] => {
    if (blocks(key.onDelete)) return [{ key, where: referencing(key, alias, depth, null) }];
    const next = key.model;
    if (key.onDelete !== "CASCADE" || next === undefined || next === model) return [];
    if (above.includes(next)) return [];
    return deleteObstacles(next, aliasAt(depth), [...above, model]).map(({ key: last, where }) => ({
      key: last,
      where: referencing(key, alias, depth, where),
    }));
  });
}

/** Whether rows of the key's table point to the row under `alias`. */
function referencing(key: Key, alias: string, depth: number, where: Predicate | null): Exists {
  const source = aliasAt(depth);
  return {
    kind: "exists",
    source: { table: key.table, alias: source },
    joins: [],
    on: key.columns.map(({ column, nullable, references }) => ({
      left: { kind: "column", source, column, type: references.type, nullable },
      right: {
        kind: "column",
        source: alias,
        column: references.column,
        type: references.type,
        nullable: references.nullable,
      },
    })),
    where,
    negated: false,
  };
}

/** An alias that no query of ours has. */
function aliasAt(depth: number): string {
  return `blame${depth}`;
}

function targetQuery({ target, columns }: Key): ExistsQuery {
  const compared = columns.map(
    ({ references: { column, type } }, index): Predicate => ({
      kind: "compare",
      operator: "=",
      left: { kind: "column", source: "t0", column, type, nullable: false },
      right: { kind: "slot", index, type },
    }),
  );
  return {
    kind: "exists",
    from: { table: target.table, alias: "t0" },
    joins: [],
    where: conjunction(compared),
  };
}

async function exists(
  executor: Executor,
  query: ExistsQuery,
  values: readonly unknown[],
): Promise<boolean> {
  const statement = executor.connection.planner.plan(query).statement(values);
  const { rows } = await executor.execute(statement, "read");
  return rows.length > 0;
}

/** What a write gave a column, for each of its rows; nothing where SQL worked it out. */
function writtenValues(
  query: Query,
  values: readonly unknown[],
  column: string,
): readonly unknown[] {
  if (query.kind === "insert" || query.kind === "updateRows") {
    const columns = query.kind === "insert" ? query.columns : [...query.key, ...query.set];
    const position = columns.findIndex((given) => given.column === column);
    if (position < 0) return [];
    if (query.shape === "unnest") return values[position] as readonly unknown[];
    const width = columns.length;
    return Array.from({ length: query.rows }, (_, row) => values[row * width + position]);
  }
  if (query.kind !== "update") return [];
  const value = query.set.find((assignment) => assignment.column === column)?.value;
  return value?.kind === "slot" ? [values[value.index]] : [];
}

function tableOf(query: Query): string {
  if (query.kind === "insert") return query.table;
  // A query's rows are of no table; only writes break keys.
  if (query.kind === "updateRows") return query.table;
  return query.from.kind === "query" || query.from.kind === "set" ? "" : query.from.table;
}

type Update = Extract<Query, { kind: "update" }>;

function writes({ set }: Update, { columns }: Key): boolean {
  return set.some((assignment) => columns.some(({ column }) => column === assignment.column));
}

function setsTarget({ set }: Update, { columns }: Key): boolean {
  return set.some(({ column }) => columns.some(({ references }) => references.column === column));
}

function blocks(action: ReferentialAction): boolean {
  return action === "NO ACTION" || action === "RESTRICT";
}

function isSelf({ model, target }: Key): boolean {
  return model === target;
}

function describe(key: Key, problem: BrokenKey["problem"]): BrokenKey {
  const { table, columns, owner, target } = key;
  return {
    problem,
    table,
    columns: columns.map(({ property }) => property),
    constraint: nameOf(key),
    owner,
    target: target.name,
  };
}
