/**
 * What auto-migrate does to tables that exist: what its table of capabilities allows, and no more.
 *
 * Renames, keys, defaults and tables that go are left to versioned migrations.
 */

import type { DdlDialect } from "../ddl/dialect.ts";
import { indexName, uniqueName } from "../definition/naming.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { MigrationError } from "../errors/errors.ts";
import type { Operation } from "../ir/migration.ts";
import type { ColumnIr, IndexIr, SchemaPayload, TableIr, UniqueIr } from "../ir/schema.ts";
import { nameBeside } from "../util/identifier.ts";
import { sameTextIndex } from "./align.ts";
import { addColumn } from "./auto-add.ts";
import { dropColumns } from "./auto-drop.ts";

/** Which parts of auto-migrate are wanted. */
export interface AutoOptions {
  /** Adds columns and indexes, and mends types and nullability where the database can. */
  readonly updates: boolean;
  /** Drops columns and indexes that the models no longer have; implies `updates`. */
  readonly destructive: boolean;
}

/** A statement, and what to say when it fails. */
export interface AutoStatement {
  readonly sql: string;
  readonly table: string;
  readonly problem?: (message: string) => string;
}

/** What is to be done, and what can't be. */
export interface AutoPlan {
  readonly statements: readonly AutoStatement[];
  readonly warnings: readonly string[];
}

/** A plan on its way. */
export interface AutoContext {
  readonly dialect: Dialect;
  readonly operations: Operation[];
  readonly drops: AutoStatement[];
  readonly warnings: string[];
}

/**
 * Plans what brings the tables that exist closer to the models.
 *
 * @param live - What the database has, with the tables that are about to be made.
 * @throws {MigrationError} A model needs what can't be done to a table that exists; nothing was changed.
 */
export function planAuto(
  live: SchemaPayload,
  wanted: SchemaPayload,
  dialect: Dialect,
  { updates, destructive }: AutoOptions,
): AutoPlan {
  if (!updates && !destructive) return { statements: [], warnings: [] };
  const context: AutoContext = { dialect, operations: [], drops: [], warnings: [] };
  const { foldIdentifier: fold } = dialect.ddl;
  const tables = new Map(live.tables.map((table) => [fold(table.name), table]));
  const indexes: Operation[] = [];
  for (const table of wanted.tables) {
    const present = tables.get(fold(table.name));
    // Something else has the name: a view, another tool's partition.
    if (present === undefined) continue;
    reconcileColumns(context, present, table, live);
    indexes.push(...missingIndexes(present, table, dialect.ddl));
    if (destructive) {
      dropColumns(context, present, table);
      dropOrphans(context, present, table);
    }
  }
  context.operations.push(...indexes);
  return { statements: [...render(context, live), ...context.drops], warnings: context.warnings };
}

function reconcileColumns(
  context: AutoContext,
  live: TableIr,
  wanted: TableIr,
  schema: SchemaPayload,
): void {
  const { foldIdentifier: fold } = context.dialect.ddl;
  const columns = new Map(live.columns.map((column) => [fold(column.name), column]));
  const added: ColumnIr[] = [];
  for (const column of wanted.columns) {
    const present = columns.get(fold(column.name));
    if (present !== undefined) reconcileColumn(context, live, present, wanted, column);
    else added.push(column);
  }
  for (const column of added) addColumn(context, live, wanted, column, schema);
}

function reconcileColumn(
  { dialect, operations, warnings }: AutoContext,
  { name: table, primaryKey }: TableIr,
  live: ColumnIr,
  { primaryKey: wantedKey }: TableIr,
  wanted: ColumnIr,
): void {
  if (primaryKey.includes(live.name) || wantedKey.includes(wanted.name)) return;
  const place = `${table}.${live.name}`;
  const column = live.name;
  const drift = dialect.reconcile.typeDrift(place, live, wanted);
  if (typeof drift === "object") warnings.push(drift.warning);
  else if (drift === "alter") {
    operations.push({ op: "setType", table, column, type: wanted.type });
  }
  if (live.nullable === wanted.nullable) return;
  if (dialect.reconcile.inPlace) {
    operations.push({ op: "setNullable", table, column, nullable: wanted.nullable });
    return;
  }
  const [is, expected] = wanted.nullable ? ["NOT NULL", "nullable"] : ["nullable", "NOT NULL"];
  warnings.push(
    `Column '${place}' is ${is} in the database but the model expects ${expected}. SQLite cannot change column nullability in place; use a versioned migration to migrate this column.`,
  );
}

/** Indexes are known by their names alone: one that is there is left as it is, but for the words that it holds. */
function missingIndexes(live: TableIr, wanted: TableIr, ddl: DdlDialect): readonly Operation[] {
  const { foldIdentifier: fold } = ddl;
  const table = live.name;
  const others = (index: IndexIr): readonly IndexIr[] =>
    live.indexes.filter(
      (each) =>
        each.name === index.name &&
        each.fullText !== undefined &&
        index.fullText !== undefined &&
        !sameTextIndex(each, index, ddl),
    );
  const present = new Set(namedIndexes(live).map(({ name }) => fold(name)));
  const missing = ({ name }: { readonly name: string }): boolean => !present.has(fold(name));
  return [
    ...wanted.indexes.flatMap((index) =>
      others(index).flatMap(({ name }): readonly Operation[] => [
        { op: "dropIndex", table, name },
        { op: "createIndex", table, index },
      ]),
    ),
    ...wanted.indexes
      .filter(missing)
      .map((index): Operation => ({ op: "createIndex", table, index })),
    ...wanted.uniques
      .filter(({ inline }) => !inline)
      .filter(missing)
      .map((unique): Operation => ({ op: "addUnique", table, unique })),
  ];
}

function namedIndexes(table: TableIr): readonly (IndexIr | UniqueIr)[] {
  return [...table.indexes, ...table.uniques.filter(({ inline }) => !inline)];
}

/** Drops the indexes that Ferro would have made, by name and columns, and that no model asks for now. */
function dropOrphans({ dialect, drops }: AutoContext, live: TableIr, wanted: TableIr): void {
  const asked = new Set([...wanted.indexes, ...wanted.uniques].map(({ name }) => name));
  const dropped = new Set(drops.map(({ sql }) => sql));
  for (const { name, columns, ...rest } of namedIndexes(live)) {
    const isUnique = "inline" in rest;
    if ("constraint" in rest || asked.has(name)) continue;
    const own = isUnique ? uniqueName(live.name, columns) : indexName(live.name, columns);
    const sql = `DROP INDEX IF EXISTS ${dialect.ddl.quoteName(nameBeside(live.name, name))}`;
    if (name === own && !dropped.has(sql)) drops.unshift({ sql, table: live.name });
  }
}

/** The statements of the operations, which are all of the kind that one transaction holds. */
function render(
  { dialect, operations }: AutoContext,
  live: SchemaPayload,
): readonly AutoStatement[] {
  if (operations.length === 0) return [];
  const { segments } = dialect.plan(live, operations, { online: false });
  return segments.flatMap((segment) => {
    if (segment.kind !== "transaction") {
      throw new MigrationError("auto-migrate can't do this to a table that exists", {
        hint: "use a versioned migration",
      });
    }
    return segment.steps.map(({ sql, operations: [operation] }) => ({
      sql,
      table: operation !== undefined && "table" in operation ? String(operation.table) : "",
    }));
  });
}
