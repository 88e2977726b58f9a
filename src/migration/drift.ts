/** A database beside the state that its history gives: what is missing, what is changed, what is somebody else's. */

import { applyOperations, emptySchema } from "../ir/apply.ts";
import { canonicalSchema, namesOf } from "../ir/canonical.ts";
import { canonicalJson } from "../ir/fingerprint.ts";
import type { Operation } from "../ir/migration.ts";
import type { SchemaPayload, TableIr, UnmanagedIr } from "../ir/schema.ts";
import { schemasIn } from "../util/identifier.ts";
import { alignSchema } from "./align.ts";
import { diffSchemas } from "./diff.ts";
import { historyTables } from "./history-tables.ts";
import { statementsOf } from "./segment-text.ts";
import type { MigrationTarget } from "./target.ts";

/** One difference. */
export interface DriftItem {
  /** Unmanaged: no revision made it, so it is left alone and is no drift. */
  readonly kind: "missing" | "changed" | "unmanaged";
  readonly table: string | null;
  /** What it is, for a reader: `column "title"`. */
  readonly what: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** What was found. */
export interface Drift {
  readonly items: readonly DriftItem[];
  /** Statements that would bring the database to the state of its history. They are never run by themselves. */
  readonly repair: readonly string[];
}

/**
 * Compares a database with a state, in the database's own words: the state is made in a place that is
 * thrown away, read back, and compared with what is there.
 */
export async function findDrift(target: MigrationTarget, state: SchemaPayload): Promise<Drift> {
  const named = namesOf(state);
  const found = await target.dialect.introspect(target.connection, { named });
  const expected = await readBack(target, state);
  const actual = alignSchema(canonicalSchema(found), expected, target.dialect);
  const names = new Set(expected.tables.map(({ name }) => name));
  const owned = {
    ...actual,
    tables: actual.tables.filter(({ name }) => names.has(name)),
    enums: actual.enums.filter(({ name }) => expected.enums.some((each) => each.name === name)),
  };
  const items = await withoutSpellings(target, expected, owned);
  for (const { name } of actual.tables) {
    if (names.has(name) || historyTables.includes(name)) continue;
    items.push({ kind: "unmanaged", table: name, what: "the table" });
  }
  items.push(...compareLists(null, "enum", expected.enums, actual.enums, "unmanaged"));
  return { items, repair: repairOf(target, found, owned, expected, items) };
}

/**
 * What differs between tables. A server may print an expression anew each time it reads its own print, and
 * settle the second time: so what differs at first is printed once more on both sides.
 */
async function withoutSpellings(
  target: MigrationTarget,
  expected: SchemaPayload,
  owned: SchemaPayload,
): Promise<DriftItem[]> {
  const items = compareAll(expected, owned);
  if (items.length === 0) return [];
  try {
    const again = await readBack(target, expected);
    const settled = alignSchema(await readBack(target, owned), again, target.dialect);
    const left = new Set(compareAll(again, settled).map(keyOf));
    return items.filter((item) => left.has(keyOf(item)));
  } catch {
    // What stands there can't be made elsewhere: then the first answer counts.
    return items;
  }
}

function keyOf({ table, what }: DriftItem): string {
  return JSON.stringify([table, what]);
}

function compareAll(expected: SchemaPayload, actual: SchemaPayload): DriftItem[] {
  const present = new Map(actual.tables.map((table) => [table.name, table]));
  return expected.tables.flatMap((table): readonly DriftItem[] => {
    const found = present.get(table.name);
    return found === undefined
      ? [{ kind: "missing", table: table.name, what: "the table" }]
      : compareTables(table, found);
  });
}

/** Lines that say how a database is not at a state; none when it is. */
export async function verifyState(
  target: MigrationTarget,
  state: SchemaPayload,
): Promise<readonly string[]> {
  const { items } = await findDrift(target, state);
  return items.filter(({ kind }) => kind !== "unmanaged").map(describeDrift);
}

/** A difference in words. */
export function describeDrift({ kind, table, what, expected, actual }: DriftItem): string {
  const of = table === null ? "" : ` of "${table}"`;
  const text = what === "the table" ? `table "${table}"` : `${what}${of}`;
  if (kind === "missing") return `${text} is missing`;
  if (kind === "unmanaged") return `${text} was made by no revision`;
  return actual === undefined
    ? `${text} was made by no revision`
    : `${text} is ${actual}, and should be ${expected}`;
}

/** What a database makes of a state. */
export async function readBack(
  target: MigrationTarget,
  state: SchemaPayload,
): Promise<SchemaPayload> {
  const { operations } = diffSchemas(emptySchema, state);
  const plan = target.dialect.plan(emptySchema, operations, { online: false });
  const named = namesOf(state);
  const scratch = await target.openScratch(schemasIn(named));
  try {
    for (const segment of plan.segments) {
      for (const sql of statementsOf(segment)) await scratch.connection.script(sql);
    }
    return canonicalSchema(await target.dialect.introspect(scratch.connection, { named }));
  } finally {
    await scratch.close();
  }
}

function repairOf(
  target: MigrationTarget,
  { unmanaged = [] }: SchemaPayload,
  actual: SchemaPayload,
  expected: SchemaPayload,
  items: readonly DriftItem[],
): readonly string[] {
  if (items.every(({ kind }) => kind === "unmanaged")) return [];
  const operations = differenceOf(actual, expected);
  // What no revision made stays: only what is missing or changed is brought back.
  const kept = operations.filter((operation) => !operation.op.startsWith("drop"));
  try {
    applyOperations(actual, kept);
    const plan = target.dialect.plan(actual, kept, {});
    return [...leftOver(target, unmanaged, kept), ...plan.segments.flatMap(statementsOf)];
  } catch {
    return target.dialect.plan(actual, operations, {}).segments.flatMap(statementsOf);
  }
}

/** Drops what is left of full-text indexes that lost a part: the others are in the way of a new one. */
function leftOver(
  { dialect }: MigrationTarget,
  unmanaged: readonly UnmanagedIr[],
  operations: readonly Operation[],
): readonly string[] {
  return operations.flatMap((operation): readonly string[] => {
    if (operation.op !== "createIndex" || operation.index.fullText === undefined) return [];
    const { table, index } = operation;
    const isPart = (each: UnmanagedIr): boolean =>
      each.name === index.name ||
      (each.kind === "trigger" && each.table === table && each.name.startsWith(`${index.name}_`));
    return unmanaged.some(isPart) ? dialect.ddl.dropIndex(table, index) : [];
  });
}

/** Nothing where no operation leads there. */
function differenceOf(actual: SchemaPayload, expected: SchemaPayload): readonly Operation[] {
  try {
    return diffSchemas(actual, expected).operations;
  } catch {
    return [];
  }
}

function compareTables(expected: TableIr, actual: TableIr): readonly DriftItem[] {
  const { name } = expected;
  const single = (what: string, left: unknown, right: unknown): readonly DriftItem[] =>
    canonicalJson(left ?? null) === canonicalJson(right ?? null)
      ? []
      : [{ kind: "changed", table: name, what, expected: show(left), actual: show(right) }];
  return [
    ...compareLists(name, "column", expected.columns, actual.columns, "changed"),
    ...single("the primary key", expected.primaryKey, actual.primaryKey),
    ...single("the comment", expected.comment, actual.comment),
    ...single("strict", expected.strict, actual.strict),
    ...single("without rowid", expected.withoutRowid, actual.withoutRowid),
    ...single("unlogged", expected.unlogged, actual.unlogged),
    ...single("the partitioning", expected.partitionBy, actual.partitionBy),
    ...compareLists(
      name,
      "foreign key",
      keyed(expected.foreignKeys),
      keyed(actual.foreignKeys),
      "changed",
    ),
    ...compareLists(name, "unique", keyed(expected.uniques), keyed(actual.uniques), "changed"),
    ...compareLists(name, "check", expected.checks, actual.checks, "changed"),
    ...compareLists(name, "exclusion", expected.excludes ?? [], actual.excludes ?? [], "changed"),
    // An index that somebody added changes no row and no answer.
    ...compareLists(name, "index", expected.indexes, actual.indexes, "unmanaged"),
  ];
}

/** Constraints whose name the database chose are known by what they are. */
function keyed<T extends { readonly name: string; readonly columns: readonly string[] }>(
  list: readonly T[],
): readonly T[] {
  return list.map((each) => ({ ...each, name: each.name || `(${each.columns.join(", ")})` }));
}

function compareLists(
  table: string | null,
  what: string,
  expected: readonly { readonly name: string }[],
  actual: readonly { readonly name: string }[],
  added: "changed" | "unmanaged",
): readonly DriftItem[] {
  const items: DriftItem[] = [];
  for (const each of expected) {
    const label = `${what} "${each.name}"`;
    const found = actual.find(({ name }) => name === each.name);
    if (found === undefined) items.push({ kind: "missing", table, what: label });
    else if (canonicalJson(found) !== canonicalJson(each)) {
      const [left, right] = differences(each, found);
      items.push({ kind: "changed", table, what: label, expected: left, actual: right });
    }
  }
  for (const { name } of actual) {
    if (expected.some((each) => each.name === name)) continue;
    items.push({ kind: added, table, what: `${what} "${name}"` });
  }
  return items;
}

/** Only the properties that differ. */
function differences(expected: object, actual: object): readonly [string, string] {
  const left = new Map<string, unknown>(Object.entries(expected));
  const right = new Map<string, unknown>(Object.entries(actual));
  const keys = [...new Set([...left.keys(), ...right.keys()])].filter(
    (key) => canonicalJson(left.get(key) ?? null) !== canonicalJson(right.get(key) ?? null),
  );
  const pick = (from: ReadonlyMap<string, unknown>): string =>
    keys.map((key) => `${key} ${show(from.get(key))}`).join(", ");
  return [pick(left), pick(right)];
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
