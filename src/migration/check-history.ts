/** A database's history beside the migrations folder: what is there, what is missing, what was changed. */
import { HistoryChangedError, PartlyAppliedError } from "../errors/migration.ts";
import type { FiledRevision } from "./folder.ts";
import type { Graph } from "./graph.ts";
import { opsHash } from "./hash.ts";
import type { AppliedRevision } from "./history.ts";

/** Where a database stands. */
export interface Standing {
  /** Ids that are applied, squashed ones included. */
  readonly applied: ReadonlySet<string>;
  /** Applied revisions that no applied one follows. */
  readonly heads: readonly string[];
  /** A revision that was begun and not ended. */
  readonly partial: AppliedRevision | undefined;
}

/**
 * Reads where a database stands.
 *
 * @throws {HistoryChangedError} A revision that was applied has no file, or is another one now.
 */
export function readStanding(
  graph: Graph<FiledRevision>,
  rows: readonly AppliedRevision[],
): Standing {
  for (const row of rows) assertSame(graph, row);
  // Half way back is still there; half way up is not there yet.
  const there = rows.filter(({ status, phase }) => status !== "partial" || phase === "down");
  const applied = new Set(there.map(({ id }) => id));
  // A database that ran all the originals has what stands for them.
  for (const { id } of graph.ordered) if (graph.has(id, applied)) applied.add(id);
  const followed = new Set(
    graph.ordered.filter(({ id }) => applied.has(id)).flatMap(({ parents }) => parents),
  );
  return {
    applied,
    heads: graph.ordered
      .filter(({ id }) => applied.has(id) && !followed.has(id))
      .map(({ id }) => id),
    partial: rows.find(({ status }) => status === "partial"),
  };
}

function assertSame(graph: Graph<FiledRevision>, row: AppliedRevision): void {
  const revision = graph.find(row.id);
  if (revision === undefined) {
    // What stands for a revision can't finish it.
    if (graph.hidden.has(row.id) && row.status !== "partial") return;
    throw new HistoryChangedError(
      `the database has revision ${row.id} (${row.message}), which is not in the migrations folder`,
      {
        fault: "UNKNOWN_APPLIED",
        revision: row.id,
        hint: "this program is older than the database, or a folder was deleted: bring it back from version control",
      },
    );
  }
  const parents = (list: readonly string[]): string => [...list].sort().join();
  if (parents(revision.parents) !== parents(row.parents) && revision.message !== row.message) {
    throw new HistoryChangedError(
      `the database knows ${row.id} as "${row.message}", and the folder as "${revision.message}"`,
      {
        fault: "ID_REUSED",
        revision: row.id,
        hint: "a folder was copied: give the new one an id of its own, in its name and its file",
      },
    );
  }
  if (row.status === "partial" || row.opsHash === opsHash(revision)) return;
  throw new HistoryChangedError(
    `revision ${row.id} (${row.message}) does something else now than when it was applied, on ${row.appliedAt}`,
    {
      fault: "CHANGED",
      revision: row.id,
      hint: `three ways out: put its file back as it was; make the change in a new revision; or, where both come to the same, \`ferro repair --accept ${row.id}\``,
    },
  );
}

/** @throws {PartlyAppliedError} A revision is on its way in the other direction. */
export function assertNotPartial({ partial }: Standing, direction: "up" | "down"): void {
  if (partial === undefined || partial.phase === direction) return;
  const undo = partial.phase === "down";
  throw new PartlyAppliedError(
    `revision ${partial.id} (${partial.message}) stopped half way ${undo ? "back" : "up"}`,
    {
      revision: partial.id,
      hint: undo
        ? `finish that first: \`ferro downgrade ${partial.parents[0] ?? "base"}\``
        : "finish it first: `ferro upgrade`",
    },
  );
}
