/** From models to a new revision. */
import type { Dialect } from "../dialect/dialect.ts";
import { MigrationError } from "../errors/errors.ts";
import { DecisionNeededError } from "../errors/migration.ts";
import { emptySchema } from "../ir/apply.ts";
import type { Answers, Decision, Operation } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { diffSchemas } from "./diff.ts";
import type { FiledRevision } from "./folder.ts";
import { newRevisionId, type RevisionFiles, revisionFiles } from "./folder.ts";
import { beginStep, frozenFile, stepSource, writeFrozen } from "./frozen.ts";
import { readGraph, singleHead } from "./graph.ts";
import { opsHash } from "./hash.ts";
import { writePlan } from "./pin.ts";
import { migration, type Revision, type RevisionSpec } from "./revision.ts";
import { planOptions, replay } from "./state.ts";
import { States } from "./states.ts";
import { planVariants } from "./variants.ts";

/** What plans are made for: a database by name, and how it plans. */
export interface Planner {
  /** @internal */
  readonly dialect: Dialect;
  /** The oldest version that plans are for; left out, the oldest that Ferro supports. */
  readonly oldest?: string | undefined;
}

/** Options of {@link makeRevision}. */
export interface RevisionOptions {
  readonly message: string;
  /** Comes after these; by default after the one head. */
  readonly parents?: readonly string[] | undefined;
  readonly answers?: Answers | undefined;
  /** Databases whose plans are pinned beside the file; none: no plans. */
  readonly planners?: readonly Planner[] | undefined;
  readonly at?: Date | undefined;
  readonly replaces?: readonly string[] | undefined;
  /** Tables that a data step is begun for, with models of them as they are at this revision. */
  readonly data?: readonly string[] | undefined;
}

/** A revision that could be written. */
export interface NewRevision {
  readonly spec: RevisionSpec;
  readonly files: RevisionFiles;
}

/** The operations that lead from the files to the models, and the questions that they leave. */
export function compareModels(
  revisions: readonly FiledRevision[],
  models: SchemaPayload,
  answers: Answers = {},
): { readonly operations: readonly Operation[]; readonly decisions: readonly Decision[] } {
  const graph = readGraph(revisions);
  const head = singleHead(graph);
  const state = replay(graph, graph.lineage(head === undefined ? [] : [head.id]));
  return diffSchemas(state, models, { answers });
}

/**
 * Makes a revision of the difference between files and models. No database is asked.
 *
 * @returns Null when there is no difference.
 * @throws {DecisionNeededError} The comparison has questions that no answer was given for.
 * @throws {RevisionConflictError} There are several heads.
 */
export function autogenerate(
  revisions: readonly FiledRevision[],
  models: SchemaPayload,
  options: RevisionOptions,
): NewRevision | null {
  const { operations, decisions } = compareModels(revisions, models, options.answers);
  if (decisions.length > 0) {
    throw new DecisionNeededError(
      `the models don't say enough: ${decisions.map(describeDecision).join("; ")}`,
      {
        decisions,
        hint: "answer in a terminal, with --rename old=new, or with --hints file.json: an object from each decision's id to its answer",
      },
    );
  }
  return operations.length === 0
    ? null
    : makeRevision(revisions, operations.map(withReason), options);
}

/** Whoever says what empty rows get has said why their emptiness goes. */
function withReason(operation: Operation): Operation {
  return operation.op === "setNullable" && operation.fill !== undefined
    ? { ...operation, destructive: "rows without a value get the one that was asked for" }
    : operation;
}

/** Makes a revision of operations. */
export function makeRevision(
  revisions: readonly FiledRevision[],
  operations: readonly Operation[],
  options: RevisionOptions,
): NewRevision {
  const { message, planners = [], at = new Date(), replaces, data = [] } = options;
  const graph = readGraph(revisions);
  const head = options.parents === undefined ? singleHead(graph)?.id : undefined;
  const parents = options.parents ?? (head === undefined ? [] : [head]);
  const begun = data.length === 0 ? [] : [beginStep(message)];
  const up = [...operations, ...begun];
  const spec: RevisionSpec = {
    id: newRevisionId(),
    parents,
    message,
    up,
    ...(replaces !== undefined && { replaces }),
  };
  // Nothing needs no state, and branches that conflict may have none.
  const before = up.length === 0 ? emptySchema : replay(graph, graph.lineage(parents));
  const plans = writePlans(migration(spec), before, planners);
  const [step] = begun;
  if (step === undefined) return { spec, files: revisionFiles(spec, plans, at) };
  const models = writeFrozen(before, up, data);
  const { folder, files } = revisionFiles(spec, plans, at, stepSource(step, models));
  return { spec, files: { folder, files: { ...files, [frozenFile]: models } } };
}

/** The plan files of a revision that is there already. */
export function planFiles(
  revisions: readonly FiledRevision[],
  id: string,
  planners: readonly Planner[],
): Readonly<Record<string, string>> {
  const graph = readGraph(revisions);
  const revision = graph.get(id);
  const before = new States(graph).before(revision);
  const plans = Object.entries(writePlans(revision, before, planners));
  return Object.fromEntries(plans.map(([database, text]) => [`plan.${database}.sql`, text]));
}

/**
 * The text of a revision's frozen models, for these tables.
 *
 * @throws {UsageError} There is no such table at that revision.
 * @throws {MigrationError} Two data steps find a table in two forms.
 */
export function frozenModels(
  revisions: readonly FiledRevision[],
  id: string,
  tables: readonly string[],
): string {
  const graph = readGraph(revisions);
  const revision = graph.get(id);
  return writeFrozen(new States(graph).before(revision), revision.up, tables);
}

/** The texts of a revision's plans, by database. */
export function writePlans(
  revision: Revision,
  before: SchemaPayload,
  planners: readonly Planner[],
): Readonly<Record<string, string>> {
  const hash = opsHash(revision);
  const plans = planners.map(({ dialect, oldest }) => {
    const head = { revision: revision.id, database: dialect.name, opsHash: hash, oldest };
    const options = { ...planOptions(revision), oldest };
    const variants = planVariants(dialect, before, revision.up, options);
    return [dialect.name, writePlan(variants, head)] as const;
  });
  return Object.fromEntries(plans);
}

/** A decision as a question. */
export function describeDecision(decision: Decision): string {
  switch (decision.kind) {
    case "rename": {
      const of = decision.table === undefined ? "" : ` of "${decision.table}"`;
      return `was the ${decision.what} "${decision.from}"${of} renamed to ${decision.candidates.map((each) => `"${each}"`).join(" or ")}, or removed?`;
    }
    case "fill":
      return `which value do existing rows of "${decision.table}" get in "${decision.column}", which takes no NULL?`;
    case "enumMapping":
      return `what do rows get that hold ${decision.removed.map((each) => `"${each}"`).join(", ")} of the enum "${decision.enum}"?`;
  }
}

/**
 * Reads answers from JSON: an object from each decision's id to `{ rename }`, `{ fill }` or `{ mapping }`.
 *
 * @throws {MigrationError} It is something else.
 */
export function readAnswers(json: unknown): Answers {
  const entries = typeof json === "object" && json !== null ? Object.entries(json) : undefined;
  const fits = entries?.every(([, answer]: [string, unknown]) =>
    typeof answer === "object" && answer !== null
      ? ["rename", "fill", "mapping"].some((key) => key in answer)
      : false,
  );
  if (fits === true) return json as Answers;
  throw new MigrationError("the hints are not answers", {
    hint: 'write { "<id of a decision>": { "rename": "new" } }, or { "fill": { "kind": "literal", "value": 0 } }, or { "mapping": { "old": "new" } }',
  });
}
