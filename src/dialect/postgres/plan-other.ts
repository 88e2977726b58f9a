/** Plans data, SQL by hand and objects. */
import { emitColumns } from "../../ddl/column.ts";
import { tableOf } from "../../ir/edit.ts";
import type { Operation } from "../../ir/migration.ts";
import type { ObjectIr } from "../../ir/schema.ts";
import { quoteIdentifier as quote, quoteQualified } from "../../util/identifier.ts";
import { postgresDdl } from "./ddl.ts";
import type { PlanContext, Planner } from "./plan-context.ts";

type OtherOperation = "createObject" | "dropObject" | "replaceable" | "sql" | "backfill" | "data";

export const otherPlanners: { readonly [Kind in OtherOperation]: Planner<Kind> } = {
  createObject: (operation, { plan }) => {
    const { kind, sql } = operation.object;
    // What a function's body names may come later.
    if (kind === "function") plan.add("SET LOCAL check_function_bodies = off", operation);
    plan.add(sql, operation);
  },
  dropObject: (operation, { plan }) => {
    const { kind, name } = operation.object;
    plan.add(`DROP ${kind.toUpperCase()} ${objectName(kind, name)}`, operation);
  },
  replaceable: (operation, { plan }) => {
    if (operation.drop !== undefined) plan.add(operation.drop, operation);
    plan.add(operation.sql, operation);
  },
  sql: (operation, { plan }) => {
    const { postgres = [], transaction = true } = operation;
    const statements = typeof postgres === "string" ? [postgres] : postgres;
    // What it locks isn't known: nothing else goes on under that.
    plan.cut();
    for (const sql of statements) {
      if (transaction) plan.add(sql, operation);
      else {
        const step = { sql, operations: [operation] };
        plan.put({ kind: "autocommit", step, probe: null, cleanUp: null });
      }
    }
    plan.cut();
  },
  backfill: (operation, context) => {
    const { table, set, where, batch, throttle } = operation;
    const all = Object.entries(set).map(([column, value]) => `${quote(column)} = (${value})`);
    backfill(context, operation, table, {
      set: all.join(", "),
      where: where === undefined ? undefined : `(${where})`,
      batch,
      throttle,
    });
  },
  data: ({ name, resumable = false }, { plan }) => plan.put({ kind: "data", name, resumable }),
};

/** Functions are named with the types that they take, as the server prints them. */
function objectName(kind: ObjectIr["kind"], name: string): string {
  if (kind === "function") return name;
  return kind === "schema" || kind === "extension" ? quote(name) : quoteQualified(name);
}

/** Rows for each transaction, where nobody says how many. */
export const usualBatch = 5000;

/** An UPDATE: in batches where the table is in use and has a key, else at once. */
export function backfill(
  { plan, before, isOnline, on }: PlanContext,
  operation: Operation,
  table: string,
  {
    set,
    where,
    batch = usualBatch,
    throttle,
  }: {
    readonly set: string;
    readonly where?: string | undefined;
    readonly batch?: number | undefined;
    readonly throttle?: number | undefined;
  },
): void {
  const key = tableOf(before, table).primaryKey;
  const update = `UPDATE ${quoteQualified(table)} SET ${set}`;
  if (!isOnline(table) || key.length === 0) {
    on(table, where === undefined ? update : `${update} WHERE ${where}`, operation);
    return;
  }
  const columns = emitColumns(key, postgresDdl);
  const range = `${columns} > (:after) AND ${columns} <= (:upto)`;
  plan.put({
    kind: "backfill",
    table,
    key,
    sql: `${update} WHERE ${where === undefined ? "" : `${where} AND `}${range}`,
    batch,
    ...(throttle !== undefined && { throttle }),
  });
}
