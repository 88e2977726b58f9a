/** Models to SchemaIR. Nothing below this looks at a model. */
import { SchemaError } from "../errors/errors.ts";
import { findSchemaFaults } from "../ir/check.ts";
import { unnamedCheckName } from "../ir/check-name.ts";
import type {
  CheckIr,
  ColumnIr,
  ForeignKeyIr,
  IndexIr,
  SchemaIr,
  SchemaPayload,
  TableIr,
  UniqueIr,
} from "../ir/schema.ts";
import type { StorageType } from "../ir/type.ts";
import { byName, compareText, distinct, sameList } from "../util/lists.ts";
import type { ColumnDefinition, ForeignKeyRelation, ModelDefinition } from "./definition.ts";
import { readJoinTables } from "./join-table.ts";
import { checkName, foreignKeyName, indexName, uniqueName } from "./naming.ts";
import { readNativeEnums } from "./native-enum.ts";
import { mergeObjects, schemaObjects } from "./required-objects.ts";
import { tableFacts } from "./table-options.ts";
import {
  checksWithOptions,
  constraintsWithOptions,
  fullTextIndexes,
  indexesWithOptions,
  uniquesWithOptions,
} from "./table-parts.ts";

/** Something in the models that is allowed but says the same thing twice. */
export interface SchemaWarning {
  readonly code: "REDUNDANT_INDEX" | "REDUNDANT_UNIQUE";
  readonly message: string;
}

/** A schema and what was noticed while it was made. */
export interface SchemaReading {
  readonly ir: SchemaIr;
  readonly warnings: readonly SchemaWarning[];
}

/**
 * Turns models into SchemaIR, join tables included.
 *
 * Deterministic: the order of `models` doesn't matter. Give every model at
 * once; a foreign key to a model that is left out is refused.
 *
 * @throws {SchemaError} Two models share a table, two names meet, or a relation leads outside.
 */
export function toSchemaIr(models: readonly ModelDefinition[]): SchemaReading {
  const warnings: SchemaWarning[] = [];
  const byTable = modelsByTable(models);
  for (const model of byTable.values()) assertTargetsGiven(model, byTable);
  const tables = [...byTable.values()].map((model) => modelTable(model, warnings));
  tables.push(...readJoinTables(models, byTable));

  const schemas = schemaObjects(models);
  const required = mergeObjects(models).filter(
    ({ kind, name }) => kind !== "schema" || schemas.every((schema) => schema.name !== name),
  );
  const objects = [...schemas, ...required];
  const unmanaged = models.flatMap(({ tableOptions }) => tableOptions.unmanaged ?? []);
  const payload: SchemaPayload = {
    tables: tables.sort(byName),
    enums: readNativeEnums(models),
    ...(objects.length > 0 && { objects }),
    ...(unmanaged.length > 0 && { unmanaged }),
  };
  const [fault] = findSchemaFaults(payload);
  if (fault !== undefined) throw new SchemaError(fault.message, { hint: fault.hint });
  return {
    ir: { irKind: "schema", irVersion: 1, payload },
    warnings: warnings.sort((a, b) => compareText(a.message, b.message)),
  };
}

function modelsByTable(models: readonly ModelDefinition[]): ReadonlyMap<string, ModelDefinition> {
  const byTable = new Map<string, ModelDefinition>();
  for (const model of models) {
    const other = byTable.get(model.table);
    if (other !== undefined && other !== model) {
      throw new SchemaError(
        `the models ${other.name} and ${model.name} both use the table "${model.table}"`,
        {
          hint: `give one of them a table of its own: Model("${model.name}", { … }, { table: "…" })`,
        },
      );
    }
    byTable.set(model.table, model);
  }
  return byTable;
}

function modelTable(model: ModelDefinition, warnings: SchemaWarning[]): TableIr {
  const foreignKeys = [...model.relations.values()].filter(
    (relation): relation is ForeignKeyRelation => relation.kind === "foreignKey",
  );
  const uniques = readUniques(model, foreignKeys, warnings);
  return {
    name: model.table,
    model: model.name,
    comment: model.comment,
    columns: readColumns(model).sort(byName),
    primaryKey: columnNames(model.primaryKey),
    foreignKeys: [
      ...foreignKeys.map((relation) => readForeignKey(model, relation)),
      ...constraintsWithOptions(model),
    ].sort(byName),
    uniques: [...uniques, ...uniquesWithOptions(model)].sort(byName),
    indexes: [
      ...readIndexes(model, uniques, warnings),
      ...indexesWithOptions(model),
      ...fullTextIndexes(model),
    ].sort(byName),
    checks: readChecks(model).sort(byName),
    ...tableFacts(model.tableOptions),
  };
}

function readColumns(model: ModelDefinition): ColumnIr[] {
  const columns = model.columns.map(readColumn);
  if (model.tableOptions.columnOrder !== "declared") return columns;
  return columns.map((column, at) => ({ ...column, position: at + 1 }));
}

/** The type without what says how its values are read. */
function declared(type: StorageType): StorageType {
  if (type.kind !== "timestamp" && type.kind !== "timestamptz") return type;
  const { loose: _, ...rest } = type;
  return rest;
}

function readColumn(column: ColumnDefinition): ColumnIr {
  const { nullableKey, ...facts } = column.database ?? {};
  return {
    name: column.column,
    type: declared(column.type),
    nullable: column.primaryKey ? nullableKey === true : column.nullable,
    autoincrement: column.autoincrement,
    default: column.default(),
    generated: column.generated,
    comment: column.comment,
    renamedFrom: column.renamedFrom,
    ...facts,
  };
}

function readForeignKey(model: ModelDefinition, relation: ForeignKeyRelation): ForeignKeyIr {
  const { columns, target, targetColumns, onDelete, onUpdate } = relation;
  if ([onDelete, onUpdate].includes("SET NULL") && columns.some(({ nullable }) => !nullable)) {
    throw new SchemaError(
      `${model.name}.${relation.property} is SET NULL on delete or update but takes no NULL`,
      { hint: "make the foreign key nullable, or choose another action" },
    );
  }
  const { name, ...facts } = relation.constraint;
  return {
    name: name ?? foreignKeyName(model.table, columnNames(columns), target.table),
    columns: columnNames(columns),
    referencedTable: target.table,
    referencedColumns: columnNames(targetColumns),
    onDelete,
    onUpdate,
    ...(name !== undefined && { named: true }),
    ...facts,
  };
}

function readUniques(
  model: ModelDefinition,
  foreignKeys: readonly ForeignKeyRelation[],
  warnings: SchemaWarning[],
): UniqueIr[] {
  const single = model.columns.filter(({ unique }) => unique).map((column) => [column]);
  const related = foreignKeys.filter(({ unique }) => unique).map(({ columns }) => columns);
  const groups = distinctGroups([...single, ...related, ...model.uniques]);
  const key = columnNames(model.primaryKey);
  return groups.flatMap((columns) => {
    if (sameList(columns, key)) {
      // A key that is a foreign key too says that its relation is to one row.
      if (related.some((columns) => sameList(columnNames(columns), key))) return [];
      warnings.push({
        code: "REDUNDANT_UNIQUE",
        message: `${model.name}: the primary key (${columns.join(", ")}) is unique already; the unique is left out`,
      });
      return [];
    }
    return { name: uniqueName(model.table, columns), columns, inline: columns.length === 1 };
  });
}

function readIndexes(
  model: ModelDefinition,
  uniques: readonly UniqueIr[],
  warnings: SchemaWarning[],
): IndexIr[] {
  const single = model.columns.filter(({ index }) => index).map((column) => [column]);
  const covered = [...uniques.map(({ columns }) => columns), columnNames(model.primaryKey)];
  return distinctGroups([...single, ...model.indexes]).flatMap((columns) => {
    if (covered.some((other) => sameList(other, columns))) {
      warnings.push({
        code: "REDUNDANT_INDEX",
        message: `${model.name}: (${columns.join(", ")}) is unique, which is an index too; the plain index is left out`,
      });
      return [];
    }
    return { name: indexName(model.table, columns), columns };
  });
}

function readChecks(model: ModelDefinition): CheckIr[] {
  const values = model.columns.flatMap(({ column, type, check, property }): CheckIr[] => {
    if (type.kind !== "enum") {
      if (check === false) return [];
      throw new SchemaError(`${model.name}.${property} has dbCheck but any value is allowed`, {
        hint: "dbCheck needs an enum or a union of literals",
      });
    }
    // A database type of the user's own choice is checked only when asked for.
    if (type.dbType !== undefined && check === false) return [];
    const given = typeof check === "object" ? check.name : checkName(model.table, column);
    const body = { column, values: distinct(type.values) };
    return [
      {
        kind: "values",
        name: given ?? unnamedCheckName(model.table, body),
        ...body,
        ...(given === null && { unnamed: true }),
      },
    ];
  });
  const written = checksWithOptions(model);
  return [...values, ...written];
}

function assertTargetsGiven(
  model: ModelDefinition,
  byTable: ReadonlyMap<string, ModelDefinition>,
): void {
  for (const { property, target } of model.relations.values()) {
    if (byTable.get(target.table) === target) continue;
    throw new SchemaError(
      `${model.name}.${property} points to ${target.name}, which is not among the models given`,
      { hint: `add ${target.name}, or import the module that defines it before connecting` },
    );
  }
}

function columnNames(columns: readonly ColumnDefinition[]): readonly string[] {
  return columns.map(({ column }) => column);
}

function distinctGroups(
  groups: readonly (readonly ColumnDefinition[])[],
): readonly (readonly string[])[] {
  const named = groups.map(columnNames);
  return named.filter((group, at) => named.findIndex((other) => sameList(other, group)) === at);
}
