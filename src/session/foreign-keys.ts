/** The foreign keys around a model: its own, those of its links, and those that lead to it. */
import type {
  ColumnDefinition,
  ForeignKeyRelation,
  JoinColumn,
  ModelDefinition,
} from "../definition/definition.ts";
import { constraintName } from "../dialect/constraint-name.ts";
import type { ReferentialAction } from "../ir/schema.ts";

/** A foreign key of a model or of a join table. */
export interface Key {
  readonly table: string;
  readonly owner: string;
  /** Several where it leads to a composite key. */
  readonly columns: readonly KeyColumn[];
  readonly target: ModelDefinition;
  /** The constraint's own name. */
  readonly name: string | undefined;
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** The model that has it; a join table is nobody's. */
  readonly model: ModelDefinition | undefined;
}

/** A column of a foreign key, and the one that it points to. */
export interface KeyColumn {
  readonly column: string;
  /** The property, where a model has the column. */
  readonly property: string;
  readonly nullable: boolean;
  readonly references: ColumnDefinition;
}

/** The foreign keys of a table that a model writes: its own, or a join table of its links. */
export function keysOf(model: ModelDefinition, table: string): Key[] {
  const relations = [...model.relations.values()];
  if (table === model.table) {
    return relations.flatMap((relation) =>
      relation.kind === "foreignKey" ? [modelKey(relation)] : [],
    );
  }
  for (const relation of relations) {
    if (relation.kind !== "link" || relation.join.table !== table) continue;
    const { source, target, sourceColumns, targetColumns } = relation.join;
    return [joinKey(table, source, sourceColumns), joinKey(table, target, targetColumns)];
  }
  return [];
}

/** The foreign keys that lead to a model. */
export function keysTo(model: ModelDefinition): Key[] {
  return [...model.relations.values()].flatMap((relation) =>
    relation.kind === "backOne" || relation.kind === "backMany"
      ? [modelKey(relation.foreignKey)]
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

function modelKey(relation: ForeignKeyRelation): Key {
  const { model, target, targetColumns, onDelete, onUpdate, constraint } = relation;
  return {
    table: model.table,
    owner: model.name,
    columns: relation.columns.flatMap(({ column, property, nullable }, index) => {
      const references = targetColumns[index];
      return references === undefined ? [] : [{ column, property, nullable, references }];
    }),
    target,
    name: constraint.name,
    onDelete,
    onUpdate,
    model,
  };
}

function joinKey(table: string, target: ModelDefinition, columns: readonly JoinColumn[]): Key {
  return {
    table,
    owner: table,
    columns: columns.map(({ column, references }) => ({
      column,
      property: column,
      nullable: false,
      references,
    })),
    target,
    name: undefined,
    onDelete: "CASCADE",
    onUpdate: "NO ACTION",
    model: undefined,
  };
}

/** Its own name, or the one that PostgreSQL gives it. */
export function nameOf({ table, columns, name }: Key): string {
  return (
    name ??
    constraintName(
      table,
      columns.map(({ column }) => column),
      "fkey",
    )
  );
}
