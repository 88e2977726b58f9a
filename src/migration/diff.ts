/** What leads from one schema to another, as operations in an order that works. */

import { orderTables } from "../ddl/order.ts";
import type { Answers, Decision, Operation } from "../ir/migration.ts";
import { sameData } from "../ir/same.ts";
import type { ForeignKeyIr, ObjectIr, SchemaPayload, TableIr } from "../ir/schema.ts";
import { comesBeforeEnums } from "../ir/schema-object.ts";
import { diffColumns, diffOptions } from "./diff-columns.ts";
import { addParts, dropParts } from "./diff-constraints.ts";
import { diffEnums, dropEnums } from "./diff-enums.ts";
import { renameColumns, renameTables } from "./diff-renames.ts";
import { DiffState } from "./diff-state.ts";

/** What a diff found. */
export interface SchemaDiff {
  /** Applied to `from` they give `to`; while there are decisions, as if each were answered with no. */
  readonly operations: readonly Operation[];
  /** What must be answered before the operations may be used. */
  readonly decisions: readonly Decision[];
}

/** How two schemas are compared. */
export interface DiffOptions {
  readonly answers?: Answers | undefined;
}

/**
 * The operations that lead from one schema to another.
 *
 * Both are taken as they are: what a database spells in its own way must be
 * aligned before. Nothing is dropped that might be renamed without a decision.
 *
 * @throws {MigrationError} An answer doesn't fit its decision.
 *
 * @example
 * ```ts
 * const nothing = { tables: [], enums: [] };
 * diffSchemas(nothing, { tables: [], enums: [{ name: "mood", values: ["sad", "ok"] }] }).operations;
 * // => [{ op: "createEnum", enum: { name: "mood", values: ["sad", "ok"] } }]
 * ```
 */
export function diffSchemas(
  from: SchemaPayload,
  to: SchemaPayload,
  { answers = {} }: DiffOptions = {},
): SchemaDiff {
  const diff = new DiffState(from, to, answers);
  createObjects(diff, comesBeforeEnums);
  renameTables(diff);
  renameColumns(diff);
  dropParts(diff);
  diffEnums(diff);
  createObjects(diff, (object) => !comesBeforeEnums(object));
  createTables(diff);
  diffColumns(diff);
  diffOptions(diff);
  addParts(diff);
  dropTables(diff);
  dropObjects(diff, (object) => !comesBeforeEnums(object));
  dropEnums(diff);
  dropObjects(diff, comesBeforeEnums);
  return { operations: diff.operations, decisions: diff.decisions };
}

function createObjects(diff: DiffState, which: (object: ObjectIr) => boolean): void {
  for (const object of diff.to.objects ?? []) {
    if (!which(object)) continue;
    const present = diff.state.objects?.find(
      ({ kind, name }) => kind === object.kind && name === object.name,
    );
    if (sameData(present, object)) continue;
    const { kind, name } = object;
    if (present !== undefined) diff.emit({ op: "dropObject", object: { kind, name } });
    diff.emit({ op: "createObject", object });
  }
}

function dropObjects(diff: DiffState, which: (object: ObjectIr) => boolean): void {
  for (const { kind, name } of (diff.state.objects ?? []).filter(which).toReversed()) {
    const wanted = diff.to.objects?.some((each) => each.kind === kind && each.name === name);
    if (wanted !== true) diff.emit({ op: "dropObject", object: { kind, name } });
  }
}

/** Parents first; a key that points to a table made later is added by itself. */
function createTables(diff: DiffState): void {
  const fresh = diff.to.tables.filter(({ name }) => diff.table(name) === undefined);
  for (const table of orderTables(fresh).tables) {
    const reachable = ({ referencedTable, referencedColumns }: ForeignKeyIr): boolean =>
      referencedTable === table.name ||
      (diff.wanted(referencedTable) !== undefined &&
        referencedColumns.every((column) => diff.column(referencedTable, column) !== undefined) &&
        isKey(diff.table(referencedTable), referencedColumns));
    diff.emit({
      op: "createTable",
      table: { ...table, foreignKeys: table.foreignKeys.filter(reachable) },
    });
  }
}

/** Whether rows can be pointed to by these columns now: a key that is yet to be added can't. */
function isKey(table: TableIr | undefined, columns: readonly string[]): boolean {
  const same = (other: readonly string[]): boolean =>
    other.length === columns.length && columns.every((column) => other.includes(column));
  return (
    table !== undefined &&
    (same(table.primaryKey) || table.uniques.some((key) => same(key.columns)))
  );
}

/** Children first; keys in a circle go before their tables. */
function dropTables(diff: DiffState): void {
  const gone = diff.state.tables.filter(({ name }) => diff.wanted(name) === undefined);
  const order = orderTables(gone);
  for (const table of gone) {
    for (const key of table.foreignKeys) {
      if (!order.pointsAhead(table, key)) continue;
      diff.emit({ op: "dropForeignKey", table: table.name, name: key.name });
    }
  }
  for (const table of order.tables.toReversed()) diff.emit({ op: "dropTable", table: table.name });
}
