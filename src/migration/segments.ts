/** Runs the plan of one revision, and writes down each segment as done together with its work. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Plan, Segment } from "../ddl/plan.ts";
import type { BuildProgress } from "../dialect/migration.ts";
import { DriverError, type DriverValue, type Statement } from "../driver/driver.ts";
import { FerroError } from "../errors/base.ts";
import { MigrationError } from "../errors/errors.ts";
import {
  HistoryChangedError,
  MigrationLockError,
  PartlyAppliedError,
} from "../errors/migration.ts";
import { type BlockerWatch, describeBlockers, watchBlockers } from "./blockers.ts";
import type { DataStep } from "./data-step.ts";
import type { Listener } from "./events.ts";
import type { HeldLock } from "./held-lock.ts";
import type { History, SegmentRow } from "./history.ts";
import { describeProgress, Pace, readReached, writeReached } from "./progress.ts";
import { runSegments } from "./run-plan.ts";
import { describeSegment, segmentHash, statementsOf } from "./segment-text.ts";
import type { MigrationTarget } from "./target.ts";

/** How patient a runner is. */
export interface Patience {
  /** How long one statement waits for a table's lock before its segment is taken back. Default 3,000. */
  readonly lockTimeoutMs: number;
  /** How long one statement may run; 0 is for ever, and so it is for builds outside of transactions. */
  readonly statementTimeoutMs: number;
  /** How long a batch of a backfill may run, before smaller ones are tried. Default 30,000; PostgreSQL. */
  readonly batchTimeoutMs: number;
  /** How long to rest after each batch, as a multiple of the time that it took; what its operation says when left out. */
  readonly throttle?: number | undefined;
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
  /** The migration lock that all of it is done under. */
  readonly lock: HeldLock;
  /** Written with the first segment that is done, so that others see a revision that is on its way. */
  readonly begun: readonly Statement[];
  /** Written with the last one. */
  readonly finished: () => readonly Statement[];
}

/**
 * Runs what is left of a plan.
 *
 * @throws {HistoryChangedError} A segment that was done has another text now.
 * @throws {MigrationLockError} A table's lock couldn't be had.
 * @throws {MigrationError} A statement failed; its segment was taken back.
 */
export async function runPlan(run: PlanRun): Promise<void> {
  const { plan, history, revision, target } = run;
  const rows = await history.segments(revision);
  for (const { no, hash, status } of rows) {
    const segment = plan.segments[no - 1];
    const same = segment !== undefined && segmentHash(segment) === hash;
    if (status === "done" && !same) throw changedSegment(revision, no);
  }
  if (plan.segments.length === 0) {
    await write(run, [...run.begun, ...run.finished()]);
    return;
  }
  let runner: PlanRunner | undefined;
  const watch = await watchBlockers(target, run.lock.ask, run.patience.lockTimeoutMs, (build) =>
    runner?.building(build),
  );
  runner = new PlanRunner(run, rows, watch);
  try {
    await runner.run();
  } finally {
    await watch.stop();
  }
}

type Backfill = Extract<Segment, { kind: "backfill" }>;

/** The hooks of one run: what is written down, when, and what is tried again. */
class PlanRunner {
  readonly #run: PlanRun;
  readonly #rows: Map<number, SegmentRow>;
  readonly #watch: BlockerWatch;
  /** The first segment of this run, with which it is written down that there is a run. */
  readonly #first: number;
  #isBegun = false;
  #current = 1;
  #firstTry = 0;
  /** Of the backfill that runs. */
  #pace = new Pace(null, 0);
  /** How often its batches were halved. */
  #halved = 0;
  #batchRows = 0;
  #batchKey = "";

  constructor(run: PlanRun, rows: readonly SegmentRow[], watch: BlockerWatch) {
    this.#run = run;
    const done = rows.filter(({ status }) => status === "done").map(({ no }) => no);
    this.#first = run.plan.segments.findIndex((_, at) => !done.includes(at + 1)) + 1;
    this.#rows = new Map(rows.map((row) => [row.no, row]));
    this.#watch = watch;
  }

  async run(): Promise<void> {
    const { target, plan, patience, listen } = this.#run;
    const { connection, answers } = target;
    const timeouts = { lockMs: patience.lockTimeoutMs, statementMs: patience.statementTimeoutMs };
    try {
      await runSegments(connection, plan, target.dialect, {
        isDone: (at, segment) => this.#isDone(at + 1, segment),
        begin: async (_, segment) => {
          const isBatch = segment.kind === "backfill";
          const settings = answers.transactionTimeouts(
            isBatch ? { ...timeouts, statementMs: patience.batchTimeoutMs } : timeouts,
          );
          if (settings !== null) await connection.script(settings);
          await this.#run.lock.assertHeld(connection);
          await this.#watch.begin(true);
        },
        started: async (at, segment) => {
          await this.#begin(at + 1, segment);
          await this.#watch.begin(false);
          // A build may take hours: only its wait for locks has an end.
          const settings = answers.sessionTimeouts({ ...timeouts, statementMs: 0 });
          if (settings !== null) await connection.script(settings[0]);
        },
        ran: (at, sql, tookMs) =>
          listen({ kind: "statement", no: at + 1, sql, durationMs: Math.round(tookMs) }),
        done: async (at, segment) => {
          if (segment.kind === "data") return;
          if (segment.kind === "autocommit") await this.#resetTimeouts();
          await write(this.#run, this.#completion(at + 1, segment));
        },
        retry: (error, attempt, segment) => this.#retry(error, attempt, segment),
        lastKey: (at) => this.#goOn(at + 1),
        batch: (at) => (plan.segments[at] as Backfill).batch >> this.#halved,
        reached: (at, key, rows) => this.#reached(at + 1, key, rows),
        rest: (at, key, tookMs) => this.#rest(at + 1, key, tookMs),
        data: (at, segment) => this.#data(at + 1, segment),
      });
    } catch (error) {
      await this.#resetTimeouts();
      throw await this.#failed(error);
    }
  }

  /** Told of a build while its statement runs. */
  building(build: BuildProgress): void {
    const { phase, percent } = build;
    const message = percent === null ? phase : `${phase}, ${percent} %`;
    this.#run.listen({ kind: "progress", no: this.#current, message, build });
  }

  async #isDone(no: number, segment: Segment): Promise<boolean> {
    if (this.#rows.get(no)?.status === "done") return true;
    await this.#run.lock.assertHeld(this.#run.target.connection);
    this.#current = no;
    this.#firstTry = performance.now();
    this.#halved = 0;
    this.#run.listen({
      kind: "segment",
      no,
      of: this.#run.plan.segments.length,
      what: describeSegment(segment),
      statements: statementsOf(segment),
    });
    return false;
  }

  /** What is written with a segment: that it is done; with the last one, that all of it is. */
  #completion(no: number, segment: Segment): readonly Statement[] {
    const { plan, history, revision, begun, finished } = this.#run;
    const first = no === this.#first && !this.#isBegun ? begun : [];
    if (no === plan.segments.length) return [...first, ...finished()];
    const place = { no, hash: segmentHash(segment), kind: segment.kind };
    return [...first, history.saveSegment(revision, place, "done")];
  }

  /** For segments that leave traces before they are done. */
  async #begin(no: number, segment: Segment): Promise<void> {
    if (this.#rows.has(no)) return;
    const { history, revision, begun } = this.#run;
    const hash = segmentHash(segment);
    const place = { no, hash, kind: segment.kind };
    const row = history.saveSegment(revision, place, "started");
    await write(this.#run, [...(no === this.#first ? begun : []), row]);
    this.#isBegun ||= no === this.#first;
    this.#rows.set(no, { no, hash, status: "started", lastKey: null, error: null });
  }

  /** Where an earlier run of a backfill stopped. */
  async #goOn(no: number): Promise<readonly DriverValue[] | undefined> {
    const { target, plan, listen } = this.#run;
    const segment = plan.segments[no - 1] as Backfill;
    await this.#begin(no, segment);
    const kept = this.#rows.get(no)?.lastKey ?? null;
    const reached = kept === null ? null : readReached(kept);
    const total = await target.answers.estimateRows(target.connection, segment.table);
    this.#pace = new Pace(total, reached?.rows ?? 0);
    if (reached === null) return undefined;
    const batch = this.#pace.at(reached.key, 0);
    listen({ kind: "progress", no, message: `going on after ${describeProgress(batch)}`, batch });
    return reached.key;
  }

  /** In the transaction of a batch. */
  async #reached(no: number, key: readonly DriverValue[], rows: number): Promise<void> {
    const { target, history, revision } = this.#run;
    const text = writeReached({ key, rows: this.#pace.rows + rows });
    await target.connection.query(history.saveKey(revision, no, text));
    this.#batchRows = rows;
    this.#batchKey = text;
  }

  /** After it. */
  async #rest(no: number, key: readonly DriverValue[], tookMs: number): Promise<void> {
    const { plan, patience, listen } = this.#run;
    this.#remember(no, this.#batchKey);
    this.#pace.add(this.#batchRows);
    const throttle = patience.throttle ?? (plan.segments[no - 1] as Backfill).throttle ?? 0;
    const batch = this.#pace.at(key, Math.round(tookMs * throttle));
    listen({ kind: "progress", no, message: describeProgress(batch), batch });
    if (batch.restMs > 0) await sleep(batch.restMs);
  }

  #remember(no: number, lastKey: string): void {
    const row = this.#rows.get(no);
    if (row !== undefined) this.#rows.set(no, { ...row, lastKey });
  }

  async #data(no: number, segment: Extract<Segment, { kind: "data" }>): Promise<void> {
    const { steps, revision, target, history, listen, lock } = this.#run;
    const step = steps.get(segment.name);
    if (step === undefined) {
      throw new MigrationError(`data step "${segment.name}" of ${revision} has no code`, {
        hint: "its operation was copied without its function: write op.data(name, async ({ db }) => { … })",
      });
    }
    await this.#begin(no, segment);
    await target.runData(step, {
      lastKey: this.#rows.get(no)?.lastKey ?? null,
      atomic: !segment.resumable,
      saveKey: (key) => {
        this.#remember(no, key);
        return history.saveKey(revision, no, key);
      },
      finish: this.#completion(no, segment),
      log: (message) => listen({ kind: "progress", no, message }),
      assertHeld: () => lock.assertHeld(target.connection),
    });
  }

  async #retry(error: unknown, attempt: number, segment: Segment): Promise<boolean> {
    const { patience, listen } = this.#run;
    if (this.#halve(error, attempt, segment)) return true;
    const cause = passingCause(error);
    if (cause === undefined) return false;
    await this.#resetTimeouts();
    const blockers = this.#watch.take();
    const late = performance.now() - this.#firstTry > patience.retryForMs;
    if (attempt >= patience.tries || late) throw lockRefused(cause, describeBlockers(blockers));
    // Doubling, up to ten seconds, and never in step with another process.
    const inMs = Math.round(Math.min(100 * 2 ** attempt, 10_000) * (0.5 + Math.random() / 2));
    listen({ kind: "retry", no: this.#current, attempt, inMs, reason: cause.message, blockers });
    await sleep(inMs);
    return true;
  }

  /** A batch that takes too long is tried with half its rows. */
  #halve(error: unknown, attempt: number, segment: Segment): boolean {
    const cause = driverErrorOf(error);
    if (segment.kind !== "backfill" || cause?.kind !== "timeout") return false;
    if (segment.batch >> (this.#halved + 1) === 0) return false;
    this.#halved += 1;
    const reason = `${cause.message}: batches of ${segment.batch >> this.#halved} rows from here`;
    this.#run.listen({
      kind: "retry",
      no: this.#current,
      attempt,
      inMs: 0,
      reason,
      blockers: this.#watch.take(),
    });
    return true;
  }

  async #resetTimeouts(): Promise<void> {
    const { answers, connection } = this.#run.target;
    const settings = answers.sessionTimeouts({ lockMs: 0, statementMs: 0 });
    if (settings === null || connection.state === "broken") return;
    await connection.script(settings[1]);
  }

  /** Puts a failure in words, and notes it where the next run can show it. */
  async #failed(error: unknown): Promise<unknown> {
    if (error instanceof MigrationLockError) return error;
    const { history, revision, plan, target } = this.#run;
    const no = this.#current;
    const reason = error instanceof Error ? error.message : String(error);
    for (const note of [
      history.saveError(revision, no, reason),
      history.note("fail", revision, { segment: no, reason }),
    ]) {
      try {
        await target.connection.query(note);
      } catch {
        // A lost connection can't take notes; what was done is known without them.
      }
    }
    const own = error instanceof FerroError ? error.hint : undefined;
    // The hint is given once, as this error's own.
    const what = reason.replace(`\n  hint: ${own}`, "");
    const message = `revision ${revision} failed in segment ${no} of ${plan.segments.length}: ${what}`;
    if (no === 1 && !this.#isBegun && this.#rows.size === 0) {
      const hint = own ?? "nothing of it was done: mend the cause and run the same command again";
      return new MigrationError(message, { cause: error, hint });
    }
    const before = no > 1 ? `segments 1 to ${no - 1} are done` : "its work so far is kept";
    return new PartlyAppliedError(message, {
      cause: error,
      revision,
      hint:
        own ??
        `the segment was taken back, ${before}; mend the cause and run the same command again`,
    });
  }
}

/** Writes rows: with the open transaction, or in one of their own. */
async function write(
  { target: { connection, answers }, lock }: Pick<PlanRun, "target" | "lock">,
  statements: readonly Statement[],
): Promise<void> {
  if (connection.state === "inTransaction") {
    for (const statement of statements) await connection.query(statement);
    return;
  }
  await connection.script(answers.begin);
  try {
    await lock.assertHeld(connection);
    for (const statement of statements) await connection.query(statement);
    await connection.script("COMMIT");
  } catch (error) {
    if (connection.state !== "broken") await connection.script("ROLLBACK");
    throw error;
  }
}

/** Failures that may be over when the segment is run again. */
const passing: ReadonlySet<string> = new Set(["busy", "deadlock", "serialization"]);

function passingCause(error: unknown): DriverError | undefined {
  const cause = driverErrorOf(error);
  return cause !== undefined && passing.has(cause.kind) ? cause : undefined;
}

function driverErrorOf(error: unknown): DriverError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof DriverError) return each;
  }
  return undefined;
}

function lockRefused(cause: DriverError, who: readonly string[]): MigrationLockError {
  return new MigrationLockError(
    `a lock could not be had: ${cause.message}${who.length === 0 ? "" : `; in the way: ${who.join("; ")}`}`,
    {
      cause,
      hint: "end what holds it, or wait, and run the same command again: it goes on from here",
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
