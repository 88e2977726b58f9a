/** How likely it is that one thing is another under a new name: 0 to 1. */
import { sameData } from "../ir/same.ts";
import type { ColumnIr, TableIr } from "../ir/schema.ts";

/** How likely a table is another's new form: by the columns that both have, and their names. */
export function tableLikeness(from: TableIr, to: TableIr): number {
  const shared = to.columns.filter((column) =>
    from.columns.some(
      (other) => other.name === column.name && other.type.kind === column.type.kind,
    ),
  ).length;
  const all = new Set([...from.columns, ...to.columns].map(({ name }) => name)).size;
  return 0.7 * (shared / all) + 0.3 * nameLikeness(from.name, to.name);
}

/** How likely a column is another's new form: by type, nullability, default, name and what it is part of. */
export function columnLikeness(
  before: TableIr,
  from: ColumnIr,
  after: TableIr,
  to: ColumnIr,
): number {
  const type = sameData(from.type, to.type) ? 0.4 : from.type.kind === to.type.kind ? 0.3 : 0;
  const facts = [
    from.nullable === to.nullable,
    sameData(from.default, to.default),
    sameData(roles(before, from.name), roles(after, to.name)),
  ].filter(Boolean).length;
  return type + facts * 0.1 + 0.3 * nameLikeness(from.name, to.name);
}

function roles(table: TableIr, column: string): readonly unknown[] {
  return [
    table.primaryKey.includes(column),
    table.uniques.some(({ columns }) => columns.includes(column)),
    table.foreignKeys
      .filter(({ columns }) => columns.includes(column))
      .map(({ referencedTable }) => referencedTable)
      .sort(),
  ];
}

/** The share of letter pairs that two names have in common. */
function nameLikeness(a: string, b: string): number {
  const left = pairsOf(a);
  const right = pairsOf(b);
  if (left.size === 0 || right.size === 0) return a === b ? 1 : 0;
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return (2 * shared) / (left.size + right.size);
}

function pairsOf(name: string): ReadonlySet<string> {
  const letters = name.toLowerCase();
  return new Set(Array.from({ length: letters.length - 1 }, (_, at) => letters.slice(at, at + 2)));
}
