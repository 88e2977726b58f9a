/** Notices a second copy of the package in one process: its transactions and models would not be the first one's. */

const key = Symbol.for("ferro-orm.copies.1");
const holder = globalThis as { [key]?: Set<string> };
holder[key] ??= new Set();
const copies: Set<string> = holder[key];

// A module that is loaded again, as in a hot reload, is the same copy: only what follows "?" differs.
copies.add(import.meta.url.split("?", 1)[0] as string);

/** Where the loaded copies are; more than one is a mistake of the installation. */
export function loadedCopies(): readonly string[] {
  return [...copies];
}
