/** Auto-migrate: makes what is missing, and mends what it may, in one transaction. */
import { type DdlStatement, emitCreate } from "../ddl/create.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { DriverConnection, Statement } from "../driver/driver.ts";
import { MigrationError } from "../errors/errors.ts";
import { VersionedDatabaseError } from "../errors/migration.ts";
import { namesOf } from "../ir/canonical.ts";
import type { SchemaIr, SchemaPayload } from "../ir/schema.ts";
import { type AutoOptions, type AutoPlan, type AutoStatement, planAuto } from "./auto.ts";
import { createAll, createdTables, exclusively, missingFrom } from "./create.ts";
import { historyTables } from "./history-tables.ts";

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
 * @throws {VersionedDatabaseError} Versioned migrations look after the database, and it would have to be changed.
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
    refuseVersioned(plan);
  }
  return exclusively(connection, dialect.ddl, setting, "migrating", async (run) => {
    const plan = await planNow(connection, ir, dialect, settings);
    if (dryRun || isEmpty(plan)) return report(plan);
    refuseVersioned(plan);
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
  /** Whether revisions were applied to the database. */
  readonly isVersioned: boolean;
}

async function planNow(
  connection: DriverConnection,
  ir: SchemaIr,
  dialect: Dialect,
  settings: MigrateSettings,
): Promise<Planned> {
  const { ir: missing, hasHistory } = await missingFrom(connection, ir, dialect.ddl);
  const isVersioned = hasHistory && (await hasRevisions(connection));
  const create = missing.payload.tables.length === 0 ? [] : emitCreate(missing, dialect.ddl);
  if (!settings.updates && !settings.destructive) {
    return { create, changes: { statements: [], warnings: [] }, isVersioned };
  }
  const live = await dialect.introspect(connection, { named: namesOf(ir.payload) });
  const changes = planAuto(together(live, missing.payload), ir.payload, dialect, settings);
  return { create, changes, isVersioned };
}

/** A history that was taken back to its beginning is nobody's. */
async function hasRevisions(connection: DriverConnection): Promise<boolean> {
  const sql = `SELECT 1 FROM ${historyTables[0]} LIMIT 1`;
  const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
  return rows.length > 0;
}

/** Two that change one schema would undo each other's work: the next comparison of revisions would not fit. */
function refuseVersioned(plan: Planned): void {
  if (!plan.isVersioned) return;
  const [first = "", ...others] = statementsOf(plan);
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  throw new VersionedDatabaseError(
    `versioned migrations look after this database, and auto-migrate would change it: ${first.split("\n")[0]}${more}`,
    { hint: `${wayOut}; \`ferro stamp base\` gives the database back to auto-migrate` },
  );
}

const wayOut =
  "make the change with `ferro revision --autogenerate` and `ferro upgrade`, and take autoMigrate, migrateUpdates and migrateDestructive out of connect, or the call of migrate() or createTables() out of the program";

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

function report(plan: Planned): MigrateReport {
  const { create, changes, isVersioned } = plan;
  return {
    statements: statementsOf(plan),
    created: createdTables(create),
    warnings: isVersioned ? [...changes.warnings, versioned] : changes.warnings,
  };
}

const versioned = `Versioned migrations look after this database, so auto-migrate changes nothing in it: ${wayOut}.`;

function statementsOf({ create, changes }: Planned): readonly string[] {
  return [...create, ...changes.statements].map(({ sql }) => sql);
}
