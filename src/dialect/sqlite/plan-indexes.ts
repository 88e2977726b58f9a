/** Plans indexes, and uniques that are indexes. */
import { emitIndex, isConstraint } from "../../ddl/create.ts";
import { tableOf } from "../../ir/edit.ts";
import type { Operation } from "../../ir/migration.ts";
import type { IndexIr, TableIr, UniqueIr } from "../../ir/schema.ts";
import { sqliteDdl } from "./ddl.ts";
import { dropTextIndex } from "./full-text.ts";
import type { SqlitePlan, SqlitePlanner } from "./plan-context.ts";
import { quote } from "./quote.ts";

type IndexOperation = "addUnique" | "dropUnique" | "createIndex" | "dropIndex" | "renameIndex";

export const indexPlanners: { readonly [Kind in IndexOperation]: SqlitePlanner<Kind> } = {
  addUnique: (operation, making) => {
    const { table, unique } = operation;
    if (isIndex(unique)) create(making, table, unique, operation);
    else making.later(table, operation);
  },
  dropUnique: (operation, making) => {
    const { table, name } = operation;
    const unique = tableOf(making.before, table).uniques.find((each) => each.name === name);
    if (unique !== undefined && isIndex(unique)) drop(making, table, name, operation);
    else making.later(table, operation);
  },
  createIndex: (operation, making) => create(making, operation.table, operation.index, operation),
  dropIndex: (operation, making) => drop(making, operation.table, operation.name, operation),
  renameIndex: (operation, making) => {
    const { table, name, to } = operation;
    drop(making, table, name, operation);
    const after = tableOf(making.after, table);
    const index = indexesOf(after).find((each) => each.name === to);
    if (index !== undefined) create(making, table, index, operation);
  },
};

/** A table's indexes, uniques among them. */
export function indexesOf(table: TableIr): readonly (IndexIr | UniqueIr)[] {
  return [...table.indexes, ...table.uniques.filter(isIndex)];
}

const once = { ifMissing: false };

/**
 * Changes names that a full-text index has in its own words: it is dropped before, and made anew after.
 *
 * @param column - The column whose name changes; the table's own does when left out.
 */
export function renaming(
  making: SqlitePlan,
  operation: Operation & { readonly table: string },
  to: string,
  sql: string,
  column?: string,
): void {
  making.flush();
  const before = tableOf(making.before, operation.table);
  const names = (index: IndexIr): boolean =>
    column === undefined || index.columns.includes(column) || before.primaryKey.includes(column);
  const texts = before.indexes.filter((index) => index.fullText !== undefined && names(index));
  for (const { name } of texts) {
    for (const drop of dropTextIndex(name)) making.plan.add(drop, operation);
  }
  making.plan.add(sql, operation);
  const after = tableOf(making.after, to);
  for (const index of after.indexes.filter(({ name }) =>
    texts.some((each) => each.name === name),
  )) {
    for (const make of emitIndex(after, index, sqliteDdl, once)) making.plan.add(make, operation);
  }
}

function isIndex(unique: UniqueIr): boolean {
  return !unique.inline && !isConstraint(unique);
}

function create(
  making: SqlitePlan,
  table: string,
  index: IndexIr | UniqueIr,
  operation: Operation,
): void {
  if (making.pending(table) !== undefined) making.later(table, operation);
  else {
    const of = tableOf(making.after, table);
    for (const sql of emitIndex(of, index, sqliteDdl, once)) making.plan.add(sql, operation);
  }
}

/** At once, so that the name is free for another table's index. */
function drop(making: SqlitePlan, table: string, name: string, operation: Operation): void {
  const pending = making.pending(table);
  const { before } = pending ?? {};
  const of = before ?? tableOf(making.before, table);
  if (pending !== undefined) {
    // It waits to be made: now it won't be.
    if (before === null || !indexesOf(of).some((each) => each.name === name)) {
      making.later(table, operation);
      return;
    }
    pending.before = withoutIndex(of, name);
  }
  const text = of.indexes.some((each) => each.name === name && each.fullText !== undefined);
  const statements = text ? dropTextIndex(name) : [`DROP INDEX ${quote(name)}`];
  for (const sql of statements) making.plan.add(sql, operation);
}

function withoutIndex(table: TableIr, name: string): TableIr {
  return {
    ...table,
    indexes: table.indexes.filter((each) => each.name !== name),
    uniques: table.uniques.filter((each) => !isIndex(each) || each.name !== name),
  };
}
