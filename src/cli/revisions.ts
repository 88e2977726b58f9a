/** Revisions and databases, as commands get at them. */
import {
  type FiledRevision,
  type MigrationTarget,
  openMigrations,
  readRevisions,
} from "../migrate.ts";
import { type Config, requireUrl } from "./config.ts";

/** The revisions of the configured folder. */
export function revisionsOf(config: Config): Promise<readonly FiledRevision[]> {
  return readRevisions(config.migrations);
}

/** Opens the configured database for as long as `work` takes. */
export async function withDatabase<Result>(
  config: Config,
  work: (target: MigrationTarget) => Promise<Result>,
): Promise<Result> {
  const target = await openMigrations(requireUrl(config), {
    sqlite: config.sqlite,
    lock: config.lock,
  });
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}
