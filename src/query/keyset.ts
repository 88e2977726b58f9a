/** Keyset pagination over QueryIR: total orders, and "the rows after this one" as a condition. */
import { createHash } from "node:crypto";
import { UsageError } from "../errors/errors.ts";
import { canonicalJson } from "../ir/fingerprint.ts";
import type { ColumnRef, Expression, OrderTerm, Predicate, Slot } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { Cell } from "./cursor.ts";

/**
 * The order with the primary key behind it, so that no two rows are equal in it.
 * The key goes the way of the last term: an index can then be walked in one direction.
 */
export function totalOrder(
  terms: readonly OrderTerm[],
  key: readonly ColumnRef[],
  model: string,
): readonly OrderTerm[] {
  if (key.length === 0) {
    throw new UsageError(`${model} has no primary key to tell rows apart that sort alike`, {
      hint: "give the model a primary key, or use limit() and offset()",
    });
  }
  const direction = terms.at(-1)?.direction ?? "asc";
  const missing = key.filter(
    (column) => !terms.some(({ expression }) => isColumn(expression, column)),
  );
  return [...terms, ...missing.map((expression) => ({ expression, direction, nulls: null }))];
}

/** The same order from its end. */
export function reversed(terms: readonly OrderTerm[]): readonly OrderTerm[] {
  return terms.map(({ expression, direction, nulls }) => ({
    expression,
    direction: direction === "asc" ? "desc" : "asc",
    nulls: nulls === null ? null : nulls === "first" ? "last" : "first",
  }));
}

/** Makes the slot of a bound cell. */
export type CellSlot = (cell: Exclude<Cell, null>, type: StorageType | null) => Slot;

/**
 * The rows behind a position. Each key is asked twice, "at or behind" and "behind", so that
 * the first of them bounds the search in an index, however many follow.
 */
export function behind(
  terms: readonly OrderTerm[],
  cells: readonly Cell[],
  inclusive: boolean,
  slot: CellSlot,
): Predicate {
  return terms.reduceRight<Predicate>((rest, term, place) => {
    const cell = cells[place] ?? null;
    const isLast = place === terms.length - 1;
    if (isLast) return compared(term, cell, inclusive, slot);
    return {
      kind: "and",
      operands: [
        compared(term, cell, true, slot),
        { kind: "or", operands: [compared(term, cell, false, slot), rest] },
      ],
    };
  }, nothing);
}

const nothing: Predicate = { kind: "constant", value: false };
const everything: Predicate = { kind: "constant", value: true };

/** Whether a key is behind a cell, or at it, in the term's own direction. */
function compared(
  { expression, direction, nulls }: OrderTerm,
  cell: Cell,
  orEqual: boolean,
  slot: CellSlot,
): Predicate {
  const nullsLast = nulls === null ? direction === "asc" : nulls === "last";
  const isNull: Predicate = { kind: "isNull", operand: expression, negated: false };
  if (cell === null) {
    if (nullsLast) return orEqual ? isNull : nothing;
    return orEqual ? everything : { ...isNull, negated: true };
  }
  const strict = direction === "asc" ? ">" : "<";
  const compare: Predicate = {
    kind: "compare",
    operator: orEqual ? `${strict}=` : strict,
    left: expression,
    right: slot(cell, exactType(expression)),
  };
  return nullsLast && nulls !== null ? { kind: "or", operands: [compare, isNull] } : compare;
}

/** A cell may hold more digits than a `Date`: it is compared as what it is. */
function exactType({ type }: Expression): StorageType | null {
  const isMoment = type?.kind === "timestamptz" || type?.kind === "timestamp";
  return isMoment ? { kind: type.kind, host: "text" } : type;
}

/** Tells orderings apart; the same in every process. */
export function orderFingerprint(
  table: string,
  terms: readonly OrderTerm[],
  values: readonly unknown[],
): string {
  const plain = withValues({ table, terms }, values);
  return createHash("sha256").update(canonicalJson(plain)).digest().toString("base64url", 0, 6);
}

/** Slots are numbered by their place in the whole query; what counts here is what they hold. */
function withValues(node: unknown, values: readonly unknown[]): unknown {
  if (Array.isArray(node)) return node.map((item) => withValues(item, values));
  if (typeof node === "bigint") return `${node}n`;
  if (typeof node !== "object" || node === null) return node;
  if ("kind" in node && node.kind === "slot" && "index" in node) {
    return { value: withValues(values[Number(node.index)], []) };
  }
  if (Object.getPrototypeOf(node) !== Object.prototype) return String(node);
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, withValues(value, values)]),
  );
}

function isColumn(expression: Expression, { source, column }: ColumnRef): boolean {
  return (
    expression.kind === "column" && expression.source === source && expression.column === column
  );
}
