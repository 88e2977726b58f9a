/** Rows that are made together with the rows that point to them. */

const pending = new WeakSet<object>();

/**
 * Marks an instance that will have its row, and so its key, before any row that points to it is written.
 *
 * Input may give it for a foreign key; the key is filled in later.
 */
export function markPending(instance: object): void {
  pending.add(instance);
}

/** The row is there, or never will be. */
export function endPending(instance: object): void {
  pending.delete(instance);
}

export function isPending(value: unknown): value is object {
  return typeof value === "object" && value !== null && pending.has(value);
}
