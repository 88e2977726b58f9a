/** What a database keeps of a squash whose originals are gone. */
import { sameList } from "../util/lists.ts";
import { graphFor, linesOf } from "./changed.ts";
import { readStanding } from "./check-history.ts";
import type { FiledRevision } from "./folder.ts";
import type { History } from "./history.ts";
import { revisionRow } from "./revision-row.ts";
import { replay, stateHash } from "./state.ts";
import type { MigrationTarget } from "./target.ts";

/**
 * Writes a squash down in the place of its originals, once they have no files any more: from then on the
 * squash can be squashed itself. The lock is held.
 */
export async function foldSquashed(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  history: History,
): Promise<void> {
  const rows = await history.applied();
  const had = new Set(rows.map(({ id }) => id));
  const graph = graphFor(revisions, rows);
  const folded = graph.ordered.filter(({ id }) => !had.has(id) && graph.has(id, had));
  if (folded.length === 0) return;
  const { applied } = readStanding(graph, rows);
  const { connection, answers } = target;
  const parentsOf = new Map(rows.map((row) => [row.id, row.parents]));
  for (const revision of folded) {
    const { id } = revision;
    const lineage = graph.lineage([id]);
    const state = replay(graph, new Set([...applied].filter((each) => lineage.has(each))));
    const replaced = [...graph.hidden].flatMap(([each, { by }]) =>
      by === id && had.has(each) ? [each] : [],
    );
    await connection.script(answers.begin);
    try {
      await connection.query(
        history.saveRevision({
          ...revisionRow(revision, stateHash(state)),
          status: "squashed",
          phase: "up",
          durationMs: 0,
          appVersion: null,
        }),
      );
      for (const each of replaced) await connection.query(history.removeRevision(each));
      // What came after the last of them comes after it.
      for (const [child, list] of parentsOf) {
        const now = list.map((parent) => (replaced.includes(parent) ? id : parent));
        if (replaced.includes(child) || sameList(list, now)) continue;
        parentsOf.set(child, now);
        await connection.query(history.saveParents(child, now));
      }
      const detail = { replaced, lines: linesOf(revision) };
      await connection.query(history.note("squash", id, detail));
      await connection.script("COMMIT");
    } finally {
      if (connection.state !== "idle") await connection.script("ROLLBACK");
    }
  }
}
