/**
 * Reads input for a row and rows around it: those that it points to, those that point to it, and links.
 *
 * All of it is validated, so that wrong input sends no SQL; `write-nested.ts` writes what was read.
 */
import { isDeepStrictEqual } from "node:util";
import type {
  BackRelation,
  ForeignKeyRelation,
  LinkRelation,
  ModelConstructor,
  RelationDefinition,
} from "../definition/definition.ts";
import { definitionKey, findDefinition } from "../definition/key.ts";
import { endPending, markPending } from "../definition/pending.ts";
import type { Definition } from "../definition/read.ts";
import { ValidationError, type ValidationIssue } from "../errors/errors.ts";
import { isPlainObject } from "../query/plain.ts";
import { nameOf } from "../query/value.ts";
import type { Connection } from "../session/connection.ts";
import { InstanceState } from "../session/state.ts";
import type { RuntimeModel } from "./runtime.ts";

export type Entity = Record<string, unknown> & { save(): Promise<unknown> };
type Path = readonly PropertyKey[];

/** A row, and what was given for its relations. */
export interface Row {
  readonly instance: Entity;
  /** False for a row that is there already. */
  readonly isNew: boolean;
  readonly parents: readonly Parent[];
  readonly children: readonly Related<BackRelation>[];
  readonly links: readonly Related<LinkRelation>[];
}

interface Parent {
  readonly relation: ForeignKeyRelation;
  /** Null where the input says that there is none. */
  readonly row: Row | null;
}

export interface Related<Relation> {
  readonly relation: Relation;
  readonly rows: readonly Row[];
}

/** Whether input for a row describes rows around it. */
export function isNested(definition: Definition, input: unknown): input is object {
  if (typeof input !== "object" || input === null) return false;
  for (const property of definition.relationNames) {
    if (!Object.hasOwn(input, property)) continue;
    if (isPlainObject((input as Record<string, unknown>)[property])) return true;
    const relation = definition.relations.get(property);
    // A foreign key over declared columns has no id to give: its row is what the input is made of.
    if (relation?.kind !== "foreignKey" || relation.over === true) return true;
  }
  return false;
}

/**
 * Reads input into rows that are not written yet.
 *
 * @throws {ValidationError} Any of it is invalid; every issue is listed with its path.
 */
export function readNested(connection: Connection, constructor: RuntimeModel, input: object): Row {
  const reading: Reading = { connection, issues: [], made: [], around: [] };
  try {
    const row = readRow(reading, constructor, input, [], {});
    if (reading.issues.length > 0) {
      throw new ValidationError(constructor[definitionKey].name, reading.issues);
    }
    return row;
  } finally {
    // What points to a row is made already.
    for (const instance of reading.made) endPending(instance);
  }
}

/** What is gathered while input is read. */
interface Reading {
  readonly connection: Connection;
  readonly issues: ValidationIssue[];
  /** The instances of new rows, which have no key yet. */
  readonly made: object[];
  /** The objects that the present one stands in. */
  readonly around: object[];
}

/** @param known - Instances for foreign keys to rows around this one. */
function readRow(
  reading: Reading,
  constructor: RuntimeModel,
  input: object,
  path: Path,
  known: Readonly<Record<string, object>>,
): Row {
  const definition = constructor[definitionKey];
  const own: Record<string, unknown> = { ...input };
  for (const property of Object.keys(known)) {
    const over = definition.foreignKey(property).over === true;
    for (const name of over ? [property] : [property, `${property}Id`]) {
      if (own[name] === undefined) continue;
      refuse(reading, [...path, name], "is the row that this one is made with; leave it out");
    }
  }
  reading.around.push(input);
  const parents = readParents(reading, definition, own, path);
  const behind = takeBehind(definition, own);
  const instance = makeInstance(reading, constructor, { ...own, ...known }, path);
  const children: Related<BackRelation>[] = [];
  const links: Related<LinkRelation>[] = [];
  for (const [relation, given] of behind) {
    const at = [...path, relation.property];
    if (relation.kind === "link") {
      links.push({ relation, rows: readLinks(reading, relation, given, at) });
    } else if (relation.where !== undefined) {
      const { relatedName } = relation.foreignKey;
      refuse(reading, at, `is a view of some rows; give them for ${relatedName}`);
    } else {
      children.push({ relation, rows: readChildren(reading, relation, given, at, instance) });
    }
  }
  reading.around.pop();
  return { instance, isNew: true, parents, children, links };
}

/** Reads what is given for foreign keys; a row that is to be made stands there as its instance afterwards. */
function readParents(
  reading: Reading,
  { relations }: Definition,
  own: Record<string, unknown>,
  path: Path,
): readonly Parent[] {
  const parents: Parent[] = [];
  for (const relation of relations.values()) {
    const { kind, property } = relation;
    const given = own[property];
    if (kind !== "foreignKey" || given === undefined) continue;
    if (given === null) parents.push({ relation, row: null });
    else if (isPlainObject(given)) {
      const row = readNew(reading, relation, given, [...path, property], {});
      if (row === undefined) continue;
      own[property] = row.instance;
      parents.push({ relation, row });
    } else if (isInstanceOf(relation, given)) parents.push({ relation, row: existing(given) });
  }
  return parents;
}

/** Takes what is given for relations to other tables out of the input. */
function takeBehind(
  { relations }: Definition,
  own: Record<string, unknown>,
): readonly (readonly [BackRelation | LinkRelation, unknown])[] {
  const taken: (readonly [BackRelation | LinkRelation, unknown])[] = [];
  for (const relation of relations.values()) {
    if (relation.kind === "foreignKey" || !Object.hasOwn(own, relation.property)) continue;
    taken.push([relation, own[relation.property]]);
    delete own[relation.property];
  }
  return taken;
}

/** An instance of validated input; a stand-in where it is invalid, so that the rest is validated too. */
function makeInstance(
  reading: Reading,
  constructor: RuntimeModel,
  input: object,
  path: Path,
): Entity {
  let instance: object;
  try {
    instance = new constructor(input);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    for (const issue of error.issues) {
      reading.issues.push({ ...issue, path: [...path, ...issue.path] });
    }
    instance = Object.create(constructor.prototype) as object;
  }
  markPending(instance);
  reading.made.push(instance);
  return instance as Entity;
}

function readChildren(
  reading: Reading,
  relation: BackRelation,
  given: unknown,
  path: Path,
  parent: Entity,
): readonly Row[] {
  const { foreignKey } = relation;
  const known = { [foreignKey.property]: parent };
  const read = (item: unknown, at: Path): Row | undefined => {
    if (isPlainObject(item)) return readNew(reading, relation, item, at, known);
    if (!isSaved(reading, relation, item, at)) return undefined;
    // A row that belongs elsewhere is never taken away from there by being listed here.
    if (isFree(foreignKey, item, parent)) return existing(item);
    const shadow = foreignKey.columns.map(({ property }) => property).join(" and ");
    const message = `belongs to another ${relation.model.name}; to move it, set its ${shadow} and save it`;
    return refuse(reading, at, message);
  };
  if (relation.kind === "backMany") return readList(reading, relation, given, path, read);
  const row = given === null || given === undefined ? undefined : read(given, path);
  return row === undefined ? [] : [row];
}

/** Whether a row points nowhere; the parts of its key that it shares with other keys must stay what they are. */
function isFree(
  { columns, targetColumns }: ForeignKeyRelation,
  row: Entity,
  parent: Entity,
): boolean {
  const held = columns.map(({ property }) => row[property]);
  if (!held.includes(null) && !held.includes(undefined)) return false;
  return held.every(
    (part, index) =>
      part === null ||
      part === undefined ||
      isDeepStrictEqual(part, parent[targetColumns[index]?.property ?? ""]),
  );
}

function readLinks(
  reading: Reading,
  relation: LinkRelation,
  given: unknown,
  path: Path,
): readonly Row[] {
  return readList(reading, relation, given, path, (item, at) => {
    if (isPlainObject(item)) return readNew(reading, relation, item, at, {});
    return isSaved(reading, relation, item, at) ? existing(item) : undefined;
  });
}

function readList(
  reading: Reading,
  { target }: RelationDefinition,
  given: unknown,
  path: Path,
  read: (item: unknown, at: Path) => Row | undefined,
): readonly Row[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    refuse(reading, path, `expected a list of ${target.name} rows, received ${nameOf(given)}`);
    return [];
  }
  return given.flatMap((item: unknown, index) => read(item, [...path, index]) ?? []);
}

function readNew(
  reading: Reading,
  { targetClass }: RelationDefinition,
  input: object,
  path: Path,
  known: Readonly<Record<string, object>>,
): Row | undefined {
  if (reading.around.includes(input)) return refuse(reading, path, "contains itself");
  return readRow(reading, targetClass as ModelConstructor & RuntimeModel, input, path, known);
}

function existing(instance: object): Row {
  return { instance: instance as Entity, isNew: false, parents: [], children: [], links: [] };
}

function isInstanceOf({ target }: RelationDefinition, given: unknown): given is Entity {
  return findDefinition((given as object | null)?.constructor) === target;
}

/** Whether it is an instance that can be linked to; says so where it is not. */
function isSaved(
  reading: Reading,
  relation: RelationDefinition,
  item: unknown,
  path: Path,
): item is Entity {
  const { name } = relation.target;
  if (!isInstanceOf(relation, item)) {
    const other = findDefinition((item as object | null | undefined)?.constructor);
    const received = other === undefined ? nameOf(item) : `a ${other.name}`;
    refuse(reading, path, `expected ${name} input or a ${name}, received ${received}`);
    return false;
  }
  if (InstanceState.row(item) === undefined) {
    refuse(reading, path, `is a ${name} without a row; save it first, or give its values`);
    return false;
  }
  const origin = InstanceState.origin(item)?.connection;
  if (origin === undefined || origin === reading.connection) return true;
  const ours = reading.connection.name;
  refuse(reading, path, `is of the connection "${origin.name}", and this row of "${ours}"`);
  return false;
}

function refuse(reading: Reading, path: Path, message: string): undefined {
  reading.issues.push({ path, message });
}
