/** The one answer to "which connection?". */
import { RoutingError } from "../errors/errors.ts";
import type { Connection } from "./connection.ts";
import { defaultConnection, namedConnection } from "./registry.ts";

/** What a call knows about where it should go. */
export interface Route {
  /** A name that the user gave for this call. */
  readonly using?: string | undefined;
  /** The connection that an instance came from. */
  readonly origin?: Connection | undefined;
}

/**
 * Picks the connection: the named one, else the instance's origin, else the default.
 *
 * @throws {RoutingError} A name was given for an instance that belongs to another connection.
 * @throws {NoConnectionError} The name is unknown, or there is no default.
 */
export function resolveConnection({ using, origin }: Route): Connection {
  if (using === undefined) return origin ?? defaultConnection();
  const connection = namedConnection(using);
  if (origin !== undefined && origin !== connection) {
    throw new RoutingError(
      `the instance belongs to the connection "${origin.name}" and was sent to "${connection.name}"`,
      { hint: "load it through the connection that should write it" },
    );
  }
  return connection;
}
