/** Auto-migrate: makes what is missing, and mends what it may, in one transaction. */
import { type DdlStatement, emitCreate } from "../ddl/create.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { DriverConnection, Statement } from "../driver/driver.ts";
import { MigrationError } from "../errors/errors.ts";
import { namesOf } from "../ir/canonical.ts";
import type { SchemaIr, SchemaPayload } from "../ir/schema.ts";
import { type AutoOptions, type AutoPlan, type AutoStatement, planAuto } from "./auto.ts";
import { createAll, createdTables, exclusively, missingFrom } from "./create.ts";

/** What was done; in a dry run, what would be done. */
export interface MigrateReport {
  /** The statements, in order; empty when the database has what the models need. */
  readonly statements: readonly string[];
  /** The tables made. */
  readonly created: readonly string[];
  /** What differs and was left as it is. */
  readonly warnings: readonly string[];
}

/** How far auto-migrate goes. */
export interface MigrateSettings extends AutoOptions {
  /** Plans, and changes nothing. */
  readonly dryRun: boolean;
  /** Run at the start of the transaction: the search path, where a pooler would lose it. */
  readonly setting?: Statement | undefined;
}

/**
 * Brings a database to what the models need.
 *
 * All in one transaction and under a lock, so several processes may start at once. When nothing
 * is missing, only the catalog is read.
 *
 * @throws {MigrationError} Something can't be done, or a statement failed; nothing was changed.
 */
export async function migrateSchema(
  connection: DriverConnection,
  ir: SchemaIr,
  dialect: Dialect,
  settings: MigrateSettings,
): Promise<MigrateReport> {
  const { dryRun, setting } = settings;
  // A setting holds inside the transaction alone, so before it the catalog would be that of another schema.
  if (setting === undefined) {
    const plan = await planNow(connection, ir, dialect, settings);
    if (dryRun || isEmpty(plan)) return report(plan);
  }
  return exclusively(connection, dialect.ddl, setting, "migrating", async (run) => {
    const plan = await planNow(connection, ir, dialect, settings);
    if (dryRun) return report(plan);
    await createAll(run, plan.create);
    for (const statement of plan.changes.statements) {
      try {
        await connection.script(statement.sql);
      } catch (cause) {
        throw failure(statement, cause);
      }
    }
    return report(plan);
  });
}

function failure({ sql, table, problem }: AutoStatement, cause: unknown): MigrationError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new MigrationError(
    problem?.(message) ??
      `Auto-migrate DDL failed for table '${table}': ${message} (statement: ${sql})`,
    { cause },
  );
}

interface Planned {
  readonly create: readonly DdlStatement[];
  readonly changes: AutoPlan;
}

async function planNow(
  connection: DriverConnection,
  ir: SchemaIr,
  dialect: Dialect,
  settings: MigrateSettings,
): Promise<Planned> {
  const missing = await missingFrom(connection, ir, dialect.ddl);
  const create = missing.payload.tables.length === 0 ? [] : emitCreate(missing, dialect.ddl);
  if (!settings.updates && !settings.destructive) {
    return { create, changes: { statements: [], warnings: [] } };
  }
  const live = await dialect.introspect(connection, { named: namesOf(ir.payload) });
  const changes = planAuto(together(live, missing.payload), ir.payload, dialect, settings);
  return { create, changes };
}

/** The database as it is once the missing tables are made. */
function together(live: SchemaPayload, missing: SchemaPayload): SchemaPayload {
  const known = new Set(live.enums.map(({ name }) => name));
  return {
    ...live,
    tables: [...live.tables, ...missing.tables],
    enums: [...live.enums, ...missing.enums.filter(({ name }) => !known.has(name))],
  };
}

function isEmpty({ create, changes }: Planned): boolean {
  return create.length === 0 && changes.statements.length === 0;
}

function report({ create, changes }: Planned): MigrateReport {
  return {
    statements: [...create, ...changes.statements].map(({ sql }) => sql),
    created: createdTables(create),
    warnings: changes.warnings,
  };
}
