/** Makes a row together with rows around it, in one transaction: each after those that it points to. */
import type {
  BackRelation,
  ForeignKeyRelation,
  LinkRelation,
  RelationDefinition,
} from "../definition/definition.ts";
import { includeAll } from "../query/include.ts";
import type { Executor } from "../session/connection.ts";
import { type HeldKey, keyOfInstance } from "../session/key-text.ts";
import { addLinks } from "../session/links.ts";
import { keyColumns } from "../session/related.ts";
import { refuseReadOnly, type Scope } from "../session/scope.ts";
import { InstanceState } from "../session/state.ts";
import { atomically } from "../session/transact.ts";
import { type Entity, type Related, type Row, readNested } from "./nested.ts";
import type { RuntimeModel } from "./runtime.ts";

/**
 * Makes a row and the rows around it.
 *
 * @throws {ValidationError} Any of the input is invalid; nothing was sent to the database.
 */
export async function createNested(
  scope: Scope,
  constructor: RuntimeModel,
  input: object,
): Promise<object> {
  refuseReadOnly(scope, "create()");
  const row = readNested(scope.connection, constructor, input);
  await atomically(scope, (executor) => write(executor, row));
  return row.instance;
}

async function write(executor: Executor, row: Row): Promise<void> {
  const { instance, parents, children, links } = row;
  for (const { relation, row: parent } of parents) {
    if (parent?.isNew === true) await write(executor, parent);
    if (parent !== null) point(instance, relation, parent.instance);
  }
  // The new row has none yet; its hooks may add some.
  for (const { relation } of [...children, ...links]) {
    setLoaded(instance, relation, relation.kind === "backOne" ? null : []);
  }
  await save(row);
  for (const { relation, row: parent } of parents) {
    setLoaded(instance, relation, parent?.instance ?? null);
  }
  for (const each of children) await writeChildren(executor, instance, each);
  for (const each of links) await writeLinks(executor, instance, each);
}

async function save({ instance, isNew }: Row): Promise<void> {
  if (isNew) InstanceState.setCreating(instance, true);
  try {
    await instance.save();
  } finally {
    if (isNew) InstanceState.setCreating(instance, false);
  }
}

async function writeChildren(
  executor: Executor,
  parent: Entity,
  { relation, rows }: Related<BackRelation>,
): Promise<void> {
  for (const row of rows) {
    point(row.instance, relation.foreignKey, parent);
    await write(executor, row);
  }
  addLoaded(parent, relation, rows);
}

async function writeLinks(
  executor: Executor,
  source: Entity,
  { relation, rows }: Related<LinkRelation>,
): Promise<void> {
  const columns = relation.targetColumns.map(({ references }) => references);
  const targets = new Map<string, HeldKey["stored"]>();
  for (const row of rows) {
    if (row.isNew) await write(executor, row);
    const key = keyOfInstance(row.instance, columns);
    if (key !== null) targets.set(key.text, key.stored);
  }
  const key = keyOfInstance(source, keyColumns(relation));
  await addLinks(executor, relation, key?.stored ?? [], [...targets.values()]);
  addLoaded(source, relation, rows);
}

/** Gives a row the key of the one that it points to. */
function point(
  instance: Entity,
  { columns, targetColumns }: ForeignKeyRelation,
  target: Entity,
): void {
  columns.forEach(({ property }, index) => {
    instance[property] = target[targetColumns[index]?.property ?? ""];
  });
}

function addLoaded(
  instance: Entity,
  relation: BackRelation | LinkRelation,
  rows: readonly Row[],
): void {
  const added = rows.map((row) => row.instance);
  if (relation.kind === "backOne") {
    setLoaded(instance, relation, added[0] ?? null);
    return;
  }
  const before = InstanceState.relation(instance, relation.property)?.value as readonly object[];
  setLoaded(instance, relation, [...new Set([...before, ...added])]);
}

function setLoaded(instance: Entity, relation: RelationDefinition, value: unknown): void {
  const key = keyOfInstance(instance, keyColumns(relation));
  InstanceState.setRelation(instance, relation.property, {
    node: includeAll(relation),
    key,
    value,
  });
}
