/** Columns and comments of the tables that stay. */
import { orderTables } from "../ddl/order.ts";
import { MigrationError } from "../errors/errors.ts";
import { tableOptions } from "../ir/apply-table.ts";
import { sameData } from "../ir/same.ts";
import type { ColumnIr, DefaultIr, TableIr } from "../ir/schema.ts";
import type { DiffState } from "./diff-state.ts";

/** Adds, changes and drops columns. Constraints on what goes or changes were dropped before. */
export function diffColumns(diff: DiffState): void {
  for (const [now, then] of diff.common()) {
    const { name: table } = now;
    if (now.comment !== then.comment) {
      diff.emit({ op: "setTableComment", table, comment: then.comment });
    }
    // Generated ones last: they read the others.
    for (const column of generatedLast(then.columns)) {
      if (diff.column(table, column.name) === undefined) addColumn(diff, table, column);
    }
    for (const column of generatedLast(then.columns)) {
      const present = diff.column(table, column.name);
      if (present !== undefined) diffColumn(diff, table, present, column);
    }
    const gone = now.columns.filter(({ name }) => !then.columns.some((each) => each.name === name));
    for (const { name } of generatedLast(gone).toReversed()) {
      diff.emit({ op: "dropColumn", table, column: name });
    }
  }
}

/**
 * Switches what tables are beside their columns.
 *
 * A logged table points to logged ones alone: so those that become logged do so parents first, and the
 * others children first.
 */
export function diffOptions(diff: DiffState): void {
  const { tables } = orderTables(diff.to.tables);
  const leaves = (name: TableOption, then: TableIr): boolean =>
    name === "unlogged" && then.unlogged === true;
  for (const then of tables) setOptions(diff, then, (name) => !leaves(name, then));
  for (const then of tables.toReversed()) setOptions(diff, then, (name) => leaves(name, then));
}

type TableOption = (typeof tableOptions)[number];

function setOptions(diff: DiffState, then: TableIr, which: (name: TableOption) => boolean): void {
  const now = diff.table(then.name);
  if (now === undefined) return;
  if (now.partitionBy !== then.partitionBy) {
    throw new MigrationError(`how table "${then.name}" is partitioned can't be changed`, {
      hint: "make another table that is partitioned as you want, move the rows, then rename both",
    });
  }
  const changed = tableOptions.filter((name) => now[name] !== then[name] && which(name));
  if (changed.length === 0) return;
  const options = Object.fromEntries(changed.map((name) => [name, then[name] === true]));
  diff.emit({ op: "setTableOptions", table: then.name, ...options });
}

function addColumn(diff: DiffState, table: string, column: ColumnIr): void {
  const needed =
    !column.nullable &&
    column.default === null &&
    column.generated === null &&
    !column.autoincrement;
  const fill = needed ? fillOf(diff, table, column.name, "addNotNull") : null;
  diff.emit({ op: "addColumn", table, column, ...(fill !== null && { fill }) });
}

function diffColumn(diff: DiffState, table: string, from: ColumnIr, to: ColumnIr): void {
  const column = to.name;
  const setDefault = (value: DefaultIr | null): void => {
    if (sameData(diff.column(table, column)?.default, value)) return;
    diff.emit({ op: "setDefault", table, column, default: value });
  };
  const retyped = !sameType(from, to);
  const generated = !sameData(from.generated, to.generated);
  // A default fits one type, and a generated column has none: it makes way, and what is taken back fits as well.
  if ((retyped || generated) && !sameData(from.default, to.default)) setDefault(null);
  if (retyped) {
    diff.emit({
      op: "setType",
      table,
      column,
      type: to.type,
      ...(to.nativeType !== undefined && { nativeType: to.nativeType }),
      ...(to.collation !== undefined && { collation: to.collation }),
    });
  }
  if (generated) diff.emit({ op: "setGenerated", table, column, generated: to.generated });
  setDefault(to.default);
  if (from.autoincrement !== to.autoincrement || !sameData(from.numbering, to.numbering)) {
    diff.emit({
      op: "setNumbering",
      table,
      column,
      autoincrement: to.autoincrement,
      ...(to.numbering !== undefined && { numbering: to.numbering }),
    });
  }
  if (from.nullable !== to.nullable) {
    const fill = to.nullable ? null : fillOf(diff, table, column, "setNotNull");
    diff.emit({
      op: "setNullable",
      table,
      column,
      nullable: to.nullable,
      ...(fill !== null && { fill }),
    });
  }
  if (from.comment !== to.comment) {
    diff.emit({ op: "setColumnComment", table, column, comment: to.comment });
  }
}

function sameType(a: ColumnIr, b: ColumnIr): boolean {
  return sameData(a.type, b.type) && a.nativeType === b.nativeType && a.collation === b.collation;
}

function fillOf(
  diff: DiffState,
  table: string,
  column: string,
  reason: "addNotNull" | "setNotNull",
): DefaultIr | null {
  const id = `fill:${table}.${column}`;
  const answer = diff.answer(id);
  if (answer === undefined) {
    diff.decisions.push({ kind: "fill", id, table, column, reason });
    return null;
  }
  if ("fill" in answer) return answer.fill;
  throw new MigrationError(`the answer to "${id}" is no value for existing rows`, {
    hint: 'answer { "fill": { "kind": "literal", "value": … } }, or { "fill": null } if there are none',
  });
}

function generatedLast(columns: readonly ColumnIr[]): readonly ColumnIr[] {
  return [
    ...columns.filter(({ generated }) => generated === null),
    ...columns.filter(({ generated }) => generated !== null),
  ];
}
