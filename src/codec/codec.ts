/** A value as a driver binds or returns it (the driver layer's `DriverValue`, said here without importing it). */
export type WireValue = null | string | number | bigint | Uint8Array;

/**
 * How one storage type is written and read on one database.
 *
 * NULL never reaches a codec: it is NULL everywhere. `encode` is given values
 * that passed validation, and still refuses what the database can't hold
 * exactly (an integer out of range, a lone surrogate, NaN).
 */
export interface Codec {
  /**
   * Turns a program's value into what the driver binds.
   *
   * @throws {CodecError} The value has no exact form in this column.
   */
  encode(value: unknown): Exclude<WireValue, null>;
  /**
   * Turns what the driver read into a program's value.
   *
   * @throws {CodecError} The cell holds something this type can't show exactly.
   */
  decode(wire: Exclude<WireValue, null>): unknown;
  /**
   * A JavaScript expression for `decode` over the identifier `v` (never null), for the
   * compiled hydrator; absent when only the function will do. Holds no values.
   */
  readonly inline?: string;
  /** SQLite: this column's integers must be read as bigint. */
  readonly bigints?: boolean;
}

/**
 * What a storage type means to a program, whatever the database: one form for
 * each value, equality, and a copy where values can change in place.
 */
export interface ValueRules {
  /** Brings a validated value to the one form that reading it back gives. Throws `CodecError` for a value of another type. */
  normalize(value: unknown): unknown;
  /** Whether two non-null values are the same in the database. */
  equals(left: unknown, right: unknown): boolean;
}

/** A value that a column can't hold; the caller adds model and property. Holds no value. */
export class CodecError extends Error {
  static {
    Object.defineProperty(CodecError.prototype, "name", { value: "CodecError" });
  }
  /** What would be right, in one sentence. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
