/**
 * What a model says about its table beyond columns and relations: indexes and constraints with
 * options, foreign keys that are no relations, and how the table is kept.
 *
 * `ferro pull` writes these for what real databases have; most models need none.
 */
import { SchemaError } from "../errors/errors.ts";
import { languagePattern } from "../ir/full-text.ts";
import type {
  Deferrable,
  ExcludeIr,
  IndexKeyIr,
  ObjectIr,
  ReferentialAction,
  TableIr,
  UnmanagedIr,
} from "../ir/schema.ts";
import type { ColumnDefinition, ModelDefinition } from "./definition.ts";
import { fullTextName } from "./naming.ts";
import { refuseUnknown } from "./options.ts";

/** A uniqueness rule with options. */
export interface UniqueOption {
  readonly columns: readonly string[];
  readonly name?: string;
  /** A table constraint instead of a unique index. */
  readonly constraint?: boolean;
  readonly deferrable?: Deferrable;
  readonly nullsNotDistinct?: boolean;
  readonly include?: readonly string[];
}

/** An index with options. */
export interface IndexOption {
  /** The columns, or `keys` where one is more than a column. */
  readonly columns?: readonly string[];
  readonly keys?: readonly (string | IndexKeyOption)[];
  /** Needed where a key is an expression. */
  readonly name?: string;
  readonly unique?: boolean;
  /** PostgreSQL: "gin", "gist", "hash", … */
  readonly method?: string;
  /** PostgreSQL: columns carried along. */
  readonly include?: readonly string[];
  /** The condition of a partial index, in SQL. */
  readonly where?: string;
  readonly nullsNotDistinct?: boolean;
  /** PostgreSQL: storage options, in SQL: `fillfactor=70`. */
  readonly options?: string;
}

/** A key of an index: a column or an expression in SQL. */
export type IndexKeyOption = ({ readonly column: string } | { readonly expression: string }) & {
  readonly descending?: boolean;
  readonly nulls?: "first" | "last";
  readonly collation?: string;
  /** PostgreSQL: `gin_trgm_ops`. */
  readonly operatorClass?: string;
};

/** A full-text index with options. */
export interface FullTextIndexOption {
  /** Columns of text. */
  readonly columns: readonly string[];
  /** Whose endings of words don't count: "english" (the default), "simple" for none, or another of PostgreSQL's. */
  readonly language?: string;
  /** By default the table's name and `_search`. */
  readonly name?: string;
}

/** A foreign key that is no relation: to columns that are no key of a model, or to many columns. */
export interface ForeignKeyOption {
  readonly columns: readonly string[];
  /** The table and its columns, by their names in the database. */
  readonly references: { readonly table: string; readonly columns: readonly string[] };
  readonly name?: string;
  readonly onDelete?: ReferentialAction;
  readonly onUpdate?: ReferentialAction;
  readonly deferrable?: Deferrable;
  readonly match?: "FULL";
  readonly setColumns?: readonly string[];
  /** Rows from before it was added may break it. */
  readonly notValid?: boolean;
}

/** A check on a table. */
export interface CheckOption {
  /** Without one, the database names it. */
  readonly name?: string;
  /** The condition, in SQL. */
  readonly sql: string;
  readonly noInherit?: boolean;
  /** Rows from before it was added may break it. */
  readonly notValid?: boolean;
}

/** How a table is kept. */
export interface TableOptions {
  /**
   * PostgreSQL: the schema of the table, where it isn't the one in use. SQLite has none: there the table's
   * name begins with it, `audit.event`.
   */
  readonly schema?: string;
  /** The name of the primary key's constraint, where it isn't the database's own choice. */
  readonly primaryKeyName?: string;
  readonly foreignKeys?: readonly ForeignKeyOption[];
  /** PostgreSQL: exclusion constraints; the definition is SQL from EXCLUDE on. */
  readonly excludes?: readonly ExcludeIr[];
  /** The order of the columns when the table is made: by name, or as declared. */
  readonly columnOrder?: "name" | "declared";
  /** SQLite: columns hold only their declared types. */
  readonly strict?: boolean;
  /** SQLite: the primary key is the table's only order. */
  readonly withoutRowid?: boolean;
  /** PostgreSQL: not written to the log. */
  readonly unlogged?: boolean;
  /** PostgreSQL: how rows go to partitions, in SQL: `RANGE (day)`. */
  readonly partitionBy?: string;
  /** What must be made before the table: extensions, domains, sequences, functions. */
  readonly requires?: readonly ObjectIr[];
  /** What belongs to the table and is left alone: triggers, policies. */
  readonly unmanaged?: readonly UnmanagedIr[];
}

/** The names of these options. */
export const tableOptions: readonly (keyof TableOptions)[] = [
  "schema",
  "primaryKeyName",
  "foreignKeys",
  "excludes",
  "columnOrder",
  "strict",
  "withoutRowid",
  "unlogged",
  "partitionBy",
  "requires",
  "unmanaged",
];

/** A uniqueness rule after its columns were found. */
export interface UniqueDefinition extends Omit<UniqueOption, "columns" | "include"> {
  readonly columns: readonly ColumnDefinition[];
  readonly include: readonly ColumnDefinition[];
}

/** An index after its columns were found. */
export interface IndexDefinition extends Omit<IndexOption, "columns" | "keys" | "include"> {
  /** The plain columns among its keys. */
  readonly columns: readonly ColumnDefinition[];
  readonly keys: readonly IndexKeyIr[] | undefined;
  readonly include: readonly ColumnDefinition[];
}

/** A full-text index after its columns were found. */
export interface FullTextDefinition {
  readonly columns: readonly ColumnDefinition[];
  readonly language: string;
  readonly name: string;
}

/** A foreign key after its columns were found. */
export interface ConstraintDefinition extends Omit<ForeignKeyOption, "columns" | "setColumns"> {
  readonly columns: readonly ColumnDefinition[];
  readonly setColumns: readonly ColumnDefinition[];
}

/** What `TableIr` takes over as it is. */
export type TableFacts = Pick<
  TableIr,
  "primaryKeyName" | "excludes" | "strict" | "withoutRowid" | "unlogged" | "partitionBy"
>;

/** Finds a column by its property or its name in the database. */
export type FindColumn = (name: string, option: string) => ColumnDefinition;

const known = {
  uniques: new Set(["columns", "name", "constraint", "deferrable", "nullsNotDistinct", "include"]),
  indexes: new Set([
    "columns",
    "keys",
    "name",
    "unique",
    "method",
    "include",
    "where",
    "nullsNotDistinct",
    "options",
  ]),
  fullText: new Set(["columns", "language", "name"]),
  keys: new Set(["column", "expression", "descending", "nulls", "collation", "operatorClass"]),
  foreignKeys: new Set([
    "columns",
    "references",
    "name",
    "onDelete",
    "onUpdate",
    "deferrable",
    "match",
    "setColumns",
    "notValid",
  ]),
} as const;

/** Finds the columns of a uniqueness rule with options. */
export function readUnique(
  model: string,
  option: UniqueOption,
  find: FindColumn,
): UniqueDefinition {
  refuseUnknown(`a unique of ${model}`, option, known.uniques);
  const { columns, include = [], ...facts } = option;
  return {
    ...facts,
    columns: all(columns, "uniques", find),
    include: all(include, "uniques", find),
  };
}

/**
 * Finds the columns of an index with options.
 *
 * @throws {SchemaError} It has no keys, or an expression and no name.
 */
export function readIndex(model: string, option: IndexOption, find: FindColumn): IndexDefinition {
  refuseUnknown(`an index of ${model}`, option, known.indexes);
  const { columns, keys, include = [], ...facts } = option;
  const given = keys ?? columns ?? [];
  if (given.length === 0 || (keys !== undefined && columns !== undefined)) {
    throw new SchemaError(`an index of ${model} needs either columns or keys`, {
      hint: 'write indexes: [{ columns: ["email"], where: "email is not null" }]',
    });
  }
  const read = given.map((key) => readKey(model, key, find));
  const plain = read.flatMap(({ column }) => (column === undefined ? [] : [column]));
  if (plain.length < read.length && option.name === undefined) {
    throw new SchemaError(`an index of ${model} over an expression needs a name`, {
      hint: 'write indexes: [{ name: "idx_user_email_lower", keys: [{ expression: "lower(email)" }] }]',
    });
  }
  const bare = given.every((key) => typeof key === "string");
  return {
    ...facts,
    columns: plain,
    keys: bare ? undefined : read.map(({ key }) => key),
    include: all(include, "indexes", find),
  };
}

function readKey(
  model: string,
  given: string | IndexKeyOption,
  find: FindColumn,
): { readonly key: IndexKeyIr; readonly column?: ColumnDefinition } {
  if (typeof given === "string") {
    const column = find(given, "indexes");
    return { key: { column: column.column }, column };
  }
  refuseUnknown(`an index key of ${model}`, given, known.keys);
  const { descending, nulls, collation, operatorClass } = given;
  const facts = {
    ...(descending === true && { descending: true as const }),
    ...(nulls !== undefined && { nulls }),
    ...(collation !== undefined && { collation }),
    ...(operatorClass !== undefined && { operatorClass }),
  };
  if ("expression" in given) return { key: { expression: given.expression, ...facts } };
  const column = find(given.column, "indexes");
  return { key: { column: column.column, ...facts }, column };
}

/**
 * Finds the columns of a full-text index.
 *
 * @throws {SchemaError} An option is unknown, or the language is no name.
 */
export function readFullText(
  { name: model, table }: Pick<ModelDefinition, "name" | "table">,
  option: readonly string[] | FullTextIndexOption,
  find: FindColumn,
): FullTextDefinition {
  const given = isGroup(option) ? { columns: option } : option;
  refuseUnknown(`fullText of ${model}`, given, known.fullText);
  const { columns, language = defaultLanguage, name = fullTextName(table) } = given;
  if (!languagePattern.test(language)) {
    throw new SchemaError(`fullText of ${model}: language is a name such as "english" or "simple"`);
  }
  return { columns: all(columns, "fullText", find), language, name };
}

/** Whose endings of words don't count where nothing is said. */
export const defaultLanguage = "english";

/** Finds the columns of a foreign key that is no relation. */
export function readConstraint(
  model: string,
  option: ForeignKeyOption,
  find: FindColumn,
): ConstraintDefinition {
  refuseUnknown(`a foreign key of ${model}`, option, known.foreignKeys);
  const { columns, setColumns = [], ...facts } = option;
  return {
    ...facts,
    columns: all(columns, "foreignKeys", find),
    setColumns: all(setColumns, "foreignKeys", find),
  };
}

function all(
  names: readonly string[],
  option: string,
  find: FindColumn,
): readonly ColumnDefinition[] {
  return names.map((name) => find(name, option));
}

/** What the table's IR takes over. */
export function tableFacts(options: TableOptions): TableFacts {
  const { primaryKeyName, excludes, strict, withoutRowid, unlogged, partitionBy } = options;
  return {
    ...(primaryKeyName !== undefined && { primaryKeyName }),
    ...(excludes !== undefined && excludes.length > 0 && { excludes }),
    ...(strict === true && { strict }),
    ...(withoutRowid === true && { withoutRowid }),
    ...(unlogged === true && { unlogged }),
    ...(partitionBy !== undefined && { partitionBy }),
  };
}

/** A group of columns with options; those are read when the schema is compiled. */
export function isOption(group: unknown): group is object {
  return typeof group === "object" && group !== null && !Array.isArray(group);
}

/** A group of columns alone. */
export function isGroup(group: readonly string[] | object): group is readonly string[] {
  return Array.isArray(group);
}

/** The groups that have options. */
export function withOptions<Option extends object>(
  groups: readonly (readonly string[] | Option)[] | undefined,
): readonly Option[] {
  return (groups ?? []).filter((group): group is Option => isOption(group));
}
