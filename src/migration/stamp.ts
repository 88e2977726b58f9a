/** Bookkeeping by hand: every change of it is verified first, or said to be unverified, and logged. */
import { HistoryChangedError, RevisionError, SchemaDriftError } from "../errors/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { graphFor, linesOf } from "./changed.ts";
import type { FiledRevision } from "./folder.ts";
import { resolveRevision } from "./graph.ts";
import { opsHash } from "./hash.ts";
import { type AppliedRevision, History } from "./history.ts";
import { takeLock } from "./lock.ts";
import { revisionRow } from "./revision-row.ts";
import { replay, stateHash } from "./state.ts";
import type { MigrationTarget } from "./target.ts";

/** Options of {@link stamp}. */
export interface StampOptions {
  readonly to?: string | undefined;
  readonly lockWaitMs?: number | undefined;
  /**
   * What a database lacks to be at a state; nothing when it is there. Left out, it is believed without being looked at.
   */
  readonly verify?: ((state: SchemaPayload) => Promise<readonly string[]>) | undefined;
}

/**
 * Writes down that a database is at a revision, without running anything.
 *
 * @returns The ids that are written down now.
 * @throws {SchemaDriftError} The database is not what that revision makes of nothing.
 */
export async function stamp(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  { to = "head", lockWaitMs = 60_000, verify }: StampOptions = {},
): Promise<readonly string[]> {
  const history = await History.open(target);
  const graph = graphFor(revisions, await history.applied());
  const id = resolveRevision(graph, to);
  const lineage = graph.lineage(id === null ? [] : [id]);
  const state = replay(graph, lineage);
  const differences = (await verify?.(state)) ?? [];
  if (differences.length > 0) {
    throw new SchemaDriftError(
      `the database is not at ${id ?? "base"}:\n  ${differences.slice(0, 20).join("\n  ")}`,
      {
        hint: "bring it there first, or name the revision that it is at; --no-verify believes you",
      },
    );
  }
  const lock = await takeLock(target, { waitMs: lockWaitMs, onWait: () => {} });
  try {
    await history.create();
    const applied = await history.applied();
    const { connection, answers } = target;
    await connection.script(answers.begin);
    await lock.assertHeld(connection);
    for (const row of applied.filter((each) => !lineage.has(each.id))) {
      await connection.query(history.removeRevision(row.id));
      await connection.query(history.removeSegments(row.id));
    }
    const have = new Set<string>();
    const stamped: FiledRevision[] = [];
    for (const revision of graph.ordered.filter((each) => lineage.has(each.id))) {
      have.add(revision.id);
      // When and how it was applied stays known.
      if (isApplied(applied, revision)) continue;
      stamped.push(revision);
      await connection.query(
        history.saveRevision({
          ...revisionRow(revision, stateHash(revision.id === id ? state : replay(graph, have))),
          status: "baseline",
          phase: "up",
          durationMs: 0,
          appVersion: null,
        }),
      );
    }
    const lines = Object.fromEntries(stamped.map((each) => [each.id, linesOf(each)]));
    const detail = { verified: verify !== undefined, stamped: lines };
    await connection.query(history.note("stamp", id, detail));
    await connection.script("COMMIT");
    return [...have];
  } finally {
    if (target.connection.state !== "idle") await target.connection.script("ROLLBACK");
    await lock.release();
  }
}

function isApplied(rows: readonly AppliedRevision[], revision: FiledRevision): boolean {
  const row = rows.find(({ id }) => id === revision.id);
  return row !== undefined && row.status !== "partial" && row.opsHash === opsHash(revision);
}

/**
 * Accepts that an applied revision's file was changed: from now on it is known as it is now.
 *
 * @throws {RevisionError} It isn't applied, or has no file.
 * @throws {HistoryChangedError} It was stopped half way.
 */
export async function acceptChange(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  word: string,
): Promise<string> {
  const history = await History.open(target);
  const rows = await history.applied();
  const graph = graphFor(revisions, rows);
  const id = resolveRevision(graph, word);
  if (id === null) throw new RevisionError("UNKNOWN", `"${word}" is no revision`);
  const revision = graph.get(id);
  const row = rows.find((each) => each.id === id);
  if (row === undefined) {
    throw new RevisionError("UNKNOWN", `revision ${id} is not applied to this database`, {
      hint: "there is nothing to repair",
    });
  }
  if (row.status === "partial") {
    throw new HistoryChangedError(`revision ${id} stopped half way`, {
      fault: "CHANGED",
      revision: id,
      hint: "finish it with `ferro upgrade`; segments that were not run yet may be changed",
    });
  }
  const { connection, answers } = target;
  const state = stateHash(replay(graph, graph.lineage([id])));
  await connection.script(answers.begin);
  try {
    await connection.query(
      history.saveRevision({
        ...row,
        ...revisionRow(revision, state),
        appVersion: null,
      }),
    );
    await connection.query(
      history.note("repair", id, {
        opsHashBefore: row.opsHash,
        opsHashAfter: opsHash(revision),
        lines: linesOf(revision),
      }),
    );
    await connection.script("COMMIT");
  } finally {
    if (connection.state !== "idle") await connection.script("ROLLBACK");
  }
  return id;
}
