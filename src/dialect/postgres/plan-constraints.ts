/** Plans keys, uniques, checks, exclusions and indexes. */
import {
  effectiveChecks,
  emitCheck,
  emitColumns,
  emitDeferrable,
  emitUnique,
} from "../../ddl/column.ts";
import { isConstraint } from "../../ddl/create.ts";
import { primaryKeyName } from "../../ir/apply-table.ts";
import { tableOf } from "../../ir/edit.ts";
import type { Operation } from "../../ir/migration.ts";
import type { CheckIr, IndexIr, TableIr, UniqueIr } from "../../ir/schema.ts";
import { quoteIdentifier as quote } from "../../util/identifier.ts";
import { constraintName } from "../constraint-name.ts";
import { postgresDdl, quoteText } from "./ddl.ts";
import { type PlanContext, type Planner, tableBefore } from "./plan-context.ts";
import {
  addConstraint,
  alter,
  heldName,
  heldUniqueName,
  indexSql,
  keyBody,
  quoteBeside,
} from "./plan-names.ts";
import { setNotNull } from "./plan-not-null.ts";

type ConstraintOperation =
  | `${"add" | "drop"}${"PrimaryKey" | "Unique" | "Check" | "ForeignKey" | "Exclude"}`
  | "renameConstraint"
  | "validate"
  | "createIndex"
  | "dropIndex"
  | "renameIndex";

export const constraintPlanners: { readonly [Kind in ConstraintOperation]: Planner<Kind> } = {
  addPrimaryKey: (operation, context) => {
    const { table, columns } = operation;
    const before = tableBefore(context, table);
    const name = operation.name ?? constraintName(table, [], "pkey");
    if (!context.isOnline(table)) {
      const body = `PRIMARY KEY ${emitColumns(columns, postgresDdl)}`;
      context.on(table, addConstraint(table, name, body), operation);
      return;
    }
    const nullable = before.columns.filter(
      (column) => columns.includes(column.name) && column.nullable,
    );
    if (nullable.length > 0)
      setNotNull(
        context,
        operation,
        table,
        nullable.map((each) => each.name),
      );
    buildIndex(context, table, { name, columns, unique: true }, operation);
    context.on(
      table,
      addConstraint(table, name, `PRIMARY KEY USING INDEX ${quote(name)}`),
      operation,
    );
  },
  dropPrimaryKey: (operation, context) => {
    const { table } = operation;
    const name = primaryKeyName(tableBefore(context, table));
    context.on(table, `${alter(table)} DROP CONSTRAINT ${quote(name)}`, operation);
  },
  addUnique: (operation, context) => {
    const { table, unique } = operation;
    if (!unique.inline && !isConstraint(unique)) {
      if (context.isOnline(table)) buildIndex(context, table, unique, operation);
      else context.plan.add(indexSql(context, table, unique), operation);
      return;
    }
    const named = { ...unique, name: heldUniqueName(table, unique) };
    if (!context.isOnline(table)) {
      context.on(table, `${alter(table)} ADD ${emitUnique(named, postgresDdl)}`, operation);
      return;
    }
    buildIndex(context, table, named, operation);
    const body = `UNIQUE USING INDEX ${quote(named.name)}${emitDeferrable(unique.deferrable)}`;
    context.on(table, addConstraint(table, named.name, body), operation);
  },
  dropUnique: (operation, context) => {
    const { table, name } = operation;
    const unique = tableBefore(context, table).uniques.find((each) => each.name === name);
    if (unique === undefined) return;
    if (!unique.inline && !isConstraint(unique)) {
      dropIndex(context, table, name, operation);
      return;
    }
    const held = quote(heldUniqueName(table, unique));
    context.on(table, `${alter(table)} DROP CONSTRAINT ${held}`, operation);
  },
  addCheck: (operation, context) => addCheck(context, operation.table, operation.check, operation),
  dropCheck: (operation, context) => {
    const { table, name } = operation;
    dropCheck(context, tableBefore(context, table), name, operation);
  },
  addForeignKey: (operation, context) => {
    const { table, foreignKey } = operation;
    const name = heldName(table, foreignKey);
    const sql = addConstraint(table, name, keyBody(foreignKey));
    const { plan } = context;
    if (!context.isOnline(table) && !context.isOnline(foreignKey.referencedTable)) {
      context.on(table, foreignKey.notValid === true ? `${sql} NOT VALID` : sql, operation);
      return;
    }
    // It locks both tables against writers, so it stands alone, and the rows are looked at later.
    plan.cut();
    plan.add(`${sql} NOT VALID`, operation);
    plan.cut();
    if (foreignKey.notValid !== true) validate(context, table, name, operation);
  },
  dropForeignKey: (operation, context) => {
    const { table, name } = operation;
    const key = tableBefore(context, table).foreignKeys.find((each) => each.name === name);
    if (key === undefined) return;
    const alone = context.isOnline(table);
    if (alone) context.plan.cut();
    const held = quote(heldName(table, key));
    context.plan.add(`${alter(table)} DROP CONSTRAINT ${held}`, operation);
    if (alone) context.plan.cut();
  },
  addExclude: (operation, context) => {
    const { table, exclude } = operation;
    context.on(table, addConstraint(table, exclude.name, exclude.definition), operation);
  },
  dropExclude: (operation, context) => {
    const { table, name } = operation;
    context.on(table, `${alter(table)} DROP CONSTRAINT ${quote(name)}`, operation);
  },
  renameConstraint: (operation, context) => {
    const { table, name, to } = operation;
    const before = tableBefore(context, table);
    const held = heldConstraint(before, name);
    const renamed = heldConstraint(tableOf(context.after, table), to);
    if (held === undefined || renamed === undefined || held === renamed) return;
    const sql = `${alter(table)} RENAME CONSTRAINT ${quote(held)} TO ${quote(renamed)}`;
    context.on(table, sql, operation);
  },
  validate: (operation, context) => {
    const { table, name } = operation;
    const held = heldConstraint(tableBefore(context, table), name);
    if (held !== undefined) validate(context, table, held, operation);
  },
  createIndex: (operation, context) => {
    const { table, index } = operation;
    if (context.isOnline(table)) buildIndex(context, table, index, operation);
    else context.plan.add(indexSql(context, table, index), operation);
  },
  dropIndex: (operation, context) => dropIndex(context, operation.table, operation.name, operation),
  renameIndex: (operation, { plan }) => {
    const { table, name, to } = operation;
    plan.add(`ALTER INDEX ${quoteBeside(table, name)} RENAME TO ${quote(to)}`, operation);
  },
};

/** Adds a check; on a table in use the rows are looked at in a later transaction, which blocks nobody. */
export function addCheck(
  context: PlanContext,
  table: string,
  check: CheckIr,
  operation: Operation,
): void {
  if (!isEffective(tableOf(context.after, table), check)) return;
  const sql = `${alter(table)} ADD ${emitCheck(check, postgresDdl)}`;
  const notValid = check.kind === "sql" && check.notValid === true;
  if (!context.isOnline(table) || (check.kind === "sql" && check.unnamed === true)) {
    context.on(table, notValid ? `${sql} NOT VALID` : sql, operation);
    return;
  }
  context.on(table, `${sql} NOT VALID`, operation);
  context.plan.cut();
  if (!notValid) validate(context, table, check.name, operation);
}

/** Drops a check, unless a native type stands for it. */
export function dropCheck(
  context: PlanContext,
  before: TableIr,
  name: string,
  operation: Operation,
): void {
  const check = before.checks.find((each) => each.name === name);
  if (check === undefined || !isEffective(before, check)) return;
  const sql = `${alter(before.name)} DROP CONSTRAINT ${quote(name)}`;
  context.on(before.name, sql, operation);
}

function validate(context: PlanContext, table: string, name: string, operation: Operation): void {
  context.on(table, `${alter(table)} VALIDATE CONSTRAINT ${quote(name)}`, operation);
  if (context.isOnline(table)) context.plan.cut();
}

function isEffective(table: TableIr, check: CheckIr): boolean {
  return effectiveChecks({ ...table, checks: [check] }, postgresDdl).length > 0;
}

function heldConstraint(table: TableIr, name: string): string | undefined {
  const key = table.foreignKeys.find((each) => each.name === name);
  if (key !== undefined) return heldName(table.name, key);
  const unique = table.uniques.find((each) => each.name === name);
  if (unique !== undefined) return heldUniqueName(table.name, unique);
  const check = table.checks.find((each) => each.name === name);
  return check === undefined || isEffective(table, check) ? name : undefined;
}

/** Builds an index beside readers and writers: a statement by itself, which may be left half done. */
function buildIndex(
  context: PlanContext,
  table: string,
  index: IndexIr | UniqueIr,
  operation: Operation,
): void {
  const sql = indexSql(context, table, index, true);
  const name = `pg_catalog.to_regclass(${quoteText(quoteBeside(table, index.name))})`;
  context.plan.put({
    kind: "autocommit",
    step: { sql, operations: [operation] },
    probe: `SELECT CASE WHEN x.name IS NULL THEN false WHEN i.indisvalid THEN true END FROM (SELECT ${name} AS name) x LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = x.name`,
    cleanUp: `DROP INDEX CONCURRENTLY IF EXISTS ${quoteBeside(table, index.name)}`,
  });
}

function dropIndex(
  { plan, isOnline }: PlanContext,
  table: string,
  name: string,
  operation: Operation,
): void {
  if (!isOnline(table)) {
    plan.add(`DROP INDEX ${quoteBeside(table, name)}`, operation);
    return;
  }
  plan.put({
    kind: "autocommit",
    step: { sql: `DROP INDEX CONCURRENTLY ${quoteBeside(table, name)}`, operations: [operation] },
    probe: `SELECT pg_catalog.to_regclass(${quoteText(quoteBeside(table, name))}) IS NULL`,
    cleanUp: null,
  });
}
