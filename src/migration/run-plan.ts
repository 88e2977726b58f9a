/** Carries out a plan, segment by segment; each succeeds or fails as one. */
import type { Plan, Segment } from "../ddl/plan.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { DriverConnection, DriverValue } from "../driver/driver.ts";
import { MigrationError } from "../errors/errors.ts";

/** What a caller does around the segments of a plan; each may be left out. `at` is a segment's place. */
export interface PlanHooks {
  /** Whether an earlier run did the segment. */
  isDone?(at: number, segment: Segment): boolean | Promise<boolean>;
  /** Runs at the start of each transaction: timeouts, a fencing token. */
  begin?(at: number, segment: Segment): void | Promise<void>;
  /** After each statement, and how long it took. */
  ran?(at: number, sql: string, tookMs: number): void;
  /** Notes that the segment is done: in its own transaction, where it has one. */
  done?(at: number, segment: Segment): void | Promise<void>;
  /** Notes that a statement outside any transaction is about to run. */
  started?(at: number, segment: Segment): void | Promise<void>;
  /** Whether to run a failed segment again, once this has waited. */
  retry?(error: unknown, attempt: number, segment: Segment): Promise<boolean>;
  /** The last key that an earlier run of a backfill reached. */
  lastKey?(
    at: number,
  ): readonly DriverValue[] | undefined | Promise<readonly DriverValue[] | undefined>;
  /** How many rows the next batch has; what the segment says when left out. */
  batch?(at: number): number;
  /** Notes the key that a batch reached, and how many rows it was: in its transaction. */
  reached?(at: number, key: readonly DriverValue[], rows: number): void | Promise<void>;
  /** After a batch, and how long it took: the time for others. */
  rest?(at: number, key: readonly DriverValue[], tookMs: number): void | Promise<void>;
  /** Runs a step in code. */
  data?(at: number, segment: Extract<Segment, { kind: "data" }>): Promise<void>;
}

/** The part of a dialect that plans are run with. */
export type PlanDialect = Pick<Dialect, "ddl" | "sql" | "rebuild" | "setAside">;

/**
 * Runs a plan on a connection that has no transaction open.
 *
 * @throws {MigrationError} A statement failed: the message has it. Segments before it stay done.
 */
export async function runSegments(
  connection: DriverConnection,
  plan: Plan,
  dialect: PlanDialect,
  hooks: PlanHooks = {},
): Promise<void> {
  for (const [at, segment] of plan.segments.entries()) {
    if ((await hooks.isDone?.(at, segment)) === true) continue;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await runSegment({ connection, dialect, hooks, at }, segment);
        break;
      } catch (error) {
        if ((await hooks.retry?.(error, attempt, segment)) !== true) throw error;
      }
    }
  }
}

interface Run {
  readonly connection: DriverConnection;
  readonly dialect: PlanDialect;
  readonly hooks: PlanHooks;
  readonly at: number;
}

async function runSegment(run: Run, segment: Segment): Promise<void> {
  const { connection, dialect, hooks, at } = run;
  switch (segment.kind) {
    case "transaction":
      await inTransaction(run, segment, async () => {
        for (const sql of stepsOf(segment, dialect)) await runStatement(run, sql);
        await hooks.done?.(at, segment);
      });
      return;
    case "rebuild":
      await dialect.rebuild(connection, segment, async () => {
        await hooks.done?.(at, segment);
      });
      return;
    case "autocommit":
      await runAlone(run, segment);
      return;
    case "backfill":
      await runBackfill(run, segment);
      return;
    case "data":
      if (hooks.data === undefined) {
        throw new MigrationError(`the step "${segment.name}" is code, which only a revision has`);
      }
      await hooks.data(at, segment);
      await hooks.done?.(at, segment);
  }
}

/** The statements of a transaction, with what sets others' things aside around them. */
export function stepsOf(
  { steps, aside }: Extract<Segment, { kind: "transaction" }>,
  dialect: Pick<Dialect, "setAside">,
): readonly string[] {
  const own = steps.map(({ sql }) => sql);
  if (aside === undefined) return own;
  const { before, after } = dialect.setAside(aside);
  return [...before, ...own, ...after];
}

async function inTransaction(
  { connection, dialect, hooks, at }: Run,
  segment: Segment,
  work: () => Promise<void>,
): Promise<void> {
  const { begin, commit, rollback } = dialect.ddl.exclusive;
  await connection.script(begin);
  try {
    await hooks.begin?.(at, segment);
    await work();
    await connection.script(commit);
  } catch (error) {
    if (connection.state !== "broken" && connection.state !== "idle") {
      await connection.script(rollback);
    }
    throw error;
  }
}

/** A statement that no transaction takes back: what an earlier try left is looked at first. */
async function runAlone(
  run: Run,
  segment: Extract<Segment, { kind: "autocommit" }>,
): Promise<void> {
  const { connection, hooks, at } = run;
  const { step, probe, cleanUp } = segment;
  const state = probe === null ? false : await ask(connection, probe);
  if (state !== true) {
    if (state === null && cleanUp !== null) await runStatement(run, cleanUp);
    await hooks.started?.(at, segment);
    await runStatement(run, step.sql);
  }
  await hooks.done?.(at, segment);
}

/** True, false, or null for half done; databases write a boolean in their own ways. */
async function ask(connection: DriverConnection, sql: string): Promise<boolean | null> {
  const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
  const answer = rows[0]?.[0] ?? null;
  return answer === null ? null : ["t", "true", "1"].includes(String(answer));
}

async function runBackfill(
  run: Run,
  segment: Extract<Segment, { kind: "backfill" }>,
): Promise<void> {
  const { connection, hooks, at } = run;
  let after = (await hooks.lastKey?.(at)) ?? undefined;
  for (;;) {
    const started = performance.now();
    const end = await endOfBatch(run, segment, after);
    if (end === undefined) break;
    const { key, rows } = end;
    const from = after;
    await inTransaction(run, segment, async () => {
      const { sql, parameters } = batchOf(run, segment, from, key);
      await attempt(sql, () => connection.query({ sql, parameters }));
      await hooks.reached?.(at, key, rows);
    });
    await hooks.rest?.(at, key, performance.now() - started);
    after = key;
  }
  await hooks.done?.(at, segment);
}

/** The last key of the batch after a key, and its number of rows; undefined at the end. */
async function endOfBatch(
  { connection, dialect, hooks, at }: Run,
  segment: Extract<Segment, { kind: "backfill" }>,
  after: readonly DriverValue[] | undefined,
): Promise<{ readonly key: readonly DriverValue[]; readonly rows: number } | undefined> {
  const { table, key } = segment;
  const batch = hooks.batch?.(at) ?? segment.batch;
  const columns = key.map((name) => dialect.ddl.quote(name)).join(", ");
  const places = key.map((_, at) => dialect.sql.placeholder(at + 1)).join(", ");
  const where = after === undefined ? "" : ` WHERE (${columns}) > (${places})`;
  const inner = `SELECT ${columns} FROM ${dialect.ddl.quoteName(table)}${where} ORDER BY ${columns} LIMIT ${batch}`;
  const descending = key.map((name) => `${dialect.ddl.quote(name)} DESC`).join(", ");
  const sql = `SELECT ${columns}, count(*) OVER () FROM (${inner}) AS batch ORDER BY ${descending} LIMIT 1`;
  const { rows } = await attempt(sql, () =>
    connection.query({ sql, parameters: after ?? [], returnsRows: true, bigints: true }),
  );
  const [row] = rows;
  return row && { key: row.slice(0, -1), rows: Number(row.at(-1)) };
}

function batchOf(
  { dialect }: Run,
  { sql, key }: Extract<Segment, { kind: "backfill" }>,
  after: readonly DriverValue[] | undefined,
  upto: readonly DriverValue[],
): { readonly sql: string; readonly parameters: readonly DriverValue[] } {
  const columns = `(${key.map((name) => dialect.ddl.quote(name)).join(", ")})`;
  const places = (from: number): string =>
    key.map((_, at) => dialect.sql.placeholder(from + at)).join(", ");
  // The first batch begins before every key.
  if (after === undefined) {
    const open = sql.replace(`${columns} > (:after) AND `, () => "");
    return { sql: open.replace(":upto", () => places(1)), parameters: upto };
  }
  return {
    sql: sql.replace(":after", () => places(1)).replace(":upto", () => places(key.length + 1)),
    parameters: [...after, ...upto],
  };
}

async function runStatement({ connection, hooks, at }: Run, sql: string): Promise<void> {
  const started = performance.now();
  await attempt(sql, () => connection.script(sql));
  hooks.ran?.(at, sql, performance.now() - started);
}

async function attempt<T>(sql: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`${message}\n  statement: ${sql}`, { cause });
  }
}
