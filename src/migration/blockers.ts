/** Who is in the way: asked while a statement waits, since afterwards nobody can tell. */
import type { Blocker } from "../dialect/migration.ts";
import type { Asker } from "./held-lock.ts";
import type { MigrationTarget } from "./target.ts";

/** Looks until it is stopped. */
export interface BlockerWatch {
  /** A transaction began: behind a pooler it may be in another session than the one before. */
  begin(): Promise<void>;
  /** Who was in the way last; asked once. */
  take(): readonly Blocker[];
  stop(): Promise<void>;
}

/** Watches the working connection of a target from another connection; does nothing where there is none. */
export async function watchBlockers(
  { answers, connection, lock }: MigrationTarget,
  ask: Asker | null,
  lockTimeoutMs: number,
): Promise<BlockerWatch> {
  const { self: whoAmI } = answers;
  if (ask === null || whoAmI === null) {
    return { begin: async () => {}, take: () => [], stop: async () => {} };
  }
  let self = "";
  const learn = async (): Promise<void> => {
    const { rows } = await connection.query({ sql: whoAmI, parameters: [], returnsRows: true });
    self = String(rows[0]?.[0]);
  };
  await learn();
  let last: readonly Blocker[] = [];
  let asking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const found = await ask((watcher) => answers.blockers(watcher, self));
    if (found.length > 0) last = found;
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
    begin: async () => {
      if (lock === "lease") await learn();
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
