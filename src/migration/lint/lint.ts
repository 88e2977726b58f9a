/** Looks over revisions for what hurts in production. */

import { isAtLeast } from "../../ddl/version.ts";
import { applyOperation } from "../../ir/apply.ts";
import type { Operation } from "../../ir/migration.ts";
import type { FiledRevision } from "../folder.ts";
import { readGraph } from "../graph.ts";
import { operationSpans } from "../rewrite-file.ts";
import { States } from "../states.ts";
import type { Targets } from "../targets.ts";
import { blockingRules } from "./blocking.ts";
import { columnRules } from "./columns.ts";
import { compatibilityRules } from "./compatibility.ts";
import { type CustomRule, customId } from "./custom.ts";
import { dataRules } from "./data.ts";
import { type MeasuredLock, measuredLocks } from "./locks.ts";
import { readStatements } from "./raw.ts";
import type { LintContext, Rule, Severity } from "./rule.ts";
import { segmentRules } from "./segments.ts";
import { scaledSeverity } from "./sizes.ts";
import { sqliteRules } from "./sqlite.ts";
import { styleRules } from "./style.ts";
import { versionRules } from "./versions.ts";

/** Every rule, by id. */
export const lintRules: readonly Rule[] = [
  ...blockingRules,
  ...columnRules,
  ...segmentRules,
  ...compatibilityRules,
  ...dataRules,
  ...sqliteRules,
  ...styleRules,
  ...versionRules,
]
  .map((each) => ({ ...each, lock: measuredLocks[each.id] }))
  .sort((a, b) => (a.id < b.id ? -1 : 1));

/** Something that a rule found. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly why: string;
  /** What it locks on PostgreSQL, as it was measured; null where it locks no table, or not by itself. */
  readonly lock: MeasuredLock | null;
  readonly rewrite: string;
  readonly revision: string;
  readonly file: string | null;
  /** The line of the operation in its file; null where it wasn't found. */
  readonly line: number | null;
  readonly operation: Operation;
}

/** Options of {@link lintRevisions}. */
export interface LintOptions {
  /** Only these; by default all. */
  readonly revisions?: ReadonlySet<string> | undefined;
  readonly databases?: readonly ("sqlite" | "postgres")[] | undefined;
  /** Severities by rule. */
  readonly severities?: Readonly<Record<string, Severity | "off">> | undefined;
  /** Rules of your own. */
  readonly rules?: readonly CustomRule[] | undefined;
  /** The oldest versions that are served: `{ postgres: "14", sqlite: "3.40" }`. */
  readonly targets?: Targets | undefined;
  /** Revisions that no database in use has run: nobody uses the tables that they make. */
  readonly unapplied?: ReadonlySet<string> | undefined;
  /** Tables with few rows: a lock on them is soon over, so findings about locks weigh as information. */
  readonly small?: ReadonlySet<string> | undefined;
  /** The text of a revision's file, for line numbers. */
  readonly textOf?: ((revision: FiledRevision) => string | undefined) | undefined;
}

/** Looks over revisions, each on the schema that those before it make. */
export function lintRevisions(
  revisions: readonly FiledRevision[],
  options: LintOptions = {},
): readonly Finding[] {
  const graph = readGraph(revisions);
  const states = new States(graph);
  const unused = unusedTables(graph.ordered, options.unapplied ?? new Set());
  return graph.ordered
    .filter(({ id }) => options.revisions?.has(id) ?? true)
    .flatMap((revision) => {
      // What doesn't fit is reported as that, not as lint.
      states.after(revision);
      const fresh = unused.get(revision.id) ?? new Set();
      return lintRevision(revision, { before: states.before(revision), fresh }, options);
    });
}

/** The tables that unapplied revisions find made by others of them, by revision. */
function unusedTables(
  ordered: readonly FiledRevision[],
  unapplied: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const before = new Map<string, ReadonlySet<string>>();
  const after = new Map<string, ReadonlySet<string>>();
  for (const { id, parents, up } of ordered) {
    if (!unapplied.has(id)) continue;
    const fresh = new Set(parents.flatMap((parent) => [...(after.get(parent) ?? [])]));
    before.set(id, new Set(fresh));
    for (const operation of up) noteFresh(fresh, operation);
    after.set(id, fresh);
  }
  return before;
}

/** Keeps the names of tables that nobody uses yet. */
function noteFresh(fresh: Set<string>, operation: Operation): void {
  if (operation.op === "createTable") fresh.add(operation.table.name);
  if (operation.op === "renameTable" && fresh.delete(operation.table)) fresh.add(operation.to);
  if (operation.op === "dropTable") fresh.delete(operation.table);
}

function lintRevision(
  revision: FiledRevision,
  start: Pick<LintContext, "before" | "fresh">,
  options: LintOptions,
): readonly Finding[] {
  const fresh = new Set(start.fresh);
  const lines = linesOf(options.textOf?.(revision) ?? "");
  let { before } = start;
  return revision.up.flatMap((operation, index) => {
    const online = revision.online !== false;
    const context = {
      before,
      fresh: new Set(fresh),
      online,
      earlier: revision.up.slice(0, index),
      later: revision.up.slice(index + 1),
      targets: options.targets ?? {},
    };
    const found = [
      ...findAll(operation, context, options),
      ...findCustom(operation, context, options),
    ].filter(({ rule }) => !isAllowed(operation, rule));
    noteFresh(fresh, operation);
    before = applyOperation(before, operation);
    const { small } = options;
    return found.map((each) => ({
      ...each,
      severity:
        small === undefined
          ? each.severity
          : scaledSeverity(each.rule, each.severity, operation, small),
      revision: revision.id,
      file: revision.file ?? null,
      line: lines[index] ?? null,
      operation,
    }));
  });
}

type Found = Pick<Finding, "rule" | "severity" | "message" | "why" | "lock" | "rewrite">;

function findCustom(
  operation: Operation,
  context: LintContext,
  { rules = [], severities = {} }: LintOptions,
): readonly Found[] {
  const set = severities[customId];
  if (set === "off") return [];
  return rules
    .flatMap((rule) => rule(operation, context))
    .map(({ message, severity = "error", why = "", rewrite = "" }) => ({
      rule: customId,
      severity: set ?? severity,
      message,
      why,
      lock: null,
      rewrite,
    }));
}

function findAll(
  operation: Operation,
  context: LintContext,
  { databases = ["sqlite", "postgres"], severities = {} }: LintOptions,
): readonly Found[] {
  return lintRules.flatMap((rule) => {
    const severity = severities[rule.id] ?? (rule.off === true ? "off" : rule.severity);
    const names = databases.filter((each) => [each, "both"].includes(rule.database));
    if (severity === "off" || names.length === 0) return [];
    const about =
      rule.find?.(operation, context) ??
      names.map((each) => findInSql(rule, operation, context, each)).find((each) => each !== null);
    if (about === undefined) return [];
    const { id, when, why, lock = null } = rule;
    const message = about === "" ? when : `${when}: ${about}`;
    return [{ rule: id, severity, message, why, lock, rewrite: rewriteFor(rule, context) }];
  });
}

/** The form for the oldest version that is served; both, where none is said. */
function rewriteFor({ rewrite, newer, database }: Rule, { targets }: LintContext): string {
  if (newer === undefined || database === "both") return rewrite;
  const oldest = targets[database];
  if (oldest === undefined) return `${rewrite}; from version ${newer.since} on, ${newer.rewrite}`;
  return isAtLeast(oldest, newer.since) ? newer.rewrite : rewrite;
}

function findInSql(
  { findSql }: Rule,
  operation: Operation,
  context: LintContext,
  database: "sqlite" | "postgres",
): string | null {
  if (operation.op !== "sql" || findSql === undefined) return null;
  const found = readStatements(operation, database).find(
    (statement) =>
      !(statement.table !== null && context.fresh.has(statement.table)) &&
      findSql(statement, context),
  );
  return found === undefined ? null : (found.table ?? "");
}

/** A reason is needed: "FM210" alone accepts nothing. */
function isAllowed({ allow = [] }: Operation, id: string): boolean {
  return allow.some((text) => new RegExp(`^${id}:\\s*\\S`).test(text));
}

/** The lines on which a file's operations begin, in order. */
function linesOf(text: string): readonly number[] {
  return operationSpans(text).map(([start]) => text.slice(0, start).split("\n").length);
}
