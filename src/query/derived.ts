/** What a query reads as columns of rows that are queried again: a definition that no class has. */
import { z } from "zod";
import { valueRules } from "../codec/rules.ts";
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import type { FieldNode, Picked } from "./nodes.ts";
import type { Scope } from "./scope.ts";

/**
 * The definition of rows whose columns are the fields of a query.
 *
 * @param name - What the rows are called in messages.
 */
export function derivedModel(name: string, fields: readonly FieldNode[]): ModelDefinition {
  const columns = fields.map(derivedColumn);
  return {
    name,
    table: name,
    comment: null,
    columns,
    byProperty: new Map(columns.map((column) => [column.property, column])),
    primaryKey: [],
    relations: new Map(),
    uniques: [],
    indexes: [],
    checks: [],
    namedUniques: [],
    namedIndexes: [],
    fullTexts: [],
    constraints: [],
    tableOptions: {},
  };
}

function derivedColumn(
  { property, expression, facts }: FieldNode,
  place: number,
): ColumnDefinition {
  const { type, nullable, nullAs, transform } = facts;
  return {
    property,
    column: `c${place}`,
    type,
    rules: valueRules(type),
    schema: z.unknown(),
    // Paths into JSON are read by the schema of the column behind them.
    valueSchema: expression.kind === "column" ? expression.column.valueSchema : z.unknown(),
    nullable,
    nullAs,
    ...(transform && { transform }),
    primaryKey: false,
    autoincrement: false,
    unique: false,
    index: false,
    check: false,
    default: () => null,
    optional: false,
    generated: null,
    comment: null,
    renamedFrom: null,
  };
}

/** All columns of such rows. */
export function allFields({ model, root: scope }: { model: ModelDefinition; root: Scope }): Picked {
  const fields = model.columns.map((column): FieldNode => {
    const { property, type, nullable, nullAs, transform } = column;
    const facts = { type, nullable, nullAs, ...(transform && { transform }) };
    return { property, expression: { kind: "column", scope, column }, facts };
  });
  return { fields, single: false, distinct: false };
}
