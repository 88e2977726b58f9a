/** One object for one row: the instances of one connection in one session, by model and key. */
import type { ModelDefinition } from "../definition/definition.ts";
import { Recent } from "./recent.ts";

/** Entries of one model. */
interface Entries {
  get(key: string): object | undefined;
  set(key: string, instance: object): void;
  delete(key: string): void;
  values(): Iterable<object>;
}

/**
 * Instances by model and primary key.
 *
 * A session's map holds them until the session closes. The map of a connection
 * outside any session holds them weakly: an instance that no program holds is gone.
 */
export class IdentityMap {
  readonly #weak: boolean;
  readonly #models = new Map<ModelDefinition, Entries>();
  /** Instances that a rollback may have to put back, though no lookup is answered with them: the map holds them weakly, or no more. */
  readonly recent: Recent = new Recent();

  constructor({ weak }: { readonly weak: boolean }) {
    this.#weak = weak;
  }

  /** The entries of a model; made when first asked for. */
  of(model: ModelDefinition): Entries {
    let entries = this.#models.get(model);
    if (entries === undefined) {
      entries = this.#weak ? new WeakEntries(this.recent) : new Map<string, object>();
      this.#models.set(model, entries);
    }
    return entries;
  }

  /** Every instance of a session's map; those of a connection's are held weakly, and its latest are in `recent`. */
  all(): object[] {
    const instances: object[] = [];
    for (const entries of this.#models.values()) {
      for (const instance of entries.values()) instances.push(instance);
    }
    return instances;
  }

  /** Forgets one row; the next load makes a new object. */
  evict(model: ModelDefinition, key: string): void {
    const entries = this.#models.get(model);
    const instance = entries?.get(key);
    if (instance !== undefined) this.recent.addLast([instance]);
    entries?.delete(key);
  }

  /** Forgets every row of a model. */
  evictModel(model: ModelDefinition): void {
    if (!this.#weak) this.recent.addLast([...(this.#models.get(model)?.values() ?? [])]);
    this.#models.delete(model);
  }

  /** Lets go of everything, for good: no transaction will begin here. */
  close(): void {
    this.#models.clear();
  }

  /** Forgets everything. */
  clear(): void {
    if (!this.#weak) this.recent.addLast(this.all());
    this.#models.clear();
  }
}

/** From how many references on a sweep is worth its while, and how often, in milliseconds. */
const fewReferences = 1000;
const sweepEveryMs = 10_000;

/**
 * Entries that hold nothing alive.
 *
 * References to what was collected are swept out when their number has doubled,
 * and every ten seconds while there are many. A FinalizationRegistry would do it
 * at once, and cost about 100 ns more for each row read.
 */
class WeakEntries implements Entries {
  readonly #references = new Map<string, WeakRef<object>>();
  readonly #recent: Recent;
  #sweepAt = fewReferences;
  #timer: NodeJS.Timeout | undefined;

  constructor(recent: Recent) {
    this.#recent = recent;
  }

  get(key: string): object | undefined {
    return this.#references.get(key)?.deref();
  }

  set(key: string, instance: object): void {
    if (this.#references.size >= this.#sweepAt) this.#sweep();
    const reference = new WeakRef(instance);
    this.#references.set(key, reference);
    this.#recent.add(reference);
  }

  *values(): Iterable<object> {
    for (const reference of this.#references.values()) {
      const instance = reference.deref();
      if (instance !== undefined) yield instance;
    }
  }

  delete(key: string): void {
    this.#references.delete(key);
  }

  #sweep(): void {
    for (const [key, reference] of this.#references) {
      if (reference.deref() === undefined) this.#references.delete(key);
    }
    this.#sweepAt = Math.max(fewReferences, 2 * this.#references.size);
    if (this.#references.size >= fewReferences) this.#sweepLater();
  }

  #sweepLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#sweep();
    }, sweepEveryMs).unref();
  }
}
