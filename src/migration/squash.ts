/** One revision in the place of several. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { RevisionError } from "../errors/migration.ts";
import { applyOperations } from "../ir/apply.ts";
import { invertOperations, isOperations } from "../ir/invert.ts";
import type { Operation, OperationOf } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { type NewRevision, type Planner, writePlans } from "./autogenerate.ts";
import { keptStep } from "./data-step.ts";
import { type FiledRevision, newRevisionId, revisionFiles } from "./folder.ts";
import { type Graph, readGraph, resolveRevision } from "./graph.ts";
import { reduceOperations, sameSchema } from "./reduce.ts";
import { migration, type RevisionSpec } from "./revision.ts";
import type { KeptSource } from "./source.ts";
import { replay } from "./state.ts";

/** Options of {@link squashRevisions}. */
export interface SquashOptions {
  readonly message?: string | undefined;
  /** Databases whose plans are pinned beside the file; none: no plans. */
  readonly planners?: readonly Planner[] | undefined;
  readonly at?: Date | undefined;
}

/** A squash that could be written. */
export interface Squash {
  readonly made: NewRevision;
  /** The ids that it replaces, in order; what comes after the last one comes after it. */
  readonly replaces: readonly string[];
  /** How many operations those have. */
  readonly operations: number;
  /** Data steps that stay, and those that were left out because they said so. */
  readonly kept: readonly string[];
  readonly elided: readonly string[];
}

/**
 * Makes one revision of a range of them.
 *
 * It makes the same schema, which is compared before anything is given back, and rows that were there end as they
 * would have. Data steps stay, in copies of their files beside it, unless they are `elidable`.
 *
 * @param range - `first..last`, both of them in it; without the first one, from the beginning.
 * @throws {RevisionError} Something else follows or joins the middle of the range, or it holds fewer than two.
 */
export async function squashRevisions(
  revisions: readonly FiledRevision[],
  range: string,
  options: SquashOptions = {},
): Promise<Squash> {
  const graph = readGraph(revisions);
  const chosen = readRange(graph, range);
  const parents = chosen[0]?.parents ?? [];
  const before = replay(graph, graph.lineage(parents));
  const steps = new Steps();
  const originals = chosen.flatMap((each) =>
    each.up.map((operation) => steps.take(each, operation)),
  );
  const up = reduceOperations(before, originals.flat());
  const after = applyOperations(
    before,
    chosen.flatMap((each) => each.up),
  );
  const down = downOf(chosen, before, after, steps);
  const replaces = chosen.map(({ id }) => id);
  const id = newRevisionId();
  const message = options.message ?? `squash of ${chosen.length} revisions`;
  if (!sameSchema(applyOperations(before, up), after)) throw differs(id, message);
  const spec: RevisionSpec = {
    id,
    parents,
    message,
    up,
    ...(down !== "auto" && { down }),
    replaces,
    ...common(chosen),
  };
  const { planners = [], at = new Date() } = options;
  const plans = writePlans(migration(spec), before, planners);
  const { source, files } = await steps.write([...up, ...(down === "auto" ? [] : down)]);
  const written = revisionFiles(spec, plans, at, source);
  return {
    made: { spec, files: { ...written, files: { ...written.files, ...files } } },
    replaces,
    operations: chosen.flatMap((each) => each.up).length,
    kept: up.flatMap((each) => (each.op === "data" ? [each.name] : [])),
    elided: steps.elided,
  };
}

/**
 * Compares a squash with its originals, as far as their files are there.
 *
 * @throws {RevisionError} It makes something else than they do.
 */
export function checkSquash(revisions: readonly FiledRevision[], id: string): void {
  const squash = revisions.find((each) => each.id === id);
  const originals = squash?.replaces ?? [];
  const there = new Set(revisions.map((each) => each.id));
  const [first] = originals;
  if (first === undefined || !originals.every((each) => there.has(each))) return;
  const made = stateAt(readGraph(revisions, new Set([id])), id);
  const wanted = stateAt(readGraph(revisions, new Set([first])), originals.at(-1) ?? "");
  if (!sameSchema(made, wanted)) throw differs(id, squash?.message ?? "");
}

function stateAt(graph: Graph<FiledRevision>, id: string): SchemaPayload {
  return replay(graph, graph.lineage([graph.hidden.get(id)?.by ?? id]));
}

function readRange(graph: Graph<FiledRevision>, range: string): readonly FiledRevision[] {
  const [, first, last] = /^(.*?)\.\.(.*)$/.exec(range) ?? [];
  if (first === undefined || last === undefined) {
    throw refused(
      `"${range}" is no range`,
      "write first..last; ..last is from the beginning, and first.. to the head",
    );
  }
  const to = resolveRevision(graph, last || "head");
  const from = first === "" ? null : resolveRevision(graph, first);
  if (to === null) throw refused("there is nothing before the first revision to squash");
  const lineage = graph.lineage([to]);
  const chosen = graph.ordered.filter(
    ({ id }) => lineage.has(id) && (from === null || graph.lineage([id]).has(from)),
  );
  if (chosen.length < 2) {
    const isOther = from !== null && !lineage.has(from);
    throw refused(
      isOther ? `${to} does not follow ${from}` : `${range} holds one revision`,
      "a range has two revisions or more, the earlier one first",
    );
  }
  assertClosed(graph, chosen, { from, to });
  return chosen;
}

/** A range is one way in and one way out: a database is before it, after it, or in it with nothing else. */
function assertClosed(
  graph: Graph<FiledRevision>,
  chosen: readonly FiledRevision[],
  { from, to }: { readonly from: string | null; readonly to: string },
): void {
  const ids = new Set(chosen.map(({ id }) => id));
  for (const { id, message, parents } of chosen) {
    const outside = parents.find((parent) => !ids.has(parent));
    if (outside !== undefined && id !== from) {
      throw refused(
        `revision ${id} (${message}) in the range also follows ${outside}, which is not in it`,
        "begin where the branches part, or end before they join",
      );
    }
    const next = id === to ? undefined : graph.children(id).find((child) => !ids.has(child.id));
    if (next !== undefined) {
      throw refused(
        `revision ${next.id} (${next.message}) follows ${id} (${message}), in the middle of the range`,
        `end the range at ${id}, or begin it after; or join the branches with \`ferro merge\` and squash them together`,
      );
    }
  }
}

/** The way back: worked out from the operations, unless somebody wrote one by hand. */
function downOf(
  chosen: readonly FiledRevision[],
  before: SchemaPayload,
  after: SchemaPayload,
  steps: Steps,
): "auto" | readonly Operation[] {
  if (chosen.every(({ down }) => down === "auto")) return "auto";
  const back: Operation[] = [];
  let state = before;
  for (const revision of chosen) {
    const { up, down } = revision;
    const inverse = down === "auto" ? invertOperations(state, up) : down;
    // What can't be taken back alone can't be taken back with others.
    if (!isOperations(inverse)) return "auto";
    back.unshift(...inverse.flatMap((each) => steps.take(revision, each)));
    state = applyOperations(state, up);
  }
  return sameSchema(applyOperations(after, back), before) ? back : "auto";
}

/** What all of them say. */
function common(chosen: readonly FiledRevision[]): Pick<RevisionSpec, "phase" | "online"> {
  const isContract = chosen.some(({ phase }) => phase === "contract");
  const isExpand = chosen.every(({ phase }) => phase === "expand");
  return {
    ...(isContract && { phase: "contract" as const }),
    ...(isExpand && { phase: "expand" as const }),
    ...(chosen.every(({ online }) => online === false) && { online: false }),
  };
}

/** Operations that hold code, and where each one is from. */
class Steps {
  readonly elided: string[] = [];
  readonly #names = new Set<string>();
  readonly #from = new Map<
    Operation,
    { readonly revision: FiledRevision; readonly name: string }
  >();

  /** What a squash has in the place of an operation. */
  take(revision: FiledRevision, operation: Operation): readonly Operation[] {
    if (operation.op === "sql" && operation.elidable === true) {
      this.elided.push(`SQL of ${revision.id}`);
      return operation.state ?? [];
    }
    if (operation.op === "backfill" && operation.elidable === true) {
      this.elided.push(`backfill of "${operation.table}"`);
      return [];
    }
    if (operation.op !== "data") return [operation];
    if (operation.elidable === true) {
      this.elided.push(operation.name);
      return [];
    }
    return [this.#keep(revision, operation)];
  }

  #keep(revision: FiledRevision, { name }: OperationOf<"data">): Operation {
    // A step is known by its name while its revision runs.
    const as = this.#names.has(name) ? `${name} (${revision.id})` : name;
    this.#names.add(as);
    const kept = keptStep(revision, name, as);
    this.#from.set(kept, { revision, name });
    return kept;
  }

  /** The lines that import them, and copies of the files that they are in. */
  async write(operations: readonly Operation[]): Promise<{
    readonly source: KeptSource;
    readonly files: Readonly<Record<string, string>>;
  }> {
    const imports: string[] = [];
    const calls = new Map<Operation, string>();
    const files: Record<string, string> = {};
    const written = new Set<string>();
    for (const operation of operations) {
      const origin = this.#from.get(operation);
      if (operation.op !== "data" || origin === undefined) continue;
      const { revision, name } = origin;
      const variable = `from_${revision.id}`;
      if (!written.has(revision.id)) {
        written.add(revision.id);
        const copies = await copyOf(revision);
        Object.assign(files, copies.files);
        imports.push(`import ${variable} from "./${copies.entry}";`);
      }
      const as = operation.name === name ? "" : `, ${JSON.stringify(operation.name)}`;
      calls.set(operation, `op.kept(${variable}, ${JSON.stringify(name)}${as})`);
    }
    return { source: { imports, calls }, files };
  }
}

/** The file of a revision and those beside it, under names that several of them can have in one folder. */
async function copyOf({
  id,
  file,
}: FiledRevision): Promise<{ readonly entry: string; readonly files: Record<string, string> }> {
  if (file === undefined) {
    throw refused(
      `the data step of ${id} has no file that could be kept`,
      "squash revisions that were read from a folder, or mark the step elidable",
    );
  }
  const folder = dirname(file);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.flatMap((each) =>
    each.isFile() && !/^plan\.\w+\.sql$/.test(each.name) ? [each.name] : [],
  );
  const entry = `${id}${extname(file)}`;
  const renamed = new Map(
    names.map((name) => [name, join(folder, name) === file ? entry : `${id}-${name}`]),
  );
  const files: Record<string, string> = {};
  for (const [name, to] of renamed) {
    const text = await readFile(join(folder, name), "utf8");
    files[to] = text.replaceAll(/(["'])\.\/([^"']+)\1/g, (whole, quote: string, path: string) => {
      const moved = renamed.get(path);
      return moved === undefined ? whole : `${quote}./${moved}${quote}`;
    });
  }
  return { entry, files };
}

function differs(id: string, message: string): RevisionError {
  return refused(
    `the squash ${id} (${message}) makes something else than what it replaces`,
    "a file was edited after it was squashed: put that back, or remove the squash and make it anew",
  );
}

function refused(message: string, hint?: string): RevisionError {
  return new RevisionError("NOT_SQUASHABLE", message, hint === undefined ? {} : { hint });
}
