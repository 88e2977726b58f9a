/** The models that were defined in this process, by name; the last definition of a name wins. */
import type { Definition } from "../definition/read.ts";
import { checkPairs } from "../definition/relation.ts";
import { UsageError } from "../errors/errors.ts";

const models = new Map<string, Definition>();

/** Notes a model; nothing happens in any database. */
export function registerModel(definition: Definition): void {
  models.set(definition.name, definition);
}

/**
 * A model by its name.
 *
 * @throws {UsageError} There is none.
 */
export function findModel(name: string): Definition {
  const model = models.get(name);
  if (model === undefined) throw new UsageError(`no model is called "${name}"`);
  return model;
}

/**
 * Every registered model, with relations resolved and their pairs checked.
 *
 * @throws {SchemaError} A relation has no target or no pair.
 */
export function resolveModels(): readonly Definition[] {
  const all = [...models.values()];
  for (const model of all) {
    void model.columns;
    checkPairs(model);
  }
  return all;
}

/** Forgets every model; classes keep working, but no schema is made of them. */
export function clearModels(): void {
  models.clear();
}
