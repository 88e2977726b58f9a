/** Joins branches. */
import { makeRevision, type NewRevision, type RevisionOptions } from "./autogenerate.ts";
import { type Conflict, findConflicts } from "./commute.ts";
import type { FiledRevision } from "./folder.ts";
import { type Graph, readGraph } from "./graph.ts";
import { replay } from "./state.ts";

/** Two operations that can't both be meant, and where they stand. */
export interface FiledConflict extends Conflict {
  readonly leftFile: string;
  readonly rightFile: string;
}

/** A merge that could be written. */
export interface Merge {
  readonly made: NewRevision;
  readonly conflicts: readonly FiledConflict[];
}

/**
 * A revision that follows all heads; null where there are not several.
 *
 * A database on either head upgrades through it: what it lacks of the other branch is run first.
 */
export function mergeHeads(
  revisions: readonly FiledRevision[],
  options: Omit<RevisionOptions, "parents">,
): Merge | null {
  const graph = readGraph(revisions);
  if (graph.heads.length < 2) return null;
  const conflicts = conflictsOf(graph);
  const parents = graph.heads.map(({ id }) => id);
  // The plan of nothing needs no state, and conflicting branches may have none that fits.
  const made = makeRevision(revisions, [], { ...options, parents });
  return { made, conflicts };
}

/** The conflicts between the branches that lead to the heads of a history. */
export function conflictsOf(graph: Graph<FiledRevision>): readonly FiledConflict[] {
  const found: FiledConflict[] = [];
  for (const [index, head] of graph.heads.entries()) {
    for (const other of graph.heads.slice(index + 1)) {
      const left = graph.lineage([head.id]);
      const right = graph.lineage([other.id]);
      const shared = replay(graph, new Set([...left].filter((id) => right.has(id))));
      for (const a of graph.ordered.filter(({ id }) => left.has(id) && !right.has(id))) {
        for (const b of graph.ordered.filter(({ id }) => right.has(id) && !left.has(id))) {
          const files = { leftFile: a.file ?? a.id, rightFile: b.file ?? b.id };
          found.push(...findConflicts(a.up, b.up, shared).map((each) => ({ ...each, ...files })));
        }
      }
    }
  }
  return found;
}
