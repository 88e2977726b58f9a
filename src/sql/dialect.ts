import type { OperationNode, QueryCompiler } from "kysely";
import type {
  AggregateName,
  ArithmeticOperator,
  CompareOperator,
  FunctionCall,
  JsonKind,
  ListKind,
  RowLock,
  TextMatch,
} from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { MomentForm, TextForm } from "./pattern.ts";
import type { RawDialect } from "./raw.ts";

/** How a bound value is turned into what the driver binds. */
export type SlotForm =
  /** One value, through the codec of its type. */
  | "value"
  /** An array of values, as the database's own list. */
  | "list"
  /** A cell, or a list of cells, as the database gives and takes it. */
  | "cell"
  /** A non-negative integer: LIMIT and OFFSET. */
  | "count"
  /** Keys and indexes, as the database's own path into JSON. */
  | "jsonPath"
  /** Text of a match, rewritten as the name says. */
  | TextForm
  /** An end of a bound millisecond. */
  | MomentForm;

/** One placeholder of a statement: which value it takes and how. */
export interface BoundSlot {
  /** Place among the values of an execution. */
  readonly index: number;
  /** Null: an argument of raw SQL. */
  readonly type: StorageType | null;
  readonly form: SlotForm;
  /** What the value is for, in messages: the slot's label, else the column it is compared with or written to. */
  readonly label: string | null;
  /** Whether NULL may be bound: true where a value is stored, false where it is compared. */
  readonly nullable: boolean;
}

/** A compiled expression and what is known of it. */
export interface Operand {
  readonly node: OperationNode;
  readonly type: StorageType | null;
  readonly nullable: boolean;
  /** The column's name, where the expression is one. */
  readonly column: string | null;
  /** The slot, where the expression is one. */
  readonly slot: BoundSlot | null;
}

/** An aggregate and what it is computed of; null counts rows. */
export interface AggregateCall {
  readonly name: AggregateName;
  readonly operand: Operand | null;
  readonly distinct: boolean;
  readonly type: StorageType;
}

/** What SQL compilation asks of a database. Owned by `sql/`; each dialect folder supplies one in `sql.ts`. */
export interface SqlDialect extends RawDialect {
  /** "$1" or "?": the placeholder of the given 1-based position. */
  placeholder(position: number): string;
  /** Quotes an identifier; refuses NUL and names over the limit. */
  quote(identifier: string): string;
  /** A Kysely compiler that writes identifiers with `quote`. */
  createCompiler(): QueryCompiler;
  /** Whether a value of `slot` type bound beside a column of `column` type needs no cast. */
  infers(slot: StorageType, column: StorageType): boolean;
  /** A placeholder in a place where its type can't be inferred. */
  cast(slot: BoundSlot): OperationNode;
  /** The form in which `operand` is compared with `other`. */
  comparable(operator: CompareOperator, operand: Operand, other: Operand): OperationNode;
  /** `left operator right` where this database needs more than one comparison; undefined where it doesn't. */
  compare(operator: CompareOperator, left: Operand, right: Operand): OperationNode | undefined;
  /** A computed value as a column of `type` stores it. */
  stored(operand: Operand, type: StorageType): OperationNode;
  /** Whether `operand` is in a bound list; one placeholder, however long the list. */
  inList(operand: Operand, values: BoundSlot): OperationNode;
  /** Whether text matches; unknown for NULL. */
  match(match: TextMatch, operand: Operand, pattern: BoundSlot, ignoreCase: boolean): OperationNode;
  /** A function of compiled values. */
  call(node: FunctionCall, operands: readonly Operand[]): OperationNode;
  /** An aggregate; `finish` adds a filter and a window to each call of the database's own. */
  aggregate(call: AggregateCall, finish: (call: OperationNode) => OperationNode): OperationNode;
  /** Exact arithmetic, whose result has the given type. */
  arithmetic(
    operator: ArithmeticOperator,
    left: Operand,
    right: Operand,
    type: StorageType,
  ): OperationNode;
  /** What stands at a place in JSON, or NULL. */
  jsonPath(operand: OperationNode, path: BoundSlot, as: JsonKind): OperationNode;
  /** Whether an array holds every one, or some one, of the items of another; NULL or false for what is no array. */
  hasItems(
    test: "every" | "some",
    operand: OperationNode,
    of: ListKind,
    items: OperationNode,
  ): OperationNode;
  /** Whether JSON is an object with the bound key; NULL or false for anything else. */
  hasKey(operand: OperationNode, key: OperationNode): OperationNode;
  /** How many items an array has; NULL for what is none. */
  listLength(operand: OperationNode, of: ListKind): OperationNode;
  /** A value with the type in which values of all kinds of columns of `type` go together. */
  typed(node: OperationNode, type: StorageType): OperationNode;
  /** The value in the one form that equal values share. */
  canonical(operand: Operand): OperationNode;
  /** What sorts in the order of the values. */
  sortKey(operand: Operand): OperationNode;
  /** The limit that means none, where OFFSET can't stand alone. */
  readonly unlimited: OperationNode | null;
  /** A bound LIMIT or OFFSET. */
  count(slot: BoundSlot): OperationNode;
  /** The clause that locks the rows of an alias; null where a writing transaction holds them all. */
  readonly lock: (lock: RowLock, alias: string) => OperationNode | null;
  /** Whether RETURNING knows a changed table by its own name, not by its alias. */
  readonly returnsByTable: boolean;
  /** Whether the row that an upsert returns was inserted; null where the database can't tell. */
  readonly inserted: OperationNode | null;
  /** The rows of list slots as a query for `insert … select`; undefined where the database binds cell by cell. */
  readonly unnest: ((lists: readonly BoundSlot[]) => OperationNode) | undefined;
}
