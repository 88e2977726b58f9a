/** Plans enum values, which are lists in checks here, data, and SQL by hand. */
import { enumColumns } from "../../ir/apply-enum.ts";
import { tableOf } from "../../ir/edit.ts";
import type { Operation } from "../../ir/migration.ts";
import type { ColumnIr } from "../../ir/schema.ts";
import { sqliteDdl } from "./ddl.ts";
import type { SqlitePlan, SqlitePlanner } from "./plan-context.ts";
import { quote } from "./quote.ts";

type DataOperation =
  | "createEnum"
  | "dropEnum"
  | "renameEnum"
  | "addEnumValue"
  | "renameEnumValue"
  | "swapEnum"
  | "createObject"
  | "dropObject"
  | "replaceable"
  | "sql"
  | "backfill"
  | "data";

const nothing = (): void => {};

export const dataPlanners: { readonly [Kind in DataOperation]: SqlitePlanner<Kind> } = {
  // There are no types, nor anything else that is made by itself.
  createEnum: nothing,
  dropEnum: nothing,
  renameEnum: nothing,
  createObject: nothing,
  dropObject: nothing,
  addEnumValue: (operation, making) =>
    eachColumn(making, operation.enum, operation, () => undefined),
  renameEnumValue: (operation, making) =>
    eachColumn(making, operation.enum, operation, (column, value) =>
      replaced(column, value, { [operation.value]: operation.to }),
    ),
  swapEnum: (operation, making) => {
    const { mapping = {} } = operation;
    eachColumn(making, operation.enum, operation, (column, value) =>
      Object.keys(mapping).length === 0 ? undefined : replaced(column, value, mapping),
    );
  },
  replaceable: (operation, making) => {
    making.flush();
    if (operation.drop !== undefined) making.plan.add(operation.drop, operation);
    making.plan.add(operation.sql, operation);
  },
  sql: (operation, making) => {
    making.flush();
    const { sqlite = [], transaction = true } = operation;
    for (const sql of typeof sqlite === "string" ? [sqlite] : sqlite) {
      if (transaction) making.plan.add(sql, operation);
      else {
        const step = { sql, operations: [operation] };
        making.plan.put({ kind: "autocommit", step, probe: null, cleanUp: null });
      }
    }
  },
  backfill: (operation, making) => {
    making.flush();
    const { table, set, where, batch = 5000, throttle } = operation;
    const { primaryKey } = tableOf(making.before, table);
    const all = Object.entries(set).map(([column, value]) => `${quote(column)} = (${value})`);
    const update = `UPDATE ${quote(table)} SET ${all.join(", ")}`;
    if (primaryKey.length === 0) {
      making.plan.add(where === undefined ? update : `${update} WHERE (${where})`, operation);
      return;
    }
    const columns = `(${primaryKey.map((name) => quote(name)).join(", ")})`;
    const range = `${columns} > (:after) AND ${columns} <= (:upto)`;
    making.plan.put({
      kind: "backfill",
      table,
      key: primaryKey,
      sql: `${update} WHERE ${where === undefined ? "" : `(${where}) AND `}${range}`,
      batch,
      ...(throttle !== undefined && { throttle }),
    });
  },
  data: ({ name, resumable = false }, making) => {
    making.flush();
    making.plan.put({ kind: "data", name, resumable });
  },
};

function eachColumn(
  making: SqlitePlan,
  name: string,
  operation: Operation,
  edit: (column: ColumnIr, value: string) => string | undefined,
): void {
  for (const table of making.before.tables) {
    for (const column of enumColumns(table, name)) {
      const { values } = making.later(table.name, operation);
      const value = edit(column, values.get(column.name) ?? quote(column.name));
      if (value !== undefined) values.set(column.name, value);
    }
  }
}

/** A value, or the values of a JSON list, with some replaced. */
function replaced(
  column: ColumnIr,
  value: string,
  mapping: Readonly<Record<string, string | null>>,
): string {
  const entries = Object.entries(mapping);
  const text = (of: string | null): string => (of === null ? "NULL" : sqliteDdl.text(of));
  const choose = (of: string): string =>
    `CASE ${of} ${entries.map(([from, to]) => `WHEN ${text(from)} THEN ${text(to)}`).join(" ")} ELSE ${of} END`;
  if (column.type.kind !== "array") return choose(value);
  return `(SELECT CASE WHEN ${value} IS NULL THEN NULL ELSE json_group_array(${choose("each.value")}) END FROM json_each(${value}) AS each)`;
}
