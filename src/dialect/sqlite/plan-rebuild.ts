/** A table made anew: the statements. What surrounds them is in rebuild.ts. */
import { emitIndex, emitTable } from "../../ddl/create.ts";
import type { Step } from "../../ddl/plan.ts";
import type { PlanBuilder } from "../../ddl/plan-builder.ts";
import type { Operation } from "../../ir/migration.ts";
import { sameData } from "../../ir/same.ts";
import type { TableIr } from "../../ir/schema.ts";
import { quoteIdentifier as quote } from "../../util/identifier.ts";
import { sqliteDdl } from "./ddl.ts";
import { indexesOf } from "./plan-indexes.ts";

/** What waits for a table to be made or made anew. */
export interface Pending {
  /** The table as it stands; null when it is yet to be made. */
  before: TableIr | null;
  readonly operations: Operation[];
  /** Expressions over the old row for columns that don't keep their values. */
  readonly values: Map<string, string>;
}

/** Adds what brings a table to its new form. */
export function rebuildSteps(plan: PlanBuilder, pending: Pending, after: TableIr): void {
  const { before, operations, values } = pending;
  const once = { ifMissing: false };
  const indexes = indexesOf(after)
    .filter((index) => !indexesOf(before ?? empty(after)).some((other) => sameData(index, other)))
    .map((index) => emitIndex(after.name, index, sqliteDdl, once));
  if (before === null) {
    plan.add(emitTable(after, after.foreignKeys, sqliteDdl, once), ...operations);
    for (const sql of indexes) plan.add(sql, ...operations);
    return;
  }
  const was = emitTable(before, before.foreignKeys, sqliteDdl, once);
  if (was === emitTable(after, after.foreignKeys, sqliteDdl, once)) {
    const set = [...values].map(([name, value]) => `${quote(name)} = ${value}`);
    if (set.length > 0)
      plan.add(`UPDATE ${quote(after.name)} SET ${set.join(", ")}`, ...operations);
    for (const sql of indexes) plan.add(sql, ...operations);
    return;
  }
  const aside = `__ferro_new_${after.name}`.slice(0, 63);
  const create = emitTable({ ...after, name: aside }, after.foreignKeys, sqliteDdl, once);
  const statements = [
    create,
    copySql(before, after, aside, values),
    `DROP TABLE ${quote(after.name)}`,
    `ALTER TABLE ${quote(aside)} RENAME TO ${quote(after.name)}`,
    ...indexes,
  ];
  plan.put({
    kind: "rebuild",
    table: after.name,
    steps: statements.map((sql): Step => ({ sql, operations })),
    before: was,
    columns: before.columns.map(({ name }) => name),
    without: indexesOf(before)
      .filter((index) => !indexesOf(after).some((other) => sameData(index, other)))
      .map(({ name }) => name),
  });
}

function empty(table: TableIr): TableIr {
  return { ...table, indexes: [], uniques: [] };
}

/** New columns without a value are left to their defaults; generated ones work theirs out. */
function copySql(
  before: TableIr,
  after: TableIr,
  aside: string,
  values: ReadonlyMap<string, string>,
): string {
  const had = new Set(before.columns.map(({ name }) => name));
  const copied = after.columns
    .filter(({ generated }) => generated === null)
    .flatMap(({ name }): readonly (readonly [string, string])[] => {
      const value = values.get(name) ?? (had.has(name) ? quote(name) : undefined);
      return value === undefined ? [] : [[quote(name), value]];
    });
  const rowid = rowidName(before, after);
  const all = rowid === undefined ? copied : [[rowid, rowid] as const, ...copied];
  const into = all.map(([name]) => name).join(", ");
  const from = all.map(([, value]) => value).join(", ");
  return `INSERT INTO ${quote(aside)} (${into}) SELECT ${from} FROM ${quote(before.name)}`;
}

/** Where the row's own number is no column, it is copied by a name of it that no column has. */
function rowidName(before: TableIr, after: TableIr): string | undefined {
  if (before.withoutRowid === true || after.withoutRowid === true) return undefined;
  if (hasRowidAlias(after)) return undefined;
  const names = [...before.columns, ...after.columns].map(({ name }) => name.toLowerCase());
  return ["rowid", "_rowid_", "oid"].find((name) => !names.includes(name));
}

/** Whether the key is declared as exactly "integer", which makes it the row's number. */
function hasRowidAlias({ primaryKey, columns }: TableIr): boolean {
  const [name] = primaryKey;
  const column = columns.find((each) => each.name === name);
  if (primaryKey.length !== 1 || column === undefined) return false;
  const declared = column.autoincrement
    ? sqliteDdl.autoincrementType(column.type, column.numbering)
    : (column.nativeType ?? sqliteDdl.columnType(column.type));
  return declared.toLowerCase() === "integer";
}
