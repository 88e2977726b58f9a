/** What Ferro knows about an instance, kept where no program, logger or test runner sees it. */
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import type { DriverRow } from "../driver/driver.ts";
import type { Connection } from "./connection.ts";

/** What all rows of one result share. */
export interface RowOrigin {
  readonly connection: Connection;
  readonly model: ModelDefinition;
  /** The columns of `row`, in its order. */
  readonly columns: readonly ColumnDefinition[];
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
  /** Set while `create()` runs: an existing key is an error, not an update. */
  #creating = false;

  private constructor(instance: object, row: DriverRow | undefined, origin: RowOrigin | undefined) {
    super(instance);
    this.#row = row;
    this.#origin = origin;
  }

  /** Marks an instance as read from a row. */
  static loaded(instance: object, row: DriverRow, origin: unknown): void {
    new InstanceState(instance, row, origin as RowOrigin);
  }

  /** Marks an instance as made by a program. */
  static fresh(instance: object): void {
    new InstanceState(instance, undefined, undefined);
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
  }

  /** Puts an instance back to how it stood. */
  static reset(instance: object, row: DriverRow | undefined, origin: RowOrigin | undefined): void {
    const state = instance as InstanceState;
    state.#row = row;
    state.#origin = origin;
  }

  /** Notes that the row is gone; the origin stays. */
  static deleted(instance: object): void {
    (instance as InstanceState).#row = undefined;
  }

  /** Binds a fresh instance to a connection that it was asked to go to. */
  static bindTo(instance: object, origin: RowOrigin): void {
    (instance as InstanceState).#origin ??= origin;
  }

  static isCreating(instance: object): boolean {
    return (instance as InstanceState).#creating;
  }

  static setCreating(instance: object, creating: boolean): void {
    (instance as InstanceState).#creating = creating;
  }
}
