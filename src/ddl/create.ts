/** SchemaIR to the statements that create it. */

import { textIndexOf } from "../ir/full-text.ts";
import type {
  CheckIr,
  ColumnIr,
  ForeignKeyIr,
  IndexIr,
  IndexKeyIr,
  ObjectIr,
  SchemaIr,
  TableIr,
  UniqueIr,
} from "../ir/schema.ts";
import { comesBeforeEnums } from "../ir/schema-object.ts";
import { sameList } from "../util/lists.ts";
import { assertSchema } from "./assert-schema.ts";
import {
  effectiveChecks,
  emitCheck,
  emitColumn,
  emitColumns,
  emitForeignKey,
  emitPrimaryKey,
  emitUnique,
  hasInlineKey,
  quoteCollation,
  writtenSql,
} from "./column.ts";
import type { CreateOptions, DdlDialect } from "./dialect.ts";
import { orderTables } from "./order.ts";

/** One DDL statement, without a final semicolon, and what it makes. */
export interface DdlStatement {
  readonly sql: string;
  /** The table it belongs to; null for what tables need. */
  readonly table: string | null;
  readonly kind:
    | "object"
    | "enum"
    | "table"
    | "sequence"
    | "unique"
    | "index"
    | "check"
    | "foreignKey"
    | "comment";
}

/**
 * Emits the statements that create every table of `ir`, in an order that works.
 *
 * Each does nothing when what it makes exists, so running them twice is the
 * same as once. Values enter as escaped literals, names through the quoter.
 *
 * @throws {SchemaError} The schema can't be written for this database.
 */
export function emitCreate(ir: SchemaIr, dialect: DdlDialect): readonly DdlStatement[] {
  const { payload } = ir;
  assertSchema(payload, dialect);
  const order = orderTables(payload.tables);

  const late = (table: TableIr, key: ForeignKeyIr): boolean =>
    isLate(key, dialect) || (!dialect.forwardReferences && order.pointsAhead(table, key));

  const statements: DdlStatement[] = [];
  const { objects = [] } = payload;
  const make = (some: readonly ObjectIr[]): void => {
    for (const object of some) {
      const sql = dialect.createObject(object);
      if (sql !== null) statements.push({ sql, table: null, kind: "object" });
    }
  };
  make(objects.filter(comesBeforeEnums));
  for (const type of payload.enums) {
    const sql = dialect.createEnum(type);
    if (sql !== null) statements.push({ sql, table: null, kind: "enum" });
  }
  make(objects.filter((object) => !comesBeforeEnums(object)));
  for (const table of order.tables) {
    const keys = table.foreignKeys.filter((key) => !late(table, key));
    statements.push({ sql: emitTable(table, keys, dialect), table: table.name, kind: "table" });
    statements.push(...emitSequences(table, dialect), ...emitLateUniques(table, dialect));
    statements.push(...emitLateChecks(table, dialect));
    statements.push(...emitIndexes(table, dialect), ...emitComments(table, dialect));
  }
  for (const table of order.tables) {
    for (const key of table.foreignKeys.filter((key) => late(table, key))) {
      const sql = dialect.addForeignKey(table.name, key);
      statements.push({ sql, table: table.name, kind: "foreignKey" });
    }
  }
  return statements;
}

/** CREATE TABLE with the given foreign keys inline. */
export function emitTable(
  table: TableIr,
  foreignKeys: readonly ForeignKeyIr[],
  dialect: DdlDialect,
  { ifMissing = true }: CreateOptions = {},
): string {
  const { before, after } = dialect.tableWords(table);
  const merged = mergedUniques(table, dialect);
  const checks = effectiveChecks(table, dialect).filter((check) => !isLate(check, dialect));
  const parts = [
    ...inOrder(table.columns).map((column) => emitColumn(table, column, dialect)),
    ...(table.primaryKey.length > 0 && !hasInlineKey(table)
      ? [emitPrimaryKey(table, dialect)]
      : []),
    ...table.uniques
      .filter((unique) => isConstraint(unique) && !merged.includes(unique))
      .map((unique) => emitUnique(unique, dialect)),
    ...foreignKeys.map((foreignKey) => emitForeignKey(foreignKey, dialect)),
    ...checks.map((check) => emitCheck(check, dialect)),
    // What a database has no form for is left out, as the extras of indexes are.
    ...(dialect.richIndexes ? (table.excludes ?? []) : []).map(
      ({ name, definition }) => `CONSTRAINT ${dialect.quote(name)} ${definition}`,
    ),
  ];
  const head = `CREATE ${before}TABLE ${ifMissing ? "IF NOT EXISTS " : ""}${dialect.quoteName(table.name)}`;
  return `${head} ( ${parts.join(", ")} )${after}`;
}

/** Columns that know their places stand in them; others in the order of their names. */
function inOrder(columns: readonly ColumnIr[]): readonly ColumnIr[] {
  return columns.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0));
}

/** Uniques that would be one with the key, or with one before them, in CREATE TABLE. */
export function mergedUniques(table: TableIr, dialect: DdlDialect): readonly UniqueIr[] {
  if (!dialect.mergesUniques) return [];
  const seen = [
    table.primaryKey,
    ...table.uniques.flatMap((unique) => (isConstraint(unique) ? [] : [unique.columns])),
  ];
  return table.uniques.filter(isConstraint).filter(({ columns }) => {
    const known = seen.some((other) => sameList(other, columns));
    seen.push(columns);
    return known;
  });
}

function emitLateUniques(table: TableIr, dialect: DdlDialect): readonly DdlStatement[] {
  return mergedUniques(table, dialect).map((unique) => ({
    sql: dialect.addUnique(table.name, unique),
    table: table.name,
    kind: "unique",
  }));
}

/** What the sequences of a new table's columns say beyond the usual. */
export function emitSequences(table: TableIr, dialect: DdlDialect): readonly DdlStatement[] {
  return table.columns
    .map((column) => dialect.setSequence(table.name, column))
    .filter((sql) => sql !== null)
    .map((sql) => ({ sql, table: table.name, kind: "sequence" }));
}

/** Checks that hold for new rows alone. */
function emitLateChecks(table: TableIr, dialect: DdlDialect): readonly DdlStatement[] {
  return effectiveChecks(table, dialect)
    .filter((check) => isLate(check, dialect))
    .map((check) => ({
      sql: dialect.addCheck(table.name, check),
      table: table.name,
      kind: "check",
    }));
}

/** Whether a unique is a table constraint: neither part of its column nor an index. */
export function isConstraint({ constraint }: UniqueIr): boolean {
  return constraint === true;
}

/** Whether a key or check holds for new rows alone, which CREATE TABLE can't say. */
export function isLate(part: ForeignKeyIr | CheckIr, dialect: DdlDialect): boolean {
  return dialect.addsNotValid && "notValid" in part && part.notValid === true;
}

/** What makes an index, or a unique that isn't inline. */
export function emitIndex(
  table: TableIr,
  index: IndexIr | UniqueIr,
  dialect: DdlDialect,
  options: CreateOptions = {},
): readonly string[] {
  return "fullText" in index && index.fullText !== undefined
    ? dialect.textIndex(textIndexOf(table, index), options)
    : [emitPlainIndex(table.name, index, dialect, options)];
}

function emitPlainIndex(
  table: string,
  index: IndexIr | UniqueIr,
  dialect: DdlDialect,
  { ifMissing = true, concurrently = false }: CreateOptions,
): string {
  const rich: Partial<IndexIr> = "inline" in index ? { unique: true } : index;
  const { keys, where, unique, method, options } = rich;
  const { include } = index;
  const words = [
    "CREATE",
    ...(unique === true ? ["UNIQUE"] : []),
    "INDEX",
    ...(concurrently ? ["CONCURRENTLY"] : []),
    ...(ifMissing ? ["IF NOT EXISTS"] : []),
    dialect.quote(index.name),
    "ON",
    dialect.quoteName(table),
    ...(dialect.richIndexes && method !== undefined ? [`USING ${method}`] : []),
    keys === undefined
      ? emitColumns(index.columns, dialect)
      : `(${keys.map((key) => emitKey(key, dialect)).join(", ")})`,
    ...(dialect.richIndexes && include !== undefined
      ? [`INCLUDE ${emitColumns(include, dialect)}`]
      : []),
    ...(index.nullsNotDistinct === true ? ["NULLS NOT DISTINCT"] : []),
    ...(dialect.richIndexes && options !== undefined ? [`WITH (${options})`] : []),
    ...(where === undefined ? [] : [`WHERE ${writtenSql(where)}`]),
  ];
  return words.join(" ");
}

function emitKey(key: IndexKeyIr, dialect: DdlDialect): string {
  const { collation, operatorClass, descending, nulls } = key;
  return [
    "column" in key ? dialect.quote(key.column) : `(${writtenSql(key.expression)})`,
    ...(collation === undefined ? [] : [`COLLATE ${quoteCollation(collation, dialect)}`]),
    ...(dialect.richIndexes && operatorClass !== undefined ? [operatorClass] : []),
    ...(descending === true ? ["DESC"] : []),
    ...(dialect.richIndexes && nulls !== undefined ? [`NULLS ${nulls.toUpperCase()}`] : []),
  ].join(" ");
}

/** The indexes of a table, uniques among them, in the order of their names. */
export function emitIndexes(
  table: TableIr,
  dialect: DdlDialect,
  options: CreateOptions = {},
): readonly DdlStatement[] {
  const uniques = table.uniques.filter((unique) => !unique.inline && !isConstraint(unique));
  return [...table.indexes, ...uniques]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((index) => emitIndex(table, index, dialect, options))
    .map((sql) => ({ sql, table: table.name, kind: "index" }));
}

/** The comments of a table and its columns. */
export function emitComments(table: TableIr, dialect: DdlDialect): readonly DdlStatement[] {
  const { name, comment } = table;
  const own = comment === null ? [] : [dialect.comment(name, null, comment)];
  const ofColumns = table.columns.map((column) =>
    column.comment === null ? null : dialect.comment(name, column, column.comment),
  );
  return [...own, ...ofColumns]
    .filter((sql) => sql !== null)
    .map((sql) => ({ sql, table: name, kind: "comment" }));
}
