/** Brings a database to a revision, up or down. */
import type { Plan, PlanOptions } from "../ddl/plan.ts";
import { MigrationError } from "../errors/errors.ts";
import type { Operation } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { assertAllowed } from "./allowed.ts";
import { assertNotThere } from "./already-there.ts";
import { linesOf, readHistory } from "./changed.ts";
import { assertNotPartial } from "./check-history.ts";
import { chooseRevisions, headsAfter } from "./choose.ts";
import { type DataStep, stepOf } from "./data-step.ts";
import type { Listener } from "./events.ts";
import { foldSquashed } from "./fold.ts";
import type { FiledRevision } from "./folder.ts";
import { type Graph, readGraph } from "./graph.ts";
import { opsHash } from "./hash.ts";
import type { HeldLock } from "./held-lock.ts";
import { type Direction, History, type SegmentRow } from "./history.ts";
import { takeLock } from "./lock.ts";
import { phaseOf } from "./phase.ts";
import { assertServed, oldestOf, reviewedVariants } from "./pin.ts";
import { runPrechecks } from "./prechecks.ts";
import { revisionRow } from "./revision-row.ts";
import { segmentHash, statementsOf } from "./segment-text.ts";
import { type Patience, runPlan } from "./segments.ts";
import { applyRevision, downOperations, planOptions, replay, stateHash } from "./state.ts";
import type { MigrationTarget } from "./target.ts";
import { chooseVariant, type PlanVariant, planVariants } from "./variants.ts";

/** How a database is migrated. */
export interface RunOptions {
  /** Where to: `head`, `base`, an id, `+1`, `-1`. By default `head` for up and `-1` for down. */
  readonly to?: string | undefined;
  /** How long to wait for another process that migrates the same database, in milliseconds. Default 60,000. */
  readonly lockWaitMs?: number | undefined;
  readonly patience?: Partial<Patience> | undefined;
  /** "expand": only up to the first revision that programs which run would feel; going up only. */
  readonly phase?: "expand" | undefined;
  /** Run operations that lose something although they give no reason. */
  readonly allowDestructive?: boolean | undefined;
  /** Only say what would be done. */
  readonly dryRun?: boolean | undefined;
  /** What the program calls itself; kept with each revision. */
  readonly appVersion?: string | undefined;
  readonly listen?: Listener | undefined;
}

/** A revision that is to be run, and its plan. */
export interface PlannedRevision {
  readonly revision: FiledRevision;
  readonly direction: Direction;
  readonly operations: readonly Operation[];
  /** The statements for the database at hand, or for the oldest version. */
  readonly plan: Plan;
  /** @internal The plans that there are, by version. */
  readonly variants: readonly PlanVariant[];
  readonly before: SchemaPayload;
  readonly after: SchemaPayload;
}

/** What was done, or would be. */
export interface RunReport {
  readonly direction: Direction;
  /** Ids of the revisions that were run, in order. */
  readonly revisions: readonly string[];
  readonly planned: readonly PlannedRevision[];
  /** Heads of the database afterwards. */
  readonly heads: readonly string[];
  /** Revisions that were asked for and left because of their phase, or of the phase of one that they follow. */
  readonly held: readonly HeldRevision[];
}

/** A revision that waits for its phase. */
export interface HeldRevision {
  readonly id: string;
  readonly message: string;
  /** What programs that run would feel; null where it only follows one that they would. */
  readonly because: string | null;
}

const defaultPatience: Patience = {
  lockTimeoutMs: 3_000,
  statementTimeoutMs: 0,
  batchTimeoutMs: 30_000,
  tries: 10,
  retryForMs: 300_000,
};

/**
 * Applies the revisions that a database lacks.
 *
 * @throws {RevisionConflictError} There are several heads and none was named.
 * @throws {HistoryChangedError} The database's history and the files disagree.
 * @throws {DestructiveChangeError} An operation loses something, gives no reason and isn't allowed.
 * @throws {MigrationLockError} Another process was in the way for too long.
 * @throws {MigrationError} A check of the rows or a statement failed; the message says how far it came.
 */
export function upgrade(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  options: RunOptions = {},
): Promise<RunReport> {
  return run(target, revisions, options, "up");
}

/**
 * Takes revisions back, the last one first.
 *
 * @throws {RevisionError} One of them can't be taken back; nothing was touched.
 * @throws {MigrationError} As for {@link upgrade}.
 */
export function downgrade(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  options: RunOptions = {},
): Promise<RunReport> {
  return run(target, revisions, options, "down");
}

async function run(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  options: RunOptions,
  direction: Direction,
): Promise<RunReport> {
  const { listen = () => {}, lockWaitMs = 60_000, dryRun = false } = options;
  readGraph(revisions);
  const history = await History.open(target);
  if (dryRun) return prepare(target, revisions, history, options, direction);
  const lock = await takeLock(target, {
    waitMs: lockWaitMs,
    onWait: (holder) => listen({ kind: "waiting", holder }),
  });
  try {
    if (lock.warning !== null) listen({ kind: "warning", message: lock.warning });
    await history.create();
    // Read after the lock was had: whoever held it may have done everything.
    await foldSquashed(target, revisions, history);
    const prepared = await prepare(target, revisions, history, options, direction);
    for (const planned of prepared.planned) {
      await runRevision(target, history, planned, options, lock);
    }
    return prepared;
  } finally {
    await lock.release();
  }
}

/** Everything that can be found wrong before anything is done. */
async function prepare(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  history: History,
  options: RunOptions,
  direction: Direction,
): Promise<RunReport> {
  const { graph, rows, standing } = await readHistory(revisions, history);
  assertNotPartial(standing, direction);
  const chosen = chooseRevisions(graph, standing, options.to, direction);
  const version = await versionOf(target);
  const isBegun = ({ revision }: PlannedRevision) => revision.id === standing.partial?.id;
  const plan = (list: readonly FiledRevision[]) =>
    planRevisions(target, graph, standing.applied, list, direction);
  const all = plan(chosen);
  const held =
    options.phase === "expand" && direction === "up" ? holdBack(all, standing.partial?.id) : [];
  const unfit =
    held.length === 0 ? all : plan(chosen.filter((each) => held.every(({ id }) => id !== each.id)));
  const planned = unfit.map((each) =>
    isBegun(each)
      ? { ...each, plan: chooseVariant(each.variants, version) }
      : fitPlan(target, each, version),
  );
  if (rows.length === 0) await assertNotThere(target, planned);
  await runPrechecks(
    target,
    planned.filter((each) => !isBegun(each)),
  );
  for (const each of planned) {
    await assertAllowed(target, each, options.allowDestructive === true);
  }
  const ids = planned.map(({ revision }) => revision.id);
  const heads = headsAfter(graph, standing.applied, new Set(ids), direction);
  return { direction, revisions: ids, planned, heads, held };
}

/** Revisions of the phase after this one, and all that follow them; one that was begun is finished. */
function holdBack(
  planned: readonly PlannedRevision[],
  begun: string | undefined,
): readonly HeldRevision[] {
  const held = new Map<string, HeldRevision>();
  for (const { revision, before } of planned) {
    const { id, message, parents } = revision;
    const { phase, because } = phaseOf(revision, before);
    if (id === begun) continue;
    if (phase === "expand" && !parents.some((parent) => held.has(parent))) continue;
    held.set(id, { id, message, because });
  }
  return [...held.values()];
}

/** Plans each revision on the state that those before it leave. */
export function planRevisions(
  target: Pick<MigrationTarget, "dialect">,
  graph: Graph<FiledRevision>,
  applied: ReadonlySet<string>,
  revisions: readonly FiledRevision[],
  direction: Direction,
  overrides: PlanOptions = {},
): readonly PlannedRevision[] {
  const { name: database } = target.dialect;
  const have = new Set(applied);
  let state = replay(graph, have);
  return revisions.map((revision) => {
    const before = state;
    let operations: readonly Operation[];
    if (direction === "up") {
      have.add(revision.id);
      operations = revision.up;
      state = applyRevision(before, revision);
    } else {
      have.delete(revision.id);
      state = replay(graph, have);
      operations = downOperations(state, revision);
    }
    const pinned = direction === "up" ? revision.plans?.[database] : undefined;
    const oldest = oldestOf(pinned ?? "") ?? overrides.oldest;
    const options = { ...planOptions(revision), ...overrides, oldest };
    const variants = planVariants(target.dialect, before, operations, options);
    const plan = chooseVariant(variants, null);
    return { revision, direction, operations, plan, variants, before, after: state };
  });
}

/** The plan for this database; where plans are written down, only what was. */
function fitPlan(
  { dialect }: MigrationTarget,
  planned: PlannedRevision,
  version: string | null,
): PlannedRevision {
  const { revision, direction, variants } = planned;
  const { name: database } = dialect;
  const pinned = revision.plans?.[database];
  if (pinned === undefined || direction === "down")
    return { ...planned, plan: chooseVariant(variants, version) };
  const head = { revision: revision.id, database, opsHash: opsHash(revision) };
  const written = reviewedVariants(pinned, variants, head);
  if (version !== null) assertServed(pinned, head, version);
  return { ...planned, plan: chooseVariant(written, version) };
}

/** As the database prints it; null where plans don't ask. */
async function versionOf({
  connection,
  dialect,
  answers,
}: MigrationTarget): Promise<string | null> {
  if (dialect.planVersions.length === 0) return null;
  const statement = { sql: answers.serverVersion, parameters: [], returnsRows: true };
  const { rows } = await connection.query(statement);
  return /\d[\d.]*/.exec(String(rows[0]?.[0]))?.[0] ?? null;
}

/** What was begun goes on by the plan that it was begun with. */
function planInUse({ plan, variants }: PlannedRevision, done: readonly SegmentRow[]): Plan {
  const fits = ({ segments }: Plan): boolean =>
    done.every(({ no, hash, status }) => {
      const segment = segments[no - 1];
      return status !== "done" || (segment !== undefined && segmentHash(segment) === hash);
    });
  return fits(plan) ? plan : (variants.find((variant) => fits(variant.plan))?.plan ?? plan);
}

async function runRevision(
  target: MigrationTarget,
  history: History,
  planned: PlannedRevision,
  options: RunOptions,
  lock: HeldLock,
): Promise<void> {
  const { revision, direction, after, operations } = planned;
  const { id, message } = revision;
  const { listen = () => {}, appVersion = null } = options;
  const done = await history.segments(id);
  const plan = planInUse(planned, done);
  const resumed = done.length > 0;
  listen({
    kind: "revision",
    id,
    message,
    direction,
    segments: plan.segments.length,
    resumedAt: resumed ? done.filter(({ status }) => status === "done").length + 1 : null,
  });
  const started = performance.now();
  const row = (status: "applied" | "partial") =>
    history.saveRevision({
      ...revisionRow(revision, stateHash(after)),
      status,
      phase: direction,
      durationMs: Math.round(performance.now() - started),
      appVersion,
    });
  const event = direction === "up" ? "upgrade" : "downgrade";
  const detail = {
    segments: plan.segments.length,
    statements: plan.segments.flatMap(statementsOf).length,
    ...(direction === "up" && { lines: linesOf(revision) }),
  };
  await runPlan({
    target,
    history,
    revision: id,
    plan,
    steps: dataSteps(operations),
    patience: { ...defaultPatience, ...options.patience },
    listen,
    lock,
    begun: [resumed ? history.note("resume", id) : row("partial")],
    finished: () => [
      direction === "up" ? row("applied") : history.removeRevision(id),
      history.removeSegments(id),
      history.note(event, id, detail),
    ],
  });
  const durationMs = Math.round(performance.now() - started);
  listen({ kind: "done", id, direction, durationMs });
}

function dataSteps(operations: readonly Operation[]): ReadonlyMap<string, DataStep> {
  const steps = new Map<string, DataStep>();
  for (const operation of operations) {
    if (operation.op !== "data") continue;
    const step = stepOf(operation);
    if (step === undefined) continue;
    if (steps.has(operation.name)) {
      throw new MigrationError(`two data steps of one revision are called "${operation.name}"`, {
        hint: "give each a name of its own: it is known by it when a run goes on",
      });
    }
    steps.set(operation.name, step);
  }
  return steps;
}
