/** Loads relations of many instances at once: one statement for each relation, however many rows there are. */
import type { ColumnDefinition, RelationDefinition } from "../definition/definition.ts";
import type { LazyMode } from "../definition/lazy-mode.ts";
import type { DriverRow } from "../driver/driver.ts";
import { type Batch, relatedNumbers, relatedRows } from "../query/batch.ts";
import type { IncludeNode, IncludeSpec } from "../query/include.ts";
import type { FieldNode } from "../query/nodes.ts";
import { IdentityMap } from "./identity-map.ts";
import { type HeldKey, isPlainKey, keyOfInstance, keyReader } from "./key-text.ts";
import { rowsIn } from "./read-rows.ts";
import { runQuery } from "./run.ts";
import type { Scope } from "./scope.ts";
import { joinSiblings } from "./siblings.ts";
import { InstanceState } from "./state.ts";
import { Transaction } from "./transaction.ts";

/** Loads the included relations of instances, and those of what was loaded. */
export async function loadIncluded(
  scope: Scope,
  instances: readonly object[],
  include: readonly IncludeNode[],
  lazy?: LazyMode,
): Promise<void> {
  if (instances.length === 0) return;
  forgetOnRollback(scope, instances, include);
  for (const node of include) {
    if (node.parts === null) await loadRelation(scope, instances, node, lazy);
    else await loadParts(scope, instances, node, lazy);
  }
}

/** What is read in a transaction that is rolled back was never there: objects from before it must not keep it. */
function forgetOnRollback(
  { executor, identity }: Scope,
  instances: readonly object[],
  include: readonly IncludeNode[],
): void {
  const transaction = executor.inside ?? executor;
  if (!(transaction instanceof Transaction) || identity === undefined) return;
  for (const { relation } of include) {
    const { property } = relation;
    const before = instances.map((instance) => InstanceState.relation(instance, property));
    transaction.onRollback(() => {
      instances.forEach((instance, index) => {
        const loaded = before[index];
        if (loaded === undefined) InstanceState.dropRelation(instance, property);
        else InstanceState.setRelation(instance, property, loaded);
      });
    });
  }
}

async function loadRelation(
  scope: Scope,
  instances: readonly object[],
  node: IncludeNode,
  lazy: LazyMode | undefined,
): Promise<void> {
  const { relation, spec } = node;
  const parents = readParents(relation, instances);
  const related = await loadRelated(scope, relation, spec, parents, lazy);
  for (const { instance, key } of parents) {
    const rows = key === null ? undefined : related.get(key.text);
    if (relation.kind === "backMany" || relation.kind === "link") {
      InstanceState.setRelation(instance, relation.property, { node, key, value: rows ?? [] });
    } else if (rows !== undefined || key === null || mayBeNull(node)) {
      InstanceState.setRelation(instance, relation.property, {
        node,
        key,
        value: rows?.[0] ?? null,
      });
    } else {
      // The row that is pointed to was deleted meanwhile, or the database hides it: awaiting the relation says so.
      InstanceState.dropRelation(instance, relation.property);
    }
  }
}

function mayBeNull({ relation, spec }: IncludeNode): boolean {
  return relation.kind !== "foreignKey" || relation.nullable || spec.where.length > 0;
}

async function loadParts(
  scope: Scope,
  instances: readonly object[],
  node: IncludeNode,
  lazy: LazyMode | undefined,
): Promise<void> {
  const { relation } = node;
  const parents = readParents(relation, instances);
  const values = parents.map((): Record<string, unknown> => ({}));
  const put = (name: string, found: ReadonlyMap<string, unknown>, otherwise: unknown) => {
    parents.forEach(({ key }, index) => {
      const value = key === null ? undefined : found.get(key.text);
      (values[index] as Record<string, unknown>)[name] = value === undefined ? otherwise : value;
    });
  };
  const parts = node.parts ?? [];
  const numbers = parts.filter((part) => part.kind === "number");
  // Numbers about the same rows are read together.
  const read = new Map<IncludeSpec, ReadonlyMap<string, Numbers>>();
  for (const part of parts) {
    const { name, spec } = part;
    if (part.kind === "rows") {
      put(name, await loadRelated(scope, relation, spec, parents, lazy), []);
      continue;
    }
    let found = read.get(spec);
    if (found === undefined) {
      const fields = numbers.filter((each) => each.spec === spec).map(({ field }) => field);
      found = await computeRelated(scope, relation, spec, fields, parents);
      read.set(spec, found);
    }
    put(name, new Map([...found].map(([key, row]) => [key, row[name]])), part.empty);
  }
  parents.forEach(({ instance, key }, index) => {
    InstanceState.setRelation(instance, relation.property, { node, key, value: values[index] });
  });
}

/** An instance and the key that its related rows are found by. */
export interface Parent {
  readonly instance: object;
  readonly key: HeldKey | null;
}

/** The columns of an instance that its related rows are found by. */
export function keyColumns(relation: RelationDefinition): readonly ColumnDefinition[] {
  switch (relation.kind) {
    case "foreignKey":
      return relation.columns;
    case "link":
      return relation.sourceColumns.map(({ references }) => references);
    default:
      return relation.foreignKey.targetColumns;
  }
}

function readParents(relation: RelationDefinition, instances: readonly object[]): Parent[] {
  const columns = keyColumns(relation);
  return instances.map((instance) => ({ instance, key: keyOfInstance(instance, columns) }));
}

/** The related rows of each parent by the text of its key, in the order asked for. */
export async function loadRelated(
  scope: Scope,
  relation: RelationDefinition,
  spec: IncludeSpec,
  parents: readonly Parent[],
  lazy?: LazyMode,
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const found = new Map<string, unknown[]>();
  const wanted = new Map<string, readonly unknown[]>();
  for (const { key } of parents) {
    if (key === null || found.has(key.text)) continue;
    const known =
      spec.where.length === 0 && spec.picked === null ? findKnown(scope, relation, key) : undefined;
    if (known === undefined) wanted.set(key.text, key.stored);
    else found.set(key.text, [known]);
  }
  const children = [...found.values()].flat();
  if (wanted.size > 0) {
    const batch = relatedRows(relation, spec, byColumn(relation, [...wanted.values()]));
    const rows = await run(scope, relation, batch);
    const keyOf = batchKey(scope, relation, batch);
    const form = { model: spec.model, read: spec.picked ?? relation.targetClass };
    const read = rowsIn(form, withIdentity(scope, relation), batch.query, rows);
    rows.forEach((row, index) => {
      const text = keyOf(row);
      // Composite keys are asked for part by part, so that rows between them come as well.
      if (text === null || !wanted.has(text)) return;
      const instance = read[index];
      const list = found.get(text);
      if (list === undefined) found.set(text, [instance]);
      else list.push(instance);
      children.push(instance);
    });
  }
  if (spec.picked !== null) return found;
  const instances = [...new Set(children)] as object[];
  joinSiblings(scope, instances, lazy);
  if (spec.include.length > 0) await loadIncluded(scope, instances, spec.include, lazy);
  return found;
}

/** What was computed of one parent's rows, by name. */
type Numbers = Readonly<Record<string, unknown>>;

async function computeRelated(
  scope: Scope,
  relation: RelationDefinition,
  spec: IncludeSpec,
  fields: readonly FieldNode[],
  parents: readonly Parent[],
): Promise<ReadonlyMap<string, Numbers>> {
  const wanted = new Map<string, readonly unknown[]>();
  for (const { key } of parents) if (key !== null) wanted.set(key.text, key.stored);
  if (wanted.size === 0) return new Map();
  const batch = relatedNumbers(relation, spec, fields, byColumn(relation, [...wanted.values()]));
  const rows = await run(scope, relation, batch);
  const keyOf = batchKey(scope, relation, batch);
  const form = { model: spec.model, read: { fields, single: false, distinct: false } };
  const numbers = rowsIn(form, scope, batch.query, rows) as Numbers[];
  return new Map(rows.map((row, index) => [keyOf(row) ?? "", numbers[index] ?? {}]));
}

/** A row that the identity map holds already: nothing need be asked of the database. */
export function findKnown(
  { identity }: Scope,
  relation: RelationDefinition,
  { text }: HeldKey,
): object | undefined {
  const { target, targetClass } = relation;
  if (relation.kind !== "foreignKey" || !leadsToKey(relation.targetColumns, target.primaryKey)) {
    return undefined;
  }
  const known = identity?.of(target).get(text);
  return known instanceof targetClass ? known : undefined;
}

function leadsToKey(
  columns: readonly ColumnDefinition[],
  key: readonly ColumnDefinition[],
): boolean {
  return (
    columns.length === key.length &&
    // The map's keys are the cells' own text, which other kinds have in many forms.
    columns.every((column, index) => column === key[index] && isPlainKey(column))
  );
}

/** A row that is linked to many parents is one object for all of them, with an identity map or without. */
function withIdentity(
  { connection, identity }: Scope,
  relation: RelationDefinition,
): Pick<Scope, "connection" | "identity"> {
  if (relation.kind !== "link" || identity !== undefined) return { connection, identity };
  return { connection, identity: new IdentityMap({ weak: false }) };
}

async function run(
  { executor }: Scope,
  relation: RelationDefinition,
  { query, values }: Batch,
): Promise<readonly DriverRow[]> {
  const action = `${relation.model.name}.${relation.property}`;
  const { rows } = await runQuery(executor, query, values, relation.target, action);
  return rows;
}

/** The columns of the batch's rows that tell the parent. */
function batchKey(
  { connection }: Scope,
  relation: RelationDefinition,
  { keyAt }: Batch,
): (row: DriverRow) => string | null {
  const columns =
    relation.kind === "link"
      ? relation.sourceColumns.map(({ references }) => references)
      : relation.kind === "foreignKey"
        ? relation.targetColumns
        : relation.foreignKey.columns;
  return keyReader(connection.dialect, columns, keyAt);
}

function byColumn(
  relation: RelationDefinition,
  keys: readonly (readonly unknown[])[],
): readonly (readonly unknown[])[] {
  const columns = keyColumns(relation);
  if (columns.length === 1) return [keys.map(([part]) => part)];
  return columns.map((_, index) => [...new Set(keys.map((key) => key[index]))]);
}
