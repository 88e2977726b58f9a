/** The schema at any revision: what its operations, and those of all before it, make of nothing. */

import type { PlanOptions } from "../ddl/plan.ts";
import { MigrationError } from "../errors/errors.ts";
import { RevisionError } from "../errors/migration.ts";
import { applyOperations, emptySchema } from "../ir/apply.ts";
import { fingerprintIr } from "../ir/fingerprint.ts";
import { invertOperations, isOperations } from "../ir/invert.ts";
import type { Operation } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import type { Graph } from "./graph.ts";
import type { Revision } from "./revision.ts";

/**
 * Replays the revisions of a set, in the order of the graph. No database is asked.
 *
 * @throws {MigrationError} An operation doesn't fit what is there; the message names its revision.
 */
export function replay<R extends Revision>(
  graph: Graph<R>,
  ids: ReadonlySet<string>,
): SchemaPayload {
  return graph.ordered
    .filter(({ id }) => ids.has(id))
    .reduce((state, revision) => applyRevision(state, revision), emptySchema);
}

/** The schema after one more revision. */
export function applyRevision(state: SchemaPayload, revision: Revision): SchemaPayload {
  try {
    return applyOperations(state, revision.up);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`revision ${revision.id} (${revision.message}): ${reason}`, { cause });
  }
}

/** What a state is recognised by in a database's history. */
export function stateHash(state: SchemaPayload): string {
  return fingerprintIr(state);
}

/**
 * The operations that take a revision back.
 *
 * @param before - The state that it was applied to.
 * @throws {RevisionError} It can't be taken back; the message names the operation.
 */
export function downOperations(before: SchemaPayload, revision: Revision): readonly Operation[] {
  if (revision.down !== "auto") return revision.down;
  const inverse = invertOperations(before, revision.up);
  if (isOperations(inverse)) return inverse;
  throw new RevisionError(
    "IRREVERSIBLE",
    `revision ${revision.id} (${revision.message}) can't be undone: ${inverse.irreversible}`,
    { hint: "write the way back into its file as `down: […]`, or go forward with a new revision" },
  );
}

/** How a revision asked to be planned. */
export function planOptions({ online }: Pick<Revision, "online">): PlanOptions {
  return online === undefined ? {} : { online };
}
