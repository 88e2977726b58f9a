import type { IndexIr, SchemaPayload, TableIr } from "./schema.ts";

/** What of a schema uses a column, each said in words. SQL text is not looked into. */
export function columnUsers(
  schema: SchemaPayload,
  table: TableIr,
  column: string,
): readonly string[] {
  const { uniques, indexes, checks, foreignKeys } = table;
  const holds = ({ columns }: { readonly columns: readonly string[] }) => columns.includes(column);
  const named =
    (what: string) =>
    ({ name }: { readonly name: string }): string =>
      `${what} "${name}"`;
  return [
    ...(table.primaryKey.includes(column) ? ["the primary key"] : []),
    ...uniques.filter(holds).map(named("the unique")),
    ...indexes.filter((index) => indexUses(index, column)).map(named("the index")),
    ...checks
      .filter((check) => check.kind === "values" && check.column === column)
      .map(named("the check")),
    ...foreignKeys.filter(holds).map(named("the foreign key")),
    ...schema.tables.flatMap((other) =>
      other.foreignKeys
        .filter((key) => key.referencedTable === table.name)
        .filter((key) => key.referencedColumns.includes(column))
        .map((key) => `the foreign key "${key.name}" of table "${other.name}"`),
    ),
  ];
}

/** Whether a column is a key of an index, or is carried along. */
export function indexUses({ columns, keys = [], include = [] }: IndexIr, column: string): boolean {
  return (
    columns.includes(column) ||
    include.includes(column) ||
    keys.some((key) => "column" in key && key.column === column)
  );
}
