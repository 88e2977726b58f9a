/** What instances held when a block began, and putting it back when the block is rolled back. */
import { isDeepStrictEqual } from "node:util";
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { findDefinition } from "../definition/key.ts";
import type { DriverRow } from "../driver/driver.ts";
import { compileValueReader, type ValueReader } from "../hydrate/values.ts";
import { copyPlain } from "../util/copy-plain.ts";
import { showRow } from "./cells.ts";
import type { IdentityMap } from "./identity-map.ts";
import { drafts } from "./recent.ts";
import { type Draft, InstanceState, type RowOrigin } from "./state.ts";

/** How an instance stood when a transaction first touched it. */
export interface InstanceMemory {
  readonly row: DriverRow | undefined;
  readonly origin: RowOrigin | undefined;
  readonly draft: Draft | undefined;
  /** Of one without a row, which can't tell them. */
  readonly values: Values | undefined;
}

/** The values of an instance by the position of their columns. */
type Values = readonly unknown[];

/** A value that can be changed in place, and what was in it. */
class Mutable {
  readonly value: object;
  readonly content: unknown;

  constructor(value: object) {
    this.value = value;
    this.content = copyPlain(value);
  }
}

/** Notes how an instance stands now. */
export function rememberInstance(instance: object): InstanceMemory {
  const row = InstanceState.row(instance);
  const values = row === undefined ? valuesOf(instance, layoutOf(instance)) : undefined;
  const origin = InstanceState.origin(instance);
  return { row, origin, draft: InstanceState.draft(instance), values };
}

/**
 * What the instances that a block may change held before it.
 *
 * Nothing tells when a property is set, so edits that were not saved yet can only be kept by a copy
 * made before the block runs: of each instance in the identity map, and of the latest ones outside it.
 */
export class Memory {
  readonly #identity: IdentityMap | undefined;
  readonly #instances: object[] = [];
  readonly #values: Values[] = [];
  readonly #rows: (DriverRow | undefined)[] = [];
  /** How many of them, from the first, stood in the identity map. */
  readonly #mapped: number;
  /** Those that go back into it. */
  #reentering: object[] | undefined;

  /**
   * @param identity - The map that the block answers from.
   * @param around - The map of the connection, where the block has one of its own.
   */
  constructor(identity: IdentityMap | undefined, around: IdentityMap | undefined) {
    this.#identity = identity;
    if (identity !== undefined) this.#take(identity.all());
    this.#mapped = this.#instances.length;
    if (identity !== undefined) this.#take(identity.recent.all());
    if (around !== undefined && around !== identity) this.#take(around.recent.all());
    this.#takeDrafts();
  }

  #take(instances: Iterable<object>): void {
    let origin: RowOrigin | undefined;
    let layout: Layout | undefined;
    for (const instance of instances) {
      const its = InstanceState.origin(instance);
      if (layout === undefined || its !== origin) {
        origin = its;
        layout = layoutOf(instance);
      }
      this.#instances.push(instance);
      this.#values.push(valuesOf(instance, layout));
      this.#rows.push(InstanceState.row(instance));
    }
  }

  #takeDrafts(): void {
    for (const instance of drafts.all()) {
      if (InstanceState.row(instance) === undefined) this.#take([instance]);
    }
  }

  /**
   * Puts instances back to how they stood, and takes everything out of the identity map.
   *
   * Those of the map belong to the work that is undone, touched or not; of others only the touched.
   *
   * @param touched - Instances that the block saved, deleted or refreshed.
   * @param evicted - Models whose instances it took out of the map.
   */
  restore(
    touched: ReadonlyMap<object, InstanceMemory>,
    evicted: ReadonlySet<ModelDefinition>,
  ): void {
    this.#reentering ??= this.#whoReenters(touched, evicted);
    const unknown = new Map(touched);
    for (const [index, instance] of this.#instances.entries()) {
      const memory = unknown.get(instance);
      if (memory === undefined) {
        const isSame = InstanceState.row(instance) === this.#rows[index];
        if (index < this.#mapped && isSame && !touched.has(instance)) this.#putBack(index);
      } else if (memory.row === this.#rows[index]) {
        InstanceState.reset(instance, memory);
        this.#putBack(index);
        unknown.delete(instance);
      }
    }
    for (const [instance, memory] of unknown) restoreUnknown(instance, memory);
    this.#identity?.clear();
  }

  /** Puts those back into the identity map that stood there before, once nothing is to be repeated. */
  reenter(): void {
    for (const instance of this.#reentering ?? []) {
      const origin = InstanceState.origin(instance);
      const row = InstanceState.row(instance);
      const key = row === undefined ? undefined : origin?.keyOf?.(row);
      if (this.#identity === undefined || origin === undefined || key === undefined) continue;
      const entries = this.#identity.of(origin.model);
      if (entries.get(key) === undefined) entries.set(key, instance);
    }
  }

  /** Not those that other work took out meanwhile. */
  #whoReenters(
    touched: ReadonlyMap<object, InstanceMemory>,
    evicted: ReadonlySet<ModelDefinition>,
  ): object[] {
    const present = new Set(this.#identity?.all());
    return this.#instances.slice(0, this.#mapped).filter((instance) => {
      if (present.has(instance) || touched.has(instance)) return true;
      const origin = InstanceState.origin(instance);
      return origin !== undefined && evicted.has(origin.model);
    });
  }

  #putBack(index: number): void {
    const instance = this.#instances[index] as object;
    putBack(instance, this.#values[index] as Values);
  }
}

/** An instance that was not known when the block began: its row tells what it held, without edits that were not saved. */
function restoreUnknown(instance: object, memory: InstanceMemory): void {
  const { row, origin, values } = memory;
  // While it still has the columns of where it was saved.
  if (values !== undefined) putBack(instance, values);
  InstanceState.reset(instance, memory);
  if (row !== undefined && origin !== undefined) {
    showRow(instance as Record<string, unknown>, origin, row);
  }
}

/** What is to be known of a model's columns to copy an instance. */
interface Layout {
  readonly columns: readonly ColumnDefinition[];
  readonly read: ValueReader;
  /** Positions of columns whose values can be changed in place. */
  readonly mutable: readonly number[];
}

const layouts = new WeakMap<readonly ColumnDefinition[], Layout>();

function layoutOf(instance: object): Layout {
  const { columns } =
    InstanceState.origin(instance) ?? (findDefinition(instance.constructor) as ModelDefinition);
  let layout = layouts.get(columns);
  if (layout === undefined) {
    layout = {
      columns,
      read: compileValueReader(columns.map(({ property }) => property)),
      mutable: [...columns.keys()].filter((position) => isMutable(columns[position])),
    };
    layouts.set(columns, layout);
  }
  return layout;
}

function isMutable(column: ColumnDefinition | undefined): boolean {
  if (column === undefined || column.transform !== undefined) return true;
  const { type } = column;
  return ["json", "array", "bytes"].includes(type.kind) || ("host" in type && type.host === "date");
}

function valuesOf(instance: object, { read, mutable }: Layout): Values {
  const values = read(instance);
  for (const position of mutable) {
    const value = values[position];
    if (typeof value === "object" && value !== null) values[position] = new Mutable(value);
  }
  return values;
}

function putBack(instance: object, values: Values): void {
  const entity = instance as Record<string, unknown>;
  const { columns } = layoutOf(instance);
  for (const [position, { property }] of columns.entries()) {
    const held = values[position];
    const value = held instanceof Mutable ? contentOf(held) : held;
    if (!Object.is(entity[property], value)) entity[property] = value;
  }
}

/** The object itself while it holds what it held. */
function contentOf({ value, content }: Mutable): unknown {
  return isDeepStrictEqual(value, content) ? value : content;
}
