import type { Codec, WireValue } from "../codec/codec.ts";
import { type Code, canCompileSource, Source } from "../util/source.ts";
import { isAssignable, locateFailure } from "./column.ts";
import { interpretHydrator } from "./interpret.ts";

/** One row as a driver gives it. */
export type WireRow = WireValue[];

/** One column of a result: where it goes and how it is read. */
export interface ResultColumn {
  readonly property: string;
  readonly codec: Codec;
  /** What a program sees for NULL. */
  readonly nullAs: null | undefined;
  /** From the stored value to the program's, for columns with a Zod codec. */
  readonly fromStored?: (value: unknown) => unknown;
}

/** Turns rows into instances. */
export interface Hydrator<Instance extends object> {
  /** @throws {ColumnCodecError} A cell can't be read; it names the column. */
  rows(rows: readonly WireRow[], context: unknown): Instance[];
  /** @throws {ColumnCodecError} A cell can't be read; it names the column. */
  row(row: WireRow, context: unknown): Instance;
}

/** Puts hidden state on a new instance. */
export type Stamp = (instance: object, row: WireRow, context: unknown) => void;

/**
 * Compiles the function that turns rows of one shape into instances.
 *
 * A generated constructor assigns each property once, in order, so that all
 * instances share one hidden class; docs/decisions/hydration.md has the figures.
 * Compile once for each shape and class and keep the result. Rows are trusted:
 * codecs run, constructors and Zod don't.
 *
 * @param stamp - Called with each instance after its columns are set.
 */
export function compileHydrator<Instance extends object>(
  columns: readonly ResultColumn[],
  prototype: Instance,
  stamp: Stamp,
): Hydrator<Instance> {
  if (!canCompileSource() || !columns.every(({ property }) => isAssignable(property, prototype))) {
    return interpretHydrator(columns, prototype, stamp);
  }
  const compiled = compileSource(columns, prototype, stamp);
  return {
    rows(rows, context) {
      try {
        return compiled.rows(rows, context);
      } catch (error) {
        throw locateFailure(error, columns, rows);
      }
    },
    row(row, context) {
      try {
        return compiled.row(row, context);
      } catch (error) {
        throw locateFailure(error, columns, [row]);
      }
    },
  };
}

function compileSource<Instance extends object>(
  columns: readonly ResultColumn[],
  prototype: Instance,
  stamp: Stamp,
): Hydrator<Instance> {
  const source = new Source();
  source.line`function Instance(row) {`;
  source.line`let v;`;
  for (const [position, column] of columns.entries()) {
    const cell = source.code`(v = row${source.index(position)})`;
    const value = decoded(source, column);
    const empty = source.empty(column.nullAs);
    source.line`this${source.property(column.property)} = ${cell} === null ? ${empty} : ${value};`;
  }
  source.line`}`;
  source.line`Instance.prototype = ${source.constant(prototype)};`;
  const stampName = source.constant(stamp);
  source.line`function row(row, context) {`;
  source.line`const instance = new Instance(row);`;
  source.line`${stampName}(instance, row, context);`;
  source.line`return instance;`;
  source.line`}`;
  // The loop is part of the generated code, so that its calls see one class each.
  source.line`function rows(list, context) {`;
  source.line`const length = list.length, instances = new Array(length);`;
  source.line`for (let i = 0; i < length; i++) instances[i] = row(list[i], context);`;
  source.line`return instances;`;
  source.line`}`;
  source.line`return { row, rows };`;
  return source.compile();
}

function decoded(source: Source, { codec, fromStored }: ResultColumn): Code {
  const stored =
    codec.inline === undefined
      ? source.code`${source.constant(codec)}.decode(v)`
      : source.snippet(codec.inline);
  return fromStored === undefined ? stored : source.code`${source.constant(fromStored)}(${stored})`;
}
