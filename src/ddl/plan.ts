/** What a plan is: the statements of a change, cut into pieces that succeed or fail as one. */
import type { Operation } from "../ir/migration.ts";
import type { TableIr } from "../ir/schema.ts";

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
      /** What is changed while views and triggers stand on it: they make way, and come back at the end. */
      readonly aside?: Aside;
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
  /**
   * SQLite: tables are made anew or dropped, with foreign keys off around one transaction. Triggers and
   * indexes that stand on them are read before and put back after.
   */
  | {
      readonly kind: "rebuild";
      /** The tables made anew. */
      readonly tables: readonly RebuiltTable[];
      readonly steps: readonly Step[];
    }
  /**
   * An UPDATE in batches by key. In `sql`, `:after` and `:upto` stand for as many values as the key has
   * columns; they are bound.
   */
  | {
      readonly kind: "backfill";
      readonly table: string;
      readonly key: readonly string[];
      readonly sql: string;
      readonly batch: number;
      /** How long to rest after each batch, as a multiple of the time that it took; not at all when left out. */
      readonly throttle?: number | undefined;
    }
  /** A step in code. */
  | { readonly kind: "data"; readonly name: string; readonly resumable: boolean };

/** What others stand on that no plan knows of. */
export interface Aside {
  readonly columns: readonly { readonly table: string; readonly column: string }[];
  /** Enum types. */
  readonly types: readonly string[];
}

/** A table that is made anew. */
export interface RebuiltTable {
  readonly name: string;
  /** The statement that Ferro would have made it with: what stands there must say no more. */
  readonly before: string;
  /** The table before and after, and the statement that makes it anew where its own text can't be changed. */
  readonly from: TableIr;
  readonly to: TableIr;
  readonly create: string;
  /** Its columns before; a column that isn't known would be lost. */
  readonly columns: readonly string[];
  /** Indexes that aren't put back. */
  readonly without: readonly string[];
  /** Indexes that stay, for scripts: those can't read what there is. */
  readonly kept: readonly { readonly name: string; readonly sql: string }[];
}

/** One statement and why it is there. */
export interface Step {
  readonly sql: string;
  /** The operations it carries out; one statement may do several, and one operation take several. */
  readonly operations: readonly Operation[];
}

/** What a plan is made for. */
export interface PlanOptions {
  /** On tables that existed before: forms that don't block readers and writers. By default true. */
  readonly online?: boolean | undefined;
  /** The database's version, as it prints it: "18.4", "3.53.4". The oldest that Ferro supports when left out. */
  readonly version?: string | undefined;
  /** The oldest version that plans are made for; by default the oldest that Ferro supports. */
  readonly oldest?: string | undefined;
}
