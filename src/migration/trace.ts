/** What pending revisions would lock, read and write anew: done for real, and taken back. */
import type { Segment } from "../ddl/plan.ts";
import type { Footprint, TraceDialect } from "../dialect/migration.ts";
import { UsageError } from "../errors/errors.ts";
import type { FiledRevision } from "./folder.ts";
import { withoutBatches } from "./script.ts";
import { statementsOf } from "./segment-text.ts";
import type { MigrationTarget } from "./target.ts";
import { upgrade } from "./upgrade.ts";

/** What one statement does to one table that was there before. */
export interface TracedTable {
  readonly table: string;
  /** The strongest lock that it takes, in the database's words: "ACCESS EXCLUSIVE". */
  readonly lock: string;
  /** How many rows it reads from end to end. */
  readonly rowsRead: number;
  /** Whether the table, or an index of it, is written anew. */
  readonly isRewritten: boolean;
  /** Whether others wait for as long as it reads or writes. */
  readonly isBlocking: boolean;
}

/** What one statement does. */
export interface TracedStatement {
  readonly revision: string;
  readonly sql: string;
  readonly durationMs: number;
  readonly tables: readonly TracedTable[];
  /** It runs by itself, outside of transactions, in a form that blocks nobody: only its effect was traced. */
  readonly isAlone: boolean;
  /** Why it failed, or was left out; nothing after it is traced. */
  readonly problem: string | null;
}

/** Options of {@link traceRevisions}. */
export interface TraceOptions {
  /** Where to; the head when left out. */
  readonly to?: string | undefined;
  /** How long a statement waits for a lock, in milliseconds. Default 3,000. */
  readonly lockTimeoutMs?: number | undefined;
}

/**
 * Runs what is pending in one transaction that is taken back, and measures each statement. For a copy of
 * the database: while it runs, it holds the locks that it measures.
 *
 * @throws {UsageError} The database locks as a whole, so there is nothing to measure.
 */
export async function traceRevisions(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  { to, lockTimeoutMs = 3_000 }: TraceOptions = {},
): Promise<readonly TracedStatement[]> {
  const { answers, connection } = target;
  const { trace } = answers;
  if (trace === null) {
    throw new UsageError("there are no table locks to measure on this database", {
      hint: "on SQLite every writer locks the whole file; name a PostgreSQL database",
    });
  }
  const { planned } = await upgrade(target, revisions, {
    to,
    dryRun: true,
    allowDestructive: true,
  });
  const traced: TracedStatement[] = [];
  await connection.script(answers.begin);
  try {
    const timeouts = { lockMs: lockTimeoutMs, statementMs: 0 };
    await connection.script(answers.transactionTimeouts(timeouts) ?? "");
    const before = await trace.footprints(connection);
    for (const { revision, plan } of planned) {
      for (const segment of plan.segments) {
        const tracer = new Tracer(target, trace, before, revision.id);
        const isWhole = await tracer.run(segment, traced);
        if (!isWhole) return traced;
      }
    }
    return traced;
  } finally {
    if (connection.state !== "broken") await connection.script("ROLLBACK");
  }
}

/** Traces the statements of one segment. */
class Tracer {
  readonly #target: MigrationTarget;
  readonly #trace: TraceDialect;
  /** Tables that were there before anything was done: others use them. */
  readonly #used: ReadonlySet<string>;
  readonly #revision: string;

  constructor(
    target: MigrationTarget,
    trace: TraceDialect,
    before: readonly Footprint[],
    revision: string,
  ) {
    this.#target = target;
    this.#trace = trace;
    this.#used = new Set(before.map(({ id }) => id));
    this.#revision = revision;
  }

  /** False where it can't be gone on from. */
  async run(segment: Segment, traced: TracedStatement[]): Promise<boolean> {
    const { connection } = this.#target;
    if (segment.kind === "data") {
      traced.push(this.#left(`data step "${segment.name}"`, "code is not traced"));
      return true;
    }
    const isAlone = segment.kind === "autocommit";
    for (const sql of statementsOf(segment)) {
      const text = segment.kind === "backfill" ? withoutBatches(sql) : sql;
      const before = await this.#trace.footprints(connection);
      const started = performance.now();
      try {
        await connection.script(this.#trace.inTransaction(text));
      } catch (error) {
        traced.push(this.#left(sql, error instanceof Error ? error.message : String(error)));
        return false;
      }
      const durationMs = Math.round((performance.now() - started) * 10) / 10;
      const after = await this.#trace.footprints(connection);
      const tables = isAlone ? [] : this.#compare(sql, before, after);
      traced.push({ revision: this.#revision, sql, durationMs, tables, isAlone, problem: null });
    }
    return true;
  }

  #left(sql: string, problem: string): TracedStatement {
    const nothing = { durationMs: 0, tables: [], isAlone: false };
    return { revision: this.#revision, sql, ...nothing, problem };
  }

  #compare(
    sql: string,
    before: readonly Footprint[],
    after: readonly Footprint[],
  ): readonly TracedTable[] {
    const { keepsWritersOut, lockName, ownStrength } = this.#trace;
    const earlier = new Map(before.map((each) => [each.id, each]));
    return after.flatMap((now): readonly TracedTable[] => {
      const was = earlier.get(now.id);
      if (was === undefined || !this.#used.has(now.id)) return [];
      const rowsRead = now.rowsRead - was.rowsRead;
      const isRewritten = Object.entries(was.files).some(
        ([file, name]) => now.files[file] !== undefined && now.files[file] !== name,
      );
      const fresh = now.locks.filter((level) => !was.locks.includes(level));
      if (fresh.length === 0 && rowsRead === 0 && !isRewritten) return [];
      // All segments are one transaction here, so a lock may be held from a segment before.
      const held = ownStrength(sql) ?? Math.max(0, ...now.locks);
      const level = fresh.length > 0 ? Math.max(...fresh) : held;
      const isBlocking = level >= keepsWritersOut && (rowsRead > 0 || isRewritten);
      return [{ table: now.table, lock: lockName(level), rowsRead, isRewritten, isBlocking }];
    });
  }
}
