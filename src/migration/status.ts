/** Where a database stands, without changing it. */

import type { SchemaPayload } from "../ir/schema.ts";
import { readHistory } from "./changed.ts";
import type { FiledRevision } from "./folder.ts";
import { type AppliedRevision, History, type LogRow } from "./history.ts";
import { replay, stateHash } from "./state.ts";
import type { MigrationTarget } from "./target.ts";

/** Where a database stands. */
export interface MigrationStatus {
  /** Whether the database has a history at all. */
  readonly hasHistory: boolean;
  /** Applied revisions that no applied one follows. */
  readonly heads: readonly string[];
  /** What is still to be run, in order. */
  readonly pending: readonly string[];
  readonly applied: readonly AppliedRevision[];
  /** A revision that was begun and not ended, and how many of its segments are done. */
  readonly partial: {
    readonly id: string;
    readonly done: number;
    readonly error: string | null;
  } | null;
  /** Whether the state that was written down with the head is the one that the files give. */
  readonly stateMatches: boolean;
  readonly log: readonly LogRow[];
  /** Whether a revision is applied, or all that it stands for. */
  has(id: string): boolean;
  /** What the revisions that are applied make. */
  schema(): SchemaPayload;
}

/**
 * Reads where a database stands.
 *
 * @throws {HistoryChangedError} Its history and the files disagree.
 */
export async function readStatus(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
): Promise<MigrationStatus> {
  const history = await History.open(target);
  const { graph, rows, standing } = await readHistory(revisions, history);
  const { partial } = standing;
  const segments = partial === undefined ? [] : await history.segments(partial.id);
  const schema = () => replay(graph, standing.applied);
  const last = rows.filter(({ id }) => standing.heads.includes(id));
  return {
    hasHistory: await history.exists(),
    heads: standing.heads,
    pending: graph.ordered.filter(({ id }) => !standing.applied.has(id)).map(({ id }) => id),
    applied: rows,
    partial:
      partial === undefined
        ? null
        : {
            id: partial.id,
            done: segments.filter(({ status }) => status === "done").length,
            error: segments.find(({ error }) => error !== null)?.error ?? null,
          },
    // With two heads, each row has the state of its own moment.
    stateMatches: last.length !== 1 || last[0]?.stateHash === stateHash(schema()),
    log: await history.log(),
    has: (id) => graph.has(id, standing.applied),
    schema,
  };
}
