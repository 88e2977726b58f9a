/** What `ferro.config.ts` holds. */

import type { CustomRule } from "../migration/lint/custom.ts";
import type { TargetVersion } from "../migration/targets.ts";

/** The configuration of the command `ferro`. Paths are relative to the file. */
export interface FerroConfig {
  /** The database: as `connect` takes it. Best read from the environment. */
  readonly url?: string | undefined;
  /** The server itself, where `url` leads through a pooler. */
  readonly directUrl?: string | undefined;
  /** The modules that define the models. */
  readonly models?: string | readonly string[] | undefined;
  /** The migrations folder. Default "migrations". */
  readonly migrations?: string | undefined;
  /** Databases that plans are pinned for. Default: the one of `url`. */
  readonly databases?: readonly ("sqlite" | "postgres")[] | undefined;
  /** Whether plans are pinned beside each revision. Default true. */
  readonly pin?: boolean | undefined;
  /** The SQLite library. Default "node:sqlite". */
  readonly sqlite?: "node:sqlite" | "better-sqlite3" | undefined;
  /**
   * What keeps other processes out while one migrates: "session", or "lease" behind a pooler. Chosen by
   * what is there; to be given for a pooler that isn't noticed.
   */
  readonly lock?: "session" | "lease" | undefined;
  /** Severities by rule: `{ FM501: "error", FM203: "off" }`. */
  readonly lint?: Readonly<Record<string, "error" | "warning" | "info" | "off">> | undefined;
  /** Lint rules of your own, made with `rule`. */
  readonly rules?: readonly CustomRule[] | undefined;
  /**
   * The oldest database version that is served: `"postgres@14"`, or a list, one for each database. Plans are
   * made for it and what is newer, and lint refuses what it doesn't have.
   */
  readonly target?: TargetVersion | readonly TargetVersion[] | undefined;
}

/**
 * Gives a configuration its types.
 *
 * @example
 * ```ts
 * import { defineConfig } from "ferro-orm/migrate";
 *
 * const config = defineConfig({ url: process.env["DATABASE_URL"], models: "./src/models.ts" });
 * config.models; // => "./src/models.ts"
 * ```
 */
export function defineConfig(config: FerroConfig): FerroConfig {
  return config;
}
