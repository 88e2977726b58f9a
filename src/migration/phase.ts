/** Which side of a release a revision belongs on: before the new program starts, or after the old one is gone. */
import { applyOperation } from "../ir/apply.ts";
import type { Operation, OperationKind, OperationOf } from "../ir/migration.ts";
import type { ColumnIr, SchemaPayload } from "../ir/schema.ts";
import { splitStatements } from "./lint/raw.ts";
import { keepsRows, typeOf } from "./lint/types.ts";
import type { Revision } from "./revision.ts";

/** `expand`: programs that run go on as they were. `contract`: those that don't know of it may fail, or write what is refused. */
export type Phase = "expand" | "contract";

/** A phase, and what makes it that. */
export interface RevisionPhase {
  readonly phase: Phase;
  /** The operation that programs may feel, in words; null for none. */
  readonly because: string | null;
}

/**
 * The phase of a revision: what it says itself, or what its operations come to.
 *
 * @param before - The schema that it is applied to.
 */
export function phaseOf(revision: Revision, before: SchemaPayload): RevisionPhase {
  if (revision.phase !== undefined) {
    const because = revision.phase === "contract" ? "says so" : null;
    return { phase: revision.phase, because };
  }
  let state = before;
  const fresh = new Set<string>();
  for (const operation of revision.up) {
    const because = isFelt(operation, { state, fresh });
    if (because !== null) return { phase: "contract", because };
    noteFresh(operation, fresh);
    state = applyOperation(state, operation);
  }
  return { phase: "expand", because: null };
}

interface Context {
  readonly state: SchemaPayload;
  /** Tables, and columns as `table.column`, that the revision itself makes: nobody uses them yet. */
  readonly fresh: ReadonlySet<string>;
}

function noteFresh(operation: Operation, fresh: Set<string>): void {
  if (operation.op === "createTable") fresh.add(operation.table.name);
  if (operation.op === "addColumn") fresh.add(`${operation.table}.${operation.column.name}`);
  if (operation.op === "sql") for (const each of operation.state ?? []) noteFresh(each, fresh);
}

type Feeling<Kind extends OperationKind> = (
  operation: OperationOf<Kind>,
  context: Context,
) => string | null;

/** What programs that run may feel; an operation that isn't here is felt by none. */
const feelings: { readonly [Kind in OperationKind]?: Feeling<Kind> } = {
  dropTable: ({ table }) => `drops the table "${table}"`,
  renameTable: ({ table }) => `renames the table "${table}"`,
  setTableOptions: ({ table }) => `changes the options of "${table}"`,
  dropColumn: ({ table, column }) => `drops the column "${table}"."${column}"`,
  renameColumn: ({ table, column }) => `renames the column "${table}"."${column}"`,
  addColumn: ({ table, column }) => {
    const isFilled = column.default !== null || column.generated !== null || column.autoincrement;
    return column.nullable || isFilled ? null : `requires the column "${table}"."${column.name}"`;
  },
  setNullable: ({ table, column, nullable }, { state, fresh }) => {
    // Programs that don't know a new column leave it to its default, if it has one.
    const isFilled = (columnOf(state, table, column)?.default ?? null) !== null;
    if (nullable || (isFilled && fresh.has(`${table}.${column}`))) return null;
    return `requires the column "${table}"."${column}"`;
  },
  setType: (operation, { state }) => {
    const { table, column } = operation;
    const was = columnOf(state, table, column);
    const isWider = was !== undefined && keepsRows(typeOf(was), typeOf(operation));
    return isWider ? null : `changes the type of "${table}"."${column}"`;
  },
  setDefault: ({ table, column, default: value }) =>
    value === null ? `takes away the default of "${table}"."${column}"` : null,
  setGenerated: ({ table, column }) => `changes how "${table}"."${column}" gets its value`,
  setNumbering: ({ table, column }) => `changes how "${table}"."${column}" is numbered`,
  addPrimaryKey: ({ table }) => `gives "${table}" a primary key`,
  dropPrimaryKey: ({ table }) => `takes away the primary key of "${table}"`,
  addUnique: ({ table, unique }, context) => narrows("unique", table, unique.columns, context),
  addCheck: ({ table, check }) => `adds the check "${check.name}" to "${table}"`,
  addExclude: ({ table, exclude }) => `adds the exclusion "${exclude.name}" to "${table}"`,
  addForeignKey: ({ table, foreignKey }, context) =>
    narrows("foreign key", table, foreignKey.columns, context),
  createIndex: ({ table, index }, context) =>
    index.unique === true ? narrows("unique index", table, index.columns, context) : null,
  dropEnum: ({ name }) => `drops the enum "${name}"`,
  renameEnum: ({ name }) => `renames the enum "${name}"`,
  renameEnumValue: ({ enum: name, value }) => `renames "${value}" of the enum "${name}"`,
  swapEnum: ({ enum: name }) => `changes the values of the enum "${name}"`,
  dropObject: ({ object }) => `drops the ${object.kind} "${object.name}"`,
  sql: ({ state, postgres = [], sqlite = [] }, context) => {
    if (state !== undefined) return feltIn(state, context);
    const texts = [postgres, sqlite].flat().flatMap(splitStatements);
    return texts.some((text) => removing.test(text)) ? "removes or renames something by SQL" : null;
  },
};

function columnOf(state: SchemaPayload, table: string, column: string): ColumnIr | undefined {
  const columns = state.tables.find(({ name }) => name === table)?.columns;
  return columns?.find(({ name }) => name === column);
}

const removing = /^(?:DROP|TRUNCATE)\b|^ALTER\b.*\b(?:DROP|RENAME)\b/;

function isFelt(operation: Operation, context: Context): string | null {
  const table = "table" in operation && typeof operation.table === "string" ? operation.table : "";
  if (context.fresh.has(table)) return null;
  const column = "column" in operation ? operation.column : undefined;
  const isNew = typeof column === "string" && context.fresh.has(`${table}.${column}`);
  if (isNew && operation.op !== "setNullable") return null;
  const feeling = feelings[operation.op] as Feeling<OperationKind> | undefined;
  return feeling?.(operation, context) ?? null;
}

function feltIn(operations: readonly Operation[], { state, fresh }: Context): string | null {
  let now = state;
  const known = new Set(fresh);
  for (const operation of operations) {
    const because = isFelt(operation, { state: now, fresh: known });
    if (because !== null) return because;
    noteFresh(operation, known);
    now = applyOperation(now, operation);
  }
  return null;
}

/** A rule over columns that nobody writes yet binds nobody. */
function narrows(
  what: string,
  table: string,
  columns: readonly string[],
  { fresh }: Context,
): string | null {
  const isNew = columns.length > 0 && columns.some((column) => fresh.has(`${table}.${column}`));
  return isNew ? null : `adds a ${what} over ${columns.join(", ")} to "${table}"`;
}
