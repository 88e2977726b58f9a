/** What instances held when a block began, and putting it back when the block is rolled back. */
import { isDeepStrictEqual } from "node:util";
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { findDefinition } from "../definition/key.ts";
import type { DriverRow } from "../driver/driver.ts";
import { compileValueReader, type ValueReader } from "../hydrate/values.ts";
import { copyPlain } from "../util/copy-plain.ts";
import { decodeCell, showRow } from "./cells.ts";
import type { IdentityMap } from "./identity-map.ts";
import { drafts } from "./recent.ts";
import { type Draft, InstanceState, type RowOrigin } from "./state.ts";

/** How an instance stood when a transaction first touched it. */
export interface InstanceMemory {
  readonly row: DriverRow | undefined;
  readonly origin: RowOrigin | undefined;
  readonly draft: Draft | undefined;
  /** Of one without a row; and the contents of what can be changed in place, where neither row nor copy tells them. */
  readonly values: Values | undefined;
}

/** The values of an instance by the position of their columns. */
type Values = readonly unknown[];

/** A value that can be changed in place, and what was in it; of a date, its time. */
class Mutable {
  readonly value: object;
  readonly content: unknown;

  constructor(value: object) {
    this.value = value;
    this.content = value instanceof Date ? value.getTime() : copyPlain(value);
  }
}

/**
 * Of how many instances, the latest of the identity map and of those outside it, what can be changed in
 * place is copied as a block begins: nobody knows how large it is.
 */
const deepCopies = 100;
const deepCopiesOutside = 32;

/**
 * Notes how an instance stands now.
 *
 * @param contents - Whether to copy what can be changed in place, where the row does not tell it.
 * @param changed - Positions of the columns that are not what the row holds, where that is known.
 */
export function rememberInstance(
  instance: object,
  contents: boolean,
  changed?: readonly number[],
): InstanceMemory {
  const row = InstanceState.row(instance);
  const origin = InstanceState.origin(instance);
  const draft = InstanceState.draft(instance);
  const layout = layoutOf(instance);
  if (row === undefined) return { row, origin, draft, values: valuesOf(instance, layout, true) };
  const wanted = contents
    ? layout.mutable.filter((position) => changed?.includes(position) !== false)
    : [];
  if (wanted.length === 0) return { row, origin, draft, values: undefined };
  return { row, origin, draft, values: copyContents(layout.read(instance), wanted) };
}

/**
 * What the instances that a block may change held before it.
 *
 * Nothing tells when a property is set, so edits that were not saved yet can only be kept by a copy
 * made before the block runs: of each instance in the identity map, and of the latest ones outside it.
 */
export class Memory {
  readonly #identity: IdentityMap | undefined;
  readonly #instances: object[];
  readonly #values: Values[] = [];
  readonly #rows: (DriverRow | undefined)[] = [];
  /** How many of them, from the first, stood in the identity map. */
  readonly #mapped: number;
  /** Whether what can be changed in place was left out for some: it is copied when they are first touched. */
  hasShallow = false;
  /** Those that go back into it. */
  #reentering: object[] | undefined;

  /**
   * @param identity - The map that the block answers from.
   * @param around - The map of the connection, where the block has one of its own.
   */
  constructor(identity: IdentityMap | undefined, around: IdentityMap | undefined) {
    this.#identity = identity;
    this.#instances = identity?.all() ?? [];
    this.#mapped = this.#instances.length;
    identity?.recent.collect(this.#instances);
    if (around !== identity) around?.recent.collect(this.#instances);
    collectDrafts(this.#instances);
    this.#copyValues();
  }

  #copyValues(): void {
    let origin: RowOrigin | undefined;
    let layout: Layout | undefined;
    const [from, to] = [this.#mapped - deepCopies, this.#mapped + deepCopiesOutside];
    const { length } = this.#instances;
    for (let index = 0; index < length; index += 1) {
      const instance = this.#instances[index] as object;
      const its = InstanceState.origin(instance);
      if (layout === undefined || its === undefined || its !== origin) {
        origin = its;
        layout = layoutOf(instance);
      }
      const deep = index >= from && index < to;
      if (!deep && layout.mutable.length > 0) this.hasShallow = true;
      this.#values.push(valuesOf(instance, layout, deep));
      this.#rows.push(InstanceState.row(instance));
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
        this.#putBack(index, memory);
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

  #putBack(index: number, memory?: InstanceMemory): void {
    const instance = this.#instances[index] as object;
    putBack(instance, this.#values[index] as Values, memory);
  }
}

/** Adds those that were not saved yet: the others are known elsewhere. */
function collectDrafts(into: object[]): void {
  const made: object[] = [];
  drafts.collect(made);
  for (const instance of made) {
    if (InstanceState.row(instance) === undefined) into.push(instance);
  }
}

/** An instance that was not known when the block began: its row tells what it held, without edits that were not saved. */
function restoreUnknown(instance: object, memory: InstanceMemory): void {
  const { row, origin, values } = memory;
  // While it still has the columns of where it was saved.
  if (values !== undefined && row === undefined) putBack(instance, values);
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

function valuesOf(instance: object, { read, mutable }: Layout, deep: boolean): Values {
  const values = read(instance);
  return deep ? copyContents(values, mutable) : values;
}

function copyContents(values: unknown[], positions: readonly number[]): Values {
  for (const position of positions) {
    const value = values[position];
    if (typeof value === "object" && value !== null) values[position] = new Mutable(value);
  }
  return values;
}

/** @param memory - How the block found it, for the content of what `values` only names. */
function putBack(instance: object, values: Values, memory?: InstanceMemory): void {
  const entity = instance as Record<string, unknown>;
  const { columns, mutable } = layoutOf(instance);
  for (const [position, { property }] of columns.entries()) {
    let value = values[position];
    if (value instanceof Mutable) value = contentOf(value);
    else if (memory !== undefined && typeof value === "object" && mutable.includes(position)) {
      value = contentThen(value, position, memory);
    }
    if (!Object.is(entity[property], value)) entity[property] = value;
  }
}

/** What a value held when the block first touched its instance: the row tells, unless it was changed. */
function contentThen(value: unknown, position: number, memory: InstanceMemory): unknown {
  const { row, origin, values } = memory;
  const copy = values?.[position];
  if (copy instanceof Mutable) return copy.value === value ? contentOf(copy) : value;
  if (row === undefined || origin === undefined) return value;
  const content = decodeCell(origin, position, row[position] ?? null);
  return isDeepStrictEqual(value, content) ? value : content;
}

/** The object itself while it holds what it held. */
function contentOf({ value, content }: Mutable): unknown {
  if (value instanceof Date) {
    return Object.is(value.getTime(), content) ? value : new Date(content as number);
  }
  return isDeepStrictEqual(value, content) ? value : content;
}
