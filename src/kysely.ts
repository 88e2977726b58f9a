/**
 * Kysely on Ferro's connections. Needs the package `kysely`, of version 0.28 or later, installed beside it.
 *
 * @module
 */
export { type KyselyOptions, kysely } from "./kysely/kysely.ts";
export type { KyselyDatabase, KyselyTable } from "./kysely/types.ts";
