/**
 * The types of pages.
 *
 * Inference only; nothing here exists at run time.
 */

/** Which page: the first, or the one after or before a cursor. */
export interface PageOptions {
  /** How many rows, at most. */
  readonly size: number;
  /** A page's `next`: this page begins behind it. */
  readonly after?: string | null | undefined;
  /** A page's `previous`: this page ends before it. */
  readonly before?: string | null | undefined;
  /** Count all rows as well, in a second statement. */
  readonly total?: boolean | undefined;
}

/** A page of rows. */
export interface Page<Row> {
  readonly items: Row[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  /** For `page({ after })`; null on the last page. */
  readonly next: string | null;
  /** For `page({ before })`; null on the first page. */
  readonly previous: string | null;
  /** The cursor of the first row; null on an empty page. */
  readonly start: string | null;
  /** The cursor of the last row; null on an empty page. */
  readonly end: string | null;
  /** How many rows there are on all pages; undefined unless it was asked for. */
  readonly total: number | undefined;
}
