/** What a database spells in its own way, and what a schema says only by default, put on one footing. */
import type { Dialect } from "../dialect/dialect.ts";
import { omit } from "../ir/edit.ts";
import { sameData } from "../ir/same.ts";
import type { ColumnIr, ForeignKeyIr, SchemaPayload, TableIr, UniqueIr } from "../ir/schema.ts";
import { sameList } from "../util/lists.ts";

/**
 * The schema that a database has, said as `wanted` says it wherever both mean the same.
 *
 * Another spelling of a type, a name where `wanted` leaves it to the database, and the way a key is numbered
 * are no difference. What `wanted` doesn't have stays as it is.
 */
export function alignSchema(
  live: SchemaPayload,
  wanted: SchemaPayload,
  dialect: Pick<Dialect, "reconcile">,
): SchemaPayload {
  const tables = new Map(wanted.tables.map((table) => [table.name, table]));
  return {
    ...live,
    tables: live.tables.map((table) => {
      const other = tables.get(table.name);
      return other === undefined ? table : alignTable(table, other, dialect);
    }),
  };
}

function alignTable(live: TableIr, wanted: TableIr, dialect: Pick<Dialect, "reconcile">): TableIr {
  return {
    ...(wanted.primaryKeyName === undefined ? omit(live, "primaryKeyName") : live),
    columns: live.columns.map((column) => {
      const other = wanted.columns.find(({ name }) => name === column.name);
      return other === undefined ? column : alignColumn(column, other, dialect);
    }),
    foreignKeys: live.foreignKeys.map((key) => wanted.foreignKeys.find(unnamed(key)) ?? key),
    uniques: live.uniques.map((unique) => wanted.uniques.find(inline(unique)) ?? unique),
  };
}

function alignColumn(
  live: ColumnIr,
  wanted: ColumnIr,
  { reconcile }: Pick<Dialect, "reconcile">,
): ColumnIr {
  const numbered =
    live.autoincrement && wanted.autoincrement && wanted.numbering === undefined
      ? omit(live, "numbering")
      : live;
  if (!reconcile.sameType(live, wanted)) return numbered;
  return {
    ...omit(numbered, "nativeType"),
    type: wanted.type,
    ...(wanted.nativeType !== undefined && { nativeType: wanted.nativeType }),
  };
}

/** A key without a name of its own is the same under any. */
function unnamed(key: ForeignKeyIr): (wanted: ForeignKeyIr) => boolean {
  const bare = omit(key, "named");
  return (wanted) => wanted.named !== true && sameData({ ...bare, name: wanted.name }, wanted);
}

/** A column's own uniqueness may be held by an index: that is how it is added to a table of SQLite. */
function inline(unique: UniqueIr): (wanted: UniqueIr) => boolean {
  const plain = unique.deferrable === undefined && unique.nullsNotDistinct !== true;
  return (wanted) =>
    plain &&
    wanted.inline &&
    wanted.constraint !== true &&
    sameList(unique.columns, wanted.columns);
}
