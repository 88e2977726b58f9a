/** Edits of SchemaIR that refuse what doesn't fit. Lists stay sorted by name. */
import { MigrationError } from "../errors/errors.ts";
import { compareText } from "../util/lists.ts";
import type { OperationKind, OperationOf } from "./migration.ts";
import type { ColumnIr, SchemaPayload, TableIr } from "./schema.ts";

/** How operations of one kind change a schema. */
export type Applier<Kind extends OperationKind> = (
  schema: SchemaPayload,
  operation: OperationOf<Kind>,
) => SchemaPayload;

/** The error of an operation that doesn't fit the schema it is applied to. */
export function refuse(problem: string, hint?: string): MigrationError {
  return new MigrationError(problem, {
    hint: hint ?? "the operations before this one lead to another schema; look at their order",
  });
}

/** The table of a name. */
export function tableOf(schema: SchemaPayload, name: string): TableIr {
  const table = schema.tables.find((each) => each.name === name);
  if (table === undefined) throw refuse(`there is no table "${name}"`);
  return table;
}

/** The column of a name. */
export function columnOf(table: TableIr, name: string): ColumnIr {
  const column = table.columns.find((each) => each.name === name);
  if (column === undefined) {
    throw refuse(
      `table "${table.name}" has no column "${name}"`,
      `its columns are ${table.columns.map((each) => each.name).join(", ")}`,
    );
  }
  return column;
}

/** The schema with one table changed. */
export function editTable(
  schema: SchemaPayload,
  name: string,
  edit: (table: TableIr) => TableIr,
): SchemaPayload {
  const table = tableOf(schema, name);
  const edited = edit(table);
  return { ...schema, tables: schema.tables.map((each) => (each === table ? edited : each)) };
}

/** The schema with one column changed. */
export function editColumn(
  schema: SchemaPayload,
  operation: { readonly table: string; readonly column: string },
  edit: (column: ColumnIr) => ColumnIr,
): SchemaPayload {
  return editTable(schema, operation.table, (table) => {
    const column = columnOf(table, operation.column);
    const edited = edit(column);
    return { ...table, columns: table.columns.map((each) => (each === column ? edited : each)) };
  });
}

interface Named {
  readonly name: string;
}

/** The list with one more; `what` says what it is, with an article. */
export function withNew<T extends Named>(list: readonly T[], item: T, what: string): readonly T[] {
  if (list.some(({ name }) => name === item.name)) {
    throw refuse(`${what} "${item.name}" exists already`);
  }
  const at = list.findIndex(({ name }) => compareText(name, item.name) > 0);
  return at === -1 ? [...list, item] : list.toSpliced(at, 0, item);
}

/** The list without one. */
export function without<T extends Named>(
  list: readonly T[],
  name: string,
  what: string,
): readonly T[] {
  const left = list.filter((each) => each.name !== name);
  if (left.length === list.length) throw refuse(`there is no ${what} "${name}"`);
  return left;
}

/** The object without some properties: those left out say the plain case. */
export function omit<T extends object, Key extends keyof T>(
  value: T,
  ...keys: readonly Key[]
): Omit<T, Key> {
  const copy = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
}
