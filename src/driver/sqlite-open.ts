import { setTimeout as sleep } from "node:timers/promises";
import {
  type Driver,
  type DriverConnection,
  DriverError,
  type DriverValue,
  type ErrorTranslator,
} from "./driver.ts";
import { SqliteConnection, type SqliteEngine } from "./sqlite-connection.ts";
import { isBlank } from "./sqlite-text.ts";

/** A function that SQL may call; it must be pure. Integers beyond the safe range arrive as bigint. */
export type SqlFunction = (...values: DriverValue[]) => DriverValue;

/** How to open one SQLite database; `connect/url.ts` makes it from a URL. */
export interface SqliteDriverOptions {
  /** Path of the file; ":memory:" for a database that lives as long as the driver. */
  readonly file: string;
  /** `rwc` creates a missing file, `rw` refuses it, `ro` opens read-only. */
  readonly mode: "rwc" | "rw" | "ro";
  readonly translate: ErrorTranslator;
  /** Scalar functions to register on every connection. */
  readonly functions?: Readonly<Record<string, SqlFunction>> | undefined;
  /** How long SQLite may sleep on a lock, holding up the event loop. Default 10 ms: callers retry with awaits. */
  readonly busyTimeoutMs?: number | undefined;
  /** Prepared statements kept by one connection. Default 200. */
  readonly statementCacheSize?: number | undefined;
  /** How long opening may wait, without holding up the event loop, for another process's lock. Default 5 s. */
  readonly openTimeoutMs?: number | undefined;
}

/** Makes the driver from a function that opens one handle of a library. */
export function sqliteDriver(
  name: string,
  options: SqliteDriverOptions,
  openEngine: () => SqliteEngine,
): Driver {
  const { translate, statementCacheSize = 200 } = options;
  const memory = options.file === ":memory:";

  const openReady = (): SqliteEngine => {
    const engine = openEngine();
    try {
      configure(engine, options, memory);
      return engine;
    } catch (error) {
      engine.close();
      throw error;
    }
  };

  if (!memory) {
    const connect = (): DriverConnection =>
      new SqliteConnection(openReady(), { translate, statementCacheSize, keepsEngine: false });
    return { name, synchronous: true, open: () => openPatiently(connect, options) };
  }

  let shared: SqliteEngine | undefined;
  return {
    name,
    synchronous: true,
    maxConnections: 1,
    open: () => {
      try {
        shared ??= openReady();
      } catch (error) {
        throw asConnectError(translate(error));
      }
      return new SqliteConnection(shared, { translate, statementCacheSize, keepsEngine: true });
    },
    close: () => {
      shared?.close();
      shared = undefined;
    },
  };
}

/** Answers at once where it can; waits with awaits while another process holds the file's lock. */
function openPatiently(
  connect: () => DriverConnection,
  { translate, openTimeoutMs = 5000 }: SqliteDriverOptions,
): DriverConnection | Promise<DriverConnection> {
  const deadline = performance.now() + openTimeoutMs;
  const attempt = (): DriverConnection | DriverError => {
    try {
      return connect();
    } catch (error) {
      const translated = translate(error);
      if (translated.kind !== "busy" || performance.now() >= deadline) {
        throw asConnectError(translated);
      }
      return translated;
    }
  };
  const retry = async (): Promise<DriverConnection> => {
    for (;;) {
      await sleep(5 + Math.random() * 20);
      const outcome = attempt();
      if (!(outcome instanceof DriverError)) {
        return outcome;
      }
    }
  };

  const first = attempt();
  return first instanceof DriverError ? retry() : first;
}

function configure(engine: SqliteEngine, options: SqliteDriverOptions, memory: boolean): void {
  engine.exec(
    `pragma busy_timeout = ${Math.trunc(options.busyTimeoutMs ?? 10)}; pragma foreign_keys = on`,
  );
  if (readPragma(engine, "foreign_keys") !== 1n) {
    throw new DriverError("this SQLite library does not enforce foreign keys", { kind: "connect" });
  }
  if (!memory && options.mode !== "ro") {
    // Reading first: setting the mode takes a lock even when nothing changes.
    if (readPragma(engine, "journal_mode") !== "wal") {
      engine.exec("pragma journal_mode = wal");
    }
    engine.exec("pragma synchronous = normal");
  }
}

function readPragma(engine: SqliteEngine, name: string): DriverValue | undefined {
  const text = { verb: "pragma", parameterCount: 0, numbered: [], named: undefined };
  return engine.prepare(`pragma ${name}`, text).all([], true)[0]?.[0];
}

/** Whatever went wrong while opening is a failure to connect. */
function asConnectError(error: DriverError): DriverError {
  return new DriverError(error.message, { kind: "connect", code: error.code }, error.cause);
}

/** Lets user functions see numbers wherever the library, asked not to round, gives bigints. */
export function widenFunction(apply: SqlFunction): SqlFunction {
  const widened: SqlFunction = (...values) => apply(...values.map(asNumber));
  // Both libraries read the number of SQL arguments from here.
  Object.defineProperty(widened, "length", { value: apply.length });
  return widened;
}

function asNumber(value: DriverValue): DriverValue {
  if (typeof value !== "bigint") {
    return value;
  }
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Refuses what follows the first statement; node:sqlite would ignore it. */
export function assertNoTail(sql: string, first: string): void {
  if (first.length < sql.length && !isBlank(sql.slice(first.length))) {
    throw new DriverError("the SQL text holds more than one statement", { kind: "syntax" });
  }
}
