/** Refuses arguments that a method doesn't take: what they were to say would be left out unseen. */
import { UsageError } from "../errors/errors.ts";

/**
 * Methods by name: how many arguments each takes at most, and what to write instead of more. A step
 * that is to look at its first argument before says so: what it has to say of that helps more.
 */
export type Arities = Readonly<
  Record<string, readonly [most: number, hint: string, first?: "looks first"]>
>;

/**
 * Makes methods of a prototype or a class refuse more arguments than they take; `undefined` is none.
 *
 * @throws {UsageError} A method was given more; one that gives a promise rejects with it.
 */
export function refuseMore(holder: object, arities: Arities): void {
  for (const [name, [most, hint, looks]] of Object.entries(arities)) {
    const method = Reflect.get(holder, name) as Method | undefined;
    if (method === undefined) continue;
    const fail = steps.has(name) ? thrown : rejected;
    Object.defineProperty(holder, name, {
      configurable: true,
      writable: true,
      value(this: unknown, ...given: unknown[]): unknown {
        const more = given.length > most && given.slice(most).some((each) => each !== undefined);
        if (!more) return method.apply(this, given);
        if (looks !== undefined) method.apply(this, given);
        return fail(refusal(name, most, hint));
      },
    });
  }
}

/**
 * Refuses what stands behind a lambda that gives everything.
 *
 * @throws {UsageError} There is something.
 */
export function refuseSecondLambda(at: string, given: readonly unknown[]): void {
  if (typeof given[0] !== "function" || given.length === 1) return;
  throw new UsageError(`${at} takes names, or one lambda`, {
    hint: "give everything in the lambda's object: (t) => ({ id: t.id, … })",
  });
}

/** Methods that give no promise. */
const steps: ReadonlySet<string> = new Set([
  "where",
  "orderBy",
  "limit",
  "offset",
  "after",
  "using",
  "signal",
  "timeout",
  "stream",
  "include",
  "combine",
  "lazy",
  "unscoped",
  "allRows",
  "with",
  "forUpdate",
  "forShare",
  "distinct",
  "toSQL",
]);

type Method = (this: unknown, ...given: unknown[]) => unknown;

const rejected = (error: UsageError): Promise<never> => Promise.reject(error);

function thrown(error: UsageError): never {
  throw error;
}

const numbers = ["no arguments", "one argument", "two arguments", "three arguments"];

function refusal(name: string, most: number, hint: string): UsageError {
  const takes = most === 0 ? "takes no arguments" : `takes at most ${numbers[most] ?? most}`;
  return new UsageError(`${name}() ${takes}`, { hint });
}

const connection = 'name the connection before it: Model.using("name"), or query.using("name")';
const conditions = "put conditions together: where(…).where(…), or where((t) => and(…, …))";
const keys = 'order by one key in each call: orderBy("name").orderBy("id", "desc")';
const alone = "what it is to do is said by other methods before it";
const options = "its options are one object";

/** What steps and terminals of every kind of rows take. */
export const rowArities: Arities = {
  where: [1, conditions, "looks first"],
  orderBy: [3, keys],
  limit: [1, "write limit(10).offset(20)"],
  offset: [1, "write limit(10).offset(20)"],
  after: [1, alone],
  using: [1, alone],
  signal: [1, alone],
  timeout: [1, alone],
  stream: [1, options],
  page: [1, options],
  explain: [1, options],
};

/** What queries of instances take besides. */
export const queryArities: Arities = {
  ...rowArities,
  include: [1, "put relations in one object: include({ author: true, tags: true })", "looks first"],
  lazy: [1, alone],
  unscoped: [0, alone],
  allRows: [0, alone],
  with: [3, options],
  get: [1, connection],
  getOrNone: [1, connection],
  count: [2, options],
  update: [2, "say before it which rows: where({ … }).update({ … })"],
  delete: [1, "say before it which rows: where({ … }).delete()"],
  forUpdate: [1, options],
  forShare: [1, options],
  toSQL: [2, options],
};

/** What is computed of many rows takes. */
export const aggregateArities: Arities = {
  aggregate: [1, "compute everything in one lambda: aggregate((rows) => ({ … }))"],
  sum: [2, options],
  avg: [2, options],
  min: [2, options],
  max: [2, options],
};

/** What selections take besides. */
export const selectionArities: Arities = {
  ...rowArities,
  distinct: [0, "select only what is to be distinct, or use distinctOn() before select()"],
  all: [0, "say before it which rows: where({ … }).all()"],
  first: [0, "say before it which rows: where({ … }).first()"],
  one: [0, "say before it which rows: where({ … }).one()"],
  exists: [0, "say before it which rows: where({ … }).exists()"],
  count: [0, "count before select(): where({ … }).count((t) => t.id)"],
  toSQL: [0, "other terminals are shown before select()"],
};

const write = "its options are one object, behind the rows";

/** What the statics of models take. */
export const modelArities: Arities = {
  ...queryArities,
  ...aggregateArities,
  create: [2, "give several rows to bulkCreate([ … ])"],
  bulkCreate: [2, write],
  bulkUpdate: [2, write],
  getOrCreate: [2, options],
  updateOrCreate: [2, options],
  upsert: [1, options],
};

/** What relations to many rows take. */
export const relationArities: Arities = {
  create: [1, "its connection is that of the row it belongs to"],
  set: [1, "give all rows in one list: set([a, b])"],
  clear: [0, "to unlink some rows, use remove(…)"],
};

/** What the rows in a lambda of `include` take. */
export const includedArities: Arities = {
  where: [1, conditions, "looks first"],
  orderBy: [3, keys],
  limit: [1, "write limit(10).offset(20)"],
  offset: [1, "write limit(10).offset(20)"],
  include: [1, "put relations in one object: include({ author: true, tags: true })", "looks first"],
  combine: [1, "put all parts in one object: combine({ … })"],
};

/** What instances take. */
export const instanceArities: Arities = {
  save: [1, options],
  delete: [1, options],
  refresh: [1, options],
};
