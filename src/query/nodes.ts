/**
 * What the builder makes before a query runs: the same nodes as QueryIR, but
 * with scopes for aliases and values for slots. `lower.ts` turns one into the other.
 */
import type {
  ColumnDefinition,
  ColumnTransform,
  ModelDefinition,
  RelationDefinition,
} from "../definition/definition.ts";
import type {
  AggregateName,
  ArithmeticOperator,
  CompareOperator,
  Frame,
  FunctionName,
  JsonKind,
  ListKind,
  RowLock,
  SetOperator,
  TextIndex,
  TextMatch,
  TimeUnit,
  WindowName,
} from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { LinkScope } from "./link.ts";
import type { Scope } from "./scope.ts";

/** What is known of an expression's values: how they are read, bound and compared. A column knows all of it. */
export interface ValueFacts {
  readonly type: StorageType;
  /** Whether it can be NULL. */
  readonly nullable: boolean;
  /** What a program sees for NULL. */
  readonly nullAs: null | undefined;
  readonly transform?: ColumnTransform;
}

/** A column of rows that a query inside gives, by its place. */
export interface OutputNode {
  readonly kind: "output";
  readonly scope: Scope;
  readonly place: number;
  readonly type: StorageType;
  readonly nullable: boolean;
}

/** A value to bind, in its stored form. */
export interface ValueNode {
  readonly kind: "value";
  readonly value: unknown;
  readonly type: StorageType;
  readonly label: string;
}

export interface ColumnNode {
  readonly kind: "column";
  readonly scope: Scope;
  readonly column: ColumnDefinition;
}

export interface ArithmeticNode {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
  readonly type: StorageType;
}

/** A condition as a value. */
export interface TruthNode {
  readonly kind: "truth";
  readonly predicate: PredicateNode;
}

export interface CallNode {
  readonly kind: "function";
  readonly name: FunctionName;
  readonly operands: readonly ExpressionNode[];
  readonly unit?: TimeUnit;
  readonly index?: TextIndex;
  readonly type: StorageType;
}

export interface CaseNode {
  readonly kind: "case";
  readonly branches: readonly { readonly when: PredicateNode; readonly result: ExpressionNode }[];
  readonly otherwise: ExpressionNode | null;
  readonly type: StorageType;
}

export interface AggregateNode {
  readonly kind: "aggregate";
  readonly name: AggregateName;
  readonly operand: ExpressionNode | null;
  readonly distinct: boolean;
  readonly filter: PredicateNode | null;
  readonly type: StorageType;
}

export interface WindowNode {
  readonly kind: "window";
  readonly call: AggregateNode | WindowName;
  readonly operands: readonly ExpressionNode[];
  readonly partitionBy: readonly ExpressionNode[];
  readonly orderBy: readonly OrderNode[];
  readonly frame: Frame | null;
  readonly type: StorageType;
}

/** The one value of a query's first row. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly rows: RowsNode;
  readonly picked: Picked;
  readonly type: StorageType;
}

/** What stands at a place in JSON; `path` is a list of keys and indexes. */
export interface JsonPathNode {
  readonly kind: "jsonPath";
  readonly operand: ExpressionNode;
  readonly path: ValueNode;
  readonly as: JsonKind;
  readonly type: StorageType;
}

/** How many items a list has. */
export interface ListLengthNode {
  readonly kind: "listLength";
  readonly operand: ExpressionNode;
  readonly of: ListKind;
  readonly type: StorageType;
}

/** SQL that the user wrote: text, and between its pieces operands. */
export interface RawNode {
  readonly kind: "raw";
  readonly pieces: readonly string[];
  readonly operands: readonly (
    | ExpressionNode
    | ArgumentNode
    | { readonly kind: "identifier"; readonly names: readonly string[] }
  )[];
  readonly type: StorageType;
}

/** A value in SQL that the user wrote: the database infers its type. */
export interface ArgumentNode {
  readonly kind: "argument";
  readonly value: unknown;
}

export type ExpressionNode =
  | ColumnNode
  | OutputNode
  | ValueNode
  | ArithmeticNode
  | TruthNode
  | CallNode
  | CaseNode
  | AggregateNode
  | WindowNode
  | ScalarNode
  | RawNode
  | JsonPathNode
  | ListLengthNode;

/** Rows of one model, or of other queries: everything of a query but what is read of each row. */
export interface RowsNode {
  readonly model: ModelDefinition;
  /** What its lambdas' parameter is the columns of. */
  readonly root: Scope;
  readonly where: readonly PredicateNode[];
  readonly order: readonly OrderNode[];
  readonly limit: number | null;
  readonly offset: number | null;
  /** The cursor behind which the rows begin. */
  readonly after: string | null;
  /** The many-to-many link that the rows are reached over. */
  readonly link: LinkScope | null;
  /** The relation that the rows are reached over from a row of a query around this one. */
  readonly via?: { readonly outer: Scope; readonly relation: RelationDefinition };
  /** Without the condition that the model puts on its queries. */
  readonly unscoped?: boolean;
  /** How the rows are locked. */
  readonly lock?: RowLock;
  /** The rows are those that are found from others, step by step. */
  readonly tree?: TreeNode;
  /** Rows of other queries that go with these. */
  readonly beside?: readonly BesideNode[] | undefined;
  /** Of rows that are equal in these, only the first in the order. */
  readonly distinctOn?: readonly ExpressionNode[] | undefined;
  /** Where the rows come from instead of the model's table; its fields are the model's columns. */
  readonly source?: SourceNode;
  /** Only rows whose primary keys are among those that this gives. */
  readonly among?: SourceNode;
}

/** A query and what it reads of its rows. */
export interface PartNode {
  readonly rows: RowsNode;
  readonly picked: Picked;
}

/** Rows that queries give. The fields of all parts have one order. */
export type SourceNode =
  | { readonly kind: "query"; readonly part: PartNode }
  | { readonly kind: "common"; readonly common: CommonNode }
  | { readonly kind: "set"; readonly operator: SetOperator; readonly parts: readonly PartNode[] };

/** Rows that a statement computes under a name; one object for each, by which it is known. */
export interface CommonNode {
  readonly name: string;
  readonly part: PartNode;
  /** How further rows are found from those that were found before. */
  readonly step?: { readonly part: PartNode; readonly all: boolean } | undefined;
  readonly materialized?: boolean | undefined;
}

/** Rows that stand beside those of a query: each goes with those for which a condition holds. */
export interface BesideNode {
  readonly source: SourceNode;
  /** What lambdas get the columns of. */
  readonly scope: Scope;
  readonly on: PredicateNode;
  /** Each row is one value, and lambdas get it instead of columns. */
  readonly alone: boolean;
}

/** Rows, and those that are found from them. */
export interface TreeNode {
  /** The rows it begins with. */
  readonly start: RowsNode;
  /** A row that may be found. */
  readonly next: Scope;
  /** A row that was found before. */
  readonly found: Scope;
  /** When the one is found from the other. */
  readonly link: PredicateNode;
  /** How many steps are made; null: as many as find new rows. */
  readonly maxDepth: number | null;
  /** Where the depth stands: the output behind the key. */
  readonly output: Scope;
}

/** One thing that is read of each row, and where it goes. */
export interface FieldNode {
  readonly property: string;
  readonly expression: ExpressionNode;
  readonly facts: ValueFacts;
}

/** What is read of each row. */
export interface Picked {
  readonly fields: readonly FieldNode[];
  /** Whether a row is the one field's value, and no object. */
  readonly single: boolean;
  readonly distinct: boolean;
  /** The keys of the groups that rows fall into; an empty list makes one group of all. */
  readonly groupBy?: readonly ExpressionNode[];
  readonly having?: readonly PredicateNode[];
}

export type PredicateNode =
  /** SQL as a condition. */
  | RawNode
  | {
      readonly kind: "compare";
      readonly operator: CompareOperator;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
    }
  | { readonly kind: "isNull"; readonly operand: ExpressionNode; readonly negated: boolean }
  | {
      readonly kind: "in";
      readonly operand: ExpressionNode;
      readonly values: ValueNode;
      readonly negated: boolean;
    }
  | {
      readonly kind: "between";
      readonly operand: ExpressionNode;
      readonly low: ExpressionNode;
      readonly high: ExpressionNode;
    }
  | {
      readonly kind: "match";
      readonly match: TextMatch;
      readonly operand: ExpressionNode;
      readonly pattern: ValueNode;
      readonly negated: boolean;
      readonly ignoreCase?: boolean;
    }
  | {
      readonly kind: "inQuery";
      readonly operand: ExpressionNode;
      readonly rows: RowsNode;
      readonly picked: Picked;
      readonly negated: boolean;
    }
  | {
      readonly kind: "existsRows";
      readonly rows: RowsNode;
      /** What is read, where it decides which rows there are. */
      readonly picked?: Picked;
      readonly negated: boolean;
    }
  | { readonly kind: "and" | "or"; readonly operands: readonly PredicateNode[] }
  | { readonly kind: "not"; readonly operand: PredicateNode }
  | {
      readonly kind: "exists";
      readonly outer: Scope;
      readonly relation: RelationDefinition;
      readonly inner: Scope;
      readonly where: PredicateNode | null;
      readonly negated: boolean;
    }
  | {
      readonly kind: "list";
      readonly test: "every" | "some";
      readonly operand: ExpressionNode;
      readonly of: ListKind;
      readonly items: ValueNode;
    }
  | { readonly kind: "hasKey"; readonly operand: ExpressionNode; readonly key: ValueNode }
  | { readonly kind: "constant"; readonly value: boolean };

export interface OrderNode {
  readonly expression: ExpressionNode;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
}
