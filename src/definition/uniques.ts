/** The columns that tell rows apart. */
import type { ColumnDefinition, ModelDefinition } from "./definition.ts";

/** The primary key, each unique column, and each group that is unique together. */
export function uniqueKeys({
  primaryKey,
  columns,
  uniques,
}: ModelDefinition): readonly (readonly ColumnDefinition[])[] {
  const single = columns.filter(({ unique }) => unique).map((column) => [column]);
  return primaryKey.length === 0 ? [...single, ...uniques] : [primaryKey, ...single, ...uniques];
}

/** The first unique key that values are given for; NULL tells no row from another. */
export function coveredKey(
  model: ModelDefinition,
  values: Readonly<Record<string, unknown>>,
): readonly ColumnDefinition[] | undefined {
  return uniqueKeys(model).find((key) =>
    key.every(({ property }) => values[property] !== undefined && values[property] !== null),
  );
}
