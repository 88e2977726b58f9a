/** The connections of this process by name, and which is the default. */
import { NoConnectionError, UsageError } from "../errors/errors.ts";
import type { Connection } from "./connection.ts";

/** The name of a connection that was opened without one. */
export const defaultName = "default";

/** Shared by every copy of the package in the process, so that a hot reload finds its pools again. */
interface Shared {
  readonly connections: Map<string, Connection>;
  selected: string | undefined;
}

const sharedKey = Symbol.for("ferro-orm.connections.1");
const holder = globalThis as { [sharedKey]?: Shared };
holder[sharedKey] ??= { connections: new Map(), selected: undefined };
const shared: Shared = holder[sharedKey];
const { connections } = shared;

/** Checks a name: ASCII letters, digits and underscores. */
export function checkName(name: unknown): asserts name is string {
  if (typeof name === "string" && /^[A-Za-z0-9_]+$/.test(name)) return;
  throw new UsageError("a connection's name must be letters, digits and underscores", {
    hint: 'for example { name: "service" }',
  });
}

/** The connection of that name, or undefined. */
export function findConnection(name: string): Connection | undefined {
  return connections.get(name);
}

/**
 * The connection of that name.
 *
 * @throws {NoConnectionError} There is none.
 */
export function namedConnection(name: unknown): Connection {
  checkName(name);
  const connection = connections.get(name);
  if (connection === undefined) {
    const known = [...connections.keys()];
    throw new NoConnectionError(`no connection is named "${name}"`, {
      hint: known.length === 0 ? "call connect() first" : `the open ones are ${known.join(", ")}`,
    });
  }
  return connection;
}

/**
 * The default connection.
 *
 * @throws {NoConnectionError} None is open, or none was made the default; one is never guessed.
 */
export function defaultConnection(): Connection {
  const connection = shared.selected === undefined ? undefined : connections.get(shared.selected);
  if (connection !== undefined) return connection;
  if (connections.size === 0) {
    throw new NoConnectionError("no database is connected", {
      hint: 'call await connect("sqlite:app.db?mode=rwc") first',
    });
  }
  throw new NoConnectionError("no default connection is selected", {
    hint: `name one with .using("…"), or call setDefaultConnection(); the open ones are ${[...connections.keys()].join(", ")}`,
  });
}

/** Registers a connection, and makes it the default where asked. */
export function register(connection: Connection, asDefault: boolean): void {
  connections.set(connection.name, connection);
  if (asDefault) shared.selected = connection.name;
}

/** Takes a connection out, unless another one has its name by now. */
export function unregister(connection: Connection): void {
  if (connections.get(connection.name) !== connection) return;
  connections.delete(connection.name);
  if (shared.selected === connection.name) shared.selected = undefined;
}

/** Makes a named connection the default. */
export function selectDefault(name: unknown): void {
  shared.selected = namedConnection(name).name;
}

/** Every open connection. */
export function allConnections(): Connection[] {
  return [...connections.values()];
}
