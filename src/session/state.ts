/** What Ferro knows about an instance, kept where no program, logger or test runner sees it. */
import type { Codec } from "../codec/codec.ts";
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import type { DriverRow } from "../driver/driver.ts";
import type { IncludeNode } from "../query/include.ts";
import type { Connection } from "./connection.ts";
import type { HeldKey } from "./key-text.ts";
import type { ReadAhead } from "./lazy.ts";
import type { InstanceMemory } from "./memory.ts";
import { drafts } from "./recent.ts";
import type { RowStatements } from "./row-statements.ts";
import type { Siblings } from "./siblings.ts";

/** What all rows of one model class on one connection share. */
export interface RowOrigin {
  readonly connection: Connection;
  readonly model: ModelDefinition;
  /** The columns of `row`, in its order. */
  readonly columns: readonly ColumnDefinition[];
  /** The codec of each column. */
  readonly codecs: readonly Codec[];
  /** The identity of a row: the text of its key. Undefined for a model without one. */
  readonly keyOf: ((row: DriverRow) => string) | undefined;
  readonly statements: RowStatements;
}

/** What is known of an instance between its constructor and its first save. */
export interface Draft {
  /** The values as they were validated, by property. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Set while `create()` runs: an existing key is an error, not an update. */
  creating: boolean;
  /** The connection of the instances that it was given for foreign keys. */
  from?: Connection | undefined;
  /** Where `drafts` keeps the instance. */
  place: number;
}

/** A relation that was loaded together with its row. */
export interface LoadedRelation {
  /** How it was asked for. */
  readonly node: IncludeNode;
  /** The key that it was found by; null where the instance had none. */
  readonly key: HeldKey | null;
  /** A row or null, the rows of a list, or the parts of `combine`. */
  readonly value: unknown;
}

/** Gives back the object it gets, so that a subclass can put private fields on it. */
class Identity {
  constructor(instance: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what it is for
    return instance;
  }
}

/**
 * Hidden state on any object: costs about ten nanoseconds, where a WeakMap costs a hundred.
 *
 * `row` is what the database holds, as the driver gave it or as Ferro last
 * wrote it; a column has changed when its value no longer is what `row` decodes to.
 */
export class InstanceState extends Identity {
  #origin: RowOrigin | undefined;
  #row: DriverRow | undefined;
  #draft: Draft | undefined;
  #relations: Map<string, LoadedRelation> | undefined;
  #siblings: Siblings | undefined;
  #ahead: Map<string, ReadAhead> | undefined;

  private constructor(
    instance: object,
    row: DriverRow | undefined,
    origin: RowOrigin | undefined,
    draft: Draft | undefined,
  ) {
    super(instance);
    this.#row = row;
    this.#origin = origin;
    this.#draft = draft;
  }

  /** Marks an instance as read from a row. */
  static loaded(instance: object, row: DriverRow, origin: unknown): void {
    new InstanceState(instance, row, origin as RowOrigin, undefined);
  }

  /** Marks an instance as made by a program, from values that were validated. */
  static fresh(instance: object, values: Draft["values"]): void {
    const place = drafts.add(instance);
    new InstanceState(instance, undefined, undefined, { values, creating: false, place });
  }

  /** Whether an object is an instance of a model. */
  static has(instance: object): instance is InstanceState {
    return #row in instance;
  }

  static origin(instance: object): RowOrigin | undefined {
    return (instance as InstanceState).#origin;
  }

  /** The row behind an instance; undefined when it was never saved, or was deleted. */
  static row(instance: object): DriverRow | undefined {
    return (instance as InstanceState).#row;
  }

  /** Notes what the database holds from now on. */
  static saved(instance: object, row: DriverRow, origin: RowOrigin): void {
    const state = instance as InstanceState;
    state.#row = row;
    state.#origin = origin;
    if (state.#draft === undefined) return;
    drafts.remove(instance, state.#draft.place);
    state.#draft = undefined;
  }

  /** Puts an instance back to how it stood. */
  static reset(
    instance: object,
    { row, origin, draft }: Pick<InstanceMemory, "row" | "origin" | "draft">,
  ): void {
    const state = instance as InstanceState;
    if (draft !== undefined && state.#draft === undefined) draft.place = drafts.add(instance);
    state.#row = row;
    state.#origin = origin;
    state.#draft = draft;
  }

  /** What was loaded of a relation; undefined where nothing was. */
  static relation(instance: object, property: string): LoadedRelation | undefined {
    return #relations in instance ? instance.#relations?.get(property) : undefined;
  }

  /** The relations that were loaded. */
  static relations(instance: object): ReadonlyMap<string, LoadedRelation> | undefined {
    return (instance as InstanceState).#relations;
  }

  /** The result that the instance came with last. */
  static siblings(instance: object): Siblings | undefined {
    return (instance as InstanceState).#siblings;
  }

  static setSiblings(instance: object, siblings: Siblings): void {
    (instance as InstanceState).#siblings = siblings;
  }

  /** What was read of a relation because a sibling wanted its own. */
  static ahead(instance: object, property: string): ReadAhead | undefined {
    return (instance as InstanceState).#ahead?.get(property);
  }

  static setAhead(instance: object, property: string, ahead: ReadAhead): void {
    const state = instance as InstanceState;
    state.#ahead ??= new Map();
    state.#ahead.set(property, ahead);
  }

  static dropAllAhead(instance: object): void {
    (instance as InstanceState).#ahead = undefined;
  }

  static dropAhead(instance: object, property: string): void {
    (instance as InstanceState).#ahead?.delete(property);
  }

  static setRelation(instance: object, property: string, loaded: LoadedRelation): void {
    const state = instance as InstanceState;
    state.#relations ??= new Map();
    state.#relations.set(property, loaded);
  }

  static dropRelation(instance: object, property: string): void {
    (instance as InstanceState).#relations?.delete(property);
  }

  /** Notes that the row is gone; the origin stays. */
  static deleted(instance: object): void {
    (instance as InstanceState).#row = undefined;
    drafts.add(instance);
  }

  /** Binds a fresh instance to a connection that it was asked to go to. */
  static bindTo(instance: object, origin: RowOrigin): void {
    (instance as InstanceState).#origin ??= origin;
  }

  /** Undefined once the instance was saved, and for one that was read. */
  static draft(instance: object): Draft | undefined {
    return (instance as InstanceState).#draft;
  }

  static setFrom(instance: object, from: Connection): void {
    const draft = (instance as InstanceState).#draft;
    if (draft !== undefined) draft.from = from;
  }

  static setCreating(instance: object, creating: boolean): void {
    const draft = (instance as InstanceState).#draft;
    if (draft !== undefined) draft.creating = creating;
  }
}
