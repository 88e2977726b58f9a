/** Revisions that stand for others: which of the two are in use, told by what a database has. */
import { HistoryChangedError, RevisionError } from "../errors/migration.ts";

/** What of a revision says where it stands. */
export interface Placed {
  readonly id: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly replaces?: readonly string[];
}

/** What is in use instead of a revision. */
export interface Instead {
  readonly by: string;
  /** Whether it ends where that one does, so that what follows the one follows the other. */
  readonly isLast: boolean;
}

/** The revisions in use, and by the ids of the others what stands for them. */
export interface InUse<R extends Placed> {
  readonly revisions: readonly R[];
  readonly hidden: ReadonlyMap<string, Instead>;
  /** Whether revisions with these ids make that one, too: what it replaces is there. */
  has(id: string, ids: ReadonlySet<string>): boolean;
}

/**
 * A squash stands for its originals on a new database, and where it was run itself. A database that began
 * with the originals goes on with them as long as their files are there; after that it must have them all.
 *
 * @param had - What the database has; nothing when none is asked.
 * @throws {HistoryChangedError} The database needs originals whose files are gone.
 * @throws {RevisionError} Two squashes replace one revision, or one follows the middle of a squash.
 */
export function revisionsInUse<R extends Placed>(
  all: readonly R[],
  had: ReadonlySet<string>,
): InUse<R> {
  if (all.every(({ replaces = [] }) => replaces.length === 0)) {
    return { revisions: all, hidden: new Map(), has: (id, ids) => ids.has(id) };
  }
  const squashes = new Squashes(all);
  const hidden = squashes.hide(had);
  const revisions = all
    .filter(({ id }) => !hidden.has(id))
    .map((revision) => squashes.follow(revision, hidden));
  return { revisions, hidden, has: (id, ids) => squashes.has(id, ids) };
}

class Squashes<R extends Placed> {
  readonly #files: ReadonlySet<string>;
  readonly #originals = new Map<string, readonly string[]>();
  readonly #replacedBy = new Map<string, R>();

  constructor(all: readonly R[]) {
    this.#files = new Set(all.map(({ id }) => id));
    for (const squash of all) {
      const { id, replaces = [] } = squash;
      if (replaces.length > 0) this.#originals.set(id, replaces);
      for (const original of replaces) {
        const other = this.#replacedBy.get(original);
        if (other !== undefined) throw twice(original, other.id, id);
        this.#replacedBy.set(original, squash);
      }
    }
  }

  has(id: string, ids: ReadonlySet<string>): boolean {
    const originals = this.#originals.get(id);
    return ids.has(id) || originals?.every((each) => this.has(each, ids)) === true;
  }

  hide(had: ReadonlySet<string>): ReadonlyMap<string, Instead> {
    const hidden = new Map<string, Instead>();
    for (const id of this.#originals.keys()) {
      if (!this.#replacedBy.has(id)) this.#decide(id, had, hidden);
    }
    return hidden;
  }

  #decide(id: string, had: ReadonlySet<string>, hidden: Map<string, Instead>): void {
    const originals = this.#originals.get(id) ?? [];
    const isBegun = !had.has(id) && originals.some((each) => this.#isBegun(each, had));
    const lost = originals.filter((each) => !this.#files.has(each));
    if (isBegun && lost.length === 0) {
      for (const each of originals) if (this.#originals.has(each)) this.#decide(each, had, hidden);
      const last = originals.at(-1) ?? id;
      hidden.set(id, { by: hidden.get(last)?.by ?? last, isLast: true });
      return;
    }
    const open = originals.filter((each) => !this.has(each, had));
    if (isBegun && open.length > 0) throw cutOff(id, open, lost);
    this.#hideOriginals(id, id, true, hidden);
  }

  #isBegun(id: string, had: ReadonlySet<string>): boolean {
    return (
      had.has(id) || this.#originals.get(id)?.some((each) => this.#isBegun(each, had)) === true
    );
  }

  #hideOriginals(squash: string, by: string, isLast: boolean, hidden: Map<string, Instead>): void {
    const originals = this.#originals.get(squash) ?? [];
    for (const [at, each] of originals.entries()) {
      const ends = isLast && at === originals.length - 1;
      hidden.set(each, { by, isLast: ends });
      this.#hideOriginals(each, by, ends, hidden);
    }
  }

  /** The revision with parents that are in use. */
  follow(revision: R, hidden: ReadonlyMap<string, Instead>): R {
    if (!revision.parents.some((parent) => hidden.has(parent))) return revision;
    const parents = revision.parents.map((parent) => {
      const instead = hidden.get(parent);
      if (instead?.isLast === false) throw inTheMiddle(revision, parent, instead.by);
      return instead?.by ?? parent;
    });
    return { ...revision, parents };
  }
}

function twice(original: string, one: string, other: string): RevisionError {
  return new RevisionError("DUPLICATE", `${one} and ${other} both replace ${original}`, {
    hint: "keep one of them: two branches squashed the same revisions",
  });
}

function inTheMiddle({ id, message }: Placed, parent: string, by: string): RevisionError {
  return new RevisionError(
    "MISSING_PARENT",
    `revision ${id} (${message}) follows ${parent}, which ${by} replaces together with what comes after it`,
    {
      hint: `it was written on a branch that didn't know of the squash: make it follow that, parents: ["${by}"]; or take the squash back until it is merged`,
    },
  );
}

function cutOff(
  squash: string,
  open: readonly string[],
  lost: readonly string[],
): HistoryChangedError {
  return new HistoryChangedError(
    `the database has some of what ${squash} replaces and not ${open.join(", ")}; the files of ${lost.join(", ")} are gone`,
    {
      fault: "UNKNOWN_APPLIED",
      revision: squash,
      hint: "bring the folders back from version control and run `ferro upgrade`: the originals of a squash go when every database has them all",
    },
  );
}
