/** Opens databases: the only place where drivers, dialects, pools and models meet. */

import { createHash } from "node:crypto";
import { type LazyMode, readLazy } from "../definition/lazy-mode.ts";
import { UsageError } from "../errors/errors.ts";
import { findModel, resolveModels } from "../model/registry.ts";
import { Connection, type ImplicitRouting } from "../session/connection.ts";
import { announceConnect } from "../session/events.ts";
import {
  allConnections,
  checkName,
  defaultConnection,
  defaultName,
  findConnection,
  namedConnection,
  register,
  selectDefault,
  unregister,
} from "../session/registry.ts";
import { resolveScope } from "../session/scope.ts";
import type { Session } from "../session/session.ts";
import { type LogOptions, readLog } from "../session/statement-log.ts";
import { loadedCopies } from "../util/copies.ts";
import { migrateAtConnect } from "./auto-migrate.ts";
import { type MigrationsAtConnect, migrationsSetting } from "./boot-options.ts";
import { redacted } from "./connect-error.ts";
import { type OpenedDriver, openDriver } from "./drivers.ts";
import { makePools, type PoolOptions, readPoolOptions } from "./pools.ts";
import { redactError, redactUrl } from "./redact.ts";
import { readUrl } from "./url.ts";

/** Options of {@link connect}. */
export interface ConnectOptions {
  /** Letters, digits and underscores. Without one the connection is called "default" and is the default. */
  readonly name?: string | undefined;
  /** Make a named connection the default. */
  readonly default?: boolean | undefined;
  /** The pool's size and limits; for SQLite, whether its connections live in worker threads. */
  readonly pool?: PoolOptions | undefined;
  /** Whether one row is one object in a session. Default true. */
  readonly identityMap?: boolean | undefined;
  /** What work outside any session does: warn once (the default), pass, or fail. */
  readonly implicitRouting?: ImplicitRouting | undefined;
  /** How relations that were not included are loaded: for all rows of a result (the default), for one, or not at all. */
  readonly lazy?: LazyMode | undefined;
  /** Write every statement to stderr once it has run, or what the options say. Default false. */
  readonly log?: boolean | LogOptions | undefined;
  /** SQLite: how long to retry while another process holds a lock, in milliseconds. Default 5,000. */
  readonly busyTimeoutMs?: number | undefined;
  /** PostgreSQL: whether the server keeps prepared statements. Default: yes, except behind a pooler. */
  readonly preparedStatements?: boolean | undefined;
  /** The SQLite library; "better-sqlite3" must be installed beside Ferro. Default "node:sqlite". */
  readonly sqlite?: "node:sqlite" | "better-sqlite3" | undefined;
  /** Create the tables that are missing; existing ones are left alone. */
  readonly autoMigrate?: boolean | undefined;
  /** Also add missing columns and indexes, and mend types and nullability where the database can; see `migrate()`. */
  readonly migrateUpdates?: boolean | undefined;
  /** Also drop columns and indexes that the models no longer have. Implies `migrateUpdates`. */
  readonly migrateDestructive?: boolean | undefined;
  /**
   * Versioned migrations: "check" fails where revisions are pending, "upgrade" applies them first.
   * Default "off".
   */
  readonly migrations?: "off" | "check" | "upgrade" | MigrationsAtConnect | undefined;
}

/**
 * Opens a database and registers it under a name.
 *
 * @param url - `sqlite:app.db?mode=rwc`, `sqlite::memory:`, `postgresql://user:password@host/database`,
 * or `pglite:` with a folder or nothing.
 * @param options - Name, pool, and whether missing tables are created.
 * @returns The connection, once the database has answered.
 * @throws {SchemaError} A model is wrong; nothing was opened.
 * @throws {UsageError} The URL or an option can't be read.
 * @throws {ConnectionError} The database could not be reached or refused the login.
 * @throws {PendingMigrationsError} With `migrations`, revisions are pending that may not be applied here.
 *
 * @example
 * ```ts
 * await connect("sqlite::memory:", { autoMigrate: true });
 * ```
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Connection> {
  refuseCopies(loadedCopies());
  const { name = defaultName } = readConnectOptions(options);
  checkName(name);
  const fingerprint = fingerprintOf(url, options);
  // One after the other, in the order of the calls: an equal one is reused, an unnamed one replaces the one before.
  const earlier = connecting.get(name);
  const work = (async () => {
    await earlier?.catch(() => undefined);
    return connectNow(url, options, name, fingerprint);
  })();
  connecting.set(name, work);
  try {
    return await work;
  } finally {
    if (connecting.get(name) === work) connecting.delete(name);
  }
}

/** The drivers of open connections, for those who need a physical connection beside the pool. */
const drivers = new WeakMap<Connection, OpenedDriver>();

/** Brings the schema to where the options want it. */
async function prepare(
  connection: Connection,
  url: string,
  options: ConnectOptions,
): Promise<void> {
  await migrateAtConnect(connection, options);
  const setting = migrationsSetting(options.migrations);
  const opened = drivers.get(connection);
  if (setting === undefined || opened === undefined) return;
  // Programs that migrate elsewhere don't load what plans and runs migrations.
  const { migrateAtBoot } = await import("./boot.ts");
  const target = readUrl(url, { sqlite: options.sqlite });
  await migrateAtBoot(connection, { url, target, opened }, setting);
}

/** The last call for each name that is on its way. */
const connecting = new Map<string, Promise<Connection>>();

async function connectNow(
  url: string,
  options: ConnectOptions,
  name: string,
  fingerprint: string,
): Promise<Connection> {
  const present = findConnection(name);
  if (present !== undefined && present.fingerprint === fingerprint && mayReuse(url, options)) {
    await prepare(present, url, options);
    if (options.default === true) selectDefault(name);
    return present;
  }
  if (options.name !== undefined) refuseTaken(name);
  // A wrong URL or model is found before any socket or file is opened.
  const target = readUrl(url, { sqlite: options.sqlite });
  resolveModels();
  const pool = readPoolOptions(options.pool);
  const opened = await openDriver(target, {
    prepareStatements: options.preparedStatements,
    threads: pool.threads,
    redact: (error) => redactError(error, url),
  }).catch((error: unknown) => {
    throw redacted(error, url);
  });
  const connection = new Connection({
    name,
    fingerprint,
    dialect: opened.dialect,
    ...makePools(opened, pool, name),
    identityMap: options.identityMap ?? true,
    implicitRouting: options.implicitRouting ?? "warn",
    lazy: options.lazy ?? "siblings",
    busyTimeoutMs: options.busyTimeoutMs ?? 5_000,
    log: readLog(options.log),
    perTransaction: opened.perTransaction,
    onClose: unregister,
  });
  drivers.set(connection, opened);
  try {
    await connection.warm();
    await prepare(connection, url, options);
    if (options.name !== undefined) refuseTaken(name);
  } catch (error) {
    await connection.close();
    throw redacted(error, url);
  }
  const replaced = findConnection(name);
  register(connection, options.name === undefined || options.default === true);
  announceConnect(name, redactUrl(url));
  await replaced?.close();
  return connection;
}

/**
 * Makes a named connection the default for calls that name none.
 *
 * @throws {NoConnectionError} No connection has that name.
 *
 * @example
 * ```ts
 * await connect("sqlite::memory:", { name: "main" });
 * setDefaultConnection("main");
 * ```
 */
export function setDefaultConnection(name: string): void {
  selectDefault(name);
}

/**
 * Closes one connection, or all of them; running work ends first.
 *
 * @param name - The connection; every one when left out.
 * @throws {NoConnectionError} No connection has that name.
 *
 * @example
 * ```ts
 * await connect("sqlite::memory:");
 * await disconnect();
 * ```
 */
export async function disconnect(name?: string): Promise<void> {
  const closing = name === undefined ? allConnections() : [namedConnection(name)];
  await Promise.all(closing.map((connection) => connection.close()));
}

/**
 * Asks a connection whether its database answers.
 *
 * @param name - The connection; the default one when left out.
 * @throws {ConnectionLostError} It does not.
 *
 * @example
 * ```ts
 * await connect("sqlite::memory:");
 * await checkConnection();
 * ```
 */
export async function checkConnection(name?: string): Promise<void> {
  const connection = name === undefined ? defaultConnection() : namedConnection(name);
  await connection.ping();
}

/**
 * Closes every connection and forgets the default: for tests that start anew.
 *
 * Open sessions end with it. Models stay known.
 *
 * @example
 * ```ts
 * await connect("sqlite::memory:");
 * await resetEngine();
 * ```
 */
export async function resetEngine(): Promise<void> {
  await Promise.all(allConnections().map((connection) => connection.close()));
}

/** Where an entry of the identity map is looked for. */
export interface EvictOptions {
  readonly using?: string | undefined;
  readonly session?: Session | undefined;
}

/**
 * Takes one row out of the identity map: the next load makes a new object.
 *
 * @param model - The model's name.
 * @param key - The primary key as text: `String(post.id)`.
 * @param options - The connection or session; by default those around the call.
 * @throws {UsageError} No model has that name.
 *
 * @example
 * ```ts
 * await connect("sqlite::memory:");
 * evictInstance("Post", "1");
 * ```
 */
export function evictInstance(model: string, key: string, options: EvictOptions = {}): void {
  resolveScope(options).identity?.evict(findModel(model), key);
}

/** An unnamed database in memory is a new one each time; everything else may be shared. */
function mayReuse(url: string, { name }: ConnectOptions): boolean {
  return name !== undefined || !/memory/i.test(url);
}

/** Tells equal calls from others without keeping what they were given. */
function fingerprintOf(
  url: string,
  {
    autoMigrate,
    migrateUpdates,
    migrateDestructive,
    migrations,
    default: asDefault,
    ...rest
  }: ConnectOptions,
): string {
  const sorted = (options: object = {}) => Object.entries(options).sort();
  const settings = sorted({ ...rest, pool: sorted(rest.pool) });
  return createHash("sha256")
    .update(JSON.stringify([url, settings]))
    .digest("hex");
}

/** @throws {UsageError} The package is loaded from more than one place. */
export function refuseCopies(copies: readonly string[]): void {
  if (copies.length < 2) return;
  throw new UsageError(`ferro-orm is loaded ${copies.length} times: ${copies.join(" and ")}`, {
    hint: "install one version for the whole program (npm ls ferro-orm shows who brings the others)",
  });
}

function refuseTaken(name: string): void {
  if (findConnection(name) === undefined) return;
  throw new UsageError(`the connection "${name}" is open already, with other settings`, {
    hint: "use another name, or disconnect it first",
  });
}

function changesSchema(options: ConnectOptions): boolean {
  const { autoMigrate, migrateUpdates, migrateDestructive } = options;
  return autoMigrate === true || migrateUpdates === true || migrateDestructive === true;
}

const known: ReadonlySet<string> = new Set([
  "name",
  "default",
  "pool",
  "identityMap",
  "implicitRouting",
  "lazy",
  "log",
  "busyTimeoutMs",
  "preparedStatements",
  "sqlite",
  "autoMigrate",
  "migrateUpdates",
  "migrateDestructive",
  "migrations",
]);

const switches = [
  "default",
  "identityMap",
  "autoMigrate",
  "migrateUpdates",
  "migrateDestructive",
] as const;

function readConnectOptions(options: ConnectOptions): ConnectOptions {
  for (const key of Object.keys(options)) {
    if (known.has(key)) continue;
    throw new UsageError(`connect() has no option "${key}"`, {
      hint: `its options are ${[...known].join(", ")}`,
    });
  }
  for (const key of switches) {
    const value: unknown = options[key];
    if (value === undefined || typeof value === "boolean") continue;
    throw new UsageError(`the option ${key} of connect() must be true or false`, {
      hint: 'text from the environment has to be compared: process.env.MIGRATE === "true"',
    });
  }
  if (options.pool !== undefined && (typeof options.pool !== "object" || options.pool === null)) {
    throw new UsageError("the option pool of connect() must be an object", {
      hint: "write pool: { maxConnections: 10 }",
    });
  }
  const { implicitRouting, lazy, log } = options;
  readLog(log);
  if (migrationsSetting(options.migrations) !== undefined && changesSchema(options)) {
    throw new UsageError("connect() was given `migrations` beside `autoMigrate`", {
      hint: "a database is brought up to date in one way: leave out one of them",
    });
  }
  if (lazy !== undefined) readLazy(lazy, "lazy");
  if (implicitRouting !== undefined && !["warn", "allow", "error"].includes(implicitRouting)) {
    throw new UsageError('implicitRouting must be "warn", "allow" or "error"');
  }
  return options;
}
