/** Small list helpers: sorting by name, comparing, and leaving out repeats. */

/** Orders two texts by code units: the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders two named things. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareText(a.name, b.name);
}

/** Whether two lists hold the same scalars in the same order. */
export function sameList(
  a: readonly (string | number)[],
  b: readonly (string | number)[],
): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}

/** The list without repeats, first ones kept. */
export function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
