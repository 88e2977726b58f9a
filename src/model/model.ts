/** The class that users extend: statics start queries, instances save themselves. */
import type { z } from "zod";
import type { ModelConstructor } from "../definition/definition.ts";
import { inputSchema, parseInput } from "../definition/input.ts";
import { definitionKey, findDefinition } from "../definition/key.ts";
import { Definition, type ModelOptions } from "../definition/read.ts";
import { refuseShadowing } from "../definition/shadowing.ts";
import {
  SchemaError,
  UsageError,
  ValidationError,
  type ValidationIssue,
} from "../errors/errors.ts";
import { columnsOf, QueryBuilder, querySpec } from "../query/builder.ts";
import type { Columns } from "../query/columns.ts";
import { insertRows } from "../session/bulk.ts";
import { originOf } from "../session/hydrators.ts";
import { checkName } from "../session/registry.ts";
import { describeFailure } from "../session/run.ts";
import { RoutedRunner } from "../session/runner.ts";
import { type Route, resolveScope, type Scope } from "../session/scope.ts";
import type { Session } from "../session/session.ts";
import { InstanceState } from "../session/state.ts";
import { deleteInstance, refreshInstance, saveInstance } from "../session/store.ts";
import { registerModel } from "./registry.ts";
import { relationValue } from "./relations.ts";
import type { RuntimeModel, WriteOptions } from "./runtime.ts";
import type { ModelFactory } from "./types.ts";

/** On a model bound to a connection: its name. On the proxy only, never on a class. */
const boundTo: unique symbol = Symbol("ferro.using");
const unbound: unique symbol = Symbol("ferro.class");
const inSession: unique symbol = Symbol("ferro.session");

type Bound = RuntimeModel & {
  readonly [boundTo]?: string;
  readonly [unbound]?: RuntimeModel;
  readonly [inSession]?: Session;
};

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

function defineModel(name: string, shape: object, options: ModelOptions = {}): unknown {
  const definition = new Definition(name, shape, options);
  const Base = class extends ModelBase {
    static override readonly [definitionKey] = definition;
  };
  for (const property of definition.relationNames) {
    defineRelation(Base.prototype, definition, property);
  }
  Object.defineProperty(Base, "name", { value: name, configurable: true });
  registerModel(definition);
  return Base;
}

/** What all models share. The public types of these members are in `types.ts`. */
class ModelBase {
  declare static readonly [definitionKey]: Definition;

  constructor(input: unknown) {
    const definition = new.target[definitionKey];
    if (probing) {
      probing = false;
      // biome-ignore lint/correctness/noConstructorReturn: this instance is only looked at, see probeFields
      return watchFields(this, definition, input);
    }
    probeFields(new.target, input);
    fill(this, definition, parseInput(definition, input));
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
    const instance = new (classOf(this))(input) as ModelBase;
    InstanceState.setCreating(instance, true);
    try {
      await instance.save(routeFor(this, options));
    } finally {
      InstanceState.setCreating(instance, false);
    }
    return instance;
  }

  static async bulkCreate(this: Bound, rows: unknown, options?: WriteOptions): Promise<number> {
    const definition = this[definitionKey];
    if (!Array.isArray(rows)) {
      throw new UsageError(`${definition.name}.bulkCreate() expected an array of rows`);
    }
    const scope = resolveScope(routeFor(this, options));
    try {
      return await insertRows(scope, definition, validated(definition, rows));
    } catch (error) {
      throw describeFailure(error, definition, "bulkCreate");
    }
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

  static limit(this: Bound, count: unknown): QueryBuilder {
    return queryOf(this).limit(count);
  }

  static offset(this: Bound, count: unknown): QueryBuilder {
    return queryOf(this).offset(count);
  }

  static allRows(this: Bound): QueryBuilder {
    return queryOf(this).allRows();
  }

  static all(this: Bound): Promise<object[]> {
    return queryOf(this).all();
  }

  static first(this: Bound): Promise<object | null> {
    return queryOf(this).first();
  }

  static one(this: Bound): Promise<object> {
    return queryOf(this).one();
  }

  static stream(this: Bound, options?: unknown): AsyncGenerator<object, void, undefined> {
    return queryOf(this).stream(options);
  }

  static count(this: Bound): Promise<number> {
    return queryOf(this).count();
  }

  static exists(this: Bound): Promise<boolean> {
    return queryOf(this).exists();
  }

  static using(this: Bound, connection: string): unknown {
    return bindModel(classOf(this), { using: connection });
  }

  async save(options?: WriteOptions): Promise<this> {
    await saveInstance(scopeOf(this, options), this);
    return this;
  }

  async delete(options?: WriteOptions): Promise<void> {
    await deleteInstance(scopeOf(this, options), this);
  }

  async refresh(options?: WriteOptions): Promise<this> {
    await refreshInstance(scopeOf(this, options), this);
    return this;
  }

  toJSON(): Record<string, unknown> {
    const { columns } = (this.constructor as typeof ModelBase)[definitionKey];
    const json: Record<string, unknown> = {};
    for (const { property } of columns) {
      json[property] = jsonForm((this as Record<string, unknown>)[property]);
    }
    return json;
  }
}

/** What JSON has no form for, as text: digits for a bigint, base64 for bytes. */
function jsonForm(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
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
      throw new UsageError(`${definition.name}.${property} can't be assigned`, {
        hint: `set ${property}Id for a foreign key, or use the relation's create(), add(), remove() and set()`,
      });
    },
  });
}

const probed = new WeakSet<object>();
let probing = false;

/**
 * Makes one instance of a class for a look at what its fields do, the first time the class is used.
 *
 * A class field that repeats a column or a relation would silently replace it after
 * our constructor ran. Any other field is missing on instances that are read from
 * rows, for which no constructor runs.
 */
function probeFields(constructor: typeof ModelBase, input: unknown): void {
  if (probed.has(constructor)) return;
  refuseShadowing(constructor[definitionKey], constructor.prototype);
  probed.add(constructor);
  probing = true;
  try {
    Reflect.construct(constructor, [input]);
  } catch (error) {
    probed.delete(constructor);
    throw error;
  } finally {
    probing = false;
  }
}

/** An instance that tells which fields its class defines on it. */
function watchFields<Instance extends object>(
  instance: Instance,
  definition: Definition,
  input: unknown,
): Instance {
  const { name, relationNames, byProperty } = definition;
  const values = parseInput(definition, input);
  const watched = new Proxy(fill(instance, definition, values), {
    defineProperty(target, property, descriptor) {
      if (typeof property === "symbol" || !("configurable" in descriptor)) {
        return Reflect.defineProperty(target, property, descriptor);
      }
      if (byProperty.has(property) || relationNames.includes(property)) {
        throw new SchemaError(
          `the class field ${property} of ${name} replaces what the model declares`,
          {
            hint: `write "declare ${property}: …", or leave the field out`,
          },
        );
      }
      process.emitWarning(
        `the class field ${property} of ${name} is missing on instances that are read from the database; make it a getter`,
        "FerroWarning",
        "CLASS_FIELD",
      );
      return Reflect.defineProperty(target, property, descriptor);
    },
  });
  InstanceState.fresh(watched, values);
  return watched;
}

/** Puts validated values on an instance; what the database fills in is undefined until then. */
function fill<Instance extends object>(
  instance: Instance,
  definition: Definition,
  values: Record<string, unknown>,
): Instance {
  const target = instance as Record<string, unknown>;
  for (const column of definition.columns) {
    const value = values[column.property];
    target[column.property] = value === undefined ? absent(column) : value;
  }
  InstanceState.fresh(instance, values);
  return instance;
}

function absent(column: Definition["columns"][number]): null | undefined {
  const filled = column.autoincrement || column.generated !== null || column.default() !== null;
  return filled || !column.nullable ? undefined : column.nullAs;
}

/** Invalid rows are collected up to this many issues, so that one run tells what is to be mended. */
const mostIssues = 100;

/** Validates rows one by one; nothing is written unless all are valid. */
function* validated(
  definition: Definition,
  rows: readonly unknown[],
): Generator<Record<string, unknown>> {
  const issues: ValidationIssue[] = [];
  for (const [index, row] of rows.entries()) {
    const given = row instanceof Object && InstanceState.has(row) ? { ...row } : row;
    try {
      yield parseInput(definition, given);
    } catch (error) {
      issues.push(...issuesOfRow(error, index));
      if (issues.length >= mostIssues) break;
    }
  }
  if (issues.length > 0) throw new ValidationError(definition.name, issues);
}

/** What is wrong with one row, by its place; anything but invalid input is thrown on. */
function issuesOfRow(error: unknown, index: number): ValidationIssue[] {
  if (!(error instanceof ValidationError)) throw error;
  return error.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] }));
}

function queryOf(model: Bound): QueryBuilder {
  const constructor = classOf(model);
  const runner = new RoutedRunner({ using: model[boundTo], session: model[inSession] });
  return new QueryBuilder(querySpec(constructor[definitionKey], constructor, runner));
}

function classOf(model: Bound): RuntimeModel {
  return model[unbound] ?? model;
}

/** The options of a call, and the connection that its class is bound to. */
function routeFor(model: Bound, options: WriteOptions | undefined): Route & WriteOptions {
  const bound = model[boundTo];
  if (options?.using !== undefined && bound !== undefined && options.using !== bound) {
    throw new UsageError(`the call names two connections: "${bound}" and "${options.using}"`);
  }
  const session = options?.session ?? model[inSession];
  return { using: options?.using ?? bound, session };
}

function scopeOf(instance: object, options: WriteOptions | undefined): Scope {
  const origin = InstanceState.origin(instance)?.connection;
  return resolveScope({ using: options?.using, session: options?.session, origin });
}

/** The query of a session's `query(Model)`. */
export function sessionQuery(model: unknown, session: Session): unknown {
  const constructor = model as RuntimeModel;
  if (findDefinition(model) === undefined) {
    throw new UsageError("query() expected a model class");
  }
  const runner = new RoutedRunner({ session });
  return new QueryBuilder(querySpec(constructor[definitionKey], constructor, runner));
}

/** The same class with another default route: its statics, and instances made through it. */
function bindModel(constructor: RuntimeModel, { using }: { readonly using: string }): unknown {
  checkName(using);
  return new Proxy(constructor, {
    get(target, property, receiver) {
      if (property === boundTo) return using;
      if (property === unbound) return target;
      return Reflect.get(target, property, receiver);
    },
    construct(target, input) {
      const instance = new target(input[0]);
      const { connection } = resolveScope({ using });
      InstanceState.bindTo(
        instance,
        originOf(connection, target[definitionKey], target as ModelConstructor),
      );
      return instance;
    },
  });
}
