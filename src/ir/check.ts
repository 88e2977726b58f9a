/** What must hold inside one schema, whoever made it: models, introspection or a file. */
import { nameBeside } from "../util/identifier.ts";
import { distinct } from "../util/lists.ts";
import { fullTextFault } from "./full-text.ts";
import type { ColumnIr, IndexIr, SchemaPayload, TableIr } from "./schema.ts";

/** One thing that is wrong with a schema. */
export interface SchemaFault {
  readonly message: string;
  readonly hint: string;
}

/** Brings names that a database holds for equal to one text. */
export type Fold = (name: string) => string;

/**
 * Finds references that lead nowhere, names that meet, and columns that no database can make.
 *
 * @param fold - How names are compared; exactly, when left out.
 */
export function findSchemaFaults(
  payload: SchemaPayload,
  fold: Fold = (name) => name,
): readonly SchemaFault[] {
  return [
    ...payload.tables.flatMap((table) => [...tableFaults(table, fold)]),
    ...nameFaults(payload, fold),
  ];
}

const rename =
  "give one of the tables or columns another name with the option `table` or `column`; " +
  "long index names are cut at 63 bytes and can meet there";

/** PostgreSQL keeps these names in one space for each schema; SQLite's is the same but for the enums. */
function* nameFaults(payload: SchemaPayload, fold: Fold): Generator<SchemaFault> {
  const owners = new Map<string, string>();
  for (const [name, owner] of ownNames(payload)) {
    const other = owners.get(fold(name));
    if (other === undefined) owners.set(fold(name), owner);
    else yield fault(`${owner} and ${other} have the same name "${name}" in the database`, rename);
  }
  // PostgreSQL makes these names itself and steps aside for its own, but not for ours that come later.
  for (const table of payload.tables) {
    for (const name of serverNames(table)) {
      const owner = owners.get(fold(name));
      if (owner === undefined) continue;
      yield fault(
        `${owner} has the name "${name}", which PostgreSQL gives to a part of ${describeTable(table)}`,
        rename,
      );
    }
  }
}

function ownNames({ tables, enums }: SchemaPayload): readonly (readonly [string, string])[] {
  const indexes = tables.flatMap((table) => [
    ...table.indexes.map(
      (index) =>
        [nameBeside(table.name, index.name), describeIndex("index", table, index)] as const,
    ),
    ...table.uniques
      .filter(({ inline }) => !inline)
      .map(
        (unique) =>
          [
            nameBeside(table.name, unique.name),
            describeIndex("unique index", table, unique),
          ] as const,
      ),
  ]);
  return [
    ...tables.map((table) => [table.name, describeTable(table)] as const),
    ...enums.map(({ name }) => [name, `the enum type "${name}"`] as const),
    ...indexes,
  ];
}

function serverNames(table: TableIr): readonly string[] {
  const uniques = table.uniques.filter(({ inline }) => inline);
  const numbered = table.columns.filter(({ autoincrement }) => autoincrement);
  const { primaryKeyName } = table;
  const key =
    primaryKeyName === undefined ? `${table.name}_pkey` : nameBeside(table.name, primaryKeyName);
  return [
    ...(table.primaryKey.length > 0 ? [key] : []),
    ...uniques.map(({ columns }) => `${table.name}_${columns[0]}_key`),
    ...numbered.map(({ name }) => `${table.name}_${name}_seq`),
  ];
}

function* tableFaults(table: TableIr, fold: Fold): Generator<SchemaFault> {
  const where = describeTable(table);
  if (table.columns.length === 0) yield fault(`${where} has no columns`, "give the model a field");
  yield* repeated(`${where} has two columns called`, table.columns, fold);
  yield* repeated(`${where} has two checks called`, table.checks, fold);
  for (const column of table.columns) yield* columnFaults(table, column);

  if (table.primaryKey.length > 0) yield* groupFaults(table, "the primary key", table.primaryKey);
  for (const unique of table.uniques) {
    yield* groupFaults(table, `the unique "${unique.name}"`, unique.columns);
  }
  for (const index of table.indexes) yield* indexFaults(table, index);
  for (const check of table.checks) {
    if (check.kind !== "values") continue;
    yield* groupFaults(table, `the check "${check.name}"`, [check.column]);
    if (check.values.length === 0) {
      yield fault(`the check "${check.name}" of ${where} allows no value`, "list at least one");
    }
  }
  for (const key of table.foreignKeys) {
    const user = `the foreign key "${key.name}"`;
    yield* groupFaults(table, user, key.columns);
    if (key.columns.length !== key.referencedColumns.length) {
      yield fault(
        `${user} of ${where} has ${key.columns.length} columns but points to ${key.referencedColumns.length}`,
        "it must name as many columns as it points to",
      );
    }
  }
}

function* repeated(
  problem: string,
  named: readonly { readonly name: string }[],
  fold: Fold,
): Generator<SchemaFault> {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(fold(name))) yield fault(`${problem} "${name}"`, "give one of them another name");
    seen.add(fold(name));
  }
}

/** An index may be of expressions alone, and have a column in several keys. */
function* indexFaults(table: TableIr, index: IndexIr): Generator<SchemaFault> {
  const { name, columns, keys } = index;
  if (keys !== undefined && columns.length === 0) return;
  yield* groupFaults(
    table,
    `the index "${name}"`,
    keys === undefined ? columns : distinct(columns),
  );
  const wrong = fullTextFault(table, index);
  if (wrong !== undefined) yield fault(wrong, "it holds columns of text, found by a numbered key");
}

/** A list of columns must name some, each once, all of them known. */
function* groupFaults(
  table: TableIr,
  user: string,
  names: readonly string[],
): Generator<SchemaFault> {
  const where = describeTable(table);
  const known = table.columns.map(({ name }) => name);
  const hint = `the columns are ${known.join(", ")}`;
  if (names.length === 0) yield fault(`${user} of ${where} names no columns`, hint);
  for (const name of names) {
    if (!known.includes(name)) {
      yield fault(`${user} of ${where} names the unknown column "${name}"`, hint);
    }
  }
  if (new Set(names).size !== names.length) {
    yield fault(`${user} of ${where} names a column twice: ${names.join(", ")}`, hint);
  }
}

function* columnFaults(table: TableIr, column: ColumnIr): Generator<SchemaFault> {
  const where = `column "${column.name}" of ${describeTable(table)}`;
  if (column.generated !== null && (column.default !== null || column.autoincrement)) {
    yield fault(
      `${where} is generated and has a default too`,
      "a generated column always has its expression's value; leave the default out",
    );
  }
  if (!column.autoincrement) return;
  if (column.type.kind !== "integer" && column.type.kind !== "bigint") {
    yield fault(
      `${where} is autoincrement but not an integer`,
      "use id() or bigintId(), or leave autoincrement out",
    );
  }
  // A database that was read may number any column.
  if (column.numbering !== undefined && !column.nullable) return;
  if (column.nullable || table.primaryKey.length !== 1 || table.primaryKey[0] !== column.name) {
    yield fault(
      `${where} is autoincrement but not the whole primary key`,
      "both databases number only a primary key of one column; set autoincrement: false",
    );
  }
}

function describeTable({ name, model }: TableIr): string {
  return model === null ? `table "${name}"` : `table "${name}" (model ${model})`;
}

function describeIndex(
  kind: string,
  table: TableIr,
  { columns }: { readonly columns: readonly string[] },
): string {
  return `the ${kind} on ${describeTable(table)} (${columns.join(", ")})`;
}

function fault(message: string, hint: string): SchemaFault {
  return { message, hint };
}
