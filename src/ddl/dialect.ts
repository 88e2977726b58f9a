import type { TextIndex } from "../ir/query.ts";
import type {
  CheckIr,
  ColumnIr,
  EnumIr,
  ForeignKeyIr,
  IndexIr,
  NumberingIr,
  ObjectIr,
  TableIr,
  UniqueIr,
} from "../ir/schema.ts";
import type { StorageType } from "../ir/type.ts";

/** What a column clause depends on besides its name and type. */
export interface ColumnFacts {
  readonly nullable: boolean;
  readonly autoincrement: boolean;
  /** The column alone is the primary key. */
  readonly primaryKey: boolean;
  /** The column has an inline unique. */
  readonly unique: boolean;
}

/** How a table or index is made: only unless it is there, under another name. */
export interface CreateOptions {
  /** Passes over what is there. By default true. */
  readonly ifMissing?: boolean;
  /** Without blocking writers (PostgreSQL). */
  readonly concurrently?: boolean;
}

/** What DDL asks of a database. Owned by `ddl/`; each dialect folder supplies one in `ddl.ts`. */
export interface DdlDialect {
  /** Quotes an identifier. */
  quote(identifier: string): string;
  /** Quotes the name of a table or type of SchemaIR, which may have a schema before it. */
  quoteName(name: string): string;
  /** Bytes of UTF-8 that the database keeps of a name. */
  readonly longestName: number;
  /** Writes text as a literal that means the same under every server setting. */
  text(value: string): string;
  /** Writes true or false as a literal. */
  boolean(value: boolean): string;
  /** The present moment as a default, in the form that columns of this type hold. */
  now(type: StorageType): string;
  /** The declared column type. */
  columnType(type: StorageType): string;
  /** The declared type of a key that the database numbers, with what makes it number. */
  autoincrementType(type: StorageType, numbering?: NumberingIr): string;
  /** Key, null and unique clauses in this database's order. */
  constraints(facts: ColumnFacts): readonly string[];
  /** What stands around the table's parts: `UNLOGGED` before its name, `STRICT` after them. */
  tableWords(table: TableIr): { readonly before: string; readonly after: string };
  /** Whether indexes have methods, operator classes, places for NULL, and carry columns along. */
  readonly richIndexes: boolean;
  /** Makes texts searchable, those of rows that are there as well. */
  textIndex(index: TextIndex, options?: CreateOptions): readonly string[];
  /** What the database keeps of the language of a full-text index. */
  textLanguage(language: string): string;
  /** Drops an index of a table, if it is there. */
  dropIndex(table: string, index: Pick<IndexIr, "name" | "fullText">): readonly string[];
  /** Whether a key or check can be added for new rows alone, so that it never stands in CREATE TABLE. */
  readonly addsNotValid: boolean;
  /** Whether a column of this type is held in a native enum type. */
  isNativeEnum(type: StorageType): boolean;
  /** Makes an enum type unless it is there; null where the database has none. */
  createEnum(type: EnumIr): string | null;
  /** Makes what tables need unless it is there; null where the database has no such thing. */
  createObject(object: ObjectIr): string | null;
  /** Adds a check that holds for new rows alone, unless one of its name is there. */
  addCheck(table: string, check: CheckIr): string;
  /** Whether CREATE TABLE makes one of two uniques of the same columns. */
  readonly mergesUniques: boolean;
  /** Adds a unique to a table that exists, unless one of its name is there. */
  addUnique(table: string, unique: UniqueIr): string;
  /** Gives the sequence of a new column what it says beyond the usual; null where that is nothing. */
  setSequence(table: string, column: ColumnIr): string | null;
  /** Whether CREATE TABLE may point to a table that doesn't exist yet. */
  readonly forwardReferences: boolean;
  /** Adds a foreign key to an existing table unless it is there. */
  addForeignKey(table: string, key: ForeignKeyIr): string;
  /** Sets or takes away the comment of a table or column; null where the database keeps none. */
  comment(table: string, column: ColumnIr | null, comment: string | null): string | null;
  /** Brings identifiers that the database holds for equal to one text. */
  foldIdentifier(name: string): string;
  /** How schema changes are made one process at a time. */
  readonly exclusive: ExclusiveSchema;
}

/** Statements around a schema change. */
export interface ExclusiveSchema {
  readonly begin: string;
  /** Run first in the transaction; null where `begin` locks. */
  readonly lock: string | null;
  readonly commit: string;
  readonly rollback: string;
  /** Whether a statement that met another process's lock may simply be run again, in a transaction too. */
  readonly retriesBusy: boolean;
  /**
   * Lists what stands in the current schema and in the schemas named: one row for each name, with whether
   * it is something that rows can be read from (1) or not (0).
   */
  relations(schemas: readonly string[]): string;
}
