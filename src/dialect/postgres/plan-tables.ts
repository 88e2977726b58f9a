/** Plans operations on whole tables. */
import { effectiveChecks, emitCheck, emitUnique } from "../../ddl/column.ts";
import {
  emitComments,
  emitIndexes,
  emitSequences,
  emitTable,
  isLate,
  mergedUniques,
} from "../../ddl/create.ts";
import { tableOf } from "../../ir/edit.ts";
import type { ForeignKeyIr } from "../../ir/schema.ts";
import {
  qualifiedName,
  quoteIdentifier as quote,
  quoteQualified,
  splitName,
} from "../../util/identifier.ts";
import { constraintName } from "../constraint-name.ts";
import { postgresDdl } from "./ddl.ts";
import type { Planner } from "./plan-context.ts";
import { addConstraint, alter, givenNames, heldName, keyBody, quoteBeside } from "./plan-names.ts";

type TableOperation =
  | "createTable"
  | "dropTable"
  | "renameTable"
  | "setTableComment"
  | "setTableOptions";

export const tablePlanners: { readonly [Kind in TableOperation]: Planner<Kind> } = {
  createTable: (operation, { plan, isOnline }) => {
    const { table } = operation;
    // A key to a table in use locks that table for the whole transaction: it gets one of its own.
    const apart = (key: ForeignKeyIr): boolean =>
      isLate(key, postgresDdl) ||
      (key.referencedTable !== table.name && isOnline(key.referencedTable));
    const inline = table.foreignKeys.filter((key) => !apart(key));
    const once = { ifMissing: false };
    plan.add(emitTable(table, inline, postgresDdl, once), operation);
    for (const { sql } of emitSequences(table, postgresDdl)) plan.add(sql, operation);
    for (const unique of mergedUniques(table, postgresDdl)) {
      plan.add(`${alter(table.name)} ADD ${emitUnique(unique, postgresDdl)}`, operation);
    }
    for (const { sql } of emitIndexes(table, postgresDdl, once)) plan.add(sql, operation);
    for (const { sql } of emitComments(table, postgresDdl)) plan.add(sql, operation);
    for (const check of effectiveChecks(table, postgresDdl)) {
      if (!isLate(check, postgresDdl)) continue;
      plan.add(`${alter(table.name)} ADD ${emitCheck(check, postgresDdl)} NOT VALID`, operation);
    }
    for (const key of table.foreignKeys.filter(apart)) {
      const late = isLate(key, postgresDdl) ? " NOT VALID" : "";
      const sql = `${addConstraint(table.name, heldName(table.name, key), keyBody(key))}${late}`;
      if (isOnline(key.referencedTable)) plan.cut();
      plan.add(sql, operation);
      if (isOnline(key.referencedTable)) plan.cut();
    }
  },
  dropTable: (operation, { plan, isOnline }) => {
    const alone = isOnline(operation.table);
    if (alone) plan.cut();
    plan.add(`DROP TABLE ${quoteQualified(operation.table)}`, operation);
    if (alone) plan.cut();
  },
  renameTable: (operation, { on, before }) => {
    const { table, to } = operation;
    const [old, fresh] = [splitName(table), splitName(to)];
    if (fresh.schema !== undefined && fresh.schema !== old.schema) {
      on(table, `${alter(table)} SET SCHEMA ${quote(fresh.schema)}`, operation);
    }
    const moved = qualifiedName(fresh.schema, old.name);
    if (old.name !== fresh.name) {
      on(table, `${alter(moved)} RENAME TO ${quote(fresh.name)}`, operation);
    }
    const was = tableOf(before, table);
    for (const [name, renamed] of givenNames(was, { ...was, name: to })) {
      on(table, `${alter(to)} RENAME CONSTRAINT ${quote(name)} TO ${quote(renamed)}`, operation);
    }
    for (const { name, autoincrement } of was.columns) {
      if (!autoincrement) continue;
      const [sequence, renamed] = [table, to].map((of) => constraintName(of, [name], "seq"));
      if (sequence === undefined || renamed === undefined || sequence === renamed) continue;
      on(
        table,
        `ALTER SEQUENCE IF EXISTS ${quoteBeside(to, sequence)} RENAME TO ${quote(renamed)}`,
        operation,
      );
    }
  },
  setTableOptions: (operation, { on }) => {
    const { table, unlogged } = operation;
    if (unlogged === undefined) return;
    on(table, `${alter(table)} SET ${unlogged ? "UNLOGGED" : "LOGGED"}`, operation);
  },
  setTableComment: (operation, { plan }) => {
    const sql = postgresDdl.comment(operation.table, null, operation.comment);
    if (sql !== null) plan.add(sql, operation);
  },
};
