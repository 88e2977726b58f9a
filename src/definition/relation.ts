/** Reads relations and pairs each with its other side. */
import { RelationError, SchemaError } from "../errors/errors.ts";
import type { ReferentialAction } from "../ir/schema.ts";
import { qualifiedName } from "../util/identifier.ts";
import { backView } from "./back-view.ts";
import type {
  ColumnDefinition,
  ForeignKeyFacts,
  ForeignKeyRelation,
  JoinColumn,
  JoinTable,
  LinkRelation,
  ModelConstructor,
  RelationDefinition,
} from "./definition.ts";
import {
  type BackRefFieldObject,
  type ForeignKeyFieldObject,
  kindOf,
  type ManyToManyFieldObject,
  type RelationFieldObject,
} from "./field.ts";
import { findDefinition } from "./key.ts";
import { linkModelTable } from "./link-model.ts";
import { joinColumnNames, joinTableName } from "./naming.ts";
import { refuseUnknown } from "./options.ts";
import type { Definition } from "./read.ts";

const actions: readonly ReferentialAction[] = [
  "CASCADE",
  "RESTRICT",
  "SET NULL",
  "SET DEFAULT",
  "NO ACTION",
];

/** The definition and the class that a relation field points to; `relationField` made sure they exist. */
export function targetOf(field: { readonly target: unknown }): {
  definition: Definition;
  constructor: ModelConstructor;
} {
  const definition = findDefinition(field.target);
  if (definition === undefined) throw new SchemaError("a relation points to no model");
  return { definition, constructor: field.target as ModelConstructor };
}

/**
 * Reads a foreign key.
 *
 * @param own - The columns that the model declares, by property.
 * @param shadows - Makes its columns from the target's key.
 */
export function readForeignKey(
  model: Definition,
  property: string,
  own: ReadonlyMap<string, ColumnDefinition>,
  shadows: (target: readonly ColumnDefinition[]) => readonly ColumnDefinition[],
): ForeignKeyRelation {
  const field = model.relationField(property) as ForeignKeyFieldObject;
  const { options } = field;
  const { definition: target, constructor: targetClass } = targetOf(field);
  checkOptions(model, property, options);
  const targetColumns = target.primaryKey;
  if (targetColumns.length === 0) {
    throw new SchemaError(
      `${model.name}.${property} points to ${target.name}, which has no primary key`,
      { hint: `give ${target.name} a key, for example id: id()` },
    );
  }
  if (targetColumns.length > 1 && options.columns === undefined) {
    const parts = targetColumns.map((part) => `"${property}${capitalised(part.property)}"`);
    throw new SchemaError(
      `${model.name}.${property} points to ${target.name}, whose key has ${targetColumns.length} columns`,
      {
        hint: `declare a column for each, and name them in its order: foreignKey(${target.name}, { columns: [${parts.join(", ")}], … })`,
      },
    );
  }
  const columns =
    options.columns === undefined
      ? shadows(targetColumns)
      : columnsOver(model, property, options.columns, target, own);
  return {
    kind: "foreignKey",
    property,
    model,
    target,
    targetClass,
    relatedName: options.relatedName,
    columns,
    targetColumns,
    nullable: isNullable(options),
    ...(options.columns !== undefined && { over: true as const }),
    unique: options.unique ?? false,
    onDelete: options.onDelete ?? "CASCADE",
    onUpdate: options.onUpdate ?? "NO ACTION",
    constraint: readConstraint(options.constraint),
  };
}

/** The declared columns that a foreign key goes over, in the order of the target's key. */
function columnsOver(
  model: Definition,
  property: string,
  names: readonly string[],
  target: Definition,
  own: ReadonlyMap<string, ColumnDefinition>,
): readonly ColumnDefinition[] {
  const at = `${model.name}.${property}`;
  const { options } = model.relationField(property) as ForeignKeyFieldObject;
  const key = target.primaryKey;
  const parts = key.map((part) => part.property).join(", ");
  if (!Array.isArray(names) || names.length !== key.length) {
    throw new SchemaError(`${at} needs as many columns as the key of ${target.name}: ${parts}`);
  }
  if (options.column !== undefined || options.index !== undefined) {
    throw new SchemaError(`${at} has columns of its own, which say their names and indexes`, {
      hint: `leave column and index out; ${model.name} may have indexes: [[${names.map((name) => `"${name}"`).join(", ")}]]`,
    });
  }
  const columns = names.map((name, index) => {
    const column = own.get(name) ?? shadowNamed(model, name, property);
    const part = key[index] as ColumnDefinition;
    if (column === undefined) {
      throw new SchemaError(`${at} goes over "${name}", which ${model.name} does not declare`, {
        hint: `add ${name} to ${model.name}, with the type of ${target.name}.${part.property}`,
      });
    }
    if (column.type.kind === part.type.kind) return column;
    throw new SchemaError(
      `${at} goes over ${name}, whose values are not those of ${target.name}.${part.property}`,
      { hint: "give both columns the same type" },
    );
  });
  const empties = columns.filter(({ nullable }) => nullable);
  if (isNullable(options) !== empties.length > 0) {
    throw new SchemaError(
      empties.length > 0
        ? `${at} goes over ${empties.map((column) => column.property).join(" and ")}, which may be NULL, and is not nullable`
        : `${at} is nullable, but its columns are not`,
      { hint: "say nullable: true where at least one column takes NULL, and only there" },
    );
  }
  return columns;
}

/** The shadow of another foreign key. */
function shadowNamed(
  model: Definition,
  name: string,
  property: string,
): ColumnDefinition | undefined {
  const other = /^(.+)Id$/.exec(name)?.[1];
  if (other === undefined || other === property || !model.relationNames.includes(other)) {
    return undefined;
  }
  if (kindOf(model.relationField(other)) !== "foreignKey") return undefined;
  return model.foreignKey(other).columns.find((column) => column.property === name);
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function readConstraint(options: ForeignKeyFieldObject["options"]["constraint"]): ForeignKeyFacts {
  if (options === undefined) return {};
  refuseUnknown("the constraint of a foreign key", options, constraintOptions);
  const { notValid, ...facts } = options;
  return { ...facts, ...(notValid === true && { notValid }) };
}

const constraintOptions = new Set(["name", "deferrable", "match", "notValid"]);

/** Whether a foreign key may be NULL: said, or implied by SET NULL. */
export function isNullable(options: ForeignKeyFieldObject["options"]): boolean {
  if (options.nullable === true) return true;
  return options.nullable !== false && options.onDelete === "SET NULL";
}

/** Whether a relation adds columns to its model. */
export function hasShadows(field: RelationFieldObject): boolean {
  return (
    kindOf(field) === "foreignKey" &&
    (field as ForeignKeyFieldObject).options?.columns === undefined
  );
}

/** Reads the relation of any kind behind `property` and finds its pair. */
export function pairRelation(model: Definition, property: string): RelationDefinition {
  const field = model.relationField(property);
  switch (kindOf(field)) {
    case "foreignKey":
      return model.foreignKey(property);
    case "manyToMany":
      return linkRelation(model, property, field as ManyToManyFieldObject);
    default:
      return backRelation(model, property, field as BackRefFieldObject);
  }
}

/**
 * Checks that every relation of `model` has its other side.
 *
 * @throws {SchemaError} A pair is missing; the message names both models and the line to add.
 */
export function checkPairs(model: Definition): void {
  for (const relation of model.relations.values()) {
    if (relation.kind === "backOne" || relation.kind === "backMany") continue;
    if (relation.kind === "link" && !relation.forward) continue;
    const { relatedName } = (
      model.relationField(relation.property) as ForeignKeyFieldObject | ManyToManyFieldObject
    ).options;
    const target = relation.target as Definition;
    const declared = target.relationNames.includes(relatedName)
      ? target.relationField(relatedName)
      : undefined;
    const answered =
      declared !== undefined &&
      kindOf(declared) === "backRef" &&
      (declared as BackRefFieldObject).view === undefined &&
      targetOf(declared).definition === model;
    if (declared !== undefined && kindOf(declared) === "manyToMany" && relation.kind === "link") {
      throw new SchemaError(
        `${model.name}.${relation.property} and ${target.name}.${relatedName} are both manyToMany(): a link is declared once`,
        {
          hint: `keep one of them; for example, write in ${target.name}: get ${relatedName}() { return backRef(${model.name}) }`,
        },
      );
    }
    if (!answered) {
      throw new SchemaError(
        `${model.name}.${relation.property} has relatedName "${relatedName}", but ${target.name} does not declare it`,
        { hint: `add to ${target.name}: get ${relatedName}() { return backRef(${model.name}) }` },
      );
    }
  }
}

function checkOptions(
  model: Definition,
  property: string,
  options: ForeignKeyFieldObject["options"],
): void {
  const at = `${model.name}.${property}`;
  if (typeof options?.relatedName !== "string" || options.relatedName === "") {
    throw new SchemaError(`${at} has no relatedName`, {
      hint: `write foreignKey(Target, { relatedName: "${model.name.toLowerCase()}s" }) and declare that back reference on the target`,
    });
  }
  for (const action of [options.onDelete, options.onUpdate]) {
    if (action !== undefined && !actions.includes(action)) {
      throw new SchemaError(`${at} has an unknown referential action`, {
        hint: `use one of ${actions.join(", ")}`,
      });
    }
  }
  if (options.onDelete === "SET NULL" && options.nullable === false) {
    throw new SchemaError(`${at} has onDelete "SET NULL" but is not nullable`, {
      hint: "leave nullable out, or set it to true",
    });
  }
}

function linkRelation(
  model: Definition,
  property: string,
  field: ManyToManyFieldObject,
): LinkRelation {
  const { definition: target, constructor: targetClass } = targetOf(field);
  const join = joinTable(model, property, field);
  return {
    kind: "link",
    property,
    model,
    target,
    targetClass,
    forward: true,
    join,
    sourceColumns: join.sourceColumns,
    targetColumns: join.targetColumns,
  };
}

function joinTable(model: Definition, property: string, field: ManyToManyFieldObject): JoinTable {
  const { definition: target } = targetOf(field);
  const at = `${model.name}.${property}`;
  if (typeof field.options?.relatedName !== "string" || field.options.relatedName === "") {
    throw new SchemaError(`${at} has no relatedName`, {
      hint: `write manyToMany(${target.name}, { relatedName: "…" }) and declare that back reference on ${target.name}`,
    });
  }
  for (const side of [model, target]) {
    if (side.primaryKey.length === 0) {
      throw new SchemaError(`${at} needs a primary key on both sides, but ${side.name} has none`, {
        hint: `give ${side.name} a key, for example id: id()`,
      });
    }
  }
  const { through } = field.options;
  if (typeof through === "object" || typeof through === "function") {
    return linkModelTable(model, target, through, at);
  }
  const names = joinColumnNames(model, target, property, model.naming);
  return {
    table:
      through ??
      qualifiedName(model.tableOptions.schema, joinTableName(model.name, property, model.naming)),
    source: model,
    target,
    sourceColumns: joinColumns(names.source, model),
    targetColumns: joinColumns(names.target, target),
    reverseIndex: field.options.reverseIndex ?? true,
  };
}

function joinColumns(names: readonly string[], { primaryKey }: Definition): readonly JoinColumn[] {
  return names.map((column, index) => ({
    column,
    references: primaryKey[index] as ColumnDefinition,
  }));
}

function backRelation(
  model: Definition,
  property: string,
  field: BackRefFieldObject,
): RelationDefinition {
  if (field.view !== undefined) return backView(model, property, field, field.view);
  const { definition: target, constructor: targetClass } = targetOf(field);
  const pairs = target.relationNames.filter((name) => {
    const other = target.relationField(name);
    if (kindOf(other) === "backRef") return false;
    const { options } = other as ForeignKeyFieldObject | ManyToManyFieldObject;
    return options.relatedName === property && targetOf(other).definition === model;
  });
  const [pair, second] = pairs;
  if (pair === undefined) {
    throw new SchemaError(
      `${model.name}.${property} is a back reference to ${target.name}, but no relation of ${target.name} has relatedName "${property}"`,
      {
        hint: `add to ${target.name}: get ${model.name.toLowerCase()}() { return foreignKey(${model.name}, { relatedName: "${property}" }) }`,
      },
    );
  }
  if (second !== undefined) {
    throw new RelationError(
      `${target.name}.${pair} and ${target.name}.${second} both have relatedName "${property}" on ${model.name}`,
      { hint: "give each relation a relatedName of its own" },
    );
  }
  const base = { property, model, target, targetClass };
  if (kindOf(target.relationField(pair)) === "foreignKey") {
    const foreignKey = target.foreignKey(pair);
    return { ...base, kind: foreignKey.unique ? "backOne" : "backMany", foreignKey };
  }
  const join = joinTable(target, pair, target.relationField(pair) as ManyToManyFieldObject);
  return {
    ...base,
    kind: "link",
    forward: false,
    join,
    sourceColumns: join.targetColumns,
    targetColumns: join.sourceColumns,
  };
}
