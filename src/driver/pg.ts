import { setTimeout as sleep } from "node:timers/promises";
import { Lru } from "../util/lru.ts";
import {
  type ConnectionState,
  type Driver,
  type DriverConnection,
  type DriverCursor,
  DriverError,
  type DriverResult,
  type ErrorTranslator,
  type Statement,
} from "./driver.ts";
import { missingPeer } from "./missing-peer.ts";
import type { PgClient } from "./pg-internals.ts";
import { type PgDriverOptions, type PgModule, PgOpener } from "./pg-open.ts";
import { type NamedStatement, PgQuery, type PgRequest, type PgResult } from "./pg-query.ts";
import { PortalCursor, type PortalHost, type PortalRows } from "./portal-cursor.ts";
import { encodeParameters, type PostgresField } from "./postgres-values.ts";

/** A driver that knows, once a connection is open, whether a pooler stands before the server. */
export interface PgDriver extends Driver {
  readonly pooled: boolean | undefined;
}

/** Loads node-postgres and makes the driver over its bare client. */
export async function pgDriver(options: PgDriverOptions): Promise<PgDriver> {
  let pg: PgModule;
  try {
    const module = await import("pg");
    pg = module.default as unknown as PgModule; // types leave out what pg-internals.ts names
  } catch (error) {
    throw missingPeer("pg", "the PostgreSQL driver", error);
  }
  const opener = new PgOpener(pg, options);
  return {
    name: "pg",
    get pooled() {
      return opener.pooled;
    },
    open: async () => {
      const client = await opener.open();
      const named = options.prepareStatements ?? opener.pooled !== true;
      return new PgDriverConnection(client, opener, options, named);
    },
    isWorking: async (connection) =>
      !(connection instanceof PgDriverConnection) || (await connection.isWorking()),
  };
}

class PgDriverConnection implements DriverConnection, PortalHost {
  readonly #client: PgClient;
  readonly #opener: PgOpener;
  readonly #translate: ErrorTranslator;
  readonly #mayName: boolean;
  readonly #named: Lru<string, NamedStatement>;
  #nextName = 1;
  /** Names that the server may still hold and nobody uses. */
  #toClose: string[] = [];
  #lost: Error | undefined;
  /** Goes before the next statement. */
  #begin: string | undefined;
  #active: PgQuery | undefined;
  /** Called when the statement that runs has its outcome. */
  #whenEnded: (() => void)[] = [];
  /** A refusal waits here until the server says what state it left the session in. */
  #refusal: { readonly error: Error; readonly settle: (error: Error) => void } | undefined;

  constructor(
    client: PgClient,
    opener: PgOpener,
    { translate, statementCacheSize = 200 }: PgDriverOptions,
    mayName: boolean,
  ) {
    this.#client = client;
    this.#opener = opener;
    this.#translate = translate;
    this.#mayName = mayName;
    this.#named = new Lru(statementCacheSize, ({ name }) => this.#toClose.push(name));
    client.on("error", (error: Error) => this.#lose(error));
    client.on("end", () => this.#lose(new Error("the server closed the connection")));
    client.connection.on("readyForQuery", () => this.#settleRefusal());
  }

  get state(): ConnectionState {
    if (this.#lost !== undefined) {
      return "broken";
    }
    if (this.#begin !== undefined) {
      return "inTransaction";
    }
    switch (this.#client.getTransactionStatus()) {
      case "I":
        return "idle";
      case "T":
        return "inTransaction";
      case "E":
        return "failedTransaction";
      default:
        return "broken";
    }
  }

  /** What went over the socket so far, in bytes: nothing has to be counted for it. */
  get pulse(): number | undefined {
    const { bytesRead = 0, bytesWritten = 0 } = this.#client.connection.stream;
    return this.#active === undefined ? undefined : bytesRead + bytesWritten;
  }

  isWorking(): Promise<boolean> {
    return this.#opener.isWorking(this.#client);
  }

  async query(statement: Statement): Promise<DriverResult> {
    const { sql, parameters, prepare = false, control = false } = statement;
    if (control) {
      return this.#runScript(sql);
    }
    const values = encodeParameters(parameters);
    const named = prepare && this.#mayName ? this.#nameOf(sql) : undefined;
    const wasKnown = named?.fields !== undefined;
    try {
      return await this.#run({
        kind: "statement",
        sql,
        values,
        named,
        close: this.#takeNamesToClose(),
      });
    } catch (error) {
      if (named !== undefined && (!wasKnown || isStale(error))) {
        this.#forget(sql, named);
      }
      // A stale plan is refused before it runs, so running it anew repeats nothing.
      if (wasKnown && isStale(error) && this.state === "idle") {
        return this.query(statement);
      }
      throw this.#translate(error);
    }
  }

  async script(sql: string): Promise<void> {
    await this.#runScript(sql);
  }

  deferBegin(sql: string): void {
    this.#begin = sql;
  }

  forgetBegin(): boolean {
    const waiting = this.#begin !== undefined;
    this.#begin = undefined;
    return waiting;
  }

  openCursor(statement: Statement): DriverCursor {
    return new PortalCursor(this, statement);
  }

  openPortal(name: string, { sql, parameters }: Statement, rows: number): Promise<PortalRows> {
    const values = encodeParameters(parameters);
    const close = this.#takeNamesToClose();
    const portal = { name, rows };
    return this.#ask({ kind: "statement", sql, values, named: undefined, close, portal });
  }

  readPortal(name: string, rows: number, fields: readonly PostgresField[]): Promise<PortalRows> {
    return this.#ask({ kind: "rows", name, rows, fields });
  }

  async closePortal(name: string): Promise<void> {
    await this.#ask({ kind: "closePortal", name });
  }

  async ping(): Promise<void> {
    try {
      await this.#run({ kind: "script", sql: "select 1" });
    } catch (error) {
      const { message, code } = this.#translate(error);
      throw new DriverError(message, { kind: "connectionLost", code }, error);
    }
  }

  /**
   * A request may overtake its statement, which the server then has not begun and
   * will not stop: it is repeated until the statement has ended, for about 5 s.
   */
  async cancel(): Promise<void> {
    const query = this.#active;
    for (let pauseMs = 20; query !== undefined && pauseMs < 4000; pauseMs *= 2) {
      if (this.#active !== query || this.#lost !== undefined) {
        return;
      }
      await this.#opener.cancel(this.#client);
      const ended = new Promise<void>((resolve) => this.#whenEnded.push(resolve));
      await Promise.race([ended, sleep(pauseMs, undefined, { ref: false })]);
    }
  }

  async close(): Promise<void> {
    if (this.#lost !== undefined) {
      return;
    }
    // A peer that fell silent would keep `end` waiting for ever.
    const deadline = setTimeout(() => this.destroy(), 2000);
    try {
      await this.#client.end();
    } finally {
      clearTimeout(deadline);
    }
  }

  destroy(): void {
    this.#lose(new Error("the connection was destroyed"));
    this.#client.connection.stream.destroy();
  }

  unref(idle: boolean): void {
    if (this.#lost === undefined) {
      if (idle) {
        this.#client.unref();
      } else {
        this.#client.ref();
      }
    }
  }

  /** One message there instead of five. */
  #runScript(sql: string): Promise<DriverResult> {
    return this.#ask({ kind: "script", sql });
  }

  async #ask(request: PgRequest): Promise<PgResult> {
    try {
      return await this.#run(request);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  #run(request: PgRequest): Promise<PgResult> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) {
        const { message, code } = this.#translate(this.#lost);
        reject(new DriverError(message, { kind: "connectionLost", code }, this.#lost));
        return;
      }
      if (this.#active !== undefined || this.#refusal !== undefined) {
        reject(
          new DriverError("another statement is still running on this connection", {
            kind: "other",
          }),
        );
        return;
      }
      const settle = (outcome: PgResult | Error): void => {
        this.#active = undefined;
        // Beginning itself was refused, so nothing of what follows may run outside a transaction.
        this.#begin = query.begin;
        this.#announceEnd();
        if (!(outcome instanceof Error)) {
          resolve(outcome);
        } else if (isRefusal(outcome) && this.#lost === undefined) {
          this.#refusal = { error: outcome, settle: reject };
        } else {
          // The server has ended the session with it, even where the socket does not know yet.
          this.#lost ??= outcome;
          reject(outcome);
        }
      };
      const query = new PgQuery(request, settle, this.#begin);
      this.#begin = undefined;
      this.#active = query;
      this.#client.query(query);
    });
  }

  #announceEnd(): void {
    if (this.#whenEnded.length === 0) {
      return;
    }
    const ended = this.#whenEnded;
    this.#whenEnded = [];
    for (const tell of ended) {
      tell();
    }
  }

  #settleRefusal(): void {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    refusal?.settle(refusal.error);
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#settleRefusal();
  }

  #nameOf(sql: string): NamedStatement {
    const known = this.#named.get(sql);
    if (known !== undefined) {
      return known;
    }
    const named = { name: `ferro_${this.#nextName}`, fields: undefined };
    this.#nextName += 1;
    this.#named.set(sql, named);
    return named;
  }

  #forget(sql: string, { name }: NamedStatement): void {
    this.#named.delete(sql);
    this.#toClose.push(name);
  }

  #takeNamesToClose(): readonly string[] {
    const names = this.#toClose;
    if (names.length > 0) {
      this.#toClose = [];
    }
    return names;
  }
}

/** Whether the server refused a statement and the session goes on; anything else is the socket's failure. */
function isRefusal(error: Error): boolean {
  return "severity" in error && error.severity !== "FATAL" && error.severity !== "PANIC";
}

/** "cached plan must not change result type", or a name that someone deallocated. */
function isStale(error: unknown): boolean {
  if (!(error instanceof Error && "code" in error)) {
    return false;
  }
  const replanned = "routine" in error && error.routine === "RevalidateCachedQuery";
  return error.code === "26000" || (error.code === "0A000" && replanned);
}
