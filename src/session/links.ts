/** Changes many-to-many links: rows of a join table. */
import { isDeepStrictEqual } from "node:util";
import type { JoinColumn, LinkRelation } from "../definition/definition.ts";
import { RelationError } from "../errors/errors.ts";
import type { ColumnRef, Predicate, Slot } from "../ir/query.ts";
import { conjunction } from "../query/references.ts";
import type { Executor } from "./connection.ts";
import { runQuery } from "./run.ts";
import type { Scope } from "./scope.ts";
import { atomically } from "./transact.ts";

const alias = "t0";
/** Composite keys that one DELETE names: SQLite takes conditions of limited depth. */
const mostKeys = 100;

/**
 * Links the source to each target; links that exist already are left as they are.
 *
 * @throws {RelationError} A target differs from the source in a column that both keys share.
 */
export async function addLinks(
  executor: Executor,
  relation: LinkRelation,
  source: readonly unknown[],
  targets: readonly (readonly unknown[])[],
): Promise<void> {
  if (targets.length === 0) return;
  const { dialect } = executor.connection;
  assertShared(relation, source, targets);
  const own = ownColumns(relation);
  const columns = [...relation.sourceColumns, ...own.map(({ column }) => column)];
  const unnest = dialect.bulkInsert === "unnest";
  const most = unnest ? targets.length : Math.floor(dialect.maxParameters / columns.length);
  for (let start = 0; start < targets.length; start += most) {
    const rows = targets
      .slice(start, start + most)
      .map((target) => [...source, ...own.map(({ index }) => target[index])]);
    await runQuery(
      executor,
      {
        kind: "insert",
        table: relation.join.table,
        columns: columns.map(({ column, references }) => ({ column, type: references.type })),
        rows: unnest ? 1 : rows.length,
        shape: unnest ? "unnest" : "values",
        conflict: { columns: columns.map(({ column }) => column), update: [] },
        returning: [],
      },
      unnest ? columns.map((_, index) => rows.map((row) => row[index])) : rows.flat(),
      relation.model,
      `${relation.property}.add`,
    );
  }
}

/** Removes links: those to the given targets, or all of the source's. */
export async function removeLinks(
  scope: Scope,
  relation: LinkRelation,
  source: readonly unknown[],
  targets: readonly (readonly unknown[])[] | "all",
): Promise<void> {
  if (targets === "all") {
    await deleteLinks(scope.executor, relation, source, null);
    return;
  }
  if (targets.length === 0) return;
  if (relation.targetColumns.length === 1 || targets.length <= mostKeys) {
    await deleteLinks(scope.executor, relation, source, targets);
    return;
  }
  await atomically(scope, async (transaction) => {
    for (let start = 0; start < targets.length; start += mostKeys) {
      await deleteLinks(transaction, relation, source, targets.slice(start, start + mostKeys));
    }
  });
}

async function deleteLinks(
  executor: Executor,
  relation: LinkRelation,
  source: readonly unknown[],
  targets: readonly (readonly unknown[])[] | null,
): Promise<void> {
  const values: unknown[] = [];
  const predicates = equalTo(relation.sourceColumns, source, values);
  if (targets !== null) predicates.push(amongKeys(relation.targetColumns, targets, values));
  await runQuery(
    executor,
    {
      kind: "delete",
      from: { table: relation.join.table, alias },
      joins: [],
      where: conjunction(predicates),
      orderBy: [],
      limit: null,
      offset: null,
      key: [],
      returning: [],
    },
    values,
    relation.model,
    `${relation.property}.remove`,
  );
}

/** Whether the columns hold one of the keys. */
function amongKeys(
  columns: readonly JoinColumn[],
  keys: readonly (readonly unknown[])[],
  values: unknown[],
): Predicate {
  const [column, second] = columns as [JoinColumn, JoinColumn?];
  if (second !== undefined) {
    const operands = keys.map(
      (key): Predicate => ({ kind: "and", operands: equalTo(columns, key, values) }),
    );
    return { kind: "or", operands };
  }
  const list = slot(column, values.push(keys.map(([part]) => part)) - 1);
  return {
    kind: "in",
    operand: reference(column),
    values: { ...list, list: true },
    negated: false,
  };
}

function equalTo(
  columns: readonly JoinColumn[],
  key: readonly unknown[],
  values: unknown[],
): Predicate[] {
  return columns.map((column, index) => ({
    kind: "compare",
    operator: "=",
    left: reference(column),
    right: slot(column, values.push(key[index]) - 1),
  }));
}

/** Makes the given targets the only ones, in one transaction. */
export async function setLinks(
  scope: Scope,
  relation: LinkRelation,
  source: readonly unknown[],
  targets: readonly (readonly unknown[])[],
): Promise<void> {
  assertShared(relation, source, targets);
  await atomically(scope, async (transaction) => {
    await deleteLinks(transaction, relation, source, null);
    await addLinks(transaction, relation, source, targets);
  });
}

/** The target's columns that are not the source's as well, and their places in the target's key. */
function ownColumns({ sourceColumns, targetColumns }: LinkRelation) {
  const taken = new Set(sourceColumns.map(({ column }) => column));
  return targetColumns
    .map((column, index) => ({ column, index }))
    .filter(({ column: { column } }) => !taken.has(column));
}

/** A model of links may have one column for parts of both keys: such a row can't hold two values there. */
function assertShared(
  { model, property, target, join, sourceColumns, targetColumns }: LinkRelation,
  source: readonly unknown[],
  targets: readonly (readonly unknown[])[],
): void {
  targetColumns.forEach(({ column, references }, index) => {
    const at = sourceColumns.findIndex((other) => other.column === column);
    if (at < 0 || targets.every((key) => isDeepStrictEqual(key[index], source[at]))) return;
    const own = sourceColumns[at]?.references.property;
    throw new RelationError(
      `${model.name}.${property} can't link a ${target.name} whose ${references.property} is not the ${own} of the ${model.name}`,
      {
        hint: `both keys share the column "${column}" of "${join.table}", so they must agree in it`,
      },
    );
  });
}

function reference({ column, references }: JoinColumn): ColumnRef {
  return { kind: "column", source: alias, column, type: references.type, nullable: false };
}

function slot({ column, references }: JoinColumn, index: number): Slot {
  return { kind: "slot", index, type: references.type, label: column };
}
