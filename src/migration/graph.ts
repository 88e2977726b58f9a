/** Revisions as a graph: what follows what, where branches part, what is still to be run. */
import { RevisionConflictError, RevisionError } from "../errors/migration.ts";
import type { Revision } from "./revision.ts";
import { type Instead, type InUse, type Placed, revisionsInUse } from "./squashed.ts";

/** A node: anything with an id and parents. */
type Node = Placed;

/** A checked history. */
export interface Graph<R extends Node = Revision> {
  /** Every revision in use, after its parents; siblings in the order they were given. */
  readonly ordered: readonly R[];
  /** Revisions that nothing follows. */
  readonly heads: readonly R[];
  /** The revision with this id. @throws {RevisionError} There is none. */
  get(id: string): R;
  find(id: string): R | undefined;
  /** The ids of a revision and of all it follows. */
  lineage(ids: readonly string[]): ReadonlySet<string>;
  /** The revisions that name this one as a parent. */
  children(id: string): readonly R[];
  /** Those that others stand for. */
  readonly hidden: InUse<R>["hidden"];
  /** Whether revisions with these ids make that one, too: itself, or all that it replaces. */
  has(id: string, ids: ReadonlySet<string>): boolean;
}

/**
 * Puts revisions in order.
 *
 * @param had - The revisions that a database has, which tell whether a squash or its originals are in use.
 * @throws {RevisionError} Two have one id, a parent is missing, or they follow each other in a circle.
 * @throws {HistoryChangedError} The database needs originals of a squash whose files are gone.
 */
export function readGraph<R extends Node>(
  all: readonly R[],
  had: ReadonlySet<string> = new Set(),
): Graph<R> {
  refuseTwins(all);
  const { revisions, hidden, has } = revisionsInUse(all, had);
  const byId = new Map(revisions.map((revision) => [revision.id, revision]));
  for (const { id, parents } of revisions) {
    const missing = parents.find((parent) => !byId.has(parent));
    if (missing === undefined) continue;
    throw new RevisionError(
      "MISSING_PARENT",
      `revision ${id} follows ${missing}, which is not in the migrations folder`,
      { hint: "bring its folder back from version control, or fetch the branch that has it" },
    );
  }
  const ordered = sortByParents(revisions, byId);
  const followed = new Set(revisions.flatMap(({ parents }) => parents));
  const get = (id: string): R => {
    const revision = byId.get(id);
    if (revision !== undefined) return revision;
    throw new RevisionError("UNKNOWN", `there is no revision ${id}`, {
      hint: "`ferro history` lists those there are",
    });
  };
  return {
    ordered,
    heads: ordered.filter(({ id }) => !followed.has(id)),
    get,
    find: (id) => byId.get(id),
    children: (id) => ordered.filter(({ parents }) => parents.includes(id)),
    hidden,
    has,
    lineage(ids) {
      const seen = new Set<string>();
      const open = [...ids];
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        if (seen.has(id)) continue;
        seen.add(id);
        open.push(...get(id).parents);
      }
      return seen;
    },
  };
}

function refuseTwins(revisions: readonly Node[]): void {
  const seen = new Set<string>();
  for (const { id } of revisions) {
    if (seen.has(id)) {
      throw new RevisionError("DUPLICATE", `two revisions have the id ${id}`, {
        hint: "a folder was copied: give one of them a new id, in its name and in its file, before it is applied anywhere",
      });
    }
    seen.add(id);
  }
}

/** Parents first, otherwise in the order of the files, so that two machines walk the same way. */
function sortByParents<R extends Node>(
  revisions: readonly R[],
  byId: ReadonlyMap<string, R>,
): readonly R[] {
  const ordered = new Set<R>();
  const open = new Set<R>();
  const visit = (revision: R): void => {
    if (ordered.has(revision)) return;
    if (open.has(revision)) {
      const ids = [...open].map(({ id }) => id).join(", ");
      throw new RevisionError("CYCLE", `revisions follow each other in a circle: ${ids}`, {
        hint: "one of them names a parent that came after it",
      });
    }
    open.add(revision);
    for (const parent of revision.parents) {
      const found = byId.get(parent);
      if (found !== undefined) visit(found);
    }
    open.delete(revision);
    ordered.add(revision);
  };
  for (const revision of revisions) visit(revision);
  return [...ordered];
}

/**
 * The one head.
 *
 * @throws {RevisionConflictError} There are several: it names them and where they part.
 */
export function singleHead<R extends Node>(graph: Graph<R>): R | undefined {
  const [head, ...others] = graph.heads;
  if (others.length === 0) return head;
  const fork = forkPoint(
    graph,
    graph.heads.map(({ id }) => id),
  );
  const names = graph.heads.map(({ id, message }) => `${id} (${message})`).join(" and ");
  throw new RevisionConflictError(
    `there are ${graph.heads.length} heads: ${names}; they part ${fork === null ? "at the beginning" : `after ${fork}`}`,
    {
      heads: graph.heads.map(({ id }) => id),
      fork,
      hint: "join them with `ferro merge`, or name the one you mean",
    },
  );
}

/** The last revision that all of these follow; null where they share none. */
export function forkPoint<R extends Node>(graph: Graph<R>, ids: readonly string[]): string | null {
  const lineages = ids.map((id) => graph.lineage([id]));
  const shared = graph.ordered.filter(({ id }) => lineages.every((lineage) => lineage.has(id)));
  return shared.at(-1)?.id ?? null;
}

/**
 * The revision that a user's word means: `head`, `base`, an id or the beginning of one, or `+2` and
 * `-1` counted from `from`. `null` is the state before the first.
 *
 * @throws {RevisionError} Nothing, or more than one revision, is meant.
 * @throws {RevisionConflictError} `head` was said and there are several.
 */
export function resolveRevision<R extends Node>(
  graph: Graph<R>,
  word: string,
  from: readonly string[] = [],
): string | null {
  if (word === "head") return singleHead(graph)?.id ?? null;
  if (word === "base") return null;
  const relative = /^(?:(.+)@?)?([+-]\d+)$/.exec(word);
  if (relative !== null) {
    const start = relative[1] === undefined ? from : [resolveRevision(graph, relative[1], from)];
    return step(
      graph,
      start.filter((id) => id !== null),
      Number(relative[2]),
      word,
    );
  }
  const found = graph.ordered.filter(({ id }) => id.startsWith(word));
  if (found.length === 1 && word.length >= 2) return found[0]?.id ?? null;
  if (found.length === 0 && word.length >= 2) {
    const hidden = [...graph.hidden].find(([id]) => id.startsWith(word));
    if (hidden !== undefined) return standIn(graph, word, hidden[1]);
  }
  throw new RevisionError(
    "UNKNOWN",
    found.length > 1
      ? `"${word}" may mean ${found.map(({ id }) => id).join(" or ")}`
      : `there is no revision "${word}"`,
    { hint: "name it by its id or the first digits of it, or say head, base, +1 or -1" },
  );
}

function standIn<R extends Node>(graph: Graph<R>, word: string, { by, isLast }: Instead): string {
  if (isLast) return by;
  throw new RevisionError(
    "UNKNOWN",
    `"${word}" is in the middle of what ${by} (${graph.find(by)?.message}) replaces`,
    { hint: `name ${by}: it is run as a whole` },
  );
}

function step<R extends Node>(
  graph: Graph<R>,
  from: readonly string[],
  count: number,
  word: string,
): string | null {
  const lost = (message: string): RevisionError =>
    new RevisionError("UNKNOWN", `"${word}" ${message}`, {
      hint: "name the revision that you mean",
    });
  if (from.length > 1) throw lost(`has several places to start from: ${from.join(", ")}`);
  let at: string | null = from[0] ?? null;
  for (let left = Math.abs(count); left > 0; left -= 1) {
    const next: readonly string[] = count < 0 ? parentsOf(graph, at) : childrenOf(graph, at);
    if (next.length > 1) throw lost(`leads to ${next.join(" or ")}`);
    if (next[0] === undefined && count > 0) throw lost("goes past the last revision");
    if (next[0] === undefined && at === null) {
      throw lost("goes back further than the first revision: before it there is only base");
    }
    at = next[0] ?? null;
  }
  return at;
}

function parentsOf<R extends Node>(graph: Graph<R>, id: string | null): readonly string[] {
  return id === null ? [] : graph.get(id).parents;
}

function childrenOf<R extends Node>(graph: Graph<R>, id: string | null): readonly string[] {
  if (id !== null) return graph.children(id).map((child) => child.id);
  return graph.ordered.filter(({ parents }) => parents.length === 0).map((first) => first.id);
}
