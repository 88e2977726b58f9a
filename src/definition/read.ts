/**
 * Reads a model's shape into a `ModelDefinition`.
 *
 * Columns are read when the class is defined. Relations stand in getters and
 * are read at first use, because their targets may not exist before that.
 */
import { SchemaError } from "../errors/errors.ts";
import { readColumn, readShadowColumns } from "./column.ts";
import type {
  CheckDefinition,
  ColumnDefinition,
  ForeignKeyRelation,
  ModelDefinition,
  RelationDefinition,
} from "./definition.ts";
import { isField, kindOf, type RelationFieldObject } from "./field.ts";
import { findDefinition } from "./key.ts";
import { columnName, type Naming, readNaming, readTableName } from "./naming.ts";
import { readScope, refuseUnknown } from "./options.ts";
import { hasShadows, pairRelation, readForeignKey } from "./relation.ts";
import {
  type CheckOption,
  type ConstraintDefinition,
  type FullTextDefinition,
  type FullTextIndexOption,
  type IndexDefinition,
  type IndexOption,
  isGroup,
  isOption,
  readConstraint,
  readFullText,
  readIndex,
  readUnique,
  type TableOptions,
  tableOptions,
  type UniqueDefinition,
  type UniqueOption,
  withOptions,
} from "./table-options.ts";

/** Options of `Model()` as the user gave them. */
export interface ModelOptions extends TableOptions {
  readonly table?: string;
  readonly uniques?: readonly (readonly string[] | UniqueOption)[];
  readonly indexes?: readonly (readonly string[] | IndexOption)[];
  readonly fullText?: readonly (readonly string[] | FullTextIndexOption)[];
  readonly primaryKey?: readonly string[];
  readonly checks?: readonly CheckOption[];
  readonly comment?: string;
  readonly naming?: Naming;
  readonly scope?: () => unknown;
}

const modelOptions: ReadonlySet<string> = new Set([
  "table",
  "uniques",
  "indexes",
  "fullText",
  "primaryKey",
  "checks",
  "comment",
  "naming",
  "scope",
  ...tableOptions,
]);

/** Properties that instances have for themselves. */
export const reservedProperties: ReadonlySet<string> = new Set([
  "save",
  "delete",
  "refresh",
  "toJSON",
  "beforeSave",
  "beforeCreate",
  "afterCreate",
  "afterSave",
  "beforeDelete",
  "afterDelete",
  "afterCommit",
  "constructor",
  "then",
  "__proto__",
  "prototype",
]);

/** A model's definition; what depends on other models is worked out when first asked for. */
export class Definition implements ModelDefinition {
  readonly name: string;
  readonly table: string;
  readonly comment: string | null;
  readonly checks: readonly CheckDefinition[];
  readonly tableOptions: TableOptions;
  readonly naming: Naming;
  readonly scope: ModelDefinition["scope"];
  /** Properties whose getter gives a relation. */
  readonly relationNames: readonly string[];

  readonly #shape: object;
  readonly #options: ModelOptions;
  readonly #order: readonly string[];
  readonly #own: ReadonlyMap<string, ColumnDefinition>;
  readonly #fields = new Map<string, RelationFieldObject>();
  readonly #foreignKeys = new Map<string, ForeignKeyRelation>();
  #reading = new Set<string>();
  #columns: readonly ColumnDefinition[] | undefined;
  #byProperty: ReadonlyMap<string, ColumnDefinition> | undefined;
  #primaryKey: readonly ColumnDefinition[] | undefined;
  #relations: ReadonlyMap<string, RelationDefinition> | undefined;

  constructor(name: string, shape: object, options: ModelOptions) {
    if (typeof name !== "string" || name.trim() === "") {
      throw new SchemaError("a model's name must be a non-empty string", {
        hint: 'write Model("Post", { … })',
      });
    }
    refuseUnknown(`Model("${name}")`, options, modelOptions);
    this.name = name;
    this.table = readTableName(name, options);
    this.naming = readNaming(name, options.naming);
    this.comment = options.comment ?? null;
    this.checks = options.checks ?? [];
    this.scope = readScope(name, options.scope);
    this.tableOptions = options;
    this.#shape = shape;
    this.#options = options;
    const descriptors = Object.entries(Object.getOwnPropertyDescriptors(shape));
    for (const [property] of descriptors) this.#refuseReserved(property);
    this.#order = descriptors.map(([property]) => property);
    this.relationNames = descriptors
      .filter(([, { get }]) => get !== undefined)
      .map(([property]) => property);
    this.#own = new Map(
      descriptors
        .filter(([, { get }]) => get === undefined)
        .map(([property, { value }]) => [property, this.#readOwn(property, value)]),
    );
    this.#checkGroups();
    // A key of own columns is known now; one that follows foreign keys, when its targets are.
    if (options.primaryKey === undefined) this.#primaryKey = this.#readPrimaryKey();
  }

  get columns(): readonly ColumnDefinition[] {
    this.#columns ??= this.#readColumns();
    return this.#columns;
  }

  get byProperty(): ReadonlyMap<string, ColumnDefinition> {
    this.#byProperty ??= new Map(this.columns.map((column) => [column.property, column]));
    return this.#byProperty;
  }

  get primaryKey(): readonly ColumnDefinition[] {
    this.#primaryKey ??= this.#readPrimaryKey();
    return this.#primaryKey;
  }

  get relations(): ReadonlyMap<string, RelationDefinition> {
    this.#relations ??= new Map(
      this.relationNames.map((property) => [property, pairRelation(this, property)]),
    );
    return this.#relations;
  }

  get uniques(): readonly (readonly ColumnDefinition[])[] {
    return this.#groups("uniques");
  }

  get indexes(): readonly (readonly ColumnDefinition[])[] {
    return this.#groups("indexes");
  }

  get namedUniques(): readonly UniqueDefinition[] {
    return withOptions(this.#options.uniques).map((option) =>
      readUnique(this.name, option, this.#find),
    );
  }

  get namedIndexes(): readonly IndexDefinition[] {
    return withOptions(this.#options.indexes).map((option) =>
      readIndex(this.name, option, this.#find),
    );
  }

  get fullTexts(): readonly FullTextDefinition[] {
    return (this.#options.fullText ?? []).map((option) => readFullText(this, option, this.#find));
  }

  get constraints(): readonly ConstraintDefinition[] {
    return (this.#options.foreignKeys ?? []).map((option) =>
      readConstraint(this.name, option, this.#find),
    );
  }

  readonly #find = (name: string, option: string): ColumnDefinition =>
    this.#columnNamed(name, option);

  /** The relation field that a getter gives; its target exists by now, or this says which doesn't. */
  relationField(property: string): RelationFieldObject {
    const known = this.#fields.get(property);
    if (known !== undefined) return known;
    let field: unknown;
    try {
      field = Reflect.get(this.#shape, property);
    } catch (cause) {
      throw new SchemaError(`${this.name}.${property} could not be read`, {
        hint: `import the module of its target before the relation is used: relations are read at first use, not before`,
        cause,
      });
    }
    if (!isField(field) || kindOf(field) === "column") {
      throw new SchemaError(`the getter ${this.name}.${property} does not give a relation`, {
        hint: "return foreignKey(…), backRef(…) or manyToMany(…) from a getter; columns are plain properties",
      });
    }
    const relation = field as RelationFieldObject;
    if (findDefinition(relation.target) === undefined) {
      throw new SchemaError(
        `${this.name}.${property} points to ${describe(relation.target)}, which is not a model`,
        {
          hint: `pass the class that extends Model(…); undefined means that the two modules import each other in CommonJS`,
        },
      );
    }
    this.#fields.set(property, relation);
    return relation;
  }

  /** A foreign key by its property; reads no other relation, so that keys may follow keys. */
  foreignKey(property: string): ForeignKeyRelation {
    const known = this.#foreignKeys.get(property);
    if (known !== undefined) return known;
    if (this.#reading.has(property)) {
      throw new SchemaError(`the key of ${this.name} depends on itself through ${property}`, {
        hint: "a primary key that holds foreign keys must not lead back to its own model",
      });
    }
    this.#reading.add(property);
    try {
      const relation = readForeignKey(this, property, this.#own, (target) =>
        readShadowColumns(this, property, this.relationField(property), target),
      );
      this.#foreignKeys.set(property, relation);
      return relation;
    } finally {
      this.#reading.delete(property);
    }
  }

  #readOwn(property: string, value: unknown): ColumnDefinition {
    const key = this.#options.primaryKey?.includes(property) ?? false;
    return readColumn(this, property, value, key);
  }

  #readColumns(): readonly ColumnDefinition[] {
    const columns: ColumnDefinition[] = [];
    for (const property of this.#order) {
      const own = this.#own.get(property);
      if (own !== undefined) columns.push(own);
      else if (hasShadows(this.relationField(property))) {
        for (const shadow of this.foreignKey(property).columns) {
          // A shadow declared by hand stands where it was declared.
          if (!this.#own.has(shadow.property)) columns.push(shadow);
        }
      }
    }
    refuseDuplicates(this.name, columns);
    return columns;
  }

  #readPrimaryKey(): readonly ColumnDefinition[] {
    const composite = this.#options.primaryKey;
    if (composite === undefined) {
      const keys = [...this.#own.values()].filter(({ primaryKey }) => primaryKey);
      if (keys.length > 1) {
        throw new SchemaError(
          `${this.name} marks ${keys.map(({ property }) => property).join(" and ")} as primary key`,
          { hint: `for a composite key write Model(…, { primaryKey: ["a", "b"] })` },
        );
      }
      return keys;
    }
    return composite.map((name) => this.#columnNamed(name, "primaryKey"));
  }

  /** Own column or shadow by property or column name, reading only what that needs. */
  #columnNamed(name: string, where: string): ColumnDefinition {
    for (const column of this.#own.values()) {
      if (column.property === name || column.column === name) return column;
    }
    for (const property of this.relationNames) {
      if (!this.#mayShadow(property, name)) continue;
      if (!hasShadows(this.relationField(property))) continue;
      const shadow = this.foreignKey(property).columns.find(
        (column) => column.property === name || column.column === name,
      );
      if (shadow !== undefined) return shadow;
    }
    throw this.#unknownColumn(name, where);
  }

  #groups(option: "uniques" | "indexes"): readonly (readonly ColumnDefinition[])[] {
    const seen = new Set<string>();
    const groups: ColumnDefinition[][] = [];
    for (const names of (this.#options[option] ?? []).filter(isGroup)) {
      const columns = names.map((name) => this.#columnNamed(name, option));
      const key = columns.map(({ column }) => column).join("\0");
      if (seen.has(key)) continue;
      seen.add(key);
      groups.push(columns);
    }
    return groups;
  }

  /** Definition-time checks of composite groups: everything that needs no other model. */
  #checkGroups(): void {
    for (const option of ["primaryKey", "uniques", "indexes", "fullText"] as const) {
      const value = this.#options[option];
      if (value === undefined) continue;
      const groups = option === "primaryKey" ? [value as readonly string[]] : value;
      if (!Array.isArray(groups)) throw this.#badGroup(option, "must be a list of lists of names");
      for (const group of groups) {
        if (!isOption(group)) this.#checkGroup(option, group);
      }
    }
  }

  #checkGroup(option: string, group: unknown): void {
    if (!Array.isArray(group) || group.some((name) => typeof name !== "string" || name === "")) {
      throw this.#badGroup(option, "must hold lists of non-empty names");
    }
    if (group.length < 2 && (option === "uniques" || option === "indexes")) {
      const single = option === "uniques" ? "unique" : "index";
      throw this.#badGroup(
        option,
        `needs at least two columns in a group, got [${group.join(", ")}]`,
        `for one column write field(schema, { ${single}: true })`,
      );
    }
    if (new Set(group).size !== group.length) {
      throw this.#badGroup(option, `names a column twice in [${group.join(", ")}]`);
    }
    for (const name of group as string[]) {
      const own = [...this.#own.values()].some((c) => c.property === name || c.column === name);
      if (!own && !this.relationNames.some((relation) => this.#mayShadow(relation, name))) {
        throw this.#unknownColumn(name, option);
      }
    }
  }

  /** Whether `name` can be a shadow of a relation that has not been read yet. */
  #mayShadow(relation: string, name: string): boolean {
    return (
      name.startsWith(relation) ||
      name.startsWith(columnName(relation, this.naming)) ||
      this.#fields.has(relation)
    );
  }

  #badGroup(option: string, problem: string, hint?: string): SchemaError {
    return new SchemaError(`${option} of ${this.name} ${problem}`, {
      hint: hint ?? `write ${option}: [["userId", "orgId"]]`,
    });
  }

  #unknownColumn(name: string, where: string): SchemaError {
    const known = [...this.#own.keys(), ...this.relationNames.map((relation) => `${relation}Id`)];
    return new SchemaError(`${where} of ${this.name} names the unknown column "${name}"`, {
      hint: `its columns are ${known.join(", ")}`,
    });
  }

  #refuseReserved(property: string): void {
    if (!reservedProperties.has(property)) return;
    throw new SchemaError(`${this.name} can't have a field called "${property}"`, {
      hint: `every instance has a member of that name; rename the field and keep the column with field(schema, { column: "${property}" })`,
    });
  }
}

function refuseDuplicates(model: string, columns: readonly ColumnDefinition[]): void {
  const properties = new Set<string>();
  const names = new Map<string, string>();
  for (const { property, column } of columns) {
    const other = names.get(column.toLowerCase());
    if (properties.has(property) || other !== undefined) {
      throw new SchemaError(
        `${model} has two fields for the column "${column}": ${other ?? property} and ${property}`,
        { hint: `name one of them with field(schema, { column: "…" })` },
      );
    }
    properties.add(property);
    names.set(column.toLowerCase(), property);
  }
}

function describe(target: unknown): string {
  if (typeof target === "function") return target.name === "" ? "a class" : target.name;
  return target === null ? "null" : typeof target;
}
