/** What the statements behind rules lock, measured on PostgreSQL 14 to 18 (`npm run test:versions`). */

/** The strongest lock on the table, and what is done under it. */
export interface MeasuredLock {
  /** In the server's words: "ACCESS EXCLUSIVE". */
  readonly level: string;
  /** Whether every row is read. */
  readonly scans: boolean;
  /** Whether the table, or an index of it, is written anew. */
  readonly rewrites: boolean;
}

const lock = (level: string, does: "" | "scans" | "rewrites" = ""): MeasuredLock => ({
  level,
  scans: does !== "",
  rewrites: does === "rewrites",
});

const exclusive = lock("ACCESS EXCLUSIVE");
const scanning = lock("ACCESS EXCLUSIVE", "scans");
const rewriting = lock("ACCESS EXCLUSIVE", "rewrites");

/** By rule. */
export const measuredLocks: Readonly<Record<string, MeasuredLock>> = {
  FM101: lock("SHARE", "scans"),
  FM102: exclusive,
  FM105: lock("SHARE", "rewrites"),
  FM106: scanning,
  FM107: scanning,
  FM108: lock("SHARE ROW EXCLUSIVE", "scans"),
  FM109: scanning,
  FM110: scanning,
  FM112: scanning,
  FM113: rewriting,
  FM114: rewriting,
  FM115: rewriting,
  FM116: rewriting,
  FM117: scanning,
  FM118: scanning,
  FM119: exclusive,
  FM121: rewriting,
  FM122: exclusive,
  FM123: rewriting,
  FM124: exclusive,
  FM125: lock("SHARE ROW EXCLUSIVE"),
  FM126: exclusive,
  FM131: lock("SHARE ROW EXCLUSIVE"),
  FM132: rewriting,
  FM138: lock("ROW EXCLUSIVE", "scans"),
  FM139: exclusive,
};

/** A lock in a few words. */
export function describeLock({ level, scans, rewrites }: MeasuredLock): string {
  const does = rewrites ? ", written anew" : scans ? ", every row read" : "";
  return `${level}${does}`;
}
