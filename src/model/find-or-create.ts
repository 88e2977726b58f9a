/** Finds a row by equalities, or makes it: one row, however many callers ask at once. */
import type { ModelDefinition } from "../definition/definition.ts";
import { foldRelations, parseColumn } from "../definition/input.ts";
import { definitionKey } from "../definition/key.ts";
import { coveredKey } from "../definition/uniques.ts";
import { MultipleResultsError, UsageError } from "../errors/errors.ts";
import type { QueryBuilder } from "../query/builder.ts";
import { unknownField } from "../query/columns.ts";
import { isPlainObject } from "../query/plain.ts";
import { skip } from "../query/predicate.ts";
import { takeAdvisoryLock } from "../session/advisory.ts";
import type { Connection } from "../session/connection.ts";
import { hasHooks } from "../session/hooks.ts";
import { type Route, refuseReadOnly, resolveScope, type Scope } from "../session/scope.ts";
import { insertUnlessTaken, saveInstance } from "../session/store.ts";
import { atomically } from "../session/transact.ts";
import { Transaction } from "../session/transaction.ts";
import { type Bound, checkOptions, classOf, queryOn, routeFor } from "./bound.ts";
import { connectionOfParents, refuseForeignParents } from "./parents.ts";
import type { RuntimeModel, WriteOptions } from "./runtime.ts";

/** Options as the user gave them. */
export interface FindOrCreateOptions extends WriteOptions {
  readonly defaults?: unknown;
}

type Values = Readonly<Record<string, unknown>>;

/** One call, read and checked: nothing was sent yet. */
interface Call {
  readonly constructor: RuntimeModel;
  readonly model: ModelDefinition;
  readonly route: Route;
  readonly query: QueryBuilder;
  readonly filters: Values;
  readonly defaults: Values;
  /** The connection of the instances among them. */
  readonly from: Connection | undefined;
}

/** The row that equals `filters`, and whether it was made. */
export async function getOrCreate(
  bound: Bound,
  filters: unknown,
  options: FindOrCreateOptions = {},
): Promise<[object, boolean]> {
  return findOrCreate(readCall(bound, "getOrCreate", filters, options));
}

/** The row that equals `filters` with `defaults` written to it, and whether it was made. */
export async function updateOrCreate(
  bound: Bound,
  filters: unknown,
  options: FindOrCreateOptions = {},
): Promise<[object, boolean]> {
  const call = readCall(bound, "updateOrCreate", filters, options);
  const [row, created] = await findOrCreate(call);
  if (!created) {
    Object.assign(row, call.defaults);
    await saveInstance(resolveScope(call.route), row);
  }
  return [row, created];
}

async function findOrCreate(call: Call): Promise<[object, boolean]> {
  const scope = resolveScope(call.route);
  refuseReadOnly(scope, "getOrCreate()");
  refuseForeignParents(call.model.name, call.from, scope.connection);
  const found = await find(call);
  if (found !== undefined) return [found, false];
  const hooked = hasHooks(call.constructor.prototype);
  if (hooked || coveredKey(call.model, call.filters) === undefined) return createAlone(call, scope);
  // A row in the way that does not match was deleted meanwhile, or has the number that a sequence gave: the next one is free.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const made = make(call);
    if (await insertUnlessTaken(scope, made)) return [made, true];
    const other = await find(call);
    if (other !== undefined) return [other, false];
  }
  // Its row equals one filter and not another: the database says which.
  return [await create(call), true];
}

/** No constraint keeps a second row out: whoever calls this with the same filters waits. */
function createAlone(call: Call, scope: Scope): Promise<[object, boolean]> {
  return atomically(scope, async (executor) => {
    if (executor instanceof Transaction) await takeAdvisoryLock(executor, lockName(call));
    const found = await find(call);
    return found === undefined ? [await create(call), true] : [found, false];
  });
}

/** The only row that matches. */
async function find({ query, model }: Call): Promise<object | undefined> {
  const [row, second] = await query.limit(2).all();
  if (second !== undefined) throw new MultipleResultsError(model.name);
  return row;
}

function make({ constructor, filters, defaults }: Call): object {
  return new constructor({ ...filters, ...defaults });
}

function create({ constructor, filters, defaults, route }: Call): Promise<object> {
  const { using, session } = route;
  return constructor.create({ ...filters, ...defaults }, { using, session });
}

/** What names the filters: the columns and their values, whatever the order they were given in. */
function lockName({ model, filters }: Call): string {
  const entries = Object.entries(filters).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const values = entries.map(([property, value]) => [property, typeof value, String(value)]);
  return JSON.stringify(["getOrCreate", model.table, values]);
}

function readCall(
  bound: Bound,
  method: string,
  filters: unknown,
  options: FindOrCreateOptions,
): Call {
  const constructor = classOf(bound);
  const model = constructor[definitionKey];
  const at = `${model.name}.${method}()`;
  checkOptions(model.name, method, options, ["defaults"]);
  const route = routeFor(bound, options);
  const query = queryOn(constructor, route).where(readFilters(at, filters));
  const wanted = withoutAbsence(model, foldRelations(model, filters));
  const defaults = readDefaults(model, at, options.defaults);
  const both = Object.keys(defaults).find((property) => property in wanted);
  if (both !== undefined) {
    throw new UsageError(`${at} was given ${both} as a filter and as a default`, {
      hint: "a filter is what a new row gets as well; give it once",
    });
  }
  const from = connectionOfParents(model, {
    ...(options.defaults as Values | undefined), // an object: readDefaults has looked
    ...readFilters(at, filters),
  });
  return { constructor, model, route, query, filters: wanted, defaults, from };
}

function readFilters(at: string, filters: unknown): Values {
  if (isPlainObject(filters)) {
    const skipped = Object.keys(filters).find((property) => filters[property] === skip);
    if (skipped === undefined) return filters;
    throw new UsageError(`${at} was given skip for ${skipped}`, {
      hint: "a filter is what a new row gets as well; leave the key out, or give its value",
    });
  }
  throw new UsageError(`${at} expected an object of equalities`, {
    hint: 'write getOrCreate({ email: "…" }, { defaults: { … } })',
  });
}

/** A null that programs see as undefined is not given in input, but left out. */
function withoutAbsence(model: ModelDefinition, filters: Values): Values {
  return Object.fromEntries(
    Object.entries(filters).filter(
      ([property, value]) => value !== null || model.byProperty.get(property)?.nullAs !== undefined,
    ),
  );
}

/** Checks what is given now, used or not; what is missing shows when a row is made. */
function readDefaults(model: ModelDefinition, at: string, given: unknown = {}): Values {
  if (!isPlainObject(given)) throw new UsageError(`${at} expected an object of defaults`);
  const entries = Object.entries(foldRelations(model, given)).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(
    entries.map(([property, value]) => {
      const column = model.byProperty.get(property);
      if (column === undefined) throw unknownField(model, property);
      return [property, parseColumn(model, column, value)];
    }),
  );
}
