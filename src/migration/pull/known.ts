/** The names that models have already: a second pull gives them again. */
import type { ModelDefinition } from "../../definition/definition.ts";

/** The two ends of a relation or a link. */
export interface KnownRelation {
  readonly property: string;
  readonly relatedName: string;
}

/** What the model of a table calls things. */
export interface KnownTable {
  /** Properties by column. */
  readonly properties: ReadonlyMap<string, string>;
  /** Relations by the columns of their keys, with commas between them. */
  readonly relations: ReadonlyMap<string, KnownRelation>;
  /** Links by the table that they go through. */
  readonly links: ReadonlyMap<string, KnownRelation>;
  /** Every name that the model has, for whatever it is. */
  readonly taken: readonly string[];
}

/** The names in models that are there. */
export interface KnownNames {
  /** The class of each table. */
  readonly classes: ReadonlyMap<string, string>;
  readonly tables: ReadonlyMap<string, KnownTable>;
  /** The constant of each native enum. */
  readonly enums: ReadonlyMap<string, string>;
}

/** What a model calls things. */
export function knownTable(model: ModelDefinition): KnownTable {
  const relations = [...model.relations.values()];
  return {
    properties: new Map(model.columns.map(({ column, property }) => [column, property])),
    relations: new Map(
      relations.flatMap((relation) => {
        if (relation.kind !== "foreignKey") return [];
        const { columns, property, relatedName } = relation;
        return [[columns.map(({ column }) => column).join(), { property, relatedName }] as const];
      }),
    ),
    links: new Map(
      relations.flatMap((relation) => {
        if (relation.kind !== "link" || !relation.forward) return [];
        const other = [...relation.target.relations.values()].find(
          (back) => back.kind === "link" && !back.forward && back.join === relation.join,
        );
        const named = { property: relation.property, relatedName: other?.property ?? "" };
        return named.relatedName === "" ? [] : [[relation.join.table, named] as const];
      }),
    ),
    taken: [
      ...model.columns.map(({ property }) => property),
      ...relations.map(({ property }) => property),
    ],
  };
}
