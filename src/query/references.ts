/** Columns as QueryIR names them. */
import type {
  ColumnDefinition,
  JoinColumn,
  LinkRelation,
  ModelDefinition,
  RelationDefinition,
} from "../definition/definition.ts";
import type { ColumnPair, ColumnRef, Predicate } from "../ir/query.ts";

const allColumns = new WeakMap<ModelDefinition, readonly ColumnRef[]>();

/** All columns of a model's row under the alias of a query's own row; one list for each model, so that plans find it fast. */
export function columnReferences(model: ModelDefinition): readonly ColumnRef[] {
  let list = allColumns.get(model);
  if (list === undefined) {
    list = model.columns.map((column) => reference("t0", column, false));
    allColumns.set(model, list);
  }
  return list;
}

/** Columns under the alias of a query's own row. */
export function references(columns: readonly ColumnDefinition[]): ColumnRef[] {
  return columns.map((column) => reference("t0", column, false));
}

/** ANDs predicates; null for none, the predicate itself for one. */
export function conjunction(operands: readonly Predicate[]): Predicate | null {
  const [first, second] = operands;
  if (first === undefined) return null;
  return second === undefined ? first : { kind: "and", operands };
}

/** The columns of a foreign key beside those that it points to. */
export function keyPairs(
  relation: Exclude<RelationDefinition, LinkRelation>,
  near: string,
  far: string,
): ColumnPair[] {
  const key = relation.kind === "foreignKey" ? relation : relation.foreignKey;
  const [owner, referenced] = relation.kind === "foreignKey" ? [near, far] : [far, near];
  return key.columns.map((column, index) => ({
    left: reference(owner, column, false),
    right: reference(referenced, key.targetColumns[index] as ColumnDefinition, false),
  }));
}

/** A column of the row under an alias; `left` says that the row may be missing. */
export function reference(alias: string, column: ColumnDefinition, left: boolean): ColumnRef {
  return {
    kind: "column",
    source: alias,
    column: column.column,
    type: column.type,
    nullable: left || column.nullable,
  };
}

/** A column of a join table. */
export function joinReference(alias: string, { column, references }: JoinColumn): ColumnRef {
  return { kind: "column", source: alias, column, type: references.type, nullable: false };
}
