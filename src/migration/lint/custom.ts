/** Rules that a project brings itself. */
import type { Operation } from "../../ir/migration.ts";
import type { LintContext, Severity } from "./rule.ts";

/** What findings of such rules are called: in `allow`, and where severities are set. */
export const customId = "FM519";

/** What a rule of one's own found in an operation. */
export interface CustomFinding {
  /** What was found. */
  readonly message: string;
  /** Default "error". */
  readonly severity?: Severity;
  /** Why that matters. */
  readonly why?: string;
  /** What to do instead. */
  readonly rewrite?: string;
}

/** A rule of one's own. */
export type CustomRule = (operation: Operation, context: LintContext) => readonly CustomFinding[];

/**
 * Makes a lint rule of your own, for `rules` in ferro.config.ts. It is asked about every operation.
 *
 * @param find - Gives what it found in an operation; an empty list for nothing. `context.before` is the
 * schema that the operation meets.
 * @returns The rule; its findings are called FM519.
 *
 * @example
 * ```ts
 * import { rule } from "ferro-orm/migrate";
 *
 * const plural = rule((operation) =>
 *   operation.op === "createTable" && !operation.table.name.endsWith("s")
 *     ? [{ message: `table "${operation.table.name}" is not in the plural` }]
 *     : [],
 * );
 * typeof plural; // => "function"
 * ```
 */
export function rule(find: CustomRule): CustomRule {
  return find;
}
