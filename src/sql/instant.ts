import type { OperationNode } from "kysely";
import type { CompareOperator } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { BoundSlot, Operand } from "./dialect.ts";
import { text } from "./nodes.ts";

/** Whether programs see this type as a `Date`, which holds milliseconds where a column may hold more. */
export function isDateHost(type: StorageType | null): boolean {
  return (type?.kind === "timestamptz" || type?.kind === "timestamp") && type.host === "date";
}

/** Makes the two ends of a bound millisecond: its first instant, and the first instant after it. */
export interface MillisecondEnds {
  start(slot: BoundSlot): OperationNode;
  end(slot: BoundSlot): OperationNode;
}

const flipped: Readonly<Record<CompareOperator, CompareOperator>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/**
 * Compares a column with a bound `Date` as programs see it: by the millisecond.
 * The column stands alone on one side, so that an index serves. Undefined for anything else.
 */
export function compareMillisecond(
  operator: CompareOperator,
  left: Operand,
  right: Operand,
  ends: MillisecondEnds,
): OperationNode | undefined {
  if (!isDateHost(left.type) || !isDateHost(right.type)) return undefined;
  if (left.slot !== null) {
    return right.slot === null
      ? compareMillisecond(flipped[operator], right, left, ends)
      : undefined;
  }
  if (right.slot === null) return undefined;
  const { node } = left;
  const start = ends.start(right.slot);
  const end = ends.end(right.slot);
  switch (operator) {
    case "=":
      return text`${node} >= ${start} and ${node} < ${end}`;
    case "<>":
      return text`(${node} < ${start} or ${node} >= ${end})`;
    case "<":
      return text`${node} < ${start}`;
    case "<=":
      return text`${node} < ${end}`;
    case ">":
      return text`${node} >= ${end}`;
    case ">=":
      return text`${node} >= ${start}`;
  }
}
