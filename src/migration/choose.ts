/** Which revisions a run is about, and where it ends. */
import type { Standing } from "./check-history.ts";
import type { FiledRevision } from "./folder.ts";
import { type Graph, resolveRevision } from "./graph.ts";
import type { Direction } from "./history.ts";

/** Which revisions lead from where the database stands to where it is to be. */
export function chooseRevisions(
  graph: Graph<FiledRevision>,
  { applied, heads }: Standing,
  word: string | undefined,
  direction: Direction,
): readonly FiledRevision[] {
  const wanted =
    direction === "up"
      ? upTargets(graph, word ?? "head", heads)
      : downTarget(graph, word ?? "-1", heads);
  const lineage = graph.lineage(wanted);
  return direction === "up"
    ? graph.ordered.filter(({ id }) => lineage.has(id) && !applied.has(id))
    : graph.ordered.filter(({ id }) => !lineage.has(id) && applied.has(id)).toReversed();
}

function upTargets(
  graph: Graph<FiledRevision>,
  word: string,
  from: readonly string[],
): readonly string[] {
  if (word === "heads") return graph.heads.map(({ id }) => id);
  const id = resolveRevision(graph, word, from);
  return id === null ? [] : [id];
}

function downTarget(
  graph: Graph<FiledRevision>,
  word: string,
  from: readonly string[],
): readonly string[] {
  const head = from.length === 1 ? from[0] : undefined;
  // One step back from a merge is to both of its parents.
  if (word === "-1" && head !== undefined) return graph.get(head).parents;
  const id = resolveRevision(graph, word, from);
  return id === null ? [] : [id];
}

/** The heads of a database once these are moved up or down. */
export function headsAfter(
  graph: Graph<FiledRevision>,
  applied: ReadonlySet<string>,
  moved: ReadonlySet<string>,
  direction: Direction,
): readonly string[] {
  const has = (id: string): boolean =>
    direction === "up" ? applied.has(id) || moved.has(id) : applied.has(id) && !moved.has(id);
  const left = graph.ordered.filter(({ id }) => has(id));
  const followed = new Set(left.flatMap(({ parents }) => parents));
  return left.filter(({ id }) => !followed.has(id)).map(({ id }) => id);
}
