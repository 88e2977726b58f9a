/** Runs a history up, down and up again in a database that is thrown away. */
import { MigrationError } from "../errors/errors.ts";
import { canonicalSchema, namesOf } from "../ir/canonical.ts";
import { sameData } from "../ir/same.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { type DriftItem, findDrift } from "./drift.ts";
import type { FiledRevision } from "./folder.ts";
import { History } from "./history.ts";
import { historyTables } from "./history-tables.ts";
import type { MigrationTarget } from "./target.ts";
import { downgrade, upgrade } from "./upgrade.ts";

/** What a rehearsal showed. */
export interface Rehearsal {
  /** How the database, built from nothing, is not what the models say. */
  readonly differences: readonly DriftItem[];
  /** Why it could not go back all the way; null when it did. */
  readonly irreversible: string | null;
  /** Whether going down and up again gave the same catalog. */
  readonly comesBack: boolean;
  /** How often each revision was run. */
  readonly runs: readonly string[];
}

/**
 * Rehearses a history on an empty database.
 *
 * @param models - What should come of it.
 * @throws {MigrationError} A revision fails.
 */
export async function rehearse(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  models: SchemaPayload,
): Promise<Rehearsal> {
  const allowed = { allowDestructive: true };
  await upgrade(target, revisions, allowed);
  const first = await catalog(target, models);
  const drift = await findDrift(target, models);
  const differences = drift.items.filter(({ kind }) => kind !== "unmanaged");
  const irreversible = await goBack(target, revisions);
  await upgrade(target, revisions, allowed);
  const again = await catalog(target, models);
  const log = await (await History.open(target)).log();
  return {
    differences,
    irreversible,
    comesBack: sameData(first, again),
    runs: log.map(({ event, revision }) => `${event} ${revision}`),
  };
}

/** To the beginning; else as far as it goes, one step at a time. */
async function goBack(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
): Promise<string | null> {
  const refused = await refusal(() => downgrade(target, revisions, { to: "base" }));
  if (refused === null) return null;
  while ((await refusal(() => downgrade(target, revisions))) === null) {
    // Each turn takes one revision back, and the irreversible one ends it.
  }
  return refused;
}

async function refusal(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    // Refused before anything was touched: by an operation that has no way back, or by rows that data steps made.
    if (error instanceof MigrationError && error.cause === undefined) return error.message;
    throw error;
  }
}

async function catalog(
  { dialect, connection }: MigrationTarget,
  models: SchemaPayload,
): Promise<SchemaPayload> {
  const named = namesOf(models);
  const found = canonicalSchema(await dialect.introspect(connection, { named }));
  return { ...found, tables: found.tables.filter(({ name }) => !historyTables.includes(name)) };
}
