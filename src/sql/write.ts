import {
  ColumnNode,
  ColumnUpdateNode,
  type DeleteQueryNode,
  FromNode,
  type InsertQueryNode,
  OnConflictNode,
  type OperationNode,
  ReturningNode,
  TableNode,
  TupleNode,
  type UpdateQueryNode,
  ValueListNode,
  ValuesNode,
  WhereNode,
} from "kysely";
import type {
  Assignment,
  ColumnRef,
  DeleteQuery,
  InsertConflict,
  InsertQuery,
  UpdateQuery,
  WriteColumn,
} from "../ir/query.ts";
import { type Context, enterScope } from "./context.ts";
import type { BoundSlot, SlotForm } from "./dialect.ts";
import { bindSlot, compileColumn, compileExpression } from "./expression.ts";
import { binary, columnOf, placeholder, selection, tableAs, text } from "./nodes.ts";
import { lockedBy, selectOf, whereClause, withClause } from "./select.ts";

export function compileInsert(query: InsertQuery, context: Context): InsertQueryNode {
  const { table, conflict } = query;
  const aliased = conflict?.update.some((item) => typeof item !== "string") === true;
  return {
    kind: "InsertQueryNode",
    // Kysely's type leaves out an alias here; its compiler does not.
    into: (aliased ? tableAs(table, existing) : TableNode.create(table)) as TableNode,
    ...rowsOf(query, context),
    ...(conflict !== null && { onConflict: onConflict(conflict, query, context) }),
    ...returning(query.returning, query.tellsInserted === true ? context.dialect.inserted : null),
  };
}

/** What the row that is there, and the one that was to be inserted, are called in an upsert. */
const existing = "t0";
const proposed = "excluded";

type InsertRows = Pick<InsertQueryNode, "columns" | "values" | "defaultValues">;

function rowsOf(query: InsertQuery, { dialect }: Context): InsertRows {
  if (query.columns.length === 0) {
    if (query.rows !== 1 || query.conflict !== null) {
      throw new TypeError("an insert without columns is one row of defaults, without a conflict");
    }
    return { defaultValues: true };
  }
  const columns = query.columns.map(({ column }) => ColumnNode.create(column));
  const cell = query.cells === true ? "cell" : undefined;
  if (query.shape === "unnest") {
    if (dialect.unnest === undefined) throw new TypeError("this database has no unnest()");
    return { columns, values: dialect.unnest(rowSlots(query.columns, 0, cell ?? "list")) };
  }
  const values = Array.from({ length: query.rows }, (_, row) =>
    ValueListNode.create(rowSlots(query.columns, row, cell ?? "value").map(placeholder)),
  );
  return { columns, values: ValuesNode.create(values) };
}

/** The slots of one row of values, or of the lists of all rows. */
export function rowSlots(
  columns: readonly WriteColumn[],
  row: number,
  form: SlotForm,
): BoundSlot[] {
  return columns.map(({ column, type }, place) => {
    const index = row * columns.length + place;
    return bindSlot({ kind: "slot", index, type }, form, column, true);
  });
}

function onConflict(
  { columns, update }: InsertConflict,
  { table }: InsertQuery,
  outer: Context,
): OnConflictNode {
  const own = enterScope(outer, { table, alias: existing }, []);
  const context = enterScope(own, { table, alias: proposed }, []);
  const target = columns.map((column) => ColumnNode.create(column));
  return OnConflictNode.cloneWith(OnConflictNode.create(), {
    ...(target.length > 0 && { columns: target }),
    ...(update.length === 0
      ? { doNothing: true }
      : {
          updates: update.map((item) =>
            typeof item === "string"
              ? ColumnUpdateNode.create(ColumnNode.create(item), columnOf(proposed, item))
              : assign(item, context),
          ),
        }),
  });
}

export function compileUpdate(query: UpdateQuery, outer: Context): UpdateQueryNode {
  if (query.set.length === 0) throw new TypeError("an update sets at least one column");
  // What is set comes from the row itself: joined sources are not in its scope.
  const own = enterScope(outer, query.from, []);
  return {
    kind: "UpdateQueryNode",
    table: tableAs(query.from.table, query.from.alias),
    updates: query.set.map((assignment) => assign(assignment, own)),
    ...withClause(query, outer),
    ...chosenRows(query, outer),
    ...returningOf(query, outer),
  };
}

function assign({ column, type, value }: Assignment, context: Context): ColumnUpdateNode {
  const target = ColumnNode.create(column);
  if (value.kind === "slot") {
    const slot = bindSlot({ ...value, type: value.type ?? type }, "value", column, true);
    return ColumnUpdateNode.create(target, placeholder(slot));
  }
  const operand = compileExpression(value, context);
  return ColumnUpdateNode.create(target, context.dialect.stored(operand, type));
}

export function compileDelete(query: DeleteQuery, outer: Context): DeleteQueryNode {
  return {
    kind: "DeleteQueryNode",
    from: FromNode.create([tableAs(query.from.table, query.from.alias)]),
    ...withClause(query, outer),
    ...chosenRows(query, outer),
    ...returningOf(query, outer),
  };
}

/** A plain condition where that is enough; else the keys of the rows that a query chooses. */
function chosenRows(
  query: UpdateQuery | DeleteQuery,
  outer: Context,
): { readonly where?: WhereNode } {
  const context = enterScope(outer, query.from, query.joins);
  const { joins, limit, offset, lock } = query;
  if (joins.length === 0 && limit === null && offset === null && lock === undefined) {
    return whereClause(query.where, context);
  }
  const key = query.key.map((column) => compileColumn(column, context).node);
  const [first, ...rest] = key;
  if (first === undefined) throw new TypeError("choosing rows by a query needs their key");
  const row: OperationNode = rest.length === 0 ? first : TupleNode.create(key);
  const chosen = selectOf(query.key, query, query, context);
  const clause = lock === undefined ? null : outer.dialect.lock(lock, query.from.alias);
  if (clause === null) return { where: WhereNode.create(binary(row, "in", chosen)) };
  // Once and no more: a plan that runs it again for each row would lock others, past the limit.
  const once = text`(with "chosen" as materialized (${lockedBy(chosen, clause)}) select * from "chosen")`;
  return { where: WhereNode.create(binary(row, "in", once)) };
}

/** The changed rows' own expressions; SQLite knows the table by its name alone there. */
function returningOf(
  { from, returning: expressions }: UpdateQuery | DeleteQuery,
  outer: Context,
): { readonly returning?: ReturningNode } {
  const own = enterScope(outer, from, []);
  const byTable = outer.dialect.returnsByTable;
  const context = byTable ? { ...own, names: new Map([[from.alias, from.table]]) } : own;
  const list = expressions.map((expression) =>
    selection(
      expression.kind === "column"
        ? ColumnNode.create(expression.column)
        : compileExpression(expression, context).node,
    ),
  );
  return list.length === 0 ? {} : { returning: ReturningNode.create(list) };
}

/** Unqualified: a write returns columns of its own table alone. */
export function returning(
  columns: readonly ColumnRef[],
  last: OperationNode | null = null,
): { readonly returning?: ReturningNode } {
  const list = columns.map(({ column }) => selection(ColumnNode.create(column)));
  if (last !== null) list.push(selection(last));
  return list.length === 0 ? {} : { returning: ReturningNode.create(list) };
}
