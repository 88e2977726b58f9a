/** The latest instances of some kind, held weakly. */

/** How many are known. They are looked at whenever a transaction begins. */
const most = 64;

/** Weak references to the latest instances; older ones are forgotten. */
export class Recent {
  readonly #references: (WeakRef<object> | undefined)[] = [];
  #next = 0;

  add(reference: WeakRef<object>): void {
    this.#references[this.#next] = reference;
    this.#next = (this.#next + 1) % most;
  }

  /** Forgets one: to ask a reference for its object takes about 100 ns, and they are asked often. */
  remove(reference: WeakRef<object>): void {
    const place = this.#references.indexOf(reference);
    if (place >= 0) this.#references[place] = undefined;
  }

  /** Adds the last of these, as many as fit. */
  addLast(instances: readonly object[]): void {
    for (const instance of instances.slice(-most)) this.add(new WeakRef(instance));
  }

  /** Adds those that are still alive to a list, the latest first. */
  collect(into: object[]): void {
    const count = this.#references.length;
    for (let back = 1; back <= count; back += 1) {
      const instance = this.#references[(this.#next - back + count) % count]?.deref();
      if (instance !== undefined) into.push(instance);
    }
  }
}

/** Instances that programs made and did not save yet, and those whose row was deleted. */
export const drafts: Recent = new Recent();
