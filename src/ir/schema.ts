/**
 * SchemaIR: the tables that models declare, or that a database has, as plain data.
 *
 * DDL, diffs, introspection and diagrams all read this and nothing else.
 */
import type { IrEnvelope } from "./envelope.ts";
import type { StorageType } from "./type.ts";

/** The whole schema in its envelope. */
export type SchemaIr = IrEnvelope<"schema", SchemaPayload>;

/** Tables by name, native enum types by name. */
export interface SchemaPayload {
  readonly tables: readonly TableIr[];
  readonly enums: readonly EnumIr[];
}

/** A named enum of text values, in declared order: a native type where the database has them. */
export interface EnumIr {
  readonly name: string;
  readonly values: readonly string[];
}

/** One table. `model` is null for a join table. Lists are sorted by name; columns too. */
export interface TableIr {
  readonly name: string;
  readonly model: string | null;
  readonly comment: string | null;
  readonly columns: readonly ColumnIr[];
  /** Columns of the primary key in key order; empty when the table has none. */
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly ForeignKeyIr[];
  readonly uniques: readonly UniqueIr[];
  readonly indexes: readonly IndexIr[];
  readonly checks: readonly CheckIr[];
}

/** One column. */
export interface ColumnIr {
  readonly name: string;
  readonly type: StorageType;
  readonly nullable: boolean;
  /** The database numbers it: an identity column, or SQLite's rowid alias. */
  readonly autoincrement: boolean;
  readonly default: DefaultIr | null;
  readonly generated: GeneratedIr | null;
  readonly comment: string | null;
  readonly renamedFrom: string | null;
}

/** A default: a literal in its stored form, or SQL that the user wrote. */
export type DefaultIr =
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "sql"; readonly sql: string };

/** A generated column's expression. */
export interface GeneratedIr {
  readonly sql: string;
  readonly stored: boolean;
}

/** What happens to children when the parent goes or its key changes. */
export type ReferentialAction = "CASCADE" | "RESTRICT" | "SET NULL" | "SET DEFAULT" | "NO ACTION";

/** One foreign key. */
export interface ForeignKeyIr {
  readonly name: string;
  readonly columns: readonly string[];
  readonly referencedTable: string;
  readonly referencedColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
}

/** A uniqueness rule. Inline ones (one column) are part of the column in CREATE TABLE; others are unique indexes. */
export interface UniqueIr {
  readonly name: string;
  readonly columns: readonly string[];
  readonly inline: boolean;
}

/** A plain index. */
export interface IndexIr {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * A check: a closed list of values on one column, or an expression the user wrote.
 * A list of values falls away where the column's type is a native enum.
 */
export type CheckIr =
  | {
      readonly kind: "values";
      readonly name: string;
      readonly column: string;
      readonly values: readonly (string | number)[];
    }
  | { readonly kind: "sql"; readonly name: string; readonly sql: string };
