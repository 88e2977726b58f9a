/** Loaded lists: arrays that are still relations, with all that a relation can do. */
import type { QueryBuilder } from "../query/builder.ts";

type MakeQuery = () => QueryBuilder;

/** The relation behind a loaded list. */
const queries = new WeakMap<object, MakeQuery>();
const lists = new WeakMap<readonly object[], object>();
const parts = new WeakMap<object, object>();

/** The loaded rows as an array with the relation's methods; the same one each time. */
export function loadedList(rows: readonly object[], query: MakeQuery): object {
  let list = lists.get(rows);
  if (list === undefined) {
    list = Object.setPrototypeOf(
      rows.slice(),
      methodsOf(query(), Array.prototype, listMethods),
    ) as object;
    queries.set(list, query);
    lists.set(rows, Object.freeze(list));
  }
  return list;
}

/** The parts of `combine` on an object with the relation's methods; the same one each time. */
export function loadedParts(values: object, query: MakeQuery): object {
  let found = parts.get(values);
  if (found === undefined) {
    const methods = methodsOf(query(), Object.prototype, partMethods);
    found = Object.assign(Object.create(methods) as object, values);
    queries.set(found, query);
    parts.set(values, Object.freeze(found));
  }
  return found;
}

/** By the prototype of the query: what lists inherit from, and what parts do. */
const listMethods = new WeakMap<object, object>();
const partMethods = new WeakMap<object, object>();

/** A prototype on which each method of the query's class runs on a new query of that relation; those of `base` go before. */
function methodsOf(query: QueryBuilder, base: object, known: WeakMap<object, object>): object {
  const kind = Object.getPrototypeOf(query) as object;
  let methods = known.get(kind);
  if (methods === undefined) {
    methods = Object.create(base) as object;
    for (const name of methodNames(kind)) {
      if (name in base) continue;
      Object.defineProperty(methods, name, {
        configurable: true,
        value: forward(name),
      });
    }
    known.set(kind, methods);
  }
  return methods;
}

function methodNames(kind: object): Set<string> {
  const names = new Set<string>();
  for (let owner = kind; owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof value === "function" && name !== "constructor") names.add(name);
    }
  }
  return names;
}

function forward(name: string) {
  return function (this: object, ...given: unknown[]): unknown {
    const query = queries.get(this)?.() as unknown as Record<
      string,
      (...given: unknown[]) => unknown
    >;
    return query?.[name]?.(...given);
  };
}
