/** The schema before and after each revision of a history, each worked out once. */
import { emptySchema } from "../ir/apply.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import type { Graph } from "./graph.ts";
import type { Revision } from "./revision.ts";
import { applyRevision, replay } from "./state.ts";

/** States by revision. A long history is walked once, however many of its states are asked for. */
export class States<R extends Revision> {
  readonly #graph: Graph<R>;
  readonly #after = new Map<string, SchemaPayload>();

  constructor(graph: Graph<R>) {
    this.#graph = graph;
  }

  /** The state that a revision is applied to: what all its ancestors make. */
  before({ parents }: Revision): SchemaPayload {
    const [parent, ...others] = parents;
    if (parent === undefined) return emptySchema;
    // Branches that come together: no parent has the other's operations.
    if (others.length > 0) return replay(this.#graph, this.#graph.lineage(parents));
    return this.after(this.#graph.get(parent));
  }

  after(revision: R): SchemaPayload {
    const open: R[] = [];
    // Down to one that is known, and up again: a history may be longer than the stack is deep.
    for (let at = revision; !this.#after.has(at.id); at = this.#graph.get(String(at.parents[0]))) {
      open.push(at);
      if (at.parents.length !== 1) break;
    }
    for (const each of open.toReversed()) {
      this.#after.set(each.id, applyRevision(this.before(each), each));
    }
    return this.#after.get(revision.id) ?? emptySchema;
  }
}
