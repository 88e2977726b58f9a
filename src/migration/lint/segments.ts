/** FM126 to FM129, FM139: locks that pile up or are held for longer than they need (PostgreSQL). */
import type { Operation, OperationKind } from "../../ir/migration.ts";
import { isUsed } from "./blocking.ts";
import { alterActions, tableOf } from "./raw.ts";
import { dotted, type LintContext, type RawStatement, type Rule, usedTable } from "./rule.ts";
import { keepsRows, typeOf } from "./types.ts";

/** Operations that lock their table against writers, or against everyone. */
const locking: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "addColumn",
  "dropColumn",
  "renameColumn",
  "renameTable",
  "dropTable",
  "setType",
  "setNullable",
  "setDefault",
  "setGenerated",
  "setNumbering",
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
  "createIndex",
  "dropIndex",
]);

/** Operations that look at every row before they let go. */
const scanning: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "addPrimaryKey",
  "addUnique",
  "addCheck",
  "addForeignKey",
  "createIndex",
]);

/** Operations that no transaction goes on over. */
const cutting: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "backfill",
  "data",
  "sql",
  "addEnumValue",
  "swapEnum",
]);

/** The operations before this one that its transaction holds locks of, where the planner may not cut. */
function held({ earlier, online }: LintContext): readonly (Operation & { table: string })[] {
  if (online) return [];
  const cut = earlier.findLastIndex(
    (each) => cutting.has(each.op) || ("fill" in each && each.fill?.kind === "sql"),
  );
  return earlier
    .slice(cut + 1)
    .filter((each): each is Operation & { table: string } => locking.has(each.op));
}

function lockedTable(operation: Operation, context: LintContext): string | null {
  if (!locking.has(operation.op) || !isUsed(operation, context)) return null;
  return "table" in operation && typeof operation.table === "string" ? operation.table : null;
}

const lockingSql =
  /^(?:ALTER TABLE|DROP TABLE|LOCK TABLE|CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY))/;

function lockedBySql(text: string, { fresh }: LintContext): string | null {
  if (!lockingSql.test(text)) return null;
  const table = tableOf(text);
  return table === null || fresh.has(table) ? null : table;
}

const slowSql =
  /^(?:UPDATE|DELETE|SELECT|WITH|COPY|LOCK TABLE|CREATE (?:UNIQUE )?INDEX)\b|^INSERT\b.*\bSELECT\b|\bVALIDATE CONSTRAINT\b/;

/** Changes that may stand with others in one ALTER TABLE. */
const single = /^(?:RENAME|SET SCHEMA|ATTACH|DETACH|VALIDATE)\b/;

function combines(text: string): boolean {
  const actions = alterActions(text);
  return actions.length > 0 && !actions.some((action) => single.test(action));
}

function retyped(operation: Operation): string | null {
  return operation.op === "setType" && operation.using === undefined ? operation.table : null;
}

/** The table of a change of type that writes its rows anew. */
function rewritten(operation: Operation, context: LintContext): string | null {
  if (operation.op !== "setType") return null;
  const column = usedTable(operation.table, context)?.columns.find(
    ({ name }) => name === operation.column,
  );
  if (column === undefined || keepsRows(typeOf(column), typeOf(operation))) return null;
  return retyped(operation);
}

/** The rules. */
export const segmentRules: readonly Rule[] = [
  {
    id: "FM126",
    severity: "warning",
    database: "postgres",
    when: "a table is dropped that points to others which are in use",
    why: "ACCESS EXCLUSIVE lock on those too, on all at the same time",
    rewrite: "`op.dropForeignKey` for each of its keys first: each is a transaction of its own",
    find: (operation, context) =>
      operation.op === "dropTable" ? pointsElsewhere(operation.table, context) : null,
    findSql: ({ text, table }, context) =>
      /^DROP TABLE\b/.test(text) && table !== null && pointsElsewhere(table, context) !== null,
  },
  {
    id: "FM127",
    severity: "warning",
    database: "postgres",
    when: "one transaction locks several tables that are in use",
    why: "the first stays locked while the second is waited for: waits add up, and two such transactions may wait for each other",
    rewrite: "an operation for each table, in a revision without `online: false`",
    find: (operation, context) => {
      const table = lockedTable(operation, context);
      const other = held(context).find(
        (each) => each.table !== table && lockedTable(each, context) !== null,
      );
      return table === null || other === undefined
        ? null
        : `${dotted(table)}, after ${dotted(other.table)}`;
    },
    findSql: ({ text, inTransaction, preceding }, context) => {
      const table = lockedBySql(text, context);
      if (!inTransaction || table === null) return false;
      return preceding.some((each) => ![null, table].includes(lockedBySql(each, context)));
    },
  },
  {
    id: "FM128",
    severity: "warning",
    database: "postgres",
    when: "a statement that reads or writes many rows follows, in the same transaction, one that locks a table",
    why: "ACCESS EXCLUSIVE lock for as long as that takes",
    rewrite: "two operations, which become two transactions",
    find: (operation, context) =>
      scanning.has(operation.op) &&
      isUsed(operation, context) &&
      held(context).some((each) => !scanning.has(each.op) && lockedTable(each, context) !== null)
        ? dotted((operation as { readonly table: string }).table)
        : null,
    findSql: ({ text, inTransaction, preceding }: RawStatement, context) =>
      inTransaction &&
      slowSql.test(text) &&
      preceding.some(
        (each) => /^ALTER TABLE\b/.test(each) && lockedBySql(each, context) !== null,
      ) &&
      // FM111 says that.
      !preceding.some((each) => /\bNOT VALID\b/.test(each)),
  },
  {
    id: "FM129",
    severity: "info",
    database: "postgres",
    when: "a table is altered several times where once would do",
    why: "each goes over the rows by itself",
    rewrite: "one ALTER TABLE with several changes, in `op.sql` with `state`",
    find: (operation, context) => {
      const table = rewritten(operation, context);
      return table !== null && context.earlier.some((each) => retyped(each) === table)
        ? dotted(table)
        : null;
    },
    findSql: ({ text, preceding, table }) =>
      combines(text) && preceding.some((each) => combines(each) && tableOf(each) === table),
  },
  {
    id: "FM139",
    severity: "info",
    database: "postgres",
    when: "SET STORAGE, REPLICA IDENTITY, ROW LEVEL SECURITY or SET SCHEMA",
    why: "ACCESS EXCLUSIVE lock, briefly: nothing is scanned",
    rewrite: "nothing: the runner's lock timeout keeps it short",
    findSql: ({ text }) =>
      alterActions(text).some((action) =>
        /\bSET STORAGE\b|^REPLICA IDENTITY\b|\bROW LEVEL SECURITY\b|^SET SCHEMA\b/.test(action),
      ),
  },
];

function pointsElsewhere(name: string, context: LintContext): string | null {
  const key = usedTable(name, context)?.foreignKeys.find(
    ({ referencedTable }) =>
      referencedTable !== name && usedTable(referencedTable, context) !== undefined,
  );
  return key === undefined ? null : `${dotted(name)}, to ${dotted(key.referencedTable)}`;
}
