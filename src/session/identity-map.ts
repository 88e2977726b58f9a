/** One object for one row: the instances of one connection in one session, by model and key. */
import type { ModelDefinition } from "../definition/definition.ts";

/** Entries of one model. */
interface Entries {
  get(key: string): object | undefined;
  set(key: string, instance: object): void;
  delete(key: string): void;
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

  constructor({ weak }: { readonly weak: boolean }) {
    this.#weak = weak;
  }

  /** The entries of a model; made when first asked for. */
  of(model: ModelDefinition): Entries {
    let entries = this.#models.get(model);
    if (entries === undefined) {
      entries = this.#weak ? new WeakEntries() : new Map<string, object>();
      this.#models.set(model, entries);
    }
    return entries;
  }

  /** Forgets one row; the next load makes a new object. */
  evict(model: ModelDefinition, key: string): void {
    this.#models.get(model)?.delete(key);
  }

  /** Forgets every row of a model. */
  evictModel(model: ModelDefinition): void {
    this.#models.delete(model);
  }

  /** Forgets everything. */
  clear(): void {
    this.#models.clear();
  }
}

class WeakEntries implements Entries {
  readonly #references = new Map<string, WeakRef<object>>();
  readonly #collected = new FinalizationRegistry<string>((key) => {
    if (this.#references.get(key)?.deref() === undefined) this.#references.delete(key);
  });

  get(key: string): object | undefined {
    return this.#references.get(key)?.deref();
  }

  set(key: string, instance: object): void {
    this.#references.set(key, new WeakRef(instance));
    this.#collected.register(instance, key);
  }

  delete(key: string): void {
    this.#references.delete(key);
  }
}
