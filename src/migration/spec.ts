/** What people write in migration files, and the IR that it stands for. Left-out parts take the plain case. */
import {
  checkName,
  foreignKeyName,
  fullTextName,
  indexName,
  uniqueName,
} from "../definition/naming.ts";
import { UsageError } from "../errors/errors.ts";
import type {
  CheckIr,
  ColumnIr,
  DefaultIr,
  ForeignKeyIr,
  IndexIr,
  IndexKeyIr,
  TableIr,
  UniqueIr,
} from "../ir/schema.ts";
import { flattenFragment, SqlFragment } from "../sql/raw.ts";
import { byName } from "../util/lists.ts";
import { readType, type TypeSpec } from "./type-text.ts";

/** SQL as text, or written with the `sql` tag; without values, which DDL can't bind. */
export type SqlText = string | SqlFragment;

/** A value: a literal, or SQL written with the `sql` tag. */
export type ValueSpec = string | number | boolean | SqlFragment;

/** A column as migration files write it. */
export type ColumnSpec = Omit<
  Partial<ColumnIr>,
  "name" | "type" | "default" | "generated" | "position"
> & {
  readonly name: string;
  readonly type: TypeSpec;
  readonly default?: ValueSpec | DefaultIr | null;
  readonly generated?: { readonly sql: SqlText; readonly stored: boolean } | null;
};

/** A foreign key as migration files write it. */
export type ForeignKeySpec = Omit<
  Partial<ForeignKeyIr>,
  "columns" | "referencedTable" | "referencedColumns"
> & {
  readonly columns: readonly string[];
  readonly references: readonly [table: string, ...columns: string[]];
};

/** A unique as migration files write it. */
export type UniqueSpec = Partial<UniqueIr> & { readonly columns: readonly string[] };

/** An index as migration files write it: by columns, or by keys that say more. */
export type IndexSpec = Omit<Partial<IndexIr>, "columns" | "where"> & {
  readonly columns?: readonly string[];
  readonly where?: SqlText;
};

/** A check as migration files write it: SQL, or a list of values for one column. */
export type CheckSpec =
  | (Omit<Extract<CheckIr, { kind: "sql" }>, "kind" | "sql"> & { readonly sql: SqlText })
  | {
      readonly name?: string;
      readonly column: string;
      readonly values: readonly (string | number)[];
    };

/** A table as migration files write it. */
export type TableSpec = Omit<
  Partial<TableIr>,
  "name" | "columns" | "foreignKeys" | "uniques" | "indexes" | "checks"
> & {
  readonly columns: readonly ColumnSpec[];
  readonly foreignKeys?: readonly ForeignKeySpec[];
  readonly uniques?: readonly UniqueSpec[];
  readonly indexes?: readonly IndexSpec[];
  readonly checks?: readonly CheckSpec[];
};

/** The IR of a column. */
export function readColumn(spec: ColumnSpec): ColumnIr {
  const { type, default: initial, generated, ...rest } = spec;
  return {
    nullable: false,
    autoincrement: false,
    comment: null,
    renamedFrom: null,
    ...rest,
    type: readType(type),
    default: initial === undefined || initial === null ? null : readValue(initial),
    generated:
      generated === undefined || generated === null
        ? null
        : { sql: readSql(generated.sql), stored: generated.stored },
  };
}

/** The IR of a table; lists come out sorted by name, as everywhere in SchemaIR. */
export function readTable(name: string, spec: TableSpec): TableIr {
  const { columns, foreignKeys = [], uniques = [], indexes = [], checks = [], ...rest } = spec;
  if (!Array.isArray(columns) || columns.length === 0) {
    throw new UsageError(`op.createTable("${name}") names no columns`, {
      hint: 'write { columns: [{ name: "id", type: "integer" }], primaryKey: ["id"] }',
    });
  }
  return {
    model: null,
    comment: null,
    primaryKey: [],
    ...rest,
    name,
    columns: columns.map(readColumn),
    foreignKeys: foreignKeys.map((key) => readForeignKey(name, key)).sort(byName),
    uniques: uniques.map((unique) => readUnique(name, unique)).sort(byName),
    indexes: indexes.map((index) => readIndex(name, index)).sort(byName),
    checks: checks.map((check) => readCheck(name, check)).sort(byName),
  };
}

/** The IR of a foreign key. */
export function readForeignKey(table: string, spec: ForeignKeySpec): ForeignKeyIr {
  const { columns, references, ...rest } = spec;
  const [referencedTable, ...referencedColumns] = references;
  return {
    name: foreignKeyName(table, columns, referencedTable),
    onDelete: "NO ACTION",
    onUpdate: "NO ACTION",
    ...rest,
    columns,
    referencedTable,
    referencedColumns,
  };
}

/** The IR of a unique. */
export function readUnique(table: string, spec: UniqueSpec): UniqueIr {
  return { name: uniqueName(table, spec.columns), inline: false, ...spec };
}

/** The IR of an index. */
export function readIndex(table: string, spec: IndexSpec): IndexIr {
  const { where, columns = (spec.keys ?? []).flatMap(plainColumn), ...rest } = spec;
  if (columns.length === 0 && spec.keys === undefined) {
    throw new UsageError(`an index of "${table}" names no columns`, {
      hint: 'write { columns: ["a", "b"] }, or { name: "…", keys: [{ expression: "lower(a)" }] }',
    });
  }
  const usual = indexName(table, columns.length === 0 ? ["expression"] : columns);
  return {
    name: spec.fullText === undefined ? usual : fullTextName(table),
    ...rest,
    columns,
    ...(where !== undefined && { where: readSql(where) }),
  };
}

/** The IR of a check. */
export function readCheck(table: string, spec: CheckSpec): CheckIr {
  if ("sql" in spec) return { ...spec, kind: "sql", sql: readSql(spec.sql) };
  const { column, values, name = checkName(table, column) } = spec;
  return { kind: "values", name, column, values };
}

/** A default or a value for existing rows: plain values are literals, SQL is SQL. */
export function readValue(value: ValueSpec | DefaultIr): DefaultIr {
  if (SqlFragment.is(value)) return { kind: "sql", sql: readSql(value) };
  return typeof value === "object" ? value : { kind: "literal", value };
}

/**
 * SQL text without values.
 *
 * @throws {UsageError} A value stands in it: DDL takes no parameters.
 */
export function readSql(text: SqlText): string {
  if (typeof text === "string") return text;
  const { pieces, operands } = flattenFragment(text);
  return pieces.reduce((before, piece, place) => {
    const operand = operands[place - 1];
    if (operand?.kind !== "identifier") {
      throw new UsageError("SQL of a migration holds a value, and DDL takes no parameters", {
        hint: "write the value into the text as an SQL literal; names go in with sql.identifier()",
      });
    }
    const name = operand.names.map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
    return before + name + piece;
  });
}

function plainColumn(key: IndexKeyIr): readonly string[] {
  return "column" in key ? [key.column] : [];
}
