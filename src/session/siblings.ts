/** Instances that came from one result: a relation that is wanted of one is loaded for all of them. */
import type { LazyMode } from "../definition/lazy-mode.ts";
import type { Connection } from "./connection.ts";
import type { Scope } from "./scope.ts";
import { InstanceState } from "./state.ts";
import { Transaction } from "./transaction.ts";

/** Where rows were read: what is read elsewhere never becomes theirs. */
export type Place = symbol | string | Connection;

/** Where a call reads. */
export function placeOf({ executor, session, connection }: Scope): Place {
  // Names of a transaction and a session, not themselves: rows outlive both.
  const transaction = executor.inside ?? executor;
  if (transaction instanceof Transaction) return transaction.root.place;
  return session?.sessionId ?? connection;
}

/** Notes that instances came together. */
export function joinSiblings(
  scope: Scope,
  instances: readonly object[],
  lazy: LazyMode | undefined,
): void {
  if (instances.length < 2 && lazy === undefined) return;
  const siblings = new Siblings(scope, instances, lazy);
  for (const instance of instances) InstanceState.setSiblings(instance, siblings);
}

/** A relation that is being loaded for many. */
export interface Loading {
  readonly members: ReadonlySet<object>;
  readonly done: Promise<unknown>;
}

/**
 * The instances of one result.
 *
 * They are held strongly for a moment and weakly from then on, so that one which a program keeps
 * does not keep all others. References made at once for every row would cost more than the rows.
 */
export class Siblings {
  readonly place: Place;
  /** What the query said about lazy loading. */
  readonly lazy: LazyMode | undefined;
  /** By the relation's property. */
  readonly loading: Map<string, Loading> = new Map();
  /** Relations that are loaded one by one from now on: what was read ahead was outdated before it was wanted. */
  readonly apart: Set<string> = new Set();
  #members: readonly object[] | undefined;
  #weak: readonly WeakRef<object>[] = [];
  #age = 0;

  constructor(scope: Scope, members: readonly object[], lazy: LazyMode | undefined) {
    this.place = placeOf(scope);
    this.lazy = lazy;
    this.#members = [...members];
    if (members.length > 1) watch(this);
  }

  /** Those that are still in memory, in the order of the result. */
  members(): readonly object[] {
    return this.#members ?? this.#weak.flatMap((reference) => reference.deref() ?? []);
  }

  /** Lets go of the instances at the second call; answers whether that is done. */
  weaken(): boolean {
    this.#age += 1;
    if (this.#age < 2) return false;
    this.#weak = (this.#members ?? []).map((member) => new WeakRef(member));
    this.#members = undefined;
    return true;
  }
}

const weakenEveryMs = 500;

let young: WeakRef<Siblings>[] = [];
let _timer: NodeJS.Timeout | undefined;

function watch(siblings: Siblings): void {
  young.push(new WeakRef(siblings));
  _timer ??= setTimeout(weaken, weakenEveryMs).unref();
}

function weaken(): void {
  _timer = undefined;
  young = young.filter((reference) => reference.deref()?.weaken() === false);
  if (young.length > 0) _timer = setTimeout(weaken, weakenEveryMs).unref();
}
