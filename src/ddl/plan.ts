/** What a plan is: the statements of a change, cut into pieces that succeed or fail as one. */
import type { Operation } from "../ir/migration.ts";

/** The statements that carry out operations on one database, in order. */
export interface Plan {
  readonly segments: readonly Segment[];
}

/** A piece of a plan. Its completion is recorded before the next begins. */
export type Segment =
  /** Statements that are committed together. */
  | {
      readonly kind: "transaction";
      readonly steps: readonly Step[];
    }
  /** One statement outside any transaction. It may be left half done, so `probe` tells. */
  | {
      readonly kind: "autocommit";
      readonly step: Step;
      /** Asks whether it is done already: one row, one column that is true, false or null for half done. */
      readonly probe: string | null;
      /** Clears what a half-done run left. */
      readonly cleanUp: string | null;
    }
  /** SQLite's rebuild of a table: foreign keys off around one transaction. */
  | {
      readonly kind: "rebuild";
      readonly table: string;
      readonly steps: readonly Step[];
    }
  /** An UPDATE in batches by key; `:after` and `:upto` are bound. */
  | {
      readonly kind: "backfill";
      readonly table: string;
      readonly key: readonly string[];
      readonly sql: string;
      readonly batch: number;
    }
  /** A step in code. */
  | { readonly kind: "data"; readonly name: string; readonly resumable: boolean };

/** One statement and why it is there. */
export interface Step {
  readonly sql: string;
  /** The operations it carries out; one statement may do several, and one operation take several. */
  readonly operations: readonly Operation[];
}

/** What a plan is made for. */
export interface PlanOptions {
  /** On tables that existed before: forms that don't block readers and writers. By default true. */
  readonly online?: boolean;
}
