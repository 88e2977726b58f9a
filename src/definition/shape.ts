/** Shapes made of parts. */
import { SchemaError } from "../errors/errors.ts";
import type { LooseShape } from "./types.ts";

/**
 * Puts fields that several models share together with a model's own.
 *
 * Spreading does the same where no model of a circle of relations spreads; the
 * compiler evaluates every getter of an object that it spreads into, so two models
 * that point to each other and both spread don't compile (TS2506). This leaves the
 * getters alone.
 *
 * @param shared - Columns, and relations as getters.
 * @param own - The model's own columns and relations.
 * @returns A shape for `Model`.
 * @throws {SchemaError} Both declare the same field.
 *
 * @example
 * ```ts
 * const stamped = { createdAt: z.date().default(() => new Date()) };
 *
 * class Note extends Model("Note", shape(stamped, { id: id(), text: z.string() })) {}
 * ```
 */
export function shape<Shared extends LooseShape, Own extends LooseShape>(
  shared: Shared,
  own: Own,
): Shared & Own {
  const twice = Object.keys(own).find((name) => Object.hasOwn(shared, name));
  if (twice !== undefined) {
    throw new SchemaError(`both parts of a shape declare "${twice}"`, {
      hint: "leave it out of one, or give one another name",
    });
  }
  return Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(shared), ...Object.getOwnPropertyDescriptors(own) },
  ) as Shared & Own;
}
