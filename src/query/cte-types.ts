/**
 * The types of rows under a name.
 *
 * Inference only; nothing here exists at run time.
 */
import type { PlainQuery } from "./plain-types.ts";
import type { Rows } from "./rows-types.ts";

/** How rows under a name are computed. */
export interface CteOptions {
  /**
   * Compute the rows once and keep them (true), or let the database see through to the query (false). Without it the
   * database decides.
   */
  readonly materialized?: boolean;
}

/** How steps are made. */
export interface CteStepOptions extends CteOptions {
  /** Equal rows count as often as they are found. A circle has no end then. */
  readonly all?: boolean;
}

/** What `cte` takes and gives. */
export interface Cte {
  <Row>(name: string, query: PlainQuery<Row>, options?: CteOptions): Rows<Row>;
  <Row>(
    name: string,
    start: PlainQuery<Row>,
    step: (found: Rows<NoInfer<Row>>) => PlainQuery<NoInfer<Row>>,
    options?: CteStepOptions,
  ): Rows<Row>;
}
