import { omit } from "./edit.ts";
import type { SchemaPayload, TableIr } from "./schema.ts";

/**
 * The schema as a database could hold it: without the names of models and hints for a diff, and
 * without names that the database never hears.
 */
export function canonicalSchema({ tables, enums, objects }: SchemaPayload): SchemaPayload {
  return {
    tables: tables.map(canonicalTable),
    enums,
    ...(objects !== undefined && objects.length > 0 && { objects }),
  };
}

function canonicalTable(table: TableIr): TableIr {
  return {
    ...table,
    model: null,
    columns: table.columns.map((column) => ({ ...omit(column, "position"), renamedFrom: null })),
    foreignKeys: sortByText(
      table.foreignKeys.map((key) => (key.named === true ? key : { ...key, name: "" })),
    ),
    uniques: sortByText(
      table.uniques.map((unique) =>
        unique.inline && unique.constraint !== true ? { ...unique, name: "" } : unique,
      ),
    ),
  };
}

function sortByText<T>(list: readonly T[]): readonly T[] {
  return list
    .map((item) => [JSON.stringify(item, Object.keys(item as object).sort()), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item);
}

/** The names of all tables and enum types. */
export function namesOf({ tables, enums }: SchemaPayload): readonly string[] {
  return [...tables, ...enums].map(({ name }) => name);
}
