import { timerMs } from "../util/timer.ts";
import { type DriverConnection, DriverError } from "./driver.ts";

/** A connection of a pool and what the pool remembers about it. */
export interface Member {
  readonly connection: DriverConnection;
  expires: number;
  idleSince: number;
  lentSince: number;
  label: string | undefined;
}

/** Makes a member of a connection that was just opened. */
export function admit(connection: DriverConnection, now: number, lifetimeMs: number): Member {
  return {
    connection,
    expires: now + lifetimeMs,
    idleSince: now,
    lentSince: now,
    label: undefined,
  };
}

export interface ShelfOptions {
  readonly now: () => number;
  readonly healthCheck: boolean;
  readonly idleTimeoutMs: number;
  /** How many connections over its minimum the pool has. */
  readonly spare: () => number;
  /** Takes a member that is no longer wanted. */
  readonly retire: (member: Member) => void;
}

const pingAfterMs = 1000;
const pingDeadlineMs = 2000;

/** Between two looks at connections that are old but needed for the minimum. */
const atLeastMs = 1000;

/** A pool's idle connections, most recently used last, and the timer that clears out the old. */
export class IdleShelf {
  readonly #options: ShelfOptions;
  #members: Member[] = [];
  #reaper: NodeJS.Timeout | undefined;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#members.length;
  }

  put(member: Member): void {
    member.idleSince = this.#options.now();
    member.connection.unref(true);
    this.#members.push(member);
    this.#schedule();
  }

  /** Puts back what was only looked at: it is still as old as it was. */
  putBack(member: Member): void {
    this.#members.push(member);
  }

  /** The most recently used one that is still alive. */
  take(): Member | undefined {
    for (let member = this.#members.pop(); member !== undefined; member = this.#members.pop()) {
      if (member.connection.state === "idle") {
        return member;
      }
      member.connection.destroy();
    }
    return undefined;
  }

  needsPing({ idleSince }: Member, now: number): boolean {
    return this.#options.healthCheck && now - idleSince > pingAfterMs;
  }

  /** One silent peer makes the other untried connections suspect; asking each would cost 2 s apiece. */
  destroyStale(): void {
    const now = this.#options.now();
    const stale = this.#members.filter((member) => this.needsPing(member, now));
    this.#members = this.#members.filter((member) => !stale.includes(member));
    for (const { connection } of stale) {
      connection.destroy();
    }
  }

  /** Gives up everything and stops the timer. */
  clear(): Member[] {
    clearTimeout(this.#reaper);
    const members = this.#members;
    this.#members = [];
    return members;
  }

  #schedule(leastMs = 0): void {
    if (this.#reaper !== undefined || this.#members.length === 0) {
      return;
    }
    const { now, idleTimeoutMs } = this.#options;
    const due = this.#members.map(({ idleSince, expires }) =>
      Math.min(idleSince + idleTimeoutMs, expires),
    );
    const soonest = Math.min(...due);
    if (!Number.isFinite(soonest)) {
      return;
    }
    const wait = () => {
      this.#reaper = undefined;
      this.#reap();
    };
    this.#reaper = setTimeout(wait, timerMs(Math.max(soonest - now(), leastMs) + 1));
    this.#reaper.unref();
  }

  #reap(): void {
    const now = this.#options.now();
    const { idleTimeoutMs, retire } = this.#options;
    let spare = this.#options.spare();
    const members = this.#members;
    this.#members = [];
    const leaving: Member[] = [];
    for (const member of members) {
      const dead = member.connection.state !== "idle" || member.expires <= now;
      const unused = member.idleSince + idleTimeoutMs <= now;
      if (dead || (unused && spare > 0)) {
        spare -= 1;
        leaving.push(member);
      } else {
        this.#members.push(member);
      }
    }
    leaving.forEach(retire);
    this.#schedule(atLeastMs);
  }
}

/** Asks the server for a sign of life; rejects with {@link silence} after 2 s without one. */
export async function answersInTime(connection: DriverConnection): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silence), pingDeadlineMs);
  });
  try {
    await Promise.race([connection.ping(), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

export const silence: Error = new DriverError(
  `the connection did not answer a ping within ${pingDeadlineMs} ms`,
  { kind: "connectionLost" },
);

/** Closes in order, or else at once. */
export async function closeQuietly(connection: DriverConnection): Promise<void> {
  try {
    await connection.close();
  } catch {
    connection.destroy();
  }
}
