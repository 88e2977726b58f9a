/** Cuts many rows into statements under a database's limits, and lets other work run in between. */
import { setImmediate } from "node:timers/promises";
import type { Dialect } from "../dialect/dialect.ts";
import type { DriverValue } from "../driver/driver.ts";
import { packCells, unpackCells } from "./packed-cells.ts";

/** Rows that one PostgreSQL statement carries as arrays: enough to make the round trip cheap. */
const unnestRows = 2_000;
/** Values that one multi-row statement carries: more gain nothing on SQLite. */
const mostValues = 1_000;
/** How long other work may wait for ours, in milliseconds. */
const slice = 20;
/** How many chunks are kept as lists: few rows take little memory, and packing takes a tenth of the time of writing them. */
const mostUnpacked = 16;
/** After how many rows to look at the clock: much less than a slice. */
const rowsBetweenLooks = 64;

/** The values of one statement. */
export interface Chunk {
  readonly rows: number;
  readonly shape: "values" | "unnest";
  /** Row by row, or one list for each column. */
  readonly values: readonly unknown[];
}

/** A chunk that waits; its values may be packed. */
interface Waiting extends Omit<Chunk, "values"> {
  readonly values: readonly unknown[] | string;
}

/** How many rows of so many columns one statement carries. */
function chunkRows(dialect: Dialect, columns: number): number {
  if (columns === 0) return 1;
  if (dialect.bulkInsert === "unnest") return unnestRows;
  const fitting = Math.floor(dialect.maxParameters / columns);
  return Math.max(1, Math.min(fitting, Math.ceil(mostValues / columns)));
}

/** Collects values into chunks of one shape: what it holds is the values, not the rows. */
export class ChunkWriter {
  readonly #columns: number;
  readonly #most: number;
  readonly #shape: Chunk["shape"];
  readonly #chunks: Waiting[] = [];
  readonly #content: "values" | "cells";
  readonly #listOf: Dialect["cellList"];
  #lists: unknown[][] = [];
  #flat: unknown[] = [];
  #column = 0;
  #rows = 0;

  /** @param content - What is pushed: values that the statement's plan encodes, or cells. */
  constructor(columns: number, dialect: Dialect, content: "values" | "cells" = "values") {
    this.#columns = columns;
    this.#most = chunkRows(dialect, columns);
    this.#shape = columns === 0 ? "values" : dialect.bulkInsert;
    this.#content = content;
    this.#listOf = content === "cells" ? dialect.cellList : null;
    this.#begin();
  }

  /** The next value of the current row. */
  push(value: unknown): void {
    if (this.#shape === "values") this.#flat.push(value);
    else this.#lists[this.#column]?.push(value);
    this.#column += 1;
  }

  /** The row is whole. */
  endRow(): void {
    this.#column = 0;
    this.#rows += 1;
    if (this.#rows === this.#most) this.#end();
  }

  /** Gives the chunks in order and lets each go when the next is asked for. */
  *take(): Generator<Chunk> {
    if (this.#rows > 0) this.#end();
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      const { values } = chunk;
      yield { ...chunk, values: typeof values === "string" ? unpackCells(values) : values };
    }
  }

  #end(): void {
    const listOf = this.#listOf;
    // As text, which takes a fraction of the memory of its cells.
    const lists =
      listOf === null ? this.#lists : this.#lists.map((list) => listOf(list as DriverValue[]));
    const values = this.#shape === "values" ? this.#packed() : lists;
    this.#chunks.push({ rows: this.#rows, shape: this.#shape, values });
    this.#begin();
  }

  /** Of many rows, cells as text. */
  #packed(): readonly unknown[] | string {
    if (this.#content === "values" || this.#chunks.length < mostUnpacked) return this.#flat;
    return packCells(this.#flat as DriverValue[]) ?? this.#flat;
  }

  #begin(): void {
    this.#rows = 0;
    this.#flat = [];
    this.#lists = Array.from({ length: this.#columns }, () => []);
  }
}

/**
 * Lets other work run once ours has taken its slice; gives the start of the current slice.
 *
 * @param count - How many rows were seen: the clock is looked at for some of them.
 */
export function yieldAfter(start: number, count = 0): number | Promise<number> {
  if (count % rowsBetweenLooks !== 0 || performance.now() - start < slice) return start;
  return setImmediate().then(() => performance.now());
}
