/** Auto-migrate, where connections and models meet. */
import { toSchemaIr } from "../definition/to-schema-ir.ts";
import { UsageError } from "../errors/errors.ts";
import { type MigrateReport, type MigrateSettings, migrateSchema } from "../migration/migrate.ts";
import { resolveModels } from "../model/registry.ts";
import type { Connection } from "../session/connection.ts";
import { resolveScope } from "../session/scope.ts";
import { Transaction } from "../session/transaction.ts";

/** Options of {@link migrate}. */
export interface MigrateOptions {
  /** The connection; the default one otherwise. Never more than one. */
  readonly using?: string | undefined;
  /** Add missing columns and indexes, and mend types and nullability where the database can. Default true. */
  readonly updates?: boolean | undefined;
  /** Also drop columns and indexes that the models no longer have; implies `updates`. Default false. */
  readonly destructive?: boolean | undefined;
  /** Only say what would be done. Default false. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Brings a database closer to the models: for development and tests. Production uses versioned migrations.
 *
 * Makes the tables that are missing, adds columns and indexes, and mends types and nullability where
 * the database can do so in place. Renames, primary keys and tables that go are left alone. All in one
 * transaction; a second run finds nothing to do. What differs and is left as it is becomes a warning.
 *
 * @param options - The connection, and how far to go.
 * @returns The statements run, the tables made, and the warnings.
 * @throws {MigrationError} Something can't be done to a table that exists, or a statement failed; nothing was changed.
 *
 * @example
 * ```ts
 * await connect("sqlite::memory:");
 * const { statements } = await migrate({ dryRun: true });
 * await migrate();
 * ```
 */
export async function migrate(options: MigrateOptions = {}): Promise<MigrateReport> {
  const { using, updates = true, destructive = false, dryRun = false } = readOptions(options);
  const { connection, identity } = scopeOf("migrate", using);
  const report = await run(connection, { updates, destructive, dryRun });
  identity?.clear();
  return report;
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
  const unknown = Object.keys(options).find((option) => option !== "using");
  if (unknown !== undefined) {
    throw new UsageError(`createTables() has no option "${unknown}"`, {
      hint: "its only option is using",
    });
  }
  const { connection, identity } = scopeOf("createTables", options.using);
  await run(connection, { updates: false, destructive: false, dryRun: false });
  identity?.clear();
}

/** The part of `connect`'s options that changes schemas. */
export interface MigrateAtConnect {
  readonly autoMigrate?: boolean | undefined;
  readonly migrateUpdates?: boolean | undefined;
  readonly migrateDestructive?: boolean | undefined;
}

/** What `connect` was asked to do with the schema; each flag implies the one before. */
export async function migrateAtConnect(
  connection: Connection,
  { autoMigrate, migrateUpdates, migrateDestructive }: MigrateAtConnect,
): Promise<void> {
  const destructive = migrateDestructive === true;
  const updates = destructive || migrateUpdates === true;
  if (!updates && autoMigrate !== true) return;
  const { statements } = await run(connection, { updates, destructive, dryRun: false });
  // The connections opened first were given up with the old schema; the minimum is open again before anyone comes.
  if (statements.length > 0) await connection.warm();
}

async function run(connection: Connection, settings: MigrateSettings): Promise<MigrateReport> {
  // Models that were defined since the last time count as well.
  const { ir, warnings } = toSchemaIr(resolveModels());
  for (const { code, message } of warnings) process.emitWarning(message, "FerroWarning", code);
  const setting = connection.transactionSetting;
  const report = await connection.lease("write", (physical) =>
    migrateSchema(physical, ir, connection.dialect, { ...settings, setting }),
  );
  if (settings.dryRun) return report;
  for (const message of report.warnings) {
    process.emitWarning(`ferro auto-migrate: ${message}`, "FerroWarning", "AUTO_MIGRATE");
  }
  if (report.statements.length > 0) connection.renew();
  connection.identity?.clear();
  return report;
}

function scopeOf(call: string, using: string | undefined) {
  const { connection, executor, identity } = resolveScope(using === undefined ? {} : { using });
  if (!(executor instanceof Transaction)) return { connection, identity };
  throw new UsageError(`${call}() was called inside a transaction`, {
    hint: "call it before the transaction; it makes one of its own",
  });
}

const known: ReadonlySet<string> = new Set(["using", "updates", "destructive", "dryRun"]);

function readOptions(options: MigrateOptions): MigrateOptions {
  for (const [key, value] of Object.entries(options)) {
    if (!known.has(key)) {
      throw new UsageError(`migrate() has no option "${key}"`, {
        hint: `its options are ${[...known].join(", ")}`,
      });
    }
    if (key !== "using" && value !== undefined && typeof value !== "boolean") {
      throw new UsageError(`migrate(): ${key} must be true or false`);
    }
  }
  return options;
}
