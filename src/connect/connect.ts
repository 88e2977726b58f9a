/** Opens databases: the only place where drivers, dialects, pools and models meet. */
import { toSchemaIr } from "../definition/to-schema-ir.ts";
import { Pool, type PoolOptions } from "../driver/pool.ts";
import { UsageError } from "../errors/errors.ts";
import { createMissing } from "../migration/create.ts";
import { resolveModels } from "../model/registry.ts";
import { Planner } from "../plan/planner.ts";
import { Connection } from "../session/connection.ts";
import { translateError } from "../session/errors.ts";
import {
  allConnections,
  checkName,
  defaultName,
  findConnection,
  namedConnection,
  register,
  selectDefault,
  unregister,
} from "../session/registry.ts";
import { resolveConnection } from "../session/route.ts";
import { openDriver } from "./drivers.ts";
import { redactUrl } from "./redact.ts";
import { readUrl } from "./url.ts";

/** Options of {@link connect}. */
export interface ConnectOptions {
  /** Letters, digits and underscores. Without one the connection is called "default" and is the default. */
  readonly name?: string;
  /** Make a named connection the default. */
  readonly default?: boolean;
  /** The pool's size and limits. */
  readonly pool?: PoolOptions;
  /** The SQLite library; "better-sqlite3" must be installed beside Ferro. Default "node:sqlite". */
  readonly sqlite?: "node:sqlite" | "better-sqlite3";
  /** Create the tables that are missing; existing ones are left alone. */
  readonly autoMigrate?: boolean;
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
 *
 * @example
 * ```ts
 * await connect("sqlite::memory:", { autoMigrate: true });
 * ```
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Connection> {
  refuseUnknown(options);
  const name = options.name ?? defaultName;
  checkName(name);
  if (options.name !== undefined) refuseTaken(name);
  const target = readUrl(url, { sqlite: options.sqlite });
  // A wrong model is found before any socket or file is opened.
  resolveModels();
  const { driver, dialect } = await openDriver(target);
  const connection = new Connection({
    name,
    url: redactUrl(url),
    dialect,
    pool: new Pool(driver, options.pool, { name }),
    planner: new Planner(dialect),
    onClose: unregister,
  });
  try {
    await connection.ping();
    if (options.autoMigrate === true) await createAll(connection);
    if (options.name !== undefined) refuseTaken(name);
  } catch (error) {
    await connection.close();
    throw translateError(error, { action: "connect" });
  }
  const replaced = findConnection(name);
  register(connection, options.name === undefined || options.default === true);
  await replaced?.close();
  return connection;
}

/**
 * Creates the tables of all models that a database lacks; existing tables are not touched.
 *
 * @param options - `using` names a connection; the default one otherwise. Never more than one.
 * @throws {MigrationError} A statement failed; the message names the table.
 *
 * @example
 * ```ts
 * await connect("sqlite::memory:");
 * await createTables();
 * ```
 */
export async function createTables(options: { readonly using?: string } = {}): Promise<void> {
  await createAll(resolveConnection(options));
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

async function createAll(connection: Connection): Promise<void> {
  const { ir, warnings } = toSchemaIr(resolveModels());
  for (const { code, message } of warnings) process.emitWarning(message, "FerroWarning", code);
  await connection.lease(({ connection: physical }) =>
    createMissing(physical, ir, connection.dialect.ddl),
  );
}

function refuseTaken(name: string): void {
  if (findConnection(name) === undefined) return;
  throw new UsageError(`the connection "${name}" is open already`, {
    hint: "use another name, or disconnect it first",
  });
}

const known: ReadonlySet<string> = new Set(["name", "default", "pool", "sqlite", "autoMigrate"]);

function refuseUnknown(options: object): void {
  for (const key of Object.keys(options)) {
    if (known.has(key)) continue;
    throw new UsageError(`connect() has no option "${key}"`, {
      hint: `its options are ${[...known].join(", ")}`,
    });
  }
}
