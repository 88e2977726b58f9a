/** One process at a time changes a schema. */
import { setTimeout as sleep } from "node:timers/promises";
import { MigrationLockError } from "../errors/migration.ts";
import type { LockConnection, MigrationTarget } from "./target.ts";

/** A lock that is held. */
export interface HeldLock {
  /** The connection that holds it, which may also look at who waits for whom; null without one. */
  readonly connection: LockConnection["connection"] | null;
  release(): Promise<void>;
}

/** Options of {@link takeLock}. */
export interface LockOptions {
  /** How long to wait for another process, in milliseconds. */
  readonly waitMs: number;
  /** Told once, when there is something to wait for. */
  onWait(holder: string | null): void;
}

const scope = "ferro_migrations";

/**
 * Takes the migration lock of a database. Asked for again and again, never waited for in the server:
 * a waiting statement would hold a snapshot, and CREATE INDEX CONCURRENTLY waits for those.
 *
 * @throws {MigrationLockError} Another process held it for too long; the message says which.
 */
export async function takeLock(target: MigrationTarget, options: LockOptions): Promise<HeldLock> {
  const lock = await target.openLock();
  if (lock === null) return { connection: null, release: async () => {} };
  try {
    await untilHeld(target, lock, patience(options));
  } catch (error) {
    await lock.close();
    throw error;
  }
  return { connection: lock.connection, release: () => lock.close() };
}

async function untilHeld(
  { answers }: MigrationTarget,
  { connection }: LockConnection,
  wait: (holder: string | null) => Promise<void>,
): Promise<void> {
  while (!(await answers.tryLock(connection, scope))) {
    await wait(await answers.lockHolder(connection, scope));
  }
}

/** Waits a moment, says so the first time, and gives up in the end. */
function patience({ waitMs, onWait }: LockOptions): (holder: string | null) => Promise<void> {
  const deadline = performance.now() + waitMs;
  let told = false;
  return async (holder) => {
    if (!told) onWait(holder);
    told = true;
    if (performance.now() > deadline) throw timedOut(holder, waitMs);
    await sleep(20 + Math.random() * 80);
  };
}

function timedOut(holder: string | null, waitMs: number): MigrationLockError {
  return new MigrationLockError(
    `another process is migrating this database${holder === null ? "" : `: ${holder}`}; waited ${waitMs / 1000} s`,
    {
      hint: "wait for it, or give a longer --lock-wait; the lock ends with the process that holds it",
    },
  );
}
