/** What happens inside, for those who listen: `node:diagnostics_channel` under "ferro:query". */
import { channel } from "node:diagnostics_channel";

/** A statement about to run. Values are not part of it. */
export interface QueryEvent {
  readonly connection: string;
  readonly sql: string;
}

const queries = channel("ferro:query");

/** Tells the listeners; costs a property read when there is none. */
export function announceQuery(connection: string, sql: string): void {
  if (queries.hasSubscribers) queries.publish({ connection, sql } satisfies QueryEvent);
}
