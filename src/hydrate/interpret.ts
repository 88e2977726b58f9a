import { isAssignable, locateFailure, readColumn } from "./column.ts";
import type { Hydrator, ResultColumn, Stamp, WireRow } from "./compile.ts";

/**
 * The plain form of `compileHydrator`: one loop, no generated code.
 *
 * It serves where source can't be compiled and where a property can't be assigned,
 * and it is what the generated code is tested against.
 */
export function interpretHydrator<Instance extends object>(
  columns: readonly ResultColumn[],
  prototype: Instance,
  stamp: Stamp,
): Hydrator<Instance> {
  const setters = columns.map(({ property }) =>
    isAssignable(property, prototype) ? assign : define,
  );

  const make = (row: WireRow, context: unknown): Instance => {
    const instance = Object.create(prototype);
    for (const [position, column] of columns.entries()) {
      setters[position]?.(instance, column.property, readColumn(column, row, position));
    }
    stamp(instance, row, context);
    return instance;
  };

  return {
    rows(rows, context) {
      try {
        return rows.map((row) => make(row, context));
      } catch (error) {
        throw locateFailure(error, columns, rows);
      }
    },
    row(row, context) {
      try {
        return make(row, context);
      } catch (error) {
        throw locateFailure(error, columns, [row]);
      }
    },
  };
}

function assign(instance: Record<string, unknown>, property: string, value: unknown): void {
  instance[property] = value;
}

function define(instance: object, property: string, value: unknown): void {
  Object.defineProperty(instance, property, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
