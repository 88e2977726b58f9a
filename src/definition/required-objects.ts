/** What tables need before they can be made, of all models together. */
import { SchemaError } from "../errors/errors.ts";
import type { ObjectIr } from "../ir/schema.ts";
import { schemaObject } from "../ir/schema-object.ts";
import { compareText, distinct } from "../util/lists.ts";
import type { ModelDefinition } from "./definition.ts";

/** The schemas in which models keep their tables. */
export function schemaObjects(models: readonly ModelDefinition[]): readonly ObjectIr[] {
  return distinct(models.flatMap(({ tableOptions }) => tableOptions.schema ?? []))
    .toSorted(compareText)
    .map(schemaObject);
}

/**
 * The objects that models require, each once, so that the order of every model's list is kept.
 *
 * @throws {SchemaError} Two models make one object by different statements.
 */
export function mergeObjects(models: readonly ModelDefinition[]): readonly ObjectIr[] {
  const objects = new Map<string, ObjectIr>();
  const before = new Map<string, Set<string>>();
  for (const { name, tableOptions } of models) {
    let last: string | undefined;
    for (const object of tableOptions.requires ?? []) {
      const key = `${object.kind} ${object.name}`;
      const other = objects.get(key) ?? object;
      if (other.sql !== object.sql) {
        throw new SchemaError(`${name} requires the ${key} in another form than an other model`, {
          hint: "share one object between the models",
        });
      }
      objects.set(key, other);
      const earlier = before.get(key) ?? new Set();
      before.set(key, last === undefined ? earlier : earlier.add(last));
      last = key;
    }
  }
  const ordered = new Set<ObjectIr>();
  const visit = (key: string, waiting: ReadonlySet<string>): void => {
    const object = objects.get(key);
    // Lists that contradict each other: the first one holds.
    if (object === undefined || ordered.has(object) || waiting.has(key)) return;
    for (const earlier of before.get(key) ?? []) visit(earlier, new Set([...waiting, key]));
    ordered.add(object);
  };
  for (const key of objects.keys()) visit(key, new Set());
  return [...ordered];
}
