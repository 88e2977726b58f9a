import type { ForeignKeyIr, TableIr } from "../ir/schema.ts";

/** Tables so that parents come first, and the foreign keys that no order can serve. */
export interface TableOrder {
  readonly tables: readonly TableIr[];
  /** Whether `key` points to a table that comes later. */
  pointsAhead(table: TableIr, key: ForeignKeyIr): boolean;
}

/**
 * Orders tables so that each comes after those it points to.
 *
 * Deterministic for a given list. In a circle of tables some keys must point
 * ahead; keys to tables that aren't listed play no part.
 */
export function orderTables(tables: readonly TableIr[]): TableOrder {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const ordered = new Set<TableIr>();
  const started = new Set<TableIr>();

  // An explicit stack: a chain of foreign keys may be longer than the call stack.
  const stack = tables.toReversed();
  for (let table = stack.pop(); table !== undefined; table = stack.pop()) {
    const parents = started.has(table) ? [] : parentsOf(table, byName);
    started.add(table);
    const waiting = parents.filter((parent) => !started.has(parent));
    if (waiting.length === 0) ordered.add(table);
    else stack.push(table, ...waiting.reverse());
  }

  const place = new Map([...ordered].map(({ name }, at) => [name, at]));
  return {
    tables: [...ordered],
    pointsAhead: (table, key) =>
      (place.get(key.referencedTable) ?? -1) > (place.get(table.name) ?? Number.POSITIVE_INFINITY),
  };
}

function parentsOf(table: TableIr, byName: ReadonlyMap<string, TableIr>): readonly TableIr[] {
  return table.foreignKeys
    .map(({ referencedTable }) => byName.get(referencedTable))
    .filter((parent) => parent !== undefined);
}
