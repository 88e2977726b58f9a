/** Everything about a migrations folder that can be found wrong without a database. */

import { FerroError } from "../errors/base.ts";
import type { Operation } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { compareModels, type Planner } from "./autogenerate.ts";
import type { FiledRevision } from "./folder.ts";
import { readGraph, singleHead } from "./graph.ts";
import { opsHash } from "./hash.ts";
import { type Finding, type LintOptions, lintRevisions } from "./lint/lint.ts";
import { conflictsOf } from "./merge.ts";
import { oldestOf, reviewedVariants } from "./pin.ts";
import { checkSquash } from "./squash.ts";
import { planOptions } from "./state.ts";
import { States } from "./states.ts";
import { planVariants } from "./variants.ts";

/** One thing that is wrong. */
export interface Problem {
  readonly kind: "heads" | "models" | "plan" | "lint" | "squash";
  readonly message: string;
  /** The operations or findings behind it. */
  readonly details?: readonly (Operation | Finding)[];
}

/** Options of {@link checkRevisions}. */
export interface CheckOptions {
  /** What the models say; left out, they are not compared. */
  readonly models?: SchemaPayload | undefined;
  readonly planners?: readonly Planner[] | undefined;
  readonly lint?: LintOptions | undefined;
}

/**
 * Checks a folder: one head, models that say what the revisions make, plans that are as they were
 * reviewed, and no error of lint.
 *
 * @throws {RevisionError} The files make no history.
 */
export function checkRevisions(
  revisions: readonly FiledRevision[],
  { models, planners = [], lint = {} }: CheckOptions = {},
): { readonly problems: readonly Problem[]; readonly findings: readonly Finding[] } {
  const graph = readGraph(revisions);
  const problems: Problem[] = [];
  try {
    singleHead(graph);
    if (models !== undefined) problems.push(...outdated(revisions, models));
  } catch (error) {
    if (!(error instanceof FerroError) || error.code !== "REVISION_CONFLICT") throw error;
    const conflicts = conflictsOf(graph);
    const clash = conflicts[0] === undefined ? "" : `; they conflict: ${conflicts[0].reason}`;
    problems.push({ kind: "heads", message: `${error.message.split("\n")[0]}${clash}` });
  }
  problems.push(...stalePlans(revisions, planners));
  problems.push(...editedSquashes(revisions));
  const findings = lintRevisions(revisions, lint);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const message = `lint found ${errors.length} error${errors.length === 1 ? "" : "s"}`;
    problems.push({ kind: "lint", message, details: errors });
  }
  return { problems, findings };
}

function outdated(revisions: readonly FiledRevision[], models: SchemaPayload): readonly Problem[] {
  const { operations, decisions } = compareModels(revisions, models);
  const count = operations.length;
  if (count === 0 && decisions.length === 0) return [];
  const message = `the models are ahead of the revisions by ${count} operation${count === 1 ? "" : "s"}: run \`ferro revision --autogenerate\``;
  return [{ kind: "models", message, details: operations }];
}

function editedSquashes(revisions: readonly FiledRevision[]): readonly Problem[] {
  return revisions.flatMap(({ id, replaces = [] }): readonly Problem[] => {
    if (replaces.length === 0) return [];
    try {
      checkSquash(revisions, id);
      return [];
    } catch (error) {
      return [{ kind: "squash", message: error instanceof Error ? error.message : String(error) }];
    }
  });
}

function stalePlans(
  revisions: readonly FiledRevision[],
  planners: readonly Planner[],
): readonly Problem[] {
  const graph = readGraph(revisions);
  const states = new States(graph);
  // Others have no plan to be stale.
  const pinnedOnes = graph.ordered.filter(({ plans = {} }) => Object.keys(plans).length > 0);
  return pinnedOnes.flatMap((revision) => {
    const before = states.before(revision);
    return planners.flatMap(({ dialect }): readonly Problem[] => {
      const { name: database } = dialect;
      const pinned = revision.plans?.[database];
      if (pinned === undefined) return [];
      try {
        const head = { revision: revision.id, database, opsHash: opsHash(revision) };
        // For the versions that it was reviewed for.
        const options = { ...planOptions(revision), oldest: oldestOf(pinned) };
        reviewedVariants(pinned, planVariants(dialect, before, revision.up, options), head);
        return [];
      } catch (error) {
        return [{ kind: "plan", message: error instanceof Error ? error.message : String(error) }];
      }
    });
  });
}
