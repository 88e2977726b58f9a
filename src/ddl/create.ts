/** SchemaIR to the statements that create it. */
import type { ForeignKeyIr, IndexIr, SchemaIr, TableIr, UniqueIr } from "../ir/schema.ts";
import { assertSchema } from "./assert-schema.ts";
import { effectiveChecks, emitCheck, emitColumn, emitColumns, emitForeignKey } from "./column.ts";
import type { DdlDialect } from "./dialect.ts";
import { orderTables } from "./order.ts";

/** One DDL statement, without a final semicolon, and what it makes. */
export interface DdlStatement {
  readonly sql: string;
  /** The table it belongs to; null for an enum type. */
  readonly table: string | null;
  readonly kind: "enum" | "table" | "index" | "foreignKey" | "comment";
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
  assertSchema(payload, dialect.foldIdentifier);
  const order = orderTables(payload.tables);

  const late = (table: TableIr, key: ForeignKeyIr): boolean =>
    !dialect.forwardReferences && order.pointsAhead(table, key);

  const statements: DdlStatement[] = [];
  for (const type of payload.enums) {
    const sql = dialect.createEnum(type);
    if (sql !== null) statements.push({ sql, table: null, kind: "enum" });
  }
  for (const table of order.tables) {
    const keys = table.foreignKeys.filter((key) => !late(table, key));
    statements.push({ sql: emitTable(table, keys, dialect), table: table.name, kind: "table" });
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
): string {
  const key = table.primaryKey;
  const parts = [
    ...table.columns.map((column) => emitColumn(table, column, dialect)),
    ...(key.length > 1 ? [`PRIMARY KEY ${emitColumns(key, dialect)}`] : []),
    ...foreignKeys.map((foreignKey) => emitForeignKey(foreignKey, dialect)),
    ...effectiveChecks(table, dialect).map((check) => emitCheck(check, dialect)),
  ];
  return `CREATE TABLE IF NOT EXISTS ${dialect.quote(table.name)} ( ${parts.join(", ")} )`;
}

/** CREATE INDEX for a plain index or a unique that isn't inline. */
export function emitIndex(table: string, index: IndexIr | UniqueIr, dialect: DdlDialect): string {
  const unique = "inline" in index ? "UNIQUE " : "";
  const on = `${dialect.quote(table)} ${emitColumns(index.columns, dialect)}`;
  return `CREATE ${unique}INDEX IF NOT EXISTS ${dialect.quote(index.name)} ON ${on}`;
}

function emitIndexes(table: TableIr, dialect: DdlDialect): readonly DdlStatement[] {
  const uniques = table.uniques.filter(({ inline }) => !inline);
  return [...table.indexes, ...uniques]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((index) => ({
      sql: emitIndex(table.name, index, dialect),
      table: table.name,
      kind: "index",
    }));
}

function emitComments(table: TableIr, dialect: DdlDialect): readonly DdlStatement[] {
  const { name, comment } = table;
  const own = comment === null ? [] : [dialect.comment(name, null, comment)];
  const ofColumns = table.columns.map((column) =>
    column.comment === null ? null : dialect.comment(name, column, column.comment),
  );
  return [...own, ...ofColumns]
    .filter((sql) => sql !== null)
    .map((sql) => ({ sql, table: name, kind: "comment" }));
}
