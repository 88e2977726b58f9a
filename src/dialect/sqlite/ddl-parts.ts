/** The parts of a CREATE TABLE or CREATE INDEX statement of SQLite. */
import type { Span } from "./ddl-cursor.ts";
import type { Token } from "./ddl-tokens.ts";

/** A CREATE TABLE statement. */
export interface TableText {
  readonly tokens: readonly Token[];
  readonly name: string;
  /** The token of the name. */
  readonly nameAt: number;
  /** The list in parentheses, without them. */
  readonly body: Span;
  readonly columns: readonly ColumnText[];
  readonly constraints: readonly ConstraintText[];
  readonly strict: boolean;
  readonly withoutRowid: boolean;
}

/** A column with its constraints. */
export interface ColumnText extends Span {
  readonly name: string;
  readonly nameAt: number;
  /** The declared type as it is written; empty when there is none. */
  readonly type: string;
  readonly typeAt: Span;
  readonly constraints: readonly ConstraintText[];
}

/** A constraint of a column or of the table. */
export interface ConstraintText extends Span {
  readonly kind:
    | "primaryKey"
    | "notNull"
    | "null"
    | "unique"
    | "check"
    | "default"
    | "collate"
    | "generated"
    | "foreignKey";
  /** The name given with CONSTRAINT. */
  readonly name: string | null;
  /** `ON CONFLICT …`, in upper case. */
  readonly conflict: string | null;
  /** The columns of a key; of a table's constraint alone. */
  readonly columns: readonly KeyText[];
  /** The expression of a check, default or generated column; the name of a collation. */
  readonly sql: string;
  /** Where that expression stands. */
  readonly sqlAt: Span;
  readonly descending: boolean;
  readonly autoincrement: boolean;
  readonly stored: boolean;
  readonly references: ReferencesText | null;
}

/** A key of an index or constraint. */
export interface KeyText extends Span {
  /** The column, unless the key is an expression. */
  readonly column: string | null;
  readonly sql: string;
  readonly collation: string | null;
  readonly descending: boolean;
}

/** What a foreign key points to. */
export interface ReferencesText {
  readonly table: string;
  readonly tableAt: number;
  readonly columns: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly match: string | null;
  readonly deferrable: "immediate" | "deferred" | null;
}

/** A CREATE INDEX statement. */
export interface IndexText {
  readonly tokens: readonly Token[];
  readonly name: string;
  readonly nameAt: number;
  readonly unique: boolean;
  readonly table: string;
  readonly tableAt: number;
  readonly keys: readonly KeyText[];
  /** The condition of a partial index. */
  readonly where: string | null;
  readonly whereAt: Span | null;
}
