/** Versioned migrations while a program starts. */
import { resolve } from "node:path";
import { UsageError } from "../errors/errors.ts";
import { PendingMigrationsError } from "../errors/migration.ts";
import { type FiledRevision, readFolder } from "../migration/folder.ts";
import type { MigrationTarget } from "../migration/target.ts";
import { type RunOptions, type RunReport, upgrade } from "../migration/upgrade.ts";
import type { Connection } from "../session/connection.ts";
import type { MigrationsAtConnect } from "./boot-options.ts";
import { makeTarget, type TargetParts } from "./migrate.ts";

/**
 * Checks that nothing is pending, or applies it.
 *
 * @throws {PendingMigrationsError} Something is pending that is not to be applied here.
 * @throws {MigrationError} As for `upgrade`.
 */
export async function migrateAtBoot(
  connection: Connection,
  parts: Omit<TargetParts, "connection">,
  setting: MigrationsAtConnect,
): Promise<void> {
  const revisions = await revisionsOf(setting);
  const { opened } = parts;
  const applied = await connection.lease("write", async (physical) => {
    if (opened.perTransaction?.() !== undefined) throw behindPooler();
    const target = makeTarget({ ...parts, connection: physical }, () => Promise.resolve());
    return migrateTarget(target, revisions, setting);
  });
  if (applied === 0) return;
  // Statements that were prepared before know the old tables.
  connection.renew();
  connection.identity?.clear();
  await connection.warm();
}

async function revisionsOf({
  revisions,
  folder = "migrations",
}: MigrationsAtConnect): Promise<readonly FiledRevision[]> {
  const path = resolve(folder);
  const found = revisions ?? (await readFolder(path));
  if (found.length > 0) return found;
  throw new UsageError(
    `connect() was asked to look after migrations, and there are none in ${path}`,
    {
      hint: "name the folder: migrations: { mode, folder }; or hand over the revisions themselves",
    },
  );
}

/** How many revisions were applied. */
async function migrateTarget(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  { mode, phase, lockWaitMs }: MigrationsAtConnect,
): Promise<number> {
  const options: RunOptions = { phase: "expand", lockWaitMs };
  const report = await upgrade(target, revisions, { ...options, dryRun: true });
  if (mode === "check") {
    if (report.revisions.length > 0) throw pending(report, revisions, mode);
  }
  if (report.held.length > 0 && phase !== "expand") throw pending(report, revisions, mode);
  if (report.revisions.length === 0) return 0;
  return (await upgrade(target, revisions, options)).revisions.length;
}

function pending(
  { revisions: ids, held }: RunReport,
  revisions: readonly FiledRevision[],
  mode: MigrationsAtConnect["mode"],
): PendingMigrationsError {
  const messageOf = (id: string) => revisions.find((each) => each.id === id)?.message ?? "";
  const open = ids.map((id) => `  ${id} ${messageOf(id)}`);
  const late = held.map(
    ({ id, message, because }) =>
      `  ${id} ${message} (${because ?? "follows one that programs that run would feel"})`,
  );
  const all = [...ids, ...held.map(({ id }) => id)];
  const hint =
    mode === "upgrade"
      ? 'programs that run would feel these, so no program applies them as it starts: run `ferro upgrade`; with phase: "expand" they are left for after the release'
      : "run `ferro upgrade` before the program starts";
  const shown = mode === "upgrade" ? late : [...open, ...late];
  return new PendingMigrationsError(
    `the database lacks ${all.length} revision${all.length === 1 ? "" : "s"}:\n${shown.join("\n")}`,
    { pending: all, hint },
  );
}

function behindPooler(): UsageError {
  return new UsageError("migrations can't keep a search path through a pooler", {
    hint: "run `ferro upgrade` with the server's own URL, and connect without `migrations`",
  });
}
