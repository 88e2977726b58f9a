/**
 * The one place where database names are made.
 *
 * Names are upstream's wherever they fit in PostgreSQL's 63 bytes; docs/reference/schema-names.md
 * lists them. Two names that come out equal are refused by `to-schema-ir.ts`.
 */
import { SchemaError } from "../errors/errors.ts";
import {
  bareName,
  identifierFault,
  maxIdentifierBytes,
  qualifiedName,
  utf8Length,
  utf8Prefix,
} from "../util/identifier.ts";

/** How a property becomes a column: `createdAt` to `created_at`, as it is written, or by a rule of one's own. */
export type Naming = "snake_case" | "preserve" | ((property: string) => string);

/** @throws {SchemaError} It is none. */
export function readNaming(model: string, naming: unknown = "snake_case"): Naming {
  if (naming === "snake_case" || naming === "preserve" || typeof naming === "function") {
    return naming as Naming;
  }
  throw new SchemaError(`${model} has an unknown naming`, {
    hint: 'use "snake_case", "preserve" or a function from property to column',
  });
}

/**
 * The table of a model: its name in lower case.
 *
 * @example
 * ```ts
 * tableName("OrgMembership") // => "orgmembership"
 * ```
 */
export function tableName(model: string): string {
  return model.toLowerCase();
}

/**
 * The table of a model by its options: their `table`, in their `schema`.
 *
 * @throws {SchemaError} A name can't be one, or the schema's holds a dot.
 */
export function readTableName(
  model: string,
  { schema, table = tableName(model) }: { readonly schema?: string; readonly table?: string },
): string {
  checkIdentifier(table, `the table of ${model}`);
  if (schema === undefined) return table;
  checkIdentifier(schema, `the schema of ${model}`);
  if (schema.includes(".")) {
    throw new SchemaError(`the schema of ${model} has a name with a dot: "${schema}"`, {
      hint: "a dot stands between the schema and the table; rename the schema",
    });
  }
  return qualifiedName(schema, table);
}

/**
 * The column of a property.
 *
 * @example
 * ```ts
 * columnName("HTTPCode", "snake_case") // => "http_code"
 * ```
 */
export function columnName(property: string, naming: Naming): string {
  if (typeof naming === "function") return naming(property);
  if (naming === "preserve") return property;
  return property
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase();
}

/** The column that holds the key of a foreign key's target: `author` gives `author_id`. */
export function shadowColumnName(relation: string, naming: Naming): string {
  return `${columnName(relation, naming)}_id`;
}

/** The join table of a many-to-many field: `student_courses`. */
export function joinTableName(sourceModel: string, property: string, naming: Naming): string {
  return `${tableName(sourceModel)}_${columnName(property, naming)}`;
}

/** What the columns of a join table are called after: a model and the columns of its key. */
export interface JoinSide {
  readonly name: string;
  readonly primaryKey: readonly { readonly column: string }[];
}

/**
 * The columns of a join table, in the order of the two keys: one for each part of a key.
 *
 * A model linked to itself names the second side by the field.
 */
export function joinColumnNames(
  source: JoinSide,
  target: JoinSide,
  property: string,
  naming: Naming,
): { readonly source: readonly string[]; readonly target: readonly string[] } {
  const forward = tableName(source.name);
  const back = tableName(target.name);
  return {
    source: keyColumnNames(forward, source),
    target: keyColumnNames(forward === back ? columnName(property, naming) : back, target),
  };
}

/** `student_id` whatever a single key is called; `seat_row` and `seat_number` for the parts of a composite one. */
function keyColumnNames(prefix: string, { primaryKey }: JoinSide): readonly string[] {
  if (primaryKey.length === 1) return [`${prefix}_id`];
  return primaryKey.map(({ column }) => `${prefix}_${column}`);
}

/** A plain index: `idx_<table>_<columns>`. */
export function indexName(table: string, columns: readonly string[]): string {
  const name = joined("idx", table, columns);
  // Upstream leaves a one-column name whole and PostgreSQL cuts it: the same cut, but known here.
  if (columns.length === 1) return utf8Prefix(name, maxIdentifierBytes);
  return shortened(name, "_idx");
}

/** A uniqueness rule: `uq_<table>_<columns>`. */
export function uniqueName(table: string, columns: readonly string[]): string {
  return shortened(joined("uq", table, columns), "_uq");
}

/** A full-text index, and SQLite's table of its words: `<table>_search`. */
export function fullTextName(table: string): string {
  return shortened(`${table}_search`, "_search");
}

/** A check of one column: `ck_<table>_<column>`. */
export function checkName(table: string, column: string): string {
  return shortened(joined("ck", table, [column]), "_ck");
}

/** A foreign key: `fk_<table>_<columns>_<referenced table>`. DDL leaves foreign keys unnamed. */
export function foreignKeyName(
  table: string,
  columns: readonly string[],
  referencedTable: string,
): string {
  return shortened(joined("fk", table, [...columns, bareName(referencedTable)]), "_fk");
}

/**
 * Refuses a name that a database would cut or can't hold.
 *
 * @param where - What has the name, for the message: "the table of Post".
 * @param longest - The bytes it may take; those of PostgreSQL when left out.
 * @throws {SchemaError} The name is empty, over 63 bytes, or holds a NUL or half a surrogate pair.
 */
export function checkIdentifier(name: string, where: string, longest?: number): void {
  const fault = identifierFault(name, longest);
  if (fault === undefined) return;
  throw new SchemaError(`${where} has a name that ${fault}`, {
    hint: `give it another name${optionOf(where)}; PostgreSQL keeps ${maxIdentifierBytes} bytes of one`,
  });
}

function optionOf(where: string): string {
  if (where.startsWith("the join table ")) return " with the option `through`";
  const option = /^the (table|column) /.exec(where)?.[1];
  return option === undefined ? "" : ` with the option \`${option}\``;
}

function joined(prefix: string, table: string, parts: readonly string[]): string {
  return [prefix, bareName(table), ...parts].join("_");
}

/** Upstream's cut, by characters; by bytes where that result would still be too long. */
function shortened(name: string, suffix: string): string {
  const characters = [...name];
  const upstream =
    characters.length > maxIdentifierBytes
      ? characters.slice(0, maxIdentifierBytes - suffix.length).join("") + suffix
      : name;
  if (utf8Length(upstream) <= maxIdentifierBytes) return upstream;
  return utf8Prefix(name, maxIdentifierBytes - suffix.length) + suffix;
}
