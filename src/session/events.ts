/** What happens inside, for those who listen: `node:diagnostics_channel` under "ferro:query" and "ferro:connect". */
import { channel } from "node:diagnostics_channel";
import { debuglog } from "node:util";

/** A statement about to run. Values are not part of it. */
export interface QueryEvent {
  readonly connection: string;
  readonly sql: string;
}

/** A database that was opened: the connection's name, and the URL without its secrets. */
export interface ConnectEvent {
  readonly connection: string;
  readonly url: string;
}

const queries = channel("ferro:query");
const connects = channel("ferro:connect");
/** Prints to stderr where NODE_DEBUG names us. */
const debug = debuglog("ferro");

/** Tells the listeners; costs a property read when there is none. */
export function announceQuery(connection: string, sql: string): void {
  if (queries.hasSubscribers) queries.publish({ connection, sql } satisfies QueryEvent);
}

/** Tells that a connection is open. */
export function announceConnect(connection: string, url: string): void {
  if (connects.hasSubscribers) connects.publish({ connection, url } satisfies ConnectEvent);
  debug('Connected "%s" to %s', connection, url);
}
