import { randomUUID } from "node:crypto";
import { type LazyMode, readLazy } from "../definition/lazy-mode.ts";
import { RoutingError, SessionClosedError, UsageError } from "../errors/errors.ts";
import { timerMs } from "../util/timer.ts";
import { type Ambient, ambient, enterAmbient, runIn } from "./ambient.ts";
import type { Connection } from "./connection.ts";
import { IdentityMap } from "./identity-map.ts";
import { defaultConnection, namedConnection } from "./registry.ts";
import { type NPlusOne, Repeats, readRepeatLimit } from "./repeats.ts";

/** Options of a session. */
export interface SessionOptions {
  /** Refuse writes: every transaction is read-only, and so is each statement outside one. */
  readonly readOnly?: boolean | undefined;
  /** How long the session may last, in milliseconds; statements after that fail. */
  readonly deadlineMs?: number | undefined;
  /** Aborts the session: statements after that fail with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether one row is one object in this session. Default: as the connection says. */
  readonly identityMap?: boolean | undefined;
  /** How relations that were not included are loaded. Default: as the connection says. */
  readonly lazy?: LazyMode | undefined;
  /** Warn or throw when one place in the program sends the same statement again and again. */
  readonly nPlusOne?: NPlusOne | undefined;
}

const known: ReadonlySet<string> = new Set([
  "readOnly",
  "deadlineMs",
  "signal",
  "identityMap",
  "lazy",
  "nPlusOne",
]);

/** What a session was opened as. */
interface OpenSession {
  readonly connection: Connection;
  readonly identity: IdentityMap | undefined;
  readonly opened: number;
  /** The user's signal and the deadline, whichever comes first. */
  readonly signal: AbortSignal | undefined;
  readonly deadline: NodeJS.Timeout | undefined;
}

/**
 * A unit of work on one connection, with an identity map of its own.
 *
 * Made by `engines.session()`; it binds to its connection at first use and holds
 * no physical connection while it is idle.
 *
 * @example
 * ```ts
 * await engines.session(async (session) => {
 *   console.log(session.connectionName); // => "default"
 * });
 * ```
 */
export class Session implements AsyncDisposable {
  /** Tells sessions apart in logs. */
  get sessionId(): string {
    this.#id ??= randomUUID();
    return this.#id;
  }

  readonly options: SessionOptions;
  /** @internal Looks for loops that send a statement for each row; undefined where nobody asked for it. */
  readonly repeats: Repeats | undefined;
  readonly #name: string | undefined;
  #open: OpenSession | undefined;
  #closed = false;
  #left = false;
  #id: string | undefined;
  #transactions = 0;
  /** The session that was ambient when this one was entered, and gets its place back. */
  #outer: Session | undefined;

  constructor(name: string | undefined, options: SessionOptions) {
    const unknown = Object.keys(options).find((option) => !known.has(option));
    if (unknown !== undefined) {
      throw new UsageError(`a session has no option "${unknown}"`, {
        hint: `its options are ${[...known].join(", ")}`,
      });
    }
    if (options.lazy !== undefined) readLazy(options.lazy, "lazy");
    const { deadlineMs, nPlusOne } = options;
    if (deadlineMs !== undefined && !(typeof deadlineMs === "number" && deadlineMs >= 0)) {
      throw new UsageError("deadlineMs must be a number of milliseconds, 0 or more");
    }
    this.repeats = nPlusOne === undefined ? undefined : new Repeats(readRepeatLimit(nPlusOne));
    this.#name = name;
    this.options = options;
  }

  /** The connection's name; the default one's once the session is open. */
  get connectionName(): string | undefined {
    return this.#open?.connection.name ?? this.#name;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** @internal Whether it was closed where it was entered: a caller that still sees it is back outside. */
  get hasLeft(): boolean {
    return this.#left;
  }

  /** @internal The session around this one where it was entered. */
  get outer(): Session | undefined {
    return this.#outer;
  }

  /** @internal The connection, opening the session at first use. */
  get connection(): Connection {
    return this.#use().connection;
  }

  /** @internal Ends what runs: the user's signal, and the deadline. */
  get signal(): AbortSignal | undefined {
    return this.#open?.signal ?? this.options.signal;
  }

  /** @internal The identity map; undefined where it is switched off. */
  get identity(): IdentityMap | undefined {
    return this.#use().identity;
  }

  /**
   * Runs `work` with this session around it: models, raw SQL and transactions inside use its connection.
   *
   * @throws {SessionClosedError} The session is closed.
   */
  async run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    this.#use();
    const outer = ambient();
    const outcome = runIn(this.#surroundings(outer.session), work);
    return outcome instanceof Promise ? await outcome : outcome;
  }

  /**
   * Makes this the session of the rest of the calling function; pair it with `await using`.
   *
   * @throws {SessionClosedError} The session is closed.
   *
   * @example
   * ```ts
   * {
   *   await using session = engines.session().enter();
   *   console.log(session.isClosed); // => false
   * }
   * ```
   */
  enter(): this {
    this.#use();
    enterAmbient(this.#surroundings(ambient().session));
    return this;
  }

  /**
   * Ends the session and lets go of its instances. Closing twice does nothing.
   *
   * @throws {UsageError} A transaction of the session is open, or another session was entered inside it.
   */
  async close(): Promise<void> {
    if (!this.#closed) this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal Throws unless work may run: not closed, not over its deadline, not aborted. */
  assertUsable(): void {
    this.#use();
  }

  /** @internal */
  transactionOpened(): void {
    this.#transactions += 1;
  }

  /** @internal */
  transactionEnded(): void {
    this.#transactions -= 1;
  }

  #close(): void {
    if (this.#transactions > 0) {
      throw new UsageError("the session has an open transaction and can't be closed", {
        hint: "let every transaction() block end before the session is closed",
      });
    }
    const current = ambient().session;
    if (current !== undefined && current !== this && isInside(current, this)) {
      throw new UsageError("the session can't be closed: another session was entered inside it", {
        hint: "close the inner session first, here, or close both from outside",
      });
    }
    this.#closed = true;
    clearTimeout(this.#open?.deadline);
    this.#open?.identity?.close();
    if (current === this) {
      this.#left = true;
      enterAmbient({ session: this.#outer, transaction: ambient().transaction });
    }
  }

  /** A transaction on the same connection goes on inside; one on another can't. */
  #surroundings(outer: Session | undefined): Ambient {
    if (outer !== this && (outer === undefined || !isInside(outer, this))) this.#outer = outer;
    const { transaction } = ambient();
    if (transaction !== undefined && transaction.connection !== this.connection) {
      throw new RoutingError(
        `a session on "${this.connection.name}" was entered inside a transaction on "${transaction.connection.name}"`,
        {
          hint: "everything inside a transaction uses its connection; do other work outside the block",
        },
      );
    }
    return { session: this, transaction };
  }

  #use(): OpenSession {
    if (this.#closed) {
      throw new SessionClosedError("the session is closed", {
        hint: "open a new one with engines.session(), or pass one that is open; a session that a called function entered reaches its caller, which the callback form avoids",
      });
    }
    const { signal, deadlineMs } = this.options;
    if (signal?.aborted === true) throw signal.reason;
    this.#open ??= this.#openNow();
    if (this.#open.connection.isClosed) {
      throw new SessionClosedError(
        `the connection "${this.#open.connection.name}" of the session is closed`,
        {
          hint: "connect again and open a new session",
        },
      );
    }
    if (deadlineMs !== undefined && performance.now() - this.#open.opened > deadlineMs) {
      throw overDeadline(deadlineMs);
    }
    return this.#open;
  }

  #openNow(): OpenSession {
    const connection = this.#name === undefined ? defaultConnection() : namedConnection(this.#name);
    const mapped = this.options.identityMap ?? connection.hasIdentityMap;
    return {
      connection,
      identity: mapped ? new IdentityMap({ weak: false }) : undefined,
      opened: performance.now(),
      ...watchDeadline(this.options),
    };
  }
}

/** A signal that also ends what runs when the deadline comes. */
function watchDeadline({
  signal,
  deadlineMs,
}: SessionOptions): Pick<OpenSession, "signal" | "deadline"> {
  if (deadlineMs === undefined) return { signal, deadline: undefined };
  const controller = new AbortController();
  const expire = () => controller.abort(overDeadline(deadlineMs));
  const deadline = setTimeout(expire, timerMs(deadlineMs)).unref();
  const signals = signal === undefined ? [controller.signal] : [signal, controller.signal];
  return { signal: AbortSignal.any(signals), deadline };
}

function overDeadline(deadlineMs: number): SessionClosedError {
  return new SessionClosedError(`the session is over its deadline of ${deadlineMs} ms`, {
    hint: "give it a longer deadlineMs, or do less in one session",
  });
}

function isInside(inner: Session, outer: Session): boolean {
  for (let session = inner.outer; session !== undefined; session = session.outer) {
    if (session === outer) return true;
  }
  return false;
}
