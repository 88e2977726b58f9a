import { effectiveChecks } from "../ddl/column.ts";
import { MigrationError } from "../errors/errors.ts";
import type { ColumnIr, SchemaPayload, TableIr } from "../ir/schema.ts";
import type { AutoContext } from "./auto.ts";

/** Adds a column to a table that exists, with what belongs to it as far as the database can. */
export function addColumn(
  context: AutoContext,
  live: TableIr,
  wanted: TableIr,
  column: ColumnIr,
  schema: SchemaPayload,
): void {
  assertAddable(context, live, wanted, column);
  const table = live.name;
  for (const name of enumNames(column)) {
    const values = valuesOf(column);
    const known = [...schema.enums.map((each) => each.name), ...plannedEnums(context)];
    if (known.includes(name)) continue;
    context.operations.push({ op: "createEnum", enum: { name, values } });
  }
  context.operations.push({ op: "addColumn", table, column });
  addUniques(context, table, wanted, column.name);
  addKeys(context, table, wanted, column.name);
  addChecks(context, table, wanted, column.name);
}

function assertAddable(
  { dialect }: AutoContext,
  live: TableIr,
  wanted: TableIr,
  column: ColumnIr,
): void {
  const place = `${live.name}.${column.name}`;
  if (wanted.primaryKey.includes(column.name)) {
    throw new MigrationError(
      `Cannot add column '${place}': it is a primary key, and primary keys cannot be added to existing tables. Use a versioned migration for this change.`,
    );
  }
  const reason = dialect.reconcile.refusesColumn(column);
  const needsDefault = !column.nullable && column.generated === null;
  if (needsDefault && (column.default === null || reason !== undefined)) {
    throw new MigrationError(
      `Cannot add NOT NULL column '${place}' to an existing table: it has no literal default to backfill existing rows. Make the field nullable, give it a literal default, or use a versioned migration.`,
    );
  }
  if (reason === undefined) return;
  throw new MigrationError(
    `Cannot add column '${place}' to an existing table: ${reason}. Use a versioned migration for this change.`,
  );
}

function addUniques(
  { dialect, operations, warnings }: AutoContext,
  table: string,
  wanted: TableIr,
  column: string,
): void {
  for (const unique of wanted.uniques) {
    if (!unique.inline || unique.columns[0] !== column) continue;
    if (dialect.reconcile.inPlace) {
      operations.push({ op: "addUnique", table, unique });
      continue;
    }
    operations.push({ op: "addUnique", table, unique: { ...unique, inline: false } });
    warnings.push(
      `Added unique column '${table}.${column}' as a unique index '${unique.name}' (SQLite cannot add an inline UNIQUE constraint to an existing table).`,
    );
  }
}

/** A key is added with the last of its columns. */
function addKeys(
  { dialect, operations, warnings }: AutoContext,
  table: string,
  wanted: TableIr,
  column: string,
): void {
  for (const foreignKey of wanted.foreignKeys) {
    if (!foreignKey.columns.includes(column)) continue;
    if (!dialect.reconcile.inPlace) {
      warnings.push(
        `Added foreign-key column '${table}.${column}' without its FOREIGN KEY constraint (SQLite cannot add table constraints to an existing table). Referential integrity for this column is not database-enforced; use a versioned migration if you need the constraint.`,
      );
    } else if (foreignKey.columns.at(-1) === column) {
      operations.push({ op: "addForeignKey", table, foreignKey });
    }
  }
}

function addChecks(
  { dialect, operations, warnings }: AutoContext,
  table: string,
  wanted: TableIr,
  column: string,
): void {
  for (const check of effectiveChecks(wanted, dialect.ddl)) {
    if (check.kind !== "values" || check.column !== column) continue;
    if (dialect.reconcile.inPlace) operations.push({ op: "addCheck", table, check });
    else {
      warnings.push(
        `Check constraint '${check.name}' on table '${table}' is not emitted on SQLite (requires table rebuild).`,
      );
    }
  }
}

function enumOf({ type }: ColumnIr) {
  const inner = type.kind === "array" ? type.element : type;
  return inner.kind === "enum" ? inner : undefined;
}

function enumNames(column: ColumnIr): readonly string[] {
  const type = enumOf(column);
  const named = type !== undefined && type.name !== null && type.dbType === undefined;
  return named && type.values.every((value) => typeof value === "string") ? [type.name ?? ""] : [];
}

function valuesOf(column: ColumnIr): readonly string[] {
  return (enumOf(column)?.values ?? []).map(String);
}

function plannedEnums({ operations }: AutoContext): readonly string[] {
  return operations.flatMap((each) => (each.op === "createEnum" ? [each.enum.name] : []));
}
