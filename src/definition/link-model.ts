/** Many-to-many links that are rows of a model. */
import { SchemaError } from "../errors/errors.ts";
import type { ColumnDefinition, ForeignKeyRelation, JoinTable } from "./definition.ts";
import { kindOf } from "./field.ts";
import { findDefinition } from "./key.ts";
import type { Definition } from "./read.ts";

/** The table of a model of links: its foreign keys to the two sides hold the pair. */
export function linkModelTable(
  model: Definition,
  target: Definition,
  through: object,
  at: string,
): JoinTable {
  const link = findDefinition(through);
  if (link === undefined) {
    throw new SchemaError(`${at} links through something that is no model`, {
      hint: "pass a class that extends Model(…), or the name of a table",
    });
  }
  const keys = link.relationNames
    .filter((name) => kindOf(link.relationField(name)) === "foreignKey")
    .map((name) => link.foreignKey(name));
  const to = (side: Definition) => keys.filter((key) => key.target === side);
  // A model that is linked with itself: the first foreign key is this side, the second the other.
  const [source, other] = model === target ? to(model) : [to(model)[0], to(target)[0]];
  const most = model === target ? 2 : 1;
  if (source === undefined || other === undefined) {
    throw new SchemaError(`${at} links through ${link.name}, which lacks a foreign key to a side`, {
      hint: `give ${link.name} a foreign key to ${model.name} and one to ${target.name}`,
    });
  }
  if (to(model).length > most || to(target).length > most) {
    throw new SchemaError(
      `${at} links through ${link.name}, which has several foreign keys to a side`,
      {
        hint: "name the table in `through`, with columns called as in a join table",
      },
    );
  }
  return {
    table: link.table,
    source: model,
    target,
    sourceColumns: joinColumns(source),
    targetColumns: joinColumns(other),
    reverseIndex: false,
  };
}

function joinColumns({ columns, targetColumns }: ForeignKeyRelation): JoinTable["sourceColumns"] {
  return columns.map(({ column }, index) => ({
    column,
    references: targetColumns[index] as ColumnDefinition,
  }));
}
