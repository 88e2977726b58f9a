/** Deeper than data is nested; a circle is. */
const deepest = 200;

class TooDeep extends Error {}

/**
 * Copies arrays, plain objects, dates and bytes, however deep; anything else is taken as it is,
 * and so is a value that holds itself.
 *
 * @example
 * ```ts
 * const tags = ["a"];
 * copyPlain({ tags }) // => {"tags":["a"]}
 * ```
 */
export function copyPlain(value: unknown): unknown {
  try {
    return copyAt(value, 0);
  } catch (error) {
    if (error instanceof TooDeep) return value;
    throw error;
  }
}

function copyAt(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > deepest) throw new TooDeep();
  if (Array.isArray(value)) return value.map((item) => copyAt(item, depth + 1));
  if (value instanceof Date) return new Date(value);
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Uint8Array) return value.slice();
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value).map(([key, held]) => [key, copyAt(held, depth + 1)]);
  // Keys of data are keys, "__proto__" among them.
  return Object.setPrototypeOf(Object.fromEntries(entries), prototype as object | null);
}
