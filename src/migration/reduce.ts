/** Fewer operations that come to the same. */
import { applyOperation, applyOperations } from "../ir/apply.ts";
import { canonicalSchema } from "../ir/canonical.ts";
import type { Operation, OperationKind, OperationOf } from "../ir/migration.ts";
import { sameData } from "../ir/same.ts";
import type { SchemaPayload, TableIr } from "../ir/schema.ts";
import { conflictOf } from "./commute.ts";
import { diffSchemas } from "./diff.ts";

/**
 * Reduces operations: what is made and then changed is made as it ends, what comes and goes is left out.
 *
 * Rows that were there before end as they would have. SQL by hand and steps in code stay where they are, on the
 * schema that they were written for; nothing is moved past them.
 *
 * @param before - The schema that they are applied to.
 */
export function reduceOperations(
  before: SchemaPayload,
  operations: readonly Operation[],
): readonly Operation[] {
  const reduced: Operation[] = [];
  let state = before;
  for (const run of runsOf(operations)) {
    reduced.push(...reduceRun(state, run));
    state = applyOperations(state, run);
  }
  return reduced;
}

const opaque: ReadonlySet<OperationKind> = new Set(["sql", "replaceable", "data"]);

/** Operations between those that nobody can look into; each of those by itself. */
function runsOf(operations: readonly Operation[]): readonly (readonly Operation[])[] {
  const runs: Operation[][] = [];
  let isOpen = false;
  for (const operation of operations) {
    const isOpaque = opaque.has(operation.op);
    if (isOpen && !isOpaque) runs.at(-1)?.push(operation);
    else runs.push([operation]);
    isOpen = !isOpaque;
  }
  return runs;
}

function reduceRun(before: SchemaPayload, run: readonly Operation[]): readonly Operation[] {
  if (run.length === 1) return run;
  const after = applyOperations(before, run);
  const leadsThere = (operations: readonly Operation[]): boolean =>
    sameSchema(applyOperations(before, operations), after);
  const fromNothing = before.tables.length === 0 && before.enums.length === 0;
  if (fromNothing && run.every(({ op }) => op !== "createObject" && op !== "dropObject")) {
    // No row is there: only the end counts.
    const { operations, decisions } = diffSchemas(before, after);
    if (decisions.length === 0 && leadsThere(operations)) return operations;
  }
  const paired = reducePairs(before, run);
  return leadsThere(paired) ? paired : run;
}

/** Brings two operations together, if all between may stand on one side of them, and makes them one. */
function reducePairs(before: SchemaPayload, run: readonly Operation[]): readonly Operation[] {
  const operations = [...run];
  // What goes may bring two others together.
  for (let changed = true; changed; ) {
    changed = false;
    let state = before;
    for (let at = 0; at < operations.length; ) {
      if (reduceAt(operations, at, state)) {
        changed = true;
        continue;
      }
      state = applyOperation(state, operations[at] as Operation);
      at += 1;
    }
  }
  return operations;
}

/** Whether something changed; the operation at this place may be another one then. */
function reduceAt(operations: Operation[], at: number, state: SchemaPayload): boolean {
  const first = operations[at] as Operation;
  for (let next = at + 1; next < operations.length; next += 1) {
    const second = operations[next] as Operation;
    const between = operations.slice(at + 1, next);
    const one = combine(first, second, state) ?? combineLate(first, second, state, between);
    if (one === undefined) continue;
    const passes = (operation: Operation): boolean =>
      between.every((each) => conflictOf(each, operation, state) === null);
    const was = [first, ...between, second];
    const ways = [
      ...(passes(second) ? [[...one, ...between]] : []),
      ...(passes(first) ? [[...between, ...one]] : []),
    ];
    const found = ways.find((way) => isSame(state, was, way));
    if (found === undefined) continue;
    operations.splice(at, was.length, ...found);
    return true;
  }
  return false;
}

/** What is made may have to wait for what comes between: a key for the table that it points to. */
function combineLate(
  first: Operation,
  second: Operation,
  state: SchemaPayload,
  between: readonly Operation[],
): readonly Operation[] | undefined {
  const isMade = first.op === "createTable" && isWithin(second, first.table.name);
  const later = isMade ? applied(between, state) : undefined;
  return later === undefined ? undefined : combine(first, second, later);
}

/** Operations that commute may still need each other: a column goes after the check that reads it. */
function isSame(
  state: SchemaPayload,
  was: readonly Operation[],
  is: readonly Operation[],
): boolean {
  const result = applied(is, state);
  return result !== undefined && sameSchema(result, applyOperations(state, was));
}

/** Whether two schemas are one, for databases and for the operations that come later: those go by names. */
export function sameSchema(left: SchemaPayload, right: SchemaPayload): boolean {
  return (
    sameData(canonicalSchema(left), canonicalSchema(right)) &&
    sameData(left.tables.map(namesOf), right.tables.map(namesOf))
  );
}

function namesOf({ foreignKeys, uniques }: TableIr): readonly string[] {
  return [...foreignKeys, ...uniques]
    .map(({ name, columns }) => JSON.stringify([name, columns]))
    .sort();
}

/** What two operations come to, one right after the other; undefined where they stay two. */
function combine(
  first: Operation,
  second: Operation,
  state: SchemaPayload,
): readonly Operation[] | undefined {
  const rule = rules[first.op] as Rule<OperationKind> | undefined;
  return rule?.(first, second, state) ?? beforeDrop(first, second);
}

type Rule<Kind extends OperationKind> = (
  first: OperationOf<Kind>,
  second: Operation,
  state: SchemaPayload,
) => readonly Operation[] | undefined;

const rules: { readonly [Kind in OperationKind]?: Rule<Kind> } = {
  createTable: (first, second, state) =>
    onNewTable(first.table.name, second, [first, second], state),
  createEnum: (first, second, state) => onNewEnum(first.enum.name, second, [first, second], state),
  addColumn: onNewColumn,
  renameTable(first, second) {
    if (second.op !== "renameTable" || second.table !== first.to) return undefined;
    return first.table === second.to ? [] : [{ ...second, table: first.table }];
  },
  renameColumn(first, second) {
    if (second.op !== "renameColumn" || !isOn(first, second)) return undefined;
    if (second.column !== first.to) return undefined;
    return first.column === second.to ? [] : [{ ...second, column: first.column }];
  },
  setDefault: replaced,
  setColumnComment: replaced,
  setTableComment: replaced,
  createIndex(first, second) {
    if (second.op === "renameIndex" && isOn(first, second) && second.name === first.index.name) {
      return [{ ...first, index: { ...first.index, name: second.to } }];
    }
    return cancelled(first, first.index.name, second, "dropIndex");
  },
  addUnique: (first, second) => cancelled(first, first.unique.name, second, "dropUnique"),
  addCheck: (first, second) => cancelled(first, first.check.name, second, "dropCheck"),
  addForeignKey: (first, second) =>
    cancelled(first, first.foreignKey.name, second, "dropForeignKey"),
  addExclude: (first, second) => cancelled(first, first.exclude.name, second, "dropExclude"),
};

interface OnTable {
  readonly table: string;
}

function isOn(first: OnTable, second: OnTable): boolean {
  return first.table === second.table;
}

/** Operations that change nothing but the table that they name. */
const within: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "addColumn",
  "dropColumn",
  "renameColumn",
  "setType",
  "setNullable",
  "setDefault",
  "setGenerated",
  "setNumbering",
  "setColumnComment",
  "setTableComment",
  "setTableOptions",
  "addPrimaryKey",
  "dropPrimaryKey",
  "addUnique",
  "dropUnique",
  "addCheck",
  "dropCheck",
  "addForeignKey",
  "dropForeignKey",
  "addExclude",
  "dropExclude",
  "renameConstraint",
  "validate",
  "createIndex",
  "dropIndex",
  "renameIndex",
  "backfill",
]);

function isWithin(operation: Operation, table: string): boolean {
  return within.has(operation.op) && (operation as OnTable).table === table;
}

/** A table that is made here has no rows: it may as well be made as it ends. */
function onNewTable(
  name: string,
  second: Operation,
  both: readonly Operation[],
  state: SchemaPayload,
): readonly Operation[] | undefined {
  if (second.op === "dropTable" && second.table === name) return [];
  const isRename = second.op === "renameTable" && second.table === name;
  // What is set aside stays in the table under another name.
  const isKept = second.op === "dropColumn" && second.keep === true;
  if (isKept || !(isRename || isWithin(second, name))) return undefined;
  const table = applied(both, state)?.tables.find(
    (each) => each.name === (isRename ? second.to : name),
  );
  return table === undefined ? undefined : [{ op: "createTable", table }];
}

function onNewEnum(
  name: string,
  second: Operation,
  both: readonly Operation[],
  state: SchemaPayload,
): readonly Operation[] | undefined {
  if (second.op === "dropEnum" && second.name === name) return [];
  const isRename = second.op === "renameEnum" && second.name === name;
  const isChange =
    (second.op === "addEnumValue" || second.op === "renameEnumValue" || second.op === "swapEnum") &&
    second.enum === name;
  if (!isRename && !isChange) return undefined;
  const found = applied(both, state)?.enums.find(
    (each) => each.name === (isRename ? second.to : name),
  );
  return found === undefined ? undefined : [{ op: "createEnum", enum: found }];
}

/** Undefined where one of them doesn't fit. */
function applied(
  operations: readonly Operation[],
  state: SchemaPayload,
): SchemaPayload | undefined {
  try {
    return applyOperations(state, operations);
  } catch {
    return undefined;
  }
}

/** Rows that are there have what the first gave them, so its default and its fill stay. */
function onNewColumn(
  first: Extract<Operation, { op: "addColumn" }>,
  second: Operation,
): readonly Operation[] | undefined {
  if (!("column" in second) || !("table" in second) || !isOn(first, second as OnTable))
    return undefined;
  if (second.column !== first.column.name) return undefined;
  switch (second.op) {
    case "dropColumn":
      return second.keep === true ? undefined : [];
    case "renameColumn":
      return first.column.generated === null
        ? [{ ...first, column: { ...first.column, name: second.to } }]
        : undefined;
    case "setColumnComment":
      return [{ ...first, column: { ...first.column, comment: second.comment } }];
    default:
      return undefined;
  }
}

/** The later of two that say the same thing anew. */
function replaced(
  first: OperationOf<"setDefault" | "setColumnComment" | "setTableComment">,
  second: Operation,
): readonly Operation[] | undefined {
  if (second.op !== first.op || second.table !== first.table) return undefined;
  const columnOf = (operation: object): unknown => Reflect.get(operation, "column");
  return columnOf(first) === columnOf(second) ? [second] : undefined;
}

function cancelled(
  first: OnTable,
  name: string,
  second: Operation,
  drop: OperationKind,
): readonly Operation[] | undefined {
  if (second.op !== drop || (second as OnTable).table !== first.table) return undefined;
  return (second as { readonly name?: string }).name === name ? [] : undefined;
}

const onColumn: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "setType",
  "setNullable",
  "setDefault",
  "setGenerated",
  "setNumbering",
  "setColumnComment",
]);

/** Nobody sees what is done to a table, or to a column, right before it goes. */
function beforeDrop(first: Operation, second: Operation): readonly Operation[] | undefined {
  if (second.op === "dropTable") return isWithin(first, second.table) ? [second] : undefined;
  if (second.op !== "dropColumn" || second.keep === true) return undefined;
  if (!onColumn.has(first.op) || !isWithin(first, second.table)) return undefined;
  return Reflect.get(first, "column") === second.column ? [second] : undefined;
}
