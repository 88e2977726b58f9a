/** Runs the segments of one plan: each is done and written down as done in one transaction, or probed. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Plan, Segment } from "../ddl/plan.ts";
import type { Blocker, StepTimeouts } from "../dialect/migration.ts";
import { type DriverConnection, DriverError, type Statement } from "../driver/driver.ts";
import { MigrationError } from "../errors/errors.ts";
import { HistoryChangedError, MigrationLockError } from "../errors/migration.ts";
import { canonicalJson } from "../ir/fingerprint.ts";
import { unreachable } from "../util/unreachable.ts";
import { runBackfill } from "./backfill.ts";
import type { DataStep } from "./data-step.ts";
import type { Listener } from "./events.ts";
import { sha256 } from "./hash.ts";
import type { History, SegmentRow } from "./history.ts";
import type { MigrationTarget } from "./target.ts";

/** How patient a runner is. */
export interface Patience {
  /** How long one statement waits for a table's lock before its segment is taken back. Default 3,000. */
  readonly lockTimeoutMs: number;
  /** How long one statement may run; 0 is for ever, and so it is for builds outside of transactions. */
  readonly statementTimeoutMs: number;
  /** How often a segment is tried. Default 10. */
  readonly tries: number;
  /** How long it is tried for in all. Default 300,000. */
  readonly retryForMs: number;
}

/** One plan being run. */
export interface PlanRun {
  readonly target: MigrationTarget;
  readonly history: History;
  readonly revision: string;
  readonly plan: Plan;
  /** The code of data steps, by name. */
  readonly steps: ReadonlyMap<string, DataStep>;
  readonly patience: Patience;
  readonly listen: Listener;
  /** A connection that may ask who is in the way. */
  readonly watcher: DriverConnection | null;
  /** Written with the first segment that is done, so that others see a revision that is on its way. */
  readonly begun: readonly Statement[];
  /** Written with the last one. */
  readonly finished: () => readonly Statement[];
}

/** A segment with its place. */
export interface Placed<S extends Segment = Segment> {
  readonly segment: S;
  readonly no: number;
  readonly hash: string;
  readonly kind: S["kind"];
  readonly isLast: boolean;
}

/**
 * Runs what is left of a plan.
 *
 * @throws {HistoryChangedError} A segment that was done has another text now.
 * @throws {MigrationLockError} A table's lock couldn't be had.
 * @throws {MigrationError} A statement failed; its segment was taken back.
 */
export async function runPlan(run: PlanRun): Promise<void> {
  const { plan, history, revision } = run;
  const rows = await history.segments(revision);
  const placed = plan.segments.map(
    (segment, index): Placed => ({
      segment,
      no: index + 1,
      hash: segmentHash(segment),
      kind: segment.kind,
      isLast: index === plan.segments.length - 1,
    }),
  );
  for (const row of rows.filter(({ status }) => status === "done")) {
    if (placed[row.no - 1]?.hash !== row.hash) throw changedSegment(revision, row.no);
  }
  if (placed.length === 0) {
    await inTransaction(run, 0, async () => [...run.begun, ...run.finished()]);
    return;
  }
  for (const each of placed) {
    const row = rows.find(({ no }) => no === each.no);
    if (row?.status === "done") continue;
    run.listen({
      kind: "segment",
      no: each.no,
      of: placed.length,
      what: describeSegment(each.segment),
      statements: statementsOf(each.segment),
    });
    await runSegment(run, each, row);
  }
}

/** What a segment's completion is recognised by. */
export function segmentHash(segment: Segment): string {
  return sha256(canonicalJson([segment.kind, describeSegment(segment), statementsOf(segment)]));
}

/** The statements of a segment, as they are run. */
export function statementsOf(segment: Segment): readonly string[] {
  switch (segment.kind) {
    case "transaction":
    case "rebuild":
      return segment.steps.map(({ sql }) => sql);
    case "autocommit":
      return [segment.step.sql];
    case "backfill":
      return [segment.sql];
    case "data":
      return [];
    default:
      return unreachable(segment);
  }
}

/** What a segment is, in a few words. */
export function describeSegment(segment: Segment): string {
  switch (segment.kind) {
    case "transaction":
      return "transaction";
    case "rebuild":
      return `rebuild of table "${segment.table}"`;
    case "autocommit":
      return "statement by itself";
    case "backfill":
      return `batches of ${segment.batch} on ${segment.key.map((name) => `"${name}"`).join(", ")}`;
    case "data":
      return `data step "${segment.name}"${segment.resumable ? ", resumable" : ""}`;
    default:
      return unreachable(segment);
  }
}

async function runSegment(
  run: PlanRun,
  placed: Placed,
  row: SegmentRow | undefined,
): Promise<void> {
  const { segment, no } = placed;
  switch (segment.kind) {
    case "transaction":
      return inTransaction(run, no, async () => {
        for (const { sql } of segment.steps) await execute(run, no, sql);
        return completion(run, placed);
      });
    case "rebuild":
      return run.target.answers.rebuild(run.target.connection, (verify) =>
        inTransaction(run, no, async () => {
          for (const { sql } of segment.steps) await execute(run, no, sql);
          await verify();
          return completion(run, placed);
        }),
      );
    case "autocommit":
      return runAlone(run, placed as Placed<typeof segment>, row);
    case "backfill":
      return runBackfill(run, placed as Placed<typeof segment>, row);
    case "data":
      return runData(run, placed as Placed<typeof segment>, row);
    default:
      return unreachable(segment);
  }
}

/** What is written with a segment: that it is done; with the last one, that all of it is. */
export function completion(run: PlanRun, placed: Placed): readonly Statement[] {
  if (placed.isLast) return run.finished();
  const first = placed.no === 1 ? run.begun : [];
  return [...first, run.history.saveSegment(run.revision, placed, "done")];
}

/** A statement outside of transactions may be done, half done or not begun, whatever the rows say: it is probed. */
async function runAlone(
  run: PlanRun,
  placed: Placed<Extract<Segment, { kind: "autocommit" }>>,
  row: SegmentRow | undefined,
): Promise<void> {
  const { segment, no } = placed;
  const { connection, answers } = run.target;
  if (row === undefined) await begin(run, placed);
  const state = row === undefined ? false : await probe(connection, segment.probe);
  if (state !== true) {
    // A build may take hours: only its wait for locks has an end.
    const timeouts = { lockMs: run.patience.lockTimeoutMs, statementMs: 0 };
    const settings = answers.sessionTimeouts(timeouts);
    let unfinished = state === null;
    await withRetries(run, no, async () => {
      if (settings !== null) await connection.script(settings[0]);
      try {
        if (unfinished && segment.cleanUp !== null) await connection.script(segment.cleanUp);
        unfinished = true;
        await execute(run, no, segment.step.sql);
      } finally {
        if (settings !== null) await connection.script(settings[1]);
      }
    });
  }
  await inTransaction(run, no, async () => completion(run, placed));
}

/** True: done. False: not begun. Null: half done. */
async function probe(connection: DriverConnection, sql: string | null): Promise<boolean | null> {
  if (sql === null) return false;
  const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
  const value = rows[0]?.[0] ?? null;
  if (value === null) return null;
  return value === "t" || value === "true" || Number(value) === 1;
}

async function runData(
  run: PlanRun,
  placed: Placed<Extract<Segment, { kind: "data" }>>,
  row: SegmentRow | undefined,
): Promise<void> {
  const { segment, no } = placed;
  const step = run.steps.get(segment.name);
  if (step === undefined) {
    throw new MigrationError(`data step "${segment.name}" of ${run.revision} has no code`, {
      hint: "its operation was copied without its function: write op.data(name, async ({ db }) => { … })",
    });
  }
  if (row === undefined) await begin(run, placed);
  try {
    await run.target.runData(step, {
      lastKey: row?.lastKey ?? null,
      atomic: !segment.resumable,
      saveKey: (key) => run.history.saveKey(run.revision, no, key),
      finish: completion(run, placed),
      log: (message) => run.listen({ kind: "progress", no, message }),
    });
  } catch (cause) {
    throw await failed(run, no, cause, `data step "${segment.name}"`);
  }
}

/** Writes down that a segment was begun, for those that leave traces before they are done. */
export async function begin(run: PlanRun, placed: Placed): Promise<void> {
  await inTransaction(run, placed.no, async () => [
    ...(placed.no === 1 ? run.begun : []),
    run.history.saveSegment(run.revision, placed, "started"),
  ]);
}

/** One transaction; what `work` gives back is written at its end. Taken back and tried again while locks are in the way. */
export async function inTransaction(
  run: PlanRun,
  no: number,
  work: () => Promise<readonly Statement[]>,
): Promise<void> {
  const { connection, answers } = run.target;
  const { lockTimeoutMs, statementTimeoutMs } = run.patience;
  const timeouts: StepTimeouts = { lockMs: lockTimeoutMs, statementMs: statementTimeoutMs };
  await withRetries(run, no, async () => {
    await connection.script(answers.begin);
    try {
      const settings = answers.transactionTimeouts(timeouts);
      if (settings !== null) await connection.script(settings);
      for (const statement of await work()) await connection.query(statement);
      await connection.script("COMMIT");
    } catch (error) {
      await rollBack(connection);
      throw error;
    }
  });
}

async function rollBack(connection: DriverConnection): Promise<void> {
  if (connection.state === "idle" || connection.state === "broken") return;
  try {
    await connection.script("ROLLBACK");
  } catch {
    // The first error is the one to report.
  }
}

/** Runs one statement of a plan; what fails is named. */
export async function execute(run: PlanRun, no: number, sql: string): Promise<void> {
  try {
    await run.target.connection.script(sql);
  } catch (cause) {
    if (cause instanceof DriverError && passing.has(cause.kind)) throw cause;
    throw await failed(run, no, cause, sql);
  }
}

/** Failures that may be over when the segment is run again. */
const passing: ReadonlySet<string> = new Set(["busy", "deadlock", "serialization"]);

async function withRetries(run: PlanRun, no: number, work: () => Promise<void>): Promise<void> {
  const { tries, retryForMs } = run.patience;
  const deadline = performance.now() + retryForMs;
  for (let attempt = 1; ; attempt += 1) {
    const watch = await watchBlockers(run);
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof DriverError && passing.has(cause.kind))) throw cause;
      const blockers = watch.seen();
      if (attempt >= tries || performance.now() > deadline) throw lockRefused(cause, blockers);
      // Doubling, up to ten seconds, and never in step with another process.
      const inMs = Math.round(Math.min(100 * 2 ** attempt, 10_000) * (0.5 + Math.random() / 2));
      run.listen({ kind: "retry", no, attempt, inMs, reason: cause.message, blockers });
      await sleep(inMs);
    } finally {
      await watch.stop();
    }
  }
}

/** Looks, while a statement waits, at who holds what it wants: afterwards nobody can tell. */
async function watchBlockers(
  run: PlanRun,
): Promise<{ seen(): readonly Blocker[]; stop(): Promise<void> }> {
  const { watcher } = run;
  const { answers, connection } = run.target;
  if (watcher === null || answers.self === null) return { seen: () => [], stop: async () => {} };
  const { rows } = await connection.query({ sql: answers.self, parameters: [], returnsRows: true });
  const self = String(rows[0]?.[0]);
  const everyMs = Math.max(50, Math.min(1_000, run.patience.lockTimeoutMs / 3));
  let last: readonly Blocker[] = [];
  let asking: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    asking = answers
      .blockers(watcher, self)
      .then((found) => {
        if (found.length > 0) last = found;
      })
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  return {
    seen: () => last,
    async stop() {
      clearInterval(timer);
      await asking;
    },
  };
}

function lockRefused(cause: DriverError, blockers: readonly Blocker[]): MigrationLockError {
  const who = blockers.map(
    ({ pid, user, query, seconds }) => `pid ${pid} (${user}, for ${seconds} s): ${query}`,
  );
  return new MigrationLockError(
    `a lock could not be had: ${cause.message}${who.length === 0 ? "" : `; in the way: ${who.join("; ")}`}`,
    {
      cause,
      hint: "end what holds it, or wait, and run the same command again: it goes on from here",
    },
  );
}

/** Puts a failure in words, and notes it where the next run can show it. */
async function failed(
  run: PlanRun,
  no: number,
  cause: unknown,
  what: string,
): Promise<MigrationError> {
  const reason = cause instanceof Error ? cause.message : String(cause);
  await rollBack(run.target.connection);
  const { history, revision } = run;
  const notes = [
    history.saveError(revision, no, reason),
    history.note("fail", revision, { segment: no, reason }),
  ];
  for (const note of notes) {
    try {
      await run.target.connection.query(note);
    } catch {
      // A lost connection can't take notes; what was done is known without them.
    }
  }
  const code = cause instanceof DriverError && cause.code !== undefined ? ` (${cause.code})` : "";
  const before =
    no > 1 ? `the ${no - 1} segments before it are done` : "nothing of this revision was done";
  return new MigrationError(
    `revision ${revision} failed in segment ${no} of ${run.plan.segments.length}: ${reason}${code}\n  ${what}`,
    {
      cause,
      hint: `the segment was taken back, ${before}; mend the cause and run the same command again`,
    },
  );
}

function changedSegment(revision: string, no: number): HistoryChangedError {
  return new HistoryChangedError(
    `segment ${no} of revision ${revision} was run with another text than it has now`,
    {
      fault: "CHANGED",
      revision,
      hint: "segments that were done can't change: put them back as they were, and change those after them",
    },
  );
}
