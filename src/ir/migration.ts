/**
 * Schema changes as plain data.
 *
 * An operation is a step from one SchemaIR to the next and says nothing about a
 * database: replaying a history needs none. `JSON.parse(JSON.stringify(op))` is
 * the same operation. What is undone by an inverse (the table that is dropped,
 * say) is not kept here: the state before the operation has it.
 */
import type {
  CheckIr,
  ColumnIr,
  DefaultIr,
  EnumIr,
  ExcludeIr,
  ForeignKeyIr,
  GeneratedIr,
  IndexIr,
  NumberingIr,
  ObjectIr,
  TableIr,
  UniqueIr,
} from "./schema.ts";
import type { StorageType } from "./type.ts";

/** What every operation may carry. */
interface OperationNotes {
  /** Why losing what this removes is right; without it, a destructive operation needs a flag. */
  readonly destructive?: string;
  /** Lint findings that are accepted here, each with its reason: "FM210: the column is written by nobody". */
  readonly allow?: readonly string[];
}

/** One change of a schema. */
export type Operation = OperationNotes &
  (
    | { readonly op: "createTable"; readonly table: TableIr }
    | { readonly op: "dropTable"; readonly table: string }
    | { readonly op: "renameTable"; readonly table: string; readonly to: string }
    | { readonly op: "setTableComment"; readonly table: string; readonly comment: string | null }
    /** What a table is beside its columns: SQLite's STRICT and WITHOUT ROWID, PostgreSQL's UNLOGGED. What is left out stays. */
    | {
        readonly op: "setTableOptions";
        readonly table: string;
        readonly strict?: boolean;
        readonly withoutRowid?: boolean;
        readonly unlogged?: boolean;
      }
    | {
        readonly op: "addColumn";
        readonly table: string;
        readonly column: ColumnIr;
        /** What existing rows get, once; it leaves no default behind. */
        readonly fill?: DefaultIr;
      }
    | {
        readonly op: "dropColumn";
        readonly table: string;
        readonly column: string;
        /** Set aside under another name instead of removed, until it is purged. */
        readonly keep?: true;
      }
    | {
        readonly op: "renameColumn";
        readonly table: string;
        readonly column: string;
        readonly to: string;
      }
    | {
        readonly op: "setType";
        readonly table: string;
        readonly column: string;
        readonly type: StorageType;
        readonly nativeType?: string;
        readonly collation?: string;
        /** How existing values are brought to the new type, as SQL; a cast when left out. */
        readonly using?: string;
      }
    | {
        readonly op: "setNullable";
        readonly table: string;
        readonly column: string;
        readonly nullable: boolean;
        /** What NULLs become when the column stops admitting them. */
        readonly fill?: DefaultIr;
      }
    | {
        readonly op: "setDefault";
        readonly table: string;
        readonly column: string;
        readonly default: DefaultIr | null;
      }
    | {
        readonly op: "setGenerated";
        readonly table: string;
        readonly column: string;
        readonly generated: GeneratedIr | null;
      }
    | {
        readonly op: "setNumbering";
        readonly table: string;
        readonly column: string;
        readonly autoincrement: boolean;
        readonly numbering?: NumberingIr;
      }
    | {
        readonly op: "setColumnComment";
        readonly table: string;
        readonly column: string;
        readonly comment: string | null;
      }
    | {
        readonly op: "addPrimaryKey";
        readonly table: string;
        readonly columns: readonly string[];
        readonly name?: string;
      }
    | { readonly op: "dropPrimaryKey"; readonly table: string }
    | { readonly op: "addUnique"; readonly table: string; readonly unique: UniqueIr }
    | { readonly op: "dropUnique"; readonly table: string; readonly name: string }
    | { readonly op: "addCheck"; readonly table: string; readonly check: CheckIr }
    | { readonly op: "dropCheck"; readonly table: string; readonly name: string }
    | { readonly op: "addForeignKey"; readonly table: string; readonly foreignKey: ForeignKeyIr }
    | { readonly op: "dropForeignKey"; readonly table: string; readonly name: string }
    | { readonly op: "addExclude"; readonly table: string; readonly exclude: ExcludeIr }
    | { readonly op: "dropExclude"; readonly table: string; readonly name: string }
    /** Any constraint: unique, check, foreign key, exclusion or primary key. */
    | {
        readonly op: "renameConstraint";
        readonly table: string;
        readonly name: string;
        readonly to: string;
      }
    /** Checks the rows that were there before a constraint was added unchecked. */
    | { readonly op: "validate"; readonly table: string; readonly name: string }
    | { readonly op: "createIndex"; readonly table: string; readonly index: IndexIr }
    | { readonly op: "dropIndex"; readonly table: string; readonly name: string }
    | {
        readonly op: "renameIndex";
        readonly table: string;
        readonly name: string;
        readonly to: string;
      }
    | { readonly op: "createEnum"; readonly enum: EnumIr }
    | { readonly op: "dropEnum"; readonly name: string }
    | { readonly op: "renameEnum"; readonly name: string; readonly to: string }
    | {
        readonly op: "addEnumValue";
        readonly enum: string;
        readonly value: string;
        /** The value it stands before; last when left out. */
        readonly before?: string;
      }
    | {
        readonly op: "renameEnumValue";
        readonly enum: string;
        readonly value: string;
        readonly to: string;
      }
    /** Removes or reorders values: makes the type anew. */
    | {
        readonly op: "swapEnum";
        readonly enum: string;
        readonly values: readonly string[];
        /** What rows that hold a removed value get. */
        readonly mapping?: Readonly<Record<string, string | null>>;
      }
    | { readonly op: "createObject"; readonly object: ObjectIr }
    | { readonly op: "dropObject"; readonly object: Pick<ObjectIr, "kind" | "name"> }
    /** A view, function or trigger that is made anew whenever its text changes. */
    | {
        readonly op: "replaceable";
        readonly name: string;
        readonly sql: string;
        readonly drop?: string;
      }
    /** SQL by hand, for each database, and what it does to the schema. */
    | {
        readonly op: "sql";
        readonly postgres?: string | readonly string[];
        readonly sqlite?: string | readonly string[];
        readonly state?: readonly Operation[];
        readonly down?: {
          readonly postgres?: string | readonly string[];
          readonly sqlite?: string | readonly string[];
        };
        /** False: each statement by itself, outside any transaction. */
        readonly transaction?: boolean;
        readonly elidable?: boolean;
      }
    /** New values for existing rows, in batches by key. */
    | {
        readonly op: "backfill";
        readonly table: string;
        /** Columns and the SQL of their values. */
        readonly set: Readonly<Record<string, string>>;
        readonly where?: string;
        /** Rows for each transaction. */
        readonly batch?: number;
        readonly elidable?: boolean;
        /** How long to rest after each batch, as a multiple of the time that it took. */
        readonly throttle?: number;
      }
    /** A step in code; the function stands beside the data, under this name. */
    | {
        readonly op: "data";
        readonly name: string;
        readonly resumable?: boolean;
        /** Left out when its revision is squashed: only the rows of its time needed it. */
        readonly elidable?: boolean;
      }
  );

/** The name of an operation. */
export type OperationKind = Operation["op"];

/** An operation of one kind. */
export type OperationOf<Kind extends OperationKind> = Extract<Operation, { readonly op: Kind }>;

/**
 * Something a diff can't decide alone. `id` names the question the same way each time,
 * so that an answer can be given beforehand.
 */
export type Decision =
  | {
      readonly kind: "rename";
      readonly id: string;
      readonly what: "table" | "column" | "enumValue";
      readonly table?: string;
      /** What is gone, and what may be its new names, likeliest first. */
      readonly from: string;
      readonly candidates: readonly string[];
    }
  | {
      readonly kind: "fill";
      readonly id: string;
      readonly table: string;
      readonly column: string;
      readonly reason: "addNotNull" | "setNotNull";
    }
  | {
      readonly kind: "enumMapping";
      readonly id: string;
      readonly enum: string;
      readonly removed: readonly string[];
    };

/** Answers to decisions, by their ids. */
export type Answers = Readonly<Record<string, Answer>>;

/**
 * A new name (null: not a rename), a value for existing rows (null: there is none that needs it), or
 * what removed enum values become (null: NULL; not listed: no row holds it).
 */
export type Answer =
  | { readonly rename: string | null }
  | { readonly fill: DefaultIr | null }
  | { readonly mapping: Readonly<Record<string, string | null>> };
