/** Who is in the way: asked while a statement waits, since afterwards nobody can tell. */
import type { Blocker } from "../dialect/migration.ts";
import type { DriverConnection } from "../driver/driver.ts";
import type { MigrationTarget } from "./target.ts";

/** Looks until it is stopped. */
export interface BlockerWatch {
  /** Who was in the way last; asked once. */
  take(): readonly Blocker[];
  stop(): Promise<void>;
}

/** Watches the working connection of a target from another connection; does nothing where there is none. */
export async function watchBlockers(
  { answers, connection }: MigrationTarget,
  watcher: DriverConnection | null,
  lockTimeoutMs: number,
): Promise<BlockerWatch> {
  if (watcher === null || answers.self === null) return { take: () => [], stop: async () => {} };
  const { rows } = await connection.query({ sql: answers.self, parameters: [], returnsRows: true });
  const self = String(rows[0]?.[0]);
  let last: readonly Blocker[] = [];
  let asking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const found = await answers.blockers(watcher, self);
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
