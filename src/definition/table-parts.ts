/** Uniques, indexes, foreign keys and checks that have options of their own, as SchemaIR. */

import { unnamedCheckName } from "../ir/check-name.ts";
import type { CheckIr, ForeignKeyIr, IndexIr, UniqueIr } from "../ir/schema.ts";
import type { ColumnDefinition, ModelDefinition } from "./definition.ts";
import { checkIdentifier, foreignKeyName, indexName, uniqueName } from "./naming.ts";

/** SQLite keeps long names of indexes and constraints; PostgreSQL refuses them when it is their turn. */
const anyLength = Number.POSITIVE_INFINITY;

export function uniquesWithOptions(model: ModelDefinition): readonly UniqueIr[] {
  return model.namedUniques.map((unique): UniqueIr => {
    const columns = names(unique.columns);
    const name = unique.name ?? uniqueName(model.table, columns);
    checkIdentifier(name, `a unique of ${model.name}`, anyLength);
    return {
      name,
      columns,
      inline: false,
      ...(unique.constraint === true && { constraint: true }),
      ...(unique.deferrable !== undefined && { deferrable: unique.deferrable }),
      ...(unique.nullsNotDistinct === true && { nullsNotDistinct: true }),
      ...(unique.include.length > 0 && { include: names(unique.include) }),
    };
  });
}

export function indexesWithOptions(model: ModelDefinition): readonly IndexIr[] {
  return model.namedIndexes.map((index): IndexIr => {
    const columns = names(index.columns);
    const usual = index.unique === true ? uniqueName : indexName;
    const name = index.name ?? usual(model.table, columns);
    checkIdentifier(name, `an index of ${model.name}`, anyLength);
    return {
      name,
      columns,
      ...(index.keys !== undefined && { keys: index.keys }),
      ...(index.unique === true && { unique: true }),
      ...(index.method !== undefined && { method: index.method }),
      ...(index.include.length > 0 && { include: names(index.include) }),
      ...(index.where !== undefined && { where: index.where }),
      ...(index.nullsNotDistinct === true && { nullsNotDistinct: true }),
      ...(index.options !== undefined && { options: index.options }),
    };
  });
}

export function fullTextIndexes(model: ModelDefinition): readonly IndexIr[] {
  return model.fullTexts.map(({ name, columns, language }): IndexIr => {
    checkIdentifier(name, `a full-text index of ${model.name}`, anyLength);
    return { name, columns: names(columns), fullText: language };
  });
}

export function constraintsWithOptions(model: ModelDefinition): readonly ForeignKeyIr[] {
  return model.constraints.map((key): ForeignKeyIr => {
    const columns = names(key.columns);
    const { table, columns: referencedColumns } = key.references;
    return {
      name: key.name ?? foreignKeyName(model.table, columns, table),
      columns,
      referencedTable: table,
      referencedColumns,
      onDelete: key.onDelete ?? "NO ACTION",
      onUpdate: key.onUpdate ?? "NO ACTION",
      ...(key.name !== undefined && { named: true }),
      ...(key.deferrable !== undefined && { deferrable: key.deferrable }),
      ...(key.match !== undefined && { match: key.match }),
      ...(key.setColumns.length > 0 && { setColumns: names(key.setColumns) }),
      ...(key.notValid === true && { notValid: true }),
    };
  });
}

/** The checks in SQL. */
export function checksWithOptions(model: ModelDefinition): readonly CheckIr[] {
  return model.checks.map((check): CheckIr => {
    const { sql } = check;
    const facts = {
      ...(check.noInherit === true && { noInherit: true as const }),
      ...(check.notValid === true && { notValid: true as const }),
    };
    if (check.name === undefined) {
      const name = unnamedCheckName(model.table, sql);
      return { kind: "sql", name, sql, unnamed: true, ...facts };
    }
    checkIdentifier(check.name, `a check of ${model.name}`, anyLength);
    return { kind: "sql", name: check.name, sql, ...facts };
  });
}

function names(columns: readonly ColumnDefinition[]): readonly string[] {
  return columns.map(({ column }) => column);
}
