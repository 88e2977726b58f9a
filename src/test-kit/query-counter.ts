/** Counts the statements that a piece of a test sends. */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import { UsageError } from "../errors/errors.ts";

const counting = new AsyncLocalStorage<string[]>();
let listening = false;

/**
 * Runs `work` and gives the statements that it sent, itself or through what it called.
 *
 * Tests that run at the same time don't count each other's.
 */
export async function recordQueries<Result>(
  work: () => Result | Promise<Result>,
): Promise<{ readonly result: Result; readonly statements: readonly string[] }> {
  if (!listening) {
    listening = true;
    subscribe("ferro:query", (event) => {
      counting.getStore()?.push((event as { sql: string }).sql);
    });
  }
  const statements: string[] = [];
  const result = await counting.run(statements, async () => work());
  return { result, statements };
}

/**
 * Runs `work` and requires that it sends so many statements.
 *
 * @returns What `work` gave.
 * @throws {UsageError} It sent more or fewer; the message lists them.
 *
 * @example
 * ```ts
 * const posts = await expectQueries(2, () => Post.include({ author: true }).all());
 * ```
 */
export async function expectQueries<Result>(
  count: number,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const { result, statements } = await recordQueries(work);
  if (statements.length === count) return result;
  const list = statements.map((sql, index) => `\n  ${index + 1}. ${sql}`).join("");
  throw new UsageError(`expected ${count} statements, but ${statements.length} were sent${list}`);
}
