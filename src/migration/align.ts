/** What a database spells in its own way, and what a schema says only by default, put on one footing. */
import { emitLiteral } from "../ddl/column.ts";
import type { DdlDialect } from "../ddl/dialect.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { omit } from "../ir/edit.ts";
import { sameData } from "../ir/same.ts";
import type {
  CheckIr,
  ColumnIr,
  DefaultIr,
  ForeignKeyIr,
  IndexIr,
  SchemaPayload,
  TableIr,
  UniqueIr,
} from "../ir/schema.ts";
import { sameList } from "../util/lists.ts";

/** What is asked of a database. */
type Aligner = Pick<Dialect, "ddl" | "reconcile">;

/**
 * The schema that a database has, said as `wanted` says it wherever both mean the same.
 *
 * Another spelling of a type, a name where `wanted` leaves it to the database, and the way a key is numbered
 * are no difference. What `wanted` doesn't have stays as it is.
 */
export function alignSchema(
  live: SchemaPayload,
  wanted: SchemaPayload,
  dialect: Aligner,
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

function alignTable(live: TableIr, wanted: TableIr, dialect: Aligner): TableIr {
  return {
    ...(wanted.primaryKeyName === undefined ? omit(live, "primaryKeyName") : live),
    columns: live.columns.map((column) => {
      const other = wanted.columns.find(({ name }) => name === column.name);
      return other === undefined ? column : alignColumn(column, other, dialect);
    }),
    foreignKeys: live.foreignKeys.map((key) => matched(key, wanted.foreignKeys, unnamed(key))),
    uniques: live.uniques.map((unique) => matched(unique, wanted.uniques, inline(unique))),
    checks: live.checks.map((check) => wanted.checks.find(sameCheck(check, dialect)) ?? check),
    indexes: live.indexes.map((index) => wanted.indexes.find(sameIndex(index, dialect)) ?? index),
  };
}

/** As it is where it is wanted so, or else as the first that means the same: two of a table may hold the same columns. */
function matched<Part>(live: Part, wanted: readonly Part[], same: (wanted: Part) => boolean): Part {
  return wanted.some((each) => sameData(live, each)) ? live : (wanted.find(same) ?? live);
}

function alignColumn(live: ColumnIr, wanted: ColumnIr, dialect: Aligner): ColumnIr {
  const { reconcile } = dialect;
  const numbered = alignNumbering(live, wanted);
  const spelled = alignSql(numbered, wanted, dialect);
  if (!reconcile.sameType(live, wanted)) return spelled;
  return {
    ...omit(spelled, "nativeType"),
    type: wanted.type,
    ...(wanted.nativeType !== undefined && { nativeType: wanted.nativeType }),
  };
}

function alignSql(live: ColumnIr, wanted: ColumnIr, { ddl, reconcile }: Aligner): ColumnIr {
  const { sameSql } = reconcile;
  const [own, other] = [live.default, wanted.default];
  const text = (value: DefaultIr): string =>
    value.kind === "sql" ? value.sql : emitLiteral(value.value, ddl);
  const initial = own !== null && other !== null && sameSql(text(own), text(other)) ? other : own;
  const [expression, wish] = [live.generated, wanted.generated];
  const generated =
    expression !== null && wish !== null && sameSql(expression.sql, wish.sql)
      ? { ...expression, sql: wish.sql }
      : expression;
  return { ...live, default: initial, generated };
}

function sameCheck(
  live: CheckIr,
  { reconcile: { sameSql, listSql } }: Aligner,
): (wanted: CheckIr) => boolean {
  return (wanted) => {
    if (live.kind !== "sql") return false;
    if (wanted.kind === "sql") {
      return sameSql(live.sql, wanted.sql) && sameData({ ...live, sql: wanted.sql }, wanted);
    }
    const { kind: _, sql, ...facts } = live;
    const { kind: __, column, values, ...others } = wanted;
    return sameSql(sql, listSql(column, values)) && sameData(facts, others);
  };
}

/** Whether a full-text index is what the database makes of another. */
export function sameTextIndex(live: IndexIr, wanted: IndexIr, ddl: DdlDialect): boolean {
  const kept = ({ fullText }: IndexIr) => fullText !== undefined && ddl.textLanguage(fullText);
  return kept(live) === kept(wanted) && sameData(omit(live, "fullText"), omit(wanted, "fullText"));
}

function sameIndex(live: IndexIr, { ddl, reconcile }: Aligner): (wanted: IndexIr) => boolean {
  const { sameSql } = reconcile;
  const same = (a: string | undefined, b: string | undefined): boolean =>
    a === b || (a !== undefined && b !== undefined && sameSql(a, b));
  return (wanted) => {
    if (live.fullText !== undefined) return sameTextIndex(live, wanted, ddl);
    if (!same(live.where, wanted.where)) return false;
    const keys = live.keys?.map((key, at) => {
      const other = wanted.keys?.[at];
      const both = other !== undefined && "expression" in key && "expression" in other;
      return both && sameSql(key.expression, other.expression)
        ? { ...key, expression: other.expression }
        : key;
    });
    const spelled = {
      ...live,
      ...(wanted.where !== undefined && { where: wanted.where }),
      ...(keys !== undefined && { keys }),
    };
    return sameData(spelled, wanted);
  };
}

/** How a database numbers a column counts only where `wanted` says it. */
function alignNumbering(live: ColumnIr, wanted: ColumnIr): ColumnIr {
  if (!live.autoincrement || !wanted.autoincrement) return live;
  if (wanted.numbering === undefined) return omit(live, "numbering");
  const { kind, options } = wanted.numbering;
  return kind === "serial" && options === undefined && live.numbering?.kind === "serial"
    ? { ...live, numbering: { kind } }
    : live;
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
