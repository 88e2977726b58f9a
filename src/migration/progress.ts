/** How far a backfill has come, and when it will be there. */
import type { DriverValue } from "../driver/driver.ts";

/** Where a backfill stands after a batch. */
export interface BatchProgress {
  /** Rows that were looked at, in earlier runs too. */
  readonly done: number;
  /** How many there are, as the database estimates it; null where it can't be known, or was wrong. */
  readonly total: number | null;
  /** How long the rest takes at the pace of this run, in milliseconds; null where that can't be known. */
  readonly leftMs: number | null;
  /** How long nothing is done now, for others' sake. */
  readonly restMs: number;
  /** The last key, for a reader. */
  readonly key: string;
}

/** What is kept of a backfill between two runs. */
export interface Reached {
  readonly key: readonly DriverValue[];
  readonly rows: number;
}

/** A place as text, to be kept. */
export function writeReached({ key, rows }: Reached): string {
  return JSON.stringify({ key, rows }, plain);
}

/** The other way. */
export function readReached(text: string): Reached {
  return JSON.parse(text) as Reached;
}

function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** Measures one backfill in one run. */
export class Pace {
  readonly #total: number | null;
  readonly #began: number;
  readonly #startedAt = performance.now();
  #done: number;

  constructor(total: number | null, began: number) {
    this.#total = total;
    this.#began = began;
    this.#done = began;
  }

  get rows(): number {
    return this.#done;
  }

  /** Where it stands. */
  at(key: readonly DriverValue[], restMs: number): BatchProgress {
    const done = this.#done;
    const total = this.#total !== null && this.#total >= done ? this.#total : null;
    const own = done - this.#began;
    const perRow = (performance.now() - this.#startedAt + restMs) / own;
    const leftMs = total === null || own === 0 ? null : Math.round((total - done) * perRow);
    return { done, total, leftMs, restMs, key: key.join(", ") };
  }

  /** A batch was done. */
  add(rows: number): void {
    this.#done += rows;
  }
}

/** In words: "5,000 of about 20,000 rows, about 3 s left, up to key 5000". */
export function describeProgress({ done, total, leftMs, key }: BatchProgress): string {
  const rows = total === null ? count(done) : `${count(done)} of about ${count(total)}`;
  const left = leftMs === null ? "" : `, about ${duration(leftMs)} left`;
  return `${rows} rows${left}, up to key ${key}`;
}

function count(rows: number): string {
  return rows.toLocaleString("en-US");
}

/** A time for a reader: "3 s", "2 min 5 s", "1 h 20 min". */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
