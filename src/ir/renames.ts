/** Renames tables and columns everywhere a schema mentions them. */
import { compareText } from "../util/lists.ts";
import { columnOf, refuse, tableOf } from "./edit.ts";
import { renameInSql } from "./rename-sql.ts";
import type { CheckIr, ColumnIr, IndexIr, SchemaPayload, TableIr } from "./schema.ts";

/** The schema with a table under another name; foreign keys follow. */
export function renameTableIn(schema: SchemaPayload, from: string, to: string): SchemaPayload {
  tableOf(schema, from);
  if (schema.tables.some(({ name }) => name === to)) {
    throw refuse(`the table "${to}" exists already`);
  }
  const tables = schema.tables.map((table): TableIr => {
    const foreignKeys = table.foreignKeys.some((key) => key.referencedTable === from)
      ? table.foreignKeys.map((key) =>
          key.referencedTable === from ? { ...key, referencedTable: to } : key,
        )
      : table.foreignKeys;
    if (table.name === from) return { ...table, name: to, foreignKeys };
    return foreignKeys === table.foreignKeys ? table : { ...table, foreignKeys };
  });
  return { ...schema, tables: tables.sort((a, b) => compareText(a.name, b.name)) };
}

/** The schema with a column under another name: keys, indexes, checks and expressions follow. */
export function renameColumnIn(
  schema: SchemaPayload,
  tableName: string,
  from: string,
  to: string,
): SchemaPayload {
  const owner = tableOf(schema, tableName);
  columnOf(owner, from);
  if (owner.columns.some(({ name }) => name === to)) {
    throw refuse(`table "${tableName}" has a column "${to}" already`);
  }
  const one = (name: string): string => (name === from ? to : name);
  const all = (names: readonly string[]): readonly string[] => names.map(one);
  const tables = schema.tables.map((table): TableIr => {
    const pointing = table.foreignKeys.some((key) => key.referencedTable === tableName);
    if (table !== owner && !pointing) return table;
    const foreignKeys = table.foreignKeys.map((key) => ({
      ...key,
      ...(table === owner && {
        columns: all(key.columns),
        ...(key.setColumns !== undefined && { setColumns: all(key.setColumns) }),
      }),
      ...(key.referencedTable === tableName && { referencedColumns: all(key.referencedColumns) }),
    }));
    if (table !== owner) return { ...table, foreignKeys };
    return {
      ...table,
      columns: table.columns
        .map((column) => renameColumn(column, from, to))
        .sort((a, b) => compareText(a.name, b.name)),
      primaryKey: all(table.primaryKey),
      foreignKeys,
      uniques: table.uniques.map((unique) => ({ ...unique, columns: all(unique.columns) })),
      indexes: table.indexes.map((index) => renameInIndex(index, from, to)),
      checks: table.checks.map((check) => renameInCheck(check, from, to)),
    };
  });
  return { ...schema, tables };
}

function renameColumn(column: ColumnIr, from: string, to: string): ColumnIr {
  return {
    ...column,
    name: column.name === from ? to : column.name,
    generated: column.generated && {
      ...column.generated,
      sql: renameInSql(column.generated.sql, from, to),
    },
  };
}

function renameInIndex(index: IndexIr, from: string, to: string): IndexIr {
  const one = (name: string): string => (name === from ? to : name);
  const { columns, keys, include, where } = index;
  return {
    ...index,
    columns: columns.map(one),
    ...(include !== undefined && { include: include.map(one) }),
    ...(where !== undefined && { where: renameInSql(where, from, to) }),
    ...(keys !== undefined && {
      keys: keys.map((key) =>
        "column" in key
          ? { ...key, column: one(key.column) }
          : { ...key, expression: renameInSql(key.expression, from, to) },
      ),
    }),
  };
}

function renameInCheck(check: CheckIr, from: string, to: string): CheckIr {
  if (check.kind === "sql") return { ...check, sql: renameInSql(check.sql, from, to) };
  return check.column === from ? { ...check, column: to } : check;
}
