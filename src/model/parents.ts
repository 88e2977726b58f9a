/** Rows that input gives for foreign keys: a key of one connection means another row, or none, on the next. */
import type { Definition } from "../definition/read.ts";
import { RoutingError } from "../errors/errors.ts";
import type { Connection } from "../session/connection.ts";
import { InstanceState } from "../session/state.ts";

/** The connection that they come from; undefined where none is given that has one. */
export function connectionOfParents(
  { name, relationNames }: Definition,
  input: unknown,
): Connection | undefined {
  let found: Connection | undefined;
  for (const property of relationNames) {
    // As input is read: an instance has relations by inheritance, which are loaded when they are looked at.
    if (!Object.hasOwn(input as object, property)) continue;
    const given = (input as Readonly<Record<string, unknown>>)[property];
    if (typeof given !== "object" || given === null || !InstanceState.has(given)) continue;
    const connection = InstanceState.origin(given)?.connection;
    if (connection === undefined) continue;
    found ??= connection;
    refuseForeignParents(name, connection, found);
  }
  return found;
}

/** @throws {RoutingError} The rows come from another connection than the one that writes. */
export function refuseForeignParents(
  model: string,
  theirs: Connection | undefined,
  ours: Connection,
): void {
  if (theirs === undefined || theirs === ours) return;
  throw new RoutingError(
    `a ${model} on the connection "${ours.name}" was given an instance of the connection "${theirs.name}"`,
    { hint: "load both through one connection, or give the key where both lead to one database" },
  );
}
