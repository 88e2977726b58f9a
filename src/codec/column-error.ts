import { CodecError } from "./codec.ts";

/** A value that didn't fit its column, or a cell that can't be read, with the column's name. */
export class ColumnCodecError extends CodecError {
  /** The property or column, as far as the place where it failed knows it. */
  readonly column: string;

  constructor(column: string, cause: unknown) {
    super(`${column}: ${messageOf(cause)}`, cause instanceof CodecError ? cause.hint : undefined);
    this.column = column;
    this.cause = cause;
  }
}

/** A codec's own words; anything else might quote the value. */
function messageOf(cause: unknown): string {
  return cause instanceof CodecError ? cause.message : "the value can't be read or written";
}
