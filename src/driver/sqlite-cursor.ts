/** Step-wise reading on SQLite: an open statement, advanced a batch at a time. */
import type { DriverCursor, DriverRow, ErrorTranslator } from "./driver.ts";

export interface SqliteCursorParts {
  /** Starts the statement: rows with every integer as bigint. */
  start(): Iterator<DriverRow>;
  /** The statement is over, or all of its rows are here. */
  ended(): void;
  readonly translate: ErrorTranslator;
  /** Leave integers as bigint. */
  readonly bigints: boolean;
}

export class SqliteCursor implements DriverCursor {
  readonly #parts: SqliteCursorParts;
  #rows: Iterator<DriverRow> | undefined;
  #over = false;

  constructor(parts: SqliteCursorParts) {
    this.#parts = parts;
  }

  read(count: number): DriverRow[] {
    const rows: DriverRow[] = [];
    const { bigints, translate } = this.#parts;
    try {
      while (!this.#over && rows.length < count) {
        this.#rows ??= this.#parts.start();
        const next = this.#rows.next();
        if (next.done === true) {
          this.close();
        } else {
          rows.push(bigints ? next.value : narrow(next.value));
        }
      }
      return rows;
    } catch (error) {
      // A database that is busy says so before the first row, and may be asked again.
      const started = rows.length > 0;
      this.#end();
      this.#over = started;
      throw translate(error);
    }
  }

  /** Reads what is left into memory and ends the statement. */
  readAhead(): void {
    if (this.#rows === undefined || this.#over) {
      return;
    }
    const rest: DriverRow[] = [];
    for (let next = this.#rows.next(); next.done !== true; next = this.#rows.next()) {
      rest.push(next.value);
    }
    this.#parts.ended();
    this.#rows = rest.values();
  }

  close(): void {
    this.#over = true;
    this.#end();
  }

  #end(): void {
    const rows = this.#rows;
    this.#rows = undefined;
    this.#parts.ended();
    try {
      rows?.return?.();
    } catch {
      // The statement went with its connection.
    }
  }
}

/** The same rows in another form; ending it ends the statement. */
export function mapRows<Row>(
  rows: Iterator<Row>,
  map: (row: Row) => DriverRow,
): Iterator<DriverRow> {
  return {
    next() {
      const next = rows.next();
      return next.done === true ? { done: true, value: undefined } : { value: map(next.value) };
    },
    return() {
      rows.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** Makes numbers of the integers that lose nothing by it, in place. */
export function narrow(row: DriverRow): DriverRow {
  for (let position = 0; position < row.length; position += 1) {
    const cell = row[position];
    if (typeof cell === "bigint" && isSafe(cell)) {
      row[position] = Number(cell);
    }
  }
  return row;
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}
