/** Keys, uniques, checks and indexes: what goes or changes is dropped first, and added at the end. */
import { sameData } from "../ir/same.ts";
import type { CheckIr, ForeignKeyIr, TableIr, UniqueIr } from "../ir/schema.ts";
import { sameList } from "../util/lists.ts";
import type { DiffState } from "./diff-state.ts";

/** Renames what only has another name, and drops what goes or changes; keys that point first. */
export function dropParts(diff: DiffState): void {
  renameParts(diff);
  for (const { name: table, foreignKeys } of diff.state.tables) {
    for (const key of foreignKeys) {
      if (!staysUntouched(diff, table, key)) {
        diff.emit({ op: "dropForeignKey", table, name: key.name });
      }
    }
  }
  for (const [now, then] of diff.common()) dropPartsOf(diff, now, then);
  freeNames(diff);
}

/** A table that goes takes its keys along, but not those that point to what stays. */
function staysUntouched(diff: DiffState, table: string, key: ForeignKeyIr): boolean {
  const then = diff.wanted(table);
  if (then === undefined) return diff.wanted(key.referencedTable) === undefined;
  return (
    then.foreignKeys.some((other) => sameForeignKey(key, other)) &&
    !losesKey(diff, key) &&
    !changesType(diff, table, key)
  );
}

/** Whether a column of a key, on either side, gets another type: both must have it before they meet again. */
function changesType(diff: DiffState, table: string, key: ForeignKeyIr): boolean {
  const changes = (of: string, name: string): boolean => {
    const is = (side: TableIr | undefined) => side?.columns.find((column) => column.name === name);
    const [now, then] = [is(diff.table(of)), is(diff.wanted(of))];
    return !sameData(now?.type, then?.type) || now?.nativeType !== then?.nativeType;
  };
  return (
    key.columns.some((name) => changes(table, name)) ||
    key.referencedColumns.some((name) => changes(key.referencedTable, name))
  );
}

function dropPartsOf(diff: DiffState, now: TableIr, then: TableIr): void {
  const { name: table } = now;
  for (const { name } of gone(now.indexes, then.indexes, sameData)) {
    diff.emit({ op: "dropIndex", table, name });
  }
  for (const { name } of gone(now.uniques, then.uniques, sameUnique)) {
    diff.emit({ op: "dropUnique", table, name });
  }
  for (const { name } of goneChecks(now, then)) diff.emit({ op: "dropCheck", table, name });
  for (const { name } of gone(now.excludes ?? [], then.excludes ?? [], sameData)) {
    diff.emit({ op: "dropExclude", table, name });
  }
  if (now.primaryKey.length > 0 && !sameKey(now, then)) diff.emit({ op: "dropPrimaryKey", table });
}

/** Adds what is missing: keys to point to, then keys that point, then indexes. */
export function addParts(diff: DiffState): void {
  for (const [now, then] of diff.common()) addPartsOf(diff, now, then);
  for (const [now, then] of diff.common()) {
    for (const foreignKey of gone(then.foreignKeys, now.foreignKeys, sameForeignKey)) {
      diff.emit({ op: "addForeignKey", table: now.name, foreignKey });
    }
  }
  for (const [now, then] of diff.common()) {
    for (const index of gone(then.indexes, now.indexes, sameData)) {
      diff.emit({ op: "createIndex", table: now.name, index });
    }
  }
}

function addPartsOf(diff: DiffState, now: TableIr, then: TableIr): void {
  const { name: table } = now;
  const { primaryKey: columns, primaryKeyName: name } = then;
  if (columns.length > 0 && !sameKey(now, then)) {
    diff.emit({ op: "addPrimaryKey", table, columns, ...(name !== undefined && { name }) });
  }
  for (const unique of gone(then.uniques, now.uniques, sameUnique)) {
    diff.emit({ op: "addUnique", table, unique });
  }
  for (const check of gone<CheckIr>(then.checks, now.checks, sameData)) {
    // Its values were left to its enum type, which had others.
    if (now.checks.some((other) => other.name === check.name)) {
      diff.emit({ op: "dropCheck", table, name: check.name });
    }
    diff.emit({ op: "addCheck", table, check });
  }
  for (const exclude of gone(then.excludes ?? [], now.excludes ?? [], sameData)) {
    diff.emit({ op: "addExclude", table, exclude });
  }
}

/** What is in one list and not in the other. */
function gone<T>(
  list: readonly T[],
  others: readonly T[],
  same: (a: T, b: T) => boolean,
): readonly T[] {
  return list.filter((item) => !others.some((other) => same(item, other)));
}

/** Whether a key would point to columns that are no key in between. */
function losesKey(diff: DiffState, { referencedTable, referencedColumns }: ForeignKeyIr): boolean {
  const now = diff.table(referencedTable);
  const then = diff.wanted(referencedTable);
  if (now === undefined || then === undefined) return false;
  const left = [
    ...(sameKey(now, then) ? [now.primaryKey] : []),
    ...now.uniques
      .filter((unique) => then.uniques.some((other) => sameUnique(unique, other)))
      .map(({ columns }) => columns),
  ];
  const names = [...referencedColumns].sort();
  const isKey = (columns: readonly string[]) => sameList([...columns].sort(), names);
  // SQLite takes a key that points to no key at all: it has none to lose.
  const had = [now.primaryKey, ...now.uniques.map(({ columns }) => columns)].some(isKey);
  return had && !left.some(isKey);
}

/** The names of indexes are one space: those of a table that goes at the end must not be in the way. */
function freeNames(diff: DiffState): void {
  const wanted = new Set(
    diff.to.tables.flatMap((table) =>
      [...table.indexes, ...table.uniques.filter(({ inline }) => !inline)].map(({ name }) => name),
    ),
  );
  for (const table of diff.state.tables) {
    if (diff.wanted(table.name) !== undefined) continue;
    for (const { name } of table.indexes) {
      if (wanted.has(name)) diff.emit({ op: "dropIndex", table: table.name, name });
    }
    for (const { name, inline } of table.uniques) {
      if (!inline && wanted.has(name)) diff.emit({ op: "dropUnique", table: table.name, name });
    }
  }
}

type Named = { readonly name: string };

function renameParts(diff: DiffState): void {
  for (const [now, then] of diff.common()) {
    const { name: table } = now;
    const index = ([name, to]: Pair): void => diff.emit({ op: "renameIndex", table, name, to });
    const constraint = ([name, to]: Pair): void =>
      diff.emit({ op: "renameConstraint", table, name, to });
    const held = (keys: readonly ForeignKeyIr[]) => keys.filter((key) => key.named === true);
    renamedPairs(now.indexes, then.indexes).forEach(index);
    renamedPairs(named(now.uniques), named(then.uniques)).forEach(index);
    renamedPairs(constraints(now.uniques), constraints(then.uniques)).forEach(constraint);
    renamedPairs(now.checks, then.checks).forEach(constraint);
    renamedPairs(held(now.foreignKeys), held(then.foreignKeys)).forEach(constraint);
  }
}

type Pair = readonly [name: string, to: string];

/** What is the same but for its name, under names that are free. */
function renamedPairs<T extends Named>(list: readonly T[], others: readonly T[]): readonly Pair[] {
  const has = (all: readonly T[], item: T): boolean => all.some(({ name }) => name === item.name);
  const left = others.filter((item) => !has(list, item));
  return list
    .filter((item) => !has(others, item))
    .flatMap((item): readonly Pair[] => {
      const at = left.findIndex((other) => sameData({ ...other, name: item.name }, item));
      const [other] = at === -1 ? [] : left.splice(at, 1);
      return other === undefined ? [] : [[item.name, other.name]];
    });
}

function named(uniques: readonly UniqueIr[]): readonly UniqueIr[] {
  return uniques.filter(({ inline, constraint }) => !inline && constraint !== true);
}

function constraints(uniques: readonly UniqueIr[]): readonly UniqueIr[] {
  return uniques.filter(({ constraint }) => constraint === true);
}

/** The name of a key that the database names itself means nothing. */
export function sameForeignKey(a: ForeignKeyIr, b: ForeignKeyIr): boolean {
  return a.named === true || b.named === true
    ? sameData(a, b)
    : sameData({ ...a, name: b.name }, b);
}

/** The same for a unique that is part of its column. */
export function sameUnique(a: UniqueIr, b: UniqueIr): boolean {
  const unnamed = a.inline && b.inline && a.constraint !== true && b.constraint !== true;
  return sameData(unnamed ? { ...a, name: b.name } : a, b);
}

function sameKey(a: TableIr, b: TableIr): boolean {
  return sameList(a.primaryKey, b.primaryKey) && a.primaryKeyName === b.primaryKeyName;
}

/** Checks that go now; one whose values follow its enum type is left to that. */
function goneChecks(now: TableIr, then: TableIr): readonly CheckIr[] {
  return gone(now.checks, then.checks, sameData).filter((check) => {
    if (check.kind === "sql") return true;
    const column = now.columns.find(({ name }) => name === check.column);
    const wanted = then.columns.find(({ name }) => name === check.column);
    const type = enumName(column?.type);
    const stays = then.checks.some((other) => other.name === check.name && other.kind === "values");
    return !(stays && type !== null && type === enumName(wanted?.type));
  });
}

function enumName(type: TableIr["columns"][number]["type"] | undefined): string | null {
  return type?.kind === "enum" && type.dbType === undefined ? type.name : null;
}
