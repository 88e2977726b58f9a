import { SchemaError } from "../errors/errors.ts";
import type { ModelDefinition } from "./definition.ts";

/**
 * Refuses options that don't exist: programs without types, and options held in variables, misspell them too.
 *
 * @throws {SchemaError} An option is unknown; the message lists those there are.
 */
export function refuseUnknown(where: string, options: object, known: ReadonlySet<string>): void {
  const unknown = Object.keys(options).find((option) => !known.has(option));
  if (unknown === undefined) return;
  throw new SchemaError(`${where} has no option "${unknown}"`, {
    hint: `its options are ${[...known].join(", ")}`,
  });
}

/** Reads the condition that a model puts on all its queries; it is made when it is first needed. */
export function readScope(model: string, scope: unknown): ModelDefinition["scope"] {
  if (scope === undefined || typeof scope === "function") return scope as ModelDefinition["scope"];
  throw new SchemaError(`the scope of ${model} must be a lambda`, {
    hint: "write { scope: () => Post.columns.deletedAt.isNull() }",
  });
}
