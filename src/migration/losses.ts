/** What operations take away that can't be had back. */
import { applyOperation } from "../ir/apply.ts";
import type { Operation, OperationOf } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { narrows, typeOf } from "./lint/types.ts";

/** An operation that loses something. */
export interface Loss {
  readonly operation: Operation;
  /** What it does, for a reader: `drops the column "post"."body"`. */
  readonly what: string;
  /** Which rows lose something, told by the table and a condition on one of its columns; all where there is none. */
  readonly rows: LossyRows | null;
}

/** Rows of a table: all, or those whose column has a value, or has none. */
export interface LossyRows {
  readonly table: string;
  readonly column?: string;
  readonly are?: "filled" | "empty";
}

/** What operations lose, in order. Some lose something only where there are such rows. */
export function lossesOf(before: SchemaPayload, operations: readonly Operation[]): readonly Loss[] {
  const losses: Loss[] = [];
  let state = before;
  for (const operation of operations) {
    const what = destroys(operation, state);
    if (what !== null) losses.push({ operation, what, rows: rowsOf(operation) });
    state = applyOperation(state, operation);
  }
  return losses;
}

/**
 * Whether an operation takes something away that can't be had back, and what.
 *
 * @param before - The schema before it; without it a change of type isn't judged.
 */
export function destroys(operation: Operation, before?: SchemaPayload): string | null {
  switch (operation.op) {
    case "dropTable":
      return `drops the table "${operation.table}"`;
    case "dropColumn":
      return operation.keep === true
        ? null
        : `drops the column "${operation.table}"."${operation.column}"`;
    case "swapEnum":
      return operation.mapping === undefined
        ? null
        : `removes values of the enum "${operation.enum}"`;
    case "setType":
      return before === undefined ? null : narrowing(operation, before);
    case "setNullable":
      return operation.nullable || operation.fill === undefined
        ? null
        : `gives rows without a value one in "${operation.table}"."${operation.column}"`;
    default:
      return null;
  }
}

function narrowing(operation: OperationOf<"setType">, before: SchemaPayload): string | null {
  const { table, column } = operation;
  const was = before.tables
    .find(({ name }) => name === table)
    ?.columns.find(({ name }) => name === column);
  if (was === undefined) return null;
  const [from, to] = [typeOf(was), typeOf(operation)];
  return narrows(from, to) ? `narrows "${table}"."${column}" from ${from} to ${to}` : null;
}

function rowsOf(operation: Operation): LossyRows | null {
  switch (operation.op) {
    case "dropTable":
      return { table: operation.table };
    case "dropColumn":
    case "setType":
      return { table: operation.table, column: operation.column, are: "filled" };
    case "setNullable":
      return { table: operation.table, column: operation.column, are: "empty" };
    default:
      return null;
  }
}
