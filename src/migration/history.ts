/** The tables in which a database keeps what was done to it. */
import { hostname, userInfo } from "node:os";
import type { DriverValue, Statement } from "../driver/driver.ts";
import { version } from "../util/version.ts";
import type { MigrationTarget } from "./target.ts";

/** What is known of a revision in a database. */
export type RevisionStatus = "applied" | "partial" | "baseline" | "squashed";

/** A revision that a database knows. */
export interface AppliedRevision {
  readonly id: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly opsHash: string;
  readonly stateHash: string;
  readonly status: RevisionStatus;
  /** Which way a partial revision was going. */
  readonly phase: Direction;
  readonly appliedAt: string;
  readonly durationMs: number;
  readonly appliedBy: string;
}

/** Which way a revision is run. */
export type Direction = "up" | "down";

/** A segment that was begun or done. */
export interface SegmentRow {
  readonly no: number;
  readonly hash: string;
  readonly status: "started" | "done";
  readonly lastKey: string | null;
  readonly error: string | null;
}

/** A line of the log. */
export interface LogRow {
  readonly seq: number;
  readonly at: string;
  readonly event: string;
  readonly revision: string | null;
  readonly detail: unknown;
}

/** What is written about a revision. */
export type NewRevisionRow = Pick<
  AppliedRevision,
  "id" | "parents" | "message" | "opsHash" | "stateHash" | "status" | "phase" | "durationMs"
> & { readonly fileHash: string | null; readonly appVersion: string | null };

/** The statements that make the tables. */
export const historyDdl: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ferro_migrations (
  id text PRIMARY KEY, parents text NOT NULL, message text NOT NULL, ops_hash text NOT NULL, file_hash text,
  state_hash text NOT NULL, status text NOT NULL, phase text NOT NULL, applied_at text NOT NULL, duration_ms integer NOT NULL,
  applied_by text NOT NULL, app_version text, ferro_version text NOT NULL, server_version text NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS ferro_migration_steps (
  revision text NOT NULL, no integer NOT NULL, step_hash text NOT NULL, kind text NOT NULL, status text NOT NULL,
  last_key text, started_at text NOT NULL, finished_at text, error text, PRIMARY KEY (revision, no))`,
  `CREATE TABLE IF NOT EXISTS ferro_migration_log (
  seq integer PRIMARY KEY, at text NOT NULL, event text NOT NULL, revision text, detail text NOT NULL)`,
];

type HistoryTarget = Pick<MigrationTarget, "dialect" | "answers"> & {
  readonly connection: Pick<MigrationTarget["connection"], "query" | "script">;
};

const noConnection: HistoryTarget["connection"] = {
  query: () => Promise.reject(new TypeError("a script has no connection")),
  script: () => Promise.reject(new TypeError("a script has no connection")),
};

/** Reads and writes the history of one database. Writes are statements, so that they join any transaction. */
export class History {
  readonly #target: HistoryTarget;
  readonly #server: string;

  private constructor(target: HistoryTarget, server: string) {
    this.#target = target;
    this.#server = server;
  }

  static async open(target: MigrationTarget): Promise<History> {
    const { rows } = await target.connection.query({
      sql: target.answers.serverVersion,
      parameters: [],
    });
    return new History(target, String(rows[0]?.[0]));
  }

  /** For scripts: only what it writes can be used. */
  static offline({ dialect, answers }: Pick<MigrationTarget, "dialect" | "answers">): History {
    return new History({ dialect, answers, connection: noConnection }, "by script");
  }

  get serverVersion(): string {
    return this.#server;
  }

  /** Whether this database has a history. */
  async exists(): Promise<boolean> {
    const { rows } = await this.#target.connection.query(
      this.#target.answers.findTable("ferro_migrations"),
    );
    return rows.length > 0;
  }

  /** Makes the tables; the lock is held. */
  async create(): Promise<void> {
    for (const sql of historyDdl) await this.#target.connection.script(sql);
  }

  async applied(): Promise<readonly AppliedRevision[]> {
    if (!(await this.exists())) return [];
    const rows = await this.#rows(
      "SELECT id, parents, message, ops_hash, state_hash, status, phase, applied_at, duration_ms, applied_by FROM ferro_migrations ORDER BY applied_at, id",
    );
    return rows.map((row) => ({
      id: String(row[0]),
      parents: JSON.parse(String(row[1])) as string[],
      message: String(row[2]),
      opsHash: String(row[3]),
      stateHash: String(row[4]),
      status: String(row[5]) as RevisionStatus,
      phase: String(row[6]) as Direction,
      appliedAt: String(row[7]),
      durationMs: Number(row[8]),
      appliedBy: String(row[9]),
    }));
  }

  async segments(revision: string): Promise<readonly SegmentRow[]> {
    const rows = await this.#rows(
      "SELECT no, step_hash, status, last_key, error FROM ferro_migration_steps WHERE revision = ? ORDER BY no",
      [revision],
    );
    return rows.map(([no, hash, status, lastKey, error]) => ({
      no: Number(no),
      hash: String(hash),
      status: String(status) as SegmentRow["status"],
      lastKey: lastKey === null || lastKey === undefined ? null : String(lastKey),
      error: error === null || error === undefined ? null : String(error),
    }));
  }

  async log(): Promise<readonly LogRow[]> {
    if (!(await this.exists())) return [];
    const rows = await this.#rows(
      "SELECT seq, at, event, revision, detail FROM ferro_migration_log ORDER BY seq",
    );
    return rows.map(([seq, at, event, revision, detail]) => ({
      seq: Number(seq),
      at: String(at),
      event: String(event),
      revision: revision === null || revision === undefined ? null : String(revision),
      detail: JSON.parse(String(detail)) as unknown,
    }));
  }

  /** Writes a revision's row, whatever stood there. */
  saveRevision(row: NewRevisionRow): Statement {
    return this.#statement(
      `INSERT INTO ferro_migrations (id, parents, message, ops_hash, file_hash, state_hash, status, phase, applied_at, duration_ms, applied_by, app_version, ferro_version, server_version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET parents = excluded.parents, message = excluded.message, ops_hash = excluded.ops_hash, file_hash = excluded.file_hash,
  state_hash = excluded.state_hash, status = excluded.status, phase = excluded.phase, applied_at = excluded.applied_at, duration_ms = excluded.duration_ms,
  applied_by = excluded.applied_by, app_version = excluded.app_version, ferro_version = excluded.ferro_version, server_version = excluded.server_version`,
      [
        row.id,
        JSON.stringify(row.parents),
        row.message,
        row.opsHash,
        row.fileHash,
        row.stateHash,
        row.status,
        row.phase,
        new Date().toISOString(),
        row.durationMs,
        whoever(),
        row.appVersion,
        version,
        this.#server,
      ],
    );
  }

  saveParents(id: string, parents: readonly string[]): Statement {
    const list = JSON.stringify(parents);
    return this.#statement("UPDATE ferro_migrations SET parents = ? WHERE id = ?", [list, id]);
  }

  removeRevision(id: string): Statement {
    return this.#statement("DELETE FROM ferro_migrations WHERE id = ?", [id]);
  }

  saveSegment(
    revision: string,
    segment: { readonly no: number; readonly hash: string; readonly kind: string },
    status: SegmentRow["status"],
  ): Statement {
    const now = new Date().toISOString();
    return this.#statement(
      `INSERT INTO ferro_migration_steps (revision, no, step_hash, kind, status, started_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (revision, no) DO UPDATE SET step_hash = excluded.step_hash, status = excluded.status, finished_at = excluded.finished_at, error = NULL`,
      [
        revision,
        segment.no,
        segment.hash,
        segment.kind,
        status,
        now,
        status === "done" ? now : null,
      ],
    );
  }

  saveKey(revision: string, no: number, key: string): Statement {
    return this.#statement(
      "UPDATE ferro_migration_steps SET last_key = ? WHERE revision = ? AND no = ?",
      [key, revision, no],
    );
  }

  saveError(revision: string, no: number, error: string): Statement {
    return this.#statement(
      "UPDATE ferro_migration_steps SET error = ? WHERE revision = ? AND no = ?",
      [error, revision, no],
    );
  }

  removeSegments(revision: string): Statement {
    return this.#statement("DELETE FROM ferro_migration_steps WHERE revision = ?", [revision]);
  }

  /** A line of the log, which is never changed. */
  note(event: string, revision: string | null, detail: object = {}): Statement {
    return this.#statement(
      "INSERT INTO ferro_migration_log (seq, at, event, revision, detail) SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ? FROM ferro_migration_log",
      [new Date().toISOString(), event, revision, JSON.stringify({ by: whoever(), ...detail })],
    );
  }

  async #rows(sql: string, parameters: readonly DriverValue[] = []) {
    const { rows } = await this.#target.connection.query({
      ...this.#statement(sql, parameters),
      returnsRows: true,
    });
    return rows;
  }

  /** Statements here are written with `?`, which none of them holds otherwise. */
  #statement(sql: string, parameters: readonly DriverValue[]): Statement {
    let position = 0;
    const text = sql.replaceAll("?", () => {
      position += 1;
      return this.#target.dialect.sql.placeholder(position);
    });
    return { sql: text, parameters };
  }
}

/** Who runs this process, and where. */
export function whoever(): string {
  let user = "unknown";
  try {
    user = userInfo().username;
  } catch {
    // A container may run as a user without a name.
  }
  return `${user}@${hostname()}`;
}
