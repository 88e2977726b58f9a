/** What happens inside, for those who listen on `node:diagnostics_channel`: "ferro:query", "ferro:query:end", "ferro:connect". */
import { channel } from "node:diagnostics_channel";
import { debuglog } from "node:util";
import type { DriverResult, Statement } from "../driver/driver.ts";
import { ambient } from "./ambient.ts";

/** A statement about to run. Values are not part of it. */
export interface QueryEvent {
  readonly connection: string;
  readonly sql: string;
}

/** A statement that has run, or failed. */
export interface QueryEndEvent extends QueryEvent {
  /** From when it was sent until its answer was there, waiting for a connection apart. */
  readonly durationMs: number;
  /** How many rows it gave, or changed where it gave none. */
  readonly rows: number;
  /** The session around the call. */
  readonly session: string | undefined;
  readonly inTransaction: boolean;
  /** What it failed with, as the driver said it; undefined where it did not. */
  readonly error: unknown;
}

/** Takes each statement that has ended, and its parameters. */
export type StatementLog = (event: QueryEndEvent, parameters: Statement["parameters"]) => void;

/** A database that was opened: the connection's name, and the URL without its secrets. */
export interface ConnectEvent {
  readonly connection: string;
  readonly url: string;
}

const queries = channel("ferro:query");
const ends = channel("ferro:query:end");
const connects = channel("ferro:connect");
/** Prints to stderr where NODE_DEBUG names us. */
const debug = debuglog("ferro");

/** A connection, as far as events are concerned. */
interface Announcer {
  readonly name: string;
  readonly log: StatementLog | undefined;
}

/** A statement that someone follows to its end. */
export class RunningQuery {
  readonly #on: Announcer;
  readonly #statement: Statement;
  readonly #began: number = performance.now();
  readonly #session: string | undefined;
  readonly #inTransaction: boolean;
  #rows = 0;
  #ended = false;

  constructor(on: Announcer, statement: Statement) {
    const { session, transaction } = ambient();
    this.#on = on;
    this.#statement = statement;
    this.#session = session?.sessionId;
    this.#inTransaction = transaction !== undefined;
  }

  /** Waits for the end of what was started. */
  follow<Outcome extends DriverResult | Promise<DriverResult>>(outcome: Outcome): Outcome {
    if (outcome instanceof Promise) {
      const settled: Promise<DriverResult> = outcome;
      settled.then(
        (result) => this.#answered(result),
        (error: unknown) => this.end(error),
      );
    } else {
      this.#answered(outcome as DriverResult);
    }
    return outcome;
  }

  /** Counts rows that came step by step. */
  gave(rows: number): void {
    this.#rows += rows;
  }

  /** Tells the listeners, once. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const event: QueryEndEvent = {
      connection: this.#on.name,
      sql: this.#statement.sql,
      durationMs: performance.now() - this.#began,
      rows: this.#rows,
      session: this.#session,
      inTransaction: this.#inTransaction,
      error,
    };
    if (ends.hasSubscribers) ends.publish(event);
    try {
      this.#on.log?.(event, this.#statement.parameters);
    } catch (failure) {
      // The statement has run, whatever a program's own log makes of it.
      process.emitWarning(failure instanceof Error ? failure : String(failure));
    }
  }

  #answered({ rows, affectedRows }: DriverResult): void {
    this.gave(rows.length === 0 ? affectedRows : rows.length);
    this.end();
  }
}

/** Tells the listeners that a statement is about to run; gives what follows it, where someone wants to know of its end. */
export function announceQuery(on: Announcer, statement: Statement): RunningQuery | undefined {
  const { name, log } = on;
  if (queries.hasSubscribers) {
    queries.publish({ connection: name, sql: statement.sql } satisfies QueryEvent);
  }
  return log === undefined && !ends.hasSubscribers ? undefined : new RunningQuery(on, statement);
}

/** Tells that a connection is open. */
export function announceConnect(connection: string, url: string): void {
  if (connects.hasSubscribers) connects.publish({ connection, url } satisfies ConnectEvent);
  debug('Connected "%s" to %s', connection, url);
}
