/** What stands where a value is expected: queries, promises, functions; told before a codec calls it "an object". */

/** By this method an object says what it is; no data from outside can have it. */
export const misuse: unique symbol = Symbol("misuse");

/** Makes what a class makes tell what it is. */
export function tellMisuse<Kind extends object>(
  prototype: Kind,
  tell: (made: Kind) => Misuse,
): void {
  Object.defineProperty(prototype, misuse, {
    configurable: true,
    value(this: Kind): Misuse {
      return tell(this);
    },
  });
}

/** What something is, and what to write instead. */
export interface Misuse {
  readonly what: string;
  readonly hint: string;
}

/** What a value is that can't be one; undefined for values. */
export function misuseOf(value: unknown): Misuse | undefined {
  if (typeof value === "function") {
    return { what: "a function", hint: "call it, and give what it returns" };
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof Promise) {
    return { what: "a promise", hint: "await it first, and give what comes of it" };
  }
  const tell = (value as { readonly [misuse]?: unknown })[misuse];
  return typeof tell === "function" ? (tell.call(value) as Misuse) : undefined;
}
