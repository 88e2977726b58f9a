/** What a relation is on an instance: a lazy row, a query, or a query with links. */
import type {
  BackRelation,
  ColumnDefinition,
  LinkRelation,
  ModelDefinition,
  RelationDefinition,
} from "../definition/definition.ts";
import { findDefinition } from "../definition/key.ts";
import { RelationError } from "../errors/errors.ts";
import { toStored } from "../query/assign.ts";
import { QueryBuilder, type QuerySpec, querySpec } from "../query/builder.ts";
import { viewFilter } from "../query/columns.ts";
import { refuseMore, relationArities } from "../query/more-arguments.ts";
import { takesNothing } from "../query/no-arguments.ts";
import type { PredicateNode } from "../query/nodes.ts";
import { rootScope } from "../query/scope.ts";
import { keyOfInstance, keyText } from "../session/key-text.ts";
import { loadLazily } from "../session/lazy.ts";
import { addLinks, removeLinks, setLinks } from "../session/links.ts";
import { changeLoaded } from "../session/loaded-lists.ts";
import { loadIncluded } from "../session/related.ts";
import { callSite, isGuarded } from "../session/repeats.ts";
import { RoutedRunner } from "../session/runner.ts";
import { refuseReadOnly, resolveScope, type Scope } from "../session/scope.ts";
import { InstanceState, type LoadedRelation } from "../session/state.ts";
import { atomically } from "../session/transact.ts";
import { LazyRow } from "./lazy-row.ts";
import { loadedList, loadedParts } from "./loaded.ts";
import type { RuntimeModel } from "./runtime.ts";

type Entity = Readonly<Record<string, unknown>>;

/** The value of a relation's property on an instance. Touching it runs nothing. */
export function relationValue(instance: object, relation: RelationDefinition): unknown {
  const loaded = currentRelation(instance, relation);
  return loaded === undefined
    ? unloadedValue(instance, relation)
    : loadedValue(instance, relation, loaded);
}

/** What was loaded of a relation, as long as the instance points to it. */
export function currentRelation(
  instance: object,
  relation: RelationDefinition,
): LoadedRelation | undefined {
  const loaded = InstanceState.relation(instance, relation.property);
  return loaded !== undefined && isCurrent(instance, relation, loaded) ? loaded : undefined;
}

/** Loads again what had been included, so that what the compiler knows of the instance stays true. */
export async function reloadRelations(scope: Scope, instance: object): Promise<void> {
  InstanceState.dropAllAhead(instance);
  const loaded = [...(InstanceState.relations(instance)?.values() ?? [])];
  await loadIncluded(
    scope,
    [instance],
    loaded.map(({ node }) => node),
  );
}

/** Whether the instance still points to what was loaded; the key of a link may be changed, or changed and not saved. */
function isCurrent(
  instance: object,
  relation: RelationDefinition,
  { key }: LoadedRelation,
): boolean {
  if (relation.kind !== "foreignKey") return true;
  const [column, second] = relation.columns;
  const value = (instance as Entity)[column?.property ?? ""];
  if (second === undefined && Object.is(value, key?.stored[0])) return true;
  return keyOfInstance(instance, relation.columns)?.text === key?.text;
}

function loadedValue(
  instance: object,
  relation: RelationDefinition,
  { node, value }: LoadedRelation,
): unknown {
  if (relation.kind === "foreignKey" || relation.kind === "backOne") return value;
  const query = () => unloadedValue(instance, relation) as QueryBuilder;
  return node.parts === null
    ? loadedList(value as readonly object[], query)
    : loadedParts(value as object, query);
}

function unloadedValue(instance: object, relation: RelationDefinition): unknown {
  switch (relation.kind) {
    case "foreignKey":
      return lazyRow(relation, (site) => loadForward(instance as Entity, relation, site));
    case "backOne":
      return lazyRow(relation, (site) => loadBack(instance as Entity, relation, site));
    case "backMany":
      return backQuery(instance as Entity, relation);
    default:
      return linkQuery(instance as Entity, relation);
  }
}

function lazyRow(
  relation: RelationDefinition,
  load: (site: string | undefined) => Promise<object | null>,
): LazyRow {
  const site = siteNow();
  return new LazyRow(relation, () => load(site));
}

async function loadForward(
  instance: Entity,
  relation: Extract<RelationDefinition, { kind: "foreignKey" }>,
  site: string | undefined,
): Promise<object | null> {
  const key = keyOfInstance(instance, relation.columns);
  if (key === null) {
    if (relation.nullable) return null;
    const missing = relation.columns.find(({ property }) => instance[property] == null);
    throw new RelationError(
      `${relation.model.name}.${relation.property} has no ${missing?.property}`,
      {
        hint: `set ${missing?.property} before the relation is loaded`,
      },
    );
  }
  const where = relation.targetColumns.map((column, index) =>
    equals(relation.target, column, instance[relation.columns[index]?.property ?? ""]),
  );
  const spec = { ...specFor(instance, relation, where, site), unscoped: true };
  const query = new QueryBuilder(spec).limit(1);
  const [row] = await loadLazily(instance, relation, key, () => query.all());
  if (row !== undefined || relation.nullable) return row ?? null;
  throw new RelationError(
    `${relation.model.name}.${relation.property} points to a ${relation.target.name} that can't be read`,
    { hint: "it was deleted, or the database hides it from this role" },
  );
}

async function loadBack(
  instance: Entity,
  relation: BackRelation,
  site: string | undefined,
): Promise<object | null> {
  const query = backQuery(instance, relation, site);
  const key = keyOfInstance(instance, relation.foreignKey.targetColumns);
  if (key === null) return query.first();
  const [row] = await loadLazily(instance, relation, key, () => query.limit(1).all());
  return row ?? null;
}

/** Rows whose foreign key points to the instance. */
class RelatedQuery extends QueryBuilder {
  readonly #relation: BackRelation;
  readonly #source: Entity;
  /** Whether it is for all rows: then they are loaded for siblings of the instance as well. */
  readonly #whole: boolean;

  constructor(spec: QuerySpec, relation: BackRelation, source: Entity, whole = true) {
    super(spec);
    this.#relation = relation;
    this.#source = source;
    this.#whole = whole;
  }

  protected override derive(spec: QuerySpec): QueryBuilder {
    return new RelatedQuery(spec, this.#relation, this.#source, false);
  }

  override async all(...given: readonly unknown[]): Promise<object[]> {
    if (!this.#whole || given.length > 0) return super.all(...given);
    const key = keyOfInstance(this.#source, this.#relation.foreignKey.targetColumns);
    if (key === null) return super.all();
    return [...(await loadLazily(this.#source, this.#relation, key, () => super.all()))];
  }

  /** A row that points here. */
  async create(input: object): Promise<object> {
    const { foreignKey, where, model, property } = this.#relation;
    if (where !== undefined) {
      throw new RelationError(`${model.name}.${property} makes no rows: it is a view of some`, {
        hint: `create them over ${foreignKey.relatedName}`,
      });
    }
    const known =
      foreignKey.over === true
        ? { [foreignKey.property]: this.#source }
        : pointing(this.#source, this.#relation);
    const given = { ...input, ...known };
    const row = await createOn(this.#source, this.spec, given);
    const { executor } = writeScope(this.#source);
    changeLoaded(executor, this.#source, this.#relation, (rows) => [...rows, row]);
    return row;
  }
}

/** Rows linked to the instance through a join table. */
class LinkQuery extends QueryBuilder {
  readonly #relation: LinkRelation;
  readonly #source: Entity;
  readonly #whole: boolean;

  constructor(spec: QuerySpec, relation: LinkRelation, source: Entity, whole = true) {
    super(spec);
    this.#relation = relation;
    this.#source = source;
    this.#whole = whole;
  }

  protected override derive(spec: QuerySpec): QueryBuilder {
    return new LinkQuery(spec, this.#relation, this.#source, false);
  }

  override async all(...given: readonly unknown[]): Promise<object[]> {
    takesNothing("all", given);
    const key = this.#whole ? keyOfInstance(this.#source, this.#keyColumns()) : null;
    if (key === null) return super.all();
    return [...(await loadLazily(this.#source, this.#relation, key, () => super.all()))];
  }

  #keyColumns(): readonly ColumnDefinition[] {
    return this.#relation.sourceColumns.map(({ references }) => references);
  }

  async create(input: object): Promise<object> {
    // Both or neither: a row without its link would be nobody's.
    return atomically(writeScope(this.#source), async () => {
      const row = await createOn(this.#source, this.spec, input);
      await this.add(row);
      return row;
    });
  }

  async add(...rows: readonly object[]): Promise<void> {
    const targets = this.#keys(rows, "add");
    const scope = writeScope(this.#source);
    await addLinks(scope.executor, this.#relation, this.#key(), targets);
    this.#changed(scope, (loaded) => [...new Set([...loaded, ...rows])]);
  }

  async remove(...rows: readonly object[]): Promise<void> {
    const targets = this.#keys(rows, "remove");
    const scope = writeScope(this.#source);
    await removeLinks(scope, this.#relation, this.#key(), targets);
    const removed = new Set(targets.map((key) => keyText(key)));
    this.#changed(scope, (loaded) =>
      loaded.filter((row) => !removed.has(keyText(this.#keyOfTarget(row)))),
    );
  }

  async set(rows: readonly object[]): Promise<void> {
    const targets = this.#keys(rows, "set");
    const scope = writeScope(this.#source);
    await setLinks(scope, this.#relation, this.#key(), targets);
    this.#changed(scope, () => [...new Set(rows)]);
  }

  async clear(): Promise<void> {
    const scope = writeScope(this.#source);
    await removeLinks(scope, this.#relation, this.#key(), "all");
    this.#changed(scope, () => []);
  }

  /** A list that was loaded whole follows the change. */
  #changed(scope: Scope, change: (loaded: readonly object[]) => readonly object[]): void {
    changeLoaded(scope.executor, this.#source, this.#relation, change);
  }

  #key(): unknown[] {
    return storedKeys(this.#relation.model, this.#source, this.#relation);
  }

  #keyOfTarget(row: object): unknown[] {
    return storedKeys(this.#relation.target, row as Entity, this.#relation);
  }

  #keys(rows: readonly object[], method: string): unknown[][] {
    const relation = this.#relation;
    const at = `${relation.model.name}.${relation.property}.${method}()`;
    if (!Array.isArray(rows)) {
      throw new RelationError(`${at} expected ${relation.target.name} instances`);
    }
    const seen = new Map<string, unknown[]>();
    for (const row of rows) {
      const given = findDefinition(row?.constructor);
      if (given !== relation.target) {
        throw new RelationError(`${at} expected ${relation.target.name} instances`, {
          hint: Array.isArray(row)
            ? `pass them one by one: ${method}(...rows)`
            : `load or create the ${relation.target.name} first and pass the instance`,
        });
      }
      refuseForeign(this.#source, row, at);
      const key = this.#keyOfTarget(row);
      seen.set(keyText(key), key);
    }
    return [...seen.values()];
  }
}

for (const kind of [RelatedQuery, LinkQuery]) refuseMore(kind.prototype, relationArities);

function backQuery(instance: Entity, relation: BackRelation, site?: string): RelatedQuery {
  const key = pointing(instance, relation);
  const own = relation.foreignKey.columns.map((column) =>
    equals(relation.target, column, key[column.property]),
  );
  const filter = viewFilter(relation, rootScope(relation.target));
  const where = filter === null ? own : [...own, filter];
  const spec = specFor(instance, relation, where, site);
  return new RelatedQuery(spec, relation, instance);
}

function linkQuery(instance: Entity, relation: LinkRelation): LinkQuery {
  const key = storedKeys(relation.model, instance, relation);
  const spec = { ...specFor(instance, relation, []), link: { relation, key } };
  return new LinkQuery(spec, relation, instance);
}

/** Makes a row of the related model where the instance lives. */
function createOn(source: Entity, spec: QuerySpec, input: object): Promise<object> {
  const model = spec.modelClass as unknown as RuntimeModel;
  return model.create(input, { using: writeScope(source).connection.name });
}

function specFor(
  instance: Entity,
  relation: RelationDefinition,
  where: readonly PredicateNode[],
  site: string | undefined = siteNow(),
): QuerySpec {
  const origin = InstanceState.origin(instance)?.connection;
  const via = { relation, site };
  const spec = querySpec(relation.target, relation.targetClass, new RoutedRunner({ origin, via }));
  return { ...spec, where };
}

/** Where in the program a relation is asked for: awaiting it leaves no trace on the stack. */
function siteNow(): string | undefined {
  return isGuarded() ? callSite() : undefined;
}

function equals(model: ModelDefinition, column: ColumnDefinition, value: unknown): PredicateNode {
  return {
    kind: "compare",
    operator: "=",
    left: { kind: "column", scope: rootScope(model), column },
    right: {
      kind: "value",
      value: toStored(column, value),
      type: column.type,
      label: `${model.name}.${column.property}`,
    },
  };
}

/** What the columns of a foreign key hold that points to the instance; a relation of an unsaved instance leads nowhere. */
function pointing(instance: Entity, relation: BackRelation): Readonly<Record<string, unknown>> {
  const { columns, targetColumns } = relation.foreignKey;
  return Object.fromEntries(
    columns.map(({ property }, index) => {
      const value = instance[targetColumns[index]?.property ?? ""];
      if (value === undefined || value === null) throw unsaved(relation.model, relation);
      return [property, value];
    }),
  );
}

function storedKeys(
  model: ModelDefinition,
  instance: Entity,
  relation: RelationDefinition,
): unknown[] {
  return model.primaryKey.map((column) => {
    const value = instance[column.property];
    if (value === undefined || value === null) throw unsaved(model, relation);
    return toStored(column, value);
  });
}

function unsaved(model: ModelDefinition, relation: RelationDefinition): RelationError {
  return new RelationError(
    `${relation.model.name}.${relation.property} was used with a ${model.name} that has no key yet`,
    { hint: `save() the ${model.name} first` },
  );
}

function refuseForeign(source: Entity, row: object, at: string): void {
  const ours = InstanceState.origin(source)?.connection;
  const theirs = InstanceState.origin(row)?.connection;
  if (ours !== undefined && theirs !== undefined && ours !== theirs) {
    throw new RelationError(
      `${at} was given an instance of the connection "${theirs.name}" on "${ours.name}"`,
      { hint: "load both through one connection" },
    );
  }
}

function writeScope(instance: Entity): Scope {
  const scope = resolveScope({ origin: InstanceState.origin(instance)?.connection });
  refuseReadOnly(scope, "a change of links");
  return scope;
}
