/** Worker threads, started when they are needed and stopped when their last connection is gone. */
import { Worker } from "node:worker_threads";
import { type ConnectionState, DriverError, type DriverRow } from "./driver.ts";
import {
  type SqliteLibrary,
  type ThreadAnswer,
  type ThreadCall,
  type ThreadRequest,
  type ThreadResult,
  unpackError,
} from "./thread-protocol.ts";

/** What a thread's user hears about: the outcome of its request, and the end of the thread. */
export interface ThreadUser {
  readonly key: number;
  /** What the database says about the connection now. */
  settled(state: ConnectionState): void;
  lost(error: DriverError): void;
}

interface Pending {
  readonly user: ThreadUser;
  readonly rows: DriverRow[];
  readonly resolve: (result: ThreadResult | undefined) => void;
  readonly reject: (error: DriverError) => void;
}

/** A fixed number of places for threads. */
export class ThreadTeam {
  readonly #places: (Thread | undefined)[];
  readonly #entry: URL;
  readonly #library: SqliteLibrary;

  constructor(size: number, entry: URL, library: SqliteLibrary) {
    this.#places = Array.from({ length: size }, () => undefined);
    this.#entry = entry;
    this.#library = library;
  }

  /** The thread with the fewest users among the places from `first` to before `end`. */
  leastBusy(first: number, end: number): Thread {
    let best = first;
    for (let place = first; place < end; place += 1) {
      if ((this.#places[place]?.users ?? 0) < (this.#places[best]?.users ?? 0)) {
        best = place;
      }
    }
    const present = this.#places[best];
    if (present !== undefined && !present.isOver) {
      return present;
    }
    const thread = new Thread(this.#entry, this.#library);
    this.#places[best] = thread;
    return thread;
  }
}

/** One worker thread. It keeps the process alive only while a user holds it. */
export class Thread {
  readonly #worker: Worker;
  readonly #users: Set<ThreadUser> = new Set();
  readonly #pending: Map<number, Pending> = new Map();
  #nextId = 1;
  #holders = 0;
  #over = false;

  constructor(entry: URL, library: SqliteLibrary) {
    this.#worker = new Worker(entry, { name: "ferro sqlite", workerData: { library } });
    this.#worker.unref();
    this.#worker.on("message", (answer: ThreadAnswer) => this.#settle(answer));
    this.#worker.on("error", (error) =>
      this.#end("the thread of the SQLite connection failed", error),
    );
    this.#worker.on("exit", () =>
      this.#end("the thread of the SQLite connection ended", undefined),
    );
  }

  get isOver(): boolean {
    return this.#over;
  }

  get users(): number {
    return this.#over ? 0 : this.#users.size;
  }

  join(user: ThreadUser): void {
    this.#users.add(user);
  }

  /** The last to leave stops the thread. */
  leave(user: ThreadUser): void {
    this.#users.delete(user);
    if (this.#users.size === 0) {
      this.stop("the thread of the SQLite connection was stopped");
    }
  }

  /** Keeps the process alive until it is let go. */
  hold(): void {
    this.#holders += 1;
    if (this.#holders === 1) {
      this.#worker.ref();
    }
  }

  letGo(): void {
    this.#holders -= 1;
    if (this.#holders === 0) {
      this.#worker.unref();
    }
  }

  ask(user: ThreadUser, request: ThreadRequest): Promise<ThreadResult | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#over) {
        reject(lost("the thread of the SQLite connection has ended", undefined));
        return;
      }
      const call: ThreadCall = { id: this.#nextId, connection: user.key, request };
      this.#nextId += 1;
      this.#post(call);
      this.#pending.set(call.id, { user, rows: [], resolve, reject });
    });
  }

  /**
   * Fails everything in flight at once and ends the thread. Neither library lets a
   * statement be interrupted: one that runs in native code ends by itself, unheard, and rolls back.
   */
  stop(reason: string): void {
    this.#end(reason, undefined);
    void this.#worker.terminate();
  }

  #post(call: ThreadCall): void {
    this.#worker.postMessage(call);
  }

  #settle(answer: ThreadAnswer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) {
      return;
    }
    if (answer.kind === "rows") {
      append(pending.rows, answer.rows);
      if (answer.pauses) {
        const { key } = pending.user;
        this.#post({ id: answer.id, connection: key, request: { kind: "more" } });
      }
      return;
    }
    this.#pending.delete(answer.id);
    pending.user.settled(answer.state);
    if (answer.kind === "failed") {
      pending.reject(unpackError(answer.error));
    } else {
      const { result } = answer;
      if (result === undefined || pending.rows.length === 0) {
        pending.resolve(result);
      } else {
        append(pending.rows, result.rows);
        pending.resolve({ ...result, rows: pending.rows });
      }
    }
  }

  #end(reason: string, cause: Error | undefined): void {
    if (this.#over) {
      return;
    }
    this.#over = true;
    this.#worker.unref();
    for (const user of this.#users) {
      user.lost(lost(reason, cause));
    }
    for (const { reject } of this.#pending.values()) {
      reject(lost(reason, cause));
    }
    this.#pending.clear();
  }
}

function append(rows: DriverRow[], more: readonly DriverRow[]): void {
  for (const row of more) {
    rows.push(row);
  }
}

function lost(message: string, cause: Error | undefined): DriverError {
  return new DriverError(message, { kind: "connectionLost" }, cause);
}
