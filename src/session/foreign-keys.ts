/** The foreign keys around a model: its own, those of its links, and those that lead to it. */
import type {
  ColumnDefinition,
  ForeignKeyRelation,
  ModelDefinition,
} from "../definition/definition.ts";
import { constraintName } from "../dialect/constraint-name.ts";
import type { ReferentialAction } from "../ir/schema.ts";

/** A foreign key of a model or of a join table. */
export interface Key {
  readonly table: string;
  readonly owner: string;
  readonly column: string;
  /** The property, where a model has the column. */
  readonly property: string;
  readonly nullable: boolean;
  readonly target: ModelDefinition;
  readonly targetColumn: ColumnDefinition;
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** The model that has it; a join table is nobody's. */
  readonly model: ModelDefinition | undefined;
}

/** The foreign keys of a table that a model writes: its own, or a join table of its links. */
export function keysOf(model: ModelDefinition, table: string): Key[] {
  const relations = [...model.relations.values()];
  if (table === model.table) {
    return relations.flatMap((relation) =>
      relation.kind === "foreignKey" ? modelKeys(relation) : [],
    );
  }
  for (const relation of relations) {
    if (relation.kind !== "link" || relation.join.table !== table) continue;
    const { source, target, sourceColumns, targetColumns } = relation.join;
    return [
      ...sourceColumns.map((column) => joinKey(table, source, column)),
      ...targetColumns.map((column) => joinKey(table, target, column)),
    ];
  }
  return [];
}

/** The foreign keys that lead to a model. */
export function keysTo(model: ModelDefinition): Key[] {
  return [...model.relations.values()].flatMap((relation) =>
    relation.kind === "backOne" || relation.kind === "backMany"
      ? modelKeys(relation.foreignKey)
      : [],
  );
}

/** The foreign keys that lead to a model, and those to the models that have them: a delete may go that far. */
export function keysTowards(model: ModelDefinition): Key[] {
  const reached = new Set([model]);
  const keys: Key[] = [];
  for (const each of reached) {
    for (const key of keysTo(each)) {
      keys.push(key);
      if (key.model !== undefined) reached.add(key.model);
    }
  }
  return keys;
}

function modelKeys(relation: ForeignKeyRelation): Key[] {
  const { model, target, onDelete, onUpdate } = relation;
  return relation.columns.flatMap(({ column, property, nullable }, index) => {
    const targetColumn = relation.targetColumns[index];
    if (targetColumn === undefined) return [];
    const { table, name: owner } = model;
    return {
      table,
      owner,
      column,
      property,
      nullable,
      target,
      targetColumn,
      onDelete,
      onUpdate,
      model,
    };
  });
}

function joinKey(
  table: string,
  target: ModelDefinition,
  { column, references }: { readonly column: string; readonly references: ColumnDefinition },
): Key {
  return {
    table,
    owner: table,
    column,
    property: column,
    nullable: false,
    target,
    targetColumn: references,
    onDelete: "CASCADE",
    onUpdate: "NO ACTION",
    model: undefined,
  };
}

/** The name that PostgreSQL gives it. */
export function nameOf({ table, column }: Key): string {
  return constraintName(table, [column], "fkey");
}
