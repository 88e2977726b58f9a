import type { Definition } from "./read.ts";

/** The key of the definition on a model class; registered, so that two copies of the package agree. */
export const definitionKey: unique symbol = Symbol.for("ferro-orm.definition");

/** The definition behind a model class, or undefined for anything else. */
export function findDefinition(target: unknown): Definition | undefined {
  if (typeof target !== "function") return undefined;
  return (target as { [definitionKey]?: Definition })[definitionKey];
}
