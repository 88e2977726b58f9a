/** One process at a time changes a schema. */
import { setTimeout as sleep } from "node:timers/promises";
import { MigrationLockError } from "../errors/migration.ts";
import { type HeldLock, lockScope } from "./held-lock.ts";
import { takeLease } from "./lease.ts";
import type { LockConnection, MigrationTarget } from "./target.ts";

/** Options of {@link takeLock}. */
export interface LockOptions {
  /** How long to wait for another process, in milliseconds. */
  readonly waitMs: number;
  /** Told once, when there is something to wait for. */
  onWait(holder: string | null): void;
}

/**
 * Takes the migration lock of a database. Asked for again and again, never waited for in the server:
 * a waiting statement would hold a snapshot, and CREATE INDEX CONCURRENTLY waits for those.
 *
 * @throws {MigrationLockError} Another process held it for too long; the message says which.
 */
export async function takeLock(target: MigrationTarget, options: LockOptions): Promise<HeldLock> {
  const lock = await target.openLock();
  if (lock === null) {
    const nothing = async () => {};
    return { ask: null, warning: null, assertHeld: nothing, release: nothing };
  }
  const wait = patience(options);
  try {
    if (target.lock === "lease") return await takeLease(target, lock, wait);
    await untilHeld(target, lock, wait);
  } catch (error) {
    await lock.close();
    throw error;
  }
  return {
    ask: (question) => question(lock.connection),
    warning: null,
    assertHeld: async () => {
      if (lock.connection.state === "broken") throw lostSession();
    },
    release: () => lock.close(),
  };
}

async function untilHeld(
  { answers }: MigrationTarget,
  { connection }: LockConnection,
  wait: (holder: string | null) => Promise<void>,
): Promise<void> {
  while (!(await answers.tryLock(connection, lockScope))) {
    await wait(await answers.lockHolder(connection, lockScope));
  }
  // Others may come through a pooler, where they have a lease instead. They look for this lock as well.
  for (;;) {
    const holder = (await answers.lease?.holder(connection, lockScope)) ?? null;
    if (holder === null) return;
    await wait(holder);
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

function lostSession(): MigrationLockError {
  return new MigrationLockError("the session that held the migration lock was ended", {
    hint: "another process may have it now, so nothing more is done: run the same command again, it goes on from here",
  });
}
