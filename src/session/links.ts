/** Changes many-to-many links: rows of a join table. */
import type { JoinColumn, LinkRelation } from "../definition/definition.ts";
import type { ColumnRef, Predicate, Slot } from "../ir/query.ts";
import { conjunction } from "../query/references.ts";
import type { Executor } from "./connection.ts";
import { runQuery } from "./run.ts";
import type { Scope } from "./scope.ts";
import { atomically } from "./transact.ts";

const alias = "t0";

/** Links the source to each target; links that exist already are left as they are. */
export async function addLinks(
  executor: Executor,
  relation: LinkRelation,
  source: readonly unknown[],
  targets: readonly (readonly unknown[])[],
): Promise<void> {
  if (targets.length === 0) return;
  const { dialect } = executor.connection;
  const columns = [...relation.sourceColumns, ...relation.targetColumns];
  const unnest = dialect.bulkInsert === "unnest";
  const most = unnest ? targets.length : Math.floor(dialect.maxParameters / columns.length);
  for (let start = 0; start < targets.length; start += most) {
    const rows = targets.slice(start, start + most).map((target) => [...source, ...target]);
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
  executor: Executor,
  relation: LinkRelation,
  source: readonly unknown[],
  targets: readonly (readonly unknown[])[] | "all",
): Promise<void> {
  if (targets !== "all" && targets.length === 0) return;
  const values: unknown[] = [...source];
  const predicates: Predicate[] = relation.sourceColumns.map((column, index) => ({
    kind: "compare",
    operator: "=",
    left: reference(column),
    right: slot(column, index),
  }));
  if (targets !== "all") {
    const [target] = relation.targetColumns as [JoinColumn];
    const list = slot(target, values.push(targets.map(([key]) => key)) - 1);
    predicates.push({
      kind: "in",
      operand: reference(target),
      values: { ...list, list: true },
      negated: false,
    });
  }
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

/** Makes the given targets the only ones, in one transaction. */
export async function setLinks(
  scope: Scope,
  relation: LinkRelation,
  source: readonly unknown[],
  targets: readonly (readonly unknown[])[],
): Promise<void> {
  await atomically(scope, async (transaction) => {
    await removeLinks(transaction, relation, source, "all");
    await addLinks(transaction, relation, source, targets);
  });
}

function reference({ column, references }: JoinColumn): ColumnRef {
  return { kind: "column", source: alias, column, type: references.type, nullable: false };
}

function slot({ column, references }: JoinColumn, index: number): Slot {
  return { kind: "slot", index, type: references.type, label: column };
}
