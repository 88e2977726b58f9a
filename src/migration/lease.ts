/** The migration lock where no session can be held on to: a row that is renewed while its holder lives. */
import { randomUUID } from "node:crypto";
import type { Lease, LeaseDialect } from "../dialect/migration.ts";
import { UsageError } from "../errors/errors.ts";
import { MigrationLockError } from "../errors/migration.ts";
import { type Asker, type HeldLock, lockScope } from "./held-lock.ts";
import { whoever } from "./history.ts";
import type { LockConnection, MigrationTarget } from "./target.ts";

/** How long a lease is good for without being renewed, and how often it is. */
export interface LeaseTimes {
  readonly forMs: number;
  readonly renewMs: number;
}

const usual: LeaseTimes = { forMs: 30_000, renewMs: 5_000 };

/**
 * Takes the lease of a database, and renews it until it is released.
 *
 * A holder that was stopped for longer than the lease lasts may find it with another. Until then nobody
 * takes it from under a transaction that asked {@link HeldLock.assertHeld}, however late it is.
 *
 * @throws {MigrationLockError} `wait` gave up.
 */
export async function takeLease(
  target: MigrationTarget,
  lock: LockConnection,
  wait: (holder: string | null) => Promise<void>,
  { forMs, renewMs }: LeaseTimes = usual,
): Promise<HeldLock> {
  const dialect = leaseDialect(target);
  const holder = `${whoever()}, process ${process.pid}`;
  const lease: Lease = { scope: lockScope, token: randomUUID(), holder, forMs };
  await untilTaken(target, dialect, lock, lease, wait);
  const line = new Line(target, lock);
  let renewing = false;
  const renew = async (): Promise<void> => {
    // One that is late is not followed by a queue of others.
    if (renewing) return;
    renewing = true;
    try {
      await line.ask((connection) => dialect.renew(connection, lease));
    } catch {
      // What ended this connection may be over the next time; until then the lease lasts.
    } finally {
      renewing = false;
    }
  };
  const timer = setInterval(() => void renew(), renewMs);
  return {
    ask: line.ask,
    warning: `a pooler stands before this server, so the migration lock is a row that is renewed every ${renewMs / 1000} s; better give the server's own URL as directUrl`,
    assertHeld: async (connection) => {
      if (!(await dialect.hold(connection, lease))) throw lost();
    },
    release: async () => {
      clearInterval(timer);
      try {
        await line.ask((connection) => dialect.release(connection, lease));
      } catch {
        // It can't be told any more that this is over; it ends by itself.
      } finally {
        await line.close();
      }
    },
  };
}

async function untilTaken(
  { answers }: MigrationTarget,
  dialect: LeaseDialect,
  { connection }: LockConnection,
  lease: Lease,
  wait: (holder: string | null) => Promise<void>,
): Promise<void> {
  await dialect.create(connection);
  for (;;) {
    if (await dialect.take(connection, lease)) {
      // Others may have come around the pooler, where they hold a lock of their session. They look for leases as well.
      const session = await answers.lockHolder(connection, lockScope);
      if (session === null) return;
      await dialect.release(connection, lease);
      await wait(session);
    } else {
      await wait(await dialect.holder(connection, lease.scope));
    }
  }
}

/** One question at a time over one connection, and another connection when it ended. */
class Line {
  readonly #target: MigrationTarget;
  #lock: LockConnection;
  #last: Promise<unknown> = Promise.resolve();

  constructor(target: MigrationTarget, lock: LockConnection) {
    this.#target = target;
    this.#lock = lock;
  }

  readonly ask: Asker = (question) => {
    const asked = async () => question(await this.#open());
    const answer = this.#last.then(asked, asked);
    this.#last = answer;
    return answer;
  };

  async #open(): Promise<LockConnection["connection"]> {
    if (this.#lock.connection.state === "broken") {
      await this.#lock.close();
      this.#lock = (await this.#target.openLock()) ?? this.#lock;
    }
    return this.#lock.connection;
  }

  close(): Promise<void> {
    return this.#lock.close();
  }
}

function leaseDialect({ answers }: MigrationTarget): LeaseDialect {
  if (answers.lease !== null) return answers.lease;
  throw new UsageError('lock: "lease" is for servers behind a pooler', {
    hint: "leave it out: this database has locks that end with the process that holds them",
  });
}

function lost(): MigrationLockError {
  return new MigrationLockError(
    "the migration lock was lost: it was not renewed in time, and another process took it",
    {
      hint: "nothing more is done here, and what was open is taken back; see `ferro current`, and run the same command again if something is left",
    },
  );
}
