import { SchemaError } from "../errors/errors.ts";
import type { ModelDefinition } from "./definition.ts";

/**
 * Refuses a class whose accessor or method has the name of a column: it would take the column's values.
 *
 * @param prototype - The prototype of the class that instances are made of.
 * @throws {SchemaError} A column and a member have one name.
 */
export function refuseShadowing({ name, columns }: ModelDefinition, prototype: object): void {
  for (const { property } of columns) {
    if (!(property in prototype)) continue;
    throw new SchemaError(`${name} has a column and a class member called "${property}"`, {
      hint: "rename one of them; a column can be kept under another property with field(schema, { column })",
    });
  }
}
