/** Plans what SQLite can do with a table as it stands. */
import { emitCheck, emitColumn, emitDefault } from "../../ddl/column.ts";
import { columnOf, tableOf } from "../../ir/edit.ts";
import type { OperationOf } from "../../ir/migration.ts";
import { sqliteDdl } from "./ddl.ts";
import type { SqlitePlan, SqlitePlanner } from "./plan-context.ts";
import { renaming } from "./plan-indexes.ts";
import { quote } from "./quote.ts";

type NativeOperation =
  | "createTable"
  | "dropTable"
  | "renameTable"
  | "setTableComment"
  | "addColumn"
  | "dropColumn"
  | "renameColumn"
  | "setType"
  | "setNullable"
  | "setColumnComment"
  | "addCheck"
  | "dropCheck"
  | "renameConstraint"
  | "validate";

/** The first version that changes NOT NULL and CHECK in place. */
const altersConstraints = "3.53";

export const nativePlanners: { readonly [Kind in NativeOperation]: SqlitePlanner<Kind> } = {
  createTable: (operation, making) => making.create(operation.table, operation),
  dropTable: (operation, making) => making.drop(operation),
  renameTable: (operation, making) => {
    const { table, to } = operation;
    renaming(making, operation, to, `ALTER TABLE ${quote(table)} RENAME TO ${quote(to)}`);
  },
  // There are no comments.
  setTableComment: () => {},
  setColumnComment: () => {},
  addColumn: (operation, making) => {
    const { table, column } = operation;
    if (making.pending(table) === undefined && canAdd(operation)) {
      const of = { ...tableOf(making.after, table), primaryKey: [], uniques: [] };
      const clause = emitColumn(of, column, sqliteDdl);
      making.plan.add(`ALTER TABLE ${quote(table)} ADD COLUMN ${clause}`, operation);
      return;
    }
    const { values } = making.later(table, operation);
    if (operation.fill !== undefined) {
      values.set(column.name, emitDefault(column, operation.fill, sqliteDdl));
    }
  },
  dropColumn: (operation, making) => {
    const { table, column, keep } = operation;
    if (keep === true) {
      making.flush();
      const aside = quote(`_dropped_${column}`);
      const sql = `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(column)} TO ${aside}`;
      making.plan.add(sql, operation);
    } else if (making.pending(table) !== undefined)
      making.later(table, operation).values.delete(column);
    else making.plan.add(`ALTER TABLE ${quote(table)} DROP COLUMN ${quote(column)}`, operation);
  },
  renameColumn: (operation, making) => {
    const { table, column, to } = operation;
    const sql = `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(column)} TO ${quote(to)}`;
    renaming(making, operation, table, sql, column);
  },
  setType: (operation, making) => {
    const { table, column, using } = operation;
    const { values } = making.later(table, operation);
    if (using !== undefined) values.set(column, using);
  },
  setNullable: (operation, making) => {
    const { table, column, nullable, fill } = operation;
    const is = columnOf(tableOf(making.after, table), column);
    const value = fill === undefined ? undefined : emitDefault(is, fill, sqliteDdl);
    if (alters(making, table)) {
      const head = `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)}`;
      if (value !== undefined) {
        const sql = `UPDATE ${quote(table)} SET ${quote(column)} = ${value} WHERE ${quote(column)} IS NULL`;
        making.plan.add(sql, operation);
      }
      making.plan.add(`${head} ${nullable ? "DROP" : "SET"} NOT NULL`, operation);
      return;
    }
    const { values } = making.later(table, operation);
    if (value === undefined) return;
    values.set(column, `coalesce(${values.get(column) ?? quote(column)}, ${value})`);
  },
  addCheck: (operation, making) => {
    const { table, check } = operation;
    // ALTER TABLE refuses rows for which a check is NULL (3.53.4), although such rows keep to it.
    const never =
      check.kind === "values" && !columnOf(tableOf(making.before, table), check.column).nullable;
    if (!alters(making, table) || !never) making.later(table, operation);
    else
      making.plan.add(`ALTER TABLE ${quote(table)} ADD ${emitCheck(check, sqliteDdl)}`, operation);
  },
  dropCheck: (operation, making) => {
    const { table, name } = operation;
    const check = tableOf(making.before, table).checks.find((each) => each.name === name);
    const named = check?.kind === "values" || (check?.kind === "sql" && check.unnamed !== true);
    if (!alters(making, table) || !named) making.later(table, operation);
    else making.plan.add(`ALTER TABLE ${quote(table)} DROP CONSTRAINT ${quote(name)}`, operation);
  },
  renameConstraint: (operation, making) => {
    making.later(operation.table, operation);
  },
  // Every constraint holds for every row.
  validate: () => {},
};

function alters(making: SqlitePlan, table: string): boolean {
  return making.pending(table) === undefined && making.has(altersConstraints);
}

/** What ALTER TABLE ADD COLUMN takes: no stored expression, no default but a constant, NOT NULL only with one. */
function canAdd({ column, fill }: OperationOf<"addColumn">): boolean {
  return (
    fill === undefined &&
    !column.autoincrement &&
    column.generated?.stored !== true &&
    column.default?.kind !== "sql" &&
    (column.nullable || column.default !== null || column.generated !== null)
  );
}
