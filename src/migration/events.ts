/** What a runner tells while it works; plain data, so that it can be printed or logged. */
import type { Blocker, BuildProgress } from "../dialect/migration.ts";
import type { Direction } from "./history.ts";
import type { BatchProgress } from "./progress.ts";

/** Something that happened. */
export type MigrationEvent =
  | { readonly kind: "waiting"; readonly holder: string | null }
  | { readonly kind: "warning"; readonly message: string }
  | {
      readonly kind: "revision";
      readonly id: string;
      readonly message: string;
      readonly direction: Direction;
      readonly segments: number;
      /** The first segment that is still to be run, when an earlier run stopped. */
      readonly resumedAt: number | null;
    }
  | {
      readonly kind: "segment";
      readonly no: number;
      readonly of: number;
      readonly what: string;
      readonly statements: readonly string[];
    }
  | {
      /** One statement was run. */
      readonly kind: "statement";
      readonly no: number;
      readonly sql: string;
      readonly durationMs: number;
    }
  | {
      readonly kind: "retry";
      readonly no: number;
      readonly attempt: number;
      readonly inMs: number;
      readonly reason: string;
      readonly blockers: readonly Blocker[];
    }
  | {
      readonly kind: "progress";
      readonly no: number;
      readonly message: string;
      /** Of a backfill, after each batch, and where one goes on. */
      readonly batch?: BatchProgress;
      /** Of an index that is built, each time that it has come further. */
      readonly build?: BuildProgress;
    }
  | {
      readonly kind: "done";
      readonly id: string;
      readonly direction: Direction;
      readonly durationMs: number;
    };

/** Gets every event in order. */
export type Listener = (event: MigrationEvent) => void;
