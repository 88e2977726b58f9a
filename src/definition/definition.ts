/**
 * A model after its class was read: plain facts for everything that runs.
 * Types for inference live in `types.ts`; nothing here is generic.
 */
import type { z } from "zod";
import type { ValueRules } from "../codec/codec.ts";
import type { ColumnIr, DefaultIr, Deferrable, ReferentialAction } from "../ir/schema.ts";
import type { StorageType } from "../ir/type.ts";
import type { BackRefView } from "./field.ts";
import type {
  CheckOption,
  ConstraintDefinition,
  FullTextDefinition,
  IndexDefinition,
  TableOptions,
  UniqueDefinition,
} from "./table-options.ts";

/** A class made by `Model()` or one that extends it. */
export type ModelConstructor = abstract new (...input: never[]) => object;

/** What a column's IR takes over as it is, and whether a key admits NULL (SQLite). */
export interface ColumnFacts extends Pick<ColumnIr, "nativeType" | "collation" | "numbering"> {
  readonly nullableKey?: true;
}

/** What a Zod codec puts between the stored value and the program's. */
export interface ColumnTransform {
  /** Turns a program's value into the stored one; validates it. */
  toStored(value: unknown): unknown;
  fromStored(value: unknown): unknown;
  /** The schema of the program's side. */
  readonly appSchema: z.ZodType;
}

/** One column, a foreign key's shadow included. */
export interface ColumnDefinition {
  /** The instance property: `createdAt`, `authorId`. */
  readonly property: string;
  /** The column in the database: `created_at`, `author_id`. */
  readonly column: string;
  readonly type: StorageType;
  readonly rules: ValueRules;
  /** The user's schema as it validates input; a shadow column has its target's key schema. */
  readonly schema: z.ZodType;
  /** The schema of a value that is there: without default, optional or nullable around it. */
  readonly valueSchema: z.ZodType;
  /** Whether the column takes NULL. */
  readonly nullable: boolean;
  /** What a program sees for NULL. */
  readonly nullAs: null | undefined;
  readonly primaryKey: boolean;
  readonly autoincrement: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  /** Whether the database checks the values where it would not by itself, and under which name. */
  readonly check: boolean | { readonly name: string | null };
  /** The default in the database; worked out when asked, as it may call the user's default function. */
  readonly default: () => DefaultIr | null;
  /** Whether input may leave it out (a default, nullable, or numbered by the database). */
  readonly optional: boolean;
  readonly generated: { readonly sql: string; readonly stored: boolean } | null;
  /** Counts the changes of the row; kept by Ferro. */
  readonly version?: true;
  /** The value that a change of the row gives the column, unless it is given one. */
  readonly onUpdate?: () => unknown;
  readonly comment: string | null;
  readonly renamedFrom: string | null;
  /** What the database alone knows: the exact type, a collation, how it numbers. */
  readonly database?: ColumnFacts;
  /** Zod codecs: between the stored value and the program's. Absent when they are the same. */
  readonly transform?: ColumnTransform;
  /** The foreign key this column shadows: the relation's property. */
  readonly relation?: string;
}

/** What both kinds of link to many rows share. */
interface RelationBase {
  readonly property: string;
  readonly model: ModelDefinition;
  readonly target: ModelDefinition;
  /** The class to make instances of. */
  readonly targetClass: ModelConstructor;
}

/** `foreignKey(Target)`: columns on this table. */
export interface ForeignKeyRelation extends RelationBase {
  readonly kind: "foreignKey";
  readonly relatedName: string;
  readonly columns: readonly ColumnDefinition[];
  readonly targetColumns: readonly ColumnDefinition[];
  /** Whether it goes over columns that the model declares: there is no shadow then. */
  readonly over?: true;
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** What the constraint says beyond that. */
  readonly constraint: ForeignKeyFacts;
}

/** What the IR of a foreign key takes over. */
export interface ForeignKeyFacts {
  readonly name?: string;
  readonly deferrable?: Deferrable;
  readonly match?: "FULL";
  readonly notValid?: true;
}

/** `backRef(Target)` paired with a foreign key: many rows, or one when that key is unique. */
export interface BackRelation extends RelationBase {
  readonly kind: "backOne" | "backMany";
  readonly foreignKey: ForeignKeyRelation;
  /** Which of the rows, where it is not all of them: the user's lambda over their columns. */
  readonly where?: BackRefView["where"];
}

/** Either side of a many-to-many link. */
export interface LinkRelation extends RelationBase {
  readonly kind: "link";
  /** True on the side that declared it. */
  readonly forward: boolean;
  readonly join: JoinTable;
  /** Join-table columns that hold this model's key, then the target's. */
  readonly sourceColumns: readonly JoinColumn[];
  readonly targetColumns: readonly JoinColumn[];
}

/** A many-to-many table. */
export interface JoinTable {
  readonly table: string;
  readonly source: ModelDefinition;
  readonly target: ModelDefinition;
  readonly sourceColumns: readonly JoinColumn[];
  readonly targetColumns: readonly JoinColumn[];
  readonly reverseIndex: boolean;
}

/** A column of a join table and the key column it points to. */
export interface JoinColumn {
  readonly column: string;
  readonly references: ColumnDefinition;
}

export type RelationDefinition = ForeignKeyRelation | BackRelation | LinkRelation;

/** A check the user wrote. */
export type CheckDefinition = CheckOption;

/** Everything about one model; relations are resolved at first use. */
export interface ModelDefinition {
  readonly name: string;
  readonly table: string;
  readonly comment: string | null;
  /** Own columns and shadows in the order of the shape. */
  readonly columns: readonly ColumnDefinition[];
  /** By property, shadows included. */
  readonly byProperty: ReadonlyMap<string, ColumnDefinition>;
  readonly primaryKey: readonly ColumnDefinition[];
  readonly relations: ReadonlyMap<string, RelationDefinition>;
  /** Composite uniques and indexes, as columns. */
  readonly uniques: readonly (readonly ColumnDefinition[])[];
  readonly indexes: readonly (readonly ColumnDefinition[])[];
  readonly checks: readonly CheckDefinition[];
  /** The condition that all queries of the model begin with: made when first needed. */
  readonly scope?: (() => unknown) | undefined;
  /** Uniques, indexes and foreign keys that have options of their own, and full-text indexes. */
  readonly namedUniques: readonly UniqueDefinition[];
  readonly namedIndexes: readonly IndexDefinition[];
  readonly fullTexts: readonly FullTextDefinition[];
  readonly constraints: readonly ConstraintDefinition[];
  readonly tableOptions: TableOptions;
}
