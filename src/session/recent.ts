/** The latest instances of some kind, held weakly. */

/** How many are known. They are looked at whenever a transaction begins. */
const most = 64;

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

  /** Adds those that are still alive to a list, the latest first. */
  collect(into: object[]): void {
    const count = this.#references.length;
    for (let back = 1; back <= count; back += 1) {
      const instance = this.#references[(this.#next - back + count) % count]?.deref();
      if (instance !== undefined) into.push(instance);
    }
  }
}

/** How long instances are held strongly, in milliseconds. */
const weakenEveryMs = 500;

/**
 * Instances without a row: a program made them and did not save them yet, or deleted their row.
 *
 * They are held strongly for a moment and weakly from then on. Nearly all are saved at once, and weak
 * references for them were a twentieth of the time of `create()`: each keeps its object alive until the turn ends.
 */
class Drafts {
  readonly #places: (object | undefined)[] = new Array(most).fill(undefined);
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Gives the place that the instance is kept at. */
  add(instance: object): number {
    const place = this.#next;
    this.#places[place] = instance;
    this.#next = (place + 1) % most;
    this.#timer ??= setTimeout(() => this.#weaken(), weakenEveryMs).unref();
    return place;
  }

  /** Forgets one, if it is still kept there. */
  remove(instance: object, place: number): void {
    if (heldIn(this.#places[place]) !== instance) return;
    this.#places[place] = undefined;
    if ((place + 1) % most === this.#next) this.#next = place;
  }

  /** Adds those that are still alive to a list, the latest first. */
  collect(into: object[]): void {
    for (let back = 1; back <= most; back += 1) {
      const instance = heldIn(this.#places[(this.#next - back + most) % most]);
      if (instance !== undefined) into.push(instance);
    }
  }

  #weaken(): void {
    this.#timer = undefined;
    for (let place = 0; place < most; place += 1) {
      const held = this.#places[place];
      if (held !== undefined && !(held instanceof WeakRef)) this.#places[place] = new WeakRef(held);
    }
  }
}

function heldIn(place: object | undefined): object | undefined {
  return place instanceof WeakRef ? place.deref() : place;
}

/** Instances that programs made and did not save yet, and those whose row was deleted. */
export const drafts: Drafts = new Drafts();
