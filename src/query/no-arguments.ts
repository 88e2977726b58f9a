import { UsageError } from "../errors/errors.ts";

/**
 * Refuses what a call that takes nothing was given: other libraries say there which rows are meant,
 * and to leave it out would give all of them.
 *
 * @throws {UsageError} Something was given.
 */
export function takesNothing(method: string, given: readonly unknown[]): void {
  if (given.length === 0 || (given.length === 1 && given[0] === undefined)) return;
  throw new UsageError(`${method}() takes no arguments`, {
    hint: `say before it which rows: where({ … }).${method}()`,
  });
}
