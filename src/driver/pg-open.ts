import { setTimeout as sleep } from "node:timers/promises";
import { DriverError, type DriverResult, type ErrorTranslator } from "./driver.ts";
import { guardDecoding } from "./pg-guard.ts";
import type { PgClient, PgConnection } from "./pg-internals.ts";
import { PgQuery } from "./pg-query.ts";
import { mayFallBack, refusesTls, type TlsAttempt, tlsAttempts } from "./pg-tls.ts";
import type { PostgresTarget } from "./postgres-target.ts";

export interface PgDriverOptions {
  readonly target: PostgresTarget;
  readonly translate: ErrorTranslator;
  /**
   * Whether statements may be kept under names. Default: yes on a direct
   * connection; no behind a pooler, where the next statement may meet another server session.
   */
  readonly prepareStatements?: boolean | undefined;
  /** Named statements kept by one connection. Default 200. */
  readonly statementCacheSize?: number | undefined;
  /** The caller sets the search path inside each transaction, so a pooler is no danger to it. */
  readonly searchPathPerTransaction?: boolean | undefined;
}

export interface PgModule {
  readonly Client: new (config: Record<string, unknown>) => PgClient;
  readonly Connection: new (config: Record<string, unknown>) => PgConnection;
}

/** Sent with the start-up packet; every pooler knows these. */
const session: Readonly<Record<string, string>> = {
  DateStyle: "ISO, MDY",
  TimeZone: "UTC",
  standard_conforming_strings: "on",
};

/** Sent too, but older poolers refuse them. 3 digits more than "enough" is exact on every version. */
const directSession: Readonly<Record<string, string>> = {
  IntervalStyle: "postgres",
  extra_float_digits: "3",
};

/** Opens clients of one target, remembering what the server turned out to be. */
export class PgOpener {
  readonly #pg: PgModule;
  readonly #options: PgDriverOptions;
  /** Undefined until the first connection has been asked. */
  pooled: boolean | undefined;
  #refusesSettings = false;
  #withoutTls = false;

  constructor(pg: PgModule, options: PgDriverOptions) {
    this.#pg = pg;
    this.#options = options;
  }

  async open(): Promise<PgClient> {
    try {
      return await this.#openOnce();
    } catch (error) {
      const { message, code, transient } = this.#options.translate(error);
      throw new DriverError(message, { kind: "connect", code, transient }, error);
    }
  }

  /** Asks the server, over a connection of its own, to stop what `client` runs. */
  async cancel(client: PgClient): Promise<void> {
    const { processID, secretKey } = client;
    if (processID === null || secretKey === null) {
      return;
    }
    const encrypted = client.connection.stream.encrypted === true;
    const ssl = encrypted
      ? (tlsAttempts(this.#options.target).find((attempt) => attempt !== false) ?? false)
      : false;
    const connection = new this.#pg.Connection({ ssl, ...this.#directTls(ssl) });
    const asked = new Promise<void>((resolve, reject) => {
      connection.on("connect", () => {
        if (ssl === false) {
          connection.cancel(processID, secretKey);
        } else if (this.#options.target.ssl.direct !== true) {
          connection.requestSsl();
        }
      });
      connection.on("sslconnect", () => connection.cancel(processID, secretKey));
      connection.on("error", reject);
      connection.on("end", resolve);
    });
    const { host, port } = client;
    if (host.startsWith("/")) {
      connection.connect(`${host}/.s.PGSQL.${port}`);
    } else {
      connection.connect(port, host);
    }
    const timer = new AbortController();
    const late = sleep(2000, undefined, { signal: timer.signal, ref: false });
    try {
      await Promise.race([asked, late]);
    } catch (error) {
      throw this.#options.translate(error);
    } finally {
      timer.abort();
      late.catch(() => {});
      connection.stream.destroy();
    }
  }

  /**
   * Asks the server, over a connection of its own, whether it works on what `client` runs.
   * True where that can't be told: behind a pooler, or when the server lets nobody in now.
   */
  async isWorking({ processID }: PgClient): Promise<boolean> {
    let probe: PgClient;
    try {
      probe = await this.#openOnce();
    } catch (error) {
      return !isUnreachable(this.#options.translate(error));
    }
    const { stream } = probe.connection;
    const late = Object.assign(new Error("the server did not answer"), { code: "ETIMEDOUT" });
    const deadline = setTimeout(() => stream.destroy(late), probeDeadlineMs).unref();
    try {
      const { rows } = await ask(probe, backendState, [String(processID)]);
      return this.pooled === true || rows[0]?.[0] === "t";
    } catch (error) {
      return !isUnreachable(this.#options.translate(error));
    } finally {
      clearTimeout(deadline);
      stream.destroy();
    }
  }

  async #openOnce(): Promise<PgClient> {
    const attempts = tlsAttempts(this.#options.target);
    const preferred = this.#withoutTls ? attempts.slice(-1) : attempts;
    for (const [position, tls] of preferred.entries()) {
      try {
        return await this.#openWith(tls);
      } catch (error) {
        const last = position === preferred.length - 1;
        if (last || !mayFallBack(error)) {
          throw error;
        }
        this.#withoutTls = tls !== false && refusesTls(error);
      }
    }
    throw new Error("unreachable: sslmode allows no attempt");
  }

  async #openWith(tls: TlsAttempt): Promise<PgClient> {
    try {
      return await this.#connect(tls);
    } catch (error) {
      const refused = refusedSetting(error);
      if (refused === undefined || this.#refusesSettings) {
        throw error;
      }
      this.pooled = true;
      this.#assertSearchPathIsSafe();
      this.#refusesSettings = true;
      return this.#connect(tls);
    }
  }

  async #connect(tls: TlsAttempt): Promise<PgClient> {
    const { target } = this.#options;
    const { connectTimeoutMs = 10_000 } = target;
    const client = new this.#pg.Client({
      host: target.host,
      port: target.port,
      user: target.user,
      database: target.database,
      // A function keeps pg from looking for ~/.pgpass, and the secret out of its configuration.
      password: () => target.password?.reveal() ?? process.env["PGPASSWORD"],
      ssl: tls,
      ...this.#directTls(tls),
      enableChannelBinding: tls !== false && target.channelBinding !== "disable",
      keepAlive: target.keepAliveSeconds !== 0,
      keepAliveInitialDelayMillis: (target.keepAliveSeconds ?? 30) * 1000,
      connectionTimeoutMillis: connectTimeoutMs,
    });
    const reported = new Map<string, string>();
    guardDecoding(client.connection);
    client.on("error", () => {}); // the connection made of it listens too; this one is there from the first byte
    client.connection.on(
      "parameterStatus",
      ({ parameterName, parameterValue }: ParameterStatus) => {
        reported.set(parameterName, parameterValue);
      },
    );
    client.connection.on(
      "authenticationSASL",
      ({ mechanisms }: { readonly mechanisms: readonly string[] }) => {
        const bound = tls !== false && mechanisms.includes("SCRAM-SHA-256-PLUS");
        if (target.channelBinding === "require" && !bound) {
          client.connection.stream.destroy(
            new Error("channel binding is required, but the server does not offer it"),
          );
        }
      },
    );
    client.getStartupConf = () => this.#startupSettings(client);
    try {
      await client.connect();
      await this.#check(client, reported);
      return client;
    } catch (error) {
      client.connection.stream.destroy();
      throw isTimeout(error)
        ? new DriverError(`the server did not answer within ${connectTimeoutMs} ms`, {
            kind: "connect",
            code: "ETIMEDOUT",
            transient: true,
          })
        : error;
    }
  }

  #startupSettings({ user, database }: PgClient): Record<string, string> {
    const { target } = this.#options;
    return {
      ...(user === undefined ? {} : { user }),
      ...(database === undefined ? {} : { database }),
      application_name: target.applicationName ?? process.env["PGAPPNAME"] ?? "ferro",
      ...target.settings,
      ...session,
      ...(this.#refusesSettings ? {} : directSession),
      ...(this.#sendsSearchPath ? { search_path: target.searchPath ?? "" } : {}),
    };
  }

  get #sendsSearchPath(): boolean {
    const { target, searchPathPerTransaction = false } = this.#options;
    return target.searchPath !== undefined && !(searchPathPerTransaction && this.pooled === true);
  }

  /** Asks what start-up could not settle: once for a direct server, on each connection behind a pooler. */
  async #check(client: PgClient, reported: Map<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(session)) {
      const actual = reported.get(name);
      if (actual !== undefined && actual !== value) {
        throw new DriverError(
          `the server keeps ${name} at "${actual}", but it must be "${value}" for values to be read right`,
          { kind: "connect" },
        );
      }
    }
    if (this.pooled === false) {
      return;
    }
    const { rows } = await ask(
      client,
      "select pg_backend_pid(), current_setting('extra_float_digits')",
    );
    const [pid, floatDigits] = rows[0] ?? [];
    // A pooler hands out keys of its own making.
    this.pooled = Number(pid) !== client.processID;
    if (Number(floatDigits) < 1) {
      throw new DriverError(
        "the server rounds floating-point numbers\n  hint: alter role ... set extra_float_digits = 3",
        { kind: "connect" },
      );
    }
    this.#assertSearchPathIsSafe();
  }

  /** Session state crosses tenants behind a pooler in transaction mode, so it is refused there. */
  #assertSearchPathIsSafe(): void {
    const { target, searchPathPerTransaction = false } = this.#options;
    if (this.pooled === true && target.searchPath !== undefined && !searchPathPerTransaction) {
      throw new DriverError(
        "a pooler stands before this server, where a session's search path may reach other clients\n  hint: connect to the server itself to use ferro_search_path",
        { kind: "connect" },
      );
    }
  }

  #directTls(tls: TlsAttempt): Record<string, string> {
    return tls !== false && this.#options.target.ssl.direct === true
      ? { sslnegotiation: "direct", sslNegotiation: "direct" }
      : {};
  }
}

interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

const probeDeadlineMs = 5000;

/** A backend that waits for its client to read has lost it, since nothing arrives here. */
const backendState =
  "select state = 'active' and wait_event is distinct from 'ClientWrite' from pg_stat_activity where pid = $1";

/** Codes of a socket that meets nobody; what the server says itself, and a failed name lookup, prove nothing. */
const unreachableCodes: ReadonlySet<string | undefined> = new Set([
  undefined, // the peer hung up without a word
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
]);

function isUnreachable({ code }: DriverError): boolean {
  return unreachableCodes.has(code);
}

function ask(client: PgClient, sql: string, values: string[] = []): Promise<DriverResult> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: DriverResult | Error) =>
      outcome instanceof Error ? reject(outcome) : resolve(outcome);
    client.query(
      new PgQuery({ kind: "statement", sql, values, named: undefined, close: [] }, settle),
    );
  });
}

/** "unsupported startup parameter: search_path": how PgBouncer refuses a setting. */
function refusedSetting(error: unknown): string | undefined {
  return error instanceof Error
    ? /unsupported startup parameter(?: in options)?: "?(\w+)/iu.exec(error.message)?.[1]
    : undefined;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === "timeout expired";
}
