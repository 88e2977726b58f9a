/** Opens a database for migrations: one connection that works, one that holds the lock. */
import { toSchemaIr } from "../definition/to-schema-ir.ts";
import type { Backend } from "../dialect/dialect.ts";
import type { MigrationDialect } from "../dialect/migration.ts";
import { postgresDialect } from "../dialect/postgres/dialect.ts";
import { postgresMigration } from "../dialect/postgres/migration.ts";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import { sqliteMigration } from "../dialect/sqlite/migration.ts";
import type { Driver, DriverConnection, Statement } from "../driver/driver.ts";
import { MigrationError, UsageError } from "../errors/errors.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import type { DataStep } from "../migration/data-step.ts";
import { type PulledAgain, pullAgain } from "../migration/pull/again.ts";
import type { ScriptTarget } from "../migration/script.ts";
import type {
  DataRun,
  LockConnection,
  LockKind,
  MigrationTarget,
  ScratchPlace,
} from "../migration/target.ts";
import type { Targets } from "../migration/targets.ts";
import { resolveModels } from "../model/registry.ts";
import { Connection } from "../session/connection.ts";
import { executeRaw } from "../session/raw.ts";
import { fetchAll } from "../session/raw-api.ts";
import { findConnection, register, unregister } from "../session/registry.ts";
import { Session } from "../session/session.ts";
import { runTransaction } from "../session/transact.ts";
import { quoteIdentifier } from "../util/identifier.ts";
import { redacted } from "./connect-error.ts";
import { type OpenedDriver, openDriver } from "./drivers.ts";
import { makePools } from "./pools.ts";
import { redactError, redactUrl } from "./redact.ts";
import { readUrl, type UrlTarget } from "./url.ts";

/** Options of {@link openMigrations}. */
export interface TargetOptions {
  /** The SQLite library. Default "node:sqlite". */
  readonly sqlite?: "node:sqlite" | "better-sqlite3" | undefined;
  /**
   * What keeps other processes out. By default "session", a lock that ends with its session, and behind a
   * pooler "lease", a row that is renewed. For poolers that aren't noticed, and for those in session mode.
   */
  readonly lock?: "session" | "lease" | undefined;
}

/**
 * Opens a database for migrations. It isn't registered: no query of the program goes there.
 *
 * @throws {ConnectionError} The database can't be reached.
 */
export async function openMigrations(
  url: string,
  { sqlite, lock }: TargetOptions = {},
): Promise<MigrationTarget> {
  const target = readUrl(url, { sqlite });
  const redact = (error: unknown): void => redactError(error, url);
  const opened = await openDriver(target, { redact });
  const connection = await openOrExplain(opened.driver, url);
  await refusePooler(opened, connection);
  return makeTarget({ url, target, opened, connection, lock }, async () => {
    await connection.close();
    await opened.driver.close?.();
  });
}

/** What a migration target is made of. */
export interface TargetParts {
  readonly url: string;
  readonly target: UrlTarget;
  readonly opened: OpenedDriver;
  readonly connection: DriverConnection;
  readonly lock?: LockKind | undefined;
}

/** A database to migrate, over a connection that is open already. */
export function makeTarget(
  { url, target, opened, connection, lock }: TargetParts,
  close: () => Promise<void>,
): MigrationTarget {
  const isPooled = opened.isPooled?.() === true;
  const answers = answersOf(target);
  return {
    connection,
    dialect: opened.dialect,
    // What is set outside of transactions would stay with a session that others get next.
    answers: isPooled ? { ...answers, sessionTimeouts: () => null } : answers,
    label: redactUrl(url),
    lock: lock ?? (isPooled ? "lease" : "session"),
    openLock: () => openLock(target, opened),
    openScratch: (schemas) => openScratch(target, connection, schemas),
    runData: (step, run) => runData(opened, connection, step, run),
    close,
  };
}

function answersOf(target: UrlTarget): MigrationDialect {
  return target.backend === "sqlite" ? sqliteMigration : postgresMigration;
}

async function openOrExplain(driver: Driver, url: string): Promise<DriverConnection> {
  try {
    return await driver.open();
  } catch (error) {
    throw redacted(error, url);
  }
}

/** Behind a pooler a search path holds for one transaction, and not all that migrations ask is in one. */
async function refusePooler(
  { perTransaction }: OpenedDriver,
  connection: DriverConnection,
): Promise<void> {
  if (perTransaction?.() === undefined) return;
  await connection.close();
  throw new UsageError("migrations can't keep a search path through a pooler", {
    hint: "give the server's own URL: `directUrl` in ferro.config.ts, or --url",
  });
}

/**
 * On SQLite a database in memory; on PostgreSQL a schema in a transaction that is taken back. Schemas that
 * are there are called otherwise in it, which touches none of their tables.
 */
async function openScratch(
  target: UrlTarget,
  connection: DriverConnection,
  schemas: readonly string[] = [],
): Promise<ScratchPlace> {
  if (target.backend === "sqlite") {
    const { driver } = await openDriver(
      { ...target, file: ":memory:", mode: "rwc" },
      { redact: () => undefined },
    );
    const memory = await driver.open();
    return {
      connection: memory,
      async close() {
        await memory.close();
        await driver.close?.();
      },
    };
  }
  await connection.script("BEGIN");
  try {
    for (const [at, schema] of schemas.entries()) {
      const name = quoteIdentifier(schema);
      const { rows } = await connection.query({
        sql: "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1",
        parameters: [schema],
        returnsRows: true,
      });
      if (rows.length > 0)
        await connection.script(`ALTER SCHEMA ${name} RENAME TO ferro_aside_${at}`);
      await connection.script(`CREATE SCHEMA ${name}`);
    }
    // The schemas of before stay in sight: extensions' types and functions of others are there.
    await connection.script(
      "CREATE SCHEMA ferro_scratch; SELECT set_config('search_path', 'ferro_scratch, ' || current_setting('search_path'), true)",
    );
  } catch (cause) {
    await connection.script("ROLLBACK");
    throw new MigrationError("can't make a schema to compare with", {
      cause,
      hint: "the role needs CREATE on the database and must own the schemas of the tables; all is taken back with its transaction",
    });
  }
  return { connection, close: async () => connection.script("ROLLBACK") };
}

async function openLock(target: UrlTarget, opened: OpenedDriver): Promise<LockConnection | null> {
  if (target.driver === "pglite") return null;
  if (target.backend === "sqlite") return openFileLock(target);
  const connection = await opened.driver.open();
  return { connection, close: async () => connection.close() };
}

/**
 * SQLite has locks only on files and within transactions, and a migration is many transactions: it is
 * kept out of others' way by a file of its own beside the database. The file stays: whoever took it away
 * could take it from under another that has just opened it.
 */
async function openFileLock(
  target: Extract<UrlTarget, { backend: "sqlite" }>,
): Promise<LockConnection | null> {
  if (target.file === ":memory:") return null;
  const file = `${target.file}-ferro-lock`;
  const { driver } = await openDriver(
    { ...target, file, mode: "rwc" },
    { redact: () => undefined },
  );
  const connection = await driver.open();
  return {
    connection,
    async close() {
      await connection.close();
      await driver.close?.();
    },
  };
}

let steps = 0;

/** A data step may take long; timers count to 2^31. */
const dataTimeoutMs = 2_000_000_000;

/** Lends the working connection to models and raw SQL while a step's code runs. */
async function runData(
  opened: OpenedDriver,
  connection: DriverConnection,
  step: DataStep,
  run: DataRun,
): Promise<void> {
  let name: string;
  do {
    steps += 1;
    name = `ferro_migration_${steps}`;
  } while (findConnection(name) !== undefined);
  const lent = lend(opened, connection, name);
  register(lent, false);
  const session = new Session(name, {});
  const using = { using: name };
  const write = ({ sql, parameters }: Statement) => executeRaw(sql, parameters, using);
  const held = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    await run.assertHeld();
    return work();
  };
  const call = () =>
    step({
      db: {
        name,
        execute: (sql, parameters = []) => held(() => executeRaw(sql, parameters, using)),
        fetchAll: (sql, parameters = []) => fetchAll(sql, parameters, using),
        transaction: (work) => runTransaction(() => held(work), using),
      },
      lastKey: run.lastKey,
      saveKey: (key) =>
        held(async () => {
          await write(run.saveKey(key));
        }),
      log: run.log,
    });
  const finish = async () => {
    for (const statement of run.finish) await write(statement);
  };
  try {
    await session.run(async () => {
      if (!run.atomic) await call();
      const whole = { ...using, timeoutMs: dataTimeoutMs };
      await runTransaction(async () => {
        await run.assertHeld();
        if (run.atomic) await call();
        await finish();
      }, whole);
    });
  } finally {
    await session.close();
    await lent.close();
  }
}

/** A connection of one physical connection that is somebody else's. */
function lend(opened: OpenedDriver, connection: DriverConnection, name: string): Connection {
  const kept: ReadonlySet<PropertyKey> = new Set(["close", "destroy"]);
  const borrowed = new Proxy(connection, {
    get(inner, key) {
      if (kept.has(key)) return () => undefined;
      const value: unknown = Reflect.get(inner, key, inner);
      return typeof value === "function" ? value.bind(inner) : value;
    },
  });
  const driver: Driver = { name: opened.driver.name, maxConnections: 1, open: () => borrowed };
  return new Connection({
    name,
    fingerprint: name,
    dialect: opened.dialect,
    ...makePools({ driver, dialect: opened.dialect }, { maxConnections: 1 }, name),
    identityMap: true,
    implicitRouting: "allow",
    lazy: "siblings",
    log: undefined,
    busyTimeoutMs: 30_000,
    perTransaction: undefined,
    onClose: unregister,
  });
}

/**
 * What plans and scripts are made for, by the names of databases; nothing is opened.
 *
 * @param targets - The oldest versions that they are for.
 * @throws {UsageError} There is no database of that name.
 */
export function planners(names: readonly string[], targets: Targets = {}): readonly ScriptTarget[] {
  return names.map((name) => {
    const { target } = backendOf(name);
    return { ...target, oldest: targets[target.dialect.name] };
  });
}

/** The URL of a database of this kind that needs no set-up and is gone with its connection. */
export function throwawayUrl(name: string): string {
  return backendOf(name).throwaway;
}

function backendOf(name: string): (typeof backends)[Backend] {
  if (name === "sqlite" || name === "postgres") return backends[name];
  throw new UsageError(`there is no database "${name}"`, {
    hint: "databases are sqlite and postgres",
  });
}

const backends = {
  sqlite: {
    target: { dialect: sqliteDialect, answers: sqliteMigration },
    throwaway: "sqlite::memory:",
  },
  postgres: {
    target: { dialect: postgresDialect, answers: postgresMigration },
    throwaway: "pglite:",
  },
} as const;

/**
 * The schema of the models that this process has defined.
 *
 * @throws {SchemaError} A model is wrong.
 */
export function modelSchema(): SchemaPayload {
  return toSchemaIr(resolveModels()).ir.payload;
}

/**
 * Brings what changed in a database into the text of a file of models; the models are those of this process.
 *
 * @param payload - What `introspect` gave.
 * @param backend - The kind of database it was read from.
 * @throws {SchemaError} A model is wrong.
 */
export function pullIntoModels(
  payload: SchemaPayload,
  text: string,
  backend: Backend,
): PulledAgain {
  const { dialect } = backends[backend].target;
  return pullAgain(payload, { text, models: resolveModels(), dialect });
}
