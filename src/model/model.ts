/** The class that users extend: statics start queries, instances save themselves. */
import type { z } from "zod";
import { inputSchema, parseInput } from "../definition/input.ts";
import { definitionKey } from "../definition/key.ts";
import { Definition, type ModelOptions } from "../definition/read.ts";
import { UsageError } from "../errors/errors.ts";
import { columnsOf, type QueryBuilder } from "../query/builder.ts";
import type { Columns } from "../query/columns.ts";
import { instanceArities, modelArities, refuseMore } from "../query/more-arguments.ts";
import { hookNames, noHook } from "../session/hooks.ts";
import { resolveScope } from "../session/scope.ts";
import { InstanceState } from "../session/state.ts";
import { deleteInstance, refreshInstance, saveInstance } from "../session/store.ts";
import type { Upserted } from "../session/upsert.ts";
import {
  type Bound,
  bindModel,
  checkOptions,
  classOf,
  queryOf,
  routeFor,
  scopeOf,
} from "./bound.ts";
import { type BulkCreateOptions, bulkCreate } from "./bulk-create.ts";
import { type BulkUpdateOptions, bulkUpdate } from "./bulk-update.ts";
import { type FindOrCreateOptions, getOrCreate, updateOrCreate } from "./find-or-create.ts";
import { fill, probeFields, takeProbe, watchFields } from "./instance.ts";
import { instanceJson } from "./json.ts";
import { isNested } from "./nested.ts";
import { connectionOfParents, refuseForeignParents } from "./parents.ts";
import { registerModel } from "./registry.ts";
import { relationValue, reloadRelations } from "./relations.ts";
import type { WriteOptions } from "./runtime.ts";
import type { ModelFactory } from "./types.ts";
import { upsert } from "./upsert.ts";
import { createNested } from "./write-nested.ts";

/**
 * Makes the base class of a model: the schema, the validator, the type, the row and the query in one.
 *
 * @param name - The model's name; its lower case is the table unless `options.table` says otherwise.
 * @param shape - Columns as properties, relations as getters.
 * @param options - Table name, composite keys, uniques and indexes, checks, comment, naming.
 * @throws {SchemaError} A field, a name or an option can't be read; the message says which.
 *
 * @example
 * ```ts
 * class Tag extends Model("Tag", { id: id(), name: z.string().min(1) }) {}
 * ```
 */
export const Model: ModelFactory = defineModel as unknown as ModelFactory;

/**
 * Makes a model that only its own file knows: no schema is made of it, and another model may have its name.
 *
 * `ferro revision --data` writes such models for the code of data steps: they stay as the tables were at their
 * revision, whatever becomes of the program's own.
 *
 * @param name - The model's name.
 * @param shape - Columns as properties, relations as getters.
 * @param options - As for `Model`.
 * @throws {SchemaError} A field, a name or an option can't be read; the message says which.
 *
 * @example
 * ```ts
 * import { frozenModel } from "ferro-orm/migrate";
 *
 * class Tag extends frozenModel("Tag", { id: id(), name: z.string() }) {}
 * ```
 */
export const frozenModel: ModelFactory = makeModel as unknown as ModelFactory;

function defineModel(name: string, shape: object, options: ModelOptions = {}): unknown {
  const model = makeModel(name, shape, options);
  registerModel(model[definitionKey]);
  return model;
}

function makeModel(name: string, shape: object, options: ModelOptions = {}): typeof ModelBase {
  const definition = new Definition(name, shape, options);
  const Base = class extends ModelBase {
    static override readonly [definitionKey] = definition;
  };
  for (const property of definition.relationNames) {
    defineRelation(Base.prototype, definition, property);
  }
  Object.defineProperty(Base, "name", { value: name, configurable: true });
  return Base;
}

/** What all models share. The public types of these members are in `types.ts`. */
class ModelBase {
  declare static readonly [definitionKey]: Definition;

  constructor(input: unknown) {
    const definition = new.target[definitionKey];
    if (takeProbe()) {
      // biome-ignore lint/correctness/noConstructorReturn: this instance is only looked at, see probeFields
      return watchFields(this, definition, input);
    }
    probeFields(new.target, input);
    fill(this, definition, parseInput(definition, input));
    const from = connectionOfParents(definition, input);
    if (from !== undefined) InstanceState.setFrom(this, from);
  }

  static get schema(): z.ZodObject {
    return inputSchema(this[definitionKey]);
  }

  static get "~standard"(): z.ZodObject["~standard"] {
    return inputSchema(this[definitionKey])["~standard"];
  }

  static get columns(): Columns {
    return columnsOf(this[definitionKey]);
  }

  static async create(this: Bound, input: unknown, options?: WriteOptions): Promise<object> {
    const constructor = classOf(this);
    const route = routeFor(this, options);
    if (isNested(constructor[definitionKey], input)) {
      return createNested(resolveScope(route), constructor, input);
    }
    const instance = new constructor(input) as ModelBase;
    InstanceState.setCreating(instance, true);
    try {
      // A class may have a save() of its own, which has the last word.
      const saving =
        instance.save === ModelBase.prototype.save
          ? saveHere(instance, route)
          : instance.save(route);
      if (saving instanceof Promise) await saving;
    } finally {
      InstanceState.setCreating(instance, false);
    }
    return instance;
  }

  static bulkCreate(
    this: Bound,
    rows: unknown,
    options?: BulkCreateOptions,
  ): Promise<number | readonly object[]> {
    return bulkCreate(this, rows, options);
  }

  static bulkUpdate(this: Bound, rows: unknown, options?: BulkUpdateOptions): Promise<number> {
    return bulkUpdate(this, rows, options);
  }

  static getOrCreate(
    this: Bound,
    filters: unknown,
    options?: FindOrCreateOptions,
  ): Promise<[object, boolean]> {
    return getOrCreate(this, filters, options);
  }

  static updateOrCreate(
    this: Bound,
    filters: unknown,
    options?: FindOrCreateOptions,
  ): Promise<[object, boolean]> {
    return updateOrCreate(this, filters, options);
  }

  static upsert(this: Bound, options: unknown): Promise<Upserted> {
    return upsert(this, options);
  }

  static get(this: Bound, key: unknown): Promise<object> {
    return queryOf(this).get(key);
  }

  static getOrNone(this: Bound, key: unknown): Promise<object | null> {
    return queryOf(this).getOrNone(key);
  }

  static where(this: Bound, condition: unknown): QueryBuilder {
    return queryOf(this).where(condition);
  }

  static orderBy(this: Bound, key: unknown, direction?: unknown, by?: unknown): QueryBuilder {
    return queryOf(this).orderBy(key, direction, by);
  }

  static select(this: Bound, ...selected: readonly unknown[]): unknown {
    return queryOf(this).select(...selected);
  }

  static limit(this: Bound, count: unknown): QueryBuilder {
    return queryOf(this).limit(count);
  }

  static offset(this: Bound, count: unknown): QueryBuilder {
    return queryOf(this).offset(count);
  }

  static include(this: Bound, relations: unknown): QueryBuilder {
    return queryOf(this).include(relations);
  }

  static with(this: Bound, rows: unknown, on: unknown, options?: unknown): QueryBuilder {
    return queryOf(this).with(rows, on, options);
  }

  static lazy(this: Bound, mode: unknown): QueryBuilder {
    return queryOf(this).lazy(mode);
  }

  static unscoped(this: Bound): QueryBuilder {
    return queryOf(this).unscoped();
  }

  static allRows(this: Bound): QueryBuilder {
    return queryOf(this).allRows();
  }

  static all(this: Bound, ...given: readonly unknown[]): Promise<object[]> {
    return queryOf(this).all(...given);
  }

  static first(this: Bound, ...given: readonly unknown[]): Promise<object | null> {
    return queryOf(this).first(...given);
  }

  static one(this: Bound, ...given: readonly unknown[]): Promise<object> {
    return queryOf(this).one(...given);
  }

  static page(this: Bound, options: unknown): Promise<object> {
    return queryOf(this).page(options);
  }

  static stream(this: Bound, options?: unknown): AsyncGenerator<object, void, undefined> {
    return queryOf(this).stream(options);
  }

  static count(this: Bound, of?: unknown, options?: unknown): Promise<number> {
    return queryOf(this).count(of, options);
  }

  static sum(this: Bound, of: unknown, options?: unknown): Promise<unknown> {
    return queryOf(this).sum(of, options);
  }

  static avg(this: Bound, of: unknown, options?: unknown): Promise<unknown> {
    return queryOf(this).avg(of, options);
  }

  static min(this: Bound, of: unknown, options?: unknown): Promise<unknown> {
    return queryOf(this).min(of, options);
  }

  static max(this: Bound, of: unknown, options?: unknown): Promise<unknown> {
    return queryOf(this).max(of, options);
  }

  static aggregate(this: Bound, compute: unknown): Promise<unknown> {
    return queryOf(this).aggregate(compute);
  }

  static groupBy(this: Bound, ...keys: readonly unknown[]): unknown {
    return queryOf(this).groupBy(...keys);
  }

  static exists(this: Bound, ...given: readonly unknown[]): Promise<boolean> {
    return queryOf(this).exists(...given);
  }

  static explain(this: Bound, options?: unknown): Promise<unknown> {
    return queryOf(this).explain(options);
  }

  static toSQL(this: Bound, ...given: readonly unknown[]): unknown {
    return queryOf(this).toSQL(...given);
  }

  /** No type has it: it tells programs without a compiler what to write. */
  static update(this: Bound): never {
    throw changesAll(this, "update");
  }

  /** As `update`. */
  static delete(this: Bound): never {
    throw changesAll(this, "delete");
  }

  static using(this: Bound, connection: string): unknown {
    return bindModel(classOf(this), { using: connection });
  }

  async save(options?: WriteOptions): Promise<this> {
    if (options !== undefined) checkOptions(modelName(this), "save", options);
    const saving = saveHere(this, options);
    if (saving instanceof Promise) await saving;
    return this;
  }

  async delete(options?: WriteOptions): Promise<void> {
    if (options !== undefined) checkOptions(modelName(this), "delete", options);
    await deleteInstance(scopeOf(this, options), this);
  }

  async refresh(options?: WriteOptions): Promise<this> {
    if (options !== undefined) checkOptions(modelName(this), "refresh", options);
    const scope = scopeOf(this, options);
    await refreshInstance(scope, this);
    await reloadRelations(scope, this);
    return this;
  }

  toJSON(): Record<string, unknown> {
    return instanceJson(this, (this.constructor as typeof ModelBase)[definitionKey]);
  }
}

refuseMore(ModelBase, modelArities);
refuseMore(ModelBase.prototype, instanceArities);

const modelName = (instance: object): string =>
  (instance.constructor as typeof ModelBase)[definitionKey].name;

for (const name of hookNames) {
  Object.defineProperty(ModelBase.prototype, name, {
    value: noHook,
    configurable: true,
    writable: true,
  });
}

function changesAll(model: Bound, method: string): UsageError {
  const { name } = classOf(model);
  return new UsageError(`${name}.${method}() would change every row`, {
    hint: `say which rows: ${name}.where(…).${method}(…), or ${name}.allRows().${method}(…)`,
  });
}

/** Writes an instance where it belongs; gives no promise where the database answers at once. */
function saveHere(instance: object, options: WriteOptions | undefined): void | Promise<void> {
  const scope = scopeOf(instance, options);
  const from = InstanceState.draft(instance)?.from;
  if (from !== undefined) refuseForeignParents(modelName(instance), from, scope.connection);
  return saveInstance(scope, instance);
}

/** A relation's accessor on the prototype: read gives the relation, assignment is refused. */
function defineRelation(prototype: object, definition: Definition, property: string): void {
  Object.defineProperty(prototype, property, {
    configurable: true,
    enumerable: false,
    get(this: object) {
      const relation = definition.relations.get(property);
      return relation === undefined ? undefined : relationValue(this, relation);
    },
    set() {
      const relation = definition.relations.get(property);
      throw new UsageError(`${definition.name}.${property} can't be assigned`, {
        hint:
          relation?.kind === "foreignKey"
            ? `set ${relation.columns.map((column) => column.property).join(" and ")}`
            : "use its create(), add(), remove() and set()",
      });
    },
  });
}
