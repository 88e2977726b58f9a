/** Who is in the way, and how far a build is: asked while a statement runs, since afterwards nobody can tell. */
import type { Blocker, BuildProgress } from "../dialect/migration.ts";
import type { Asker } from "./held-lock.ts";
import type { MigrationTarget } from "./target.ts";

/** Looks until it is stopped. */
export interface BlockerWatch {
  /**
   * A transaction began: behind a pooler it may be in another session than the one before. Of a statement
   * by itself nobody can tell in which it is.
   */
  begin(inTransaction: boolean): Promise<void>;
  /** Who was in the way last; asked once. */
  take(): readonly Blocker[];
  stop(): Promise<void>;
}

/** Watches the working connection of a target from another connection; does nothing where there is none. */
export async function watchBlockers(
  { answers, connection, lock }: MigrationTarget,
  ask: Asker | null,
  lockTimeoutMs: number,
  onBuild: (progress: BuildProgress) => void,
): Promise<BlockerWatch> {
  const { self: whoAmI } = answers;
  if (ask === null || whoAmI === null) {
    return { begin: async () => {}, take: () => [], stop: async () => {} };
  }
  let self: string | null = null;
  const learn = async (): Promise<void> => {
    const { rows } = await connection.query({ sql: whoAmI, parameters: [], returnsRows: true });
    self = String(rows[0]?.[0]);
  };
  await learn();
  let told = "";
  let last: readonly Blocker[] = [];
  let asking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    if (self === null) return;
    const whom = self;
    const found = await ask((watcher) => answers.blockers(watcher, whom));
    if (found.length > 0) last = found;
    const build = await ask((watcher) => answers.building(watcher, whom));
    const text = JSON.stringify(build);
    if (build !== null && text !== told) onBuild(build);
    told = text;
  };
  const timer = setInterval(
    () => {
      asking ??= look()
        .catch(() => undefined)
        .finally(() => {
          asking = undefined;
        });
    },
    Math.max(50, Math.min(1_000, lockTimeoutMs / 3)),
  );
  return {
    begin: async (inTransaction) => {
      if (lock !== "lease") return;
      if (inTransaction) await learn();
      else self = null;
    },
    take() {
      const taken = last;
      last = [];
      return taken;
    },
    async stop() {
      clearInterval(timer);
      await asking;
    },
  };
}

/** Each in a few words. */
export function describeBlockers(blockers: readonly Blocker[]): readonly string[] {
  return blockers.map(
    ({ pid, user, query, seconds }) => `pid ${pid} (${user}, for ${seconds} s): ${query}`,
  );
}
