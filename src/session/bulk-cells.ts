/** From validated values to the cells of a bulk insert, in one step: the values themselves need not be kept. */
import { type Codec, CodecError, type WireValue } from "../codec/codec.ts";
import { ColumnCodecError } from "../codec/column-error.ts";
import type { ColumnDefinition, ModelDefinition } from "../definition/definition.ts";
import { normalizeValue } from "../definition/input.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { toStored } from "../query/assign.ts";

/** A column that a program writes, and how its cells are made. */
export interface CellColumn {
  readonly column: ColumnDefinition;
  readonly encode: Codec["encode"];
}

/** The columns of a model that a program writes. */
export function cellColumns({ columns }: ModelDefinition, dialect: Dialect): CellColumn[] {
  return columns.flatMap((column) => {
    if (column.generated !== null) return [];
    const { kind } = column.type;
    // An integer is its own cell. Other codecs refuse what the column's rules do; these take more.
    const encode =
      kind === "integer" || kind === "bigint"
        ? column.rules.normalize
        : dialect.codec(column.type).encode;
    return { column, encode: encode as Codec["encode"] };
  });
}

/**
 * The cell of a value that Zod gave.
 *
 * @throws {ValidationError} The column can't hold it.
 * @throws {ColumnCodecError} This database can't.
 */
export function cellOf(model: ModelDefinition, cell: CellColumn, value: unknown): WireValue {
  const { column, encode } = cell;
  try {
    const stored = toStored(column, value);
    return stored === null ? null : encode(stored);
  } catch (error) {
    if (value !== null && value !== undefined) normalizeValue(model, column, value);
    throw error instanceof CodecError ? new ColumnCodecError(column.column, error) : error;
  }
}
