/**
 * SchemaIR: the tables that models declare, or that a database has, as plain data.
 *
 * DDL, diffs, introspection and diagrams all read this and nothing else.
 */
import type { IrEnvelope } from "./envelope.ts";
import type { StorageType } from "./type.ts";

/** The whole schema in its envelope. */
export type SchemaIr = IrEnvelope<"schema", SchemaPayload>;

/**
 * Tables by name, native enum types by name.
 *
 * Properties that may be left out say what models seldom say and real databases
 * have; left out, they mean the plain case, and are never written as `undefined`.
 */
export interface SchemaPayload {
  readonly tables: readonly TableIr[];
  readonly enums: readonly EnumIr[];
  /** What tables need before they can be made: extensions, domains, sequences. In the order to make them. */
  readonly objects?: readonly ObjectIr[];
  /** What stands in the database and is left alone: views, triggers, partitions, other tools' tables. */
  readonly unmanaged?: readonly UnmanagedIr[];
}

/** Something made by SQL that is kept word for word. */
export interface ObjectIr {
  readonly kind:
    | "schema"
    | "extension"
    | "domain"
    | "sequence"
    | "type"
    | "function"
    | "collation"
    | "text search dictionary"
    | "text search configuration";
  readonly name: string;
  /** The statement that makes it. */
  readonly sql: string;
}

/** Something that Ferro found and doesn't manage. */
export interface UnmanagedIr {
  /** What it is: "view", "trigger", "partition", "policy", "virtual table", … */
  readonly kind: string;
  readonly name: string;
  /** The table it belongs to. */
  readonly table?: string;
  /** Why it isn't managed, for a reader. */
  readonly reason: string;
}

/** A named enum of text values, in declared order: a native type where the database has them. */
export interface EnumIr {
  readonly name: string;
  readonly values: readonly string[];
}

/** One table. `model` is null for a join table; a name with a dot is that of a table in another schema. Lists are sorted by name; columns too. */
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
  /** The name of the primary key's constraint where it isn't the one the database gives. */
  readonly primaryKeyName?: string;
  /** Exclusion constraints (PostgreSQL). */
  readonly excludes?: readonly ExcludeIr[];
  /** SQLite: columns hold only their declared types. */
  readonly strict?: true;
  /** SQLite: the primary key is the table's only order. */
  readonly withoutRowid?: true;
  /** PostgreSQL: not written to the log. */
  readonly unlogged?: true;
  /** PostgreSQL: how its rows go to partitions, as SQL: `RANGE (day)`. The partitions are unmanaged. */
  readonly partitionBy?: string;
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
  /** The declared type word for word, where `type` alone would be declared in another way. */
  readonly nativeType?: string;
  /** The collation, where it isn't the type's own. */
  readonly collation?: string;
  /** How the database numbers it, where `autoincrement` alone would do it in another way. */
  readonly numbering?: NumberingIr;
  /** The database's position of the column: only what was read from a database has one. */
  readonly position?: number;
}

/**
 * How a database numbers a column: a sequence of its own ("serial"), an identity that refuses
 * or admits other values, or SQLite's rowid without AUTOINCREMENT. Options are PostgreSQL's, as SQL.
 */
export interface NumberingIr {
  readonly kind: "serial" | "always" | "byDefault" | "rowid";
  readonly options?: string;
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
  /** The database holds it under this name; otherwise DDL leaves the constraint unnamed. */
  readonly named?: true;
  readonly deferrable?: Deferrable;
  readonly match?: "FULL";
  /** PostgreSQL: the columns that SET NULL or SET DEFAULT touches, where not all. */
  readonly setColumns?: readonly string[];
  /** Rows from before it was added may break it. */
  readonly notValid?: true;
}

/** A constraint checked at commit: by default at once, or by default at commit. */
export type Deferrable = "immediate" | "deferred";

/** A uniqueness rule. Inline ones (one column) are part of the column in CREATE TABLE; others are unique indexes. */
export interface UniqueIr {
  readonly name: string;
  readonly columns: readonly string[];
  readonly inline: boolean;
  /** A table constraint of this name, not an index (PostgreSQL keeps them apart). */
  readonly constraint?: true;
  readonly deferrable?: Deferrable;
  readonly nullsNotDistinct?: true;
  /** Columns carried along (PostgreSQL's INCLUDE). */
  readonly include?: readonly string[];
}

/** An index. */
export interface IndexIr {
  readonly name: string;
  /** The key columns in order; of `keys`, those that are plain columns. */
  readonly columns: readonly string[];
  /** Every key, where one is more than a column in ascending order. */
  readonly keys?: readonly IndexKeyIr[];
  readonly unique?: true;
  /** The access method, where it isn't btree. */
  readonly method?: string;
  /** Columns carried along (PostgreSQL's INCLUDE). */
  readonly include?: readonly string[];
  /** The condition of a partial index, as SQL. */
  readonly where?: string;
  readonly nullsNotDistinct?: true;
  /** PostgreSQL's WITH options, as SQL. */
  readonly options?: string;
  /** Words of its columns are searched: the language whose endings don't count, "simple" for none. */
  readonly fullText?: string;
}

/** One key of an index. */
export type IndexKeyIr = (
  | { readonly column: string }
  /** SQL over the row. */
  | { readonly expression: string }
) & {
  readonly descending?: true;
  /** Where NULL goes, where it isn't the database's own place for the direction. */
  readonly nulls?: "first" | "last";
  readonly collation?: string;
  /** PostgreSQL's operator class, where it isn't the type's own. */
  readonly operatorClass?: string;
};

/** An exclusion constraint; its definition is kept as SQL, from EXCLUDE on. */
export interface ExcludeIr {
  readonly name: string;
  readonly definition: string;
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
      /** The database holds it without a name; `name` is only what it is called here. */
      readonly unnamed?: true;
    }
  | {
      readonly kind: "sql";
      readonly name: string;
      readonly sql: string;
      /** The database holds it without a name; `name` is only what it is called here. */
      readonly unnamed?: true;
      readonly noInherit?: true;
      /** Rows from before it was added may break it. */
      readonly notValid?: true;
    };
