/** The models that were defined in this process, by name; the last definition of a name wins. */
import type { Definition } from "../definition/read.ts";
import { checkPairs } from "../definition/relation.ts";
import { SchemaError, UsageError } from "../errors/errors.ts";

const models = new Map<string, Definition>();

/**
 * Notes a model; nothing happens in any database.
 *
 * A model that is defined again, as a hot reload does, replaces the former one.
 *
 * @throws {SchemaError} Another model has the name, and another table.
 */
export function registerModel(definition: Definition): void {
  const former = models.get(definition.name);
  if (former !== undefined && former.table !== definition.table) {
    throw new SchemaError(
      `two models are called ${definition.name}, on the tables "${former.table}" and "${definition.table}"`,
      { hint: "give each model a name of its own; the class may be called as you like" },
    );
  }
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
