/** Back references to some of the rows that point to a model. */
import { SchemaError } from "../errors/errors.ts";
import type { BackRelation, ModelConstructor } from "./definition.ts";
import { type BackRefFieldObject, type BackRefView, kindOf } from "./field.ts";
import { findDefinition } from "./key.ts";
import { refuseUnknown } from "./options.ts";
import type { Definition } from "./read.ts";

const viewOptions = new Set(["relatedName", "where"]);

/** A further back reference over a foreign key that leads here. */
export function backView(
  model: Definition,
  property: string,
  field: BackRefFieldObject,
  view: BackRefView,
): BackRelation {
  const target = findDefinition(field.target) as Definition;
  const targetClass = field.target as ModelConstructor;
  const at = `${model.name}.${property}`;
  refuseUnknown(at, view, viewOptions);
  const { relatedName, where } = view;
  if (typeof where !== "function") {
    throw new SchemaError(`${at} has no condition`, {
      hint: `write backRef(${target.name}, { where: (row) => … }), or leave the options out to mean all rows`,
    });
  }
  const names = target.relationNames.filter((name) => {
    const other = target.relationField(name);
    return kindOf(other) === "foreignKey" && findDefinition(other.target) === model;
  });
  const keys = names.map((name) => target.foreignKey(name));
  const found = keys.filter((key) => relatedName === undefined || key.relatedName === relatedName);
  const [foreignKey, second] = found;
  if (foreignKey === undefined) {
    const which = relatedName === undefined ? "" : ` with relatedName "${relatedName}"`;
    throw new SchemaError(`${at} needs a foreign key of ${target.name} to ${model.name}${which}`, {
      hint:
        keys.length === 0
          ? `add one to ${target.name}`
          : `those to ${model.name} have ${keys.map((key) => `"${key.relatedName}"`).join(", ")}`,
    });
  }
  if (second !== undefined) {
    throw new SchemaError(`${at} may mean several foreign keys of ${target.name}`, {
      hint: `say which with relatedName: ${found.map((key) => `"${key.relatedName}"`).join(" or ")}`,
    });
  }
  if (foreignKey.unique) {
    throw new SchemaError(`${at} has a condition, but ${foreignKey.property} leads to one row`, {
      hint: `use ${foreignKey.relatedName}, and say in queries which rows are wanted`,
    });
  }
  return { kind: "backMany", property, model, target, targetClass, foreignKey, where };
}
