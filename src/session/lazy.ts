/** Loads a relation that was not included: for the instance, or for all that came with it. */

import { CodecError } from "../codec/codec.ts";
import type { RelationDefinition } from "../definition/definition.ts";
import type { LazyMode } from "../definition/lazy-mode.ts";
import { RelationError } from "../errors/errors.ts";
import { includeAll } from "../query/include.ts";
import { type HeldKey, keyOfInstance } from "./key-text.ts";
import { findKnown, keyColumns, loadRelated, type Parent } from "./related.ts";
import { resolveScope, type Scope } from "./scope.ts";
import { type Place, placeOf, type Siblings } from "./siblings.ts";
import { InstanceState } from "./state.ts";
import { Transaction } from "./transaction.ts";
import { goneFrom, writesOf } from "./writes.ts";

/** How many siblings one statement loads for; a longer result is loaded piece by piece. */
const mostSiblings = 5000;

/** Rows that were loaded for an instance: a row that it wanted, or what a sibling wanted of its own. */
export interface ReadAhead {
  readonly key: string;
  readonly rows: readonly object[];
  readonly place: Place;
  /** What had been written when they were read. */
  readonly stamp: number;
}

/**
 * The related rows of an instance.
 *
 * @param alone - Reads them for this instance only.
 * @throws {RelationError} Lazy loading is switched off.
 */
export async function loadLazily(
  instance: object,
  relation: RelationDefinition,
  key: HeldKey,
  alone: () => Promise<readonly object[]>,
): Promise<readonly object[]> {
  const scope = resolveScope({ origin: InstanceState.origin(instance)?.connection });
  const known = findKnown(scope, relation, key);
  if (known !== undefined) return [known];
  const siblings = InstanceState.siblings(instance);
  const ahead = takeAhead(scope, instance, relation, key, siblings);
  if (ahead !== undefined) return ahead;
  const mode = modeOf(scope, siblings);
  if (mode === "throw") throw refused(relation);
  const stamp = stampOf(scope, relation);
  const apart = siblings === undefined || siblings.apart.has(relation.property);
  if (mode === "one" || apart || siblings.place !== placeOf(scope)) {
    return remembered(scope, instance, relation, { key: key.text, rows: await alone(), stamp });
  }
  try {
    await loadForAll(scope, siblings, instance, relation);
  } catch (error) {
    // What is wrong with one row must not keep others from theirs; but a transaction may be over with the statement.
    if (scope.executor instanceof Transaction && !isUnreadable(error)) throw error;
  }
  return (
    takeAhead(scope, instance, relation, key, siblings) ??
    remembered(scope, instance, relation, { key: key.text, rows: await alone(), stamp })
  );
}

/** A row is kept for the next time; a list is read anew. */
function remembered(
  scope: Scope,
  instance: object,
  relation: RelationDefinition,
  read: Omit<ReadAhead, "place">,
): readonly object[] {
  if (!isMany(relation)) {
    InstanceState.setAhead(instance, relation.property, { ...read, place: placeOf(scope) });
  }
  return read.rows;
}

function modeOf({ session, connection }: Scope, siblings: Siblings | undefined): LazyMode {
  return siblings?.lazy ?? session?.options.lazy ?? connection.lazy;
}

function refused({ model, property }: RelationDefinition): RelationError {
  return new RelationError(
    `${model.name}.${property} is not loaded, and may not be loaded lazily`,
    {
      hint: `load it with the rows: ${model.name}.include({ ${property}: true })`,
    },
  );
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof CodecError;
}

/** Waits for the siblings' rows: those that are on their way, or else a statement for all. */
async function loadForAll(
  scope: Scope,
  siblings: Siblings,
  instance: object,
  relation: RelationDefinition,
): Promise<void> {
  const { property } = relation;
  const running = siblings.loading.get(property);
  if (running?.members.has(instance) === true) return void (await running.done);
  const parents = parentsFrom(scope, siblings, instance, relation);
  if (parents.length < 2) return;
  const done = readAhead(scope, relation, parents, siblings.lazy);
  const loading = { members: new Set(parents.map((parent) => parent.instance)), done };
  siblings.loading.set(property, loading);
  try {
    await done;
  } finally {
    if (siblings.loading.get(property) === loading) siblings.loading.delete(property);
  }
}

/** The instance and the siblings after it, then those before, that have the relation still to load. */
function parentsFrom(
  scope: Scope,
  siblings: Siblings,
  instance: object,
  relation: RelationDefinition,
): Parent[] {
  const { property } = relation;
  const columns = keyColumns(relation);
  const members = siblings.members();
  const start = Math.max(0, members.indexOf(instance));
  const parents = new Map<object, Parent>();
  for (let step = 0; step < members.length && parents.size < mostSiblings; step += 1) {
    const member = members[(start + step) % members.length] as object;
    if (InstanceState.relation(member, property) !== undefined && member !== instance) continue;
    const key = keyOrNothing(member, columns);
    if (key === null) continue;
    if (InstanceState.ahead(member, property)?.key === key.text && member !== instance) continue;
    if (findKnown(scope, relation, key) === undefined)
      parents.set(member, { instance: member, key });
  }
  return [...parents.values()];
}

/** A sibling whose key has no stored form keeps no other from loading. */
function keyOrNothing(member: object, columns: Parameters<typeof keyOfInstance>[1]) {
  try {
    return keyOfInstance(member, columns);
  } catch {
    return null;
  }
}

async function readAhead(
  scope: Scope,
  relation: RelationDefinition,
  parents: readonly Parent[],
  lazy: LazyMode | undefined,
): Promise<void> {
  const stamp = stampOf(scope, relation);
  const place = placeOf(scope);
  const found = await loadRelated(scope, relation, includeAll(relation).spec, parents, lazy);
  for (const { instance, key } of parents) {
    if (key === null) continue;
    const rows = (found.get(key.text) ?? []) as readonly object[];
    InstanceState.setAhead(instance, relation.property, { key: key.text, rows, place, stamp });
  }
}

/** What was read ahead for the instance, unless it has gone out of date since. */
function takeAhead(
  scope: Scope,
  instance: object,
  relation: RelationDefinition,
  key: HeldKey,
  siblings: Siblings | undefined,
): readonly object[] | undefined {
  const { property } = relation;
  const ahead = InstanceState.ahead(instance, property);
  if (ahead === undefined || ahead.place !== placeOf(scope)) return undefined;
  if (ahead.key === key.text && ahead.stamp === stampOf(scope, relation)) {
    // A list is read once: who asks for it again wants to know how it is now.
    if (isMany(relation)) InstanceState.dropAhead(instance, property);
    return ahead.rows;
  }
  InstanceState.dropAhead(instance, property);
  if (ahead.key === key.text) siblings?.apart.add(property);
  return undefined;
}

function isMany({ kind }: RelationDefinition): boolean {
  return kind === "backMany" || kind === "link";
}

/** What has been written to the tables that decide which rows are related. */
function stampOf({ connection, identity }: Scope, relation: RelationDefinition): number {
  const writes = writesOf(connection);
  switch (relation.kind) {
    case "foreignKey":
      // The key says which row it is, and with an identity map it is one object for all who change it.
      return writes.stamp([
        identity === undefined ? relation.target.table : goneFrom(relation.target.table),
      ]);
    case "link":
      return writes.stamp([relation.target.table, relation.join.table]);
    default:
      return writes.stamp([relation.target.table]);
  }
}
