/** The latest instances of some kind, held weakly. */

/** How many are known: to look at all of them takes about 20 microseconds. */
const most = 200;

/** Weak references to the latest instances; older ones are forgotten. */
export class Recent {
  readonly #references: WeakRef<object>[] = [];
  #next = 0;

  add(reference: WeakRef<object>): void {
    this.#references[this.#next] = reference;
    this.#next = (this.#next + 1) % most;
  }

  /** Adds the last of these, as many as fit. */
  addLast(instances: readonly object[]): void {
    for (const instance of instances.slice(-most)) this.add(new WeakRef(instance));
  }

  /** Those that are still alive. */
  *all(): Iterable<object> {
    for (const reference of this.#references) {
      const instance = reference.deref();
      if (instance !== undefined) yield instance;
    }
  }
}

/** Instances that programs made; most of them were not saved yet. */
export const drafts: Recent = new Recent();
