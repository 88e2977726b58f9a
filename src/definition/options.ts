import { SchemaError } from "../errors/errors.ts";

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
