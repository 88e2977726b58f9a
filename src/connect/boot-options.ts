/** What `connect` is told of versioned migrations. */
import { UsageError } from "../errors/errors.ts";
import type { Revision } from "../migration/revision.ts";

/** Versioned migrations at {@link connect}. */
export interface MigrationsAtConnect {
  /** "check": fail where revisions are pending. "upgrade": apply them first, under the migration lock. */
  readonly mode: "check" | "upgrade";
  /** The migrations folder, from where the process runs. Default "migrations". */
  readonly folder?: string | undefined;
  /** The revisions themselves, instead of a folder: for programs that are bundled into one file. */
  readonly revisions?: readonly Revision[] | undefined;
  /** "expand": leave what programs that run would feel for `ferro upgrade --phase contract`, after the release. */
  readonly phase?: "expand" | undefined;
  /** How long to wait for another process that migrates, in milliseconds. Default 60,000. */
  readonly lockWaitMs?: number | undefined;
}

const known: ReadonlySet<string> = new Set(["mode", "folder", "revisions", "phase", "lockWaitMs"]);

/**
 * The setting in its long form; undefined where it is off.
 *
 * @throws {UsageError} It is something else.
 */
export function migrationsSetting(
  given: "off" | "check" | "upgrade" | MigrationsAtConnect | undefined,
): MigrationsAtConnect | undefined {
  if (given === undefined || given === "off") return undefined;
  const setting = typeof given === "string" ? { mode: given } : given;
  const isRight =
    typeof setting === "object" &&
    setting !== null &&
    ["check", "upgrade"].includes(setting.mode) &&
    [undefined, "expand"].includes(setting.phase) &&
    Object.keys(setting).every((key) => known.has(key));
  if (isRight) return setting;
  throw new UsageError('migrations is "off", "check" or "upgrade", or an object with such a mode', {
    hint: 'write migrations: { mode: "upgrade", folder: "./migrations", phase: "expand" }; all but the mode may be left out',
  });
}
