/** What statements read and write anew. Every writer locks the whole file: other writers wait, and readers don't (WAL). */
import type { StatementEffect } from "../migration.ts";

const lock = { lock: "WRITE", waiting: "writers" } as const;

/** A table that is made anew. */
export const rebuildEffect: StatementEffect = { ...lock, reads: true, rewrites: true };

/** What a statement does to the table that it is about; null for one that is about none. */
export function effectOf(statement: string): StatementEffect | null {
  if (/^ALTER TABLE\b.*\bDROP COLUMN\b/.test(statement)) return rebuildEffect;
  if (/^(?:CREATE (?:UNIQUE )?INDEX|UPDATE|DELETE|DROP TABLE)\b/.test(statement)) {
    return { ...lock, reads: true, rewrites: false };
  }
  // Checks and NOT NULL look at every row; columns, names and defaults don't.
  if (/^ALTER TABLE\b.*\b(?:ADD (?:CONSTRAINT \S+ )?CHECK|SET NOT NULL)\b/.test(statement)) {
    return { ...lock, reads: true, rewrites: false };
  }
  return /^(?:ALTER TABLE|INSERT|DROP INDEX)\b/.test(statement)
    ? { ...lock, reads: false, rewrites: false }
    : null;
}
